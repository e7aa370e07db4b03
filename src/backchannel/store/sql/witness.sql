-- The memory of a witness. A text begins after its name and ends before the next.

-- name: latest
SELECT size, root, note, time, count FROM latest WHERE origin = :origin;

-- name: all-latest
SELECT origin, size, time, count FROM latest ORDER BY origin;

-- name: put-latest
-- A size never falls, whoever asks for it.
INSERT INTO latest (origin, size, root, note, time)
VALUES (:origin, :size, :root, :note, :time)
ON CONFLICT (origin) DO UPDATE SET
    size = excluded.size, root = excluded.root, note = excluded.note, time = excluded.time,
    count = count + 1
WHERE latest.size < excluded.size OR (latest.size = excluded.size AND latest.root = excluded.root)
RETURNING size;

-- name: contradictions
SELECT origin, count(*) FROM contradiction GROUP BY origin ORDER BY origin;

-- name: add-contradiction
INSERT INTO contradiction (origin, size, root, note, cosigned, time)
SELECT :origin, :size, :root, :note, :cosigned, :time
WHERE (SELECT count(*) FROM contradiction WHERE origin = :origin) < :most
ON CONFLICT DO NOTHING;
