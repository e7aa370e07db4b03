"""The monthly sheet: figures without content, and every row that differs is named."""

import pytest

from backchannel.watch.figures import Figure, PathChange, Wait, differing, figures
from backchannel.watch.trials import Score

MONTH = (1_000, 2_000)
SCORE = Score(1, "random-human", "direct-1", 4, 3, 1, 0, 0, 0, 70)


def test_each_figure_has_its_code_and_its_unit() -> None:
    """NOTICE-170."""
    waits = [Wait(1, 1, 30), Wait(1, 1, 90), Wait(1, 1, None), Wait(0, 4, None)]
    found = figures([SCORE], waits, [PathChange(0, "direct-1", 1_250, up=True)], MONTH)
    assert list(found) == sorted(found)
    assert {each.code: (each.value, each.unit) for each in found} == {
        "ack.FLASH.p1.wanted": (3, "x"),
        "ack.FLASH.p1.given": (2, "x"),
        "ack.FLASH.p1.median": (60, "s"),
        "ack.ROUTINE.p0.wanted": (1, "x"),
        "ack.ROUTINE.p0.given": (0, "x"),
        "path.direct-1.p0.up": (1_000, "permille"),
        "test.random-human.direct-1.p1.calls": (4, "x"),
        "test.random-human.direct-1.p1.good": (3, "x"),
        "test.random-human.direct-1.p1.late": (1, "x"),
        "test.random-human.direct-1.p1.garbled": (0, "x"),
        "test.random-human.direct-1.p1.wrong": (0, "x"),
        "test.random-human.direct-1.p1.silent": (0, "x"),
        "test.random-human.direct-1.p1.median": (70, "s"),
    }


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ([(500, True)], 1_000),
        ([(500, True), (1_250, False)], 250),
        ([(500, False), (1_999, True)], 1),
        ([(1_500, True), (1_750, False)], 500),
        ([(1_100, True), (2_500, False)], 1_000),
        ([(2_500, True)], None),
        ([], None),
    ],
)
def test_how_long_a_path_was_up(changes: list[tuple[int, bool]], wanted: int | None) -> None:
    """NOTICE-171."""
    said = [PathChange(0, "direct-1", time, up=up) for time, up in changes]
    found = figures([], [], said, MONTH)
    assert [each.value for each in found] == ([] if wanted is None else [wanted])


def test_every_row_that_differs_is_named() -> None:
    """NOTICE-172."""
    ours = [Figure("a", 1, "x"), Figure("b", 2, "x"), Figure("c", 3, "s")]
    theirs = [Figure("a", 1, "x"), Figure("b", 3, "x"), Figure("d", 4, "s")]
    assert differing(ours, ours) == ()
    assert differing(ours, theirs) == (("b", "2 x", "3 x"), ("c", "3 s", ""), ("d", "", "4 s"))
