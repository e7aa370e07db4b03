-- Schema 2: cosignatures of journals' trees. What the columns of every table mean is said in the
-- first file.

-- A station's signature over the root of the first `size` entries of a journal: the first that came
-- of each station for each checkpoint.
CREATE TABLE cosignature (
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,                        -- the journal whose tree is cosigned
    size INTEGER NOT NULL,                      -- how many of its slots the tree covers
    root BLOB NOT NULL,                         -- as the cosigner has it: ours may differ
    credential BLOB NOT NULL,                   -- of the station that cosigns
    signature BLOB NOT NULL,                    -- ML-DSA-44, 2420 bytes; it was verified
    entry BLOB NOT NULL,                        -- the minute that holds it
    UNIQUE (line, no, size, root, credential)
) STRICT;
