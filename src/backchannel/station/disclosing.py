"""Gathering a disclosure of one statement from the record, and the order by which it is made.

This module must not enter or send anything, and must put no key and no salt of an unopened field
into what it makes. Clauses: PROOF-30 to PROOF-33.

    order = ["backchannel/1/disclose", mode, nonce, entry h32, [label], purpose, [beside h32]]
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from backchannel.charter.credentials import STATION_OF_MODE
from backchannel.charter.powers import Power
from backchannel.charter.roster import Issued, revocation
from backchannel.charter.signatures import parse_signatures
from backchannel.errors import JunkError, OfficerError
from backchannel.limits import BESIDE_MAX, REASON_CHARACTERS_MAX, TIME_MAX
from backchannel.line.state import LineState
from backchannel.proof.disclosure import (
    NUMBERS,
    AuthorityPiece,
    CharterPiece,
    Disclosure,
    DisclosureHead,
    EntryPiece,
    InclusionPiece,
    Piece,
    SignOffPiece,
    open_fields,
    pack_disclosure,
)
from backchannel.proof.merkle import inclusion_proof, root_of
from backchannel.proof.selecting import (
    Slot,
    Slots,
    choose_checkpoint,
    choose_delivery,
    choose_earlier,
    with_citation,
    with_firsts,
    with_kept,
    with_links,
)
from backchannel.proof.signoff import LABELS
from backchannel.station.athand import officers
from backchannel.station.besides import besides_of
from backchannel.station.bracketing import Bracketing
from backchannel.station.gathering import (
    addressed,
    cited_by,
    first_naming,
    frame_at,
    held_by,
)
from backchannel.station.judging import Record, answers_to
from backchannel.station.orders import Signed, order_nonce, require_officers
from backchannel.station.signoffs import Over, sign_offs_over
from backchannel.station.unanswered import silent_slots
from backchannel.store import queries
from backchannel.store.lines import line_row, read_authority
from backchannel.store.queries import Stated
from backchannel.store.sequence import founding_of
from backchannel.wire.codec import decode, encode
from backchannel.wire.envelope import pack_frame
from backchannel.wire.ids import CredentialId, EntryId, LineId
from backchannel.wire.payload import require_labels
from backchannel.wire.signing import Context, Mode, Purpose, sign
from backchannel.wire.statement import Content, parse_content, require_ids

TITLE = "backchannel/1/disclose"


class Wanted(NamedTuple):
    """What officers order to be disclosed; `nonce` makes it an order of now. `beside` are the
    statements that are shown beside it (PROOF-164)."""

    mode: Mode
    nonce: bytes
    entry: EntryId
    labels: tuple[int, ...]
    purpose: str
    beside: tuple[EntryId, ...] = ()


# --- The order ------------------------------------------------------------------------------------


def pack_wanted(wanted: Wanted) -> bytes:
    """Return the bytes that officers sign."""
    return encode((TITLE, *wanted))


def parse_wanted(raw: bytes) -> Wanted:
    """Return the order in `raw`. Raises JunkError, and OfficerError for its purpose."""
    match decode(raw):
        case (
            "backchannel/1/disclose",
            (1 | 2 | 3) as mode,
            bytes(nonce),
            bytes(entry),
            tuple(labels),
            str(purpose),
            tuple(beside),
        ):
            require_labels(labels)
            require_ids(beside, BESIDE_MAX)
            require_purpose(purpose)
            return Wanted(Mode(mode), nonce, EntryId(entry), labels, purpose, beside)  # type: ignore[arg-type]
    raise JunkError(
        "order-shape", "an order is [title, mode, nonce, entry, labels, purpose, beside]"
    )


def require_purpose(purpose: str) -> None:
    """Raise OfficerError unless a purpose fits into the record: one line, short."""
    if len(purpose) > REASON_CHARACTERS_MAX:
        raise OfficerError(
            "purpose-too-long",
            f"got {len(purpose)} characters of purpose, wanted at most {REASON_CHARACTERS_MAX}",
        )
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in purpose):
        raise OfficerError("purpose-not-a-line", "a purpose is one line of text; take out the rest")


def sign_wanted(line: LineId, raw: bytes, secret: bytes) -> bytes:
    """Return an officer's signature over such an order."""
    return sign(secret, Context(Purpose.POSSESSION, line, Mode.NONE), raw)


