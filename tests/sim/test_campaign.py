"""Tests of sim.campaign and sim.wrong: seeds are in order, and wrong designs are caught."""

from pathlib import Path

import pytest

from backchannel.errors import OfficerError
from backchannel.line import beacon, seen, succession
from backchannel.sim import campaign
from backchannel.sim.campaign import play, play_many
from backchannel.sim.faults import Chance
from backchannel.sim.remains import Finding
from backchannel.sim.world import World
from backchannel.sim.wrong import DESIGNS, design_named
from backchannel.station.runner import Runner

PAST = Path(__file__).parents[1] / "seeds.txt"
SLICE = range(60)
# By then each wrong design has been caught, on average several times.
CAUGHT_WITHIN = 60


def past_seeds() -> list[int]:
    lines = PAST.read_text().splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("seed", SLICE)
def test_a_seed_of_the_slice_is_in_order(seed: int) -> None:
    assert play(seed).findings == ()


@pytest.mark.parametrize("seed", past_seeds())
def test_a_seed_that_failed_once_is_in_order(seed: int) -> None:
    assert play(seed).findings == ()


def test_the_list_of_past_seeds_is_read() -> None:
    assert past_seeds() == sorted(set(past_seeds()), key=past_seeds().index) != []


@pytest.mark.parametrize(
    ("design", "invariants"),
    [
        ("resume-old-journal", {"I8", "I17"}),
        ("receipt-before-durable", {"I6", "I8", "I17"}),
        ("receipt-over-gaps", {"I5", "I6"}),
        ("beacon-when-busy", {"I16"}),
    ],
)
def test_a_wrong_design_is_caught(design: str, invariants: set[str]) -> None:
    for seed in range(CAUGHT_WITHIN):
        outcome = play(seed, design=design)
        if invariants & {finding.invariant for finding in outcome.findings}:
            return
    pytest.fail(f"{CAUGHT_WITHIN} seeds let {design} pass")


def test_every_wrong_design_has_a_test_and_ends_with_its_run() -> None:
    def product() -> tuple[object, ...]:
        return succession.start, seen.moved, Runner._keep, beacon.leaves_due

    before = product()
    for design in DESIGNS:
        with design_named(design):
            assert product() != before
        assert product() == before
    assert set(DESIGNS) == {
        *("resume-old-journal", "receipt-before-durable", "receipt-over-gaps", "beacon-when-busy")
    }


def test_some_seeds_are_asked_for_proof_and_some_for_twins(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(campaign, "live", lambda world: None)
    monkeypatch.setattr(campaign, "scene_of", lambda world: world)
    monkeypatch.setattr(campaign, "judge", lambda scene: [])

    def proof(scene: World, chance: Chance) -> list[Finding]:
        asked.append(("proof", scene.seed))
        return [Finding("I20", "alder", "found")]

    def twins(seed: int) -> list[Finding]:
        asked.append(("twins", seed))
        return [Finding("I16", "alder", "found")]

    monkeypatch.setattr(campaign, "judge_proof", proof)
    monkeypatch.setattr(campaign, "i16_calm_and_crisis_look_alike", twins)
    outcomes = [play(seed) for seed in range(65)]
    proved = [("proof", seed) for seed in range(0, 65, 16)]
    assert sorted(asked) == [*proved, ("twins", 0), ("twins", 64)]
    assert [outcome.seed for outcome in outcomes if outcome.failed] == [0, 16, 32, 48, 64]
    assert len(outcomes[0].findings) == 2


def test_an_unknown_design_is_refused() -> None:
    with pytest.raises(OfficerError, match="unknown-design"):
        play(0, design="trust-everybody")


def test_several_processes_tell_the_same_in_the_same_order() -> None:
    seeds = range(2, 12)
    alone = list(play_many(seeds, jobs=1))
    assert [outcome.seed for outcome in alone] == list(seeds)
    assert list(play_many(seeds, jobs=2)) == alone


def test_a_history_is_text_and_is_kept_on_request_only() -> None:
    told, silent = play(1, trace=True), play(1)
    assert told.digest == silent.digest and silent.history == ()
    assert told.history[0].split() == ["0", "alder", "starts", "with", "version", "6"]
    assert len(told.history) > 50


def test_a_bug_is_a_finding_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_: object) -> list[Finding]:
        raise RuntimeError("a judge stumbles")

    monkeypatch.setattr(campaign, "judge", stumble)
    outcome = play(1)
    assert outcome.failed
    found = [(f.invariant, "a judge stumbles" in f.text) for f in outcome.findings]
    assert found == [("bug", True)]


def test_a_line_that_only_talks_to_itself_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "HAPPENINGS_MAX", 20)
    outcome = play(1)
    assert [f.invariant for f in outcome.findings] == ["bug"]
    assert "happenings" in outcome.findings[0].text
