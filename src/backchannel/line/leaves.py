"""What the opening of beacon leaves changes: how many leaves its journal's log has, up to which
period.

This module must not speak, and must not judge what the leaves hide: not all hold the words.
Clauses: PROOF-60 to PROOF-62.
"""

import msgspec

from backchannel.errors import BreachError, JunkError
from backchannel.line.rows import ContentRow
from backchannel.line.state import Journal
from backchannel.line.work import Work
from backchannel.wire.beacon import parse_beat, parse_vector, require_opens
from backchannel.wire.entry import Header
from backchannel.wire.ids import EntryId
from backchannel.wire.primitives import gcm_siv_seal
from backchannel.wire.signing import Mode

MODE = Mode.REAL
CONTENT_NONCE = bytes(12)


def take_leaves(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Act on an opening: count its leaves, and keep its words if they open them. Raises
    BreachError, or JunkError for another layout (PROOF-60, PROOF-62).

    Words that do not come, or do not open the leaves, change no verdict.
    """
    said = parse_beat(payload)
    known = work.journals[journal.no]
    if journal.mode != MODE:
        raise BreachError("beacon-mode", "a beacon is kept in REAL alone")
    if said.n != known.leaves:
        raise BreachError("beacon-number", f"leaf {said.n} after {known.leaves} leaves")
    first = said.period - len(said.leaves) + 1
    if first < 0 or (known.leaves and first <= known.beat):
        raise BreachError("beacon-period", f"period {first} after period {known.beat}")
    leaves = known.leaves + len(said.leaves)
    work.journals[journal.no] = msgspec.structs.replace(known, leaves=leaves, beat=said.period)
    if content is not None:
        keep_words(work, EntryId(journal.head), payload, content)


def keep_words(work: Work, entry: EntryId, payload: bytes, content: bytes) -> None:
    """Keep what opens the leaves of an entry, sealed under a key of its own like other words."""
    try:
        require_opens(parse_vector(content), parse_beat(payload))
    except JunkError:
        return
    key = work.chance(b"content" + entry)
    work.add(ContentRow(entry, gcm_siv_seal(key, CONTENT_NONCE, content, entry), key))
