"""The drill that a newcomer sees first: two rooms founded, a talk, a crash, a stranger, a forgery.

Everything is done by the product's own commands on real processes, in modes EXERCISE and TEST. A
step that does not come out raises and ends the drill. This module must not touch mode REAL.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

from backchannel.clock import SystemClock
from backchannel.drill.noticing import notice
from backchannel.drill.rooms import (
    PASSPHRASE,
    PASSPHRASE_VARIABLE,
    Person,
    Room,
    Run,
    certify,
    found_party,
    free_addresses,
    introduce,
    sign_charter,
    start,
)
from backchannel.drill.silence import silence
from backchannel.drill.watching import (
    Manner,
    Station,
    act,
    entered,
    equal_records,
    kill,
    ladder_lines,
    look_at,
    require,
    running,
    say,
    until,
    until_cosigned,
    until_disclosed,
    until_manned,
    until_rendered,
    wait_for_voice,
)
from backchannel.errors import OfficerError
from backchannel.station.asked import LogQuery
from backchannel.station.client import client_in
from backchannel.station.reports import StatementReport

Tell = Callable[[str], None]

REASSURANCE = (
    "Our exercise stays south of the boundary line. We will not cross it. "
    "If that should change, we will call you first."
)
ANSWER = "收到。我们的部队保持原位。如有变化,我们会先通知你们。"
PROGRAM = ".venv/bin/backchannel"
DESK_PORT = 8411
RENDERING = "Received. Our forces stay where they are. If that changes, we will tell you first."
DISCLOSED, ALTERED = "promise.disclosure", "altered.disclosure"
CLAIM = re.compile(r"\s+[a-z0-9-]+ +(NOT )?PROVEN ")
URGENT, CALM = Manner("exercise", "immediate"), Manner("exercise", "routine")
TEST_TEXT = "LINE TEST 1: the quick brown fox, 0123456789. 线路测试一。"


def play(folder: Path, window: str, run: Run, tell: Tell) -> None:
    """Found two rooms in a folder that is not there yet, and play the drill.

    `window` is when EXERCISE is open, FROM/UNTIL. Raises OfficerError if a step does not come out.
    """
    alder, birch = make_rooms(folder.absolute(), run)
    found(folder, alder, birch, window, tell)
    tell("TWO STATIONS START, each a process of its own, and ask each other where they stand.")
    with running(alder) as first, running(birch) as second:
        for station in (first, second):
            wait_for_voice(station)
        line_test(alder, birch, tell)
        sign_on(alder, birch, tell)
        said = talk(alder, birch, tell)
        notice(folder, alder, birch, tell)
        silence(alder, birch, tell)
        crash(alder, second, tell)
        compare(alder, birch, tell)
        minute(alder, birch, tell)
        disclose(folder, alder, birch, said.line.entry, tell)
    verify(folder, alder, birch, tell)
    forge(folder, birch, said.croot, tell)
    farewell(alder, birch, tell)


def make_rooms(folder: Path, run: Run) -> tuple[Room, Room]:
    """Return the two rooms of the drill, their folders made."""
    first, second = free_addresses(2)
    a, b = folder / "alder", folder / "birch"
    okafor = Person("Okafor", "duty officer", a / "okafor.key")
    varga = Person("Varga", "chief of watch", a / "varga.key")
    lin = Person("Lin", "duty officer", b / "lin.key", "disclose")
    sun = Person("Sun", "interpreter", b / "sun.key")
    for each in (a, b):
        each.mkdir(parents=True)
    alder = Room("Alder", "en", a, first, (okafor, varga), run)
    return alder, Room("Birch", "zh", b, second, (lin, sun), run)


def found(folder: Path, alder: Room, birch: Room, window: str, tell: Tell) -> None:
    """Found both rooms, side by side as two rooms would."""
    tell("TWO PARTIES THAT DO NOT TRUST EACH OTHER make their root keys, each on its own machine.")
    for room in (alder, birch):
        found_party(room)
        digits = json.loads(room.run("party", "fingerprint", room.office, "--json"))
        tell(f"  {room.party} reads its fingerprint aloud: {digits['fingerprint']}")
    charter = sign_charter(folder, alder, birch, window=window)
    tell("THE CHARTER is drafted as a text, signed by Alder and countersigned by Birch: in force.")
    for room in (alder, birch):
        certify(room, charter)
    package = folder / "courier.package"
    alder.run("station", "courier", package, "--charter", charter)
    tell("Each office certifies its officers and its station. Founding files and a courier")
    tell("  package change hands; none of the files holds a secret but the package.")
    introduce(alder, birch, package)
    introduce(birch, alder, package)
    package.unlink()


def line_test(alder: Room, birch: Room, tell: Tell) -> None:
    """Test the line in both scripts, and acknowledge the test."""
    tell("A LINE TEST, in mode TEST:")
    began = SystemClock().running()
    said = say(alder, TEST_TEXT, Manner("test", "routine"), alder.people[:1])
    arrived = until(birch, said, "held")
    act("ack", birch, said, birch.people[0])
    until(alder, said, "acknowledged")
    took = SystemClock().running() - began
    require(arrived.line.words.text == TEST_TEXT, "the test arrives letter for letter")
    tell(f"  {arrived.line.number} arrived letter for letter and was acknowledged: {took:.1f} s")


def sign_on(alder: Room, birch: Room, tell: Tell) -> None:
    """Let the duty officers sign on, and look whether each room sees the other manned."""
    tell("THE DUTY OFFICERS SIGN ON. Each room sees who is there at the other end:")
    for room, level in ((alder, "watch-officer"), (birch, "commander")):
        card = ("--mode", URGENT.mode, "--level", level, "--station", room.station)
        entered(room, "watch", "on", *card, "--officer", room.people[0].key)
    for room in (alder, birch):
        other = until_manned(room)
        tell(f"  {room.party} sees: {other.party}, {other.post}: {other.officer}, {other.level}")


def talk(alder: Room, birch: Room, tell: Tell) -> StatementReport:
    """A reassurance in English, acknowledged, read back, confirmed, and answered in Chinese.

    Returns the reassurance.
    """
    okafor, varga, lin, sun = (*alder.people, *birch.people)
    tell("A REASSURANCE, in mode EXERCISE. It is IMMEDIATE, so two officers must release it:")
    alone = say_alone(alder)
    tell(f"  Okafor alone: {alone}")
    said = say(alder, REASSURANCE, URGENT, (okafor, varga))
    shown = until(birch, said, "held")
    tell(f"  {shown.line.number}, signed by Okafor and Varga, stands at Birch:")
    tell(f'    "{shown.line.words.text}"')
    act("ack", birch, said, lin)
    act("readback", birch, said, lin, REASSURANCE)
    until(alder, said, "read back")
    act("confirm", alder, said, okafor)
    until(birch, said, "confirmed")
    tell("  Lin acknowledges and reads it back; Okafor compares and confirms.")
    for line in ladder_lines(until(alder, said, "confirmed")):
        tell(f"    {line}")
    answer = say(birch, ANSWER, CALM, (lin,), "--language", "zh", "--ref", said)
    until(alder, answer, "held")
    act("translate", birch, answer, sun, RENDERING, "--language", "en")
    rendering = until_rendered(alder, answer)
    tell("  Birch answers in Chinese, its interpreter Sun hangs an English rendering on it:")
    tell(f"    {look_at(alder, answer).line.words.text}")
    tell(f"    {rendering.text}")
    return look_at(alder, said)


def say_alone(alder: Room) -> str:
    """Let one officer try what takes two; return why it was refused."""
    try:
        say(alder, REASSURANCE, URGENT, alder.people[:1])
    except OfficerError as refused:
        return refused.text
    raise OfficerError("drill-failed", "one officer released what takes two")


def crash(alder: Room, second: Station, tell: Tell) -> None:
    """Kill one station while messages are on their way, and start it again."""
    tell("A CRASH: Birch's station is killed with SIGKILL while three messages are on their way.")
    okafor = alder.people[:1]
    sent = [say(alder, "Message 1 before the lights went out.", CALM, okafor)]
    kill(second)
    for n in (2, 3):
        text = f"Message {n}, written while Birch was dark."
        sent.append(say(alder, text, CALM, okafor))
    second.process = start(second.room)
    wait_for_voice(second)
    for each in sent:
        until(alder, each, "held")
    lines = client_in(second.room.station).log(LogQuery(mode="EXERCISE")).lines
    copies = [line.entry for line in lines if line.entry in sent]
    require(sorted(copies) == sorted(sent), "each message stands at Birch exactly once")
    tell("  It came back, said what it holds, and every message stands there exactly once.")


def compare(alder: Room, birch: Room, tell: Tell) -> None:
    """Let both rooms verify their own record, and compare the two."""
    tell("BOTH RECORDS are verified from the disk, every signature, link and commitment:")
    for room, found in zip((alder, birch), equal_records(alder, birch), strict=True):
        entries = sum(journal.entries for journal in found.journals)
        tell(f"  {room.party}: {entries} entries, {found.summary}")
    tell("  All journals end in the same heads in both rooms: the two records are equal.")


def minute(alder: Room, birch: Room, tell: Tell) -> None:
    """Have both stations cosign how far the record goes."""
    tell("A MINUTE is ordered: both stations cosign how far the record goes, each from its own.")
    officer = ("--officer", alder.people[0].key, "--yes")
    alder.run("minute", "--mode", URGENT.mode, "--station", alder.station, *officer)
    for room in (alder, birch):
        until_cosigned(room, URGENT.mode)
    tell("  Both have cosigned, with keys that a quantum computer does not break.")


def disclose(folder: Path, alder: Room, birch: Room, said: str, tell: Tell) -> None:
    """Let Birch's officer make a file for a stranger, and look for it on Alder's record."""
    tell("A DISCLOSURE: Birch wants to show Alder's promise to a stranger, the text and no more.")
    birch.run(
        *("disclose", said, "--out", folder / DISCLOSED, "--station", birch.station),
        *("--field", "language", "--field", "text", "--purpose", "shown in a drill"),
        *("--officer", birch.people[0].key, "--yes"),
    )
    size = (folder / DISCLOSED).stat().st_size
    tell(f"  One file of {size} bytes. It holds no key, and no salt of a hidden field.")
    tell(f"  Alder's record says so too: {until_disclosed(alder, said)}")


def verify(folder: Path, alder: Room, birch: Room, tell: Tell) -> None:
    """Be the stranger: prove the file from the two fingerprints alone, then change one letter."""
    tell("A STRANGER has that file and the two fingerprints that were read aloud. No station runs.")
    roots = folder / "roots.txt"
    roots.write_text("".join(f"{fingerprint_of(room)}\n" for room in (alder, birch)))
    for line in claims(birch.run("verify", folder / DISCLOSED, "--roots", roots)):
        tell(f"  {line}")
    raw = (folder / DISCLOSED).read_bytes()
    altered = raw.replace(b"We will not cross it.", b"We will now cross it.")
    require(sum(a != b for a, b in zip(raw, altered, strict=True)) == 1, "one byte differs")
    (folder / ALTERED).write_bytes(altered)
    tell("ONE BYTE OF IT IS CHANGED, so that it reads: We will now cross it.")
    said = birch.run("verify", folder / ALTERED, "--roots", roots, codes=(1,))
    for line in claims(said):
        if "NOT PROVEN" in line:
            tell(f"  {line}")
    tell("IN A BROWSER the same: make verifier, open build/backchannel-verifier.html, and drop")
    tell(f"  {folder / DISCLOSED} on it. The fingerprints are in {roots.name} beside it.")


def fingerprint_of(room: Room) -> str:
    """Return the fingerprint of a room's roots."""
    return str(json.loads(room.run("party", "fingerprint", room.office, "--json"))["fingerprint"])


