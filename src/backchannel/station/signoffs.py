"""Officers' sign-offs: what is to be signed at the end of a watch, and whether one says the truth.

Which statements an officer signed is read from the record by everybody alike. This module must not
sign, and must not count a statement that somebody else put into his name. Clauses: PROOF-93,
PROOF-98.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backchannel.charter.credentials import pq_alg
from backchannel.charter.roster import Issued
from backchannel.errors import BackchannelError, JunkError, OfficerError
from backchannel.limits import SIGNED_OFF_MAX
from backchannel.proof.merkle import root_of
from backchannel.proof.signoff import SignOff, read_body, require_signed_off
from backchannel.station.judging import Record
from backchannel.station.reports import SignOffReport, ToSignOff
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.store.signoffs import Placed, SignedOff, sign_offs, statements_in
from backchannel.wire.ids import CredentialId, EntryId, StatementId, statement_id
from backchannel.wire.signing import Context, Mode, Purpose, require_signature
from backchannel.wire.statement import (
    Content,
    Kind,
    Label,
    parse_content,
    parse_signed,
    parse_statement,
)


class Signed(NamedTuple):
    """A statement that an officer signed: where it stands, its id, its bytes, his signature."""

    seq: int
    entry: EntryId
    id: StatementId
    raw: bytes
    signature: bytes


# --- What is to be signed -------------------------------------------------------------------------


def sign_off_report(record: Record, mode: Mode, officer: str) -> SignOffReport:
    """Return what an officer of ours has signed since his last sign-off, the oldest journal first.

    Raises OfficerError: "unknown-officer", "no-such-mode", "nothing-to-sign-off",
    "sign-off-too-long".
    """
    state = record.state
    who = CredentialId(bytes.fromhex(officer))
    issued = state.authorities[state.party].credentials.get(who)
    if issued is None or issued.credential.ed25519 is None:
        raise OfficerError("unknown-officer", "no credential of this party has this id")
    if mode not in state.core.own:
        raise OfficerError("no-such-mode", f"this station does not speak in {mode.name}")
    upto = covered(record, mode, issued)
    for journal in sorted(state.core.journals.values(), key=lambda j: j.no):
        if (journal.party, journal.mode) != (state.party, mode):
            continue
        slots = (journal.no, upto.get(journal.no, -1) + 1, journal.seq)
        found = tuple(signed_by(record, mode, issued, slots))
        if any(parse_statement(each.raw).kind != Kind.SIGN_OFF for each in found):
            # What comes while he reads is for the next one.
            slots = (slots[0], slots[1], found[-1].seq)
            return SignOffReport(state.line.hex(), mode.name, slots, tuple(map(to_sign_off, found)))
    raise OfficerError(
        "nothing-to-sign-off", f"{issued.credential.name} has signed nothing since the last one"
    )


def to_sign_off(each: Signed) -> ToSignOff:
    """Return one statement as it is handed to the officer, who checks that it is his."""
    return ToSignOff(each.seq, each.entry.hex(), each.raw.hex(), each.signature.hex())


def signed_by(
    record: Record, mode: int, issued: Issued, slots: tuple[int, int, int]
) -> Iterator[Signed]:
    """Yield the statements in some slots under which an officer's own signature holds (PROOF-98).

    Raises OfficerError("sign-off-too-long").
    """
    custody = record.custody
    found = statements_in(custody.database, custody.line, slots)
    if len(found) > SIGNED_OFF_MAX:
        raise OfficerError(
            "sign-off-too-long",
            f"more than {SIGNED_OFF_MAX} statements stand in these slots; sign off more often",
        )
    for placed in found:
        signature = signature_of(record, mode, issued, placed)
        if signature is not None:
            raw, _ = parse_signed(placed.payload)
            made = statement_id(custody.line, mode, raw)
            yield Signed(placed.seq, placed.entry, made, raw, signature)


def signature_of(record: Record, mode: int, issued: Issued, placed: Placed) -> bytes | None:
    """Return an officer's signature over a statement, or None where there is none that holds."""
    context = Context(Purpose.STATEMENT, record.custody.line, Mode(mode))
    try:
        raw, signatures = parse_signed(placed.payload)
        signers = parse_statement(raw).signers
        signature = signatures[signers.index(issued.id)]
        require_signature(issued.credential.ed25519 or b"", signature, context, raw)
    except (JunkError, ValueError, IndexError):
        return None
    return signature


def covered(
    record: Record, mode: int, issued: Issued, *, before: int = queries.NEWEST
) -> dict[int, int]:
    """Return up to which slot of each journal an officer has signed off, before an arrival. What
    somebody else put into his name does not count."""
    custody = record.custody
    found: dict[int, int] = {}
    for each in sign_offs(custody.database, custody.line, mode, before=before):
        placed = Placed(each.seq, each.entry, each.payload)
        if signature_of(record, mode, issued, placed) is None:
            continue
        said = said_in(record, each)
        if said is not None:
            found[said.no] = max(found.get(said.no, -1), said.last)
    return found


