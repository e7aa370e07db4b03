"""The questions of oversight: an account of one statement, and the register of promises.

This module must not hold a rule, or call a promise kept or broken.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from backchannel.cli.options import grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Look, Named, read_mode
from backchannel.cli.wording import (
    ID_DIGITS,
    field_rows,
    informed_line,
    prefixed,
    signer_lines,
    verdict_lines,
    wrapped,
)
from backchannel.desk.telling import moment
from backchannel.errors import OfficerError
from backchannel.notice.promises import State
from backchannel.station.accountreports import AccountReport, PromiseReport
from backchannel.wire.moments import print_duration

app = typer.Typer()

TEXT = "  | "


@app.command("account")
@grouped
def give_account(named: Named, *, look: Look) -> None:
    """Answer for one statement: its exact words, on whose authority, who was present, who was
    informed, what was promised, and where the record is silent."""
    found = look.client().account(named)
    if look.json:
        show_json(msgspec.to_builtins(found))
        return
    show(*prefixed(found.words.mode, account_lines(found)))


@app.command("promises")
@grouped
def list_promises(
    *,
    mode: Annotated[str, typer.Option(help="real, exercise or test.")] = "real",
    state: Annotated[str | None, typer.Option(help=f"Only these: {', '.join(State)}.")] = None,
    look: Look,
) -> None:
    """List what notices promise, and which entry ended what is open no longer."""
    if state is not None and state not in list(State):
        raise OfficerError("unknown-state", f"got {state!a}, wanted one of {', '.join(State)}")
    found = look.client().promises(read_mode(mode))
    chosen = [each for each in found.promises if state in (None, each.state)]
    if look.json:
        show_json({**msgspec.to_builtins(found), "promises": msgspec.to_builtins(chosen)})
        return
    for each in chosen:
        show(*prefixed(found.mode, promise_lines(each)), "")
    if not chosen:
        say("No promise to list.")
    if not found.whole:
        show(f"{found.mode} More notices promise than were looked through: the oldest are missing.")


def account_lines(found: AccountReport) -> Iterator[str]:
    """Yield the account, a question behind the other."""
    words = found.words
    what = visible(found.number) or f"{words.kind} by {visible(words.party)}"
    to = ", ".join(map(visible, words.to))
    yield f"{what}  {words.precedence}  to {to}  {moment(found.time)}  [{found.entry[:ID_DIGITS]}]"
    yield from verdict_lines(found.verdict)
    for mark in found.marks:
        yield f"  ! {visible(mark)}"
    yield f"WORDS      {visible(words.language)}, original"
    if words.text:
        yield from wrapped(words.text, TEXT)
        if found.text_now != words.text:
            yield "  as corrected since:"
            yield from wrapped(found.text_now, TEXT)
    yield from field_rows(words.fields)
    yield from authority_lines(found)
    yield "PRESENT"
    for there in found.present:
        yield f"  {visible(there.party)}: {visible(there.who)}; by the word of {visible(there.by)}"
    yield "INFORMED"
    for each in found.learnt:
        yield f"  {visible(each.party)}: {each.rung} {moment(each.time)} by {visible(each.by)}"
    for told in found.informed:
        yield f"  {informed_line(told)}"
    yield "PROMISED"
    for promise in found.promised:
        yield from (f"  {line}" for line in promise_lines(promise))
    yield "SILENT     The record does not say:"
    for sentence in found.silent:
        yield f"  {sentence}"


def authority_lines(found: AccountReport) -> Iterator[str]:
    """Yield on whose authority a statement was sent."""
    yield "AUTHORITY"
    for text in found.authority:
        yield from wrapped(text, "  says: ")
    yield from (f"  {line}" for line in signer_lines(found.signers, found.authority_entry))


def promise_lines(each: PromiseReport) -> Iterator[str]:
    """Yield one promise with what became of it."""
    to = ", ".join(map(visible, each.to))
    yield (
        f"{each.state.upper():<11} {visible(each.statement)} promise {each.place} of "
        f"{visible(each.party)} to {to}, {moment(each.time)}  [{each.entry[:ID_DIGITS]}]"
    )
    yield from wrapped(each.text, TEXT)
    yield f"  owner {visible(each.owner) or 'not stated'}; {expiry_of(each)}"
    if each.scope:
        yield from wrapped(each.scope, "  scope: ")
    if each.withdrawal or each.notice_s is not None:
        ahead = "" if each.notice_s is None else f", {print_duration(each.notice_s)} ahead"
        yield f"  may be withdrawn: {visible(each.withdrawal) or 'not stated'}{ahead}"
    if each.ended is not None and each.holds_until is not None:
        who = f"{visible(each.ended.by)} [{each.ended.entry[:ID_DIGITS]}]"
        yield f"  {each.ended.how} at {moment(each.ended.time)} by {who}"
        yield f"  it holds until {moment(each.holds_until)}"


def expiry_of(each: PromiseReport) -> str:
    """Return until when a promise holds by its own words."""
    return "no expiry stated" if each.expiry is None else f"expires {moment(each.expiry)}"
