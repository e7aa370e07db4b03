"""Which officers have signed a minute: of each party the first valid word, or that there is none.

A minute needs no officer to be whole. This module must not judge, and must not leave a party out.
Clauses: PROOF-172, PROOF-173.
"""

from backchannel.limits import ANSWERS_SHOWN_MAX
from backchannel.station.judging import (
    Record,
    party_name,
    said_of,
    signer_names,
    vectors,
    verdict_of,
)
from backchannel.station.minutereports import MinuteOfficer
from backchannel.store import queries
from backchannel.store.minutes import minutes_named
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import Kind, Statement


def minute_officers(record: Record, mode: int, minute: EntryId) -> tuple[MinuteOfficer, ...]:
    """Return a row for each party: who of it has signed a minute, if anybody has (PROOF-173)."""
    custody = record.custody
    found: dict[int, MinuteOfficer] = {}
    vector_at = vectors(record)
    for each in queries.answers(custody.database, custody.line, minute, limit=ANSWERS_SHOWN_MAX):
        if each.said.kind != Kind.CONFIRM or each.said.refs != (minute,):
            continue
        said = said_of(record, each)
        if said.mode != mode or verdict_of(record, said, vector_at).word != "valid":
            continue
        name = party_name(record, said.party)
        by = signer_names(record, said)
        found.setdefault(said.party, MinuteOfficer(name, by, each.said.entry.hex(), each.time))
    return tuple(
        found.get(party, MinuteOfficer(name.name, (), None, None))
        for party, name in enumerate(record.state.charter.parties)
    )


def signs_minute(record: Record, statement: Statement) -> bool:
    """Say whether a statement is an officer's word under a minute that is held here (PROOF-172)."""
    custody = record.custody
    if statement.kind != Kind.CONFIRM or len(statement.refs) != 1:
        return False
    return bool(minutes_named(custody.database, custody.line, statement.refs[0].hex()))
