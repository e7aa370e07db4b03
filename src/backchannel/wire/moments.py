"""Moments and durations as people write them in a draft, and as whole seconds inside.

This module must not ask what time it is. One way to write a moment, UTC (CHARTER-71).

>>> read_moment("2026-12-01T00:00:00Z")
1796083200
>>> print_duration(read_duration("90 s"))
'90 s'
"""

import re

from backchannel.errors import JunkError

MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)
DURATION = re.compile(r"(\d{1,9}) (s|min|h|d)", re.ASCII)
UNITS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
DAY_S = UNITS["d"]

# The calendar repeats after 400 years; counted from March, a leap day ends its year.
DAYS_400_YEARS = 146_097
DAYS_BEFORE_1970 = 719_468


def days_since_1970(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date of the Gregorian calendar."""
    year -= month <= 2
    cycle, of_cycle = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return (
        cycle * DAYS_400_YEARS
        + of_cycle * 365
        + of_cycle // 4
        - of_cycle // 100
        + (of_year - DAYS_BEFORE_1970)
    )


def date_of(days: int) -> tuple[int, int, int]:
    """Return year, month and day of a count of days from 1970-01-01."""
    cycle, of_cycle = divmod(days + DAYS_BEFORE_1970, DAYS_400_YEARS)
    leaps = of_cycle // 1_460 - of_cycle // 36_524 + of_cycle // (DAYS_400_YEARS - 1)
    year = (of_cycle - leaps) // 365
    of_year = of_cycle - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return cycle * 400 + year + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def month_around(seconds: int) -> tuple[int, int]:
    """Return when the month of a moment begins and when the next one does, seconds UTC."""
    year, month, _ = date_of(seconds // DAY_S)
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    return days_since_1970(year, month, 1) * DAY_S, days_since_1970(*after, 1) * DAY_S


def print_moment(seconds: int) -> str:
    """Return a moment as text: seconds UTC from 1970, up to the year 9999."""
    days, of_day = divmod(seconds, DAY_S)
    year, month, day = date_of(days)
    hour, minute, second = of_day // 3_600, of_day // 60 % 60, of_day % 60
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"


def read_moment(text: str) -> int:
    """Return the seconds UTC of a text like 2026-12-01T00:00:00Z. Raises JunkError."""
    found = MOMENT.fullmatch(text)
    if found:
        year, month, day, hour, minute, second = (int(each) for each in found.groups())
        seconds = days_since_1970(year, month, day) * DAY_S + hour * 3_600 + minute * 60 + second
        # Only what exists is printed again as it was: no 31st of April, no hour 24.
        if seconds >= 0 and print_moment(seconds) == text:
            return seconds
    raise JunkError("bad-moment", f"got {text!a}, wanted UTC as in 2026-12-01T00:00:00Z")


def print_duration(seconds: int) -> str:
    """Return a duration in the largest unit that fits without a rest."""
    for unit, length in UNITS.items():
        if seconds and seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def spelled(seconds: int) -> str:
    """Return a duration in words, by its two largest units."""
    days, rest = divmod(seconds, DAY_S)
    hours, rest = divmod(rest, 3_600)
    parts = zip((days, hours, rest // 60, rest % 60), ("d", "h", "min", "s"), strict=True)
    said = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(said[:2]) or "0 s"


def read_duration(text: str) -> int:
    """Return the seconds of a text like 10 s, 3 min, 24 h or 7 d. Raises JunkError."""
    found = DURATION.fullmatch(text)
    if not found:
        raise JunkError("bad-duration", f"got {text!a}, wanted a number and s, min, h or d")
    return int(found[1]) * UNITS[found[2]]
