"""Designs that are known to be wrong, to be switched on for a run: the judges must catch each.

The product knows nothing of them: functions of it are replaced while the run lasts. This module
must not be used for anything else.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from backchannel.errors import OfficerError
from backchannel.line import beacon, seen, succession
from backchannel.line.leaves import MODE
from backchannel.line.rows import Row
from backchannel.line.state import Beating, Journal, LineState
from backchannel.line.work import Work
from backchannel.sim.stand_ins import replaced
from backchannel.station.runner import Runner
from backchannel.wire.entry import EntryType, Head, parse_header
from backchannel.wire.envelope import parse_frame
from backchannel.wire.ids import entry_id

# The product's own, where no replacement finds them.
MOVED = (seen.moved,)
KEEP = (Runner._keep,)
LEAVES_DUE = (beacon.leaves_due,)


def resume(work: Work, *, clean: bool, mark: dict[int, int] | None) -> None:
    """Begin a start without a question: go on signing in the journal that this disk shows."""
    work.starts += 1


@contextmanager
def resume_old_journal() -> Iterator[None]:
    """A restarted station goes on where its disk says that it stood."""
    with replaced({succession.start: resume}):
        yield


def speak_first(runner: Runner, state: LineState, rows: Sequence[Row]) -> LineState:
    """Let everything leave, and then commit."""
    for listener in runner._listeners:
        listener(state, rows)
    return KEEP[0](runner, state, rows)


@contextmanager
def receipt_before_durable() -> Iterator[None]:
    """A station speaks before what it says is on its disk."""
    Runner._keep = speak_first  # type: ignore[method-assign,assignment]  # put back below
    try:
        yield
    finally:
        Runner._keep = KEEP[0]  # type: ignore[method-assign]


def moved_over_gaps(work: Work, own: Journal) -> tuple[Head, ...]:
    """Return heads like the product's, but of the highest entries that came, gaps or not."""
    heads = {head[0]: head for head in MOVED[0](work, own)}
    for no, frames in work.pending.items():
        journal = work.journals.get(no)
        if frames and journal is not None and journal.mode == own.mode:
            seq = max(frames)
            if seq > own.seen.get(no, (no, -1, b""))[1]:
                heads[no] = (no, seq, entry_id(parse_frame(frames[seq]).header))
    return tuple(sorted(heads.values()))


@contextmanager
def receipt_over_gaps() -> Iterator[None]:
    """A receipt names the highest entry that came, not the end of what is without gap."""
    with replaced({seen.moved: moved_over_gaps}):
        yield


def leaves_when_busy(work: Work, before: Beating) -> int:
    """Return how many leaves are due, but none while nothing has been said since the last one."""
    last = work.own(MODE).last
    idle = last is not None and parse_header(last.header).type == EntryType.BEACON_OPENING
    return 0 if idle else LEAVES_DUE[0](work, before)


@contextmanager
def beacon_when_busy() -> Iterator[None]:
    """A beacon skips the periods in which its station has nothing to say."""
    with replaced({beacon.leaves_due: leaves_when_busy}):
        yield


@contextmanager
def none() -> Iterator[None]:
    """Return the product as it is."""
    yield


DESIGNS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "resume-old-journal": resume_old_journal,
    "receipt-before-durable": receipt_before_durable,
    "receipt-over-gaps": receipt_over_gaps,
    "beacon-when-busy": beacon_when_busy,
}


def design_named(name: str | None) -> AbstractContextManager[None]:
    """Return a design to run under, none for the product's own. Raises OfficerError."""
    if name is None:
        return none()
    if name not in DESIGNS:
        raise OfficerError(
            "unknown-design", f"got {name!a}, wanted one of {', '.join(sorted(DESIGNS))}"
        )
    return DESIGNS[name]()
