-- Reading what was handed on to a room's own systems. A text begins after its name and ends before
-- the next.

-- name: handed-of
-- Kind 23, of one entry, oldest first in each journal.
SELECT h.no, h.seq, h.place, h.kind, h.subject, h.body, e.time, e.arrived
FROM happened AS h INDEXED BY happened_subject
CROSS JOIN entry AS e ON e.line = h.line AND e.no = h.no AND e.seq = h.seq
WHERE h.line = :line AND h.subject = :subject AND h.subject <> x'' AND h.kind = 23
ORDER BY h.no, h.seq, h.place LIMIT :limit;

-- name: handed-by
-- Kind 23, by one journal from a slot on: line events are looked through once, when a station starts.
SELECT seq, body FROM happened
WHERE line = :line AND no = :no AND seq >= :since AND kind = 23
ORDER BY seq, place LIMIT :limit;
