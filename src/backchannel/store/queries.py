"""Reading a line: for screens, other stations, disclosures and `check`.

This module must not write, or judge what it reads. Every answer goes by an index and is bounded by
the caller's limit, or by the number of journals. A wrap key opens content; without one, frames
come without it.
"""

from collections.abc import Mapping

import msgspec

from backchannel.errors import OfficerError
from backchannel.limits import ARRIVAL_MAX, COSIGNATURES_READ_MAX
from backchannel.line.rows import (
    BranchRow,
    CosignatureRow,
    EvidenceRow,
    HappenedRow,
    HeldRow,
    OutgoingRow,
    PendingRow,
    SaidRow,
)
from backchannel.store.lines import frame_of, line_row
from backchannel.store.sealing import join_frame, open_content, with_content, wrap_of
from backchannel.store.sqlite import Database, Row
from backchannel.store.texts import named
from backchannel.wire.envelope import Frame
from backchannel.wire.ids import ID_BYTES, CredentialId, EntryId, LineId

SQL = named("queries.sql")
NEWEST = ARRIVAL_MAX
"""Above every arrival and every number of evidence: begin with the newest."""

HEX_DIGITS = frozenset("0123456789abcdef")


class JournalHead(msgspec.Struct, frozen=True):
    """The newest slot that we hold of a journal. `mode` 0: an authority journal."""

    no: int
    seq: int
    entry: EntryId
    mode: int
    time: int
    arrived: int


class Stated(msgspec.Struct, frozen=True):
    """A statement with what is read of its entry.

    `arrival` rises in the order of acceptance: the cursor for `statements`. `number` counts the
    messages and notices of its journal and UTC year, 0 for other kinds. `vector` is encoded
    {no: seq}; `worded` says whether its content can be read here.
    """

    said: SaidRow
    arrival: int
    number: int
    time: int
    arrived: int
    header: bytes
    payload: bytes | None
    vector: bytes
    verdict: str
    worded: bool


class Happened(msgspec.Struct, frozen=True):
    """A line event, with the time that its entry claims and our clock's when it was accepted."""

    row: HappenedRow
    time: int
    arrived: int


class Evidence(msgspec.Struct, frozen=True):
    """Something kept against a key; `evidence` rises with time: the cursor."""

    evidence: int
    row: EvidenceRow


class Stored(msgspec.Struct, frozen=True):
    """An accepted entry with all its parts; `content` is in the frame if it was asked for."""

    no: int
    seq: int
    entry: EntryId
    mode: int
    type: int
    time: int
    arrived: int
    verdict: str
    frame: Frame


class Count(msgspec.Struct, frozen=True):
    """How many entries of a journal have a type and a verdict ("" for none)."""

    no: int
    type: int
    verdict: str
    count: int


class Waiting(msgspec.Struct, frozen=True):
    """How many envelopes of a journal wait in the outbox, by precedence."""

    no: int
    precedence: int
    count: int


def heads(database: Database, line_id: LineId) -> tuple[JournalHead, ...]:
    """Return the newest slot of each journal, ascending by number."""
    return tuple(JournalHead(*row) for row in ask(database, line_id, "heads"))


def statements(
    database: Database,
    line_id: LineId,
    *,
    limit: int,
    mode: int | None = None,
    before: int = NEWEST,
) -> tuple[Stated, ...]:
    """Return statements of one mode or of all, newest first, below the arrival `before`."""
    if mode is None:
        found = ask(database, line_id, "statements", before=before, limit=limit)
    else:
        found = ask(database, line_id, "statements-in-mode", mode=mode, before=before, limit=limit)
    return tuple(map(stated, found))


def statement(database: Database, line_id: LineId, entry: bytes) -> Stated:
    """Return the statement of an entry. Raises OfficerError("no-such-entry")."""
    found = ask(database, line_id, "statement", entry=entry)
    if not found:
        raise no_such_entry(entry.hex())
    return stated(found[0])


def statement_named(database: Database, line_id: LineId, prefix: str) -> EntryId:
    """Return the id of the only statement's entry that begins with these hexadecimal digits.

    Raises OfficerError: "not-an-id", "no-such-entry", "ambiguous-id".
    """
    digits = prefix.lower()
    if not digits or not HEX_DIGITS.issuperset(digits) or len(digits) > 2 * ID_BYTES:
        raise OfficerError("not-an-id", f"got {prefix!a}, wanted up to 64 digits 0 to 9, a to f")
    low = bytes.fromhex(digits.ljust(2 * ID_BYTES, "0"))
    high = bytes.fromhex(digits.ljust(2 * ID_BYTES, "f"))
    found = ask(database, line_id, "statements-by-prefix", low=low, high=high)
    if not found:
        raise no_such_entry(prefix)
    if len(found) > 1:
        raise OfficerError(
            "ambiguous-id", f"several statements begin with {prefix}: give more digits"
        )
    return EntryId(found[0][0])


