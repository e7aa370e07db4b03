"""The times of forms: what their files say, and the moments that they find in a notice."""

import pytest

from backchannel.errors import JunkError
from backchannel.notice.catalogue import catalogue, form_named
from backchannel.notice.timing import Asks, Timing, moment_of, read_timing
from backchannel.wire.codec import Value

SENT, START, END = 1_000, 50_000, 60_000


def test_every_form_says_its_times_in_words_that_are_known() -> None:
    """NOTICE-80: no file names a clock that there is not, or a field that it has not."""
    for form in catalogue().values():
        for asks, text in form.clocks.items():
            assert Asks(asks)
            no = read_timing(text).field
            assert no is None or form.field(no) is not None


@pytest.mark.parametrize(
    ("text", "timing"),
    [
        ("24 h", Timing(86_400)),
        ("field 4", Timing(0, 4)),
        ("2 h before field 3", Timing(-7_200, 3)),
        ("1 h after field 4", Timing(3_600, 4, True)),
    ],
)
def test_a_time_is_read(text: str, timing: Timing) -> None:
    """NOTICE-81."""
    assert read_timing(text) == timing


@pytest.mark.parametrize("text", ["", "soon", "2 h before", "field", "2 h field 3", "2 h before 3"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(JunkError, match="bad-timing"):
        read_timing(text)


@pytest.mark.parametrize(
    ("form", "text", "value", "moment"),
    [
        ("T01", "24 h before field 4", (START, END), START - 86_400),
        ("T01", "1 h after field 4", (START, END), END + 3_600),
        ("T01", "1 h after field 4", (START, True), None),
        ("T01", "field 4", True, None),
        ("T01", "field 4", None, None),
        ("T09", "field 4", (START, "charter"), START),
        ("T12", "field 8", 900, SENT + 900),
        ("T05", "1 h after field 1", (START, None), START + 3_600),
        ("T01", "field 1", "sounding", None),
    ],
)
def test_the_moment_is_the_first_time_in_the_field(
    form: str, text: str, value: Value, moment: int | None
) -> None:
    """NOTICE-81: of a window its beginning, and what comes after it counts from its end."""
    timing = read_timing(text)
    assert timing.field is not None
    body: tuple[Value, ...] = (*(None,) * (timing.field - 1), value)
    assert moment_of(form_named(form), timing, body, sent=SENT) == moment
