"""Tests of sim.faults: chance that a seed repeats, and faults drawn from it."""

import msgspec
import pytest

from backchannel.sim.faults import CALM, Chance, Faults, draw

SEEDS = range(300)
PROBABILITIES = [field.name for field in msgspec.structs.fields(Faults) if field.type is float]
SWITCHED = [name for name in PROBABILITIES if not name.startswith("unsynced")]


def draws(chance: Chance) -> list[object]:
    return [
        chance.happens(0.5),
        chance.between(1, 10**9),
        chance.share(0.0, 1.0),
        chance.pick("abcdef"),
        chance.shuffled(range(20)),
        chance.entropy(),
    ]


def test_a_seed_repeats_exactly_and_another_differs() -> None:
    assert draws(Chance(7, "a")) == draws(Chance(7, "a"))
    assert draws(Chance(7, "a")) != draws(Chance(8, "a"))


def test_a_seed_means_the_same_in_every_process() -> None:
    assert Chance(1, "links", "alder").entropy(8).hex() == "927f558e2f44dce9"


def test_a_draw_in_one_stream_disturbs_no_other() -> None:
    calm, busy = Chance(3), Chance(3)
    draws(busy)
    draws(busy.stream("a new place"))
    assert draws(busy.stream("links")) == draws(calm.stream("links"))


def test_streams_are_named_by_all_their_labels() -> None:
    root = Chance(3)
    named = [root, root.stream("a"), root.stream("b"), root.stream("a", "b"), root.stream("b", "a")]
    assert len({stream.entropy() for stream in named}) == len(named)
    assert root.stream("a").stream("b").entropy() == root.stream("a", "b").entropy()


def test_a_label_with_a_slash_would_be_two_labels() -> None:
    with pytest.raises(AssertionError, match="slash"):
        Chance(3, "a/b")


def test_a_probability_of_nothing_or_all_is_certain() -> None:
    chance = Chance(4)
    assert {chance.happens(0.0) for _ in range(100)} == {False}
    assert {chance.happens(1.0) for _ in range(100)} == {True}


def test_a_probability_is_kept_to() -> None:
    chance = Chance(5)
    assert 2_300 < sum(chance.happens(0.25) for _ in range(10_000)) < 2_700


def test_without_arguments_nothing_goes_wrong() -> None:
    assert {name: getattr(CALM, name) for name in SWITCHED} == dict.fromkeys(SWITCHED, 0.0)
    assert CALM.bits_per_second == CALM.clock_skew_s_max == CALM.clock_drift_ppm_max == 0


def test_the_same_seed_draws_the_same_faults() -> None:
    assert draw(11) == draw(11)
    assert len({msgspec.json.encode(draw(seed)) for seed in SEEDS}) == len(SEEDS)


@pytest.mark.parametrize("name", SWITCHED)
def test_each_fault_is_on_in_some_runs_and_off_in_others(name: str) -> None:
    drawn = [getattr(draw(seed), name) for seed in SEEDS]
    assert 100 < sum(value > 0.0 for value in drawn) < 200


def test_what_is_drawn_is_possible() -> None:
    for seed in SEEDS:
        faults = draw(seed)
        assert all(0.0 <= getattr(faults, name) <= 1.0 for name in PROBABILITIES)
        assert faults.unsynced_lost + faults.unsynced_torn <= 1.0
        assert 0 < faults.delay_ms_min <= faults.delay_ms_max
