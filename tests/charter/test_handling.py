"""Handling labels: how they travel, and how far each lets a copy go."""

import pytest

from backchannel.charter.handling import (
    Handling,
    handling_in,
    lane_in,
    lane_value,
    read_handling,
    require_may_leave,
)
from backchannel.errors import OfficerError


@pytest.mark.parametrize("handling", list(Handling))
def test_a_label_travels_beside_the_lane(handling: Handling) -> None:
    """NOTICE-101."""
    assert lane_value(None, handling) == (None, str(handling))
    assert handling_in(lane_value("political", handling)) == handling
    assert lane_in(lane_value("political", handling)) == "political"
    assert lane_in(lane_value(None, handling)) is None
    assert read_handling(str(handling)) == read_handling(handling[4:].lower()) == handling


@pytest.mark.parametrize("value", [None, (None, None), ("life-safety", None)])
def test_without_a_label_there_is_none(value: object) -> None:
    """NOTICE-101."""
    assert handling_in(value) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["TLP:CLEAR", (None, "secret"), (None, 5), 1, (None,), ()])
def test_a_label_that_cannot_be_read_is_the_strictest(value: object) -> None:
    """NOTICE-101: so that a newer one never lets more out than it should."""
    assert handling_in(value) == Handling.RED  # type: ignore[arg-type]


def test_a_label_that_there_is_not_is_refused() -> None:
    """NOTICE-101."""
    with pytest.raises(OfficerError, match="unknown-handling"):
        read_handling("white")


@pytest.mark.parametrize(
    ("handling", "whom", "reason"),
    [
        ("TLP:RED", "", "handling-red"),
        ("TLP:RED", "the harbour office", "handling-red"),
        ("TLP:AMBER+STRICT", "", "handling-whom"),
        ("TLP:AMBER", "", "handling-whom"),
        ("TLP:AMBER", "two\nlines", "whom-not-a-line"),
        ("TLP:AMBER", "\u202eme", "whom-not-a-line"),
        ("TLP:CLEAR", "x" * 201, "whom-not-a-line"),
    ],
)
def test_what_may_not_leave_is_refused(handling: str, whom: str, reason: str) -> None:
    """NOTICE-102."""
    with pytest.raises(OfficerError, match=reason):
        require_may_leave(Handling(handling), whom)


@pytest.mark.parametrize(
    ("handling", "whom"),
    [("TLP:AMBER+STRICT", "our map"), ("TLP:AMBER", "x"), ("TLP:GREEN", ""), ("TLP:CLEAR", "")],
)
def test_what_may_leave_may(handling: str, whom: str) -> None:
    """NOTICE-102."""
    require_may_leave(Handling(handling), whom)