def require_wanted(state: LineState, raw: bytes, signed: Sequence[Signed], now: int) -> Wanted:
    """Return an order that officers of ours with the power to disclose have given.

    Raises OfficerError or JunkError.
    """
    wanted = parse_wanted(raw)
    require_disclosers(state, wanted.mode, wanted.nonce, raw=raw, signed=signed, now=now)
    return wanted


def require_disclosers(
    state: LineState, mode: Mode, nonce: bytes, *, raw: bytes, signed: Sequence[Signed], now: int
) -> None:
    """Raise OfficerError or JunkError unless an order is of now, for a mode that this station
    speaks in, and was given by officers of ours who all have the power to disclose."""
    if mode not in state.core.own:
        raise OfficerError("no-such-mode", f"this station does not speak in {mode.name}")
    if nonce != order_nonce(state, mode):
        raise OfficerError("order-old", "the station has moved on since; give the order again")
    for each in require_officers(state, mode, raw, signed, now):
        require_power(state, mode, each)


def require_power(state: LineState, mode: Mode, found: Issued) -> None:
    """Raise OfficerError("may-not-disclose") unless a mandate has the power (CHARTER-31)."""
    if found.credential.powers & Power.DISCLOSE:
        return
    others = " and ".join(repr(name) for name in disclosers(state, mode))
    raise OfficerError(
        "may-not-disclose",
        f"{found.credential.name} has no power to disclose; "
        + (
            f"ask {others}"
            if others
            else "nobody of this party has it: your office issues it, as backchannel officer new "
            "--powers asks for it, and hands its authority file to the station"
        ),
    )


def disclosers(state: LineState, mode: Mode) -> tuple[str, ...]:
    """Return the names of our officers who may disclose in a mode."""
    authority = state.authorities[state.party]
    return tuple(
        each.name
        for each in officers(state)
        for found in (authority.credentials[bytes.fromhex(each.credential)],)  # type: ignore[index]
        if found.credential.powers & Power.DISCLOSE and mode in found.credential.modes
    )


# --- Gathering ------------------------------------------------------------------------------------


def content_of(record: Record, stated: Stated) -> Content:
    """Return the words of a statement. Raises OfficerError("no-content"), CustodyError."""
    custody = record.custody
    entry = stated.said.entry
    return parse_content(
        queries.content(custody.database, custody.line, entry, wrap_key=custody.wrap_key)
    )


def disclosure_of(record: Record, wanted: Wanted) -> bytes:
    """Return the file by which a stranger checks a statement.

    Raises OfficerError: "no-such-entry", "no-content", "no-such-field", "disclosure-too-large",
    "not-beside", "beside-unopened".
    """
    custody = record.custody
    stated = queries.statement(custody.database, custody.line, wanted.entry)
    if stated.said.mode != wanted.mode:
        raise OfficerError("other-mode", f"this statement is not of mode {wanted.mode.name}")
    said = stated.said
    opened = open_fields(said.entry, content_of(record, stated), wanted.labels)
    head = DisclosureHead(custody.line, said.mode, (said.no, said.seq, said.entry), record.now)
    overs = sign_offs_over(record, stated)
    besides = besides_of(record, stated, wanted.beside)
    slots = slots_of(record, stated, [each.stated for each in overs])
    bracketing = Bracketing(record, stated)
    bracketing.add_quote(slots)
    entries = entry_pieces(record, with_firsts(slots))
    pieces: tuple[Piece, ...] = (
        charter_piece(record),
        *authority_pieces(record),
        *entries,
        opened,
        *(open_fields(each.stated.said.entry, each.content, LABELS) for each in overs),
        *(open_fields(each.stated.said.entry, each.content, each.labels) for each in besides),
        *in_order(
            (*place_pieces(record, stated), *bracketing.pieces(), *map(sign_off_piece, overs))
        ),
    )
    return pack_disclosure(Disclosure(head, pieces))


def sign_off_piece(found: Over) -> SignOffPiece:
    """Return the way from a statement to the root of a sign-off (PROOF-99)."""
    hashes = inclusion_proof(found.leaves, found.place)
    return SignOffPiece(found.stated.said.entry, found.place, tuple(hashes))


