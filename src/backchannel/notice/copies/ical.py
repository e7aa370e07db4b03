"""Windows of notices as an iCalendar file (RFC 5545): one event for each window.

This module must not let text begin a line of its own: it is escaped first and folded last. Clauses:
NOTICE-103, NOTICE-110.
"""

from collections.abc import Iterator

from backchannel.errors import OfficerError
from backchannel.notice.copies.mapping import mapping_of, require_mapped
from backchannel.notice.copies.original import (
    REAL,
    Original,
    Window,
    places_of,
    windows_of,
    words_of,
)
from backchannel.wire.moments import print_moment
from backchannel.wire.visible import visible_lines

OCTETS = 75
CRLF = b"\r\n"
# How far a calendar shows an event to others (RFC 5545, 3.8.1.3).
CLASSES = {"TLP:CLEAR": "PUBLIC", "TLP:GREEN": "PRIVATE"}
CONFIDENTIAL = "CONFIDENTIAL"


def write_ical(original: Original) -> bytes:
    """Return the windows of a notice as a calendar.

    Raises OfficerError: "no-copy-of-form", "no-window-stated".
    """
    nos = mapping_of(original.form).calendar
    require_mapped(original, nos, "iCalendar")
    windows = windows_of(original, nos)
    if not windows:
        raise OfficerError("no-window-stated", "the notice states no window: a calendar needs one")
    rows = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Backchannel//notices//EN"),
        ("CALSCALE", "GREGORIAN"),
    ]
    for nth, (name, window) in enumerate(windows, 1):
        rows += event(original, nth, name, window)
    rows.append(("END", "VCALENDAR"))
    return b"".join(folded(f"{name}:{value}") for name, value in rows)


def event(original: Original, nth: int, name: str, window: Window) -> Iterator[tuple[str, str]]:
    """Yield the properties of one window."""
    recalled = original.recalled is not None
    changed = original.time if original.recalled is None else original.recalled
    where = "; ".join(each.text for each in places_of(original)[:1])
    yield "BEGIN", "VEVENT"
    yield "UID", f"backchannel.{original.entry}.{nth}"
    yield "DTSTAMP", stamp(changed)
    yield "SEQUENCE", "1" if recalled else "0"
    yield "DTSTART", stamp(window.since)
    if window.until is not None:
        yield "DTEND", stamp(window.until)
    yield "SUMMARY", escaped(f"{original.name}: {name}")
    yield "DESCRIPTION", escaped(words_of(original))
    if where:
        yield "LOCATION", escaped(where)
    yield "CATEGORIES", original.mode
    yield "CLASS", CLASSES.get(original.handling, CONFIDENTIAL)
    yield "STATUS", "CANCELLED" if recalled else "CONFIRMED"
    # A drill blocks nobody's hour that the line does not.
    yield "TRANSP", "OPAQUE" if original.mode == REAL and not recalled else "TRANSPARENT"
    yield "X-BACKCHANNEL-MODE", original.mode
    yield "X-BACKCHANNEL-HANDLING", escaped(original.handling_text)
    yield "END", "VEVENT"


def stamp(seconds: int) -> str:
    """Return a moment in UTC as calendars write it."""
    return print_moment(seconds).replace("-", "").replace(":", "")


def escaped(text: str) -> str:
    """Return text in which nothing can end a value or begin a line."""
    text = visible_lines(text).replace("\\", "\\\\")
    return text.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(row: str) -> bytes:
    """Return a line cut into pieces of 75 octets at most, never within a character."""
    made, size = bytearray(), 0
    for character in row:
        octets = character.encode()
        if size + len(octets) > OCTETS:
            made += CRLF + b" "
            size = 1
        made += octets
        size += len(octets)
    return bytes(made + CRLF)
