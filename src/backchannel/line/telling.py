"""Entering what was done here with a statement of the record: a desk showed it, it was disclosed,
or handed on to our own systems.

This module must not enter anything of an entry that is not held. Clauses: RECORD-57, PROOF-33,
PROOF-104, NOTICE-118.
"""

from backchannel.errors import OfficerError
from backchannel.line.events import Disclosed, HandedOn, Shown, SpanDisclosed
from backchannel.line.speak import mode_of, require_voice, tell
from backchannel.line.work import Work
from backchannel.wire.payload import Happening, LineEvent


def on_shown(work: Work, event: Shown) -> None:
    """Enter that a desk has drawn a statement. A machine's word only (RECORD-57, NT76)."""
    values = (event.entry, event.croot, event.posts, work.at.now)
    enter(work, event, LineEvent(Happening.SHOWN, values))


def on_disclosed(work: Work, event: Disclosed) -> None:
    """Enter that a statement is disclosed, before the file leaves (PROOF-33)."""
    values = (event.entry, event.labels, event.purpose)
    enter(work, event, LineEvent(Happening.DISCLOSED, values))


def on_span_disclosed(work: Work, event: SpanDisclosed) -> None:
    """Enter that a span is disclosed, before the file leaves (PROOF-104)."""
    values = (event.entry, event.since, event.shown, event.hidden, event.purpose)
    enter(work, event, LineEvent(Happening.SPAN_DISCLOSED, values))


def on_handed_on(work: Work, event: HandedOn) -> None:
    """Enter that a copy is handed on, before it leaves, and that it was taken (NOTICE-118)."""
    values = (event.entry, event.hook, event.format, event.digest, int(event.taken))
    enter(work, event, LineEvent(Happening.HANDED_ON, values))


def enter(work: Work, event: Shown | Disclosed | SpanDisclosed | HandedOn, said: LineEvent) -> None:
    """Write a line event in the mode of the entry that it speaks of.

    Raises OfficerError for an entry that we do not hold in the slot that the event names.
    """
    mode = mode_of(work, event.no)
    require_voice(work, mode)
    if not is_held(work, event):
        raise OfficerError(
            "not-held", "the entry is not held here: no desk can have drawn it, nobody can show it"
        )
    tell(work, mode, said)


def is_held(work: Work, event: Shown | Disclosed | SpanDisclosed | HandedOn) -> bool:
    """Say whether the slot that an event names holds its entry, as far as ids are at hand."""
    head = work.head_of(event.no)
    held = work.trails.get(event.no, {}).get(event.seq, event.entry)
    return head is not None and event.seq <= head[1] and held == event.entry
