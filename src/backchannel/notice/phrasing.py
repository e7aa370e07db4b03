"""The values of a form's fields in the words of a language.

Digits are as they were signed, and where words replace what was signed, the signed text stands
beside them. Free text is never translated: it keeps its original and says in which language it is.
This module must not judge what is said, nor drop what it does not know. Clauses: NOTICE-42,
NOTICE-44, NOTICE-47, NOTICE-48.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, cast

from backchannel.errors import JunkError
from backchannel.notice.catalogue import Part
from backchannel.notice.kinds import UNKNOWN, UNKNOWN_WORD
from backchannel.notice.locales import date_in_words, decimal_mark, language_in
from backchannel.notice.numbers import print_decimal, show_instant
from backchannel.notice.phrasebook import Phrasebook
from backchannel.notice.places import point_of, print_point
from backchannel.notice.shapes import ORBITAL, SURFACE, UNLIMITED
from backchannel.notice.values import TYPES
from backchannel.notice.words import CONTACT_PARTS
from backchannel.wire.codec import Value
from backchannel.wire.moments import DAY_S


class Reader(NamedTuple):
    """For whom a form is said: the book, how a text from outside is made visible, and in which
    language the free text of the form is ("" if it does not say)."""

    book: Phrasebook
    visible: Callable[[str], str]
    language: str


def value_in_words(reader: Reader, form: str, part: Part, value: Value) -> str:
    """Return one value by the first of its types that it fits. Raises JunkError if it fits none."""
    if value is UNKNOWN:
        return reader.book.words[UNKNOWN_WORD]
    faults = []
    for name in part.types:
        try:
            signed = TYPES[name].show(value)
        except JunkError as fault:
            faults.append(fault)
            continue
        said = SAYERS[name](reader, form, value)
        if name in SIGNED_BESIDE and said != signed:
            return reader.book.say("signed", said=said, signed=signed)
        return said
    raise faults[0]


# --- Words ----------------------------------------------------------------------------------------


def original(reader: Reader, _form: str, value: Value) -> str:
    """Return free text as it was written, with its language if that is not the reader's."""
    book = reader.book
    text = book.isolated(reader.visible(str(value)))
    if reader.language.partition("-")[0] == book.language:
        return text
    named = language_in(book.cldr, reader.language) if reader.language else ""
    return f"[{book.isolated(named or book.sentences['unnamed_language'])}] {text}"


def name(reader: Reader, _form: str, value: Value) -> str:
    """Return a name, a post, an identifier: what no language changes."""
    return reader.book.isolated(reader.visible(str(value)))


def signed_as_is(type_: str) -> Callable[[Reader, str, Value], str]:
    """Return what says a type as it was signed."""

    def sayer(reader: Reader, _form: str, value: Value) -> str:
        return reader.book.isolated(reader.visible(TYPES[type_].show(value)))

    return sayer


def enum(reader: Reader, form: str, value: Value) -> str:
    """Return a code in words; one that this station does not know as it came (NOTICE-5)."""
    if isinstance(value, tuple):
        return reader.book.say("other", text=original(reader, form, value[1]))
    return reader.book.code(str(value), form) or unknown_code(reader, str(value))


def unknown_code(reader: Reader, code: str) -> str:
    """Return a code that there is no word for."""
    return reader.book.say("unknown_code", code=reader.visible(code))


def enum_set(reader: Reader, form: str, value: Value) -> str:
    """Return several codes in words."""
    return listed(reader.book, [enum(reader, form, each) for each in cast(tuple[Value], value)])


def listed(book: Phrasebook, texts: Sequence[str], how: str = "list") -> str:
    """Return texts in one line, between the marks of a sentence: "list", or "cells" with names."""
    first, *rest = texts or [""]
    for each in rest:
        first = book.sentences[how].format(first=first, next=each)
    return first


def word(reader: Reader, _form: str, value: Value) -> str:
    """Return a word of a closed list that all forms share."""
    return reader.book.words.get(str(value)) or unknown_code(reader, str(value))


def language(reader: Reader, _form: str, value: Value) -> str:
    """Return the name of a language with its tag."""
    tag = str(value)
    return f"{language_in(reader.book.cldr, tag)} ({reader.book.isolated(reader.visible(tag))})"


def contact(reader: Reader, form: str, value: Value) -> str:
    """Return a post, and how it is reached."""
    post, *parts = cast(tuple[Value, ...], value)
    stated = [
        reader.book.say("stated", name=reader.book.words[what], value=reader.visible(str(part)))
        for what, part in zip(CONTACT_PARTS, parts, strict=True)
        if part is not None
    ]
    return listed(reader.book, [name(reader, form, post), *stated], "cells")


def sealed(reader: Reader, form: str, value: Value) -> str:
    """Return a text for named posts."""
    posts, words = cast(tuple[tuple[Value, ...], Value], value)
    named = listed(reader.book, [name(reader, form, post) for post in posts])
    return reader.book.say("stated", name=named, value=original(reader, form, words))


# --- Numbers and times ----------------------------------------------------------------------------


def number(reader: Reader, _form: str, value: Value) -> str:
    """Return a whole number in ASCII digits, nothing grouped (NOTICE-44)."""
    return reader.book.isolated(str(value))


def decimal(reader: Reader, mantissa: int, exponent: int) -> str:
    """Return a number with the decimal mark of the language."""
    mark = decimal_mark(reader.book.cldr)
    return reader.book.isolated(print_decimal(mantissa, exponent).replace(".", mark))


def count(reader: Reader, form: str, value: Value) -> str:
    """Return a count, a range, an estimate."""
    if isinstance(value, int):
        return number(reader, form, value)
    low, high, quality = cast(tuple[int, int, Value], value)
    said = str(low) if low == high else reader.book.say("range", low=str(low), high=str(high))
    return reader.book.say("estimate", count=said) if quality else said


