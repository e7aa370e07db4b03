"""Every bound, in one place, each with its reason. No other module holds an unnamed bound."""

# --- Changing one of these breaks other stations ------------------------------------------------

# Encoding (WIRE-3). An object fits any path's memory; a hostile one costs bounded work.
DEPTH_MAX = 8
OBJECT_BYTES_MAX = 65_536
ARRAY_ITEMS_MAX = 1_024
TEXT_BYTES_MAX = 32_768

# A field list is flat and short, so that one field's proof stays small (RECORD, content).
FIELDS_MAX = 64
# Corners of one area, whole metres of a distance, and rows, list items or waypoints of one field of
# a notice; half the turn of the earth is 20,037,509 m (NOTICE).
CORNERS_MAX = 64
METRES_MAX = 40_075_017
ITEMS_MAX = 64
# A word that is spoken over a bad line.
WORD_WORDS_MAX = 3
SIGNERS_MAX = 16
REFS_MAX = 64
PARTIES_MAX = 16
STATION_JOURNALS_MAX = 64
FORM_CHARACTERS_MAX = 32
REASON_CHARACTERS_MAX = 200
ATTACHMENTS_MAX = 16
# u32 in the key schedule (KEYS-10); numbers of keys and epochs count up and are never used twice.
KEY_NUMBER_MAX = (1 << 32) - 1
GENERATION_MAX = 65_535
# A frame that leaves room in its envelope for one seal: 1,168 bytes and some heads (RECORD-43).
FRAME_BYTES_MAX = 64_000

# A minute names the journals of one mode, and the newest minutes of the others (PROOF-20).
MINUTE_ROWS_MAX = 64
MINUTES_NAMED_MAX = 64
# Signatures of 2,420 bytes in one entry, so that the frame has room for heads too (PROOF-22).
COSIGNATURES_MAX = 20

# What a beacon opening holds: leaves of some days at the usual period, so that a machine that was
# off over a weekend fills them in one entry; journals of a large line; witnesses of a policy.
BEACON_LEAVES_MAX = 512
BEACON_ROWS_MAX = 256
BEACON_QUOTES_MAX = 32

# Wrapped keys in one archive seal, so that the shares of two full circles stand beside them in one
# frame, with all heads that a header may have (PROOF-130).
SEAL_WRAPS_MAX = 256

# Direct path (PATH): the largest message between two stations.
MESSAGE_BYTES_MAX = 131_072

# --- Changing one of these is our own affair ----------------------------------------------------

# Behind a gap we keep this much and no more; the sender still has the rest (RECORD, bounds).
PENDING_AHEAD_MAX = 4_096
PENDING_ENTRIES_MAX = 1_024
PENDING_BYTES_MAX = 16 * 1024 * 1024
BRANCHES_MAX = 16
UNKNOWN_SIGNER_FRAMES_MAX = 64
SKIPPED_KEYS_MAX = 512
# Entry ids that a journal's newest heads are compared with; older ones are looked up (RECORD-12).
TRAIL_MAX = 512
# Frames to be compared with what the store holds in their slot.
COMPARE_FRAMES_MAX = 64
# Open journals of one party in one mode: eight stations, and room for those that replace them.
OPEN_JOURNALS_MAX = 64
# Heads in one header of ours, so that a flood of journals leaves room for words (RECORD-5).
SEEN_HEADS_MAX = 128
# Journals that a vector can hold: as many as one first entry can name.
SEEN_JOURNALS_MAX = ARRAY_ITEMS_MAX
# Entries without their words: each new one has the whole list written (RECORD-58).
UNOPENED_ENTRIES_MAX = 64
# Epochs of one sender: all it may offer ahead, and those whose last boxes are on their way.
INCOMING_EPOCHS_MAX = 32
# An answer to a restarted station, so that our journal can hold it: one header, and heads.
ANSWER_BYTES_MAX = 49_152
# A statement of ours with its content and attachments: beside it stand signatures and heads.
WORDS_BYTES_MAX = 54_000
# Archive seals in one archive file: what a holder signs for their shares is one object (PROOF-139).
SEALS_OPENED_MAX = 512
# Archive seals or openings that are read from the store at once: each may be as long as a frame.
ARCHIVE_ENTRIES_AT_ONCE = 64
# Content keys that one look through the archive judges (RECORD-119).
SWEEP_KEYS_MAX = 64
# Line events in one entry of ours: what is more goes into further ones.
EVENTS_BYTES_MAX = 49_152
# What a flood may make us write within an hour, so that the others still take in our officers'
# words (RECORD-18): of what the charter lets a journal have, one part in so many, at least so much.
RECEIPTS_SHARE = 4
OFFERS_SHARE = 16
OFFERS_AN_HOUR_MIN = 64
REFUSALS_AN_HOUR_MAX = 60
LISTS_AN_HOUR_MAX = 128
PATH_EVENTS_AN_HOUR_MAX = 120
# Of what a journal said of its paths: slots looked back through, and rows read of it.
PATH_EVENTS_LOOKED_BACK_MAX = 65_536
PATH_EVENTS_READ_MAX = 4_096
# Proposals of one journal that are cosigned; the newest covers what the others would have.
MINUTES_AN_HOUR_MAX = 12
# Seals in one offer: with them and its heads an offer still fits one object.
SEALS_MAX = 48
READERS_PER_PARTY_MAX = 8
WANT_ENTRIES_MAX = 256

