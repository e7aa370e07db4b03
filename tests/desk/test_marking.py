"""Text from outside as markup: escaped, seen, and whole where it must be."""

import pytest

from backchannel.desk.marking import (
    clock_time,
    countdown,
    date_time_group,
    isolated,
    marked,
)
from backchannel.desk.telling import full_time


def test_markup_is_text_and_what_hides_is_a_box() -> None:
    assert marked("<b>&\"'") == "&lt;b&gt;&amp;&#34;&#39;"
    assert marked("a\u202eb\tc\nd") == (
        'a<span class="unseen">U+202E</span>b<span class="unseen">U+0009</span>c\nd'
    )
    assert marked("می\u200cخواهم") == "می\u200cخواهم", "a joiner is a part of its script"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("at 151200Z NOV 26.", ["151200Z NOV 26"]),
        ("15 1200Z, 1401Z落在", ["15 1200Z", "1401Z"]),
        ("位置59.93750N 030.30860E附近", ["59.93750N 030.30860E"]),
        ("22 km south, 4000m", ["22 km", "4000m"]),
        ("see ALDER EX 0002 and BIRCH 0413", ["ALDER EX 0002", "BIRCH 0413"]),
        ("no token in 12 words", []),
    ],
)
def test_what_must_stay_together_does(text: str, tokens: list[str]) -> None:
    pieces = str(marked(text)).split('<bdi dir="ltr" class="tok">')[1:]
    assert [each.split("</bdi>")[0] for each in pieces] == tokens


def test_isolates_of_a_book_become_elements() -> None:
    assert (
        isolated("a \u2068<x>\u2069 \u2067b\u2069")
        == 'a <bdi>&lt;x&gt;</bdi> <bdi dir="rtl">b</bdi>'
    )


def test_times_are_spoken_as_on_the_radio() -> None:
    moment = 1_794_751_450
    assert clock_time(moment) == "1404Z"
    assert full_time(moment) == "14:04:10Z"
    assert full_time(-1) == "second -1"
    assert date_time_group(moment) == "151404Z NOV 26"
    assert clock_time(-1) == "second -1", "others may claim what no calendar has"
    assert [countdown(each) for each in (152, -8, 3_723, 200_000)] == [
        "2:32",
        "+0:08",
        "1:02:03",
        "2 d",
    ]
