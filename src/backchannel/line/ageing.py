"""How old something is in running time, whatever our clock said when it came.

The clock and the running time go together but for steps of the clock and for stops. Each of these
leaves a mark, so a label of our clock can be turned into running time. Time switched off counts as
none. This module must not correct a clock. Clauses: RECORD-80, NOTICE-87.
"""

from backchannel.limits import CLOCK_STEP_MS, MARKS_MAX
from backchannel.line.state import Core, Mark
from backchannel.line.work import Work


def note_time(work: Work) -> None:
    """Leave a mark where the clock has stepped since the last one, or this is the first."""
    at = work.at
    if work.marks:
        last = work.marks[-1]
        if abs((at.now - last.now) * 1000 - (at.elapsed - last.elapsed)) <= CLOCK_STEP_MS:
            return
    heads = {no: journal.seq for no, journal in work.journals.items()}
    work.marks = (*work.marks, Mark(at.now, at.elapsed, heads))[-MARKS_MAX:]


def running_at(core: Core, no: int, seq: int, arrived: int) -> int:
    """Return the running time, in ms, at which we accepted the entry in a slot.

    `arrived` is our clock's label of that moment. What is older than all marks is dated back from
    the oldest by the clock.
    """
    until = None
    for mark in reversed(core.marks):
        if seq > mark.heads.get(no, -1):
            then = mark.elapsed + max(0, arrived - mark.now) * 1000
            return then if until is None else min(then, until)
        until = mark.elapsed
    if not core.marks:
        return 0
    oldest = core.marks[0]
    return oldest.elapsed - max(0, oldest.now - arrived) * 1000
