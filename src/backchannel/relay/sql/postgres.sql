-- The tables of a relay in PostgreSQL, schema 1. Columns are those of sqlite.sql.

-- Which schema the tables have. There is one row.
CREATE TABLE relay_schema (
    number INTEGER PRIMARY KEY
);

INSERT INTO relay_schema (number) VALUES (1);

-- What there is. Relays that share the database take turns by this one row.
CREATE TABLE total (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    boxes BIGINT NOT NULL DEFAULT 0,
    capsules BIGINT NOT NULL DEFAULT 0,
    size_bytes BIGINT NOT NULL DEFAULT 0
);

INSERT INTO total (one) VALUES (1);

CREATE TABLE box (
    box BYTEA PRIMARY KEY,              -- the blinded id, 32 bytes
    capsules BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL
);

CREATE TABLE capsule (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    box BYTEA NOT NULL,
    hash BYTEA NOT NULL,                -- how its owner names it, 16 bytes
    day INTEGER NOT NULL,               -- when it came, days since 1970
    capsule BYTEA NOT NULL,
    UNIQUE (box, hash)
);

CREATE INDEX capsule_by_box ON capsule (box, number);
CREATE INDEX capsule_by_day ON capsule (day);

-- A capsule looks like chance: the server need not try to press it.
ALTER TABLE capsule ALTER COLUMN capsule SET STORAGE EXTERNAL;
