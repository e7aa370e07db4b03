"""Tests of sim.world with machines, shells and people: one seed, one history; all is put back."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.sim import lines

from backchannel.errors import JunkError
from backchannel.line import erasure
from backchannel.line.events import Moment, Released
from backchannel.sim import campaign
from backchannel.sim.cast import PARTIES, Shape, found
from backchannel.sim.disk import PowerCut, draw_unsynced
from backchannel.sim.faults import CALM, Chance, Faults, draw
from backchannel.sim.links import Fate
from backchannel.sim.loop import Loop
from backchannel.sim.machine import Machine
from backchannel.sim.observed import Booted, Sent, Spoke, WentBack
from backchannel.sim.plot import do, say, try_to_speak
from backchannel.sim.sectors import Unsynced
from backchannel.sim.stand_ins import Libraries, replaced
from backchannel.sim.world import SHAPES, World, draw_setting, staged, suited
from backchannel.store.runmark import RunMark
from backchannel.wire import primitives
from backchannel.wire.keys import prekey_from_seed
from backchannel.wire.signing import Mode

ROOT = Path(__file__).parents[2]


def histories(*seeds: int) -> list[str]:
    return [campaign.play(seed).digest for seed in seeds]


def test_one_seed_gives_one_history_whatever_ran_before() -> None:
    first, other, again = histories(3, 4, 3)
    assert first == again != other


def test_one_seed_gives_one_history_in_every_process() -> None:
    program = "from backchannel.sim.campaign import play; print(play(5).digest)"
    found_there = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
            cwd=ROOT,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found_there == set(histories(5))


def test_every_shape_is_drawn_and_part_of_the_runs_are_hostile() -> None:
    settings = [draw_setting(seed, Chance(seed, "world")) for seed in range(200)]
    assert {setting.shape.stations for setting in settings} == set(SHAPES)
    assert {setting.shape.policy for setting in settings} == {"usual", "brisk", "narrow"}
    assert 40 < sum(setting.hostile is not None for setting in settings) < 160
    assert 100 < sum(setting.marked for setting in settings) < 180


def test_faults_that_the_direct_path_is_not_made_for_are_left_out() -> None:
    drawn = [suited(draw(seed)) for seed in range(100)]
    assert {faults.bits_per_second for faults in drawn} == {0, 1_000_000}
    assert all(faults.bit_rot == 0.0 for faults in drawn)


@pytest.mark.parametrize("stations", sorted(set(SHAPES)))
def test_a_line_of_any_shape_is_founded_and_speaks(stations: tuple[int, ...]) -> None:
    with lines.begun(lines.setting(Shape(stations, "usual"))) as world:
        lines.rest(world)
        assert world.settled()
        assert [station.machine.party for station in world.stations] == [
            party for party, count in enumerate(stations) for _ in range(count)
        ]
        assert {spoke.refusal for spoke in tries(world)} == {""}


def tries(world: World) -> list[Spoke]:
    for station in world.stations:
        try_to_speak(world, station)
    return [h for h in world.observed.happenings if isinstance(h, Spoke)]


def test_a_cast_is_founded_once_and_no_run_changes_it() -> None:
    cast = found(lines.TWO)
    before = [office.frames for office in cast.offices]
    with lines.begun(lines.setting()) as world:
        world.offices[0].enrol_officer("newcomer")
        assert len(world.offices[0].frames) == len(before[0]) + 1
    assert found(lines.TWO) is cast
    assert [office.frames for office in cast.offices] == before
    assert len(cast.places) == 2 and PARTIES[0] == "Alder"


# --- Crashes --------------------------------------------------------------------------------------


def test_a_killed_station_comes_back_with_what_it_kept() -> None:
    with lines.begun(lines.setting()) as world:
        station = world.stations[0]
        version = lines.shell_of(station).state.core.version
        world.kill(station, Unsynced.LOST)
        assert station.shell is None
        campaign.run_until(world, world.loop.now_ms + 60_000)
        boots = [h for h in world.observed.happenings if isinstance(h, Booted)]
        assert [b.loaded.core.version for b in boots if b.station == "alder"][-1] == version


@pytest.mark.parametrize("operations", [1, 7, 30])
def test_power_cut_in_the_middle_of_a_commit_ends_the_process(operations: int) -> None:
    with lines.begun(lines.setting()) as world:
        station = world.stations[0]
        station.machine.disk.cut_after(operations)
        speak(world)
        campaign.run_until(world, world.loop.now_ms + 2_000)
        assert any("power cut" in line for line in world.observed.history)
        lines.rest(world)
        assert world.settled()


@pytest.mark.parametrize("points", [1, 2, 3])
def test_power_cut_between_two_acts_ends_the_process(points: int) -> None:
    with lines.begun(lines.setting()) as world:
        world.stations[0].machine.cut_in(points)
        speak(world)
        campaign.run_until(world, world.loop.now_ms + 2_000)
        assert sum("power cut" in line for line in world.observed.history) == 1
        lines.rest(world)
        assert world.settled()


def speak(world: World) -> None:
    do(world, world.stations[0], lambda s: say(s, world.offices[0], Chance(1, "speak")))


def test_a_disk_that_is_put_back_goes_back_and_the_run_mark_does_not() -> None:
    with lines.begun(lines.setting()) as world:
        station = world.stations[0]
        image = station.machine.image()
        speak(world)
        campaign.run_until(world, world.loop.now_ms + 20_000)
        mark = station.machine.mark()
        world.put_back(station, image)
        lines.rest(world, seconds=60)
        assert mark is not None and mark.newest[16] > image.states[0].core.journals[16].seq
        back = [h.station for h in world.observed.happenings if isinstance(h, WentBack)]
        assert back == ["alder"]
        assert lines.shell_of(station).state.core.own[1] == 32, "it goes on in a new journal"


def test_a_clean_stop_is_remembered_for_that_very_state() -> None:
    with lines.begun(lines.setting()) as world:
        station = world.stations[0]
        version = lines.shell_of(station).state.core.version
        world.stop(station)
        assert station.machine.goodbye == version
        lines.rest(world)
        assert station.machine.goodbye is None


def test_a_full_disk_keeps_nothing_and_the_station_goes_on_when_there_is_room() -> None:
    with lines.begun(lines.setting()) as world:
        world.stations[0].machine.disk.full = True
        speak(world)
        campaign.run_until(world, world.loop.now_ms + 2_000)
        assert any("keeps nothing: disk-full" in line for line in world.observed.history)
        lines.rest(world)
        assert world.settled()


def test_a_torn_run_mark_leaves_the_one_before_it() -> None:
    place = found(lines.TWO).places[0]
    machine = Machine(place, Loop(), chance=Chance(1), faults=CALM, marked=True)
    assert machine.medium is not None
    line = found(lines.TWO).line
    machine.medium.write(RunMark(line, 1, {16: 3}))
    machine.medium.write(RunMark(line, 1, {16: 4}))
    machine.cut_in(2)
    with pytest.raises(PowerCut):
        machine.medium.write(RunMark(line, 1, {16: 5}))
    assert machine.mark() == RunMark(line, 1, {16: 4})
    machine.disk.close()


def test_a_station_without_a_run_mark_has_none() -> None:
    place = found(lines.TWO).places[0]
    machine = Machine(place, Loop(), chance=Chance(1), faults=CALM, marked=False)
    assert machine.medium is None and machine.mark() is None
    machine.disk.close()


def test_clocks_are_set_and_nothing_stops() -> None:
    faults = Faults(clock_skew_s_max=86_400, clock_step=1.0, clock_step_s_max=315_360_000)
    with lines.begun(lines.setting(faults=faults)) as world:
        for _ in range(4):
            world.set_clock(world.stations[0])
        speak(world)
        lines.rest(world)
        assert world.settled()


def test_two_stations_that_are_cut_off_hear_nothing_until_it_ends() -> None:
    faults = Faults(partition=1.0)
    with lines.begun(lines.setting(faults=faults)) as world:
        for _ in range(20):
            world.part(world.stations[0])
        speak(world)
        delivered = world.links.tally[Fate.DELIVERED]
        campaign.run_until(world, world.loop.now_ms + 900)
        assert world.links.tally[Fate.BLOCKED] and world.links.tally[Fate.DELIVERED] == delivered
        lines.rest(world)
        assert world.settled()


def test_what_a_power_cut_does_is_drawn_as_the_faults_say() -> None:
    always_lost = Faults(unsynced_lost=1.0, unsynced_torn=0.0)
    assert {draw_unsynced(Chance(n), always_lost) for n in range(20)} == {Unsynced.LOST}


def test_the_log_holds_all_that_was_put_on_links() -> None:
    with lines.begun(lines.setting()) as world:
        speak(world)
        lines.rest(world)
        sent = [h for h in world.observed.happenings if isinstance(h, Sent)]
        assert {(h.sender, h.receiver) for h in sent} == {("alder", "birch"), ("birch", "alder")}
        assert lines.scene(world).sent_envelopes, "their boxes open with what was logged"


# --- What is replaced -----------------------------------------------------------------------------


def test_all_that_was_replaced_is_put_back() -> None:
    before = (primitives.hpke_seal, primitives.gcm_siv_seal, erasure.GRACE_MS)
    with staged(World(1, lines.setting())):
        inside = (primitives.hpke_seal, primitives.gcm_siv_seal, erasure.GRACE_MS)
    assert not set(map(id, inside)) & set(map(id, before))
    assert before == (primitives.hpke_seal, primitives.gcm_siv_seal, erasure.GRACE_MS)


def test_stand_ins_refuse_what_the_libraries_refuse() -> None:
    libraries = Libraries()
    private = prekey_from_seed(bytes(32))
    public = primitives.xwing_public(private)
    sealed = libraries.hpke_seal(public, b"k" * 32, b"info")
    assert len(sealed) == 32 + primitives.HPKE_OVERHEAD_BYTES
    assert libraries.hpke_open(private, sealed, b"info") == b"k" * 32
    for wrong in (sealed[:-1] + b"x", b"x" + sealed[1:]):
        with pytest.raises(JunkError, match="not-authentic"):
            libraries.hpke_open(private, wrong, b"info")
    with pytest.raises(JunkError, match="not-authentic"):
        libraries.hpke_open(private, sealed, b"other")
    pq_public = primitives.mldsa_public(44, bytes(32))
    signature = libraries.mldsa_sign(44, bytes(32), b"text")
    libraries.mldsa_verify(44, pq_public, signature, b"text")
    for text, mark in ((b"other", signature), (b"text", bytes(len(signature)))):
        with pytest.raises(JunkError, match="bad-signature"):
            libraries.mldsa_verify(44, pq_public, mark, text)
    with pytest.raises(JunkError, match="key-length"):
        libraries.mldsa_verify(65, pq_public, signature, b"text")


def test_a_signature_that_held_once_is_remembered_and_a_false_one_never() -> None:
    libraries = Libraries()
    public, secret = primitives.ed25519_keypair(bytes(32))
    signature = primitives.ed25519_sign(secret, b"text")
    for _ in range(2):
        libraries.ed25519_verify(public, signature, b"text")
        with pytest.raises(JunkError, match="bad-signature"):
            libraries.ed25519_verify(public, signature, b"other")


def test_a_replacement_ends_when_it_fails() -> None:
    before = primitives.hpke_seal
    with pytest.raises(RuntimeError), replaced(Libraries().changes()):
        raise RuntimeError
    assert primitives.hpke_seal is before


def test_trying_to_speak_keeps_nothing() -> None:
    with lines.begun(lines.setting()) as world:
        shell = lines.shell_of(world.stations[0])
        before = shell.state
        event = Released(
            at=Moment(0, 0, bytes(32)),
            mode=Mode.REAL,
            statement=b"",
            signatures=(),
            content=b"",
        )
        assert shell.try_out(event) is not None
        assert shell.state is before
