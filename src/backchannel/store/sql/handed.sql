-- Reading what was handed on to a room's own systems. A text begins after its name and ends before
-- the next.

-- name: handed-by
-- Kind 23, by one journal from a slot on: line events are looked through once, when a station starts.
SELECT seq, body FROM happened
WHERE line = :line AND no = :no AND seq >= :since AND kind = 23
ORDER BY seq, place LIMIT :limit;
