-- Schema 6: the archive. What the columns of every table mean is said in the first file.

-- How the key of an entry's words stands: in which archive seal of ours it lies wrapped, and since
-- when nobody waits for the words any more. A row leaves with its key; the words stay, sealed.
CREATE TABLE keeping (
    arrival INTEGER PRIMARY KEY REFERENCES content (arrival),
    line INTEGER NOT NULL REFERENCES line (line),
    mode INTEGER NOT NULL,                      -- of the entry's journal
    day INTEGER NOT NULL,                       -- UTC day of our clock when it was accepted
    seal_no INTEGER NOT NULL DEFAULT -1,        -- slot of the archive seal, -1 while there is none
    seal_seq INTEGER NOT NULL DEFAULT -1,
    met INTEGER NOT NULL DEFAULT -1,            -- running time in ms when first looked at, or -1
    over INTEGER NOT NULL DEFAULT -1,           -- running time in ms when found to be over, or -1
    looked INTEGER NOT NULL DEFAULT -1          -- running time in ms when last looked at, or -1
) STRICT;

CREATE INDEX keeping_unsealed ON keeping (line, mode, day) WHERE seal_no < 0;
CREATE INDEX keeping_looked ON keeping (line, looked) WHERE seal_no >= 0;

INSERT INTO keeping (arrival, line, mode, day)
SELECT e.arrival, e.line, e.mode, e.arrived / 86400
FROM content_key AS k CROSS JOIN entry AS e ON e.arrival = k.arrival WHERE e.type = 1;

-- The openings that were entered.
CREATE INDEX entry_archive ON entry (line, type, arrival) WHERE type IN (7, 10);

-- Words count as held here while their key is: what is sealed away is told apart by its box.
DROP VIEW stated;
CREATE VIEW stated AS
SELECT s.no, s.seq, e.entry, s.statement, s.mode, s.kind, s.form, s.addressees, s.precedence,
       s.category, s.drafted, s.refs, s.croot, s.signed,
       s.arrival, s.number, e.time, e.arrived, e.header, e.payload, e.vector, e.verdict,
       EXISTS (SELECT 1 FROM content_key AS k WHERE k.arrival = s.arrival) AS worded,
       s.line
FROM said AS s CROSS JOIN entry AS e ON e.arrival = s.arrival;
