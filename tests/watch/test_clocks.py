"""Clocks: what is due of a statement, from when, and how much is left of it."""

from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from backchannel.charter.paths import Latency, Path, PathKind
from backchannel.charter.policy import DEFAULT_CLOCKS, Clocks
from backchannel.notice.catalogue import form_named
from backchannel.watch.clocks import (
    Clock,
    Course,
    Duty,
    Point,
    Terms,
    clocks_of,
    left_ms,
    missing_lead,
)
from backchannel.wire.statement import Kind, Precedence

NOW = 1_795_355_000
ENTERED, HELD = Point(NOW, 5_000), Point(NOW + 3, 8_000)
ON_ITS_WAY = Course(ENTERED, HELD)
FLASH = DEFAULT_CLOCKS[0]
TARGETS = some.builds(Clocks, *(some.integers(1, 10**6) for _ in range(7)))
T09_BODY = (None, None, None, (NOW + 600, "the charter"))


def clocks(terms: Terms, course: Course = ON_ITS_WAY) -> dict[Duty, Clock]:
    targets = DEFAULT_CLOCKS[terms.precedence - 1]
    return {each.duty: each for each in clocks_of(terms, targets, course)}


def message(**changes: object) -> Terms:
    return Terms(**{"kind": Kind.MESSAGE, "precedence": Precedence.FLASH, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("terms", "duties"),
    [
        (message(), {Duty.HELD, Duty.ACKNOWLEDGEMENT}),
        (message(precedence=Precedence.ROUTINE), {Duty.HELD}),
        (message(precedence=Precedence.ROUTINE, wanted="ack"), {Duty.HELD, Duty.ACKNOWLEDGEMENT}),
        (message(wanted="none"), {Duty.HELD}),
        (message(wanted="readback"), {Duty.HELD, Duty.ACKNOWLEDGEMENT, Duty.READBACK}),
        (message(wanted="answer"), {Duty.HELD, Duty.ACKNOWLEDGEMENT, Duty.ANSWER}),
        (message(kind=Kind.ACK), set()),
    ],
)
def test_what_is_due_is_what_the_words_or_the_precedence_ask(
    terms: Terms, duties: set[Duty]
) -> None:
    """NOTICE-82, NOTICE-83, NOTICE-84, NOTICE-85."""
    assert set(clocks(terms)) == duties


def test_a_form_has_times_of_its_own() -> None:
    """NOTICE-80, NOTICE-85: a query is answered by when it says, a stop request in a minute."""
    query = Terms(Kind.NOTICE, Precedence.PRIORITY, form_named("T09"), body=T09_BODY)
    found = clocks(query)
    assert (found[Duty.ANSWER].due, found[Duty.ANSWER].running_s) == (NOW + 600, None)
    assert found[Duty.READBACK].running_s == DEFAULT_CLOCKS[2].readback_s
    stop = clocks(Terms(Kind.NOTICE, Precedence.FLASH, form_named("T06-S")))
    assert {stop[each].running_s for each in (Duty.ACKNOWLEDGEMENT, Duty.ANSWER)} == {60}


def test_a_field_that_is_not_stated_gives_no_clock() -> None:
    """NOTICE-81."""
    query = Terms(Kind.NOTICE, Precedence.PRIORITY, form_named("T09"), body=(None,) * 4)
    assert Duty.ANSWER not in clocks(query)


def test_all_but_the_first_begin_when_it_is_held() -> None:
    """NOTICE-86: a statement that has not arrived is late in arriving, and in nothing else."""
    waiting = clocks(message(), Course(ENTERED))
    assert waiting[Duty.HELD].due == NOW + FLASH.held_fast_s
    assert waiting[Duty.ACKNOWLEDGEMENT].since is None
    assert left_ms(waiting[Duty.ACKNOWLEDGEMENT], now=NOW + 999, running=999_999) is None
    assert clocks(message())[Duty.ACKNOWLEDGEMENT].due == HELD.label + FLASH.ack_s


@pytest.mark.parametrize(
    ("ways", "due_s"),
    [
        ((), FLASH.held_fast_s),
        ((Latency.SLOW,), FLASH.held_slow_s),
        ((Latency.MAIL, Latency.SLOW), FLASH.held_slow_s),
        ((Latency.FAST, Latency.SLOW), FLASH.held_fast_s),
        ((Latency.MAIL, Latency.COURIER), FLASH.held_mail_s),
        ((Latency.COURIER,), 86_400),
    ],
)
def test_a_receipt_is_due_by_the_best_path_that_was_up(
    ways: tuple[Latency, ...], due_s: int
) -> None:
    """NOTICE-94, CHARTER-12: without any path that is up nothing is worth a longer wait."""
    paths = tuple(Path(n, PathKind.SERIAL, (0, 1), latency=each) for n, each in enumerate(ways))
    paths = tuple(msgspec.structs.replace(each, travel_s=86_400) for each in paths)
    assert clocks(message(), Course(ENTERED, ways=paths))[Duty.HELD].due == NOW + due_s


def test_a_courier_whose_travel_is_not_named_is_as_mail() -> None:
    """NOTICE-94."""
    bag = Path(6, PathKind.COURIER, (0, 1), latency=Latency.COURIER)
    (held, *_) = clocks_of(message(), FLASH, Course(ENTERED, ways=(bag,)))
    assert held.running_s == FLASH.held_mail_s


def test_a_long_text_may_be_acknowledged_later() -> None:
    """CHARTER-12."""
    assert clocks(message(words=101))[Duty.ACKNOWLEDGEMENT].running_s == FLASH.ack_long_s


def test_a_stand_by_moves_the_answer_and_nothing_else() -> None:
    """NOTICE-85."""
    terms = message(wanted="answer")
    before, after = clocks(terms), clocks(terms, Course(ENTERED, HELD, stands_by=NOW + 5_000))
    assert after[Duty.ANSWER].due == NOW + 5_000
    assert after[Duty.ACKNOWLEDGEMENT] == before[Duty.ACKNOWLEDGEMENT]


def test_what_was_met_after_its_time_is_late_and_a_recall_ends_all() -> None:
    """NOTICE-86."""
    met = clocks(message(), Course(ENTERED, HELD, acknowledged=HELD.label + FLASH.ack_s + 1))
    assert met[Duty.ACKNOWLEDGEMENT].late and not met[Duty.ACKNOWLEDGEMENT].open
    on_time = clocks(message(), Course(ENTERED, HELD, acknowledged=HELD.label + FLASH.ack_s))
    assert not on_time[Duty.ACKNOWLEDGEMENT].late
    recalled = clocks(message(), Course(ENTERED, HELD, ended=NOW + 5))
    assert not any(each.open for each in recalled.values())


@dataclass
class Wall:
    """A clock on the wall that any hand may set, beside running time that none can."""

    now: int
    running: int


@given(
    steps=some.lists(some.tuples(some.integers(0, 90), some.integers(-9_999, 9_999)), max_size=9)
)
def test_no_hand_on_the_clock_makes_a_duration_shorter_or_longer(
    steps: list[tuple[int, int]],
) -> None:
    """NOTICE-87, RECORD-80."""
    clock = clocks(message())[Duty.ACKNOWLEDGEMENT]
    wall = Wall(HELD.label, HELD.running)
    for went_s, set_s in steps:
        wall = Wall(wall.now + went_s + set_s, wall.running + 1_000 * went_s)
        left = left_ms(clock, now=wall.now, running=wall.running)
        assert left == 1_000 * FLASH.ack_s - (wall.running - HELD.running)


@given(targets=TARGETS, delay=some.integers(0, 10**6))
def test_due_is_held_and_the_time_that_was_agreed(targets: Clocks, delay: int) -> None:
    """NOTICE-83, NOTICE-86: whatever the charter says."""
    course = Course(ENTERED, Point(NOW + delay, 5_000 + 1_000 * delay))
    found = {each.duty: each for each in clocks_of(message(wanted="readback"), targets, course)}
    assert found[Duty.ACKNOWLEDGEMENT].due == NOW + delay + targets.ack_s
    assert found[Duty.READBACK].due == NOW + delay + (targets.readback_s or 0)


@pytest.mark.parametrize(
    ("ahead_s", "missing"), [(25 * 3_600, None), (24 * 3_600, None), (3_600, 23 * 3_600)]
)
def test_a_notice_that_comes_late_is_late_by_what_is_missing(
    ahead_s: int, missing: int | None
) -> None:
    """NOTICE-88: a launch is announced a day ahead."""
    window = (NOW + ahead_s, NOW + ahead_s + 3_600)
    launch = Terms(
        Kind.NOTICE, Precedence.PRIORITY, form_named("T01"), body=(None,) * 3 + (window,)
    )
    assert missing_lead(launch, NOW) == missing
    assert missing_lead(message(), NOW) is None
