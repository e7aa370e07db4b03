"""What needs this room now: clocks that run, readbacks to be confirmed, lamps of the station.

Sorted by precedence, then by the time that is left. This module must not reckon a clock: the
station says what is due, and this list only lets the seconds pass since it said so.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backchannel.desk.terminal.picture import Picture
from backchannel.station.ladderreports import DueReport, Ladder
from backchannel.station.reports import Finding, LogLine
from backchannel.wire.statement import Precedence

# The prosigns of ACP 127, so that radio and screen agree.
PROSIGNS = {"FLASH": "Z", "IMMEDIATE": "O", "PRIORITY": "P", "ROUTINE": "R", "DEFERRED": "D"}
RANKS = {each.name: int(each) for each in Precedence}
OF_LEVEL = {"alarm": "FLASH", "warning": "PRIORITY"}
DUTIES = {
    "receipt": "receipt",
    "acknowledgement": "ack",
    "readback": "readback",
    "operating level": "pass on",
    "answer": "answer",
    "next report": "report",
}
READ_BACK, CONFIRMED = "read back", ("confirmed", "closed", "recalled", "superseded")
NO_END = 1 << 60


class Item(NamedTuple):
    """One thing that needs somebody. `key` stays the same while it is the same thing; `ours` says
    that we are to do it, `left_s` what is left, negative once overdue, None for no clock.

    `entry` is the statement that it is about, "" for a lamp, whose words are in `words`.
    """

    key: str
    precedence: str
    mode: str
    what: str
    about: str
    ours: bool
    left_s: int | None
    due: int | None
    entry: str = ""
    words: tuple[str, str] = ("", "")

    @property
    def rank(self) -> int:
        """1 for FLASH to 5 for DEFERRED. What another room owes us and has let run out is
        IMMEDIATE at the least."""
        own = RANKS[self.precedence]
        return min(own, RANKS["IMMEDIATE"]) if self.overdue and not self.ours else own

    @property
    def sounds(self) -> bool:
        """Whether a person here must act: what the other room still has time for is listed only."""
        return self.ours or self.overdue

    @property
    def overdue(self) -> bool:
        """Whether its time has run out."""
        return self.left_s is not None and self.left_s < 0


def inbox(picture: Picture, since_s: float) -> tuple[Item, ...]:
    """Return what needs somebody, the most urgent first; `since_s` is the age of the picture."""
    found = [
        *due_items(picture, int(since_s)),
        *confirm_items(picture),
        *lamp_items(picture.status.lamps),
    ]
    return tuple(sorted(found, key=lambda each: (each.rank, left_of(each), each.key)))


def left_of(item: Item) -> int:
    """Return what is left, or more than anything for an item without a clock."""
    return NO_END if item.left_s is None else item.left_s


def due_items(picture: Picture, since_s: int) -> Iterator[Item]:
    """Yield the clocks that are ours to stop, and those of the other room."""
    for each in picture.dues.clocks:
        if each.clock.left_s is not None:
            yield due_item(each, each.clock.left_s - since_s)


def due_item(each: DueReport, left_s: int) -> Item:
    """Return one clock as an item. It is another thing once it has run out."""
    clock = each.clock
    state = "overdue" if left_s < 0 else "runs"
    what = DUTIES.get(clock.duty, clock.duty)
    return Item(
        key=f"{each.entry} {clock.duty} {clock.by} {state}",
        precedence=each.precedence,
        mode=each.mode,
        what=what if each.ours else f"{clock.by} to {what}",
        about=each.number or f"a statement by {each.author}",
        ours=each.ours,
        left_s=left_s,
        due=clock.due,
        entry=each.entry,
    )


def confirm_items(picture: Picture) -> Iterator[Item]:
    """Yield our own statements that were read back and wait for our word."""
    for line in picture.lines():
        if line.words.ours and any(map(waits_for_word, line.ladders)):
            yield Item(
                key=f"{line.entry} confirm",
                precedence=line.words.precedence,
                mode=line.words.mode,
                what="confirm",
                about=spoken(line),
                ours=True,
                left_s=None,
                due=None,
                entry=line.entry,
            )


def waits_for_word(ladder: Ladder) -> bool:
    """Say whether a readback stands there that nobody has confirmed and nothing has overtaken."""
    reached = {rung.rung for rung in ladder.rungs}
    return READ_BACK in reached and not reached.intersection(CONFIRMED)


def lamp_items(lamps: tuple[Finding, ...]) -> Iterator[Item]:
    """Yield what the station itself asks a person to see to."""
    for lamp in lamps:
        if lamp.level in OF_LEVEL:
            yield Item(
                key=f"lamp {lamp.slug} {lamp.text}",
                precedence=OF_LEVEL[lamp.level],
                mode="",
                what=lamp.level,
                about=lamp.slug,
                ours=True,
                left_s=None,
                due=None,
                words=(lamp.text, lamp.advice),
            )


def spoken(line: LogLine) -> str:
    """Return how a statement is spoken of."""
    return line.number or f"{line.words.kind} by {line.words.party}"


def countdown(left_s: int) -> str:
    """Return what is left as hours, minutes and seconds."""
    minutes, seconds = divmod(abs(left_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
