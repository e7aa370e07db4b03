"""Credentials: the body, and the proof that the subject holds its keys (CHARTER-30 to CHARTER-35).

This module must not know who issued a credential, or whether anybody did.
"""

from dataclasses import dataclass

from backchannel.verifier.cbor import Refusal, Value, decode
from backchannel.verifier.charter import ALL_POWERS, read_window
from backchannel.verifier.crypto import (
    ED25519,
    ML_DSA_44,
    ML_DSA_65,
    NO_MODE,
    SIGNATURE_BYTES,
    admit_ed25519,
    admit_ml_dsa,
    admit_xwing,
    covered,
    require_ed25519,
    require_ml_dsa,
    tagged,
)
from backchannel.verifier.shapes import (
    HASH_BYTES,
    integer,
    integers,
    listing,
    name,
    octets,
    places,
    require_once,
)

POST, OFFICER, CUSTODIAN, TRUSTEE = 1, 2, 6, 7
STATIONS = {3: 1, 4: 2, 5: 3}
ISSUE, REVOKE, RESTORE = 1 << 6, 1 << 7, 1 << 8
READ, WRITE, OVERSEE = 1 << 9, 1 << 10, 1 << 12
OFFICE = ISSUE | REVOKE | RESTORE
POWERS_OF = {POST: ALL_POWERS & ~(READ | WRITE), CUSTODIAN: 0, TRUSTEE: OVERSEE}
POWERS_OF |= {OFFICER: POWERS_OF[POST]} | dict.fromkeys(STATIONS, READ | WRITE)


@dataclass(frozen=True)
class Credential:
    """A mandate (CHARTER-30), with the subject's second key as it came beside it."""

    id: bytes
    kind: int
    name: str
    posts: tuple[bytes, ...]
    key: bytes | None
    second_hash: bytes | None
    powers: int
    classes: tuple[int, ...]
    modes: tuple[int, ...]
    journals: tuple[int, ...]
    since: int
    until: int
    parent: bytes | None
    depth: int

    @property
    def station_mode(self) -> int:
        """The mode of a station; 0 for everybody else."""
        return STATIONS.get(self.kind, 0)

    @property
    def algorithm(self) -> int | None:
        """The ML-DSA of the second key; None where there is none (CHARTER-34)."""
        if self.kind == OFFICER:
            return ML_DSA_65 if self.powers & OFFICE else ML_DSA_44
        return ML_DSA_44 if self.station_mode else None


def read_credential(raw: bytes) -> Credential:
    """Return a credential. Raises Refusal (CHARTER-30 to CHARTER-33)."""
    place = places(decode(raw), 13, "body")
    posts = [octets(n, HASH_BYTES, "post") for n in listing(place[2], 0, 16, "posts")]
    require_once(posts, "twice", "posts")
    since, until = read_window([place[9], place[10]], "validity")
    credential = Credential(
        id=tagged("credential", raw),
        kind=integer(place[0], 1, 7, "kind"),
        name=name(place[1], 1, 64, "name"),
        posts=tuple(posts),
        key=None if place[3] is None else octets(place[3], 32, "Ed25519 key"),
        second_hash=None if place[4] is None else octets(place[4], HASH_BYTES, "second key"),
        powers=integer(place[5], 0, ALL_POWERS, "powers"),
        classes=integers(place[6], 32, 0, 31, "classes"),
        modes=integers(place[7], 3, 1, 3, "modes"),
        journals=integers(place[8], 64, 16, 65_535, "journals"),
        since=since,
        until=until,
        parent=None if place[11] is None else octets(place[11], HASH_BYTES, "parent"),
        depth=integer(place[12], 0, 4, "depth"),
    )
    require_kind(credential)
    return credential


def require_kind(it: Credential) -> None:
    """Raise Refusal unless the fields are those of the kind of subject (CHARTER-33)."""
    keys = it.kind != POST
    if (it.key is not None) != keys or (it.second_hash is not None) != keys:
        raise Refusal("keys-of-kind")
    if it.powers & ~POWERS_OF[it.kind]:
        raise Refusal("powers-of-kind")
    if it.posts and it.kind != OFFICER:
        raise Refusal("posts-of-kind")
    if it.classes and it.kind not in (POST, OFFICER):
        raise Refusal("classes-of-kind")
    if it.kind in (POST, OFFICER):
        fits = bool(it.modes)
    else:
        fits = it.modes == ((it.station_mode,) if it.station_mode else ())
    if not fits:
        raise Refusal("modes-of-kind")
    if bool(it.journals) != bool(it.station_mode):
        raise Refusal("journals-of-kind")
    if it.depth and not it.powers & (ISSUE | RESTORE):
        raise Refusal("depth-of-kind")


def require_second_key(it: Credential, key: bytes | None) -> None:
    """Raise Refusal unless the second key came, and is the one that the body names (CHARTER-35)."""
    if it.second_hash is None:
        return
    if key is None:
        raise Refusal("subject-key-missing", it.name)
    if tagged("key", key) != it.second_hash:
        raise Refusal("subject-key-mismatch", it.name)


def require_possession(
    it: Credential, body: bytes, line: bytes, *, key: bytes | None, proof: Value
) -> None:
    """Raise Refusal unless the subject has shown that it holds its keys (CHARTER-34)."""
    one, other = places(proof, 2, "possession")
    alg = it.algorithm
    if (it.key is None and one is not None) or (alg is None and other is not None):
        raise Refusal("possession-of-kind")
    if it.key is None:
        return
    first = octets(one, 64, "possession")
    second = b"" if alg is None else octets(other, SIGNATURE_BYTES[alg], "possession")
    assert key is not None
    admit_ed25519(it.key)
    if alg is None:
        admit_xwing(key)
    else:
        admit_ml_dsa(alg, key)
    require_ed25519(it.key, first, covered("possession", line, NO_MODE, ED25519, body))
    if alg is not None:
        require_ml_dsa(alg, key, second, covered("possession", line, NO_MODE, alg, body))
