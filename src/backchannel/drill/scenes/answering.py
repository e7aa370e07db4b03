"""Answers: a notice that comes too late, one that is not passed on, a reply that says nothing, and
read-outs that differ.

This module must not touch mode REAL.
"""

from backchannel.drill.noticing import filled
from backchannel.drill.rooms import Room
from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.stage import Stage
from backchannel.drill.story import claims, fingerprint_of, minute
from backchannel.drill.watching import act, entered, look_at, patiently, require, until
from backchannel.errors import OfficerError
from backchannel.station.ladderreports import ClockReport
from backchannel.station.matterreports import Unanswered
from backchannel.wire.moments import print_moment

DAY_S = 86_400
THERE = "35.33000N 040.14000E"
AGREED = "The two rooms spoke for twelve minutes."
PROMISE = "Neither exercise will cross the boundary line."
EDITED = "Neither exercise will cross the border."


def send(stage: Stage, form: str, fields: dict[int, str], *more: str) -> str:
    """Send a notice of Alder's by both of its officers; return its entry once Birch holds it."""
    alder = stage.alder
    file = filled(stage.folder / f"{form}.toml", form, fields)
    keys = [word for each in alder.people for word in ("--officer", each.key)]
    where = ("--station", alder.station, "--mode", "exercise")
    said = entered(alder, "notice", file, *where, *keys, *more)
    until(stage.birch, said, "held")
    return said


def clock(room: Room, said: str, duty: str) -> ClockReport:
    """Return a clock of a statement as a room sees it, once it has begun."""

    def look() -> ClockReport | None:
        (ladder,) = look_at(room, said).line.ladders
        return next((each for each in ladder.clocks if each.duty == duty), None)

    return patiently(look, f"the clock of {duty} at {room.party}")


def until_overdue(room: Room, said: str, duty: str) -> None:
    """Wait until something is overdue in a room."""
    patiently(lambda: clock(room, said, duty).overdue, f"{duty} overdue at {room.party}")


def until_replied(room: Room, said: str) -> tuple[Unanswered, ...]:
    """Wait until a room sees a reply that leaves questions; return what is left, by whom."""
    return patiently(lambda: look_at(room, said).matter.unanswered, f"the reply at {room.party}")


def too_late(stage: Stage, tell: Tell) -> None:
    """Announce a strike one minute ahead where ten were agreed."""
    soon = stage.clock.now() + 60
    fields = {
        1: '"strike"',
        2: '"not-directed-at-you"',
        3: f'"{print_moment(soon)} to {print_moment(soon + 3600)}"',
        4: f'"circle {THERE} 5000m surface-3000m amsl"',
        8: '"duty officer (call sign KITE)"',
    }
    try:
        send(stage, "T06", fields)
    except OfficerError as fault:
        tell(f"A strike is announced one minute ahead. {fault.text.strip().splitlines()[-1]}")
    else:
        raise OfficerError("drill-failed", "a late notice went out without a word why")
    said = send(stage, "T06", fields, "--late", "changed-plan")
    tell("With a reason it goes out at once; nothing holds it back. Both desks mark it:")
    for room in (stage.alder, stage.birch):
        (mark,) = [each for each in look_at(room, said).line.marks if "LATE" in each.upper()]
        tell(f"  {room.party}: {mark}")


def not_passed_on(stage: Stage, tell: Tell) -> None:
    """Announce a launch that is acknowledged and never told to those who watch the radar."""
    begin = stage.clock.now() + 3 * DAY_S
    window = f'"{print_moment(begin)} to {print_moment(begin + 3600)}"'
    fields = {
        1: '"sounding"',
        2: '"weather rocket"',
        3: '"1"',
        4: window,
        5: f'"{THERE} within 50m gnss"',
        6: f'["circle {THERE} 5000m surface-unlimited amsl"]',
        7: '"15 deg"',
        14: '"range officer (call sign KITE)"',
    }
    said = send(stage, "T01", fields)
    act("ack", stage.birch, said, stage.birch.people[0])
    until(stage.alder, said, "acknowledged")
    tell("A launch is announced three days ahead and acknowledged. That is not the end of it:")
    for room in (stage.alder, stage.birch):
        require(
            clock(room, said, "operating level").open, f"the operating level is due at {room.party}"
        )
    tell("  the operating level is still to be told, and both rooms see that clock run.")
    stage.clock.skip(3 * DAY_S + 60)
    for room in (stage.alder, stage.birch):
        until_overdue(room, said, "operating level")
    tell("  The launch begins. Nobody was told: OVERDUE at both desks.")
    act("passed", stage.birch, said, stage.birch.people[0])
    for room in (stage.alder, stage.birch):
        until(room, said, "passed")
        require(clock(room, said, "operating level").late, f"it is marked as late at {room.party}")
    tell("  Lin passes it on now; it is marked LATE, and stays so.")


def says_nothing(stage: Stage, tell: Tell) -> None:
    """Ask three questions, and get a reply to one."""
    answer_by = stage.clock.now() + 600
    fields = {
        1: '["9,000 troops at the border", "2030-12-01T10:00:00Z", "", "seen-by-us"]',
        2: '"We must know what they are for."',
        3: '[["1", "How many?"], ["2", "With what equipment?"], ["3", "Until when?"]]',
        4: f'["{print_moment(answer_by)}", "Vienna Document, chapter III"]',
        6: '"meeting"',
    }
    said = send(stage, "T09", fields)
    lin, sun = stage.birch.people
    keys = ("--officer", lin.key, "--officer", sun.key)
    reply = {
        1: f'["{said}", ["3"]]',
        2: '["partial", "Until the end of the exercise."]',
        5: '[["1", "not our practice"], ["2", "not our practice"]]',
        6: f'"{print_moment(answer_by + DAY_S)}"',
    }
    file = filled(stage.folder / "reply.toml", "T17", reply)
    entered(stage.birch, "answer", said, "--fields", file, "--station", stage.birch.station, *keys)
    for room in (stage.alder, stage.birch):
        (left,) = until_replied(room, said)
        numbers = ", ".join(str(number) for number, _ in left.questions)
        tell(f"Birch answers in time. {room.party} sees: partial, {numbers} not answered")
        require([number for number, _ in left.questions] == [1, 2], "two questions are left")
        require(clock(room, said, "answer").open, "the clock runs on for them")
    tell("It is no decision: the clock of the query runs on in both rooms.")