def quantity(reader: Reader, _form: str, value: Value) -> str:
    """Return a number with its unit."""
    unit, mantissa, exponent = cast(tuple[str, int, int], value)
    return with_unit(reader, decimal(reader, mantissa, exponent), unit)


def with_unit(reader: Reader, digits: str, unit: str) -> str:
    """Return digits and a unit; one that there is no symbol for as it came."""
    return f"{digits} {reader.book.units.get(unit) or reader.book.isolated(reader.visible(unit))}"


def speed(reader: Reader, _form: str, value: Value) -> str:
    """Return metres a second."""
    return with_unit(reader, decimal(reader, *cast(tuple[int, int], value)), "m/s")


def bearing(reader: Reader, form: str, value: Value) -> str:
    """Return degrees true."""
    return f"{number(reader, form, value)}{reader.book.units['deg']}"


def metres(reader: Reader, _form: str, value: Value) -> str:
    """Return whole metres."""
    return with_unit(reader, reader.book.isolated(str(value)), "m")


def duration(reader: Reader, _form: str, value: Value) -> str:
    """Return a span in the unit in which it was signed."""
    digits, unit = TYPES["duration"].show(value).split(" ")
    return reader.book.count(f"duration_{unit}", int(digits))


def moment(reader: Reader, _form: str, value: Value) -> str:
    """Return a moment with its weekday, in UTC."""
    seconds = cast(int, value)
    clock = f"{seconds % DAY_S // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return reader.book.say("moment", date=date_in_words(reader.book.cldr, seconds), time=clock)


def window(reader: Reader, form: str, value: Value) -> str:
    """Return a window; its end may be unknown."""
    since, until = cast(tuple[int, Value], value)
    start = moment(reader, form, since)
    if until is UNKNOWN:
        return reader.book.say("window_open", start=start)
    return reader.book.say("window", start=start, end=moment(reader, form, until))


# --- Places ---------------------------------------------------------------------------------------


def place(reader: Reader, latitude: Value, longitude: Value) -> str:
    """Return a point as the specification prints it, in every language (NOTICE-20)."""
    return reader.book.isolated(print_point(point_of((latitude, longitude))))


def position(reader: Reader, form: str, value: Value) -> str:
    """Return a place, its accuracy, how it was fixed, and what it is near."""
    latitude, longitude, accuracy, fix, near = cast(tuple[Value, ...], value)
    said = [place(reader, latitude, longitude)]
    if accuracy is not None:
        said.append(reader.book.say("within", distance=metres(reader, form, accuracy)))
    if fix is not None:
        said.append(enum(reader, form, fix))
    if near is not None:
        said.append(reader.book.say("near", name=reader.visible(str(near))))
    return listed(reader.book, said)


def altitude(reader: Reader, form: str, value: Value) -> str:
    """Return a height and from where it counts."""
    height, datum = cast(tuple[int, str], value)
    return f"{metres(reader, form, height)} {reader.book.words[datum]}"


def band(reader: Reader, form: str, value: Value) -> str:
    """Return a band of altitudes."""
    low, high, datum = cast(tuple[Value, Value, str], value)
    ends = {SURFACE: reader.book.words[SURFACE], UNLIMITED: reader.book.words[UNLIMITED]}
    low_said, high_said = (
        ends[each] if isinstance(each, str) else metres(reader, form, each) for each in (low, high)
    )
    return reader.book.say("band", low=low_said, high=high_said, datum=reader.book.words[datum])


def area(reader: Reader, form: str, value: Value) -> str:
    """Return a circle or a polygon, with its band."""
    book = reader.book
    match value:
        case ((latitude, longitude), int(radius), limits):
            distance = metres(reader, form, radius)
            said = book.say("circle", place=place(reader, latitude, longitude), distance=distance)
        case ((*corners,), limits):
            points = [place(reader, *point_of(corner)) for corner in corners]
            said = book.count("polygon", len(points), places=listed(book, points))
        case _:
            return book.words[ORBITAL]
    return said if limits is None else listed(book, [said, band(reader, form, limits)])


def route(reader: Reader, _form: str, value: Value) -> str:
    """Return the waypoints in order, moments as they were signed."""
    said = []
    for kind, latitude, longitude, when in cast(tuple[tuple[Value, ...], ...], value):
        where = f"{reader.book.words[str(kind)]} {place(reader, latitude, longitude)}"
        if when is not None:
            where = reader.book.say("waypoint_at", waypoint=where, moment=show_instant(when))
        said.append(where)
    return " → ".join(said) if reader.book.direction == "ltr" else " ← ".join(said)


SAYERS: Mapping[str, Callable[[Reader, str, Value], str]] = {
    "text": original,
    "word": name,
    "party": name,
    "post": name,
    "code": name,
    "language": language,
    "enum": enum,
    "enum-set": enum_set,
    "yes-no": word,
    "confidence": word,
    "number": number,
    "count": count,
    "quantity": quantity,
    "speed": speed,
    "bearing": bearing,
    "distance": metres,
    "utc-instant": moment,
    "utc-window": window,
    "duration": duration,
    "position": position,
    "altitude": altitude,
    "area": area,
    "route": route,
    "contact-post": contact,
    "sealed-text": sealed,
    "ref": signed_as_is("ref"),
    "hash": signed_as_is("hash"),
}

# Types whose words replace digits or signs of the signed text; a place keeps its own.
SIGNED_BESIDE = {"count", "quantity", "speed", "bearing", "distance", "duration", "altitude"}
SIGNED_BESIDE |= {"utc-instant", "utc-window"}
