-- Open clocks, and what a non-answer cites. A text begins after its name and ends before the next.

-- name: open-clocks
SELECT s.arrival, e.entry, s.no, s.seq, s.precedence, e.arrived
FROM clock AS c
CROSS JOIN said AS s ON s.arrival = c.arrival
CROSS JOIN entry AS e ON e.arrival = c.arrival
WHERE c.line = :line ORDER BY c.arrival;

-- name: end-clock
DELETE FROM clock WHERE line = ? AND arrival = ?;

-- name: non-answers
-- So many of each party: no flood of one hides what another says.
SELECT
    ranked.no, ranked.seq, ranked.entry, ranked.deadline, ranked.due,
    e.time, e.payload, e.verdict
FROM (
    SELECT line, no, seq, entry, deadline, due, row_number() OVER (
        PARTITION BY no % 16 ORDER BY no, seq
    ) AS nth
    FROM non_answer WHERE line = :line AND asked = :asked
) AS ranked
CROSS JOIN entry AS e ON e.line = ranked.line AND e.entry = ranked.entry
WHERE ranked.nth <= :limit ORDER BY ranked.no, ranked.seq;

-- name: deadlines-entered
-- Of one party alone: no flood of others hides them.
SELECT DISTINCT deadline FROM non_answer
WHERE line = :line AND asked = :asked AND no % 16 = :party;

-- name: steps-taken
-- Kind 11, of one party alone.
SELECT body FROM happened INDEXED BY happened_subject
WHERE line = :line AND subject = :subject AND subject <> x'' AND kind = 11 AND no % 16 = :party;

-- name: newest-receipt
-- What a journal holds only grows, so the newest slot that it holds is said in its newest receipt.
SELECT upto, holder_seq FROM held
WHERE line = :line AND no = :no AND holder = :holder ORDER BY upto DESC, holder_seq LIMIT 1;
