"""When what a form asks for is due: a duration, or a moment that one of its fields holds.

This module must not ask what time it is. Clauses: NOTICE-80, NOTICE-81.

>>> read_timing("2 h before field 3")
Timing(seconds=-7200, field=3, after=False)
>>> read_timing("24 h")
Timing(seconds=86400, field=None, after=False)
"""

import re
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from backchannel.errors import JunkError
from backchannel.notice.catalogue import Field, Form, parts_of
from backchannel.wire.codec import Value
from backchannel.wire.moments import read_duration

TEXT = re.compile(r"(?:(?P<duration>\d+ \w+)(?: (?P<side>before|after) |$))?(?:field (?P<no>\d+))?")


class Asks(StrEnum):
    """What a form can give a time of its own to, as its file names it; `LEAD` is when to send."""

    ACK = "ack"
    READBACK = "readback"
    OPERATING = "operating"
    ANSWER = "answer"
    REPORT = "report"
    LEAD = "lead"


class Timing(NamedTuple):
    """So many seconds, or so many from the moment in a field: before it if they are negative.

    `after`: they count from the end of a window, else from its beginning.
    """

    seconds: int
    field: int | None = None
    after: bool = False


@cache
def read_timing(text: str) -> Timing:
    """Return what a form's file says of one clock. Raises JunkError("bad-timing")."""
    found = TEXT.fullmatch(text)
    if not found or not text or (found["side"] and not found["no"]):
        raise JunkError("bad-timing", f"got {text!a}, wanted as in 24 h, or 2 h before field 3")
    seconds = read_duration(found["duration"]) if found["duration"] else 0
    if found["no"] is None:
        return Timing(seconds)
    sign = -1 if found["side"] == "before" else 1
    return Timing(sign * seconds, int(found["no"]), found["side"] == "after")


def timing_of(form: Form | None, asks: Asks) -> Timing | None:
    """Return a form's own time for something, or None where its precedence says."""
    text = form.clocks.get(asks) if form is not None else None
    return read_timing(text) if text is not None else None


def moment_of(form: Form, timing: Timing, body: tuple[Value, ...], *, sent: int) -> int | None:
    """Return the moment that a timing names in the fields of a notice sent at `sent`, seconds UTC.

    None where the field is not stated, unknown, or holds no time (NOTICE-81).
    """
    assert timing.field is not None, "only a field holds a moment"
    field = form.field(timing.field)
    if field is None or timing.field > len(body):
        return None
    found = time_in(field, body[timing.field - 1], after=timing.after, sent=sent)
    return None if found is None else found + timing.seconds


def time_in(field: Field, value: Value, *, after: bool, sent: int) -> int | None:
    """Return the first time in a field's value: a moment, an end of a window, or the end of a
    duration that begins with the notice."""
    parts = parts_of(field)
    values = (value,) if len(parts) == 1 else value if isinstance(value, tuple) else ()
    for part, each in zip(parts, values, strict=False):
        one = each[0] if part.many and isinstance(each, tuple) and each else each
        match part.types[0], one:
            case "utc-window", (int(start), end) if type(start) is int:
                if not after:
                    return start
                return end if type(end) is int else None
            case "utc-instant", int(moment) if type(moment) is int:
                return moment
            case "duration", int(seconds) if type(seconds) is int:
                return sent + seconds
    return None
