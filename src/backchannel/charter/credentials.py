"""The credential: the signed body that makes somebody a post, an officer or a station.

This module must not know which credentials were issued, see roster.py. Layout: CHARTER-30 to 33.

    body = [kind, name, [post credential id], Ed25519 32 / null, H("key", ML-DSA or X-Wing) / null,
            powers, [class], [mode], [journal no], from, until, parent / null, depth]
"""

from enum import IntEnum

import msgspec

from backchannel.charter import fields
from backchannel.charter.powers import (
    ALL_POWERS,
    AUTHORITY_POWERS,
    MACHINE_POWERS,
    NO_POWERS,
    PERSON_POWERS,
    Power,
)
from backchannel.errors import BreachError, JunkError
from backchannel.limits import (
    DELEGATION_DEPTH_MAX,
    JOURNAL_NUMBER_MAX,
    MOMENT_MAX,
    NAME_CHARACTERS_MAX,
    PARTIES_MAX,
    POSTS_OF_OFFICER_MAX,
    RULES_MAX,
    STATION_JOURNALS_MAX,
)
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.ids import CredentialId
from backchannel.wire.signing import Alg, Mode

BODY_FIELDS = 13
ID_BYTES = 32
KEY_BYTES = 32


class CredentialKind(IntEnum):
    """What the subject of a credential is. Numbers are fixed for all versions."""

    POST = 1
    OFFICER = 2
    STATION_REAL = 3
    STATION_EXERCISE = 4
    STATION_TEST = 5
    CUSTODIAN = 6
    TRUSTEE = 7


MODE_OF_STATION = {
    CredentialKind.STATION_REAL: Mode.REAL,
    CredentialKind.STATION_EXERCISE: Mode.EXERCISE,
    CredentialKind.STATION_TEST: Mode.TEST,
}
STATION_OF_MODE = {mode: kind for kind, mode in MODE_OF_STATION.items()}
WITH_MANDATE = (CredentialKind.POST, CredentialKind.OFFICER)
# Their second key opens shares; it is no signing key.
HOLDERS_OF_SHARES = (CredentialKind.CUSTODIAN, CredentialKind.TRUSTEE)

POWERS_OF_KIND = {
    CredentialKind.POST: PERSON_POWERS,
    CredentialKind.OFFICER: PERSON_POWERS,
    **dict.fromkeys(MODE_OF_STATION, MACHINE_POWERS),
    CredentialKind.CUSTODIAN: NO_POWERS,
    CredentialKind.TRUSTEE: Power.OVERSEE,
}


class Credential(msgspec.Struct, frozen=True):
    """What a party says of one subject. It counts from `since` on and no longer at `until`."""

    kind: int
    name: str
    since: int
    until: int
    posts: tuple[CredentialId, ...] = ()
    ed25519: bytes | None = None
    pq_hash: bytes | None = None
    powers: int = 0
    classes: tuple[int, ...] = ()
    modes: tuple[int, ...] = ()
    journals: tuple[int, ...] = ()
    parent: CredentialId | None = None
    depth: int = 0


def pack_body(credential: Credential) -> bytes:
    """Return the bytes whose hash is the credential's id (CHARTER-30)."""
    return encode(
        (
            int(credential.kind),
            credential.name,
            credential.posts,
            credential.ed25519,
            credential.pq_hash,
            int(credential.powers),
            credential.classes,
            tuple(int(mode) for mode in credential.modes),
            credential.journals,
            credential.since,
            credential.until,
            credential.parent,
            credential.depth,
        )
    )


def parse_body(raw: bytes) -> Credential:
    """Return the credential in `raw`. Raises JunkError (CHARTER-30 to CHARTER-33)."""
    taken = fields.row(decode(raw), "body", BODY_FIELDS)
    kind, name, posts, ed25519, pq_hash, powers, classes, modes = taken[:8]
    journals, since_value, until_value, parent, depth = taken[8:]
    since, until = read_validity(since_value, until_value)
    credential = Credential(
        kind=fields.whole(kind, "kind", CredentialKind.POST, CredentialKind.TRUSTEE),
        name=fields.text(name, "name", NAME_CHARACTERS_MAX),
        since=since,
        until=until,
        posts=read_posts(posts),
        ed25519=optional_octets(ed25519, "ed25519", KEY_BYTES),
        pq_hash=optional_octets(pq_hash, "pq_hash", ID_BYTES),
        powers=fields.whole(powers, "powers", 0, ALL_POWERS),
        classes=fields.numbers(classes, "classes", 0, RULES_MAX - 1, most=RULES_MAX),
        modes=fields.numbers(modes, "modes", Mode.REAL, Mode.TEST, most=len(Mode)),
        journals=fields.numbers(
            journals, "journals", PARTIES_MAX, JOURNAL_NUMBER_MAX, most=STATION_JOURNALS_MAX
        ),
        parent=read_parent(parent),
        depth=fields.whole(depth, "depth", 0, DELEGATION_DEPTH_MAX),
    )
    require_shape(credential)
    return credential