def answers(database: Database, line_id: LineId, entry: bytes, *, limit: int) -> tuple[Stated, ...]:
    """Return the statements that name an entry, so many of each party, in order of acceptance."""
    return tuple(map(stated, ask(database, line_id, "answers", entry=entry, limit=limit)))


def repeats(
    database: Database, line_id: LineId, said: SaidRow, *, limit: int
) -> tuple[EntryId, ...]:
    """Return the entries that hold the same statement, in the order in which they were accepted.

    The first opens the ladder; the others are repeats.
    """
    values: dict[str, int | bytes] = {"statement": said.statement, "drafted": said.drafted}
    found = ask(database, line_id, "repeats", limit=limit, **values)
    return tuple(EntryId(entry) for (entry,) in found)


def content(database: Database, line_id: LineId, entry: bytes, *, wrap_key: bytes) -> bytes:
    """Return the plain content of an entry.

    Raises OfficerError("no-content", "words-sealed"), CustodyError("content-unopened").
    """
    found = ask(database, line_id, "content", entry=entry)
    if not found:
        raise OfficerError(
            "no-content", f"the words of entry {entry.hex()[:12]} are not held by this station"
        )
    box, wrapped = found[0]
    return open_content(wrap_of(line_id, wrap_key), entry, box=box, wrapped=wrapped)


def held(database: Database, line_id: LineId, no: int, seq: int) -> tuple[HeldRow, ...]:
    """Return the first receipt of each holder that covers a slot, ascending by holder."""
    return tuple(HeldRow(*row) for row in ask(database, line_id, "held", no=no, seq=seq))


def happened(
    database: Database, line_id: LineId, subject: bytes, *, limit: int
) -> tuple[Happened, ...]:
    """Return the line events that speak of an entry, so many of each party and kind, ascending."""
    found = ask(database, line_id, "happened", subject=subject, limit=limit)
    return tuple(Happened(HappenedRow(*row[:6]), *row[6:]) for row in found)


def happened_of_kind(
    database: Database, line_id: LineId, subject: bytes, kind: int, *, limit: int
) -> tuple[Happened, ...]:
    """Return those of one kind that speak of an entry, so many of each party, ascending."""
    found = ask(database, line_id, "happened-of-kind", subject=subject, kind=kind, limit=limit)
    return tuple(Happened(HappenedRow(*row[:6]), *row[6:]) for row in found)


def number_of(
    database: Database, line_id: LineId, entry: bytes, *, follows: Mapping[int, int]
) -> int | None:
    """Return the statement number of a message or notice, None for all that has none.

    It counts on through a station's journals of one mode: `follows` are the journals that come
    before the entry's own, each with the slot up to which it counts.
    """
    found = ask(database, line_id, "numbered", entry=entry)
    if not found or not found[0][2]:
        return None
    _, year, number = found[0]
    earlier = 0
    for no, upto in follows.items():
        last = ask(database, line_id, "number-before", no=no, year=year, upto=upto)
        earlier += last[0][0] if last else 0
    return earlier + int(number)


def pending(
    database: Database, line_id: LineId, *, limit: int, wrap_key: bytes | None = None
) -> tuple[PendingRow, ...]:
    """Return verified frames that wait behind a gap, ascending by journal and slot."""
    found = ask(database, line_id, "pending", limit=limit)
    return tuple(
        PendingRow(no, seq, entry, whole(line_id, wrap_key, entry, bare, sealed), arrived)
        for no, seq, entry, arrived, bare, sealed in found
    )


def branches(
    database: Database, line_id: LineId, *, limit: int, wrap_key: bytes | None = None
) -> tuple[BranchRow, ...]:
    """Return entries on other branches of forked journals, ascending by journal and slot."""
    found = ask(database, line_id, "branches", limit=limit)
    return tuple(
        BranchRow(no, seq, entry, whole(line_id, wrap_key, entry, bare, sealed), arrived)
        for no, seq, entry, arrived, bare, sealed in found
    )


def evidence(
    database: Database, line_id: LineId, *, limit: int, before: int = NEWEST
) -> tuple[Evidence, ...]:
    """Return what is kept against keys, newest first, below the cursor `before`."""
    found = ask(database, line_id, "evidence", before=before, limit=limit)
    return tuple(Evidence(number, EvidenceRow(*row)) for number, *row in found)


def entries(
    database: Database,
    line_id: LineId,
    no: int,
    *,
    from_seq: int,
    limit: int,
    wrap_key: bytes | None = None,
) -> tuple[Stored, ...]:
    """Return accepted entries of a journal from a slot on, ascending, with all their parts.

    Raises CustodyError("content-unopened") if the wrap key is not the right one.
    """
    found = ask(database, line_id, "entries", no=no, limit=limit, **{"from": from_seq})
    return tuple(stored(row, line_id, wrap_key) for row in found)