# Notes of witnesses: as many bytes and signatures as other tools of that format read.
NOTE_BYTES_MAX = 1_000_000
NOTE_SIGNATURES_MAX = 100
# Names of keys and origins: one byte of length stands before them where they are cosigned.
KEY_NAME_BYTES_MAX = 255
# What a policy may name: as much as its format recommends that every reader takes.
POLICY_NAMES_MAX = 64
# --- Witnesses (C2SP tlog-witness) ----------------------------------------------------------------
# The format's own bound; a tree of 2^63 leaves needs no more.
PROOF_HASHES_MAX = 63
# A proof, a checkpoint, and some thirty post-quantum signatures under it.
WITNESS_REQUEST_BYTES_MAX = 131_072
# Two or three signatures are usual; a witness that answers with more is not read to the end.
WITNESS_ANSWER_BYTES_MAX = 65_536
# Connections that a witness holds; one more, and the oldest is cut off. A request takes some
# milliseconds, so only who is slow on purpose is ever the oldest.
WITNESS_CONNECTIONS_MAX = 256
# How long a connection may live, in seconds: enough for a slow path, and short for a siege.
WITNESS_CONNECTION_SECONDS_MAX = 30.0
# Proofs of contradiction kept of one log: one is enough to convict it.
CONTRADICTIONS_MAX = 16
# How long a station waits for one witness, and between attempts: doubled up to the second.
WITNESS_SECONDS_MAX = 20.0
WITNESS_PAUSE_SECONDS_MIN = 2.0
WITNESS_PAUSE_SECONDS_MAX = 600.0
# Attempts in a row to find the size that a witness holds: it tells it with the first refusal.
WITNESS_ATTEMPTS_MAX = 3

# Proposals of others that wait for our cosignature, one of each journal.
OPEN_PROPOSALS_MAX = 64
# Minutes whose cosignatures wait to be held against those in the store, and proofs kept of one
# journal's contradictions: the first is enough, some more show how often.
UNMATCHED_MINUTES_MAX = 1_024
CONTRADICTIONS_MAX = 16
# Statements in the slots of one sign-off, and how many earlier ones are looked through for an
# officer's last: those of some officers in a year.
SIGNED_OFF_MAX = 4_096
SIGN_OFFS_LOOKED_BACK_MAX = 4_096
# Notices of one form that the register of promises looks through: a promise a day for ten years.
PROMISING_NOTICES_MAX = 4_096
# How many earlier minutes of a journal are held against one that breaks their rules.
MINUTES_LOOKED_BACK_MAX = 1_024
# Notices of the watch that status looks back through: of two rooms and three posts, a week.
WATCH_NOTICES_MAX = 128
# Notices about the line that are looked through for suspended lanes and withheld keys.
LANE_NOTICES_MAX = 128
# Entries of the directory that are looked through: each post of a few rooms, entered some times.
LISTINGS_MAX = 256
# Incidents that the joint list shows, the newest.
INCIDENTS_MAX = 256
# Statements that the sheet of a month looks through, the newest: 130 a day.
SHEET_STATEMENTS_MAX = 4_096
# Tests of the line that are scored: hourly ones of both rooms for a month.
TRIALS_MAX = 2_048
# Of these, how many a status looks through for those of ours.
TRIALS_LOOKED_AT_MAX = 256
# Who has been on watch for longer is taken to have forgotten to hand over.
WATCH_SECONDS_MAX = 43_200
# Cosignatures of one checkpoint with other roots than the one asked about.
OTHER_ROOTS_MAX = 64

