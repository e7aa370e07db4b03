"""Who is speaking: a face that was borrowed, and a key that its own party disowns.

This module must not touch mode REAL.
"""

from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.scenes.answering import clock
from backchannel.drill.stage import Stage
from backchannel.drill.watching import Manner, entered, look_at, refusal, require, say, until
from backchannel.station.client import client_in
from backchannel.station.listingreports import DirectoryQuery

URGENT = Manner("exercise", "immediate")


def that_was_not_us(stage: Stage, tell: Tell) -> None:
    """Disown a key; what it would sign from then on is refused, and an answer by it is none."""
    alder, birch = stage.alder, stage.birch
    lin, sun = birch.people
    asked = say(alder, "Was it your minister who rang us?", URGENT, alder.people)
    until(birch, asked, "held")
    before = client_in(alder.station).directory(DirectoryQuery("EXERCISE"))
    tell("Somebody with the face of Birch's minister rang Alder, and gave another number for the")
    tell("duty officer. Alder asks by the line. Nothing that was said by voice changed a thing:")
    tell(f"  posts in the directory: {', '.join(f'{p.party} {p.state}' for p in before.posts)}")
    what = ("--what", "Believe nothing that Lin signs.", "--mode", "exercise")
    disowned = ("disown", "Lin", *what, "--station", birch.station)
    notice = entered(birch, *disowned, "--officer", sun.key)
    number = until(alder, notice, "held").line.number
    tell(f"Birch: that was not us. {number}, by one officer: the key of Lin is on hold.")
    by_lin = ("--station", birch.station, "--officer", lin.key, "--yes")
    tell("At the desk of Birch itself Lin's key now signs nothing:")
    tell(f"  {refusal(birch, 'key-on-hold', 'ack', asked, *by_lin)}")
    require(clock(alder, asked, "acknowledgement").open, "it is still open")
    by_sun = ("--station", birch.station, "--officer", sun.key)
    until(alder, entered(birch, "ack", asked, *by_sun), "held")
    for room in (alder, birch):
        (ladder,) = until(room, asked, "acknowledged").line.ladders
        (rung,) = [each for each in ladder.rungs if each.rung == "acknowledged"]
        tell(f"{room.party} sees: acknowledged by {rung.by}")
    after = client_in(alder.station).directory(DirectoryQuery("EXERCISE"))
    require(after == before, "no entry of the directory was changed")
    require(not look_at(alder, asked).line.marks, "what was said before stands as it was")


SCENES = (
    Scenario(
        "X14",
        "Deepfake",
        (
            "June 2025: a voice that was not his rang three foreign ministers as the American",
            "secretary of state; a senator had spoken on video with a minister who was none.",
        ),
        "https://informationsecuritybuzz.com/ai-impersonator-posed-as-secretary-of-state-rubio-to-target-world-leaders/",
        that_was_not_us,
    ),
)
