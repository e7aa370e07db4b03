"""Statements that are kept and not accepted: behind a gap, or on another branch of a fork.

This module must not let them count for anything: they are shown with a mark, climb no ladder and
have no number. Their station's signature was checked when they came (RECORD-11, RECORD-66).
"""

import msgspec

from backchannel.errors import BackchannelError, OfficerError
from backchannel.limits import ASIDE_SHOWN_MAX
from backchannel.line.rows import BranchRow, PendingRow
from backchannel.line.verdicts import Said
from backchannel.station.judging import NUMBER_MARK, Record, name_of, party_name, signers_of
from backchannel.station.reports import Judgement, LogLine, StatementReport
from backchannel.station.saying import content_in_hex, words_of
from backchannel.store import queries
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.envelope import parse_frame
from backchannel.wire.ids import EntryId, StatementId, statement_id
from backchannel.wire.signing import Mode
from backchannel.wire.statement import (
    Content,
    Statement,
    content_root,
    parse_content,
    parse_signed,
    parse_statement,
)

BEHIND_A_GAP = "pending: an earlier entry is missing"
OTHER_BRANCH = "fork: on another branch of its journal"
NOT_JUDGED = Judgement("pending", "it is not judged before it joins its journal")


class Aside(msgspec.Struct, frozen=True):
    """One such statement, taken apart as far as it can be."""

    entry: EntryId
    statement_id: StatementId
    said: Said
    content: Content | None
    arrived: int
    mark: str


def aside(record: Record) -> tuple[Aside, ...]:
    """Return all such statements, a bounded number. Raises CustodyError if words do not open."""
    custody = record.custody
    database, line, key = custody.database, custody.line, custody.wrap_key
    behind = queries.pending(database, line, limit=ASIDE_SHOWN_MAX, wrap_key=key)
    beside = queries.branches(database, line, limit=ASIDE_SHOWN_MAX, wrap_key=key)
    found = [take_apart(record, each, BEHIND_A_GAP) for each in behind]
    found += [take_apart(record, each, OTHER_BRANCH) for each in beside]
    return tuple(each for each in found if each is not None)


def take_apart(record: Record, row: PendingRow | BranchRow, mark: str) -> Aside | None:
    """Return a kept frame taken apart, or None if it holds no statement that can be read."""
    frame = parse_frame(row.frame)
    header = parse_header(frame.header)
    journal = record.state.core.journals.get(header.no)
    if header.type != EntryType.STATEMENT or journal is None or frame.payload is None:
        return None
    try:
        raw, _ = parse_signed(frame.payload)
        statement = parse_statement(raw)
        content = content_fitting(frame.content, statement)
    except BackchannelError:
        return None
    seen = {no: seq for no, seq, _ in header.seen}
    said = Said(
        *(statement, journal.mode, journal.party, header.no, header.seq),
        *(header.time, {**journal_vector(record, header.no), **seen}, "", "unknown"),
    )
    made = statement_id(record.state.line, journal.mode, raw)
    return Aside(row.entry, made, said, content, row.arrived, mark)


def journal_vector(record: Record, no: int) -> dict[int, int]:
    """Return what a journal had seen by the newest entry that we accepted of it."""
    return {other: head[1] for other, head in record.state.core.journals[no].seen.items()}


def content_fitting(raw: bytes | None, statement: Statement) -> Content | None:
    """Return the words of a frame that is kept aside, if its statement commits to them."""
    if raw is None or content_root(raw) != statement.croot:
        return None
    return parse_content(raw)


def aside_line(record: Record, found: Aside) -> LogLine:
    """Return such a statement as a log shows it."""
    said = found.said
    party = party_name(record, said.party).upper()
    return LogLine(
        entry=found.entry.hex(),
        arrival=0,
        number=f"{party} {NUMBER_MARK[Mode(said.mode)]}----",
        time=said.time,
        arrived=found.arrived,
        words=words_of(record, said, found.content),
        about=tuple(name_of(record, each) for each in said.statement.refs),
        verdict=NOT_JUDGED,
        marks=(found.mark,),
        ladders=(),
        renderings=(),
    )


def show_aside(record: Record, prefix: str) -> StatementReport:
    """Return what is known of the statement aside whose entry id begins with these digits.

    Raises OfficerError("no-such-entry").
    """
    for found in aside(record):
        if found.entry.hex().startswith(prefix.lower()):
            said = found.said
            return StatementReport(
                line=aside_line(record, found),
                statement=found.statement_id.hex(),
                croot=said.statement.croot.hex(),
                journal=said.no,
                seq=said.seq,
                drafted=said.statement.drafted,
                refs=tuple(each.hex() for each in said.statement.refs),
                signers=signers_of(record, said),
                authority_entry=said.vector.get(said.party, -1),
                answers=(),
                readbacks=(),
                crossed=(),
                repeats=(),
                content=content_in_hex(found.content),
            )
    raise OfficerError(
        "no-such-entry", f"no statement {prefix[:12]} in this record; the id may be of another line"
    )
