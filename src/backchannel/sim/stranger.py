"""A stranger in the simulation: the independent verifier, with the fingerprints of all roots.

Its ML-DSA is the stand-in, like everybody's here, and what Ed25519 said once it is not asked again.
This module must not tell the verifier anything that is not in a file.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, cast  # Any: a report for programs is nested lists and maps

from backchannel.charter.parties import Party
from backchannel.sim.stand_ins import replaced, signature_of
from backchannel.verifier import crypto
from backchannel.verifier.__main__ import verify
from backchannel.verifier.cbor import Refusal
from backchannel.wire.ids import LineId
from backchannel.wire.keys import fingerprint

PARAMETERS = {crypto.ML_DSA_44: 44, crypto.ML_DSA_65: 65}


class Verdict(NamedTuple):
    """What the verifier says of a file: why it is none, or what became of each claim (the reason
    that it is not proven, or nothing), and its whole report."""

    refusal: str
    claims: Mapping[str, str]
    told: Mapping[str, object]

    def good(self) -> set[str]:
        """Return the claims that are proven."""
        return {name for name, why in self.claims.items() if not why}

    def fallen(self) -> dict[str, str]:
        """Return the claims that are not proven, each with its reason."""
        return {name: why for name, why in self.claims.items() if why}


def stand_in(alg: int, public: bytes, signature: bytes, message: bytes) -> None:
    """Raise Refusal unless the stand-in of ML-DSA made a signature."""
    if len(public) != crypto.PUBLIC_BYTES[alg]:
        raise Refusal("key-length")
    if signature != signature_of(PARAMETERS[alg], public, message):
        raise Refusal("bad-signature", "the ML-DSA signature does not hold")


@contextmanager
def at_hand() -> Iterator[None]:
    """Let the verifier judge files of this world."""
    known = cache(crypto.require_ed25519)
    with replaced({crypto.require_ml_dsa: stand_in, crypto.require_ed25519: known}):
        yield


def roots_of(line: LineId, parties: tuple[Party, ...]) -> str:
    """Return what was read aloud: the fingerprint of each party's roots, one a line."""
    rows = ([(root.ed25519, root.mldsa65) for root in each.root_set.roots] for each in parties)
    return "\n".join(fingerprint(line, each) for each in rows)


def ask(raw: bytes, roots: str) -> Verdict:
    """Have a file judged."""
    try:
        _, told, _ = verify(raw, roots)
    except Refusal as refused:
        return Verdict(refused.reason or "refused", {}, {})
    claims = cast(list[Any], told["claims"])  # rows of a report
    return Verdict(
        "",
        {each["claim"]: each["reason"] for each in claims},
        told,
    )
