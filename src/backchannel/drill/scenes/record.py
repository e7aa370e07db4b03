"""The record: who was in the group, what vanished, and who asked for the talk.

This module must not touch mode REAL.
"""

import shutil

from backchannel.drill.noticing import filled
from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.stage import Stage
from backchannel.drill.story import claims, fingerprint_of, minute
from backchannel.drill.watching import (
    Manner,
    act,
    entered,
    require,
    say,
    until,
    until_disclosed,
    until_speaking,
)
from backchannel.errors import OfficerError
from backchannel.station.asked import LogQuery
from backchannel.station.client import client_in

CALM = Manner("exercise", "routine")
CALL = {
    1: '["director general", "director general"]',
    2: '"a ceasefire from 17:00"',
    3: '["now", "2030-12-01T12:00:00Z"]',
    4: '["2030-12-01T10:00:00Z to 2030-12-01T11:00:00Z"]',
    6: '"joint"',
}


def vanishing(stage: Stage, tell: Tell) -> None:
    """Try to address somebody who is not on the roster, and to make a statement vanish."""
    okafor = stage.alder.people[:1]
    try:
        say(stage.alder, "For the group.", CALM, okafor, "--to", "The Editor")
    except OfficerError as fault:
        tell(f"Okafor would add somebody to the recipients. {last_line(fault)}")
    else:
        raise OfficerError("drill-failed", "a statement went to nobody of the roster")
    database = stage.alder.station / "station.db"
    stage.leave(stage.alder)
    shutil.copyfile(database, stage.folder / "yesterday.db")
    stage.enter(stage.alder)
    until_speaking(stage.alder)
    said = say(stage.alder, "We strike at 17:00.", CALM, okafor)
    until(stage.birch, said, "held")
    tell("A statement is said, and held by Birch. Somebody at Alder regrets it: he stops the")
    tell("station and puts yesterday's disk back, on which it does not stand.")
    stage.leave(stage.alder)
    shutil.copyfile(stage.folder / "yesterday.db", database)
    for rest in ("-wal", "-shm"):
        database.with_name(f"{database.name}{rest}").unlink(missing_ok=True)
    stage.enter(stage.alder)
    until(stage.alder, said, "held")
    lines = client_in(stage.alder.station).log(LogQuery("EXERCISE")).lines
    require([line.entry for line in lines].count(said) == 1, "the statement stands once")
    tell("The station asked Birch before it signed anything. The statement stands there again,")
    tell("once, and both records check:")
    for room in (stage.alder, stage.birch):
        room.run("check", "--station", room.station)
        tell(f"  {room.party}: checked, nothing missing")


def who_asked(stage: Stage, tell: Tell) -> None:
    """Ask for a talk, answer, and prove to a stranger who asked, from that statement alone."""
    alder, birch, folder = stage.alder, stage.birch, stage.folder
    okafor, varga, lin = (*alder.people, birch.people[0])
    say(alder, "Another matter, which stays between us.", CALM, (okafor,))
    form = filled(folder / "call.toml", "T18", CALL)
    keys = ("--officer", okafor.key, "--officer", varga.key)
    where = ("--station", alder.station, "--mode", "exercise")
    asked = entered(alder, "notice", form, *where, *keys)
    number = until(birch, asked, "held").line.number
    act("ack", birch, asked, lin)
    minute(alder, birch, lambda _: None)
    tell(f"Alder asks for a talk, {number}; Birch acknowledges it, and later discloses it.")
    file, roots = folder / "asked.disclosure", folder / "roots.txt"
    birch.run(
        *("disclose", asked, "--out", file, "--station", birch.station),
        *("--field", "2 subject", "--purpose", "who asked"),
        *("--officer", lin.key, "--yes"),
    )
    until_disclosed(alder, asked)
    roots.write_text("".join(f"{fingerprint_of(room)}\n" for room in (alder, birch)))
    proven = claims(birch.run("verify", file, "--roots", roots))
    require(not [line for line in proven if "NOT PROVEN" in line], "every claim is proven")
    tell("A stranger proves from that one file and the two fingerprints:")
    for line in proven:
        tell(f"  {line}")
    raw = file.read_bytes()
    require(b"Another matter" not in raw, "no other statement is opened")
    tell("No other statement can be read in it.")


def last_line(fault: OfficerError) -> str:
    """Return what a command that was refused said last."""
    return fault.text.strip().splitlines()[-1]


SCENES = (
    Scenario(
        "X15",
        "Wrong participant, vanishing record",
        (
            "March 2025: a journalist was added by mistake to a group that planned a strike,",
            "and its messages were set to vanish after weeks.",
        ),
        "https://euromaidanpress.com/2025/03/24/trump-admin-adds-journalist-to-casual-war-plan-chat-photos",
        vanishing,
    ),
    Scenario(
        "X28",
        "Disputed credit for a ceasefire",
        (
            "May 2025: two military operations rooms spoke and the guns fell silent. Which side",
            "had asked for the talk was argued in public.",
        ),
        "https://www.business-standard.com/external-affairs-defence-security/news/india-pakistan-dgmo-hotline-stops-war-ceasefire-de-escalation-125051401175_1",
        who_asked,
    ),
)
