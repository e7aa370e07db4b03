-- The archive. A text begins after its name and ends before the next. Each goes by an index.

-- name: add-keeping
-- Type 1: what a beacon opening holds is no statement's, and stays.
INSERT INTO keeping (arrival, line, mode, day)
SELECT arrival, line, mode, arrived / 86400 FROM entry WHERE arrival = ? AND type = 1;

-- name: put-archived
UPDATE keeping SET seal_no = ?, seal_seq = ?
WHERE arrival = (SELECT arrival FROM entry WHERE line = ? AND entry = ?);

-- name: put-kept
UPDATE keeping SET met = ?, over = ?, looked = ?
WHERE arrival = (SELECT arrival FROM entry WHERE line = ? AND entry = ?);

-- name: drop-content-key
DELETE FROM content_key
WHERE arrival = (SELECT arrival FROM entry WHERE line = ? AND entry = ?);

-- name: drop-keeping
DELETE FROM keeping
WHERE arrival = (SELECT arrival FROM entry WHERE line = ? AND entry = ?);

-- name: unsealed-day
-- The first day that is not today: a clock that was wrong may have named one to come.
SELECT day FROM keeping
WHERE line = :line AND mode = :mode AND seal_no < 0 AND day <> :today ORDER BY day LIMIT 1;

-- name: unsealed-keys
SELECT e.no, e.seq, e.entry, c.wrapped
FROM (SELECT arrival FROM keeping
      WHERE line = :line AND mode = :mode AND seal_no < 0 AND day = :day
      ORDER BY arrival LIMIT :limit) AS k
CROSS JOIN entry AS e ON e.arrival = k.arrival
CROSS JOIN content_key AS c ON c.arrival = k.arrival
ORDER BY e.no, e.seq;

-- name: to-look-at
-- Whoever was not looked at for longest.
SELECT e.entry, k.met, k.over FROM keeping AS k CROSS JOIN entry AS e ON e.arrival = k.arrival
WHERE k.line = :line AND k.seal_no >= 0 ORDER BY k.looked LIMIT :limit;

-- name: kept-count
SELECT count(*), coalesce(sum(seal_no >= 0), 0), min(CASE WHEN seal_no < 0 THEN day END)
FROM keeping WHERE line = :line;

-- name: is-kept
SELECT over FROM keeping
WHERE arrival = (SELECT arrival FROM entry WHERE line = :line AND entry = :entry);

-- name: archive-entries
-- Of one party alone: no flood of others hides them.
SELECT arrival, no, seq, entry, mode, time, payload FROM entry
WHERE line = :line AND type = :type AND arrival > :after AND no % 16 = :party AND verdict = ''
ORDER BY arrival LIMIT :limit;

-- name: box
SELECT c.box FROM entry AS e CROSS JOIN content AS c ON c.arrival = e.arrival
WHERE e.line = :line AND e.entry = :entry;

-- name: kind-of
SELECT s.kind FROM entry AS e CROSS JOIN said AS s ON s.arrival = e.arrival
WHERE e.line = :line AND e.entry = :entry;
