"""What somebody claims in public of what was said here, held against one statement of the record.

This module must not hold a rule: which sentences stand there is the record's answer, and what
contradicts what is the officer's word.
"""

from typing import Annotated

import msgspec
import typer

from backchannel.cli.drafts import entry_of
from backchannel.cli.options import grouped
from backchannel.cli.reach import Act, Named
from backchannel.cli.say import Draftfile, Matter, Saying, put_forward
from backchannel.errors import OfficerError
from backchannel.notice.catalogue import form_named
from backchannel.notice.quoting import (
    FORM,
    Found,
    Word,
    finding_body,
    require_borne_out,
    sentences,
)
from backchannel.wire.statement import Kind

app = typer.Typer()


class Claimed(msgspec.Struct, frozen=True):
    """What is claimed in public, and what is found of it."""

    source: Annotated[str, typer.Option(help="Where it is claimed, by whom and when.")] = ""
    confirmed: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Claimed, and stands there.")
    ] = None
    contradicted: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Claimed; --record says otherwise.")
    ] = None
    record: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="The sentence there, once for each --contradicted."),
    ] = None
    not_in_record: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Claimed, and does not stand there.")
    ] = None


@app.command("claim")
@grouped
def hold_against(
    named: Named, *, claimed: Claimed, saying: Saying, draftfile: Draftfile, act: Act
) -> None:
    """Hold what is claimed in public against a statement: sign which sentences stand there, to the
    letter, which it contradicts, and which do not stand there. It goes as a notice of form T17."""
    found = findings(claimed)
    client = act.client()
    about = client.show(named)
    require_borne_out(found, client.sentences(about.line.entry).sentences)
    form = form_named(FORM)
    body = finding_body(entry_of(about), claimed.source, found)
    saying = msgspec.structs.replace(
        saying, mode=about.line.words.mode.lower(), ref=[about.line.entry]
    )
    put_forward(act, saying, draftfile, Matter(Kind.NOTICE, body, form.precedence, form))


def findings(claimed: Claimed) -> tuple[Found, ...]:
    """Return what is found of each sentence. Raises OfficerError: "nothing-found", "no-source"."""
    found = (
        *said_as(Word.CONFIRMED, claimed.confirmed),
        *contradictions(claimed.contradicted or [], claimed.record or []),
        *said_as(Word.NOT_IN_RECORD, claimed.not_in_record),
    )
    if not found:
        raise OfficerError(
            "nothing-found", "say what was claimed: --confirmed, --contradicted or --not-in-record"
        )
    if not claimed.source.strip():
        raise OfficerError("no-source", "say with --source where it is claimed, by whom and when")
    return found


def said_as(word: Word, texts: list[str] | None) -> list[Found]:
    """Return each sentence of some texts with what is found of it."""
    return [Found(word, one) for each in texts or () for one in sentences(each)]


def contradictions(claimed: list[str], record: list[str]) -> list[Found]:
    """Return each claim with the sentence that contradicts it. Raises OfficerError."""
    if len(claimed) != len(record) or any(len(sentences(each)) != 1 for each in record):
        raise OfficerError(
            "one-for-one", "give one --record for each --contradicted, in one order, one sentence"
        )
    return [
        Found(Word.CONTRADICTED, said.strip(), sentences(held)[0])
        for said, held in zip(claimed, record, strict=True)
    ]
