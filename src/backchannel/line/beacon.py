"""The beacon: one leaf for each period in our public log, and the entry that can open it.

The clock of the beacon is running time, so nobody sets it, and what is said on the line moves
nothing of it. The clock's claim names the period, and says after a start how many were missed. This
module must not compute a root or publish a leaf. Clauses: PROOF-60 to PROOF-62.
"""

import msgspec

from backchannel.limits import BEACON_LEAVES_MAX, BEACON_ROWS_MAX
from backchannel.line.events import Beaten
from backchannel.line.leaves import MODE
from backchannel.line.speak import Words, append, may_speak
from backchannel.line.state import Beating, Journal, LineState
from backchannel.line.wanted import ReadRoots
from backchannel.line.work import Work
from backchannel.wire import beacon
from backchannel.wire.entry import EntryType
from backchannel.wire.minute import Size


def has_beacon(work: Work) -> bool:
    """Say whether our station keeps a beacon: the charter names witnesses, and it speaks in REAL
    (PROOF-60)."""
    return bool(work.charter.witness_policy) and may_speak(work, MODE)


def call(work: Work) -> None:
    """Note how many leaves are due, once for each time that some are (PROOF-62)."""
    if not has_beacon(work) or (work.beating is not None and work.beating.wanted):
        return
    before = work.beating or Beating(work.at.elapsed, work.starts)
    wanted = leaves_due(work, before)
    if wanted or before.starts != work.starts or work.beating is None:
        work.beating = msgspec.structs.replace(before, starts=work.starts, wanted=wanted)


def leaves_due(work: Work, before: Beating) -> int:
    """Return how many leaves are due now: one for each period of running time, and after a start
    those of the periods that the clock says were missed."""
    own, period_s = work.own(MODE), work.charter.beacon_period_s
    if not own.leaves:
        return 1
    due = (work.at.elapsed - before.since) // (period_s * 1000)
    if before.starts != work.starts:
        due = max(due, period_at(work) - own.beat)
    return min(due, BEACON_LEAVES_MAX)


def period_at(work: Work) -> int:
    """Return the number of the period that the clock says it is."""
    return work.at.now // work.charter.beacon_period_s


def next_due(state: LineState) -> int | None:
    """Return the running time in ms at which the next leaf falls due, None while none will.

    Whoever runs the line wakes then: were it at the next tick or timer, what is said on the line
    would move the leaf (PROOF-62).
    """
    beating = state.core.beating
    if beating is None or beating.wanted or not has_beacon(Work(state)):
        return None
    return beating.since + state.charter.beacon_period_s * 1000


def to_beat(work: Work) -> list[ReadRoots]:
    """Return the request for the leaves that are due."""
    if not has_beacon(work) or work.beating is None or not work.beating.wanted:
        return []
    return [ReadRoots(work.own(MODE).leaves)]


def vector_sizes(state: LineState) -> tuple[Size, ...]:
    """Return how far we hold each journal, of every mode, ascending: what the next leaf covers.

    Where there are too many, our own come first, then the lowest numbers (PROOF-61).
    """
    work = Work(state)
    numbers = sorted({*state.authorities, *state.core.journals})
    heads = [head for head in map(work.head_of, numbers) if head is not None]
    heads.sort(key=lambda head: head[0] not in work.ours)
    return tuple(sorted((no, seq + 1) for no, seq, _ in heads[:BEACON_ROWS_MAX]))


def beat(work: Work, event: Beaten) -> None:
    """Enter an opening, and with it its leaves: they are published from the record alone, so what
    cannot be opened is never shown to anybody (PROOF-60 to PROOF-62).

    An answer that is no longer wanted is thrown away.
    """
    if not to_beat(work) or event.n != work.own(MODE).leaves:
        return
    assert work.beating is not None
    own, wanted = work.own(MODE), work.beating.wanted
    period = own.beat + wanted if own.leaves else period_at(work)
    if own.leaves and wanted == BEACON_LEAVES_MAX:
        # A gap that is too long to fill stands in the record as one.
        period = max(period, period_at(work))
    vector = beacon.Vector(tuple(work.chance(b"beacon") for _ in range(wanted)), event.rows)
    said = beacon.Beat(event.n, period, beacon.leaves_of(vector), event.quotes)
    words = Words(EntryType.BEACON_OPENING, beacon.pack_beat(said), beacon.pack_vector(vector))
    append(work, MODE, words)
    work.beating = Beating(next_since(work, own, wanted), work.beating.starts)


def next_since(work: Work, own: Journal, wanted: int) -> int:
    """Return from when the next period runs: without drift, while the beacon keeps its time."""
    assert work.beating is not None
    kept = work.beating.since + wanted * work.charter.beacon_period_s * 1000
    return kept if own.leaves and kept <= work.at.elapsed else work.at.elapsed
