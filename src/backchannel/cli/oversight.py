"""The oversight pack: one command that answers for a period, with evidence that can be verified.

An officer orders it with his key, and it stands on the record of all rooms before a file is there.
This module must not hold a rule, or write over a file.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.cli.options import grouped
from backchannel.cli.order import ModeWord
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Act, people, read_mode
from backchannel.errors import OfficerError
from backchannel.oversight.holding import held_fast
from backchannel.oversight.pack import Evidence, as_json, folder_of, moment
from backchannel.oversight.printing import find_browser, printed
from backchannel.oversight.sheet import sheet
from backchannel.station.asked import Order
from backchannel.station.client import Client
from backchannel.station.disclosing import require_purpose, sign_wanted
from backchannel.station.files import make_folder, require_absent, write_new
from backchannel.station.packs import Pack, PackNews
from backchannel.station.reports import DeskReport
from backchannel.station.spanning import SpanWanted, pack_span_wanted
from backchannel.wire.ids import EntryId, LineId
from backchannel.wire.moments import read_moment
from backchannel.wire.signing import Mode

app = typer.Typer(help="Answer for a period, with evidence.", no_args_is_help=True)

SPAN, DATA, PAGE, PAPER = "span.bcd", "pack.json", "pack.html", "pack.pdf"


class Period(msgspec.Struct, frozen=True):
    """Which stretch of the record, and of which statements the words stay hidden."""

    since: Annotated[
        str | None, typer.Option("--from", help="From, as 2026-12-01T00:00:00Z; else all.")
    ] = None
    until: Annotated[str | None, typer.Option("--to", help="Until; else until now.")] = None
    mode: ModeWord = "real"
    hide: Annotated[
        list[str] | None,
        typer.Option(help="A statement whose words stay hidden, by number or id; again for more."),
    ] = None


class Paper(msgspec.Struct, frozen=True):
    """Whether the page is printed, and by which browser."""

    pdf: Annotated[bool, typer.Option("--pdf", help="Print the page as well.")] = False
    browser: Annotated[
        Path | None, typer.Option(help="Chromium or Chrome to print with; else the one found.")
    ] = None

    def printer(self) -> Path | None:
        """Return the browser, or None if nothing is printed. Raises OfficerError("no-browser")."""
        return find_browser(self.browser) if self.pdf else None


@app.command("pack")
@grouped
def pack(
    *,
    out: Annotated[Path, typer.Option(help="New folder to write.")],
    purpose: Annotated[str, typer.Option(help="For whom and why, one line.")] = "",
    period: Period,
    paper: Paper,
    act: Act,
) -> None:
    """Write a folder that answers for a period: who, under what authority, which words, who was
    told when, what was promised; as data, as one page, and as a span that a stranger can verify.

    It is entered in the record of all rooms first. The files hold words in clear.
    """
    require_absent(out)
    require_purpose(purpose)
    printer = paper.printer()
    client = act.client()
    desk = client.desk(read_mode(period.mode))
    wanted = wanted_of(client, desk, period, purpose)
    made, raw = gathered(client.oversight(signed_order(act, desk, wanted)))
    write_pack(out, made, raw, printer)
    told = told_of(out, made, raw)
    if act.json:
        show_json(told)
    else:
        show(str(out))
    say(*closing_lines(out, made))


def wanted_of(client: Client, desk: DeskReport, period: Period, purpose: str) -> SpanWanted:
    """Return what is ordered. Raises OfficerError("span-backwards") and as `entry_of` does."""
    wanted = SpanWanted(
        Mode[desk.mode],
        bytes.fromhex(desk.nonce),
        read_moment(period.since) if period.since is not None else 0,
        read_moment(period.until) if period.until is not None else desk.now,
        tuple(entry_of(client, each, desk.mode) for each in period.hide or ()),
        purpose,
    )
    if wanted.until < wanted.since:
        raise OfficerError("span-backwards", "got a time to that is before the time from")
    return wanted


def entry_of(client: Client, named: str, mode: str) -> EntryId:
    """Return the entry of a statement that a person names. Raises OfficerError."""
    line = client.show(named).line
    if line.words.mode != mode:
        raise OfficerError("other-mode", f"{visible(named)} is not of mode {mode}")
    return EntryId(bytes.fromhex(line.entry))


def signed_order(act: Act, desk: DeskReport, wanted: SpanWanted) -> Order:
    """Ask, and return the order as the officers have signed it. Raises OfficerError."""
    persons = people(act, desk)
    say(
        f"{desk.mode} {moment(wanted.since)} to {moment(wanted.until)}: all that was said is shown "
        "with its words, but for duress marks"
        + (f" and {len(wanted.hidden)} statements that you hide." if wanted.hidden else "."),
        "Shown besides: who signed and held what and when, and the whole authority journals of "
        "all parties with the names in them.",
    )
    act.confirm(f"Disclose this, {desk.mode}? The record of every party will say so.")
    raw = pack_span_wanted(wanted)
    line = LineId(bytes.fromhex(desk.line))
    return Order(
        raw.hex(),
        tuple(
            (each.credential.hex(), sign_wanted(line, raw, each.keys.secret).hex())
            for each in persons
        ),
    )


def gathered(news: Iterator[PackNews]) -> tuple[Pack, bytes]:
    """Return what a station made, and print on the way how far it is.

    Raises OfficerError("pack-broken") if it broke off.
    """
    made: Pack | None = None
    pieces: list[bytes] = []
    for each in news:
        if each.pack is not None:
            made = each.pack
        elif each.piece:
            pieces.append(each.piece)
        else:
            say(f"checked {each.checked} of {each.of}")
    if made is None or not pieces:
        raise OfficerError("pack-broken", "the pack broke off; look at the station, and try again")
    return made, b"".join(pieces)


def write_pack(out: Path, made: Pack, raw: bytes, printer: Path | None) -> None:
    """Write the folder. Raises OfficerError, CustodyError."""
    folder = folder_of(made, Evidence(SPAN, len(raw), hashlib.sha256(raw).hexdigest()))
    page = sheet(folder, raw)
    make_folder(out)
    write_new(out / SPAN, raw)
    write_new(out / DATA, (json.dumps(as_json(folder), indent=2) + "\n").encode())
    write_new(out / PAGE, page)
    if printer is not None:
        write_new(out / PAPER, printed(page, printer))


def told_of(out: Path, made: Pack, raw: bytes) -> dict[str, str | int | bool]:
    """Return what a script is told."""
    return {
        "folder": str(out),
        "mode": made.mode,
        "statements": len(made.statements),
        "hidden": sum(each.hidden for each in made.statements),
        "bytes": len(raw),
        "upto": made.upto.time,
        "witnessed": made.watched is not None and made.watched.upto is not None,
    }


def closing_lines(out: Path, made: Pack) -> list[str]:
    """Return what a person is told at the end."""
    hidden = sum(each.hidden for each in made.statements)
    lines = [
        f"{len(made.statements)} statements, {hidden} without words, up to the minute of "
        f"{visible(made.upto.party)} at {moment(made.upto.time)}."
    ]
    if made.upto.time < made.asked_until:
        lines.append(
            "Later entries are not cosigned by all parties yet: order a minute and make another "
            "pack for them."
        )
    return [
        *lines,
        visible(held_fast(made)),
        f"Check it as a stranger would: backchannel verify {out / PAGE} --roots FILE",
    ]
