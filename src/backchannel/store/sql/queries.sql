-- Reading for people and other stations. A text begins after its name and ends before the next.
-- Each goes by an index and takes a limit, or yields one row for each journal at most.
-- CROSS JOIN fixes the order: from the index that is named first, never the other way round.

-- name: heads
WITH RECURSIVE journal (no) AS (
    SELECT min(no) FROM entry WHERE line = :line
    UNION ALL
    SELECT (SELECT min(no) FROM entry WHERE line = :line AND no > journal.no)
    FROM journal WHERE journal.no IS NOT NULL
)
SELECT e.no, e.seq, e.entry, e.mode, e.time, e.arrived
FROM journal CROSS JOIN entry AS e
WHERE e.line = :line AND e.no = journal.no
  AND e.seq = (SELECT max(seq) FROM entry WHERE line = :line AND no = journal.no);

-- name: statements
SELECT * FROM stated
WHERE line = :line AND arrival < :before ORDER BY arrival DESC LIMIT :limit;

-- name: statements-in-mode
SELECT * FROM stated
WHERE line = :line AND mode = :mode AND arrival < :before ORDER BY arrival DESC LIMIT :limit;

-- name: statement
SELECT * FROM stated
WHERE arrival = (SELECT arrival FROM entry WHERE line = :line AND entry = :entry);

-- name: answers
-- So many of each party: no flood of one hides what another says.
SELECT s.* FROM (
    SELECT r.arrival, row_number() OVER (PARTITION BY a.no % 16 ORDER BY r.arrival) AS place
    FROM reference AS r CROSS JOIN said AS a ON a.arrival = r.arrival
    WHERE r.line = :line AND r.target = :entry
) AS ranked CROSS JOIN stated AS s ON s.arrival = ranked.arrival
WHERE ranked.place <= :limit ORDER BY ranked.arrival;

-- name: statements-by-prefix
-- Two rows are enough to know that a prefix is not unique.
SELECT e.entry FROM entry AS e CROSS JOIN said AS s ON s.arrival = e.arrival
WHERE e.line = :line AND e.entry BETWEEN :low AND :high ORDER BY e.entry LIMIT 2;

-- name: repeats
-- Equal statements were drafted at one time: an index that begins with it grows at its end.
SELECT e.entry FROM said AS s CROSS JOIN entry AS e ON e.arrival = s.arrival
WHERE s.line = :line AND s.drafted = :drafted AND s.statement = :statement ORDER BY s.arrival LIMIT :limit;

-- name: content
SELECT c.box, k.wrapped
FROM entry AS e
CROSS JOIN content AS c ON c.arrival = e.arrival
LEFT JOIN content_key AS k ON k.arrival = e.arrival
WHERE e.line = :line AND e.entry = :entry;

-- name: held
-- The first receipt of each holder, each found by one step through the primary key.
WITH RECURSIVE holders (holder) AS (
    SELECT min(holder) FROM held WHERE line = :line AND no = :no
    UNION ALL
    SELECT (SELECT min(h.holder) FROM held AS h
            WHERE h.line = :line AND h.no = :no AND h.holder > holders.holder)
    FROM holders WHERE holders.holder IS NOT NULL
)
SELECT h.holder, h.holder_seq, h.no, h.upto, h.time
FROM holders CROSS JOIN held AS h
WHERE h.line = :line AND h.no = :no AND h.holder = holders.holder
  AND (h.upto, h.holder_seq) = (
    SELECT f.upto, f.holder_seq FROM held AS f
    WHERE f.line = :line AND f.no = :no AND f.holder = holders.holder AND f.upto >= :seq
    ORDER BY f.upto, f.holder_seq LIMIT 1);

-- name: happened
-- So many of each party and kind: no flood of one hides what another says.
SELECT
    ranked.no, ranked.seq, ranked.place, ranked.kind, ranked.subject, ranked.body,
    e.time, e.arrived
