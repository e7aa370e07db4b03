"""Dates and durations as people write them: one way to write each, and nothing that is none."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.charter.people import reason_of

from backchannel.errors import JunkError
from backchannel.limits import MOMENT_MAX
from backchannel.wire.moments import (
    print_duration,
    print_moment,
    read_duration,
    read_moment,
)

EPOCH = datetime.datetime(1970, 1, 1)


@given(st.integers(0, MOMENT_MAX))
def test_a_moment_is_what_the_calendar_says(seconds: int) -> None:
    """CHARTER-71. The standard library's calendar is the judge."""
    wanted = (EPOCH + datetime.timedelta(seconds=seconds)).isoformat().rjust(19, "0") + "Z"
    assert print_moment(seconds) == wanted
    assert read_moment(wanted) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2000-02-29T23:59:59Z", 951_868_799),
        ("2100-03-01T00:00:00Z", 4_107_542_400),
        ("9999-12-31T23:59:59Z", MOMENT_MAX),
    ],
)
def test_days_at_the_edge_of_a_year_or_century(text: str, seconds: int) -> None:
    assert (read_moment(text), print_moment(seconds)) == (seconds, text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01",
        "2026-12-01T00:00:00",
        "2026-12-01T00:00:00+01:00",
        "2026-12-01 00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2027-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-12-01T24:00:00Z",
        "2026-12-01T23:60:00Z",
        "2026-12-01T23:59:60Z",
        "2026-13-01T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "0000-00-00T00:00:00Z",
        "٢٠٢٦-12-01T00:00:00Z",
        "",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    """CHARTER-71, B8: local time is refused."""
    assert reason_of(lambda: read_moment(text), JunkError) == "bad-moment"


@given(st.integers(0, 10**9 - 1))
def test_a_duration_is_printed_so_that_it_reads_the_same(seconds: int) -> None:
    assert read_duration(print_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (90, "90 s"),
        (120, "2 min"),
        (5_400, "90 min"),
        (7_200, "2 h"),
        (86_400, "1 d"),
        (90_000, "25 h"),
        (30 * 86_400, "30 d"),
    ],
)
def test_a_duration_takes_the_largest_unit_without_a_rest(seconds: int, text: str) -> None:
    assert print_duration(seconds) == text


@pytest.mark.parametrize("text", ["10", "10s", "10  s", "1.5 h", "-1 s", "2 weeks", "١ s", ""])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """CHARTER-71."""
    assert reason_of(lambda: read_duration(text), JunkError) == "bad-duration"
