"""Entering that a deadline of ours has passed in silence, and how far we have taken it on.

This module must not enter what rests on less than we hold: what has come meanwhile is looked at
first. Clauses: RECORD-128, RECORD-133.
"""

from backchannel.line.events import Escalated, Unanswered
from backchannel.line.seen import fold, moved
from backchannel.line.silence import newest_of
from backchannel.line.speak import Words, append, may_speak, mode_of, tell
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId
from backchannel.wire.nonanswer import pack_non_answer
from backchannel.wire.payload import Happening, LineEvent


def on_unanswered(work: Work, event: Unanswered) -> EntryId | None:
    """Enter a non-answer, unless something of the addressee has come meanwhile (RECORD-128).

    What is thrown away is found again by whoever keeps the clocks, if it is still so.
    """
    mode = mode_of(work, event.no)
    if not may_speak(work, mode):
        return None
    own = work.own(mode)
    said = tuple(each.entry for each in event.said.life)
    if said != newest_of(fold(own.seen, moved(work, own)), event.said.addressee):
        return None
    payload = pack_non_answer(event.said)
    return append(work, mode, Words(EntryType.NON_ANSWER, payload, precedence=event.precedence))


def on_escalated(work: Work, event: Escalated) -> None:
    """Enter how far a statement that nobody answers was taken on (RECORD-133)."""
    mode = mode_of(work, event.no)
    if may_speak(work, mode):
        values = ((event.entry, step, work.at.now) for step in event.steps)
        tell(work, mode, *(LineEvent(Happening.ESCALATED, each) for each in values))
