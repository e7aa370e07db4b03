-- Schema 1: the record of one or several lines, and what a station needs to go on, in one file.
--
-- A released file of this folder never changes; the next one alters what it made. Each is applied
-- in one transaction, and `PRAGMA user_version` is the number of the newest one applied.
--
-- In every table: `line` is the local number of a line, `no` the number of a journal, `seq` a slot
-- in it, `entry` the id of an entry (32 bytes), `arrival` the place of an entry in the order in
-- which we accepted them, `arrived` what our clock showed then. A time is in whole seconds UTC, as
-- somebody claimed it. An absent text is '' and an absent blob x'', unless the column says NULL.
--
-- Secret tables, which no backup copies: opening, secret, content_key, outgoing.

-- Which program made which schema. This table keeps its form for ever: a program that is too old
-- for the rest of the file reads here which one to use instead.
CREATE TABLE program (
    schema INTEGER PRIMARY KEY,         -- number of the file in this folder
    version TEXT NOT NULL               -- version of the program that applied it
) STRICT;

-- How often the file was opened for writing. No two nonces of a wrap key are alike, because each
-- begins with this number and goes on with a count that the running program keeps.
CREATE TABLE opening (
    one INTEGER PRIMARY KEY CHECK (one = 1),    -- there is one row
    count INTEGER NOT NULL                      -- raised, durably, before anything is sealed
) STRICT;

INSERT INTO opening (one, count) VALUES (1, 0);

-- A line: what founded it, and the part of the state that is no secret.
CREATE TABLE line (
    line INTEGER PRIMARY KEY AUTOINCREMENT,     -- local number, never used twice
    line_id BLOB NOT NULL UNIQUE,               -- id of its first charter
    party INTEGER NOT NULL,                     -- index of our party in the charter
    charter BLOB NOT NULL,                      -- the charter as signed
    signatures BLOB NOT NULL,                   -- its signatures, as they came
    version INTEGER NOT NULL,                   -- of the state; rises by one with every commit
    core BLOB NOT NULL                          -- the state without secrets, MessagePack
) STRICT;

-- The keys of a line's state, sealed under the wrap key. Secret.
CREATE TABLE secret (
    line INTEGER PRIMARY KEY REFERENCES line (line),
    box BLOB NOT NULL                           -- nonce of 12 bytes, AES-256-GCM-SIV box
) STRICT;

-- Accepted entries, ours and others', in the order in which they were accepted here.
CREATE TABLE entry (
    arrival INTEGER PRIMARY KEY,                -- rises over all lines, never used twice
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    entry BLOB NOT NULL,
    mode INTEGER NOT NULL,                      -- of the journal; 0 for an authority journal
    type INTEGER NOT NULL,                      -- what the header says
    time INTEGER NOT NULL,                      -- what the header says
    arrived INTEGER NOT NULL,
    header BLOB NOT NULL,                       -- the signed bytes
    signature BLOB NOT NULL,                    -- encoded: 64 bytes, or a list of signers
    payload BLOB,                               -- NULL where it is not held; x'' is no payload
    attachments BLOB NOT NULL,                  -- encoded list
    vector BLOB NOT NULL,                       -- the folded seen, encoded {no: seq}
    verdict TEXT NOT NULL,                      -- '' where nothing is to be said of the slot
    UNIQUE (line, no, seq),
    UNIQUE (line, entry)
) STRICT;

-- How many entries of a journal have a type and a verdict: a count without reading them all.
CREATE TABLE tally (
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,
    type INTEGER NOT NULL,                      -- of the entries counted
    verdict TEXT NOT NULL,                      -- of the entries counted
    count INTEGER NOT NULL,                     -- how many there are
    PRIMARY KEY (line, no, type, verdict)
) STRICT, WITHOUT ROWID;

-- The words of an entry, sealed under a key of their own.
CREATE TABLE content (
    arrival INTEGER PRIMARY KEY REFERENCES entry (arrival),
    box BLOB NOT NULL                           -- AES-256-GCM-SIV box, made by the line
) STRICT;

-- The keys of these words, sealed under the wrap key. Secret.
CREATE TABLE content_key (
    arrival INTEGER PRIMARY KEY REFERENCES content (arrival),
    wrapped BLOB NOT NULL                       -- 48 bytes; the nonce is of the entry's id
) STRICT;

-- What is looked up of a statement. Its bytes are the payload of its entry.
CREATE TABLE said (
    arrival INTEGER PRIMARY KEY REFERENCES entry (arrival),
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    statement BLOB NOT NULL,                    -- statement id; a repeat has the same
    mode INTEGER NOT NULL,                      -- of its journal
    kind INTEGER NOT NULL,                      -- message, notice, ack ...
    form TEXT NOT NULL,                         -- name of the form, '' for none
    addressees INTEGER NOT NULL,                -- bitmap of the parties it is to
    precedence INTEGER NOT NULL,                -- 1 FLASH to 5 DEFERRED
    category INTEGER NOT NULL,                  -- index of a release rule of the charter
    drafted INTEGER NOT NULL,                   -- time of the draft
    refs BLOB NOT NULL,                         -- ids of the entries it names, 32 bytes each
    croot BLOB NOT NULL,                        -- what its content must fit
    signed TEXT NOT NULL,                       -- word on the officers' signatures
    year INTEGER NOT NULL,                      -- UTC year of its entry's time
    number INTEGER NOT NULL                     -- the n-th message or notice of its journal in this
                                                -- year, from 1; 0 for all other kinds
) STRICT;