def two_read_outs(stage: Stage, tell: Tell) -> None:
    """Agree on one text, differ on the rest, and let a stranger tell the two apart."""
    alder, birch, folder = stage.alder, stage.birch, stage.folder
    keys = [word for each in alder.people for word in ("--officer", each.key)]
    own = ("--own", "Alder=We asked about the balloon.")
    where = ("--mode", "exercise", "--station", alder.station)
    said = entered(alder, "readout", "propose", "--agreed", AGREED, *own, *where, *keys)
    until(birch, said, "held")
    act("ack", birch, said, birch.people[0])
    answer = [word for each in birch.people for word in ("--officer", each.key)]
    theirs = "We asked about the fence."
    entered(birch, "readout", "dissent", said, theirs, "--station", birch.station, *answer)
    tell("Both sign one sentence about their call; beside it each lays a text of its own.")

    def disclosable() -> bool:
        return theirs in alder.run("readout", "show", said, "--station", alder.station)

    patiently(disclosable, "Birch's own text at Alder")
    minute(alder, birch, lambda _: None)
    file, roots = folder / "readout.disclosure", folder / "roots.txt"
    birch.run(
        *("readout", "disclose", said, "--out", file, "--purpose", "a journalist"),
        *("--station", birch.station, "--officer", birch.people[0].key, "--yes"),
    )
    roots.write_text("".join(f"{fingerprint_of(room)}\n" for room in (alder, birch)))
    printed = birch.run("verify", file, "--roots", roots)
    tell("A stranger reads from one file what was agreed, and what each says alone:")
    for line in claims(printed):
        if line.startswith(("agreed", "own-words")):
            require("NOT PROVEN" not in line, line)
            tell(f"  {line}")


def a_quotation(stage: Stage, tell: Tell) -> None:
    """Hold what a newspaper quotes of a call against the one file that was disclosed of it."""
    alder, birch, folder = stage.alder, stage.birch, stage.folder
    keys = [word for each in alder.people for word in ("--officer", each.key)]
    where = ("--mode", "exercise", "--station", alder.station)
    text = f"{AGREED} {PROMISE}"
    said = entered(alder, "readout", "propose", "--agreed", text, *where, *keys)
    until(birch, said, "held")
    act("ack", birch, said, birch.people[0])
    answer = [word for each in birch.people for word in ("--officer", each.key)]
    entered(birch, "readout", "agree", said, "--station", birch.station, *answer)
    minute(alder, birch, lambda _: None)
    file, roots = folder / "call.disclosure", folder / "roots.txt"
    birch.run(
        *("readout", "disclose", said, "--out", file, "--purpose", "a newspaper"),
        *("--station", birch.station, "--officer", birch.people[0].key, "--yes"),
    )
    roots.write_text("".join(f"{fingerprint_of(room)}\n" for room in (alder, birch)))
    tell("A newspaper quotes the call. A stranger holds each sentence against the agreed text:")
    for quoted, wanted in ((PROMISE, "PROVEN"), (EDITED, "NOT PROVEN")):
        words = ("verify", file, "--roots", roots, "--quote", quoted)
        (line,) = [each for each in claims(birch.run(*words, codes=(0, 1))) if "quote" in each]
        require(("NOT PROVEN" in line) == (wanted == "NOT PROVEN"), line)
        tell(f'  "{quoted}"')
        tell(f"    {line}")


SCENES = (
    Scenario(
        "X5",
        "Notice too late",
        (
            "September 2018: by its own account Moscow was told of a strike less than a minute",
            "before it began; a transport aircraft with 15 people was shot down in it.",
        ),
        "https://en.mehrnews.com/news/137871/Russian-MoD-blames-Israel-for-attack-which-led-to-downing-of",
        too_late,
    ),
    Scenario(
        "X7",
        "Notice sent, not passed down",
        (
            "January 1995: Norway had told 30 countries of a research rocket. The Russian radar",
            "crews had not been told, and took it for an attack.",
        ),
        "https://en.wikipedia.org/wiki/Norwegian_rocket_incident",
        not_passed_on,
    ),
    Scenario(
        "X13",
        "Prank at ministerial level",
        (
            "March 2022: a false prime minister spoke with the British defence secretary. A clip",
            "of it was published that, he said, had been cut.",
        ),
        "https://www.huffingtonpost.co.uk/entry/defence-officials-slam-youtube-clip-of-ben-wallace-being-pranked_uk_62399bc6e4b0f1e82c4e58b7",
        a_quotation,
    ),
    Scenario(
        "X16",
        "Different read-outs",
        (
            "After calls between heads of state each capital publishes its own account, and they",
            "differ; only a transcript could settle it.",
        ),
        "https://www.chinausfocus.com/foreign-policy/tale-of-two-readouts",
        two_read_outs,
    ),
    Scenario(
        "X27",
        "A reply arrives and says nothing",
        (
            "February 2022: asked about its troops, Belarus answered in time, and left out their",
            "numbers and equipment.",
        ),
        "https://motolko.help/en-news/baltic-states-request-meeting-with-belarus-within-vienna-document/",
        says_nothing,
    ),
)
