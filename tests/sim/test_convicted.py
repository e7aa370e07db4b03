"""Tests of sim.convicted: a station that cosigns falsely is found, and the judge can fail."""

from collections.abc import Iterator

import pytest
from tests.sim import lines
from tests.sim.test_hostile import cedar, do_harm, world  # noqa: F401

from backchannel.sim.convicted import i24_only_liars_are_convicted, two_faced
from backchannel.sim.remains import Scene
from backchannel.sim.world import World
from backchannel.wire.signing import Mode


@pytest.fixture
def lied(world: World) -> Iterator[Scene]:  # noqa: F811
    """What is left when Cedar has cosigned falsely, each checkpoint more than once."""
    for _ in range(3):
        assert do_harm(world, "cosign_falsely", Mode.REAL) == []
    lines.rest(world)
    yield lines.scene(world)


def change(scene: Scene, text: str) -> None:
    """Change the store of the first station."""
    database = scene.stations[0].custody.database
    with database.transaction():
        database.rows(text)


def test_two_roots_are_found_by_all_and_cost_nobody_else_his_name(lied: Scene) -> None:
    """PROOF-95, NT35: at every honest station, and nothing is kept against another."""
    for station in lied.honest:
        assert two_faced(station)
        kept = [no for no, _, reason, _ in station.rows_of_evidence() if reason == "two-roots"]
        assert kept and set(kept) <= lied.stations[2].numbers
    assert list(i24_only_liars_are_convicted(lied)) == []


def test_a_proof_that_is_not_kept_is_missed(lied: Scene) -> None:
    """The judge reads the cosignatures themselves."""
    change(lied, "DELETE FROM evidence WHERE reason = 'two-roots'")
    (finding,) = i24_only_liars_are_convicted(lied)
    assert finding.invariant == "I24" and "nothing is kept of it" in finding.text


@pytest.mark.parametrize(
    ("no", "reason"), [(17, "two-roots"), (17, "regressing"), (17, "other-root"), (1, "fork-e7")]
)
def test_an_honest_station_that_is_accused_is_a_finding(lied: Scene, no: int, reason: str) -> None:
    """Whatever the reason that convicts."""
    # [16, 1]: of Alder's journal, which does not fork.
    values = f"1, {no}, 4, '{reason}', x'821001', 0"
    change(lied, f"INSERT INTO evidence (line, no, seq, reason, body, time) VALUES ({values})")
    (finding,) = i24_only_liars_are_convicted(lied)
    assert finding.invariant == "I24" and f"{reason} against journal {no}" in finding.text
