"""Which statement a person means: by its spoken number or by how its entry's id begins.

This module must not guess: a number that is not there, or an id that fits two, is refused.
"""

import re

from backchannel.errors import OfficerError
from backchannel.line.state import Journal
from backchannel.station.judging import NUMBER_MARK, Record, followed, party_name, spoken
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.store.sequence import numbered
from backchannel.wire.ids import EntryId
from backchannel.wire.signing import Mode

SPOKEN = re.compile(r"(.+?)[ -](EX[ -]|TEST[ -])?(\d{4,6})", re.ASCII | re.IGNORECASE)


def entry_named(record: Record, name: str) -> EntryId:
    """Return the entry of the statement that a person names.

    `ALDER 0413`, `ALDER EX 0001`, or digits of the id. Of a number that was given in several years
    the newest is meant. Raises OfficerError: "not-an-id", "no-such-entry", "ambiguous-id".
    """
    match = SPOKEN.fullmatch(name.strip())
    if match is None:
        return queries.statement_named(record.custody.database, record.custody.line, name)
    party, mark, digits = match.groups()
    wanted = f"{party} {(mark or '').replace('-', ' ')}{digits}".upper()
    for journal in reversed(record.state.core.journals.values()):
        if called(record, journal) == f"{party} {(mark or '').replace('-', ' ')}".upper():
            found = statement_numbered(record, journal, int(digits), wanted)
            if found is not None:
                return found.said.entry
    raise OfficerError("no-such-entry", f"no statement {wanted} in this record")


def called(record: Record, journal: Journal) -> str:
    """Return what stands before the number of a journal's statements."""
    return f"{party_name(record, journal.party)} {NUMBER_MARK[Mode(journal.mode)]}".upper()


def statement_numbered(record: Record, journal: Journal, number: int, wanted: str) -> Stated | None:
    """Return the newest statement of a journal that is spoken of in these words."""
    custody = record.custody
    first = 1
    if followed(record, journal.no):
        begun = numbered(custody.database, custody.line, journal.no, 1)
        first = int(spoken(record, begun[0]).rpartition(" ")[2]) if begun else 1
    for each in numbered(custody.database, custody.line, journal.no, number - first + 1):
        if spoken(record, each) == wanted:
            return each
    return None
