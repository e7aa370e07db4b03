-- Reading what officers sign off. A text begins after its name and ends before the next.

-- name: statements-in-slots
SELECT seq, entry, payload FROM entry
WHERE line = :line AND no = :no AND seq BETWEEN :first AND :last AND type = 1
ORDER BY seq LIMIT :limit;

-- name: sign-offs
-- Kind 15, newest first: statements are looked through, and there are as many as people make.
SELECT s.arrival, s.no, s.seq, e.entry, e.payload
FROM said AS s CROSS JOIN entry AS e ON e.arrival = s.arrival
WHERE s.line = :line AND s.mode = :mode AND s.kind = 15 AND s.arrival < :before
ORDER BY s.arrival DESC LIMIT :limit;