CREATE INDEX said_line ON said (line);          -- newest first: the row's arrival ends each key
CREATE INDEX said_mode ON said (line, mode);
-- Repeats of a statement have its id. The time before it keeps new keys together.
CREATE INDEX said_drafted ON said (line, drafted, statement);
CREATE INDEX said_number ON said (line, no, year, seq) WHERE number > 0;

-- A statement with what is read of its entry, in the order in which the program takes the columns.
CREATE VIEW stated AS
SELECT s.no, s.seq, e.entry, s.statement, s.mode, s.kind, s.form, s.addressees, s.precedence,
       s.category, s.drafted, s.refs, s.croot, s.signed,
       s.arrival, s.number, e.time, e.arrived, e.header, e.payload, e.vector, e.verdict,
       EXISTS (SELECT 1 FROM content AS c WHERE c.arrival = s.arrival) AS worded,
       s.line
FROM said AS s CROSS JOIN entry AS e ON e.arrival = s.arrival;

-- Which statement names which entry: the way from an entry to its answers.
CREATE TABLE reference (
    line INTEGER NOT NULL REFERENCES line (line),
    target BLOB NOT NULL,                       -- entry id that is named; we may not hold it
    arrival INTEGER NOT NULL REFERENCES said (arrival),
    PRIMARY KEY (line, target, arrival)
) STRICT, WITHOUT ROWID;

-- Line events of accepted entries.
CREATE TABLE happened (
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    place INTEGER NOT NULL,                     -- place in its entry, from 0
    kind INTEGER NOT NULL,                      -- sent, shown, unopened ...
    subject BLOB NOT NULL,                      -- entry id it speaks of, x'' for none
    body BLOB NOT NULL,                         -- its values, encoded
    PRIMARY KEY (line, no, seq, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX happened_subject ON happened (line, subject) WHERE subject <> x'';

-- Receipts: the holder's journal said in its slot `holder_seq` that it holds `no` up to `upto`.
-- What a journal holds only grows, so the first row at or above a slot is its first receipt.
CREATE TABLE held (
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,
    holder INTEGER NOT NULL,                    -- number of the journal that says so
    upto INTEGER NOT NULL,                      -- newest slot that it holds
    holder_seq INTEGER NOT NULL,                -- slot in which it says so
    time INTEGER NOT NULL,                      -- of the holder's entry
    PRIMARY KEY (line, no, holder, upto, holder_seq)
) STRICT, WITHOUT ROWID;

-- Verified frames behind a gap. They leave when they are accepted, or stand on another branch.
CREATE TABLE pending (
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    entry BLOB NOT NULL,
    arrived INTEGER NOT NULL,
    bare BLOB NOT NULL,                         -- the frame without its content
    content BLOB NOT NULL DEFAULT x'',          -- its content, sealed under the wrap key; secret
    PRIMARY KEY (line, no, seq)
) STRICT;

-- Frames on other branches of forked journals. They stay.
CREATE TABLE branch (
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    entry BLOB NOT NULL,
    arrived INTEGER NOT NULL,
    bare BLOB NOT NULL,                         -- the frame without its content
    content BLOB NOT NULL DEFAULT x'',          -- its content, sealed under the wrap key; secret
    PRIMARY KEY (line, no, seq, entry)
) STRICT;

-- What a key signed, or did, that must not be forgotten.
CREATE TABLE evidence (
    evidence INTEGER PRIMARY KEY,               -- rises with time
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,                        -- the journal and slot it is about
    seq INTEGER NOT NULL,
    reason TEXT NOT NULL,                       -- slug: what rule was broken, or what it proves
    body BLOB NOT NULL,                         -- the proof, or a note of what was met
    time INTEGER NOT NULL                       -- when we met it
) STRICT;

CREATE INDEX evidence_line ON evidence (line);

-- The outbox: envelopes that not every live station has given a receipt for. Secret: they are
-- sealed, but a stolen key of an epoch opens them.
CREATE TABLE outgoing (
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    precedence INTEGER NOT NULL,                -- 1 FLASH to 5 DEFERRED
    envelope BLOB NOT NULL,                     -- the same bytes until it is sealed anew
    UNIQUE (line, no, seq)
) STRICT;

CREATE INDEX outgoing_precedence ON outgoing (line, no, precedence, seq);

-- Up to where all live stations hold a journal, and its envelopes were let go.
CREATE TABLE settled (
    line INTEGER NOT NULL REFERENCES line (line),
    no INTEGER NOT NULL,
    upto INTEGER NOT NULL,                      -- newest such slot
    PRIMARY KEY (line, no)
) STRICT, WITHOUT ROWID;
