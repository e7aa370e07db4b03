"""iCalendar: unfolded and unescaped by a reader written here from RFC 5545."""

import re

import msgspec
import pytest
from tests.notice.copies.originals import CALL, HOSTILE, LAUNCH, STRIKE, drill, original

from backchannel.errors import OfficerError
from backchannel.notice.copies.formats import write_copy
from backchannel.notice.copies.original import Original

Event = dict[str, str]


def rows(raw: bytes) -> list[tuple[str, str]]:
    """The content lines, unfolded: RFC 5545, 3.1."""
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")[:-1]
    assert all(len(each) <= 75 for each in lines), "75 octets, and each line whole characters"
    assert all(each.decode() is not None for each in lines)
    assert not any(b"\n" in each or b"\r" in each for each in lines)
    unfolded = raw.decode().replace("\r\n ", "").split("\r\n")[:-1]
    assert all(re.match(r"[A-Z-]+:", each) for each in unfolded)
    return [(name, value) for name, _, value in (each.partition(":") for each in unfolded)]


def events(notice: Original) -> list[Event]:
    """The events of a copy."""
    found = rows(write_copy("ical", notice))
    assert found[0] == ("BEGIN", "VCALENDAR") and found[-1] == ("END", "VCALENDAR")
    made: list[Event] = []
    for name, value in found:
        if (name, value) == ("BEGIN", "VEVENT"):
            made.append({})
        elif made:
            assert name == "END" or name not in made[-1], name
            made[-1][name] = unescaped(value)
    return made


def unescaped(text: str) -> str:
    """A text as it was: RFC 5545, 3.3.11."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", text), "a separator that is not escaped"
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], text)


def test_a_window_is_an_event() -> None:
    """NOTICE-110."""
    (launch,) = events(original())
    assert (launch["DTSTART"], launch["DTEND"]) == ("20261201T100000Z", "20261201T140000Z")
    assert launch["DTSTAMP"] == "20261201T000000Z"
    assert launch["SUMMARY"].startswith("ALDER 0001 Launch (ballistic missile, space launch,")
    assert (launch["STATUS"], launch["TRANSP"]) == ("CONFIRMED", "OPAQUE")
    assert launch["LOCATION"].startswith("59.93750N 030.30860E")
    assert "kind: icbm\n" in launch["DESCRIPTION"]


def test_each_of_several_windows_is_one_and_an_open_one_has_no_end() -> None:
    """NOTICE-110."""
    first, second = events(original("T18", CALL))
    assert first["UID"] != second["UID"]
    assert "DTEND" in first and "DTEND" not in second


def test_a_drill_is_one_in_its_first_word_and_blocks_no_hour() -> None:
    """NOTICE-103, NOTICE-110."""
    (event,) = events(drill())
    assert event["SUMMARY"].startswith("EXERCISE: ")
    assert event["CATEGORIES"] == event["X-BACKCHANNEL-MODE"] == "EXERCISE"
    assert event["TRANSP"] == "TRANSPARENT"


def test_what_was_recalled_is_cancelled_under_the_same_name() -> None:
    """NOTICE-103, NOTICE-110."""
    (before,), (after,) = events(original()), events(original(recalled=1_796_090_400))
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == ("0", "1")
    assert (after["STATUS"], after["DTSTAMP"]) == ("CANCELLED", "20261201T020000Z")


@pytest.mark.parametrize(
    ("handling", "shown"),
    [("TLP:CLEAR", "PUBLIC"), ("TLP:GREEN", "PRIVATE"), ("TLP:AMBER", "CONFIDENTIAL")],
)
def test_the_label_says_who_may_see_it(handling: str, shown: str) -> None:
    """NOTICE-110."""
    (event,) = events(original(handling=handling))
    assert (event["CLASS"], event["X-BACKCHANNEL-HANDLING"]) == (shown, handling)


@pytest.mark.parametrize("text", [HOSTILE, "a\r\nEND:VEVENT", "é" * 200, "收" * 100, "\\n;,\\"])
def test_text_from_outside_begins_no_line_and_ends_no_value(text: str) -> None:
    """NOTICE-106: escaped, then folded between characters."""
    (event,) = events(original(party=text, to=(text,), whom=text))
    assert set(event) == set(events(original())[0])
    assert not any(c in event["DESCRIPTION"] for c in "\u202e\u2066\x1b\r")
    visible = text.split("\r")[0].split("\n")[0].replace("\\", "\\\\")
    assert f"of {visible}" in event["DESCRIPTION"]
    # What a spreadsheet would take for a formula stands behind words of ours.
    assert not any(re.match(r"[=+@-]", value) for value in event.values())


def test_a_notice_without_a_window_is_no_event() -> None:
    """NOTICE-110."""
    with pytest.raises(OfficerError, match="no-copy-of-form"):
        write_copy("ical", original("T13", emergency()))
    strike = original("T06", STRIKE)
    quiet = msgspec.structs.replace(strike, values=(*strike.values[:2], None, *strike.values[3:]))
    with pytest.raises(OfficerError, match="no-window-stated"):
        write_copy("ical", quiet)


def emergency() -> dict[int, object]:
    """A form without a window."""
    return {
        1: ["2026-12-01T10:00:00Z", "10.00000N 010.00000E", "fire"],
        2: "works",
        9: "alert",
        10: "2026-12-01T12:00:00Z",
    }


def test_lines_hold_the_whole_of_a_long_text() -> None:
    """NOTICE-110: folding loses nothing."""
    (event,) = events(original("T01", {**LAUNCH, 13: "x" * 200}))
    assert "x" * 200 in event["DESCRIPTION"]
