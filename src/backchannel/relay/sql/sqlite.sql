-- The tables of a relay in SQLite, schema 1. A change of them gets a new file and a new number.

-- What there is, so that no put counts rows. There is one row.
CREATE TABLE total (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    boxes INTEGER NOT NULL DEFAULT 0,
    capsules INTEGER NOT NULL DEFAULT 0,
    size_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO total (one) VALUES (1);

-- Mailboxes that hold something.
CREATE TABLE box (
    box BLOB PRIMARY KEY,               -- the blinded id, 32 bytes
    capsules INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Capsules that wait. No time is kept but the day, and nothing of who brought one.
CREATE TABLE capsule (
    number INTEGER PRIMARY KEY AUTOINCREMENT,   -- the order in which they came
    box BLOB NOT NULL,
    hash BLOB NOT NULL,                 -- how its owner names it, 16 bytes
    day INTEGER NOT NULL,               -- when it came, days since 1970
    capsule BLOB NOT NULL,
    UNIQUE (box, hash)
) STRICT;

CREATE INDEX capsule_by_box ON capsule (box, number);
CREATE INDEX capsule_by_day ON capsule (day);
