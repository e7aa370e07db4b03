-- What a relay asks its database, of either kind. A text begins after its name and ends before the
-- next; a word after a colon is a value.

-- name: totals
SELECT boxes, capsules, size_bytes FROM total WHERE one = 1;

-- name: add-totals
UPDATE total SET boxes = boxes + :boxes, capsules = capsules + :capsules,
    size_bytes = size_bytes + :size_bytes
WHERE one = 1;

-- name: box
SELECT capsules, size_bytes FROM box WHERE box = :box;

-- name: known
SELECT 1 FROM capsule WHERE box = :box AND hash = :hash;

-- name: put-box
INSERT INTO box (box, capsules, size_bytes) VALUES (:box, :capsules, :size_bytes)
ON CONFLICT (box) DO UPDATE SET
    capsules = excluded.capsules, size_bytes = excluded.size_bytes;

-- name: drop-box
DELETE FROM box WHERE box = :box;

-- name: put-capsule
INSERT INTO capsule (box, hash, day, capsule) VALUES (:box, :hash, :day, :capsule);

-- name: drop-capsule
DELETE FROM capsule WHERE box = :box AND hash = :hash RETURNING length(capsule);

-- name: sizes
SELECT number, length(capsule) FROM capsule WHERE box = :box ORDER BY number LIMIT :most;

-- name: capsules
SELECT capsule FROM capsule WHERE box = :box AND number <= :last ORDER BY number;

-- name: expired
SELECT box, hash FROM capsule WHERE day < :first ORDER BY day, number LIMIT :most;
