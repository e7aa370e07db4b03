"""Tests of sim.hostile: each act does its harm, and what honest stations hold true stays true."""

from collections.abc import Iterator

import pytest
from tests.sim import lines

from backchannel.errors import JunkError
from backchannel.line.arrivals import arrive
from backchannel.line.events import Started
from backchannel.line.succession import ask, parse_answer
from backchannel.line.work import Work
from backchannel.path.messages import Answer, Parcel, Query
from backchannel.sim import judges
from backchannel.sim.campaign import run_until
from backchannel.sim.cast import name_of
from backchannel.sim.forgery import Forged, direct, false_heads, forge, targets
from backchannel.sim.hostile import ACTS, Hostile
from backchannel.sim.observed import Sent
from backchannel.sim.plot import do, say
from backchannel.sim.world import World
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.envelope import parse_frame
from backchannel.wire.payload import RECEIPT_PAYLOAD
from backchannel.wire.signing import Mode


@pytest.fixture
def world() -> Iterator[World]:
    """Three parties that have spoken; Cedar is hostile and does nothing by itself."""
    with lines.begun(lines.setting(lines.THREE, hostile=2)) as begun:
        begun.outside.ill = False
        for station in begun.honest:
            office = begun.offices[station.machine.party]
            do(begun, station, lambda s, o=office: say(s, o, begun.chance))  # type: ignore[misc]
        run_until(begun, begun.loop.now_ms + 5_000)
        yield begun


def cedar(world: World) -> Hostile:
    shell = lines.shell_of(world.stations[2])
    assert isinstance(shell, Hostile)
    shell.silent.clear()
    return shell


def do_harm(world: World, act: str, mode: Mode) -> list[str]:
    """Let Cedar act once; return what it noted about itself meanwhile."""
    shell = cedar(world)
    before = len(world.observed.history)
    shell.guarded(lambda: ACTS[act](shell, mode))
    run_until(world, world.loop.now_ms + 5_000)
    return [line for line in world.observed.history[before:] if "trips" in line]


@pytest.mark.parametrize("act", sorted(ACTS))
def test_an_act_harms_nobody_who_is_honest(world: World, act: str) -> None:
    for mode in (Mode.REAL, Mode.EXERCISE):
        assert do_harm(world, act, mode) == []
    lines.rest(world)
    assert judges.judge(lines.scene(world)) == []


@pytest.mark.parametrize("act", ["equivocate", "fork_for_one", "rewrite_the_past"])
def test_a_fork_is_proved_at_every_honest_station(world: World, act: str) -> None:
    do_harm(world, act, Mode.REAL)
    lines.rest(world)
    journals = [lines.shell_of(s).state.core.journals for s in world.honest]
    forked = [any(j.forked and j.party == 2 for j in each.values()) for each in journals]
    assert forked == [True] * 2


def test_a_lie_in_seen_is_an_inquiry_and_convicts_nobody(world: World) -> None:
    for _ in range(3):
        do_harm(world, "lie_in_seen", Mode.REAL)
    lines.rest(world)
    scene = lines.scene(world)
    reasons = {row[2] for each in scene.honest for row in each.rows_of_evidence()}
    assert reasons & {"inquiry", "regressing"}
    for station in world.honest:
        journals = lines.shell_of(station).state.core.journals.values()
        assert not [j for j in journals if j.forked and j.party != 2]


def test_who_is_silent_sends_nothing_and_then_speaks_again(world: World) -> None:
    shell = cedar(world)
    for name in shell.names():
        shell.silent[name] = world.loop.now_ms + 20_000
    before = len(world.observed.happenings)
    run_until(world, world.loop.now_ms + 19_000)
    sent = [h for h in world.observed.happenings[before:] if isinstance(h, Sent)]
    assert "cedar" not in {h.sender for h in sent}
    lines.rest(world)
    sent = [h for h in world.observed.happenings[before:] if isinstance(h, Sent)]
    assert "cedar" in {h.sender for h in sent}


def test_who_denies_answers_that_he_holds_nothing(world: World) -> None:
    alder = lines.shell_of(world.stations[0])
    alder.post(started(world))
    run_until(world, world.loop.now_ms + 200)
    question = ask(alder.state, Mode.REAL)
    assert question is not None
    shell = cedar(world)
    shell.denies = True
    before = len(world.observed.happenings)
    shell.guarded(lambda: shell.hear(name_of("alder"), Query(*question)))
    answers = [
        h.message
        for h in world.observed.happenings[before:]
        if isinstance(h, Sent) and isinstance(h.message, Answer)
    ]
    assert len(answers) == 1
    assert {signed for _, signed in parse_answer(answers[0].answer).shown} == {None}


def started(world: World) -> Started:
    shell = lines.shell_of(world.stations[0])
    return Started(at=shell.moment(), clean=False, mark=None)


def test_a_station_that_trips_over_itself_goes_on(world: World) -> None:
    shell = cedar(world)
    shell.guarded(lambda: (_ for _ in ()).throw(KeyError("nonsense")))
    assert shell.alive
    assert world.observed.history[-1].endswith("trips over itself: KeyError")


# --- Forgery --------------------------------------------------------------------------------------


def test_a_forged_entry_is_signed_and_says_what_it_was_told(world: World) -> None:
    shell = cedar(world)
    forged = Forged(
        type=EntryType.RECEIPT,
        payload=RECEIPT_PAYLOAD,
        seq=77,
        prev=b"p" * 32,
        seen=((16, 1, b"h" * 32),),
    )
    frame = parse_frame(forge(shell.state, Mode.REAL, shell.moment(), forged))
    header = parse_header(frame.header)
    own = shell.state.core.own[Mode.REAL]
    assert (header.no, header.seq, header.prev, header.seen) == (own, 77, b"p" * 32, forged.seen)
    assert isinstance(frame.signature, bytes)


def test_a_direct_seal_opens_for_its_reader_alone(world: World) -> None:
    shell = cedar(world)
    to = targets(shell.state, Mode.REAL)[0]
    assert to.no == 16
    frame = forge(
        shell.state,
        Mode.REAL,
        shell.moment(),
        Forged(type=EntryType.RECEIPT, payload=RECEIPT_PAYLOAD),
    )
    envelope = direct(shell.state, frame, to, bytes(32))
    alder, birch = (Work(lines.shell_of(s).state) for s in world.honest)
    for work in (alder, birch):
        work.begin(shell.moment())
    assert arrive(alder, envelope)[0].news
    with pytest.raises(JunkError, match="not-for-us"):
        arrive(birch, envelope)


def test_false_heads_are_of_others_journals_and_partly_false(world: World) -> None:
    shell = cedar(world)
    drawn = [false_heads(shell.state, Mode.REAL, shell.will) for _ in range(30)]
    assert {no for heads in drawn for no in heads} == {16, 17}
    held = shell.state.trails
    false = [h for heads in drawn for h in heads.values() if held[h[0]].get(h[1]) != h[2]]
    assert false


def test_parcels_that_were_heard_are_kept_for_a_replay(world: World) -> None:
    shell = cedar(world)
    assert shell.heard
    before = len(world.observed.happenings)
    shell.guarded(lambda: ACTS["replay"](shell, Mode.REAL))
    again = {
        h.message.envelope
        for h in world.observed.happenings[before:]
        if isinstance(h, Sent) and isinstance(h.message, Parcel)
    }
    assert again and again <= {envelope for _, envelope in shell.heard}
