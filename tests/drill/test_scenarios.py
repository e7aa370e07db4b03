"""Every scenario is played on real stations, and comes out."""

import json
from pathlib import Path

import pytest

from backchannel.cli.demo import run_inside
from backchannel.drill.playing import SCENARIOS, named, play_all
from backchannel.drill.rooms import PASSPHRASE, PASSPHRASE_VARIABLE
from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.stage import Stage
from backchannel.drill.watching import require
from backchannel.errors import OfficerError

# They are shared among as many runners as there may be.
PARTS = 4


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that the stage's key files have."""
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(PARTS))
def test_all_of_them_come_out(tmp_path: Path, part: int) -> None:
    told: list[str] = []
    numbers = tuple(SCENARIOS)[part::PARTS]
    play_all(tmp_path, named(numbers), run_inside, told.append)
    assert [line for line in told if line.endswith(" came out in both rooms.")] == [
        f"  {number} came out in both rooms." for number in numbers
    ]


def test_they_are_listed_with_their_source() -> None:
    found = json.loads(run_inside("scenario", "list", "--json"))["scenarios"]
    assert [each["number"] for each in found] == list(SCENARIOS)
    assert all(each["source"].startswith("https://") and len(each["fact"]) == 2 for each in found)
    with pytest.raises(OfficerError) as caught:
        named(("X99",))
    assert caught.value.reason == "unknown-scenario"


def test_what_does_not_come_out_ends_the_playing(tmp_path: Path) -> None:
    def fail(stage: Stage, tell: Tell) -> None:
        tell(f"{stage.alder.party} tries.")
        require(False, "the wrong thing")

    told: list[str] = []
    bad = Scenario("X0", "Made to fail", ("It never happened,", "not even once."), "-", fail)
    with pytest.raises(OfficerError) as caught:
        play_all(tmp_path, (bad,), run_inside, told.append)
    assert caught.value.reason == "drill-failed"
    assert told[-1] == "  Alder tries."
