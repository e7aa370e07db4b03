"""Tests of sim.beaconed: a calm run is in order, and whatever is harmed in it is seen."""

from collections.abc import Callable, Iterator

import msgspec
import pytest
from tests.sim import lines
from tests.sim.test_checkers import copy_of, found, reopened

from backchannel.sim.beaconed import (
    i14_nothing_is_published_before_it_is_kept,
    i14_what_is_published_is_a_prefix,
    i14_who_was_restored_holds_what_survived,
    i16_one_leaf_for_each_period,
    leaves_in,
    opened_by,
    shown_by,
)
from backchannel.sim.cast import PERIOD_S
from backchannel.sim.judges import judge
from backchannel.sim.observed import Asked, Committed, WentBack
from backchannel.sim.remains import Scene
from backchannel.wire.entry import EntryType

OWN = {"alder": 16, "birch": 17}


@pytest.fixture(scope="module")
def finished() -> Iterator[tuple[object, Scene]]:
    """A calm run of two parties with witnesses, which has been judged."""
    with lines.begun(lines.setting(lines.WATCHED)) as world:
        lines.rest(world)
        scene = lines.scene(world)
        assert judge(scene) == []
        yield world, scene


@pytest.fixture
def scene(finished: tuple[lines.World, Scene]) -> Iterator[Scene]:
    """A scene whose stores and log may be harmed."""
    world, left = finished
    log = left.observed.happenings
    left.observed.happenings = [*log]
    disks = [copy_of(station.machine.disk) for station in world.stations]
    yield Scene(
        left.observed,
        [reopened(*each) for each in zip(left.stations, disks, strict=True)],
        left.end_ms,
    )
    left.observed.happenings = log
    for disk in disks:
        disk.close()


def harm(scene: Scene, kind: type, change: Callable[[object], object]) -> None:
    """Change each happening of a kind; None takes it out."""
    log = [change(h) if isinstance(h, kind) else h for h in scene.observed.happenings]
    scene.observed.happenings = [each for each in log if each is not None]


def without(scene: Scene, station: int, where: str) -> None:
    """Take entries out of a station's store."""
    scene.stations[station].custody.database.rows(f"DELETE FROM entry WHERE {where}")


def test_a_calm_run_has_leaves_in_every_record_and_all_of_them_are_shown(scene: Scene) -> None:
    for station in scene.stations:
        no = OWN[station.name]
        shown, opened = shown_by(scene, station), opened_by(scene, station)
        assert {each.no for each in shown} == {no}
        leaves = leaves_in(station, no)
        assert scene.end_ms // (PERIOD_S * 1_000) <= len(leaves) == len(opened)
        assert {each.asked.checkpoint.size for each in shown} == set(range(1, len(leaves) + 1))


def test_a_leaf_that_is_not_in_a_record_is_missed_there(scene: Scene) -> None:
    without(scene, 1, f"no = 16 AND type = {int(EntryType.BEACON_OPENING)}")
    without(scene, 0, f"no = 17 AND type = {int(EntryType.BEACON_OPENING)}")
    assert found(i14_what_is_published_is_a_prefix(scene)) == {("I14", "alder"), ("I14", "birch")}


def test_leaves_that_only_a_disk_held_that_went_back_are_nobodys_fault(scene: Scene) -> None:
    for station in (0, 1):
        without(scene, station, f"no = 16 AND type = {int(EntryType.BEACON_OPENING)}")
    scene.observed.happenings.append(WentBack(50_000, "alder", None))
    assert list(i14_what_is_published_is_a_prefix(scene)) == []


def test_another_leaf_than_was_shown_is_seen(scene: Scene) -> None:
    """The first opening of Birch stands where Alder's first one stood."""
    (payload,) = scene.stations[0].custody.database.row(
        "SELECT payload FROM entry WHERE no = 17 AND type = 14 ORDER BY seq LIMIT 1"
    ) or (b"",)
    scene.stations[0].custody.database.rows(
        "UPDATE entry SET payload = ? WHERE no = 16 AND type = 14 AND seq = "
        "(SELECT min(seq) FROM entry WHERE no = 16 AND type = 14)",
        (payload,),
    )
    assert found(i14_what_is_published_is_a_prefix(scene)) == {("I14", "alder")}


def test_a_leaf_that_is_shown_before_it_is_kept_is_seen(scene: Scene) -> None:
    """PROOF-60."""
    assert list(i14_nothing_is_published_before_it_is_kept(scene)) == []
    harm(scene, Committed, lambda h: msgspec.structs.replace(h, ms=h.ms + 3_000))  # type: ignore[type-var]
    assert found(i14_nothing_is_published_before_it_is_kept(scene)) == {
        ("I14", "alder"),
        ("I14", "birch"),
    }


@pytest.mark.parametrize("restored", ["alder", "birch"])
def test_a_restored_station_that_holds_all_that_survived_is_in_order(
    scene: Scene, restored: str
) -> None:
    scene.observed.happenings.append(WentBack(15_000, restored, 8))
    assert list(i14_who_was_restored_holds_what_survived(scene)) == []


def test_a_restored_station_that_lacks_what_survived_is_seen(scene: Scene) -> None:
    scene.observed.happenings.append(WentBack(15_000, "birch", 8))
    without(scene, 1, "no = 16 AND seq = 2")
    assert found(i14_who_was_restored_holds_what_survived(scene)) == {("I14", "birch")}


def test_a_beacon_that_falls_silent_is_seen(scene: Scene) -> None:
    """NT49, NT54."""
    assert list(i16_one_leaf_for_each_period(scene)) == []
    late = scene.end_ms - 2 * PERIOD_S * 1_000
    harm(scene, Committed, lambda h: None if h.ms > late else h)  # type: ignore[attr-defined]
    assert found(i16_one_leaf_for_each_period(scene)) == {("I16", "alder"), ("I16", "birch")}


def test_a_beacon_that_beats_twice_as_often_is_seen(scene: Scene) -> None:
    harm(scene, Committed, lambda h: msgspec.structs.replace(h, ms=h.ms // 8))  # type: ignore[type-var]
    texts = [each.text for each in i16_one_leaf_for_each_period(scene)]
    assert any("no leaf was made" in each for each in texts)
    harm(scene, Committed, lambda h: msgspec.structs.replace(h, ms=h.ms * 24))  # type: ignore[type-var]
    texts = [each.text for each in i16_one_leaf_for_each_period(scene)]
    assert any("periods" in each for each in texts)


def test_where_no_witness_is_named_nothing_is_asked_for(scene: Scene) -> None:
    with lines.begun(lines.setting()) as world:
        assert not [h for h in world.observed.happenings if isinstance(h, Asked)]
        assert list(i16_one_leaf_for_each_period(lines.scene(world))) == []
