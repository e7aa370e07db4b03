"""The bounds of paths, each with its reason: of symbols (PATH-70 to PATH-86), and of relays.

This module must not hold a bound that others than paths share: those stand in `backchannel.limits`.
"""

from backchannel.wire.limits import TAKE_HASHES_MAX, TAKEN_BYTES_MAX

# --- Direct path --------------------------------------------------------------------------------
# A handshake takes two round trips: ten seconds are ample over a satellite, and short for a siege.
HANDSHAKE_SECONDS_MAX = 10.0
# Both certificates and all key shares need 4 KiB; who sends more before being known is cut off.
HANDSHAKE_BYTES_MAX = 65_536
# Handshakes of strangers at a time; one more, and the oldest is cut off.
HANDSHAKES_MAX = 64
# Heads come every 10 s: three of them may be lost in traffic.
IDLE_SECONDS_MAX = 35.0
# Who closes a session in favour of another reads on for so long.
LINGER_SECONDS_MAX = 5.0
# Between rounds of dialling: doubled from the first to the second, and never more.
DIAL_SECONDS_MIN = 0.5
DIAL_SECONDS_MAX = 60.0
# By then every longest pause has been reached, and no float has overflowed.
DOUBLINGS_MAX = 16
# Old sessions that only we still believe in, beside the one in use.
SESSIONS_MAX = 4
# Messages of a pinned station that are no messages, before its session is closed.
MALFORMED_MAX = 16
# Heads, wants, queries, answers: about two in 10 s are usual; a restart brings one for each mode.
CONTROL_BURST_MAX = 32
CONTROL_PER_SECOND_MAX = 8.0
# What waits to be written, for each precedence: enough for a second of work, and small in memory.
BACKLOG_MESSAGES_MAX = 1_024
BACKLOG_BYTES_MAX = 1_048_576
# One write, one TLS record: what is written can't be overtaken, so it stays short.
WRITE_BYTES_MAX = 16_384
# What the TLS library may hold back beside that, before the session is given up.
UNSENT_BYTES_MAX = 1_048_576
# What one read takes off the socket, and what waits for the station before reading stops.
READ_BYTES_MAX = 65_536
INBOX_EVENTS_MAX = 4_096
INBOX_BYTES_MAX = 8_388_608

# What the other side's heads lack is sent again after this, doubled up to the second (PATH, sync).
RESEND_SECONDS_MIN = 5.0
RESEND_SECONDS_MAX = 60.0
HEADS_SECONDS = 10.0
# One want a second: asked, and answered.
WANT_SECONDS_MIN = 1.0

# --- Symbols ------------------------------------------------------------------------------------
# An object of 3 kB: above, decoding takes longer than a slow path needs for the next symbol.
SYMBOLS_MAX = 127
# Objects of one sender that are open at one time: each costs a hash for every burst that comes.
OBJECTS_OPEN_MAX = 64
# Bursts that are kept of one object, and sizes that they may claim for it: one is true.
POOLED_BURSTS_MAX = 256
CLAIMED_SIZES_MAX = 4
# Up to which size it is tried which burst was forged: each try decodes the object once.
SYMBOLS_TRIED_MAX = 32
# Messages that were cut and of which parts are still to come.
CUT_MESSAGES_MAX = 8
# The share of bursts that a sender takes for lost: at first, and whatever it is told.
LOSS_FIRST = 0.3
LOSS_MIN = 0.05
LOSS_MAX = 0.7
# A unit on a byte pipe, and what is kept of one that does not end.
PIPE_UNIT_BYTES_MAX = 1_024
# Sign of life on a path of symbols; below 300 bit/s it costs three times the airtime.
MARK_SECONDS = 600.0
MARK_SECONDS_SLOW = 1_800.0
# Numbers that are used between two marks: a receiver that has lost count finds it again.
MARK_OBJECTS_MAX = 16
MARK_SECONDS_SPEAKING = 60.0
MARK_SECONDS_ANSWERING = 10.0
# Rates of a byte pipe, in bits per second: below, a burst takes longer than anybody listens.
RATE_MIN = 10
RATE_MAX = 1_000_000
# Rounds of a path with a rate: the first pause at least, the last; and its patience (PATH-86).
FIRST_ROUND_SECONDS_MIN = 60.0
LAST_ROUND_SECONDS = 3_600.0
SLOW_PATIENCE_SECONDS = 540.0
# Reports that wait to leave; what they are on will be asked about again.
REPORTS_WAITING_MAX = 16
# On a half-duplex pipe: silence before speaking, bursts before listening, and what the turn takes.
QUIET_SECONDS = 0.5
BURSTS_BEFORE_LISTENING_MAX = 8
TURN_SECONDS = 1.0
# Between attempts to open a pipe.
PIPE_PAUSE_SECONDS = 5.0
# A unit without the stuffing's cut: the longest run that one byte can count.
RUN_MAX = 0xFE
# What one part of a cut message holds: an object of 127 symbols without lead, check and numbers.
PART_BYTES_MAX = SYMBOLS_MAX * 24 - 8

# --- Relays (RELAY-30 to RELAY-36) ----------------------------------------------------------------
# What a station takes of an answer: what a relay answers with, and lengths.
RELAY_ANSWER_BYTES_MAX = TAKEN_BYTES_MAX + 4 * TAKE_HASHES_MAX
# A name that a SOCKS proxy is asked to connect to has one byte for its length.
SOCKS_NAME_BYTES_MAX = 255
# How many days back a station looks for mailboxes that it has not emptied.
BOX_DAYS_MAX = 14
# Capsules of one station that are remembered, so that one that comes again is no news.
CAPSULES_KNOWN_MAX = 4_096
# What is said to a station that is silent on a relay, beside envelopes: at once, and in the long
# run. Its mailbox would else be full of our heads when it comes back.
QUIET_CONTROL_BURST_MAX = 8
QUIET_CONTROL_PER_SECOND_MAX = 0.005
