"""Tests of sim.loop: one order of all actions, and clocks that read virtual time wrongly."""

from functools import partial

import pytest

from backchannel.clock import Clock
from backchannel.sim import loop as loop_module
from backchannel.sim.faults import CALM, Chance, Faults
from backchannel.sim.loop import BEGINNING_UTC_S, Loop, LoopClock


def order_of_ties(loop: Loop) -> list[int]:
    ran: list[int] = []
    for name in range(8):
        loop.at(5, partial(ran.append, name))
    loop.run_all()
    return ran


def test_actions_run_at_their_time_whatever_the_order_of_planning() -> None:
    loop = Loop()
    ran: list[tuple[int, str]] = []
    for time_ms in (30, 10, 20):
        loop.at(time_ms, lambda: ran.append((loop.now_ms, "x")))
    assert loop.run_all() == 3
    assert ran == [(10, "x"), (20, "x"), (30, "x")]


def test_without_a_chance_ties_run_as_planned() -> None:
    assert order_of_ties(Loop()) == list(range(8))


def test_with_a_chance_ties_run_in_an_order_of_the_seed() -> None:
    orders = [order_of_ties(Loop(Chance(seed, "loop"))) for seed in range(5)]
    assert orders == [order_of_ties(Loop(Chance(seed, "loop"))) for seed in range(5)]
    assert len({tuple(order) for order in orders}) == 5


def test_run_until_stops_after_its_time_and_moves_there() -> None:
    loop = Loop()
    ran: list[int] = []
    for time_ms in (10, 20, 21):
        loop.at(time_ms, lambda: ran.append(loop.now_ms))
    assert loop.run_until(20) == 2
    assert (ran, loop.now_ms) == ([10, 20], 20)
    loop.run_until(15)
    assert loop.now_ms == 20


def test_an_action_plans_others_and_the_past_is_now() -> None:
    loop = Loop()
    ran: list[tuple[str, int]] = []

    def first() -> None:
        loop.after(5, lambda: ran.append(("later", loop.now_ms)))
        loop.at(3, lambda: ran.append(("past", loop.now_ms)))

    loop.at(100, first)
    loop.run_all()
    assert ran == [("past", 100), ("later", 105)]


def test_what_is_called_off_does_not_run() -> None:
    loop = Loop()
    ran: list[str] = []
    done = loop.at(1, lambda: ran.append("done"))
    dropped = loop.at(2, lambda: ran.append("dropped"))
    loop.run_until(1)
    loop.call_off(done)
    loop.call_off(dropped)
    loop.call_off(dropped)
    assert loop.run_all() == 0
    assert ran == ["done"]


def test_a_run_caught_in_itself_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "ACTIONS_MAX", 1_000)
    loop = Loop()

    def again() -> None:
        loop.after(0, again)

    loop.after(0, again)
    with pytest.raises(AssertionError, match="stuck at 0 ms"):
        loop.run_until(1)


def test_a_clock_without_faults_tells_virtual_time() -> None:
    loop = Loop()
    clock: Clock = LoopClock(loop, Chance(1, "alder"), CALM)
    loop.run_until(90_500)
    assert clock.now() == BEGINNING_UTC_S + 90
    assert clock.running() == 90.5


def test_a_clock_is_wrong_by_its_seed_and_runs_wrongly() -> None:
    faults = Faults(clock_skew_s_max=600, clock_drift_ppm_max=5_000)

    def readings(seed: int) -> tuple[int, int, float, bytes]:
        loop = Loop()
        clock = LoopClock(loop, Chance(seed, "alder"), faults)
        start = clock.now()
        loop.run_until(10_000_000)
        return start, clock.now(), clock.running(), clock.entropy()

    assert readings(1) == readings(1)
    seen = [readings(seed) for seed in range(40)]
    starts = [start - BEGINNING_UTC_S for start, *_ in seen]
    assert min(starts) < -100
    assert max(starts) > 100
    assert max(map(abs, starts)) <= 600
    ran = [running for _, _, running, _ in seen]
    assert 9_950 <= min(ran) < 9_990
    assert 10_010 < max(ran) <= 10_050
    assert len({entropy for *_, entropy in seen}) == len(seen)


def test_a_clock_that_is_set_back_does_not_run_back() -> None:
    loop = Loop()
    clock = LoopClock(loop, Chance(1, "alder"), CALM)
    loop.run_until(5_000)
    clock.set_by(-86_400)
    assert clock.now() == BEGINNING_UTC_S + 5 - 86_400
    assert clock.running() == 5.0