def slot(
    database: Database, line_id: LineId, no: int, seq: int, *, wrap_key: bytes | None = None
) -> Stored | None:
    """Return the accepted entry in a slot, or None. Raises what `entries` raises."""
    found = entries(database, line_id, no, from_seq=seq, limit=1, wrap_key=wrap_key)
    return found[0] if found and found[0].seq == seq else None


def leaves(
    database: Database, line_id: LineId, no: int, *, from_seq: int, limit: int
) -> tuple[EntryId, ...]:
    """Return the entry ids of a journal from a slot on, in the order of the slots (PROOF-1)."""
    found = ask(database, line_id, "leaves", no=no, limit=limit, **{"from": from_seq})
    return tuple(EntryId(entry) for (entry,) in found)


def cosignatures(
    database: Database,
    line_id: LineId,
    no: int,
    *,
    from_size: int,
    limit: int = COSIGNATURES_READ_MAX,
) -> tuple[CosignatureRow, ...]:
    """Return cosignatures of a journal's trees from a size on, ascending by size, then root and
    credential. Each was verified when it came; its root need not be the one of our record."""
    values = {"no": no, "from": from_size, "limit": limit}
    return tuple(CosignatureRow(*row) for row in ask(database, line_id, "cosignatures", **values))


def cosigned_roots(
    database: Database, line_id: LineId, no: int, size: int
) -> frozenset[tuple[CredentialId, bytes]]:
    """Return which stations have cosigned a journal's tree of a size, and with which root."""
    found = ask(database, line_id, "cosigned-roots", no=no, size=size)
    return frozenset((CredentialId(credential), root) for credential, root in found)


def outgoing(
    database: Database,
    line_id: LineId,
    no: int,
    *,
    limit: int,
    after_seq: int = -1,
    precedence: int | None = None,
) -> tuple[OutgoingRow, ...]:
    """Return envelopes that wait, of one precedence or of all, ascending by slot."""
    values = {"no": no, "after": after_seq, "limit": limit}
    if precedence is None:
        found = ask(database, line_id, "outgoing", **values)
    else:
        found = ask(database, line_id, "outgoing-of-precedence", precedence=precedence, **values)
    return tuple(OutgoingRow(*row) for row in found)


def outgoing_count(database: Database, line_id: LineId) -> tuple[Waiting, ...]:
    """Return how many envelopes wait for a receipt that is due, by journal and precedence."""
    return tuple(Waiting(*row) for row in ask(database, line_id, "outgoing-count"))


def counts(database: Database, line_id: LineId) -> tuple[Count, ...]:
    """Return how many entries there are, by journal, type and verdict."""
    return tuple(Count(*row) for row in ask(database, line_id, "counts"))


def ask(database: Database, line_id: LineId, name: str, **values: int | bytes) -> list[Row]:
    """Return the rows of a named query about one line. Raises OfficerError("no-such-line")."""
    limit = values.get("limit")
    # To SQLite a negative limit is none.
    assert limit is None or (isinstance(limit, int) and limit > 0), f"{name}: limit {limit!r}"
    line = line_row(database, line_id)[0]
    return database.rows(SQL[name], {"line": line, **values})


def stated(row: Row) -> Stated:
    """Return a statement from a row of the view `stated`."""
    no, seq, entry, statement_id, mode, kind, form, *others = row[:14]
    to, precedence, category, drafted, refs, croot, signed = others
    said = SaidRow(
        *(no, seq, entry, statement_id, mode, kind, form or None, to, precedence, category),
        *(drafted, split_ids(refs), croot, signed),
    )
    arrival, number, time, arrived, header, payload, vector, verdict, worded, _ = row[14:]
    return Stated(
        said, arrival, number, time, arrived, header, payload, vector, verdict, bool(worded)
    )


def split_ids(raw: bytes) -> tuple[EntryId, ...]:
    """Return the entry ids that stand one behind the other."""
    return tuple(EntryId(raw[at : at + ID_BYTES]) for at in range(0, len(raw), ID_BYTES))


def stored(row: Row, line_id: LineId, wrap_key: bytes | None) -> Stored:
    """Return an accepted entry from a row of the query `entries`."""
    no, seq, entry, mode, kind, time, arrived, verdict, *parts, box, wrapped = row
    frame = frame_of(*parts)
    if wrap_key is not None and box is not None and wrapped is not None:
        words = open_content(wrap_of(line_id, wrap_key), entry, box=box, wrapped=wrapped)
        frame = with_content(frame, words)
    return Stored(no, seq, entry, mode, kind, time, arrived, verdict, frame)


def whole(
    line_id: LineId, wrap_key: bytes | None, entry: bytes, bare: bytes, sealed: bytes
) -> bytes:
    """Return a frame that was kept aside, with its content if there is a wrap key."""
    if wrap_key is None:
        return bare
    return join_frame(wrap_of(line_id, wrap_key), entry, bare=bare, sealed=sealed)


def no_such_entry(name: str) -> OfficerError:
    """Return the error for an entry that holds no statement known here."""
    return OfficerError(
        "no-such-entry", f"no statement {name[:12]} in this record; the id may be of another line"
    )
