"""From a statement of the record to the notice of which copies are made.

What does not stand is not copied: a map shows no verdict. This module must not enter or send
anything. Clauses: NOTICE-100, NOTICE-102.
"""

from backchannel.charter.handling import UNLABELLED, handling_in, require_may_leave
from backchannel.errors import OfficerError
from backchannel.notice.catalogue import known_form
from backchannel.notice.copies.formats import format_named, write_copy
from backchannel.notice.copies.original import Original
from backchannel.station.disclosing import content_of
from backchannel.station.judging import (
    Record,
    answers_to,
    party_name,
    said_of,
    spoken,
    vectors,
    verdict_of,
)
from backchannel.station.saying import addressees
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.wire.ids import EntryId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Label, Precedence


def copy_of(record: Record, entry: EntryId, name: str, whom: str) -> bytes:
    """Return a notice in a format, for `whom`, "" for nobody named. Raises OfficerError:
    "unknown-format", "not-a-notice", "copy-not-understood", "notice-not-valid",
    "notice-corrected", "no-content", and of labels (NOTICE-102) and formats."""
    format_named(name)
    stated = queries.statement(record.custody.database, record.custody.line, entry)
    return write_copy(name, original_of(record, stated, whom))


def original_of(record: Record, stated: Stated, whom: str) -> Original:
    """Return a notice as copies of it are made. Raises OfficerError."""
    if stated.said.kind != Kind.NOTICE:
        raise OfficerError(
            "not-a-notice", "only a notice, on a form, has copies; free text is told by people"
        )
    form = known_form(stated.said.form or "")
    content = content_of(record, stated)
    body = content.values[Label.BODY - 1 :]
    if form is None or len(body) > len(form.fields):
        raise OfficerError(
            "copy-not-understood",
            f"this station does not know all of {stated.said.form}; read it here, and pass it on "
            "by hand",
        )
    require_valid(record, stated)
    label = handling_in(content.field(Label.LANE))
    require_may_leave(label or UNLABELLED, whom)
    said = said_of(record, stated)
    language = content.field(Label.LANGUAGE)
    return Original(
        form=form,
        values=(*body, *(None for _ in form.fields[len(body) :])),
        line=record.custody.line.hex(),
        entry=stated.said.entry.hex(),
        number=spoken(record, stated),
        mode=Mode(said.mode).name,
        party=party_name(record, said.party),
        to=addressees(record, said.statement),
        precedence=Precedence(said.statement.precedence).name,
        language=language if isinstance(language, str) else "",
        time=stated.time,
        handling=str(label or UNLABELLED),
        labelled=label is not None,
        whom=whom,
        recalled=recalled_at(record, stated),
    )


def require_valid(record: Record, stated: Stated) -> None:
    """Raise OfficerError unless a notice stands: "notice-not-valid", "notice-corrected"."""
    verdict = verdict_of(record, said_of(record, stated), vectors(record))
    if verdict.word != "valid":
        raise OfficerError(
            "notice-not-valid",
            f"its verdict is {verdict.word}: {verdict.reason or 'no reason'}. No copy is made, "
            "since a copy shows no verdict; speak to the other room",
        )
    if changed_at(record, stated, Kind.CORRECT) is not None:
        raise OfficerError(
            "notice-corrected",
            "its own party corrected it, and a copy would show the old words; ask that it be sent "
            "anew, or tell people by hand",
        )


def recalled_at(record: Record, stated: Stated) -> int | None:
    """Return when a notice's own party took it back, in seconds UTC, or None."""
    return changed_at(record, stated, Kind.RECALL)


def changed_at(record: Record, stated: Stated, kind: Kind) -> int | None:
    """Return when the first valid statement of a kind by a notice's own party named it, or None."""
    party = said_of(record, stated).party
    for each in answers_to(record, stated):
        said = said_of(record, each)
        changes = each.said.kind == kind and said.party == party
        if changes and verdict_of(record, said, vectors(record)).word == "valid":
            return each.time
    return None
