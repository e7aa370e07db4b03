"""The bell: its rhythm, and who may silence it for how long."""

import pytest
from tests.desk.terminal.pictures import NOW, item

from backchannel.desk.terminal.bells import Bells, strokes_by


@pytest.mark.parametrize(
    ("precedence", "ages", "strokes"),
    [
        ("FLASH", (0, 1.9, 2, 60), (1, 1, 2, 31)),
        ("IMMEDIATE", (0, 4, 5, 25, 30, 59, 60, 120), (1, 1, 2, 6, 6, 6, 7, 8)),
        ("PRIORITY", (0, 0.4, 600), (1, 2, 2)),
        ("ROUTINE", (0, 600), (1, 1)),
        ("DEFERRED", (0, 600), (1, 1)),
    ],
)
def test_each_precedence_has_its_rhythm(
    precedence: str, ages: tuple[float, ...], strokes: tuple[int, ...]
) -> None:
    assert tuple(strokes_by(item(precedence), age) for age in ages) == strokes


def test_a_drill_has_a_rhythm_of_its_own_and_rings_on_only_for_flash() -> None:
    flash, routine = item("FLASH", mode="EXERCISE"), item("ROUTINE", mode="EXERCISE")
    assert [strokes_by(flash, age) for age in (0, 0.4, 2, 6, 6.4)] == [1, 2, 2, 3, 4]
    assert [strokes_by(routine, age) for age in (0, 0.4, 60)] == [1, 2, 2]


def test_a_new_alarm_sounds_although_another_was_silenced() -> None:
    bells, first, second = Bells(), item("IMMEDIATE"), item("IMMEDIATE", key="second")
    assert bells.strokes((first,), 0) == 1
    bells.silence(first, "Marsh", time=NOW, running=1)
    assert bells.strokes((first,), 5) == 0
    assert bells.sounding((first, second), 5) == (second,)
    assert bells.strokes((first, second), 6) == 1


def test_a_flash_sounds_again_after_half_a_minute_and_ends_when_it_is_done() -> None:
    bells, flash = Bells(), item("FLASH")
    assert bells.strokes((flash,), 0) == 1
    bells.silence(flash, "Marsh", time=NOW, running=0)
    assert bells.strokes((flash,), 29) == 0
    silenced = bells.silenced(flash, 29)
    assert silenced is not None and silenced.by == "Marsh"
    assert bells.silenced(flash, 30) is None and bells.strokes((flash,), 32) > 0
    assert bells.strokes((), 40) == 0
    assert bells.sounding((flash,), 41) == (flash,), "the same again is a new alarm"


def test_an_immediate_stays_silent_once_somebody_has_silenced_it() -> None:
    bells, alarm = Bells(), item("IMMEDIATE")
    bells.strokes((alarm,), 0)
    bells.silence(alarm, "Marsh", time=NOW, running=0)
    assert bells.strokes((alarm,), 3_600) == 0


def test_what_the_other_room_has_time_for_is_no_alarm_until_it_runs_out() -> None:
    bells, theirs = Bells(), item("FLASH", ours=False)
    assert bells.strokes((theirs,), 0) == 0 and bells.sounding((theirs,), 0) == ()
    late = theirs._replace(key="late", left_s=-1)
    assert bells.strokes((late,), 1) == 1 and bells.sounding((late,), 1) == (late,)
