"""Nobody answers, in the drill: both rooms see how far the question came, and that it is late.

This module must not touch mode REAL.
"""

from collections.abc import Callable

from backchannel.clock import SystemClock
from backchannel.drill.rooms import Room
from backchannel.drill.watching import Manner, act, look_at, patiently, require, say, until
from backchannel.station.ladderreports import Ladder

Tell = Callable[[str], None]

QUESTION = "Is that your aircraft at corner 3?"


def silence(alder: Room, birch: Room, tell: Tell) -> None:
    """Let a FLASH question run out of its time, and answer it afterwards."""
    tell("NOBODY ANSWERS a FLASH question. This charter gives Birch one second to acknowledge it:")
    said = say(alder, QUESTION, Manner("exercise", "flash"), alder.people[:2])
    for room in (alder, birch):
        (entered,) = until_silent(room, said).non_answers
        require(entered.supported, f"the record of {room.party} supports the finding")
        tell(f"  {room.party}'s record: {entered.duty} overdue, {entered.finding}; all supported")
    # Times are whole seconds: what is said within the second in which it was due is not late.
    patiently(lambda: SystemClock().now() > entered.due + 1, "the second after it was due")
    act("ack", birch, said, birch.people[0])
    (ladder,) = until(alder, said, "acknowledged").line.ladders
    late = [rung.rung for rung in ladder.rungs if rung.late]
    require(late == ["acknowledged"] and bool(ladder.non_answers), "late, and entered as such")
    tell("  Lin acknowledges after all: marked LATE in both rooms, and the non-answer stays.")


def until_silent(room: Room, entry: str) -> Ladder:
    """Wait until a room's record says that nobody answered; return the ladder that says so."""

    def look() -> Ladder | None:
        (ladder,) = look_at(room, entry).line.ladders
        return ladder if ladder.non_answers else None

    return patiently(look, f"the non-answer at {room.party}")
