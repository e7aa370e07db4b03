"""When minutes count: the right call to the wrong person, and an accident that nobody explains.

This module must not touch mode REAL.
"""

from backchannel.drill.noticing import filled
from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.scenes.answering import clock, send, until_overdue
from backchannel.drill.stage import Stage
from backchannel.drill.watching import entered, look_at, require, until
from backchannel.wire.moments import print_moment

STOP = {
    1: '"a column of the army"',
    2: '"35.33000N 040.14000E within 100m verbal"',
    4: '["duty officer", "confirmed"]',
    5: '"30 min"',
}
UNKNOWN_BUT_ITS_KIND = {
    1: '["launch", "unknown"]',
    2: '"not-deliberate"',
    3: '["cruise", "unknown", "unknown"]',
    4: '"unknown"',
    8: '"15 min"',
}


def stop_request(stage: Stage, tell: Tell) -> None:
    """Ask for a strike to be held, hear nothing for a minute, and then any officer answers."""
    alder, birch = stage.alder, stage.birch
    fields = {**STOP, 3: f'"{print_moment(stage.clock.now())}"'}
    file = filled(stage.folder / "stop.toml", "T06-S", fields)
    where = ("--station", alder.station, "--mode", "exercise")
    said = entered(alder, "notice", file, *where, "--officer", alder.people[0].key)
    until(birch, said, "held")
    tell("Okafor alone asks at FLASH to hold a strike; it is not for a person but for the watch.")
    stage.clock.skip(61)
    for room in (alder, birch):
        until_overdue(room, said, "answer")
    tell("Nobody answers for a minute: OVERDUE at both desks.")
    hold = stage.clock.now() + 1800
    answer = {6: '"holding"', 7: f'"{print_moment(hold)}"'}
    reply = filled(stage.folder / "holding.toml", "T06-S", answer)
    by = ("--station", birch.station, "--officer", birch.people[1].key)
    entered(birch, "answer", said, "--fields", reply, *by)
    for room in (alder, birch):
        found = until(room, said, "decided")
        (given,) = found.matter.replies
        tell(f"{room.party} sees: {given.by} answers {dict(given.fields)['6 answer']}")
    tell("Lin is away from the desk. Sun answers: the request names no person, and parks nowhere.")


def unexplained(stage: Stage, tell: Tell) -> None:
    """Report an accident of which nothing is known but that it was not meant."""
    said = send(stage, "T12", UNKNOWN_BUT_ITS_KIND)
    found = look_at(stage.birch, said)
    require(found.line.words.precedence == "FLASH", "it goes at FLASH")
    tell("A missile has left by accident. Nothing is known of it yet, and the form says so:")
    for field in found.line.words.fields:
        if "unknown" in field.value:
            tell(f"  {field.name}: {field.value}")
    for room in (stage.alder, stage.birch):
        require(clock(room, said, "next report").open, f"the next report is due at {room.party}")
    tell("It goes at FLASH all the same, and the clock of the next report runs at both desks.")
    stage.clock.skip(15 * 60 + 1)
    for room in (stage.alder, stage.birch):
        until_overdue(room, said, "next report")
    tell("A quarter of an hour later it is OVERDUE, and both rooms see whose it is to give.")


SCENES = (
    Scenario(
        "X3",
        "Right call, wrong person",
        (
            "September 2016: Russia rang to say that the coalition was bombing the Syrian army.",
            "The usual contact was away for 27 minutes; 15 of 37 strikes fell in them.",
        ),
        "https://www.inkl.com/news/investigation-details-botched-us-led-attack-in-syria",
        stop_request,
    ),
    Scenario(
        "X6",
        "No notice at all",
        (
            "March 2022: a cruise missile left India by accident and came down in Pakistan. The",
            "line between the two was not used; the explanation took two days.",
        ),
        "https://casstt.com/urgency-of-reviewing-india-pakistans-cbms-risk-reduction-measures/",
        unexplained,
    ),
)
