"""Who holds which post, key and mandate at a head of one party's authority journal.

This module must not change what it is asked about; authority.py folds the journal. Every look-up
takes the same time whatever the journal's length. Meaning: CHARTER-50, CHARTER-51.
"""

import msgspec

from backchannel.charter.charter import Charter
from backchannel.charter.credentials import (
    MODE_OF_STATION,
    Credential,
    CredentialKind,
)
from backchannel.charter.parties import RootSet
from backchannel.charter.rules import ReleaseRule
from backchannel.errors import BreachError, OfficerError
from backchannel.wire.entry import Head
from backchannel.wire.ids import CharterId, CredentialId, LineId

# Before its first entry a journal has no seq; what the charter itself gives counts from here.
BEFORE_FIRST = -1


class Issued(msgspec.Struct, frozen=True):
    """A credential as entered: the entry's seq and claimed time, and the key that came beside."""

    id: CredentialId
    credential: Credential
    seq: int
    time: int
    pq_public: bytes | None


class Revoked(msgspec.Struct, frozen=True):
    """A revocation as entered: `seen` is what the office had seen of other journals by then."""

    seq: int
    reason: int
    last: Head | None
    seen: dict[int, int]
    time: int


class Refusal(msgspec.Struct, frozen=True):
    """Why an entry of the journal, duly signed, has no effect."""

    reason: str
    text: str


class Standing(msgspec.Struct, frozen=True):
    """What is in force from an entry on: charter, own release table and roots."""

    seq: int
    charter_id: CharterId
    charter: Charter
    rules: tuple[ReleaseRule, ...]
    root_set: RootSet


class Authority(msgspec.Struct, frozen=True):
    """One party's authority journal, folded up to `seq`. `head` is the id of that entry.

    `granted` names the credential of each journal number, `names` the officers of a name, oldest
    first, `kinds` what each Ed25519 key was first enrolled as, `fresh` the newest
    time at which the office called the journal current.
    """

    line_id: LineId
    party: int
    seq: int
    head: bytes
    standings: tuple[Standing, ...]
    seen: dict[int, int] = {}
    credentials: dict[CredentialId, Issued] = {}
    revocations: dict[CredentialId, Revoked] = {}
    granted: dict[int, CredentialId] = {}
    names: dict[str, tuple[CredentialId, ...]] = {}
    kinds: dict[bytes, int] = {}
    refused: dict[int, Refusal] = {}
    fresh: int | None = None


def standing_at(authority: Authority, seq: int) -> Standing:
    """Return charter, rules and roots as of an entry of the journal."""
    for each in reversed(authority.standings):
        if each.seq <= seq:
            return each
    raise AssertionError("what the charter gives stands before every entry")


def issued(authority: Authority, credential_id: CredentialId) -> Issued:
    """Return a credential at whatever head. Raises BreachError("unknown-credential")."""
    found = authority.credentials.get(credential_id)
    if found is None:
        raise BreachError("unknown-credential", f"{credential_id.hex()} was never issued")
    return found


def known_at(authority: Authority, credential_id: CredentialId, seq: int) -> Issued:
    """Return a credential that was issued by an entry up to seq. Raises BreachError."""
    found = issued(authority, credential_id)
    if found.seq > seq:
        raise BreachError(
            "unknown-credential",
            f"{found.credential.name}: issued by entry {found.seq}, not yet at {seq}",
        )
    return found


def revocation(authority: Authority, credential_id: CredentialId) -> Revoked | None:
    """Return the revocation of a credential, or None: so far there is none."""
    return authority.revocations.get(credential_id)


def require_unrevoked(authority: Authority, found: Issued, seq: int) -> None:
    """Raise BreachError("revoked") if the credential had ended by the entry seq (CHARTER-51)."""
    ended = authority.revocations.get(found.id)
    if ended is not None and ended.seq <= seq:
        raise BreachError("revoked", f"{found.credential.name}: revoked by entry {ended.seq}")


def require_valid(found: Issued, moment: int) -> None:
    """Raise BreachError unless the moment, seconds UTC, lies in the validity (CHARTER-51, NT11)."""
    credential = found.credential
    if moment < credential.since:
        raise BreachError(
            "not-yet-valid", f"{credential.name}: valid from {credential.since}, asked at {moment}"
        )
    if moment >= credential.until:
        raise BreachError(
            "expired", f"{credential.name}: valid until {credential.until}, asked at {moment}"
        )


def station_for_journal(authority: Authority, no: int) -> Issued:
    """Return the station that a journal number was granted to. Raises BreachError (NT98)."""
    holder = authority.granted.get(no)
    if holder is None:
        raise BreachError("unknown-journal", f"journal {no} was granted to no station")
    return authority.credentials[holder]


def live_stations(authority: Authority, seq: int, mode: int) -> tuple[Issued, ...]:
    """Return the stations of a mode that were issued and not revoked as of seq, oldest first.

    Validity ends nothing here: no key is retired by a clock.
    """
    return tuple(
        each
        for each in authority.credentials.values()
        if each.seq <= seq
        and MODE_OF_STATION.get(CredentialKind(each.credential.kind)) == mode
        and not ended_by(authority, each.id, seq)
    )


def ended_by(authority: Authority, credential_id: CredentialId, seq: int) -> bool:
    """Tell whether a credential was revoked by an entry up to seq. It verifies nothing."""
    ended = authority.revocations.get(credential_id)
    return ended is not None and ended.seq <= seq


def officer_named(authority: Authority, name: str) -> Issued:
    """Return the newest officer of a name whose credential stands. Raises OfficerError."""
    for each in reversed(authority.names.get(name, ())):
        if each not in authority.revocations:
            return authority.credentials[each]
    raise OfficerError("unknown-officer", f"no officer {name!a} with a standing credential")


def posts_of(authority: Authority, found: Issued) -> tuple[Issued, ...]:
    """Return the posts that an officer fills, in the order of his credential."""
    return tuple(authority.credentials[post] for post in found.credential.posts)
