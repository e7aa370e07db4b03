"""Folds one party's authority journal: who signed an entry, and what it changes.

This module must not let the chain stop at a bad event: an entry that the party duly signed takes
its slot, and what breaks a rule has no effect and is kept with its reason (CHARTER-47 to 49).
"""

from collections.abc import Mapping

from msgspec.structs import replace

from backchannel.charter.charter import Charter
from backchannel.charter.credentials import CredentialKind
from backchannel.charter.events import (
    Event,
    Fresh,
    Issue,
    OwnRules,
    Revoke,
    RotateRoots,
    parse_event,
)
from backchannel.charter.granting import enter_issue, enter_revoke, require_powers
from backchannel.charter.parties import Root, RootSet
from backchannel.charter.possession import require_named_key
from backchannel.charter.powers import AUTHORITY_POWERS
from backchannel.charter.renewal import enter_amendment, enter_own_rules, enter_rotation
from backchannel.charter.roster import BEFORE_FIRST, Authority, Issued, Refusal, Standing
from backchannel.charter.signatures import Hybrid, require_hybrid
from backchannel.errors import BreachError, JunkError
from backchannel.wire.entry import Head, Header
from backchannel.wire.envelope import Attachment, AttachmentKind, AuthoritySignature, Frame
from backchannel.wire.ids import (
    CharterId,
    CredentialId,
    LineId,
    authority_journal_id,
    credential_id,
    entry_id,
    payload_hash,
)
from backchannel.wire.signing import Context, Mode, Purpose

NO_OTHERS: Mapping[int, RootSet] = {}


def open_authority(line_id: LineId, party: int, charter: Charter) -> Authority:
    """Return a party's authority journal before its first entry: what the charter alone gives."""
    given = Standing(
        BEFORE_FIRST,
        CharterId(line_id),
        charter,
        charter.policy.rules,
        charter.parties[party].root_set,
    )
    head = authority_journal_id(line_id, party)
    return Authority(line_id, party, BEFORE_FIRST, head, (given,))


def apply_entry(
    authority: Authority,
    header: Header,
    *,
    frame: Frame,
    roots_of_others: Mapping[int, RootSet] = NO_OTHERS,
) -> Authority:
    """Return the journal with one entry more; `header` is what `frame.header` says.

    Raises JunkError for an entry that is not the next one, not signed by k roots or k credentials
    with a power over the journal, or whose subject's key is not beside it: it takes no slot. An
    event that breaks a rule takes its slot and stands in `refused` (CHARTER-49).
    `roots_of_others` are the other parties' roots as of the heads that the entry has seen; left
    out, those of the charter in force. Only an amendment asks for them.
    """
    require_place(authority, header)
    signers = require_signed(authority, header, frame)
    payload = require_payload(header, frame.payload)
    moved = advance(authority, header, frame.header)
    try:
        event = parse_event(header.type, payload)
    except JunkError as fault:
        return refuse(moved, fault)
    pq_public = require_subject_key(event, frame.attachments)
    try:
        return enter(
            moved,
            event,
            time=header.time,
            signers=signers,
            pq_public=pq_public,
            roots_of_others=roots_of_others,
        )
    except (BreachError, JunkError) as fault:
        return refuse(moved, fault)


def require_enterable(
    authority: Authority,
    header: Header,
    *,
    frame: Frame,
    signers: tuple[Issued, ...] = (),
    roots_of_others: Mapping[int, RootSet] = NO_OTHERS,
) -> None:
    """Raise JunkError or BreachError for an entry that would have no effect once it is signed.

    For an office, before it asks anybody to sign. No signers: roots will sign.
    """
    require_place(authority, header)
    event = parse_event(header.type, require_payload(header, frame.payload))
    enter(
        advance(authority, header, frame.header),
        event,
        time=header.time,
        signers=signers,
        pq_public=require_subject_key(event, frame.attachments),
        roots_of_others=roots_of_others,
    )


def require_place(authority: Authority, header: Header) -> None:
    """Raise JunkError unless the entry is the next one of this journal (CHARTER-47)."""
    if header.no != authority.party:
        raise JunkError(
            "other-journal", f"got journal {header.no}, wanted authority journal {authority.party}"
        )
    if header.seq <= authority.seq:
        raise JunkError("seq-behind", f"got entry {header.seq}, held up to {authority.seq}")
    if header.seq > authority.seq + 1:
        raise JunkError("seq-gap", f"got entry {header.seq}, held up to {authority.seq}")
    if header.prev != authority.head:
        raise JunkError("wrong-prev", f"entry {header.seq} follows another entry than the one held")


def require_payload(header: Header, payload: bytes | None) -> bytes:
    """Return the payload that the header names. Raises JunkError."""
    if payload is None:
        raise JunkError("payload-missing", "an entry of an authority journal keeps its payload")
    if payload_hash(payload) != header.payload_hash:
        raise JunkError("payload-mismatch", "the payload is not the one that the header names")
    return payload


