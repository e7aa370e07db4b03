"""Gathering what a station says for an oversight pack: who, under what authority, what, when.

This module must not judge by itself, must not leave out a statement of the span, and must put no
word into a pack that the span hides. Clauses: PROOF-105, PROOF-120, PROOF-121.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from backchannel.charter.credentials import STATION_OF_MODE
from backchannel.charter.powers import Power
from backchannel.charter.roster import standing_at
from backchannel.limits import EVENTS_SHOWN_MAX
from backchannel.line.verdicts import VectorAt
from backchannel.station.accountreports import PromiseReport
from backchannel.station.asked import CheckReport
from backchannel.station.judging import (
    Record,
    party_name,
    said_of,
    signer,
    signers_of,
    vectors,
)
from backchannel.station.matterreports import Matter
from backchannel.station.minuted import Minute
from backchannel.station.packs import (
    CharterVersion,
    MinutePoint,
    Pack,
    Packed,
    Participant,
    SpanShown,
    StationMandate,
    Stretch,
)
from backchannel.station.promising import promises_of
from backchannel.station.reading import statement_report
from backchannel.station.reports import LogLine, Signer, StatementReport
from backchannel.station.spanning import AUTHORITY_NUMBERS, Gathered, SpanWanted, span_of
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.store.sequence import proposals
from backchannel.wire.codec import decode
from backchannel.wire.ids import CredentialId
from backchannel.wire.payload import Happening
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence


def packed_span(
    record: Record,
    wanted: SpanWanted,
    *,
    ordered_by: Sequence[CredentialId],
    check: CheckReport,
) -> tuple[Pack, Gathered]:
    """Return a span and what this station says of it, both of one state of the record.

    Raises what `span_of` raises.
    """
    gathered = span_of(record, wanted)
    return pack_of(record, wanted, gathered, ordered_by=ordered_by, check=check), gathered


def pack_of(
    record: Record,
    wanted: SpanWanted,
    gathered: Gathered,
    *,
    ordered_by: Sequence[CredentialId],
    check: CheckReport,
) -> Pack:
    """Return what this station says of a span that was gathered. Raises CustodyError."""
    state = record.state
    authority = state.authorities[state.party]
    return Pack(
        line=record.custody.line.hex(),
        name=state.charter.name,
        mode=wanted.mode.name,
        party=party_name(record, state.party),
        parties=tuple(each.name for each in state.charter.parties),
        made=record.now,
        purpose=wanted.purpose,
        ordered_by=tuple(signer(authority, each) for each in ordered_by),
        asked_since=wanted.since,
        asked_until=wanted.until,
        since=None if gathered.since is None else minute_point(record, gathered.since),
        upto=minute_point(record, gathered.upto),
        stretches=tuple(
            Stretch(no, party_name(record, no % AUTHORITY_NUMBERS), no < AUTHORITY_NUMBERS, *ends)
            for no, ends in sorted(gathered.stretches.items())
        ),
        charters=tuple(charter_versions(record)),
        stations=tuple(station_mandates(record, wanted.mode)),
        participants=tuple(participants(record, gathered.statements)),
        statements=tuple(packed_statements(record, gathered)),
        spans_disclosed=tuple(spans_disclosed(record, wanted.mode)),
        check=check,
        watched=gathered.watched,
        register=tuple(register_of(record, gathered)),
    )


def minute_point(record: Record, minute: Minute) -> MinutePoint:
    """Return a minute as a face is told."""
    party = party_name(record, record.state.core.journals[minute.no].party)
    return MinutePoint(minute.entry.hex(), minute.no, minute.seq, party, minute.time)


def charter_versions(record: Record) -> Iterator[CharterVersion]:
    """Yield the charters that were in force for our office, the first one first."""
    custody, state = record.custody, record.state
    known: set[bytes] = set()
    for standing in state.authorities[state.party].standings:
        if standing.charter_id in known:
            continue
        known.add(standing.charter_id)
        seq = max(standing.seq, 0)
        found = queries.slot(custody.database, custody.line, state.party, seq)
        charter = standing.charter
        yield CharterVersion(
            charter=standing.charter_id.hex(),
            entry=seq,
            time=0 if found is None or standing.seq < 0 else found.time,
            since=charter.since,
            until=charter.until,
            languages=tuple(each.languages for each in charter.parties),
            third_party=charter.policy.third_party or "",
        )


def station_mandates(record: Record, mode: Mode) -> Iterator[StationMandate]:
    """Yield the stations of a mode of all parties, those that are revoked too."""
    for party, authority in record.state.authorities.items():
        for each in authority.credentials.values():
            if each.credential.kind == STATION_OF_MODE[mode]:
                ended = authority.revocations.get(each.id)
                yield StationMandate(
                    credential=each.id.hex(),
                    name=each.credential.name,
                    party=party_name(record, party),
                    since=each.credential.since,
                    until=each.credential.until,
                    revoked=None if ended is None else ended.time,
                )


def participants(record: Record, statements: Sequence[Stated]) -> Iterator[Participant]:
    """Yield the officers who signed something, by party and name."""
    found: dict[tuple[int, str], Signer] = {}
    counted: Counter[tuple[int, str]] = Counter()
    for stated in statements:
        said = said_of(record, stated)
        for each in signers_of(record, said):
            found[said.party, each.credential] = each
            counted[said.party, each.credential] += 1
    for key in sorted(found, key=lambda each: (each[0], found[each].name, each[1])):
        yield Participant(party_name(record, key[0]), found[key], counted[key])


# --- Statements -----------------------------------------------------------------------------------


def packed_statements(record: Record, gathered: Gathered) -> Iterator[Packed]:
    """Yield the statements of a span in order, without the words that it hides."""
    vector_at = vectors(record)
    hidden = {each.hex() for each in gathered.hidden}
    for stated in gathered.statements:
        yield packed_statement(record, stated, hidden, vector_at)


def register_of(record: Record, gathered: Gathered) -> Iterator[PromiseReport]:
    """Yield the promises of a span with what became of them, but for what it hides (NOTICE-74)."""
    vector_at = vectors(record)
    hidden = [each.hex() for each in gathered.hidden]
    for stated in gathered.statements:
        if stated.said.kind == Kind.NOTICE and stated.said.entry not in gathered.hidden:
            yield from promises_of(record, stated, vector_at, hidden)


def packed_statement(
    record: Record, stated: Stated, hidden: set[str], vector_at: VectorAt
) -> Packed:
    """Return one statement with its ladders, renderings and mandates."""
    said = said_of(record, stated)
    rules = standing_at(record.state.authorities[said.party], said.vector.get(said.party, -1)).rules
    category = said.statement.category
    commits, rule = False, ""
    if category < len(rules):
        chosen = rules[category]
        commits = bool(chosen.powers & Power.COMMIT)
        wanted = chosen.signatures[said.statement.precedence - Precedence.FLASH]
        rule = f"{chosen.name}: {wanted} to sign"
    report = statement_report(record, stated, (), vector_at)
    shut = report.line.entry in hidden
    return Packed(veiled(report, shut, hidden), shut, commits, rule)


def veiled(report: StatementReport, shut: bool, hidden: set[str]) -> StatementReport:
    """Return a statement without words that are hidden: its own, or those of what names it.

    What came after the span names a hidden statement too, so of that all renderings are hidden.
    """
    line: LogLine = report.line
    renderings = tuple(
        msgspec.structs.replace(each, text="", language="")
        if shut or each.entry in hidden
        else each
        for each in line.renderings
    )
    words = line.words
    if shut:
        words = msgspec.structs.replace(words, language="", text="", fields=())
    readbacks = tuple(
        msgspec.structs.replace(each, text="", language="", departures=())
        if shut or each.entry in hidden
        else each
        for each in report.readbacks
    )
    line = msgspec.structs.replace(line, words=words, renderings=renderings)
    matter = Matter() if shut else veiled_matter(report.matter, hidden)
    return msgspec.structs.replace(report, line=line, readbacks=readbacks, matter=matter)


def veiled_matter(matter: Matter, hidden: set[str]) -> Matter:
    """Return what was said of a statement since, without what statements say that are hidden."""
    corrections = tuple(each for each in matter.corrections if each.entry not in hidden)
    replies = tuple(each for each in matter.replies if each.entry not in hidden)
    return Matter(
        text_now=matter.text_now if corrections == matter.corrections else "",
        corrections=corrections,
        replies=replies,
        unanswered=matter.unanswered if replies == matter.replies else (),
        informed=tuple(each for each in matter.informed if each.entry not in hidden),
    )


# --- Disclosures ----------------------------------------------------------------------------------


def spans_disclosed(record: Record, mode: Mode) -> Iterator[SpanShown]:
    """Yield the spans of a mode that stations say they have disclosed (PROOF-104)."""
    custody, journals = record.custody, record.state.core.journals
    for minute in proposals(custody.database, custody.line, mode):
        for event in queries.happened(
            custody.database, custody.line, minute.entry, limit=EVENTS_SHOWN_MAX
        ):
            if event.row.kind != Happening.SPAN_DISCLOSED:
                continue
            match decode(event.row.body):
                case (_, tuple(since), int(shown), int(hidden), str(purpose)):
                    yield SpanShown(
                        party=party_name(record, journals[event.row.no].party),
                        time=event.time,
                        since=next((n.hex() for n in since if isinstance(n, bytes)), None),
                        upto=minute.entry.hex(),
                        shown=shown,
                        hidden=hidden,
                        purpose=purpose,
                    )