# Leaves of trees read and hashed in one turn of the loop, and trees of a journal that are kept to
# go on from: proposals name sizes that differ by what was on its way.
LEAVES_AT_ONCE = 4_096
TREES_KEPT_MAX = 4
# Cosignatures read back at once: those of some minutes by all stations of a large line.
COSIGNATURES_READ_MAX = 1_024

# How far a disclosure looks back for what an opening quotes, in sizes and in openings: usually one.
QUOTES_SOUGHT_MAX = 64
# Checkpoints of our log in a span, some kilobytes each: those of two days, or evenly fewer.
SPAN_NOTES_MAX = 288

# One commit takes what gathered while the last one ran.
GROUP_EVENTS_MAX = 256

# --- Direct path (PATH) -------------------------------------------------------------------------
# The first four break other stations. What paths alone share stands in `backchannel.path.limits`.

# A message is one object (WIRE), so that one decoder reads it: its own heads need 64 bytes.
ENVELOPE_BYTES_MAX = OBJECT_BYTES_MAX - 64
# 16 parties and 4,096 journals each; counts and seconds that any integer and double keep exactly.
JOURNAL_NUMBER_MAX = 65_535
SEQUENCE_MAX = 1 << 48
TIME_MAX = 1 << 48

# Addresses are the other station's word; more of them would keep us busy.
ADDRESSES_MAX = 8

# --- Private keys at rest (WIRE-24) -------------------------------------------------------------
# What Argon2id may cost a reader: below, a stolen file is guessed; above, a strange one stalls us.
PASSPHRASE_KIB_MIN = 64 * 1_024
PASSPHRASE_KIB_MAX = 1_024 * 1_024
PASSPHRASE_PASSES_MIN = 3
PASSPHRASE_PASSES_MAX = 16
PASSPHRASE_LANES_MIN = 1
PASSPHRASE_LANES_MAX = 16

# Of one journal in an hour beyond the charter's quota (RECORD-15): revocations must always get in,
# and keys too, or a flood of text would end a line.
AUTHORITY_ENTRIES_MAX = 256
URGENT_SHARE_PERCENT = 5

# Epochs offered ahead of need, so that a fast sender never waits for a receipt (KEYS-18), and
# frames sealed directly in one round: each costs an HPKE seal for every reader.
OFFERS_AHEAD_MAX = 8
DIRECT_SEALS_AT_ONCE = 8

# A file moved by hand: an authority journal of a large party over many years.
FILE_OBJECTS_MAX = 100_000

# --- Charter, credentials and drafts (CHARTER-3) -------------------------------------------------
# Changing one of these breaks other stations.

# One party talks to nobody; the largest number is PARTIES_MAX.
PARTIES_MIN = 2
# A root's public keys are 2 kB and a reader's 1.2 kB, and the charter must fit into one object.
ROOTS_MAX = 8
READERS_MAX = 16
# What is printed on a sheet or drawn in one line of a desk.
NAME_CHARACTERS_MAX = 64
CONTACT_CHARACTERS_MAX = 200
WITNESS_POLICY_CHARACTERS_MAX = 8_192
# Lists that people agree on line by line; a longer one nobody has read.
LANGUAGES_MAX = 8
RULES_MAX = 32
COVERS_MAX = 32
FORMS_MAX = 64
WINDOWS_MAX = 64
LANES_MAX = 16
DURESS_POSTS_MAX = 16
SUBJECTS_MAX = 64
# Unannounced test calls of one party in a month; more would be no surprise.
CALLS_MAX = 100
PATHS_MAX = 64
POSTS_OF_OFFICER_MAX = 16
# A clock that runs longer than a year guards nothing.
DURATION_SECONDS_MAX = 366 * 86_400
# The last second of the year 9999: beyond it nobody can write a date.
MOMENT_MAX = 253_402_300_799
# Beyond this a count in a charter is a typing error, and its sum over a day still exact.
COUNT_MAX = 1 << 40
EPOCH_ENVELOPES_MAX = 4_096
RECEIPT_DELAY_MS_MAX = 60_000
CELL_BYTES_MAX = 65_536
TICK_MS_MAX = 3_600_000
# Roots, an issuer, his deputy, their deputy: a longer chain nobody can overlook.
DELEGATION_DEPTH_MAX = 4

# What the dispatch takes from a path at once.
PATH_EVENTS_MAX = 512
# What was seen of copies is written so often: one write for many.
COPIES_SECONDS = 1.0
# Envelopes read from the store at once when a station starts with a full outbox.
OUTBOX_PAGE_MAX = 1_000

