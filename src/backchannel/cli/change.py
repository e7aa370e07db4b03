"""Changing what our own party said: correct it word by word or field by field, postpone, cancel,
discontinue, recall.

What was said stays in the record beside the change. This module must not hold a rule, and must not
let anybody change words that are not his party's.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.cli.answer import answer, enter, readback_entries, reference
from backchannel.cli.blank import read_filled
from backchannel.cli.drafts import entry_of
from backchannel.cli.options import grouped
from backchannel.cli.output import say, visible
from backchannel.cli.reach import Act, Named
from backchannel.cli.wording import prefixed, wrapped
from backchannel.errors import OfficerError
from backchannel.line.drafting import Changing, Reason, change_body, correction_body
from backchannel.notice.catalogue import Form, form_named
from backchannel.notice.changes import Changed, correction, rows_of, touches_critical
from backchannel.notice.filling import print_value
from backchannel.notice.relations import Change
from backchannel.wire.codec import Value, decode
from backchannel.wire.moments import read_moment
from backchannel.wire.statement import Kind

app = typer.Typer()

UNDO = "Disregard the earlier words."
Fields = Annotated[
    Path | None,
    typer.Option(help="Of a notice: its form with the fields that change, as they should be."),
]


class Why(msgspec.Struct, frozen=True):
    """Why something is changed, what to undo, and from when on it holds."""

    reason: Annotated[str, typer.Option(help=f"One of {', '.join(Reason)}.")] = Reason.HUMAN_ERROR
    undo: Annotated[str, typer.Option(help="What the other room should undo.")] = UNDO
    effective: Annotated[
        str | None, typer.Option(help="From when on, as 2026-12-01T00:00:00Z; else at once.")
    ] = None

    def changing(self, change: Change) -> Changing:
        """Return what is done. Raises OfficerError."""
        if self.reason not in list(Reason):
            raise OfficerError(
                "unknown-reason-word", f"got {self.reason!a}, wanted {', '.join(Reason)}"
            )
        moment = read_moment(self.effective) if self.effective is not None else None
        return Changing(change, Reason(self.reason), self.undo, moment)


@app.command("correct")
@grouped
def correct(
    named: Named,
    old: Annotated[str | None, typer.Argument(help="The words as they were said.")] = None,
    new: Annotated[str | None, typer.Argument(help="The words as they should have been.")] = None,
    *,
    fields: Fields = None,
    why: Why,
    act: Act,
) -> None:
    """Correct our own statement: words of a message, or fields of a notice. What was said stays in
    the record, and what is critical is read back anew."""
    if fields is not None:
        change_fields(named, act, fields, why.changing(Change.CORRECT_FIELD))
        return
    if old is None or new is None:
        raise OfficerError(
            "what-changes", "give the old words and the new, or a form with --fields FILE"
        )
    made = why.changing(Change.CORRECT_FIELD)
    room = enter(named, act, of_others=False)
    if room.about.matter.text_now.count(old) != 1:
        raise OfficerError(
            "old-words", f"{old!a} does not stand exactly once in the statement; quote more of it"
        )
    body = correction_body(reference(room.about), (old, new), reason=made.reason, undo=made.undo)
    act.confirm(f"Correct it to {visible(new)}?")
    refs = (entry_of(room.about), *readback_entries(room.about))
    answer(act, room, Kind.CORRECT, body=body, refs=refs)


@app.command("postpone")
@grouped
def postpone(
    named: Named,
    *,
    fields: Annotated[Path, typer.Option(help="Its form with the times that change, all later.")],
    why: Why,
    act: Act,
) -> None:
    """Postpone what our own notice announced: its times move, the rest of it stands."""
    change_fields(named, act, fields, why.changing(Change.POSTPONE))


@app.command("cancel")
@grouped
def cancel(named: Named, *, why: Why, act: Act) -> None:
    """Cancel what our own statement announced: it will not happen."""
    end(named, act, why.changing(Change.CANCEL), "Say that it will not happen?")


@app.command("discontinue")
@grouped
def discontinue(named: Named, *, why: Why, act: Act) -> None:
    """End what our own statement announced, or withdraw what it promised: it holds no longer."""
    end(named, act, why.changing(Change.END_EARLY), "Say that it is over?")


@app.command("recall")
@grouped
def recall(
    named: Named,
    *,
    false_alarm: Annotated[
        bool, typer.Option("--false-alarm", help="It was a false alarm.")
    ] = False,
    why: Why,
    act: Act,
) -> None:
    """Recall our own statement: disregard it. What was said stays in the record."""
    change = Change.FALSE_ALARM if false_alarm else Change.SENT_IN_ERROR
    end(named, act, why.changing(change), "Recall these words?", Kind.RECALL)


# --- What the commands above are made of ----------------------------------------------------------


def end(named: str, act: Act, made: Changing, question: str, kind: Kind = Kind.CORRECT) -> None:
    """End what our own statement said, as a whole. Raises OfficerError."""
    room = enter(named, act, of_others=False)
    act.confirm(question)
    answer(act, room, kind, body=change_body(reference(room.about), made))


def change_fields(named: str, act: Act, file: Path, made: Changing) -> None:
    """Correct or postpone fields of our own notice. Raises OfficerError."""
    given, filled = read_filled(file)
    room = enter(named, act, of_others=False)
    if room.about.line.words.kind != "notice":
        raise OfficerError("no-fields", f"{visible(named)} is no notice; give old words and new")
    form = form_named(room.about.line.words.form)
    if given != form:
        raise OfficerError("form-differs", f"{file} is of form {given.code}, wanted {form.code}")
    stands: tuple[Value, ...] = decode(  # type: ignore[assignment]
        bytes.fromhex(room.client.matter(room.about.line.entry).values)
    )
    changes = correction(form, stands, filled, made.change)
    for each in changes:
        say(*prefixed(room.desk.mode, change_lines(form, each)))
    act.confirm("Change it so?")
    critical = touches_critical(form, changes)
    body = change_body(reference(room.about), made, rows_of(changes), readback=critical)
    void = readback_entries(room.about) if critical else ()
    answer(act, room, Kind.CORRECT, body=body, refs=(entry_of(room.about), *void))


def change_lines(form: Form, change: Changed) -> Iterator[str]:
    """Yield one field as it was and as it will be."""
    name, old = print_value(form, change.no, change.old)
    yield from wrapped(old, f"  {name}: ")
    yield from wrapped(print_value(form, change.no, change.new)[1], "    is now: ")
