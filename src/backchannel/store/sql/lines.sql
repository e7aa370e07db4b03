-- Loading and committing a line. A text begins after its name and ends before the next.

-- name: line-by-id
SELECT line, party, charter, signatures, version, core FROM line WHERE line_id = :line_id;

-- name: line-ids
SELECT line_id FROM line ORDER BY line;

-- name: found-line
INSERT INTO line (line_id, party, charter, signatures, version, core)
VALUES (:line_id, :party, :charter, :signatures, :version, :core)
RETURNING line;

-- name: put-secret
INSERT INTO secret (line, box) VALUES (:line, :box)
ON CONFLICT (line) DO UPDATE SET box = excluded.box;

-- name: secret-of
SELECT box FROM secret WHERE line = :line;

-- name: advance-line
-- Nothing is changed if another writer came first.
UPDATE line SET version = :version, core = :core
WHERE line_id = :line_id AND version = :version - 1
RETURNING line;

-- name: authority-entries
-- Journals below 16 are authority journals, one of each party.
SELECT header, signature, payload, attachments
FROM entry WHERE line = :line AND no < 16 ORDER BY arrival;

-- name: newest-slots
-- The newest slot of each journal, each found by one step through the index of slots.
WITH RECURSIVE journal (no) AS (
    SELECT min(no) FROM entry WHERE line = :line
    UNION ALL
    SELECT (SELECT min(no) FROM entry WHERE line = :line AND no > journal.no)
    FROM journal WHERE journal.no IS NOT NULL
)
SELECT journal.no, (SELECT max(seq) FROM entry WHERE line = :line AND no = journal.no)
FROM journal WHERE journal.no IS NOT NULL;

-- name: trail
SELECT seq, entry FROM entry WHERE line = :line AND no = :no AND seq >= :from ORDER BY seq;

-- name: settled
SELECT no, upto FROM settled WHERE line = :line;

-- name: pending-frames
SELECT no, seq, entry, bare, content FROM pending WHERE line = :line ORDER BY no, seq;

-- name: authority-branches
-- In the order in which they were met.
SELECT no, entry FROM branch WHERE line = :line AND no < 16 ORDER BY rowid;

-- name: last-arrival
SELECT coalesce(max(arrival), 0) FROM entry;

-- name: place-of-slot
SELECT arrival, time FROM entry WHERE line = :line AND no = :no AND seq = :seq;

-- name: arrival-of-entry
SELECT arrival FROM entry WHERE line = :line AND entry = :entry;

-- name: last-number
SELECT number FROM said
WHERE line = :line AND no = :no AND year = :year AND number > 0 ORDER BY seq DESC LIMIT 1;

-- name: add-entry
INSERT INTO entry (arrival, line, no, seq, entry, mode, type, time, arrived, header, signature,
                   payload, attachments, vector, verdict)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: add-tally
INSERT INTO tally (line, no, type, verdict, count) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (line, no, type, verdict) DO UPDATE SET count = count + excluded.count;

-- name: add-content
INSERT INTO content (arrival, box) VALUES (?, ?);

-- name: add-content-key
INSERT INTO content_key (arrival, wrapped) VALUES (?, ?);

-- name: add-said
INSERT INTO said (arrival, line, no, seq, statement, mode, kind, form, addressees, precedence,
                  category, drafted, refs, croot, signed, year, number)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: add-reference
-- A statement may name one entry twice.
INSERT INTO reference (line, target, arrival) VALUES (?, ?, ?) ON CONFLICT DO NOTHING;

-- name: add-happened
INSERT INTO happened (line, no, seq, place, kind, subject, body) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: add-held
-- A pending entry gives its receipts when it comes, and again when it is accepted.
INSERT INTO held (line, holder, holder_seq, no, upto, time) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: put-pending
-- One frame waits for a slot: the newest.
INSERT INTO pending (line, no, seq, entry, arrived, bare, content) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (line, no, seq) DO UPDATE SET
    entry = excluded.entry, arrived = excluded.arrived,
    bare = excluded.bare, content = excluded.content;

-- name: drop-pending
DELETE FROM pending WHERE line = ? AND no = ? AND seq = ?;

-- name: add-branch
-- The same entry of a branch may come twice.
INSERT INTO branch (line, no, seq, entry, arrived, bare, content) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: add-evidence
INSERT INTO evidence (line, no, seq, reason, body, time) VALUES (?, ?, ?, ?, ?, ?);

-- name: add-cosignature
-- A station may cosign a checkpoint again, in another minute: one signature is proof enough.
INSERT INTO cosignature (line, no, size, root, credential, signature, entry)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (line, no, size, root, credential) DO NOTHING;

-- name: add-clock
INSERT INTO clock (line, arrival) VALUES (?, ?);

-- name: add-non-answer
INSERT INTO non_answer (line, asked, no, seq, entry, deadline, due) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: put-outgoing
-- An entry that is sealed anew goes out in its new envelope alone.
INSERT INTO outgoing (line, no, seq, precedence, envelope) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (line, no, seq) DO UPDATE SET
    precedence = excluded.precedence, envelope = excluded.envelope;

-- name: drop-outgoing
DELETE FROM outgoing WHERE line = ? AND no = ? AND seq <= ?;

-- name: put-settled
INSERT INTO settled (line, no, upto) VALUES (?, ?, ?)
ON CONFLICT (line, no) DO UPDATE SET upto = max(upto, excluded.upto);