def in_order(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces ascending, each once: a checkpoint and a leaf may cover the same size."""
    yield from sorted(dict.fromkeys(pieces), key=lambda piece: NUMBERS[type(piece)])


def charter_piece(record: Record) -> CharterPiece:
    """Return the line's charter with the signatures that put it in force."""
    founded, _ = founding_of(record.custody.database, record.custody.line)
    return CharterPiece(founded.charter, parse_signatures(founded.signatures))


def authority_pieces(record: Record) -> Iterator[AuthorityPiece]:
    """Yield the authority journals of all parties, whole, in the order in which they entered here:
    each entry was judged by those before it."""
    database, line = record.custody.database, record.custody.line
    for frame in read_authority(database, line_row(database, line)[0]):
        yield AuthorityPiece(pack_frame(frame))


def entry_pieces(record: Record, slots: Slots) -> Iterator[EntryPiece]:
    """Yield entries of stations, with or without payload."""
    for slot, whole in slots.items():
        frame = frame_at(record, slot)
        assert isinstance(frame.signature, bytes), "a station's entry has one signature"
        yield EntryPiece(frame.header, frame.signature, frame.payload if whole else None)


def slots_of(record: Record, stated: Stated, sign_offs: Sequence[Stated] = ()) -> Slots:
    """Return the entries of stations that a disclosure of a statement needs (PROOF-31)."""
    slots: Slots = {}
    for each in (stated, *answers_to(record, stated), *sign_offs):
        slots[each.said.no, each.said.seq] = True
        slots.setdefault(naming_slot(record, each), False)
    no, seq = stated.said.no, stated.said.seq
    until = TIME_MAX
    for party in addressed(record.state, stated):
        held = choose_delivery(seq, held_by(record, stated, party))
        if held is not None:
            with_links(slots, no, seq, held)
            until = min(until, held.time)
    earlier = choose_earlier(seq, cited_by(record, stated), until)
    if earlier is not None:
        with_citation(slots, no, seq, earlier)
    for slot, whole in silent_slots(record, stated).items():
        slots[slot] = slots.get(slot, False) or whole
    for journal in {slot[0] for slot in slots}:
        last = last_kept(record.state, journal)
        if last is not None:
            with_kept(slots, journal, last)
    return slots


def last_kept(state: LineState, no: int) -> int | None:
    """Return the last slot that counts of a journal whose station is revoked, if its office names
    one and it is held."""
    journal = state.core.journals[no]
    ended = revocation(state.authorities[journal.party], CredentialId(journal.credential))
    last = None if ended is None else ended.last
    return last[1] if last is not None and last[0] == no and last[1] <= journal.seq else None


def naming_slot(record: Record, stated: Stated) -> Slot:
    """Return the slot at or before a statement's that names its author's newest authority head."""
    no = stated.said.no
    party = record.state.core.journals[no].party
    return no, first_naming(record, no, stated.said.seq, party)


def place_pieces(record: Record, stated: Stated) -> tuple[Piece, ...]:
    """Return a cosigned checkpoint that covers a statement, and the proof that leads to it; none
    where its own station has cosigned none that is ours too (PROOF-48)."""
    custody, state = record.custody, record.state
    no, seq = stated.said.no, stated.said.seq
    rows = queries.cosignatures(custody.database, custody.line, no, from_size=seq + 1)
    parties = [stations_of(state, p, stated.said.mode) for p in addressed(state, stated)]
    writer = CredentialId(state.core.journals[no].credential)
    cosigned = [(row.size, row.root, row.credential, row.signature) for row in rows]
    while checkpoint := choose_checkpoint(no, cosigned, writer, parties):
        size, root = checkpoint.size, checkpoint.root
        leaves = queries.leaves(custody.database, custody.line, no, from_seq=0, limit=size)
        if root_of(leaves) == root:
            return checkpoint, InclusionPiece(no, seq, size, inclusion_proof(leaves, seq))
        # Cosignatures were verified when they came; that a tree is ours is seen here.
        cosigned = [each for each in cosigned if each[:2] != (size, root)]
    return ()


def stations_of(state: LineState, party: int, mode: int) -> frozenset[CredentialId]:
    """Return the credentials of a party's stations of a mode, revoked or not."""
    kind = STATION_OF_MODE[Mode(mode)]
    return frozenset(
        each.id
        for each in state.authorities[party].credentials.values()
        if each.credential.kind == kind
    )