FROM (
    SELECT line, no, seq, place, kind, subject, body, row_number() OVER (
        PARTITION BY no % 16, kind ORDER BY no, seq, place
    ) AS nth
    FROM happened INDEXED BY happened_subject
    WHERE line = :line AND subject = :subject AND subject <> x''
) AS ranked
CROSS JOIN entry AS e
ON e.line = ranked.line AND e.no = ranked.no AND e.seq = ranked.seq
WHERE ranked.nth <= :limit ORDER BY ranked.no, ranked.seq, ranked.place;

-- name: happened-of-kind
-- What was shown to strangers or handed on is looked for by itself, so many of each party.
SELECT
    ranked.no, ranked.seq, ranked.place, ranked.kind, ranked.subject, ranked.body,
    e.time, e.arrived
FROM (
    SELECT line, no, seq, place, kind, subject, body, row_number() OVER (
        PARTITION BY no % 16 ORDER BY no, seq, place
    ) AS nth
    FROM happened INDEXED BY happened_subject
    WHERE line = :line AND subject = :subject AND subject <> x'' AND kind = :kind
) AS ranked
CROSS JOIN entry AS e
ON e.line = ranked.line AND e.no = ranked.no AND e.seq = ranked.seq
WHERE ranked.nth <= :limit ORDER BY ranked.no, ranked.seq, ranked.place;

-- name: number-before
SELECT number FROM said
WHERE line = :line AND no = :no AND year = :year AND seq <= :upto AND number > 0
ORDER BY seq DESC LIMIT 1;

-- name: numbered
SELECT s.no, s.year, s.number FROM entry AS e CROSS JOIN said AS s ON s.arrival = e.arrival
WHERE e.line = :line AND e.entry = :entry;

-- name: pending
SELECT no, seq, entry, arrived, bare, content
FROM pending WHERE line = :line ORDER BY no, seq LIMIT :limit;

-- name: branches
SELECT no, seq, entry, arrived, bare, content
FROM branch WHERE line = :line ORDER BY no, seq, entry LIMIT :limit;

-- name: evidence
SELECT evidence, no, seq, reason, body, time FROM evidence
WHERE line = :line AND evidence < :before ORDER BY evidence DESC LIMIT :limit;

-- name: entries
SELECT e.no, e.seq, e.entry, e.mode, e.type, e.time, e.arrived, e.verdict,
       e.header, e.signature, e.payload, e.attachments, c.box, k.wrapped
FROM entry AS e
LEFT JOIN content AS c ON c.arrival = e.arrival
LEFT JOIN content_key AS k ON k.arrival = e.arrival
WHERE e.line = :line AND e.no = :no AND e.seq >= :from ORDER BY e.seq LIMIT :limit;

-- name: outgoing
SELECT no, seq, precedence, envelope FROM outgoing
WHERE line = :line AND no = :no AND seq > :after ORDER BY seq LIMIT :limit;

-- name: outgoing-of-precedence
SELECT no, seq, precedence, envelope FROM outgoing
WHERE line = :line AND no = :no AND precedence = :precedence AND seq > :after
ORDER BY seq LIMIT :limit;

-- name: outgoing-count
-- Without the types for which no receipt is due: a bare receipt would always be found waiting.
SELECT o.no, o.precedence, count(*) FROM outgoing o JOIN entry e USING (line, no, seq)
WHERE o.line = :line AND e.type NOT IN (2, 11, 12, 14) GROUP BY o.no, o.precedence;

-- name: counts
SELECT no, type, verdict, count FROM tally WHERE line = :line ORDER BY no, type, verdict;

-- name: leaves
SELECT entry FROM entry
WHERE line = :line AND no = :no AND seq >= :from ORDER BY seq LIMIT :limit;

-- name: cosignatures
SELECT no, size, root, credential, signature, entry FROM cosignature
WHERE line = :line AND no = :no AND size >= :from ORDER BY size, root, credential LIMIT :limit;

-- name: cosigned-roots
SELECT credential, root FROM cosignature WHERE line = :line AND no = :no AND size = :size;
