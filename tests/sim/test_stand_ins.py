"""The stand-ins of a simulated run refuse what the product's own functions refuse."""

import pytest

from backchannel.errors import JunkError
from backchannel.sim.stand_ins import Libraries
from backchannel.wire import primitives

SEED = bytes(range(32))
MESSAGE = b"Corner 3 at 35 54 N."


@pytest.mark.parametrize("functions", [primitives, Libraries()], ids=["product", "stand-in"])
def test_an_ml_dsa_signature_holds_for_one_key_and_one_message(functions: Libraries) -> None:
    public = primitives.mldsa_public(44, SEED)
    signature = functions.mldsa_sign(44, SEED, MESSAGE)
    functions.mldsa_verify(44, public, signature, MESSAGE)
    other = primitives.mldsa_public(44, SEED[::-1])
    for reason, against in (
        ("key-length", (public + b"\0", signature, MESSAGE)),
        ("bad-signature", (other, signature, MESSAGE)),
        ("bad-signature", (public, signature, MESSAGE + b"\0")),
        ("bad-signature", (public, signature[::-1], MESSAGE)),
    ):
        with pytest.raises(JunkError) as caught:
            functions.mldsa_verify(44, *against)
        assert caught.value.reason == reason