def claims(printed: str) -> list[str]:
    """Return the lines that say of a claim whether it is proven."""
    return [line.strip() for line in printed.splitlines() if CLAIM.match(line)]


def forge(folder: Path, birch: Room, croot: str, tell: Tell) -> None:
    """Alter one byte of a copy of a record, and let the check find it."""
    tell("A FORGERY: one byte of the reassurance is altered in a copy of Birch's record.")
    copy = folder / "forged.db"
    raw = bytearray((birch.station / "station.db").read_bytes())
    at = raw.find(bytes.fromhex(croot))
    require(at >= 0, "the commitment to the words lies in the record")
    raw[at] ^= 1
    copy.write_bytes(raw)
    said = birch.run("check", "--file", copy, codes=(2,))
    tell(f"  {said.strip().splitlines()[-1]}")


def farewell(alder: Room, birch: Room, tell: Tell) -> None:
    """Say how to go on by hand, at the desks or with commands."""
    tell("THE DRILL IS OVER. The two rooms stay. To go on by hand, in a terminal for each line:")
    tell(f"    export {PASSPHRASE_VARIABLE}='{PASSPHRASE}'")
    tell(f"    {PROGRAM} station run {alder.station} {birch.station}")
    for port, room in enumerate((alder, birch), DESK_PORT):
        tell(f"    {PROGRAM} desk --station {room.station} --keys {room.folder} --port {port}")
    tell(
        "  Each desk prints an address: open it, choose EXERCISE, and sign in with the words above."
    )
    tell("  The same with commands:")
    key = alder.people[0].key
    tell(f"    export BACKCHANNEL_STATION={alder.station}")
    tell(f'    {PROGRAM} say "Good evening." --mode exercise --officer {key}')
    tell(f"    {PROGRAM} log --station {birch.station}")
