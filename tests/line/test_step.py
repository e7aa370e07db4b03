"""The step itself: pure, repeatable, whole or nothing; and the events that are told."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import Exchange, copied, core_without_version, open_line
from tests.line.hostile import Hostile, hostile_birch, reason
from tests.line.newcomer import Newcomer
from tests.line.test_effects import told

from backchannel.errors import BackchannelError
from backchannel.line.events import (
    AddressChanged,
    Arrived,
    AskedAgain,
    Consented,
    Event,
    Given,
    PathChanged,
    Released,
    ResumeOrdered,
    Started,
    TimePassed,
    Took,
)
from backchannel.line.rows import OutgoingRow, SaidRow
from backchannel.line.state import LineState
from backchannel.line.step import HANDLERS, fold, step, step_many
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import pack_frame
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.payload import Happening
from backchannel.wire.signing import Mode

EMPTY = encode(())


def some_events(exchange: Exchange, random: Random) -> list[Event]:
    """Honest and hostile events for Alder in some order, with time going on."""
    birch, drill = Hostile(exchange), Hostile(exchange, BIRCH, Mode.EXERCISE)
    for n in range(3):
        exchange.say(BIRCH, f"honest {n}")
    mail = [row.envelope for row in exchange.stations[BIRCH].mail[-3:]]
    value, content = birch.statement("hostile")
    frames = [
        birch.frame(encode(value), EntryType.STATEMENT, content=content),
        birch.frame(encode(value), EntryType.STATEMENT),
        birch.frame(EMPTY, EntryType.RECEIPT, prev=seed("torn")),
        birch.frame(EMPTY, EntryType.RECEIPT, seq=birch.known().seq, time=7),
        birch.frame(EMPTY, EntryType.RECEIPT, seq=birch.known().seq + 2, prev=seed("gap")),
        birch.frame(EMPTY, EntryType.RECEIPT, seen=((16, 99, seed("never")),)),
        birch.frame(encode((9, 0, ((144, 1, bytes(1168)),))), EntryType.OFFER),
        drill.frame(EMPTY, EntryType.FORK),
    ]
    envelopes = [*mail, mail[0], *(birch.seal(pack_frame(f)) for f in frames), b"junk", b""]
    newcomer = Newcomer(exchange)
    officers = (CredentialId(seed("a")), CredentialId(seed("b")))
    kinds = [
        *(("arrive", envelope) for envelope in envelopes),
        ("arrive", birch.seal(newcomer.opening())),
        ("given", newcomer.paper),
        ("given", b"junk"),
        ("say", None),
        ("say", None),
        ("badly", None),
        ("time", 1_000),
        ("time", 700_000),
        ("took", None),
        ("path", None),
        ("start", None),
        ("resume", officers),
        ("consent", officers[0]),
    ]
    random.shuffle(kinds)
    return [event_of(exchange, kind, value) for kind, value in kinds]


def event_of(exchange: Exchange, kind: str, value: object) -> Event:
    """One event that happens to Alder's station, later than all before."""
    clock = exchange.clock
    if kind == "time":
        clock.elapsed += int(value)  # type: ignore[call-overload]
    clock.elapsed += 1
    at = clock.moment()
    match kind:
        case "arrive":
            return Arrived(at=at, path=1, envelope=value)  # type: ignore[arg-type]
        case "given":
            return Given(at=at, frames=(value,))  # type: ignore[arg-type]
        case "say":
            return exchange.released(ALDER, f"said at {clock.elapsed}")
        case "badly":
            return replace(exchange.released(ALDER, "unsigned"), signatures=(bytes(64),))
        case "took":
            return Took(at=at, path=1, mode=Mode.REAL, entries=(EntryId(seed("e")),))
        case "path":
            return PathChanged(at=at, path=1, station="birch", up=True)
        case "start":
            return Started(at=at, clean=True, mark=None)
        case "resume":
            return ResumeOrdered(at=at, mode=1, officers=value, new_journal=False)  # type: ignore[arg-type]
        case "consent":
            return Consented(at=at, mode=Mode.REAL, credential=value)  # type: ignore[arg-type]
    return TimePassed(at=at)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_a_batch_is_the_fold_of_its_steps(number: int, size: int) -> None:
    """RECORD-82: whatever is refused among it, and wherever it is cut."""
    exchange = open_line()
    events = some_events(exchange, Random(number))
    one = many = exchange.stations[ALDER].state
    for start in range(0, len(events), size):
        batch = events[start : start + size]
        many, rows, outcomes = step_many(many, batch)
        one, expected, wanted = by_single_steps(one, batch)
        assert core_without_version(many) == core_without_version(one)
        assert rows == expected
        assert [shape(o) for o in outcomes] == [shape(o) for o in wanted]


