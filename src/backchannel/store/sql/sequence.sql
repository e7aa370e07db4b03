-- The record in the order of acceptance. A text begins after its name and ends before the next.

-- name: entries-after
SELECT e.arrival, e.no, e.seq, e.entry, e.mode, e.type, e.time, e.arrived, e.verdict, e.vector,
       e.header, e.signature, e.payload, e.attachments, c.box, k.wrapped
FROM entry AS e
LEFT JOIN content AS c ON c.arrival = e.arrival
LEFT JOIN content_key AS k ON k.arrival = e.arrival
WHERE e.line = :line AND e.arrival > :after ORDER BY e.arrival LIMIT :limit;

-- name: statements-after
SELECT * FROM stated
WHERE line = :line AND arrival > :after AND arrival <= :upto ORDER BY arrival LIMIT :limit;

-- name: numbered
-- At most one for each year.
SELECT * FROM stated
WHERE line = :line AND no = :no AND number = :number AND number > 0 ORDER BY arrival DESC;

-- name: vector
SELECT vector FROM entry WHERE line = :line AND no = :no AND seq = :seq;

-- name: receipts
-- All of them: a check compares them with what the entries say.
SELECT holder, holder_seq, no, upto, time FROM held WHERE line = :line;

-- name: cosignatures-after
-- In the order in which they were kept.
SELECT rowid, no, size, root, credential, signature, entry FROM cosignature
WHERE line = :line AND rowid > :after ORDER BY rowid LIMIT :limit;

-- name: happenings
-- All of them: a check compares them with what the entries say.
SELECT no, seq, place, kind, subject, body FROM happened WHERE line = :line;

-- name: proposals-after
-- Type 6, an array of four that begins with 0 (PROOF-20). Goes through the entries of all types:
-- asked by hand, once for a span.
SELECT arrival, no, seq, entry, time, payload FROM entry
WHERE line = :line AND arrival > :after AND mode = :mode AND type = 6 AND verdict = ''
  AND substr(payload, 1, 2) = x'8400'
ORDER BY arrival LIMIT :limit;
