"""What CLDR is asked: names of languages as they were written, dates, marks, directions."""

import pytest

from backchannel.notice.locales import (
    date_in_words,
    decimal_mark,
    is_right_to_left,
    language_in,
    plural_categories,
)


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("en", "anglais"),
        ("en-GB", "anglais britannique"),
        ("zh-Hans", "chinois simplifié"),
        ("zh-Hans-SG", "chinois simplifié"),
        ("sr-Latn-RS", "serbe"),
        ("und", "langue indéterminée"),
        ("qqx", "qqx"),
        ("", ""),
        ("EN", "EN"),
        ("en.UTF-8", "en.UTF-8"),
        ("../en", "../en"),
        ("en-", "en-"),
    ],
)
def test_a_language_is_named_and_none_is_guessed(tag: str, name: str) -> None:
    """NOTICE-42: what is no tag, and what CLDR does not name, stays as it came."""
    assert language_in("fr", tag) == name


def test_a_day_is_of_the_calendar_of_all_and_in_utc() -> None:
    """NOTICE-44: the last second of a day belongs to it."""
    assert date_in_words("en_001", 1796169599) == "Tuesday, 1 December 2026"
    assert date_in_words("en_001", 1796169600).startswith("Wednesday")


def test_marks_and_directions_are_those_of_cldr() -> None:
    assert (decimal_mark("fr"), decimal_mark("ar"), decimal_mark("zh_Hans")) == (",", ".", ".")
    assert is_right_to_left("ar") and not is_right_to_left("hi")
    assert plural_categories("zh_Hans") == {"other"}
    assert len(plural_categories("ar")) == 6
