-- Schema 1 of a witness: the newest checkpoint of each log that it has cosigned.
--
-- A released file of this folder never changes; the next one alters what it made. Each is applied
-- in one transaction, and `PRAGMA user_version` is the number of the newest one applied.

-- Which program made which schema. This table keeps its form for ever.
CREATE TABLE program (
    schema INTEGER PRIMARY KEY,         -- number of the file in this folder
    version TEXT NOT NULL               -- version of the program that applied it
) STRICT;

-- How often the file was opened for writing.
CREATE TABLE opening (
    one INTEGER PRIMARY KEY CHECK (one = 1),    -- there is one row
    count INTEGER NOT NULL                      -- raised, durably, at each opening
) STRICT;

INSERT INTO opening (one, count) VALUES (1, 0);

-- The newest checkpoint of each log that was cosigned. Its size never falls.
CREATE TABLE latest (
    origin TEXT PRIMARY KEY,            -- the name of the log
    size INTEGER NOT NULL,
    root BLOB NOT NULL,                 -- of the tree at this size, 32 bytes
    note BLOB NOT NULL,                 -- the whole signed checkpoint, as it came
    time INTEGER NOT NULL,              -- when it was cosigned, seconds UTC
    count INTEGER NOT NULL DEFAULT 1    -- how many checkpoints of this log were cosigned
) STRICT;

-- Checkpoints that a log has signed and that contradict one that was cosigned: of one size, with
-- another root. Each is a proof against the log.
CREATE TABLE contradiction (
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note BLOB NOT NULL,                 -- as it came
    cosigned BLOB NOT NULL,             -- the checkpoint that it contradicts, as it came
    time INTEGER NOT NULL,              -- when it came, seconds UTC
    PRIMARY KEY (origin, size, root)
) STRICT;
