"""Tests of sim.twins: a witness cannot tell calm from crisis; if it could, that is seen."""

import pytest

from backchannel.line import beacon
from backchannel.sim.stand_ins import replaced
from backchannel.sim.twins import (
    TICK_MS,
    Seen,
    differences,
    i16_calm_and_crisis_look_alike,
    view_of,
)
from backchannel.sim.wrong import design_named

SEEN = Seen("first", "alder", 20_000, 3_400, 1, 1, 2, 1)


@pytest.mark.parametrize("seed", [0, 4])
def test_a_witness_sees_no_crisis(seed: int) -> None:
    """I16, NT54."""
    assert list(i16_calm_and_crisis_look_alike(seed)) == []


def test_the_views_are_of_all_paths_and_of_a_leaf_each_time() -> None:
    view = view_of(0, crisis=True)
    assert {(each.station, each.witness) for each in view} == {
        (station, witness)
        for station in ("alder", "birch")
        for witness in ("first", "second", "third")
    }
    one = [each.leaves for each in view if each[:2] == ("third", "birch")]
    assert one == sorted(one) and len(set(one)) >= 3


def test_a_leaf_that_traffic_brings_forward_is_seen() -> None:
    """Leaves that wait for any tick or receipt come earlier in a crisis."""
    with replaced({beacon.next_due: lambda state: None}):
        found = [each.text for n in range(2) for each in i16_calm_and_crisis_look_alike(n)]
    assert any("in crisis" in each for each in found)


def test_a_beacon_that_rests_while_nobody_speaks_is_seen() -> None:
    with design_named("beacon-when-busy"):
        found = [each.text for each in i16_calm_and_crisis_look_alike(0)]
    assert any("requests in calm" in each for each in found)


@pytest.mark.parametrize(
    "other",
    [
        SEEN._replace(ms=SEEN.ms + TICK_MS),
        SEEN._replace(size_bytes=3_401),
        SEEN._replace(old=0),
        SEEN._replace(proof=2),
        SEEN._replace(leaves=3),
        SEEN._replace(lines=2),
    ],
)
def test_whatever_is_not_alike_is_told(other: Seen) -> None:
    assert len(list(differences([SEEN], [other]))) == 1
    assert list(differences([SEEN], [SEEN._replace(ms=SEEN.ms + TICK_MS - 1)])) == []
    assert len(list(differences([SEEN, other], [SEEN]))) == 1
