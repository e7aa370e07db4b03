"""Grants and ends credentials in an authority journal: the rules of CHARTER-36 to 41.

This module must not check who signed the entry; it is told which credentials did.
"""

from msgspec.structs import replace

from backchannel.charter.credentials import (
    MODE_OF_STATION,
    Credential,
    CredentialKind,
    require_mandate_within,
    require_within,
)
from backchannel.charter.events import Event, Fresh, Issue, Revoke
from backchannel.charter.possession import require_possession
from backchannel.charter.powers import Power
from backchannel.charter.roster import Authority, Issued, Revoked, issued, require_unrevoked
from backchannel.errors import BreachError
from backchannel.limits import PARTIES_MAX
from backchannel.wire.ids import CredentialId, credential_id

RESTORERS_MIN = 2


def require_powers(event: Event, signers: tuple[Issued, ...]) -> None:
    """Raise BreachError if the credentials that signed may not do this; roots may do all."""
    if not signers:
        return
    if not isinstance(event, Issue | Revoke | Fresh):
        raise BreachError("roots-only", "rules, roots and charter are changed by roots alone")
    wanted = powers_wanted(event)
    for each in signers:
        if not each.credential.powers & wanted:
            raise BreachError("lacks-power", f"{each.credential.name}: lacks {wanted!r}")
    alone = len({each.credential.ed25519 for each in signers}) < RESTORERS_MIN
    by_issuers = all(each.credential.powers & Power.ISSUE for each in signers)
    if isinstance(event, Issue) and alone and not by_issuers:
        raise BreachError("restores-alone", "wanted two people to restore a station")


def powers_wanted(event: Event) -> Power:
    """Return the powers of which a signer needs one (CHARTER-48)."""
    if isinstance(event, Issue):
        machine = event.credential.kind in MODE_OF_STATION
        return Power.ISSUE | Power.RESTORE if machine else Power.ISSUE
    return Power.REVOKE if isinstance(event, Revoke) else Power.ISSUE | Power.REVOKE


def enter_issue(
    authority: Authority,
    event: Issue,
    *,
    time: int,
    signers: tuple[Issued, ...],
    pq_public: bytes | None,
) -> Authority:
    """Return the journal with a credential more. Raises BreachError, JunkError (CHARTER-36)."""
    credential = event.credential
    name = credential_id(event.body)
    if name in authority.credentials:
        raise BreachError("issued-before", f"{credential.name}: these bytes were issued before")
    require_parent(authority, credential, signers)
    require_posts(authority, credential)
    require_classes(authority, credential)
    require_journals(authority, credential)
    require_one_use(authority, credential)
    require_possession(
        authority.line_id,
        event.body,
        credential=credential,
        proof=event.possession,
        pq_public=pq_public,
    )
    return grant(authority, Issued(name, credential, authority.seq, time, pq_public))


def grant(authority: Authority, found: Issued) -> Authority:
    """Return the journal with a credential that has passed every rule."""
    credential = found.credential
    names, kinds = authority.names, authority.kinds
    if credential.kind == CredentialKind.OFFICER:
        names = {**names, credential.name: (*names.get(credential.name, ()), found.id)}
    if credential.ed25519 is not None:
        kinds = {**kinds, credential.ed25519: credential.kind}
    return replace(
        authority,
        credentials={**authority.credentials, found.id: found},
        granted={**authority.granted, **dict.fromkeys(credential.journals, found.id)},
        names=names,
        kinds=kinds,
    )


def require_parent(
    authority: Authority, credential: Credential, signers: tuple[Issued, ...]
) -> None:
    """Raise BreachError unless the mandate lies inside that of a signer it names (NT15)."""
    if not signers:
        if credential.parent is not None:
            raise BreachError("wrong-parent", f"{credential.name}: roots grant without a parent")
        return
    for each in signers:
        if each.id == credential.parent:
            require_within(credential, each.credential)
            return
    raise BreachError("wrong-parent", f"{credential.name}: its parent is none of the signers")


def require_posts(authority: Authority, credential: Credential) -> None:
    """Raise BreachError unless an officer's posts stand and allow what he may do (CHARTER-37)."""
    posts = tuple(standing_post(authority, each) for each in credential.posts)
    if posts:
        require_mandate_within(credential, posts)


def standing_post(authority: Authority, post: CredentialId) -> Credential:
    """Return a post that was issued and not revoked. Raises BreachError."""
    found = issued(authority, post)
    if found.credential.kind != CredentialKind.POST:
        raise BreachError("not-a-post", f"{found.credential.name}: an officer fills posts only")
    require_unrevoked(authority, found, authority.seq)
    return found.credential


def require_classes(authority: Authority, credential: Credential) -> None:
    """Raise BreachError for a class that the charter does not have."""
    rules = authority.standings[-1].rules
    for each in credential.classes:
        if each >= len(rules):
            raise BreachError("unknown-class", f"classes: got {each}, wanted 0 to {len(rules) - 1}")


def require_journals(authority: Authority, credential: Credential) -> None:
    """Raise BreachError for a number of another party or granted before (CHARTER-39, NT98)."""
    for no in credential.journals:
        if no % PARTIES_MAX != authority.party:
            raise BreachError(
                "foreign-journal", f"journals: {no} belongs to party {no % PARTIES_MAX}"
            )
        if no in authority.granted:
            raise BreachError("journal-granted-before", f"journals: {no} has its station")


def require_one_use(authority: Authority, credential: Credential) -> None:
    """Raise BreachError if a key of another kind of subject is enrolled again (CHARTER-38).

    Modes differ by key: one key for two modes would undo the difference.
    """
    if credential.ed25519 is None:
        return
    before = authority.kinds.get(credential.ed25519, credential.kind)
    if before != credential.kind:
        raise BreachError(
            "key-of-another-kind", f"{credential.name}: the key is a {CredentialKind(before).name}"
        )


def enter_revoke(authority: Authority, event: Revoke, *, time: int) -> Authority:
    """Return the journal with a credential ended. Raises BreachError (CHARTER-41)."""
    issued(authority, event.credential)
    if event.credential in authority.revocations:
        raise BreachError("revoked-before", "a revocation is final; the first one counts")
    ended = Revoked(authority.seq, event.reason, event.last, authority.seen, time)
    return replace(authority, revocations={**authority.revocations, event.credential: ended})
