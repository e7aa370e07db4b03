"""What every face says of moments, of clocks, and of the places where a readback departs.

This module must not print or compute anything, and must not call a text a match (NT31). What came
over the line goes through `visible`.
"""

from collections.abc import Iterator, Sequence

from backchannel.limits import MOMENT_MAX
from backchannel.station.ladderreports import ClockReport
from backchannel.station.reports import Repeated
from backchannel.wire.moments import print_moment, spelled
from backchannel.wire.visible import visible

POINTS_SHOWN = 6


def moment(seconds: int) -> str:
    """Return a claimed time as text; others may claim what no calendar has."""
    return print_moment(seconds) if 0 <= seconds <= MOMENT_MAX else f"second {seconds}"


def full_time(seconds: int) -> str:
    """Return the time of a moment with its seconds: 14:04:28Z."""
    return moment(seconds).rpartition("T")[2]


def clock_words(clocks: Sequence[ClockReport]) -> Iterator[str]:
    """Yield what is still due on a ladder: overdue ones in capitals."""
    for clock in clocks:
        if clock.left_s is not None and clock.due is not None:
            left = spelled(abs(clock.left_s))
            if clock.overdue:
                yield f"{clock.duty.upper()} OVERDUE by {left}, since {moment(clock.due)}"
            else:
                yield f"{clock.duty} due in {left}, by {moment(clock.due)}"


def departures_of(repeated: Repeated) -> Iterator[str]:
    """Yield where a readback departs from the statement that it repeats."""
    found = ((d.word, d.original, d.repeated) for d in repeated.departures)
    yield from departure_lines(found, "field" if repeated.fields else "word")


def departure_lines(
    departures: Iterator[tuple[int, str, str]], where: str = "word"
) -> Iterator[str]:
    """Yield each place where a readback says otherwise, or that an officer is to compare."""
    found = False
    for word, original, repeated in departures:
        found = True
        both = f"original {quoted(original)}, read back {quoted(repeated)}"
        yield f"  ! DIFFERS at {where} {word}: {both}"
        if is_lookalike(original, repeated):
            yield f"    {' against '.join(map(code_points, differing(original, repeated)))}"
    if not found:
        yield "  The machine sees no difference in the letters. Compare it yourself, then confirm."


def quoted(text: str) -> str:
    """Return words between marks; no words and blanks can be seen."""
    return f'"{visible(text)}"' if text else "nothing"


def is_lookalike(original: str, repeated: str) -> bool:
    """Say whether two pieces may look alike on a screen: letters beyond ASCII, or blanks alone."""
    return not (original + repeated).isascii() or not (original + repeated).strip()


def differing(original: str, repeated: str) -> tuple[str, str]:
    """Return two pieces without what is alike at both ends."""
    shorter = min(len(original), len(repeated))
    start = next((n for n in range(shorter) if original[n] != repeated[n]), shorter)
    left = shorter - start
    end = next((n for n in range(left) if original[-1 - n] != repeated[-1 - n]), left)
    return original[start : len(original) - end], repeated[start : len(repeated) - end]


def code_points(text: str) -> str:
    """Return the numbers of a text's characters, a few of them."""
    shown = [f"U+{ord(character):04X}" for character in text[:POINTS_SHOWN]]
    more = " and more" if len(text) > POINTS_SHOWN else ""
    return " ".join(shown) + more if shown else "nothing"
