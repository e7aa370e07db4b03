-- Our beacon logs and what witnesses have cosigned of them. A text begins after its name and ends
-- before the next.

-- name: openings
SELECT seq, entry, payload FROM entry INDEXED BY entry_beacon
WHERE line = :line AND no = :no AND type = 14 AND seq > :after ORDER BY seq LIMIT :limit;

-- name: opening-before
SELECT seq, entry, payload FROM entry INDEXED BY entry_beacon
WHERE line = :line AND no = :no AND type = 14 AND seq < :before AND verdict = ''
ORDER BY seq DESC LIMIT 1;

-- name: witnessed-at
SELECT size, name, key_id, signature FROM witnessed
WHERE line = :line AND no = :no AND size = :size ORDER BY name, key_id;

-- name: size-from
SELECT min(size) FROM witnessed WHERE line = :line AND no = :no AND size >= :from;

-- name: size-below
SELECT max(size) FROM witnessed WHERE line = :line AND no = :no AND size < :below;

-- name: witnessed-size
SELECT coalesce(max(size), 0) FROM witnessed
WHERE line = :line AND no = :no AND name = :name AND key_id = :key_id;

-- name: add-witnessed
INSERT INTO witnessed (line, no, size, name, key_id, signature)
VALUES (:line, :no, :size, :name, :key_id, :signature) ON CONFLICT DO NOTHING;
