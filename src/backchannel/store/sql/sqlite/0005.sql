-- Schema 5: open clocks and non-answers. What the columns of other tables mean is said in the first
-- file.

-- Messages and notices of which a clock may still be open. One whose clocks have all ended leaves.
CREATE TABLE clock (
    line INTEGER NOT NULL REFERENCES line (line),
    arrival INTEGER NOT NULL,                   -- of its entry
    PRIMARY KEY (line, arrival)
) STRICT, WITHOUT ROWID;

INSERT INTO clock (line, arrival) SELECT line, arrival FROM said WHERE number > 0;

-- Non-answers, by the statement that was not answered.
CREATE TABLE non_answer (
    line INTEGER NOT NULL REFERENCES line (line),
    asked BLOB NOT NULL,                        -- entry of the statement; we may not hold it
    no INTEGER NOT NULL,                        -- journal and slot of the non-answer
    seq INTEGER NOT NULL,
    entry BLOB NOT NULL,                        -- its own entry
    deadline INTEGER NOT NULL,                  -- what was due, and from which party
    due INTEGER NOT NULL,                       -- when, in seconds UTC
    PRIMARY KEY (line, asked, no, seq)
) STRICT, WITHOUT ROWID;
