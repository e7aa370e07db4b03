"""Gathering a span: all that was entered in a mode between two minutes, and the order for it.

This module must not enter or send anything, must not leave a slot out, and must put no key and no
salt of an unopened field into what it makes. Clauses: PROOF-100 to PROOF-105, PROOF-176.

    order = ["backchannel/1/disclose-span", mode, nonce, since, until, [entry h32], purpose]
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backchannel.errors import JunkError, OfficerError
from backchannel.limits import (
    ENTRIES_AT_ONCE,
    FILE_OBJECTS_MAX,
    SPAN_BYTES_MAX,
    TIME_MAX,
)
from backchannel.line.state import LineState
from backchannel.proof.disclosure import KIND, EntryPiece, FieldsPiece, Piece, open_fields
from backchannel.proof.selecting import TOLD_TO_STRANGERS
from backchannel.proof.span import (
    RangePiece,
    SpanHead,
    SpanPiece,
    number_of,
    pack_head,
    pack_span_piece,
)
from backchannel.station.disclosing import (
    authority_pieces,
    charter_piece,
    content_of,
    entry_pieces,
    require_disclosers,
    require_purpose,
)
from backchannel.station.gathering import first_naming
from backchannel.station.judging import Record, statement_at
from backchannel.station.minuted import NO_BOUNDS, Minute, Minutes, require_minutes
from backchannel.station.orders import Signed
from backchannel.station.packs import Watched
from backchannel.station.spanlog import span_log
from backchannel.store import queries
from backchannel.store.queries import Stated, Stored
from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.files import pack_file
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import parse_line_events
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Label

TITLE = "backchannel/1/disclose-span"
AUTHORITY_NUMBERS = 16
WITH_PAYLOAD = frozenset(
    (
        *(EntryType.STATEMENT, EntryType.SUCCESSION, EntryType.FORK, EntryType.BEACON_OPENING),
        *(EntryType.ARCHIVE_SEAL, EntryType.OPENING),
    )
)


class SpanWanted(NamedTuple):
    """What officers order to be disclosed: a mode, two claimed times in seconds UTC, and of which
    statements the words stay hidden. `nonce` makes it an order of now."""

    mode: Mode
    nonce: bytes
    since: int
    until: int
    hidden: tuple[EntryId, ...]
    purpose: str


class Gathered(NamedTuple):
    """A span as a file, its minutes, and its statements; `hidden` are those without words, and
    `watched` what witnesses hold fast of it, None where there are none."""

    raw: bytes
    since: Minute | None
    upto: Minute
    stretches: dict[int, tuple[int, int]]
    statements: tuple[Stated, ...]
    hidden: frozenset[EntryId]
    watched: Watched | None


# --- The order ------------------------------------------------------------------------------------


def pack_span_wanted(wanted: SpanWanted) -> bytes:
    """Return the bytes that officers sign."""
    return encode((TITLE, *wanted))


def parse_span_wanted(raw: bytes) -> SpanWanted:
    """Return the order in `raw`. Raises JunkError("order-shape"), OfficerError for its purpose."""
    match decode(raw):
        case (
            "backchannel/1/disclose-span",
            (1 | 2 | 3) as mode,
            bytes(nonce),
            int(since),
            int(until),
            tuple(hidden),
            str(purpose),
        ):
            if all(type(each) is bytes for each in hidden) and 0 <= since <= until <= TIME_MAX:
                require_purpose(purpose)
                return SpanWanted(Mode(mode), nonce, since, until, hidden, purpose)  # type: ignore[arg-type]
    raise JunkError(
        "order-shape", "an order is [title, mode, nonce, since, until, [entry], purpose]"
    )


def require_span_wanted(
    state: LineState, raw: bytes, signed: Sequence[Signed], now: int
) -> SpanWanted:
    """Return an order that officers of ours with the power to disclose have given.

    Raises OfficerError or JunkError.
    """
    wanted = parse_span_wanted(raw)
    require_disclosers(state, wanted.mode, wanted.nonce, raw=raw, signed=signed, now=now)
    return wanted


# --- Gathering ------------------------------------------------------------------------------------


def span_of(record: Record, wanted: SpanWanted) -> Gathered:
    """Return the span that covers two times.

    Raises OfficerError: "no-minute" where the record is not cosigned so far, "span-too-long".
    """
    log = span_log(record, wanted.mode)
    bounds = NO_BOUNDS if log is None else log.bounds(wanted.since, wanted.until)
    minutes = Minutes(record, wanted.mode)
    since, upto = require_minutes(minutes, wanted.since, wanted.until, bounds)
    stretches = stretches_of(since, upto)
    require_fits(stretches)
    statements = tuple(statements_in(record, stretches))
    hidden = hidden_with(statements, wanted.hidden)
    entries = dict(slots_in(record, stretches, since, upto))
    fields = tuple(opened_of(record, statements, hidden))
    pieces: list[SpanPiece] = [
        charter_piece(record),
        *authority_pieces(record),
        *(entries[slot] for slot in sorted(entries)),
        *fields,
        *minutes.checkpoints(upto, since),
        *ranges_of(minutes, stretches),
        *(() if log is None else log.pieces(stretches)),
    ]
    earlier = None if since is None else since.head
    head = SpanHead(record.custody.line, wanted.mode, earlier, upto.head, record.now)
    opened = {each.entry for each in fields}
    shut = frozenset(each.said.entry for each in statements if each.said.entry not in opened)
    watched = None if log is None else log.watched(stretches)
    raw = packed(head, sorted(pieces, key=number_of))
    return Gathered(raw, since, upto, stretches, statements, shut, watched)


def require_span(record: Record, wanted: SpanWanted) -> None:
    """Raise OfficerError as `span_of` does, as far as it can be known before anything is made."""
    log = span_log(record, wanted.mode)
    bounds = NO_BOUNDS if log is None else log.bounds(wanted.since, wanted.until)
    since, upto = require_minutes(Minutes(record, wanted.mode), wanted.since, wanted.until, bounds)
    stretches = stretches_of(since, upto)
    require_fits(stretches)
    hidden_with(tuple(statements_in(record, stretches)), wanted.hidden)


def stretches_of(since: Minute | None, upto: Minute) -> dict[int, tuple[int, int]]:
    """Return from which slot to below which one a span goes in each journal (PROOF-101)."""
    before = since.sizes if since is not None else {}
    return {no: (before.get(no, 0), end) for no, end in upto.sizes.items()}


def require_fits(stretches: dict[int, tuple[int, int]]) -> None:
    """Raise OfficerError("span-too-long") before anything is read."""
    count = sum(end - start for start, end in stretches.values())
    if count >= FILE_OBJECTS_MAX:
        raise OfficerError(
            "span-too-long",
            f"got {count} entries, wanted fewer than {FILE_OBJECTS_MAX}; take a shorter stretch",
        )


def packed(head: SpanHead, pieces: list[SpanPiece]) -> bytes:
    """Return the file. Raises OfficerError("span-too-long") for one that a reader refuses."""
    raw = pack_file(KIND, (pack_head(head), *map(pack_span_piece, pieces)))
    if len(raw) > SPAN_BYTES_MAX or len(pieces) >= FILE_OBJECTS_MAX:
        raise OfficerError(
            "span-too-long",
            f"got {len(raw)} bytes in {len(pieces)} pieces, wanted at most "
            f"{SPAN_BYTES_MAX}; take a shorter stretch",
        )
    return raw


def stored_in(record: Record, stretches: dict[int, tuple[int, int]]) -> Iterator[Stored]:
    """Yield the entries of stations in all stretches, journal by journal."""
    custody = record.custody
    for no, (start, end) in stretches.items():
        at = start
        while no >= AUTHORITY_NUMBERS and at < end:
            limit = min(ENTRIES_AT_ONCE, end - at)
            page = queries.entries(custody.database, custody.line, no, from_seq=at, limit=limit)
            assert page, f"the store lacks slot {at} of journal {no}"
            yield from page
            at = page[-1].seq + 1


def statements_in(record: Record, stretches: dict[int, tuple[int, int]]) -> Iterator[Stated]:
    """Yield the statements in all stretches, by the time that they claim."""
    found = [
        stated
        for each in stored_in(record, stretches)
        if each.type == EntryType.STATEMENT
        for stated in (statement_at(record, each.entry),)
        if stated is not None
    ]
    yield from sorted(found, key=lambda each: (each.time, each.said.no, each.said.seq))


def hidden_with(statements: Sequence[Stated], chosen: Sequence[EntryId]) -> frozenset[EntryId]:
    """Return statements whose words are to stay hidden, with all that name them (PROOF-105).

    A translation or a readback would say what is hidden, and so would a repeat of the statement.
    Raises OfficerError("not-in-span").
    """
    known = {each.said.entry: each for each in statements}
    for entry in chosen:
        if entry not in known:
            raise OfficerError(
                "not-in-span", f"no statement {entry.hex()[:12]} lies between the two minutes"
            )
    naming: dict[bytes, list[EntryId]] = {}
    for each in statements:
        for other in (*each.said.refs, each.said.statement):
            naming.setdefault(other, []).append(each.said.entry)
    hidden: set[EntryId] = set()
    waiting = list(chosen)
    while waiting:
        entry = waiting.pop()
        if entry not in hidden:
            hidden.add(entry)
            waiting += naming.get(entry, [])
            waiting += naming[known[entry].said.statement]
    return frozenset(hidden)


def slots_in(
    record: Record,
    stretches: dict[int, tuple[int, int]],
    since: Minute | None,
    upto: Minute,
) -> Iterator[tuple[tuple[int, int], EntryPiece]]:
    """Yield the entries that a span holds by journal and slot, the ones before it first.

    Later ones with payload take the place of links (PROOF-101).
    """
    outside: dict[tuple[int, int], bool] = {}
    core = record.state.core
    for no, (start, _) in stretches.items():
        if no < AUTHORITY_NUMBERS:
            continue
        party = core.journals[no].party
        outside[no, first_naming(record, no, start, party)] = False
        outside[no, 0] = True
    for minute in (since, upto):
        if minute is not None:
            party = core.journals[minute.no].party
            outside.setdefault(
                (minute.no, first_naming(record, minute.no, minute.seq, party)), False
            )
            outside[minute.no, minute.seq] = True
    yield from zip(outside, entry_pieces(record, outside), strict=True)
    for each in stored_in(record, stretches):
        slot = each.no, each.seq
        assert isinstance(each.frame.signature, bytes), "a station's entry has one signature"
        payload = each.frame.payload if outside.get(slot, False) or is_told(each) else None
        yield slot, EntryPiece(each.frame.header, each.frame.signature, payload)


def is_told(stored: Stored) -> bool:
    """Say whether the payload of an entry goes into a span (PROOF-101)."""
    if stored.type == EntryType.LINE_EVENTS and not stored.verdict:
        events = parse_line_events(stored.frame.payload or b"")
        return all(each.kind in TOLD_TO_STRANGERS for each in events)
    return stored.type in WITH_PAYLOAD


def opened_of(
    record: Record, statements: Sequence[Stated], hidden: frozenset[EntryId]
) -> Iterator[FieldsPiece]:
    """Yield the words of statements that are held, all fields but the duress mark (PROOF-105)."""
    for stated in statements:
        if stated.said.entry in hidden or not stated.worded:
            continue
        content = content_of(record, stated)
        labels = range(1, len(content.values) + 1)
        piece = open_fields(
            stated.said.entry, content, tuple(n for n in labels if n != Label.DURESS)
        )
        if fits(piece):
            yield piece


def fits(piece: Piece) -> bool:
    """Say whether a content can be shown: another station may have sent one that is too deep."""
    try:
        pack_span_piece(piece)
    except OfficerError:
        return False
    return True


def ranges_of(minutes: Minutes, stretches: dict[int, tuple[int, int]]) -> Iterator[RangePiece]:
    """Yield the trees from which the stretches grow (PROOF-102)."""
    for no, (start, end) in stretches.items():
        if no >= AUTHORITY_NUMBERS and 0 < start < end:
            yield RangePiece(no, start, minutes.tree(no, start).peaks())
