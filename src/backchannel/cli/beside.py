"""A read-out as lines of text: the agreed text on top, each party's own beneath it, side by each.

This module must not print or compute anything. What came over the line goes through `visible`.
"""

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from backchannel.cli.output import visible
from backchannel.cli.wording import (
    ID_DIGITS,
    MODE_WIDTH,
    WIDTH_MIN,
    prefixed,
    verdict_lines,
    wrapped,
)
from backchannel.desk.telling import moment
from backchannel.station.readoutreports import ReadoutReport, Standpoint

ANSWERS = {
    "proposed": "put it forward",
    "signed": "SIGNED the agreed text",
    "signed-with-dissent": "SIGNED the agreed text, with words of its own beside it",
    "refused": "REFUSED the agreed text",
    "": "HAS NOT ANSWERED",
}
BAR = " | "
COLUMN_MIN = 24


def readout_lines(found: ReadoutReport) -> Iterator[str]:
    """Yield a read-out as a person compares it; the mode is the first word of each line."""
    yield from prefixed(found.mode, body_of(found))


def body_of(found: ReadoutReport) -> Iterator[str]:
    """Yield the lines of a read-out before the mode is put in front."""
    about = f" of {' and '.join(map(visible, found.about))}" if found.about else ""
    yield f"read-out {visible(found.number)}{about}  [{found.entry[:ID_DIGITS]}]"
    for each in found.parties:
        yield from standpoint_lines(each)
    if found.agreed:
        head = "AGREED by all" if found.signed_by_all else "PUT FORWARD, NOT AGREED BY ALL"
        yield f"{head}:"
        yield from wrapped(found.agreed, "  | ")
    else:
        yield "NO AGREED TEXT is put forward."
    speaking = [each for each in found.parties if each.own]
    if speaking:
        yield from beside(speaking)
    else:
        yield "No party says anything of its own beside it."


def standpoint_lines(each: Standpoint) -> Iterator[str]:
    """Yield how one party stands to the agreed text, and who signed that."""
    who = f": {' and '.join(map(visible, each.by))}" if each.by else ""
    when = f", {moment(each.time)}" if each.time is not None else ""
    which = f"  [{each.entry[:ID_DIGITS]}]" if each.entry is not None else ""
    yield f"  {visible(each.party)} {ANSWERS.get(each.how, visible(each.how))}{who}{when}{which}"
    if each.verdict is not None:
        yield from verdict_lines(each.verdict)
    if each.ascribed:
        yield "    the author writes in its name, which it has not signed:"
        yield from wrapped(each.ascribed, "    | ")


def beside(parties: Sequence[Standpoint]) -> Iterator[str]:
    """Yield the own texts in columns, or one after the other where the terminal is too narrow."""
    width = max(WIDTH_MIN, shutil.get_terminal_size().columns - MODE_WIDTH - 1)
    column = (width - len(BAR) * (len(parties) - 1)) // len(parties)
    if column < COLUMN_MIN:
        for each in parties:
            yield visible(alone(each))
            yield from wrapped(each.own, "  | ")
        return
    columns = [[*folded(alone(each), column), *folded(each.own, column)] for each in parties]
    for row in zip_longest(*columns, fillvalue=""):
        yield BAR.join(f"{cell:<{column}}" for cell in row).rstrip()


def alone(each: Standpoint) -> str:
    """Return the head of one party's own text."""
    return f"{each.party} ALONE says:"


def folded(text: str, width: int) -> Iterator[str]:
    """Yield a text in rows of a column, its own lines kept and every character seen."""
    for line in text.split("\n"):
        rows = textwrap.wrap(visible(line), width, drop_whitespace=False, replace_whitespace=False)
        yield from rows or [""]