def require_signed(authority: Authority, header: Header, frame: Frame) -> tuple[Issued, ...]:
    """Return the credentials that signed, or nothing where roots did (CHARTER-48).

    Raises JunkError unless k distinct roots in force, or k persons with a power over the journal,
    signed the header, each with both halves (NT10).
    """
    if isinstance(frame.signature, bytes):
        raise JunkError("station-signature", "no station signs an entry of an authority journal")
    require_order(frame.signature)
    root_set = authority.standings[-1].root_set
    context = Context(Purpose.AUTHORITY, authority.line_id, Mode.NONE)
    signers: list[Issued] = []
    persons: set[bytes] = set()
    for each in frame.signature:
        if isinstance(each.signer, int):
            root = root_of(root_set, each.signer)
        else:
            found = issuer_of(authority, CredentialId(each.signer), header.time)
            signers.append(found)
            root = Root(found.credential.ed25519 or b"", found.pq_public or b"")
        require_hybrid(root, Hybrid(each.ed25519, each.mldsa65), context, frame.header)
        persons.add(root.ed25519)
    if len(persons) < root_set.threshold:
        raise JunkError(
            "below-threshold", f"got {len(persons)} signers, wanted {root_set.threshold}"
        )
    return tuple(signers)


def require_order(signatures: tuple[AuthoritySignature, ...]) -> None:
    """Raise JunkError unless signers are all roots or all credentials, ascending, each once."""
    roots = [each.signer for each in signatures if isinstance(each.signer, int)]
    credentials = [each.signer for each in signatures if isinstance(each.signer, bytes)]
    if roots and credentials:
        raise JunkError("mixed-signers", "wanted roots alone or credentials alone")
    if roots != sorted(set(roots)) or credentials != sorted(set(credentials)):
        raise JunkError("signers-order", "wanted signers ascending, each once")


def root_of(root_set: RootSet, index: int) -> Root:
    """Return a root in force by its place. Raises JunkError."""
    if index >= len(root_set.roots):
        raise JunkError("unknown-root", f"got root {index}, the party has {len(root_set.roots)}")
    return root_set.roots[index]


def issuer_of(authority: Authority, signer: CredentialId, time: int) -> Issued:
    """Return the officer behind a signer of an entry at a claimed time. Raises JunkError."""
    found = authority.credentials.get(signer)
    if found is None:
        raise JunkError("unknown-signer", f"{signer.hex()} was never issued")
    credential = found.credential
    if credential.kind != CredentialKind.OFFICER or not credential.powers & AUTHORITY_POWERS:
        raise JunkError("not-an-issuer", f"{credential.name}: has no power over this journal")
    if signer in authority.revocations:
        raise JunkError("signer-revoked", f"{credential.name}: revoked before this entry")
    if not credential.since <= time < credential.until:
        raise JunkError("signer-expired", f"{credential.name}: not valid at {time}")
    return found


def require_subject_key(event: Event, attachments: tuple[Attachment, ...]) -> bytes | None:
    """Return the key that came beside an issue, if one is due. Raises JunkError (CHARTER-35)."""
    if not isinstance(event, Issue):
        return None
    wanted = credential_id(event.body)
    keys = [
        data
        for kind, subject, data in attachments
        if kind == AttachmentKind.PQ_PUBLIC_KEY and subject == wanted
    ]
    pq_public = keys[0] if keys and event.credential.pq_hash is not None else None
    require_named_key(event.credential, pq_public)
    return pq_public


def advance(authority: Authority, header: Header, raw_header: bytes) -> Authority:
    """Return the journal with its head moved on and nothing else changed."""
    return replace(
        authority,
        seq=header.seq,
        head=entry_id(raw_header),
        seen=fold_seen(authority.seen, header.seen),
    )


def fold_seen(seen: Mapping[int, int], moved: tuple[Head, ...]) -> dict[int, int]:
    """Return the vector after an entry; a component that goes back counts as where it was."""
    return {**seen, **{no: max(seq, seen.get(no, seq)) for no, seq, _ in moved}}


def refuse(authority: Authority, fault: BreachError | JunkError) -> Authority:
    """Return the journal with the reason why its newest entry has no effect (CHARTER-49)."""
    refusal = Refusal(fault.reason, fault.text)
    return replace(authority, refused={**authority.refused, authority.seq: refusal})


def enter(
    authority: Authority,
    event: Event,
    *,
    time: int,
    signers: tuple[Issued, ...],
    pq_public: bytes | None,
    roots_of_others: Mapping[int, RootSet],
) -> Authority:
    """Return the journal with the effect of its newest entry. Raises BreachError or JunkError."""
    require_powers(event, signers)
    if isinstance(event, Issue):
        return enter_issue(authority, event, time=time, signers=signers, pq_public=pq_public)
    if isinstance(event, Revoke):
        return enter_revoke(authority, event, time=time)
    if isinstance(event, OwnRules):
        return enter_own_rules(authority, event)
    if isinstance(event, RotateRoots):
        return enter_rotation(authority, event)
    if isinstance(event, Fresh):
        return replace(authority, fresh=event.time)
    return enter_amendment(authority, event, roots_of_others)
