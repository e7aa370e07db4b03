"""A launch notice in the drill: sent by two officers, read back wrong in one digit, and then right.

This module must not touch mode REAL.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from backchannel.drill.rooms import Room
from backchannel.drill.watching import act, entered, look_at, patiently, require, until
from backchannel.errors import OfficerError
from backchannel.station.reports import Departure

Tell = Callable[[str], None]

PLACE, WRONG_PLACE = "59.93750N 030.30860E", "59.98750N 030.30860E"
WINDOW = "2030-12-01T10:00:00Z to 2030-12-01T14:00:00Z"
CRITICAL = {
    1: '"sounding"',
    3: '"1"',
    4: f'"{WINDOW}"',
    5: f'"{PLACE} within 50m gnss"',
    6: f'["circle {PLACE} 5000m surface-unlimited amsl"]',
    7: '"15 deg"',
}
OTHERS = {2: '"weather rocket"', 14: '"range officer (call sign KITE)"'}


def notice(folder: Path, alder: Room, birch: Room, tell: Tell) -> None:
    """Announce a launch, have it read back, refuse the wrong readback and confirm the right one."""
    okafor, varga, lin = (*alder.people, birch.people[0])
    tell("A LAUNCH NOTICE on form T01, in mode EXERCISE, by two officers:")
    blank = alder.run("form", "blank", "T01", "--readback")
    require("# 5 launch place" in blank, "the blank form asks for the launch place")
    form = filled(folder / "launch.toml", "T01", {**CRITICAL, **OTHERS})
    signers = ("--officer", okafor.key, "--officer", varga.key)
    room = ("--station", alder.station, "--mode", "exercise")
    said = entered(alder, "notice", form, *room, *signers)
    shown = until(birch, said, "held")
    tell(f"  {shown.line.number} stands at Birch, field by field. What must not be misread:")
    for field in shown.line.words.fields:
        if field.name.partition(" ")[0] in {str(no) for no in CRITICAL}:
            tell(f"    {field.name}: {field.value}")
    act("ack", birch, said, lin)
    slip = {no: text.replace(PLACE, WRONG_PLACE) for no, text in CRITICAL.items()}
    tell("Lin keys the critical fields anew, and slips by one digit of the place:")
    read_back(folder / "slip.toml", birch, said, slip)
    for each in until_departed(alder, said):
        tell(f"    field {each.word}: {each.repeated}")
    tell(f"  Okafor would confirm it: {refused_confirm(alder, said)}")
    read_back(folder / "again.toml", birch, said, CRITICAL)
    until_same(alder, said)
    act("confirm", alder, said, okafor)
    until(birch, said, "confirmed")
    tell("  Lin reads it back again, now as it was said; Okafor confirms.")


def filled(path: Path, form: str, fields: Mapping[int, str]) -> Path:
    """Write a form that is filled in."""
    lines = [f"{no} = {value}" for no, value in sorted(fields.items())]
    path.write_text("\n".join([f'form = "{form}"', "[fields]", *lines, ""]))
    return path


def read_back(path: Path, birch: Room, said: str, fields: dict[int, str]) -> None:
    """Read a notice back with what was keyed into a file."""
    act("readback", birch, said, birch.people[0], "--fields", filled(path, "T01", fields))


def until_departed(room: Room, said: str) -> tuple[Departure, ...]:
    """Wait until a readback stands in a room that differs from what was said; return where."""

    def departures() -> tuple[Departure, ...]:
        found = look_at(room, said).readbacks
        return found[-1].departures if found else ()

    return patiently(departures, f"the readback at {room.party}")


def until_same(alder: Room, said: str) -> None:
    """Wait until the newest readback says what was said."""

    def same() -> bool:
        return not look_at(alder, said).readbacks[-1].departures

    patiently(same, f"the right readback at {alder.party}")


def refused_confirm(alder: Room, said: str) -> str:
    """Let an officer try to confirm a readback that differs; return why it was refused."""
    try:
        act("confirm", alder, said, alder.people[0])
    except OfficerError as fault:
        return fault.text.strip().splitlines()[-1]
    raise OfficerError("drill-failed", "a readback that differs was confirmed")
