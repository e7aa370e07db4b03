"""Answers of officers to a statement: each names the entry and the words that he had before him.

This module must not hold a rule, and must not let anybody acknowledge words that are not here.
"""

import sys
from pathlib import Path
from typing import Annotated, Any, NamedTuple  # Any: fields of a plan

import typer

from backchannel.cli.blank import read_filled
from backchannel.cli.drafts import entry_of, speak
from backchannel.cli.options import grouped
from backchannel.cli.output import say, visible
from backchannel.cli.reach import Act, Named, Person, desk_when_speaking, given_text, people
from backchannel.cli.say import Told
from backchannel.cli.wording import log_lines, prefixed
from backchannel.desk.telling import departure_lines, departures_of
from backchannel.errors import OfficerError
from backchannel.line.drafting import (
    T10,
    Action,
    Level,
    Presence,
    answer_body,
    decision_body,
    readback_body,
    rekeyed_body,
    remark_body,
)
from backchannel.notice.catalogue import form_named
from backchannel.notice.informed import read_informed
from backchannel.notice.readback import differences
from backchannel.notice.rekeying import rekey
from backchannel.station.client import Client
from backchannel.station.planning import answer_plan, require_answerable, require_same_fields
from backchannel.station.planning import reference as reference
from backchannel.station.planning import with_corrections as with_corrections
from backchannel.station.reports import DeskReport, Repeated, StatementReport
from backchannel.wire.ids import EntryId
from backchannel.wire.moments import read_moment
from backchannel.wire.statement import Kind

app = typer.Typer()

HOW_TO_KEY_IN = (
    "Key in anew what you read, without copying; end it with Ctrl-D on a line of its own."
)

Remark = Annotated[str | None, typer.Option(help="A remark beside it.")]


Present = Annotated[str | None, typer.Option(help=f"Who is there with you: {', '.join(Presence)}.")]


class Room(NamedTuple):
    """Where an answer is given: the station, what it is about, and who answers."""

    client: Client
    desk: DeskReport
    about: StatementReport
    persons: tuple[Person, ...]


@app.command("ack")
@grouped
def acknowledge(named: Named, *, present: Present = None, remark: Remark = None, act: Act) -> None:
    """Acknowledge a statement: heard and understood. To acknowledge is not to agree."""
    there = presence(present)
    room = enter(named, act, of_others=True)
    act.confirm("Acknowledge these words?")
    body = answer_body(reference(room.about), Level.ACKNOWLEDGED, room.desk.now, there)
    answer(act, room, Kind.ACK, body=body, remarks=remark)


@app.command("readback")
@grouped
def read_back(
    named: Named,
    text: Annotated[
        str | None, typer.Argument(help="The text, keyed anew; - reads stdin; else you type it.")
    ] = None,
    *,
    fields: Annotated[
        Path | None, typer.Option(help="Of a notice: its critical fields, keyed anew in a file.")
    ] = None,
    remark: Remark = None,
    act: Act,
) -> None:
    """Repeat what was said; the other room compares it and confirms or corrects."""
    room = enter(named, act, of_others=True)
    if room.about.line.words.kind == "notice":
        read_fields_back(act, room, fields, remark)
        return
    keyed = given_text(text, HOW_TO_KEY_IN)
    found = differences(room.about.matter.text_now, keyed)
    if found:
        say(*prefixed(room.desk.mode, departure_lines(iter(found))))
        act.confirm("Send it as you keyed it?")
    body = readback_body(reference(room.about), room.desk.now, keyed)
    answer(act, room, Kind.READBACK, body=body, remarks=remark, refs=with_corrections(room.about))


@app.command("confirm")
@grouped
def confirm(named: Named, *, remark: Remark = None, act: Act) -> None:
    """Confirm a readback of our own statement, which you have compared. ID is either of the two."""
    room, repeated = with_readback(named, act)
    say(*prefixed(room.desk.mode, iter(readback_lines(repeated))))
    require_same_fields(repeated)
    question = "It DIFFERS. Confirm it all the same?" if repeated.departures else "Confirm it?"
    if repeated.departures and not act.yes:
        require_terminal()
    act.confirm(question)
    refs = (entry_of(room.about), EntryId(bytes.fromhex(repeated.entry)))
    body = remark_body(room.desk.now)
    answer(act, room, Kind.CONFIRM, body=body, refs=refs, remarks=remark)


@app.command("passed")
@grouped
def passed(
    named: Named,
    *,
    at: Annotated[str | None, typer.Option(help="When, as 2026-12-01T00:00:00Z; else now.")] = None,
    told: Told = None,
    remark: Remark = None,
    act: Act,
) -> None:
    """Say that a statement was passed to the operating level. The other room is told which post
    only if you say it with --told."""
    informed = read_informed(told or ())
    room = enter(named, act, of_others=True)
    time = room.desk.now if at is None else read_moment(at)
    if time > room.desk.now:
        raise OfficerError("passed-ahead", f"got {at!a}, which is still to come")
    body = answer_body(reference(room.about), Level.OPERATING, time)
    answer(act, room, Kind.PASSED, body=body, remarks=remark, informed=informed)