# --- Key ceremony and commands -------------------------------------------------------------------
# One founding file of a large party is a few MiB; a longer file by hand is a mistake or an attack.
HAND_FILE_BYTES_MAX = 256 * 1024 * 1024
# Officers and stations that one request file may bring to their office.
SUBJECTS_MAX = 64
# Entries read back at once to be sealed in an epoch that has become usable.
FRAMES_AT_ONCE = 128

# --- Copies in other formats (NOTICE-112) ---------------------------------------------------------
# A file that fills in a form: hundreds of messages, and short to read.
COPY_FILE_BYTES_MAX = 4 * 1024 * 1024
COPY_FEATURES_MAX = 256
# Words of such a file that stand beside the form, and characters of each: what a person reads.
COPY_WORDS_MAX = 64
COPY_WORD_CHARACTERS_MAX = 400
# CAP inside EDXL inside an envelope is ten deep.
XML_DEPTH_MAX = 32
XML_ELEMENTS_MAX = 20_000
# Slots of our own journal that a start looks through for what was not taken: months of a busy line.
HANDED_ON_LOOKED_BACK_MAX = 65_536

# --- The station's own interface ------------------------------------------------------------------
# The longest tag that RFC 5646 needs for a language with script and region, and some to spare.
LANGUAGE_CHARACTERS_MAX = 35
# Words that differ between two texts before they are compared as one piece: the time is quadratic.
COMPARED_WORDS_MAX = 2_000
# A statement and its content, 64 KiB each, written in hexadecimal.
REQUEST_BYTES_MAX = 4 * OBJECT_BYTES_MAX + 16_384
# A founding or authority file that is handed to a running station.
GIVEN_BYTES_MAX = 16 * 1024 * 1024
# TCP has no port above it (RFC 9293).
PORT_MAX = 65_535
# SQLite has no whole number above it: a cursor beyond it is before nothing and behind nothing.
ARRIVAL_MAX = (1 << 63) - 1
# A page of the log, and what is looked up around one statement.
LOG_LINES_MAX = 500
ANSWERS_SHOWN_MAX = 256
EVENTS_SHOWN_MAX = 256
NON_ANSWERS_SHOWN_MAX = 64
ASIDE_SHOWN_MAX = 64
EVIDENCE_SHOWN_MAX = 64
# Bytes of a field that are shown in full: what is longer, such as a post-quantum signature, is told
# by its size and how it begins.
HEX_BYTES_SHOWN_MAX = 256
CROSSED_SLOTS_MAX = 256
# Statements that one disclosure shows beside the one that it is of.
BESIDE_MAX = 32
# Links from a disclosed entry to the one that its receipt names: a flood lies between them by then.
LINKS_MAX = 4_096
# A disclosure that every reader takes (PROOF-30).
SPAN_BYTES_MAX = 67_108_864
# What faces may do at once: a desk has one stream, a command one request.
STREAMS_MAX = 16
REQUESTS_AT_ONCE = 64
WAIT_SECONDS_MAX = 30
# Entries read from the store at once by a check or a transcript: short for the loop, long enough
# for the disk.
ENTRIES_AT_ONCE = 500
# Below the first a person should make room soon, below the second at once.
DISK_FREE_BYTES_LOW = 1024 * 1024 * 1024
DISK_FREE_BYTES_MIN = 128 * 1024 * 1024
# Rows of each list in a non-answer: the open journals of a party in a mode (RECORD-15).
NON_ANSWER_ROWS_MAX = 64
# Open clocks that are told at once, and those that stand in the status.
DUES_LISTED_MAX = 500
DUES_SHOWN_MAX = 8
# Time for who was cut off to say what it holds, before its silence counts after a start.
GRACE_MS = 60_000
# A step of the clock below it is lost in the whole seconds of two labels.
CLOCK_STEP_MS = 2_000
# Steps of the clock and stops of the station that are remembered for the age of what came before.
MARKS_MAX = 8
# For so long a minute may lack a signature before people are told (PROOF-24); and so many minutes
# and answers to them are looked at for it.
UNCOSIGNED_SECONDS_MAX = 86_400
MINUTES_LOOKED_AT_MAX = 256
# How long before a mandate or a charter ends its people are told.
ENDING_SOON_SECONDS = 30 * 86_400
# Events that may wait for the writer before the paths are asked to wait too.
WAITING_EVENTS_MAX = 2_048
# Marks that may stand on one letter of a terminal: Arabic, Hebrew and Vietnamese need three, and
# what piles up higher is drawn over the rows above.
MARKS_ON_A_LETTER_MAX = 4
# Keys that wait while a terminal desk asks its station: a passphrase, and what follows it.
KEYS_AHEAD_MAX = 256
