-- Schema 3: what witnesses have cosigned of our beacon logs. What the columns of every table mean is
-- said in the first file.

-- The openings of beacon leaves: a log is read from its journal's own entries of this type.
CREATE INDEX entry_beacon ON entry (line, no, seq) WHERE type = 14;

-- A witness's signature over a checkpoint of the beacon log of journal `no`: the first that came of
-- each key for each size. It was verified when it came.
CREATE TABLE witnessed (
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,                        -- the journal whose log is cosigned
    size INTEGER NOT NULL,                      -- how many leaves of the log the checkpoint covers
    name TEXT NOT NULL,                         -- of the witness's key, as in its line of the note
    key_id BLOB NOT NULL,                       -- 4 bytes, as in that line
    signature BLOB NOT NULL,                    -- what follows there: the time, and the signature
    UNIQUE (line, no, size, name, key_id)
) STRICT;