@app.command("inform")
@grouped
def inform(
    named: Named,
    told: Annotated[
        list[str],
        typer.Argument(
            metavar="INFORMED",
            help='"POST; TOLD; ACKNOWLEDGED", the times as far as known.',
        ),
    ],
    *,
    remark: Remark = None,
    act: Act,
) -> None:
    """Put on the record who of our own party was told of a statement, ours or the other room's."""
    informed = read_informed(told)
    room = enter(named, act, of_others=None)
    act.confirm("Enter that they were told?")
    body = remark_body(room.desk.now)
    answer(act, room, Kind.TO_PRINCIPAL, body=body, remarks=remark, informed=informed)


@app.command("decide")
@grouped
def decide(
    named: Named,
    action: Annotated[str, typer.Argument(help=f"One of {', '.join(Action)}.")],
    *,
    by: Annotated[
        str | None, typer.Option(help="With decision-by: when, as 2026-12-01T00:00:00Z.")
    ] = None,
    present: Present = None,
    remark: Remark = None,
    act: Act,
) -> None:
    """Say what was decided on a statement. decision-by is stand by: it moves a clock, no rung."""
    if action not in list(Action):
        raise OfficerError("unknown-action", f"got {action!a}, wanted {', '.join(Action)}")
    room = enter(named, act, of_others=True)
    when = read_moment(by) if by is not None else None
    there = presence(present)
    body = decision_body(reference(room.about), room.desk.now, Action(action), when, there)
    act.confirm(f"Decide {action}?")
    answer(act, room, Kind.DECIDE, body=body, form=T10, remarks=remark)


@app.command("close")
@grouped
def close(named: Named, *, remark: Remark = None, act: Act) -> None:
    """Close the matter that a statement opened."""
    room = enter(named, act, of_others=None)
    act.confirm("Close the matter?")
    answer(act, room, Kind.CLOSE, body=remark_body(room.desk.now), remarks=remark)


# --- What the commands above are made of ----------------------------------------------------------


def read_fields_back(act: Act, room: Room, file: Path | None, remark: str | None) -> None:
    """Repeat the critical fields of a notice. Raises OfficerError."""
    form = form_named(room.about.line.words.form)
    if file is None:
        raise OfficerError(
            "fields-missing",
            f"key its critical fields into a file (backchannel form blank {form.id} --readback) "
            "and give it with --fields",
        )
    named, filled = read_filled(file)
    if named != form:
        raise OfficerError("form-differs", f"{file} is of form {named.code}, wanted {form.code}")
    keyed = rekey(form, filled)
    act.confirm("Send it as you keyed it?")
    body = rekeyed_body(reference(room.about), room.desk.now, keyed)
    answer(act, room, Kind.READBACK, body=body, remarks=remark, refs=with_corrections(room.about))


def enter(named: str, act: Act, *, of_others: bool | None) -> Room:
    """Show the statement, see whose it is, wait until we may speak, open the officers' keys.

    `of_others` is whose statement it must be; None for either. Raises OfficerError.
    """
    client = act.client()
    about = client.show(named)
    words = about.line.words
    require_answerable(about, of_others=of_others)
    desk = desk_when_speaking(client, words.mode)
    say(*log_lines(about.line))
    return Room(client, desk, about, people(act, desk))


def answer(act: Act, room: Room, kind: Kind, **fields: Any) -> None:  # as Plan names them
    """Compose, sign and release an answer in the mode and precedence of what it is about."""
    signers = [each.credential for each in room.persons]
    plan = answer_plan(room.desk, room.about, kind, signers, **fields)
    speak(room.client, act, desk=room.desk, plan=plan, persons=room.persons)


def with_readback(named: str, act: Act) -> tuple[Room, Repeated]:
    """Return our statement and its newest valid readback; `named` is either. Raises OfficerError"""
    client = act.client()
    found = client.show(named)
    chosen = found.line.entry if found.line.words.kind == "readback" else None
    original = found.refs[0] if chosen is not None and found.refs else named
    room = enter(original, act, of_others=False)
    valid = [each for each in room.about.readbacks if each.verdict.word == "valid"]
    wanted = [each for each in valid if chosen in (None, each.entry)]
    if not wanted:
        raise OfficerError("no-readback", "nobody has validly read this statement back")
    return room, wanted[-1]


def readback_lines(repeated: Repeated) -> list[str]:
    """Return a readback beside what it departs from."""
    return [f"read back by {visible(repeated.by)}:", *departures_of(repeated)]


def presence(word: str | None) -> Presence | None:
    """Return the level of authority that is there. Raises OfficerError("unknown-presence")."""
    if word is None:
        return None
    if word not in list(Presence):
        raise OfficerError("unknown-presence", f"got {word!a}, wanted {', '.join(Presence)}")
    return Presence(word)


def readback_entries(about: StatementReport) -> tuple[EntryId, ...]:
    """Return the readbacks that a correction makes void."""
    return tuple(EntryId(bytes.fromhex(each.entry)) for each in about.readbacks)


def require_terminal() -> None:
    """Raise OfficerError("differs") where nobody can be asked about a difference (NT31)."""
    if not sys.stdin.isatty():
        raise OfficerError(
            "differs", "the readback differs from the original: correct it, or confirm with --yes"
        )
