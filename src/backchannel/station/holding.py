"""Keys on hold: a party said of one of its own that it was lost, or that it was not they.

Nothing is revoked by this: the office does that, on paper. This module must not hide what such a
key signed; it is marked, and moves nothing. Clauses: NOTICE-180, NOTICE-181.
"""

from collections.abc import Iterator

from backchannel.errors import OfficerError
from backchannel.limits import LANE_NOTICES_MAX
from backchannel.line.verdicts import Said
from backchannel.station.judging import (
    RELEASED,
    Record,
    opened,
    party_name,
    said_of,
    signer,
    spoken,
    vectors,
    verdict_of,
)
from backchannel.store.forms import notices_of
from backchannel.store.queries import Stated
from backchannel.watch.lanes import FORM
from backchannel.wire.ids import CredentialId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Label, Statement

KINDS = ("impersonation", "key-lost")


def held_keys(record: Record, mode: int) -> dict[CredentialId, Stated]:
    """Return the keys on hold in a mode, each with the first notice that says so (NOTICE-180)."""
    custody, found = record.custody, dict[CredentialId, Stated]()
    vector_at = vectors(record)
    for each in sorted({int(Mode.REAL), mode}):
        notices = notices_of(custody.database, custody.line, each, FORM, limit=LANE_NOTICES_MAX)
        for stated in reversed(notices):
            key = disowned(record, stated)
            if key is not None and key not in found:
                verdict = verdict_of(record, said_of(record, stated), vector_at)
                if verdict.word in RELEASED:
                    found[key] = stated
    return found


def disowned(record: Record, stated: Stated) -> CredentialId | None:
    """Return the key of their own that a notice disowns, None if it disowns none."""
    content = opened(record, stated)
    party = record.state.core.journals[stated.said.no].party
    match content.values[Label.BODY - 1 :] if content is not None else ():
        case (str(kind), _, str(text), *_) if kind in KINDS:
            known = record.state.authorities[party].credentials
            return next((each for each in known if each.hex() == text), None)
    return None


def require_not_held(record: Record, statement: Statement, mode: int) -> None:
    """Raise OfficerError("key-on-hold") for a statement that such a key has signed (NOTICE-181)."""
    found = held_keys(record, mode)
    for each in statement.signers:
        if CredentialId(each) in found:
            name = signer(record.state.authorities[record.state.party], CredentialId(each)).name
            raise OfficerError(
                "key-on-hold",
                f"the key of {name} is on hold by {spoken(record, found[CredentialId(each)])}: "
                "have the office revoke it and issue another",
            )


def held_by(record: Record, said: Said) -> Stated | None:
    """Return the notice that had put a signer's key on hold before a statement was entered."""
    found = held_keys(record, said.mode)
    for each in said.statement.signers:
        notice = found.get(CredentialId(each))
        if notice is not None and notice.time < said.time:
            return notice
    return None


def hold_marks(record: Record, said: Said) -> Iterator[str]:
    """Yield that a statement was signed by a key that its party had put on hold (NOTICE-181)."""
    notice = held_by(record, said)
    if notice is not None:
        who = party_name(record, said.party)
        yield f"KEY ON HOLD: {who} said before, in {spoken(record, notice)}, that it is not theirs"
