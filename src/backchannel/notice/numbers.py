"""Fields that hold numbers and times. There are no floats on the line: a number with decimals is a
whole number and a power of ten, a moment is in seconds UTC.

What is printed is read back into the same value. This module must not ask what time it is. Clauses:
NOTICE-11, NOTICE-12.
"""

import re

from backchannel.errors import JunkError
from backchannel.limits import MOMENT_MAX, SEQUENCE_MAX
from backchannel.notice.kinds import UNKNOWN, UNKNOWN_WORD, Bounds, one_of, wanted
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_duration, print_moment, read_duration, read_moment

ESTIMATED = "estimated"

NUMBER = re.compile(r"0|[1-9]\d{0,14}", re.ASCII)
DECIMAL = re.compile(r"(-?)(0|[1-9]\d{0,14})(?:\.(\d{1,9}))?", re.ASCII)
QUANTITY = re.compile(r"(\S+) (\S{1,16})")
COUNT = re.compile(r"(\d+)(?:-(\d+))?( estimated)?", re.ASCII)


def read_number(text: str, _: Bounds) -> Value:
    """Return a whole number from 0."""
    if not NUMBER.fullmatch(text) or int(text) > SEQUENCE_MAX:
        raise JunkError("field-value", f"got {text!a}, wanted a whole number")
    return int(text)


def show_number(value: Value) -> str:
    """Return a whole number."""
    wanted(value, int, "a whole number")
    return str(value)


def read_count(text: str, bounds: Bounds) -> Value:
    """Return a number, or [low, high, `estimated` / null]."""
    found = COUNT.fullmatch(text)
    if found is None:
        raise JunkError("field-value", f"got {text!a}, wanted 12, 10-15 or 12 estimated")
    low = int(show_number(read_number(found[1], bounds)))
    high = int(show_number(read_number(found[2], bounds))) if found[2] else low
    if high < low or (found[2] and high == low):
        raise JunkError("field-value", f"got {text!a}: the range does not go up")
    return low if not found[2] and not found[3] else (low, high, found[3] and ESTIMATED)


def show_count(value: Value) -> str:
    """Return a count, a range, an estimate."""
    match value:
        case (int(low), int(high), quality):
            number = str(low) if low == high else f"{low}-{high}"
            if quality not in (None, ESTIMATED):
                raise JunkError("field-value", f"got {quality!r}, wanted {ESTIMATED} or null")
            return f"{number} {ESTIMATED}" if quality else number
    return show_number(value)


def read_decimal(text: str) -> tuple[int, int]:
    """Return [whole number, power of ten]: there are no floats on the line (NOTICE-12)."""
    found = DECIMAL.fullmatch(text)
    if found is None or (found[3] or "1").endswith("0"):
        raise JunkError("field-value", f"got {text!a}, wanted a number such as 3.5")
    digits = found[3] or ""
    return int(f"{found[1]}{found[2]}{digits}"), -len(digits)


def print_decimal(mantissa: int, exponent: int) -> str:
    """Return a number of whole digits and a power of ten, 0 to -9."""
    if not -9 <= exponent <= 0:
        raise JunkError("field-value", f"a power of ten of {exponent}, wanted -9 to 0")
    digits = f"{abs(mantissa):0{1 - exponent}}"
    whole, rest = digits[: len(digits) + exponent], digits[len(digits) + exponent :]
    return f"{'-' * (mantissa < 0)}{whole}{'.' * bool(rest)}{rest}"


def read_quantity(text: str, bounds: Bounds) -> Value:
    """Return [unit, whole number, power of ten]."""
    found = QUANTITY.fullmatch(text)
    if found is None:
        raise JunkError("field-value", f"got {text!a}, wanted a number and a unit: 3.5 MW")
    unit = one_of(found[2], bounds.units, "a unit") if bounds.units else found[2]
    return (unit, *read_decimal(found[1]))


def show_quantity(value: Value) -> str:
    """Return a number and its unit."""
    match value:
        case (str(unit), int(mantissa), int(exponent)):
            return f"{print_decimal(mantissa, exponent)} {unit}"
    raise JunkError("field-value", f"got {value!r}, wanted [unit, number, power of ten]")


def read_speed(text: str, _: Bounds) -> Value:
    """Return metres a second: [whole number, power of ten]."""
    return read_decimal(text.removesuffix(" m/s"))


def show_speed(value: Value) -> str:
    """Return metres a second."""
    match value:
        case (int(mantissa), int(exponent)):
            return f"{print_decimal(mantissa, exponent)} m/s"
    raise JunkError("field-value", f"got {value!r}, wanted [number, power of ten]")


def read_bearing(text: str, bounds: Bounds) -> Value:
    """Return degrees true."""
    value = read_number(text.removesuffix(" deg"), bounds)
    if int(show_number(value)) > 359:
        raise JunkError("field-value", f"got {text!a}, wanted 0 to 359 degrees true")
    return value


def show_bearing(value: Value) -> str:
    """Return degrees true."""
    return f"{show_number(value)} deg"


def read_instant(text: str, _: Bounds) -> Value:
    """Return seconds UTC; a leap second and local time are refused."""
    return read_moment(text)


def show_instant(value: Value) -> str:
    """Return a moment in UTC."""
    wanted(value, int, "seconds UTC")
    if not 0 <= int(show_number(value)) <= MOMENT_MAX:
        raise JunkError("field-value", "a moment that no calendar has")
    return print_moment(int(show_number(value)))


def read_window(text: str, _: Bounds) -> Value:
    """Return [start, end]; an end that nobody knows is `unknown`."""
    start, slash, end = text.partition(" to ")
    if not slash:
        raise JunkError("field-value", f"got {text!a}, wanted MOMENT to MOMENT")
    since = read_moment(start)
    until: Value = UNKNOWN if end == UNKNOWN_WORD else read_moment(end)
    if until is not UNKNOWN and int(show_number(until)) <= since:
        raise JunkError("window-order", f"the window ends at {end}, before it starts at {start}")
    return (since, until)


def show_window(value: Value) -> str:
    """Return a window."""
    match value:
        case (int(since), True):
            return f"{show_instant(since)} to {UNKNOWN_WORD}"
        case (int(since), int(until)) if since < until:
            return f"{show_instant(since)} to {show_instant(until)}"
    raise JunkError("field-value", f"got {value!r}, wanted [start, end]")


def read_span(text: str, _: Bounds) -> Value:
    """Return a duration in seconds."""
    return read_duration(text)


def show_span(value: Value) -> str:
    """Return a duration."""
    return print_duration(int(show_number(value)))
