"""Copies: a notice in the format of other tools, handed on to them, and their files into a form.

What comes in fills in a blank and is never sent; what goes out to a hook goes by an officer's
order. This module must not hold a rule.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.cli.blank import blank_lines
from backchannel.cli.notice import FormName, forms
from backchannel.cli.options import grouped
from backchannel.cli.output import Code, end, say, show, show_bytes, show_json, visible
from backchannel.cli.reach import Act, Look, Named, people
from backchannel.errors import OfficerError
from backchannel.notice.catalogue import Form, form_named
from backchannel.notice.copies.found import Found
from backchannel.notice.copies.prefill import Prefilled, prefill
from backchannel.notice.copies.reading import read_copy
from backchannel.notice.phrasebook import USUAL, book_of
from backchannel.station import asked
from backchannel.station.disclosing import sign_wanted
from backchannel.station.files import read_file, require_absent, write_new
from backchannel.station.handorders import HandOn, pack_hand_on
from backchannel.station.hookreports import Handed, HookReport, HooksReport
from backchannel.station.reports import StatementReport
from backchannel.wire.ids import EntryId, LineId
from backchannel.wire.signing import Mode

app = typer.Typer()


@app.command("convert")
@grouped
def convert(
    named: Named,
    *,
    as_: Annotated[str, typer.Option("--as", help="cap, geojson, kml, cot, ical or whiteflag.")],
    to: Annotated[str, typer.Option(help="For whom: what TLP:AMBER asks for.")] = "",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File to write; it must not be there yet.")
    ] = None,
    look: Look,
) -> None:
    """Print a notice as a file of another format. It is a copy, and says so."""
    if out is not None:
        require_absent(out)
    made = look.client().copy(named, asked.CopyQuery(as_, to))
    digest = hashlib.sha256(made).hexdigest()
    told: dict[str, object] = {"format": as_, "bytes": len(made), "sha256": digest}
    if out is None:
        if look.json:
            show_json({**told, "text": made.decode()})
        else:
            show_bytes(made)
        return
    write_new(out, made)
    if look.json:
        show_json({**told, "file": str(out)})
    else:
        show(str(out))


@app.command("hooks")
@grouped
def list_hooks(*, look: Look) -> None:
    """List the hooks of the station, and what waits for each."""
    found = look.client().hooks()
    if look.json:
        show_json(msgspec.to_builtins(found))
        return
    show(*(line for each in found.hooks for line in hook_lines(each)))


@app.command("hand-on")
@grouped
def hand_on(
    named: Named,
    *,
    to: Annotated[str, typer.Option(metavar="HOOK", help="Hook of the station's settings.")],
    act: Act,
) -> None:
    """Hand a notice on to one of this room's own systems. Both records say so. It is tried until
    it is taken; the command ends with 1 if it was not taken yet."""
    client = act.client()
    hook = hook_named(client.hooks(), to)
    found = client.show(named)
    desk = client.desk(found.line.words.mode)
    made = client.copy(found.line.entry, asked.CopyQuery(hook.format, hook.name))
    persons = people(act, desk)
    say(*preview_lines(found, hook, made))
    act.confirm(f"Hand it on, {desk.mode}? Both records will say so.")
    digest = hashlib.sha256(made).digest()
    entry = EntryId(bytes.fromhex(found.line.entry))
    raw = pack_hand_on(HandOn(Mode[desk.mode], bytes.fromhex(desk.nonce), entry, hook.name, digest))
    line = LineId(bytes.fromhex(desk.line))
    signatures = tuple(
        (each.credential.hex(), sign_wanted(line, raw, each.keys.secret).hex()) for each in persons
    )
    handed = client.hand_on(asked.Order(raw.hex(), signatures))
    if act.json:
        show_json(msgspec.to_builtins(handed))
    else:
        show(handed_line(handed))
    if not handed.taken:
        say("Both records say that it was ordered. The station goes on trying until it is taken.")
        end(Code.NEGATIVE)


@forms.command("prefill")
@grouped
def prefill_form(
    name: FormName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of CAP or GeoJSON.")],
    *,
    message: Annotated[
        int | None, typer.Option(help="Which message of several in the file, from 1.")
    ] = None,
) -> None:
    """Print a form with the places and the window of a file filled in. Nothing is checked but
    their shape, and nothing is sent: an officer completes it."""
    form = form_named(name)
    raw = read_file(file)
    found = read_copy(raw, message)
    show(*prefilled_lines(form, found, prefill(form, found), hashlib.sha256(raw).hexdigest()))


# --- What the commands above are made of ----------------------------------------------------------


def prefilled_lines(form: Form, found: Found, made: Prefilled, digest: str) -> Iterator[str]:
    """Yield a form with what a file says; its words stand above it, behind a mark."""
    yield f"# FROM A FILE, NOT VERIFIED. SHA-256 {digest}"
    yield "# Read every line against its source before you sign. The file says:"
    yield from (f"#   {word}" for word in found.words)
    for place in made.left:
        yield f"# No field of this form took: {place.text}"
    yield "#"
    own = [field for field in form.fields if not field.answer]
    yield from blank_lines(form, own, book_of(USUAL), made.filled)


def hook_named(found: HooksReport, name: str) -> HookReport:
    """Return a hook by its name. Raises OfficerError("no-such-hook")."""
    for each in found.hooks:
        if each.name == name and each.format:
            return each
    known = ", ".join(each.name for each in found.hooks if each.format) or "none"
    raise OfficerError("no-such-hook", f"got {name!a}, the station has: {known}")


def hook_lines(hook: HookReport) -> Iterator[str]:
    """Yield a hook and what waits for it."""
    what = f"{hook.format} to {visible(hook.place)}" if hook.format else "not in the settings"
    yield f"{visible(hook.name)}  {what}"
    for each in hook.waiting:
        yield f"  {handed_line(each)}"


def handed_line(handed: Handed) -> str:
    """Return how far one copy has come."""
    what = f"{visible(handed.number)} as {visible(handed.format)} {handed.sha256[:12]}"
    if handed.taken:
        return f"{what}  taken by {visible(handed.hook)}"
    fault = visible(handed.fault) if handed.fault else "it has not answered yet"
    return f"{what}  NOT TAKEN by {visible(handed.hook)}: {fault}"


def preview_lines(found: StatementReport, hook: HookReport, made: bytes) -> Iterator[str]:
    """Yield what will be handed on, before anybody is asked."""
    words = found.line.words
    what = f"{visible(found.line.number)} {visible(words.form)}"
    yield f"{words.mode} {what} of {visible(words.party)}"
    yield f"to the hook {visible(hook.name)}: {hook.format}, {visible(hook.place)}"
    yield f"{len(made)} bytes, SHA-256 {hashlib.sha256(made).hexdigest()}"
