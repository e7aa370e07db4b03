"""Tests of sim.witnesses: what each temper of a witness comes to, over the product's own errand."""

from collections.abc import Iterator

import pytest
from tests.sim import lines

from backchannel.proof.policy import parse_policy
from backchannel.sim.campaign import run_until
from backchannel.sim.cast import PERIOD_S
from backchannel.sim.faults import Faults
from backchannel.sim.observed import Asked
from backchannel.sim.witnesses import ADDRESS, NAMES, QUORUM, Temper, Witnesses, policy_text
from backchannel.sim.world import WITNESSED_EVERY, World
from backchannel.station.beaconlog import newest_quorum

PERIOD_MS = PERIOD_S * 1_000


@pytest.fixture
def world() -> Iterator[World]:
    with lines.begun(lines.setting(lines.WATCHED)) as begun:
        yield begun


def witnesses(world: World) -> Witnesses:
    assert world.outside.witnesses is not None
    return world.outside.witnesses


def faults(world: World) -> dict[str, str]:
    """What the first station says of each witness that does not cosign."""
    errands = lines.shell_of(world.stations[0]).errands
    assert errands is not None
    return {name: fault.reason for name, fault in errands._witnessing.faults.items()}


def quorate(world: World) -> int:
    """How far a quorum has cosigned the log of the first station."""
    shell = lines.shell_of(world.stations[0])
    policy, custody = parse_policy(shell.state.charter.witness_policy), shell.custody
    found = newest_quorum(custody.database, custody.line, 16, policy)
    return found[0].size if found else 0


def behave(world: World, name: str, temper: Temper, periods: int = 3) -> None:
    """Let a witness always lie, for some periods."""
    all_of_them = witnesses(world)
    all_of_them._troubled = True
    all_of_them.posts[ADDRESS.format(name)].temper = temper
    run_until(world, world.loop.now_ms + periods * PERIOD_MS)


def test_the_policy_names_them_and_two_are_a_quorum() -> None:
    policy = parse_policy(policy_text())
    assert tuple(each.name for each in policy.witnesses) == NAMES
    assert policy.meets(NAMES[:QUORUM]) and not policy.meets(NAMES[: QUORUM - 1])


def test_seeds_that_were_played_before_there_were_witnesses_have_none() -> None:
    """The seeds that have failed once replay the history in which they did."""
    named = {n for n in range(64) if World(n).setting.shape.witnesses}
    assert named == set(range(0, 64, WITNESSED_EVERY))


def test_all_of_them_cosign_every_leaf(world: World) -> None:
    """PROOF-70, PROOF-74."""
    run_until(world, 3 * PERIOD_MS)
    assert faults(world) == {} and quorate(world) >= 2


@pytest.mark.parametrize(
    ("temper", "reason"),
    [
        (Temper.STALE, "witness-answer"),
        (Temper.FALSE, "witness-answer"),
        (Temper.CONTRARY, "witness-contradicts"),
    ],
)
def test_a_liar_is_told_and_costs_nobody_the_quorum(
    world: World, temper: Temper, reason: str
) -> None:
    """PROOF-74, PROOF-75."""
    before = quorate(world)
    told = set()
    for _ in range(12):
        behave(world, "first", temper, periods=1)
        told |= set(faults(world).items())
    assert told == {("first", reason)}
    assert quorate(world) >= before + 10


def test_who_comes_back_with_an_old_memory_is_led_on(world: World) -> None:
    """PROOF-75: it names its size, and gets a proof from there."""
    post = witnesses(world).posts[ADDRESS.format("first")]
    run_until(world, 2 * PERIOD_MS)
    post.copies = (post.disk.snapshot(),)
    run_until(world, 5 * PERIOD_MS)
    had = quorate(world)
    witnesses(world)._troubled, post.temper = True, Temper.FORGETFUL
    witnesses(world)._forget(post)
    run_until(world, 8 * PERIOD_MS)
    assert any("answers 409" in line for line in world.observed.history)
    assert faults(world) == {} and quorate(world) >= had + 2


def test_who_is_away_is_asked_again_with_what_has_come_since(world: World) -> None:
    post = witnesses(world).posts[ADDRESS.format("first")]
    post.away = 1
    run_until(world, 4 * PERIOD_MS)
    assert faults(world) == {"first": "witness-unreachable"}
    assert quorate(world) >= 3
    post.away = 0
    run_until(world, 8 * PERIOD_MS)
    assert faults(world) == {}


def test_trouble_comes_and_goes_by_itself_and_ends_with_the_rest() -> None:
    wanted = lines.setting(lines.WATCHED, faults=Faults(loss=0.01))
    with lines.begun(wanted, seed=3) as world:
        run_until(world, 200_000)
        history = " ".join(world.observed.history)
        assert "is away" in history and "is back" in history
        lines.rest(world, 120)
        assert not any(post.away for post in witnesses(world).posts.values())
        newest = max(h.ms for h in world.observed.happenings if isinstance(h, Asked))
        assert newest > world.loop.now_ms - 2 * PERIOD_MS
