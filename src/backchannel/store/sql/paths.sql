-- Reading which paths came up and went down. A text begins after its name and ends before the next.

-- name: path-events
-- Kind 5, by one journal, newest first. A journal of mode REAL holds them among other line events,
-- so it is looked through from a slot on.
SELECT h.seq, e.entry, e.time, h.body FROM happened AS h
CROSS JOIN entry AS e ON e.line = h.line AND e.no = h.no AND e.seq = h.seq
WHERE h.line = :line AND h.no = :no AND h.seq BETWEEN :since AND :seq AND h.kind = 5
ORDER BY h.seq DESC, h.place DESC LIMIT :limit;