def read_validity(since_value: Value, until_value: Value) -> tuple[int, int]:
    """Return from and until. Raises JunkError("bad-validity") (CHARTER-32)."""
    since = fields.whole(since_value, "from", 0, MOMENT_MAX)
    until = fields.whole(until_value, "until", 0, MOMENT_MAX)
    if until <= since:
        raise JunkError("bad-validity", f"until: got {until}, wanted later than {since}")
    return since, until


def read_posts(value: Value) -> tuple[CredentialId, ...]:
    """Return the ids of the posts that an officer fills, each once. Raises JunkError."""
    taken = fields.rows(value, "posts", 0, POSTS_OF_OFFICER_MAX)
    ids = tuple(CredentialId(fields.octets(each, "posts", ID_BYTES)) for each in taken)
    fields.each_once(tuple(each.hex() for each in ids), "posts")
    return ids


def read_parent(value: Value) -> CredentialId | None:
    """Return the id of the credential that grants this one, or None: the roots. Raises JunkError"""
    parent = optional_octets(value, "parent", ID_BYTES)
    return None if parent is None else CredentialId(parent)


def optional_octets(value: Value, path: str, length: int) -> bytes | None:
    """Return bytes of this length or None. Raises JunkError."""
    return None if value is None else fields.octets(value, path, length)


def require_shape(credential: Credential) -> None:
    """Raise JunkError if a field says what its kind of subject cannot have (CHARTER-33)."""
    kind = CredentialKind(credential.kind)
    keyless = kind == CredentialKind.POST
    if (credential.ed25519 is None) != keyless or (credential.pq_hash is None) != keyless:
        raise JunkError("keys-of-kind", "body: a post has no key, every other kind has both")
    if credential.posts and kind != CredentialKind.OFFICER:
        raise JunkError("posts-of-kind", "posts: only an officer fills posts")
    if credential.powers & ~POWERS_OF_KIND[kind]:
        raise JunkError("powers-of-kind", f"powers: {kind.name} cannot hold all of them")
    if credential.classes and kind not in WITH_MANDATE:
        raise JunkError("classes-of-kind", "classes: only posts and officers release statements")
    if bool(credential.journals) != (kind in MODE_OF_STATION):
        raise JunkError("journals-of-kind", "journals: a station has some, nobody else has any")
    if kind in WITH_MANDATE and not credential.modes:
        raise JunkError("modes-of-kind", "modes: a post or officer acts in one mode at least")
    if kind not in WITH_MANDATE and credential.modes != modes_of(kind):
        raise JunkError("modes-of-kind", f"modes: {kind.name} has {list(modes_of(kind))}")
    if credential.depth and not credential.powers & (Power.ISSUE | Power.RESTORE):
        raise JunkError("depth-of-kind", "depth: nothing can be granted without issue or restore")


def modes_of(kind: CredentialKind) -> tuple[int, ...]:
    """Return the one mode of a station's kind, nothing for holders of shares."""
    return (MODE_OF_STATION[kind],) if kind in MODE_OF_STATION else ()


def pq_alg(credential: Credential) -> Alg:
    """Return which ML-DSA the subject signs with: 65 where the mandate reaches credentials."""
    return Alg.ML_DSA_65 if credential.powers & AUTHORITY_POWERS else Alg.ML_DSA_44


def require_within(child: Credential, parent: Credential) -> None:
    """Raise BreachError("wider-mandate") unless a mandate lies inside its parent's (NT15).

    What makes a machine a station (read, write) every issuer may grant (CHARTER-36).
    """
    if child.depth >= parent.depth:
        raise BreachError(
            "too-deep", f"depth: got {child.depth}, wanted less than the issuer's {parent.depth}"
        )
    require_mandate_within(child, (parent,))
    if child.since < parent.since or child.until > parent.until:
        raise BreachError(
            "wider-mandate", f"from, until: wanted within {parent.since} to {parent.until}"
        )


def require_mandate_within(child: Credential, ceilings: tuple[Credential, ...]) -> None:
    """Raise BreachError("wider-mandate") if no ceiling grants some power, class or mode."""
    powers, classes, modes = 0, set[int](), set[int]()
    for each in ceilings:
        powers |= each.powers
        classes.update(each.classes)
        modes.update(each.modes)
    if child.powers & ~(powers | MACHINE_POWERS):
        raise BreachError("wider-mandate", f"powers: got {child.powers:#x}, wanted in {powers:#x}")
    if not classes.issuperset(child.classes):
        raise BreachError("wider-mandate", f"classes: wanted among {sorted(classes)}")
    if not modes.issuperset(child.modes):
        raise BreachError("wider-mandate", f"modes: wanted among {sorted(modes)}")
