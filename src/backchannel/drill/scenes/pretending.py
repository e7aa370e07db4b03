"""Exercise and reality: a drill that was believed, an accident that was not, a silence misread.

This module must not touch mode REAL.
"""

from pathlib import Path

from backchannel.drill.noticing import filled
from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.scenes.answering import send
from backchannel.drill.stage import Stage
from backchannel.drill.watching import (
    Manner,
    entered,
    look_at,
    refusal,
    require,
    say,
    until,
)
from backchannel.line.draftfile import Draft, pack_draft, parse_draft
from backchannel.station.client import client_in
from backchannel.wire.moments import print_moment
from backchannel.wire.signing import Mode

URGENT = Manner("exercise", "immediate")
SCRIPT = "Ballistic missile inbound. Seek shelter. This is not a drill."
ALARM = {
    1: '["launch", ""]',
    2: '"unknown"',
    3: '["ballistic", "unknown", "unknown"]',
    4: '"unknown"',
}
MANOEUVRE = {
    1: '"Able Archer"',
    2: '"Release procedures are practised."',
    3: '[["Alder"], ""]',
    4: '"strategic"',
    6: '["circle 50.50000N 004.00000E 90000m surface-unlimited amsl"]',
    7: '"command-post, nuclear-related"',
    8: '[["land", "100"]]',
}


def drill_believed(stage: Stage, tell: Tell) -> None:
    """Mix a drill with what denies it, pass it off as another mode, and take an alarm back."""
    alder, birch = stage.alder, stage.birch
    where = ("--station", alder.station, "--mode", "exercise", "--precedence", "immediate")
    keys = [word for each in alder.people for word in ("--officer", each.key)]
    tell("The script of a drill denies that it is one. It is held:")
    tell(f"  {refusal(alder, 'mode-mixed', 'say', SCRIPT, *where, *keys, '--yes')}")
    said = say(alder, SCRIPT, URGENT, alder.people, "--despite", "part of the script")
    until(birch, said, "held")
    for room in (alder, birch):
        (mark,) = [each for each in look_at(room, said).line.marks if "CONTRADICTS" in each]
        tell(f"  with a reason it goes; {room.party} sees: {mark}")
    passing = ("release", passed_off(stage), "--station", alder.station, "--yes")
    tell("The same bytes and signatures, handed in as another mode than they were signed for:")
    tell(f"  {refusal(alder, 'bad-signature', *passing)}")
    alarm = send(stage, "T12", ALARM)
    undo = ("--false-alarm", "--undo", "Leave the shelters.", "--reason", "human-error")
    who = ("--station", alder.station, "--officer", alder.people[0].key)
    entered(alder, "recall", alarm, *undo, *who)
    for room in (alder, birch):
        until(room, alarm, "recalled")
    tell("An alarm that was sent in error is taken back by one officer in one step: RECALLED in")
    tell("both rooms. The step is there for every alarm, and nothing has to be looked for.")


def passed_off(stage: Stage) -> Path:
    """Return a draft that was signed in EXERCISE and calls itself one of TEST."""
    alder, file = stage.alder, stage.folder / "script.draft"
    keys = [word for each in alder.people for word in ("--officer", each.key)]
    how = ("--mode", "exercise", "--precedence", "immediate", "--draft", file, "--yes")
    alder.run("say", "Seek shelter.", "--station", alder.station, *how, *keys)
    draft = parse_draft(file.read_bytes())
    made = Draft(draft.line, Mode.TEST, draft.statement, draft.content, draft.signatures)
    file.write_bytes(pack_draft(made))
    return file


def real_believed_drill(stage: Stage, tell: Tell) -> None:
    """Show that a form's mode is that of its keys, and that all who got it hold one text."""
    alder, birch = stage.alder, stage.birch
    passing = ("release", passed_off(stage), "--station", alder.station, "--yes")
    tell("A notice that is drafted in one mode cannot be signed with the keys of another:")
    tell(f"  {refusal(alder, 'bad-signature', *passing)}")
    said = send(stage, "T12", ALARM)
    first, second = (look_at(room, said) for room in (alder, birch))
    require(first.croot == second.croot, "both rooms hold one text")
    tell("Whoever got a notice holds one hash of it. Both rooms compare theirs:")
    for room, found in ((alder, first), (birch, second)):
        tell(f"  {room.party}: {found.line.words.mode}, {found.croot[:32]}")
    copy = stage.folder / "other.db"
    stage.leave(birch)
    raw = bytearray((birch.station / "station.db").read_bytes())
    at = raw.find(bytes.fromhex(second.croot))
    require(at >= 0, "the hash lies in the record")
    raw[at] ^= 1
    copy.write_bytes(raw)
    damage = birch.run("check", "--file", copy, codes=(2,)).strip().splitlines()[-1]
    tell(f"A record that says another word is found by its own check: {damage}")
    stage.enter(birch)


def silence_misread(stage: Stage, tell: Tell) -> None:
    """Announce an exercise without a word on radio silence, then with one."""
    begin = stage.clock.now() + 50 * 86_400
    window = f'["{print_moment(begin)} to {print_moment(begin + 86_400)}", []]'
    fields = {**MANOEUVRE, 5: window}
    alder = stage.alder
    keys = [word for each in alder.people for word in ("--officer", each.key)]
    file = filled(stage.folder / "silent.toml", "T02", fields)
    notice = ("notice", file, "--station", alder.station, "--mode", "exercise", *keys, "--yes")
    tell("An exercise is announced, and nothing is said of new formats and silences:")
    tell(f"  {refusal(alder, 'field-missing', *notice)}")
    said = send(stage, "T02", {**fields, 13: '"Radio silence from day 2; new message formats."'})
    for room in (alder, stage.birch):
        words = look_at(room, said).line.words.fields
        (field,) = [each for each in words if each.name.startswith("13 ")]
        tell(f"{room.party} sees: {field.name}: {field.value}")
    lamps = client_in(stage.birch.station).status().lamps
    require(not [e for e in lamps if e.slug == "other-catalogue"], "both use one catalogue")
    tell("Formats are those of the catalogue whose hash is in the charter: a station that uses")
    tell("others would say so on its own desk.")


SCENES = (
    Scenario(
        "X9",
        "Drill taken as real",
        (
            "Hawaii, January 2018: a drill's script said that it was none, one person sent it, and",
            "no correction was ready: 38 minutes until it was taken back.",
        ),
        "https://globalnews.ca/news/3995342/hawaii-false-missile-alert-fcc/",
        drill_believed,
    ),
    Scenario(
        "X10",
        "Real taken as drill",
        (
            "June 2008: a leak at a reactor was reported to three neighbours on a form marked as",
            "an exercise; others got the alert itself.",
        ),
        "https://www.neimagazine.com/news/krsko-coolant-concern/",
        real_believed_drill,
    ),
    Scenario(
        "X11",
        "Exercise misread",
        (
            "November 1983: an exercise with new message formats, radio silence and heads of",
            "government was taken in Moscow for the cover of an attack.",
        ),
        "https://wikisum.wiki/wiki/Able_Archer_83",
        silence_misread,
    ),
)