def by_single_steps(state: LineState, events: list[Event]):  # type: ignore[no-untyped-def]
    """Each event by itself, as the definition says."""
    rows, outcomes = [], []
    for event in events:
        try:
            after, more = step(state, event)
        except BackchannelError as refused:
            outcomes.append(refused)
            continue
        rows += more
        outcomes.append(made_by(state, event, more))
        state = after
    return state, tuple(rows), outcomes


def made_by(state: LineState, event: Event, rows: object) -> object:
    """What is said of an event: the entry of a release; of an arrival, as in a batch of its own."""
    if isinstance(event, Arrived):
        return step_many(state, [event])[2][0]
    if not isinstance(event, Released):
        return None
    return next(row.entry for row in rows if isinstance(row, SaidRow))  # type: ignore[attr-defined]


def shape(outcome: object) -> object:
    """An outcome for comparing: an error by its kind and reason."""
    if isinstance(outcome, BackchannelError):
        return type(outcome), outcome.reason
    return outcome


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_a_refused_event_leaves_the_state_unchanged(number: int) -> None:
    """RECORD-82."""
    exchange = open_line()
    state = exchange.stations[ALDER].state
    for event in some_events(exchange, Random(number)):
        before = repr(state.core), repr(state.secrets), repr(state.pending), repr(state.trails)
        try:
            after, _ = step(state, event)
        except BackchannelError:
            after = state
        assert before == (
            repr(state.core),
            repr(state.secrets),
            repr(state.pending),
            repr(state.trails),
        )
        state = after


def test_a_step_done_again_gives_the_same_bytes() -> None:
    """NT40, NT80, RECORD-81: what a crash took before the commit is derived again, byte for byte;
    nothing has left before."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    for event in some_events(exchange, Random(1)):
        try:
            first = step(alder.state, event)
        except BackchannelError as refused:
            with pytest.raises(BackchannelError, match=refused.reason):
                step(alder.state, event)
            continue
        assert step(alder.state, event) == first
        alder.state = first[0]


def test_each_step_is_one_version_on() -> None:
    """RECORD-82."""
    alder = open_line().stations[ALDER]
    state = alder.state
    after, _ = step(state, TimePassed(at=alder.clock.moment()))
    many, _, _ = step_many(state, [TimePassed(at=alder.clock.moment())] * 3)
    folded, _, _ = fold(state, [TimePassed(at=alder.clock.moment())] * 3)
    assert {s.core.version - state.core.version for s in (after, many, folded)} == {1}
    assert step_many(state, [])[0].core.version == state.core.version + 1


def test_every_event_is_handled() -> None:
    """RECORD-80."""
    assert set(HANDLERS) == set(Event.__subclasses__())


# --- What is told ---------------------------------------------------------------------------------


def test_our_own_line_events_have_their_shape() -> None:
    """RECORD-56: what they say may come from outside, and is not entered if it does not fit."""
    alder = open_line(modes=(Mode.REAL,)).stations[ALDER]
    before = alder.own().seq
    event = PathChanged(at=alder.clock.moment(), path=1, station="x" * 201, up=False)
    with pytest.raises(BackchannelError, match="text-shape"):
        alder.do(event)
    assert alder.own().seq == before


def test_paths_and_addresses_are_told() -> None:
    """RECORD-55."""
    exchange = open_line(modes=(Mode.REAL,))
    alder, birch = exchange.stations[ALDER], exchange.stations[BIRCH]
    alder.do(PathChanged(at=alder.clock.moment(), path=1, station="birch", up=False))
    assert told(alder, Happening.PATH)[-1] == (1, "birch", 0)
    entry = EntryId(seed("entry"))
    # Nobody can answer Alder's question in TEST: its goodbye is enough after a while.
    took = Took(at=alder.clock.moment(), path=1, mode=Mode.TEST, entries=(entry,))
    assert alder.do(took) == ()
    moved = AddressChanged(
        at=alder.clock.moment(), path=1, text="192.0.2.8:7100", certificate=seed("certificate")
    )
    alder.do(moved)
    assert told(alder, Happening.ADDRESS) and not told(alder, Happening.ADDRESS, Mode.TEST)
    exchange.pass_time(60)
    alder.do(Took(at=alder.clock.moment(), path=1, mode=Mode.TEST, entries=(entry,)))
    assert told(alder, Happening.SENT, Mode.TEST) == [(entry, (1,))]
    assert alder.do(Took(at=alder.clock.moment(), path=1, mode=Mode.TEST, entries=())) == ()
    address = AddressChanged(
        at=birch.clock.moment(), path=1, text="192.0.2.7:7100", certificate=seed("certificate")
    )
    birch.do(address)
    exchange.run()
    assert [a.text for a in alder.journal(17).addresses] == ["192.0.2.7:7100"]
    # Birch speaks in REAL alone.
    for event in (
        Took(at=birch.clock.moment(), path=1, mode=Mode.TEST, entries=(entry,)),
        AskedAgain(at=birch.clock.moment(), no=272, seq=0, frame=b""),
    ):
        assert birch.do(event) == ()


def test_a_station_without_a_real_journal_carries_what_its_office_wrote() -> None:
    """RECORD-14: it takes it in, and leaves sending it to the REAL stations."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    own = {mode: no for mode, no in alder.state.core.own.items() if mode != Mode.REAL}
    hands = {m: h for m, h in alder.state.secrets.hands.items() if m != Mode.REAL}
    alder.state = replace(
        alder.state,
        core=replace(alder.state.core, own=own),
        secrets=replace(alder.state.secrets, hands=hands),
    )
    frame = exchange.cast.offices[ALDER].enter(encode((5, 3)))
    rows = alder.do(Given(at=alder.clock.moment(), frames=(frame,)))
    assert alder.state.authorities[ALDER].fresh == 3
    assert not [row for row in rows if isinstance(row, OutgoingRow)]
    alder.do(PathChanged(at=alder.clock.moment(), path=1, station="birch", up=False))