def said_in(record: Record, each: SignedOff) -> SignOff | None:
    """Return what an entry signs off, if its words are here, and are those of a sign-off."""
    custody = record.custody
    try:
        raw = queries.content(custody.database, custody.line, each.entry, wrap_key=custody.wrap_key)
        return read_body(parse_content(raw).values[Label.BODY - 1 :])
    except BackchannelError:
        return None


# --- Whether one says the truth -------------------------------------------------------------------


def sign_off_mark(record: Record, stated: Stated, content: Content | None) -> str:
    """Return in words what a sign-off covers, and whether our record says the same (PROOF-98)."""
    if content is None:
        return "sign-off: not checked, its words are not held here"
    try:
        said = read_body(content.values[Label.BODY - 1 :])
        fault = fault_of(record, stated, said)
    except BackchannelError as refused:
        return f"SIGN-OFF DOES NOT HOLD: {refused.text} [{refused.reason}]"
    span = f"{said.count} statements in slots {said.first} to {said.last} of journal {said.no}"
    return f"SIGN-OFF DOES NOT HOLD, {span}: {fault}" if fault else f"signed off: {span}, verified"


def fault_of(record: Record, stated: Stated, said: SignOff) -> str:
    """Return what is wrong with a sign-off, or nothing. Raises BackchannelError."""
    state, custody = record.state, record.custody
    party = state.core.journals[stated.said.no].party
    signers = parse_statement(parse_signed(stated.payload or b"")[0]).signers
    issued = state.authorities[party].credentials.get(CredentialId(signers[0]))
    if len(signers) != 1 or issued is None or issued.pq_public is None:
        return "it is for one officer, whose credential is known"
    journal = state.core.journals.get(said.no)
    if journal is None or (journal.party, journal.mode) != (party, stated.said.mode):
        return f"journal {said.no} is none of this party in this mode"
    alg = pq_alg(issued.credential)
    require_signed_off(alg, issued.pq_public, custody.line, issued.id, said)
    if said.last > journal.seq:
        return "our record does not go so far"
    upto = covered(record, stated.said.mode, issued, before=stated.arrival)
    if said.first != upto.get(said.no, -1) + 1:
        return f"the one before it ends at slot {upto.get(said.no, -1)}"
    slots = (said.no, said.first, said.last)
    found = [each.id for each in signed_by(record, stated.said.mode, issued, slots)]
    if len(found) != said.count or root_of(found) != said.root:
        return f"our record has {len(found)} statements of this officer there, or others"
    return ""


# --- For a disclosure -----------------------------------------------------------------------------


class Over(NamedTuple):
    """A sign-off that covers a statement: its own statement and words, and the place of the one
    covered among `leaves`."""

    stated: Stated
    content: Content
    place: int
    leaves: tuple[StatementId, ...]


def sign_offs_over(record: Record, stated: Stated) -> tuple[Over, ...]:
    """Return the sign-offs that cover a statement and hold, one of each officer (PROOF-99)."""
    party = record.state.core.journals[stated.said.no].party
    authority = record.state.authorities[party]
    signers = parse_statement(parse_signed(stated.payload or b"")[0]).signers
    found = (authority.credentials.get(CredentialId(who)) for who in signers)
    overs = (over(record, stated, issued) for issued in found if issued is not None)
    return tuple(each for each in overs if each is not None)


def over(record: Record, stated: Stated, issued: Issued) -> Over | None:
    """Return an officer's newest sign-off that covers a statement and holds, or None."""
    custody, mode = record.custody, stated.said.mode
    for each in sign_offs(custody.database, custody.line, mode):
        placed = Placed(each.seq, each.entry, each.payload)
        said = said_in(record, each)
        if said is None or signature_of(record, mode, issued, placed) is None:
            continue
        if said.no != stated.said.no or not said.first <= stated.said.seq <= said.last:
            continue
        own = queries.statement(custody.database, custody.line, each.entry)
        try:
            fault = fault_of(record, own, said)
        except BackchannelError:
            continue
        slots = (said.no, said.first, said.last)
        leaves = tuple(signed_by(record, mode, issued, slots))
        places = [n for n, leaf in enumerate(leaves) if leaf.seq == stated.said.seq]
        if not fault and places:
            raw = queries.content(
                custody.database, custody.line, each.entry, wrap_key=custody.wrap_key
            )
            ids = tuple(leaf.id for leaf in leaves)
            return Over(own, parse_content(raw), places[0], ids)
    return None
