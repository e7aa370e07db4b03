"""Text from outside as markup: every character to be seen, and what must stay together kept so.

Numbers with their units, times, positions and names of statements neither break nor turn around in
a text of the other direction. This module must not alter what was signed, and must not let a text
add markup of its own.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from backchannel.limits import MOMENT_MAX
from backchannel.notice.phrasebook import FSI, PDI, RLI
from backchannel.wire.moments import DAY_S, date_of
from backchannel.wire.visible import is_unseen

# Bounded, so that a token never becomes wider than a column.
TOKEN = re.compile(
    r"(?<![0-9A-Za-z.])(?:\d{2} ?\d{4}Z(?: [A-Z]{3}(?: \d{2,4})?)?|\d{4}Z"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    r"|\d{1,3}(?:\.\d{1,6}|°\d{1,2}′)[NSEW](?: \d{1,3}(?:\.\d{1,6}|°\d{1,2}′)[NSEW])?"
    r"|\d{1,9}(?:[.,]\d{1,9})? ?(?:km/h|m/s|km|kg|nm|NM|ft|m|t|h|min|s)"
    r"|[A-Z]{2,16} (?:EX |TEST )?\d{4,6})(?![0-9A-Za-z])"
)
# What is farther away than two days is said in days.
DAYS_FROM_H = 48
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def marked(text: str) -> Markup:
    """Return a text from outside: markup is text, unseen characters are boxes, tokens are whole."""
    made, at = Markup(), 0
    for found in TOKEN.finditer(text):
        token = Markup('<bdi dir="ltr" class="tok">{}</bdi>').format(seen(found[0]))
        made += seen(text[at : found.start()]) + token
        at = found.end()
    return made + seen(text[at:])


def seen(text: str) -> Markup:
    """Return a text in which every character is seen; its own line ends stay."""
    return Markup().join(seen_pieces(text))


def seen_pieces(text: str) -> Iterator[Markup]:
    """Yield runs of what is seen as itself, and a box for each character that is not."""
    run = ""
    for each in text:
        if each == "\n" or not is_unseen(each):
            run += each
            continue
        yield escape(run)
        run = ""
        yield Markup('<span class="unseen">U+{}</span>').format(f"{ord(each):04X}")
    yield escape(run)


def isolated(text: str) -> Markup:
    """Return a line of a phrasebook, its isolates as elements. What came from outside has been
    made visible in it before, so that every isolate is the book's."""
    made = str(escape(text))
    for mark, tag in ((FSI, "<bdi>"), (RLI, '<bdi dir="rtl">'), (PDI, "</bdi>")):
        made = made.replace(mark, tag)
    return Markup(made)


def clock_time(seconds: int) -> str:
    """Return the time of a moment as it is spoken: 1404Z. `seconds` are UTC."""
    if not 0 <= seconds <= MOMENT_MAX:
        return f"second {seconds}"
    return f"{seconds % DAY_S // 3_600:02}{seconds // 60 % 60:02}Z"


def date_time_group(seconds: int) -> str:
    """Return a moment as a date-time group (ACP 121): 141404Z NOV 26."""
    if not 0 <= seconds <= MOMENT_MAX:
        return f"second {seconds}"
    year, month, day = date_of(seconds // DAY_S)
    return f"{day:02}{clock_time(seconds)} {MONTHS[month - 1]} {year % 100:02}"


def countdown(left_s: int) -> str:
    """Return what is left as minutes and seconds; with + what is overdue."""
    minutes, seconds = divmod(abs(left_s), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= DAYS_FROM_H:
        return f"{'+' if left_s < 0 else ''}{hours // 24} d"
    said = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"+{said}" if left_s < 0 else said