def test_junk_in_a_file_takes_nothing_in() -> None:
    """RECORD-113: a file is taken whole."""
    exchange = open_line()
    alder, office = exchange.stations[ALDER], exchange.cast.offices[BIRCH]
    good = office.enter(encode((5, 3)))
    before = alder.state
    outcome = alder.try_(Given(at=alder.clock.moment(), frames=(good, b"junk")))
    assert reason(outcome) is not None
    assert alder.state.authorities == before.authorities


def test_a_second_station_of_ours_may_succeed_us() -> None:
    """RECORD-72: our own office's word; nobody of our party countersigns it."""
    exchange = open_line()
    birch, newcomer = exchange.stations[BIRCH], Newcomer(exchange)
    own = birch.own()
    opening = newcomer.opening(ends=((own.no, own.seq, own.head),))
    birch.do(Given(at=birch.clock.moment(), frames=(newcomer.paper, opening)))
    # Birch's first station was ended by its party: it goes on under its next number.
    assert birch.journal(17).ended and birch.own().no == 33
    assert not [
        row for (no, seq), row in birch.entries.items() if no == 17 and row.type == 8 and seq
    ]


def test_a_succession_in_a_mode_that_we_do_not_speak_is_not_countersigned() -> None:
    """RECORD-73."""
    exchange = open_line(modes=(Mode.REAL,))
    alder, birch = exchange.stations[ALDER], exchange.stations[BIRCH]
    officers = (CredentialId(seed("a")),)
    alder.do(Started(at=alder.clock.moment(), clean=False, mark=None))
    alder.do(ResumeOrdered(at=alder.clock.moment(), mode=2, officers=officers, new_journal=True))
    assert alder.own(Mode.EXERCISE).no == 160
    drill = Hostile(exchange, ALDER, Mode.EXERCISE)
    drill.victim = birch
    before = birch.own().seq
    frame = pack_frame(alder.frame(160, 0))
    assert birch.arrive(drill.seal(frame, Mode.REAL)) is None
    assert birch.journal(160).seq == 0 and birch.own().seq == before


def test_copies_of_a_state_go_their_own_ways() -> None:
    """RECORD-82."""
    exchange = open_line()
    twin = copied(exchange)
    exchange.say(ALDER, "here")
    assert twin.stations[ALDER].own().seq + 1 == exchange.stations[ALDER].own().seq
    assert hostile_birch().known().seq >= 0
