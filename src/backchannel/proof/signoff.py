"""The sign-off: an officer's post-quantum signature over all that he signed since his last one.

Its words, the tree over statement ids, and the signature. This module must not look for statements,
or say which of them an officer should have signed. Clauses: PROOF-97, PROOF-98.

    body   = [no, first, last], count, root h32, ML-DSA signature          labels 21 to 24
    signed = [credential h32, [no, first, last], count, root h32]
"""

from collections.abc import Sequence

import msgspec

from backchannel.errors import JunkError
from backchannel.proof.merkle import root_of
from backchannel.wire.codec import Value, encode
from backchannel.wire.entry import require_counts, require_hash, require_number
from backchannel.wire.ids import CredentialId, LineId, StatementId
from backchannel.wire.keys import OfficerKeys
from backchannel.wire.primitives import MLDSA_SIGNATURE_BYTES
from backchannel.wire.signing import (
    MLDSA_SETS,
    Alg,
    Context,
    Mode,
    Purpose,
    require_pq,
    sign_pq,
)
from backchannel.wire.statement import Label

LABELS = tuple(range(Label.BODY, Label.BODY + 4))
LENGTHS = frozenset(MLDSA_SIGNATURE_BYTES[MLDSA_SETS[alg]] for alg in MLDSA_SETS)


class SignOff(msgspec.Struct, frozen=True):
    """What is signed off: of journal `no`, slots `first` to `last`, `count` statements. Their
    ids in the order of the slots are the leaves of a tree with this root."""

    no: int
    first: int
    last: int
    count: int
    root: bytes
    signature: bytes = b""


def signed_bytes(credential: CredentialId, said: SignOff) -> bytes:
    """Return what the officer's post-quantum key signs (PROOF-97)."""
    return encode((credential, (said.no, said.first, said.last), said.count, said.root))


def sign_off(
    keys: OfficerKeys,
    line: LineId,
    credential: CredentialId,
    *,
    slots: tuple[int, int, int],
    statements: Sequence[StatementId],
) -> SignOff:
    """Return a signed sign-off of statements in the slots [no, first, last].

    Draws the library's randomness. Who calls it has verified that each is his (PROOF-98).
    """
    bare = SignOff(*slots, len(statements), root_of(statements))
    context = Context(Purpose.SIGN_OFF, line, Mode.NONE)
    signature = sign_pq(keys.alg, keys.pq_seed, context, signed_bytes(credential, bare))
    return msgspec.structs.replace(bare, signature=signature)


def require_signed_off(
    alg: Alg, public: bytes, line: LineId, credential: CredentialId, said: SignOff
) -> None:
    """Raise JunkError unless a sign-off holds under an officer's second key (PROOF-97)."""
    context = Context(Purpose.SIGN_OFF, line, Mode.NONE)
    require_pq(alg, public, said.signature, context, signed_bytes(credential, said))


def body_of(said: SignOff) -> tuple[Value, ...]:
    """Return the values of a sign-off's content from label 21 on (PROOF-97)."""
    return ((said.no, said.first, said.last), said.count, said.root, said.signature)


def read_body(values: Sequence[Value]) -> SignOff:
    """Return what the values from label 21 on say. Raises JunkError (PROOF-97)."""
    match tuple(values):
        case ((no, first, last), count, bytes(root), bytes(signature)):
            require_number(no)
            require_counts(first, last, count)
            require_hash(root)
            if last < first or len(signature) not in LENGTHS:  # type: ignore[operator]
                raise JunkError("sign-off-shape", "its slots go back, or its signature is none")
            return SignOff(no, first, last, count, root, signature)  # type: ignore[arg-type]
    raise JunkError("sign-off-shape", "wanted [no, first, last], count, root, signature")
