-- Our beacon logs and what witnesses have cosigned of them. A text begins after its name and ends
-- before the next.

-- name: openings
SELECT seq, entry, payload FROM entry INDEXED BY entry_beacon
WHERE line = :line AND no = :no AND type = 14 AND seq > :after ORDER BY seq LIMIT :limit;

-- name: witnessed-from
SELECT size, name, key_id, signature FROM witnessed
WHERE line = :line AND no = :no AND size >= :from ORDER BY size, name, key_id LIMIT :limit;

-- name: witnessed-newest
SELECT size, name, key_id, signature FROM witnessed
WHERE line = :line AND no = :no ORDER BY size DESC, name, key_id LIMIT :limit;

-- name: witnessed-size
SELECT coalesce(max(size), 0) FROM witnessed
WHERE line = :line AND no = :no AND name = :name AND key_id = :key_id;

-- name: add-witnessed
INSERT INTO witnessed (line, no, size, name, key_id, signature)
VALUES (:line, :no, :size, :name, :key_id, :signature) ON CONFLICT DO NOTHING;
