"""Bounds of the desk, in a browser and in a terminal, each with its reason.

This module must hold nothing else. What another station must share stands in `backchannel.limits`.
"""

from backchannel.limits import TEXT_BYTES_MAX

# A room of people before one desk: who is signed in, for how long (a long watch), windows that are
# open, drafts that wait, and the words of the longest form with every character escaped.
DESK_SESSIONS_MAX = 32
DESK_SESSION_SECONDS = 12 * 3_600
DESK_STREAMS_MAX = 32
DESK_LINES_MAX = 40
DESK_FIELDS_MAX = 2_000
DESK_OPENED_MAX = 512
# Charts that are kept drawn: the statements that a watch has before it, half a megabyte each.
DESK_CHARTS_MAX = 16
DRAFTS_MAX = 256
DESK_FORM_BYTES_MAX = 12 * TEXT_BYTES_MAX
# Marks that may stand on one letter of a terminal: Arabic, Hebrew and Vietnamese need three, and
# what piles up higher is drawn over the rows above.
MARKS_ON_A_LETTER_MAX = 4
# Keys that wait while a terminal desk asks its station: a passphrase, and what follows it.
KEYS_AHEAD_MAX = 256
