"""What a station entered about its paths, and which were up by that when it entered a statement.

Both rooms hold these line events, so both find the same. This module must not ask a path how it is
now. Clause: NOTICE-94.
"""

from collections.abc import Iterator, Mapping

from backchannel.charter.paths import Latency, Path, PathKind
from backchannel.line.state import Journal, LineState
from backchannel.station.judging import Record
from backchannel.station.runner import Custody
from backchannel.store.pathevents import PathEvent, path_events
from backchannel.store.queries import Stated
from backchannel.wire.signing import Mode

STATION_DIGITS = 8

# How a line event names one end of a path: its number, and the beginning of the station's name.
End = tuple[int, str]


def begins(name: bytes) -> str:
    """Return how a line event of a path names a station: by the beginning of its name."""
    return name.hex()[:STATION_DIGITS]


def newest_words(
    custody: Custody, state: LineState, no: int, seq: int, *, time: int
) -> dict[End, PathEvent]:
    """Return what the station of a journal had last said of each end of its paths, newest first: in
    the journal itself up to a slot, in its others of mode REAL up to a time, in seconds UTC."""
    newest: dict[End, PathEvent] = {}
    for each in words_before(custody, state, no, seq, time=time):
        newest.setdefault((each.path, each.station), each)
    return newest


def words_before(
    custody: Custody, state: LineState, no: int, seq: int, *, time: int
) -> Iterator[PathEvent]:
    """Yield these words, newest first."""
    journals = state.core.journals
    for each in sorted(real_journals(journals, journals[no]), reverse=True):
        upto = seq if each == no else journals[each].seq
        for event in path_events(custody.database, custody.line, each, upto):
            if each == no or event.time <= time:
                yield event


def real_journals(journals: Mapping[int, Journal], journal: Journal) -> Iterator[int]:
    """Yield the journals of mode REAL that are of one station with another: by credential, or by a
    certificate that both announced, for modes share it."""
    pins = {address.certificate for address in journal.addresses}
    for each in journals.values():
        if each.mode == Mode.REAL and each.party == journal.party:
            shared = pins.intersection(address.certificate for address in each.addresses)
            if shared or each.credential == journal.credential:
                yield each.no


def ways_to(record: Record, stated: Stated, party: int) -> tuple[Path, ...]:
    """Return the paths to a party that were up when a statement was entered, by the word of its
    station (NOTICE-94). None is looked for where all paths are fast."""
    state, said = record.state, stated.said
    agreed = {path.id: path for path in state.charter.paths}
    if all(path.latency == Latency.FAST for path in agreed.values()):
        return ()
    names = names_of(state, party)
    author = state.core.journals[said.no].party
    found = newest_words(record.custody, state, said.no, said.seq, time=stated.time)
    numbers = {each.path for each in found.values() if each.up and each.station in names}
    ways = (agreed.get(n, Path(n, PathKind.DIRECT, (author,))) for n in sorted(numbers))
    return tuple(way for way in ways if author in way.senders)


def names_of(state: LineState, party: int) -> frozenset[str]:
    """Return how line events of paths name the live stations of a party."""
    return frozenset(
        begins(journal.addresses[-1].certificate)
        for journal in state.core.journals.values()
        if journal.party == party
        and journal.addresses
        and journal.credential not in state.authorities[party].revocations
    )
