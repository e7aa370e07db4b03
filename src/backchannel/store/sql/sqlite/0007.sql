-- Schema 7: copies. What the columns of every table mean is said in the first file.

-- By which paths an entry came, and by which ours left: what this station saw, and no proof.
CREATE TABLE copy (
    line INTEGER NOT NULL REFERENCES line (line),
    entry BLOB NOT NULL,
    path INTEGER NOT NULL,                      -- number of the path in the charter
    way INTEGER NOT NULL,                       -- 0 it came, 1 the path took it from us
    first INTEGER NOT NULL,                     -- what our clock showed at the first copy
    last INTEGER NOT NULL,                      -- and at the last
    copies INTEGER NOT NULL,                    -- how many
    envelope BLOB NOT NULL,                     -- first 16 bytes of SHA-256 of the one that came first
    PRIMARY KEY (line, entry, path, way)
) STRICT, WITHOUT ROWID;

-- A copy of an envelope that was opened before can't be opened again: it is told by its bytes.
CREATE INDEX copy_envelope ON copy (line, envelope) WHERE envelope <> x'';

-- How far paths without sessions have counted: a number that was used is never used again.
CREATE TABLE counter (
    line INTEGER NOT NULL REFERENCES line (line),
    path INTEGER NOT NULL,                      -- 0 for objects, which all such paths share
    party INTEGER NOT NULL,                     -- whose numbers: ours, or those that we heard
    next INTEGER NOT NULL,                      -- the lowest that may still be used, or heard
    PRIMARY KEY (line, path, party)
) STRICT, WITHOUT ROWID;
