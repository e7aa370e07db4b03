-- Reading minutes. A text begins after its name and ends before the next. Each goes by an index.

-- name: other-roots
SELECT c.no, c.size, c.root, c.credential, c.entry, e.no, e.seq
FROM cosignature AS c CROSS JOIN entry AS e ON e.line = c.line AND e.entry = c.entry
WHERE c.line = :line AND c.no = :no AND c.size = :size AND c.root <> :root
ORDER BY c.root, c.credential LIMIT :limit;

-- name: minutes-between
-- Through the entries of a stretch, in the order in which they were accepted.
SELECT arrival, no, seq, entry, mode, time, payload FROM entry
WHERE line = :line AND arrival >= :from AND arrival < :before AND type = 6 AND verdict = ''
ORDER BY arrival DESC LIMIT :limit;

-- name: minutes-named
-- Two rows are enough to know that a prefix is not unique.
SELECT arrival, no, seq, entry, mode, time, payload FROM entry
WHERE line = :line AND entry BETWEEN :low AND :high AND type = 6 AND verdict = ''
ORDER BY entry LIMIT 2;

-- name: slot-of
SELECT no, seq FROM entry WHERE line = :line AND entry = :entry;

-- name: minutes-before
SELECT seq FROM entry
WHERE line = :line AND no = :no AND type = 6 AND seq < :seq ORDER BY seq DESC LIMIT :limit;
