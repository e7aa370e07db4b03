"""Disclosing: one file by which a stranger checks one statement, with the fields that are opened.

An officer orders it with his key, and it stands on the record of both rooms before the file is
there. This module must not hold a rule, or write over a file.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from backchannel.cli.options import grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Act, Named, people
from backchannel.cli.wording import ID_DIGITS
from backchannel.errors import OfficerError
from backchannel.station import asked
from backchannel.station.disclosing import Wanted, pack_wanted, require_purpose, sign_wanted
from backchannel.station.files import require_absent, write_new
from backchannel.station.reports import FieldsReport, Openable
from backchannel.wire.ids import EntryId, LineId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Label

app = typer.Typer()

Purpose = Annotated[str, typer.Option(help="For whom and why, one line.")]


@app.command("disclose")
@grouped
def disclose(
    named: Named,
    *,
    out: Annotated[Path, typer.Option(help="File to write; it must not be there yet.")],
    field: Annotated[
        list[str] | None,
        typer.Option(help="Field to open, by label or name; else all but the duress mark."),
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Show with its words what names it: an answer, a finding."),
    ] = None,
    purpose: Purpose = "",
    act: Act,
) -> None:
    """Write a file by which a stranger can check a statement. It is entered in the record of both
    rooms first. The file holds the opened words in clear."""
    require_absent(out)
    require_purpose(purpose)
    client = act.client()
    fields = client.fields(named)
    besides = [client.fields(each) for each in beside or ()]
    write_disclosure(act, out, Chosen(fields, labels_of(fields, field), besides, purpose))


class Chosen(NamedTuple):
    """What is to be disclosed: a statement and the labels that are opened, what is shown beside it
    with all its words, and why."""

    fields: FieldsReport
    labels: tuple[int, ...]
    besides: Sequence[FieldsReport]
    purpose: str


def write_disclosure(act: Act, out: Path, chosen: Chosen) -> None:
    """Show what will be opened, have the station enter it, and write the file."""
    client, fields, labels = act.client(), chosen.fields, chosen.labels
    desk = client.desk(fields.mode)
    persons = people(act, desk)
    say(*preview_lines(fields, labels), *beside_lines(chosen.besides))
    act.confirm(f"Disclose this, {fields.mode}? Both records will say so.")
    entry, *besides = (EntryId(bytes.fromhex(each.entry)) for each in (fields, *chosen.besides))
    mode, nonce = Mode[fields.mode], bytes.fromhex(desk.nonce)
    raw = pack_wanted(Wanted(mode, nonce, entry, labels, chosen.purpose, tuple(besides)))
    line = LineId(bytes.fromhex(desk.line))
    signatures = tuple(
        (each.credential.hex(), sign_wanted(line, raw, each.keys.secret).hex()) for each in persons
    )
    made = client.disclose(asked.Order(raw.hex(), signatures))
    write_new(out, made)
    if act.json:
        show_json({"file": str(out), "bytes": len(made), "labels": labels})
    else:
        show(str(out))
    say(f"{len(made)} bytes. Check it as a stranger would: backchannel verify {out} --roots FILE")


def labels_of(fields: FieldsReport, names: Sequence[str] | None) -> tuple[int, ...]:
    """Return the labels that were asked for; of none, all but the duress mark.

    That mark is opened only by its label, never by its name or by default. Raises
    OfficerError("no-such-field").
    """
    if not names:
        return tuple(each.label for each in fields.fields if each.label != Label.DURESS)
    return tuple(sorted({label_of(fields, name) for name in names}))


def label_of(fields: FieldsReport, name: str) -> int:
    """Return the label of a field that is named by it, or as it is shown."""
    for each in fields.fields:
        if name == str(each.label) or (name == each.name and each.label != Label.DURESS):
            return each.label
    known = ", ".join(f"{each.label} {each.name}" for each in fields.fields if not each.absent)
    raise OfficerError("no-such-field", f"got {name!a}, this statement has {known}")


def preview_lines(fields: FieldsReport, labels: Sequence[int]) -> list[str]:
    """Return what will be opened and what stays hidden, before anybody is asked."""
    chosen = [each for each in fields.fields if each.label in labels]
    hidden = [each for each in fields.fields if each.label not in labels]
    what = fields.number or f"entry {fields.entry[:12]}"
    lines = [f"{fields.mode} {visible(what)} of {visible(fields.party)}. Opened:"]
    lines += [f"  {field_in_words(each)}" for each in chosen if not each.absent]
    absent = sum(each.absent for each in chosen)
    if absent:
        lines.append(f"  and of {absent} fields that they are empty")
    lines.append("Hidden:")
    lines += [f"  {each.label} {each.name}" for each in hidden if not each.absent]
    absent = sum(each.absent for each in hidden)
    if absent:
        lines.append(f"  and of {absent} fields whether they are empty")
    lines.append(
        "Shown besides, whatever is opened: who signed, to whom, when, how fast, what answered it "
        "and when, and the whole authority journals of all parties with the names in them."
    )
    if fields.third_party:
        lines.append(f"The charter says of third parties: {visible(fields.third_party)}")
    return lines


def beside_lines(besides: Sequence[FieldsReport]) -> Iterator[str]:
    """Yield what will be shown beside the statement, in full but for the common fields."""
    for each in besides:
        what = each.number or f"entry {each.entry[:ID_DIGITS]}"
        yield f"Beside it {visible(what)} of {visible(each.party)}, with its words:"
        shown = (n for n in each.fields if n.label == Label.LANGUAGE or n.label >= Label.BODY)
        yield from (f"  {field_in_words(field)}" for field in shown if not field.absent)


def field_in_words(field: Openable) -> str:
    """Return a field as label, name and value; the duress mark's is in the file alone."""
    if field.label == Label.DURESS:
        return f"{field.label} {field.name}: THE DURESS MARK ITSELF"
    return f"{field.label} {field.name}: {visible(field.value)}"
