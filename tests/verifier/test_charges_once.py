"""What may be said once alone (E6): leaves of a beacon; and not the sign-offs of an officer."""

import pytest
from tests.cast import BIRCH
from tests.verifier.accusing import lying_scene, of_pair, told
from tests.verifier.judging import ROOTS
from tests.verifier.making import VALUES
from tests.verifier.test_charges import OTHER, beat, claim

from backchannel.verifier.__main__ import verify
from backchannel.verifier.cbor import Refusal
from backchannel.wire.entry import EntryType
from backchannel.wire.statement import Kind


def test_what_is_no_opening_is_not_read_as_one() -> None:
    """PROOF-185: nor one of another shape."""
    scene = lying_scene()
    opening, bare = beat(scene, 0, 7, (OTHER,), ()), beat(scene, 0, 8, OTHER, ())
    assert claim(told(of_pair(scene, 8, opening, bare), ROOTS)) == "beacon-shape"
    receipt = scene.books[BIRCH].piece(1)
    assert claim(told(of_pair(scene, 8, receipt, opening), ROOTS)) == "no-opening"


def test_two_sign_offs_of_one_watch_convict_nobody() -> None:
    """PROOF-186: there is no kind for them, and none of the others fits."""
    scene = lying_scene()
    birch, made = scene.books[BIRCH], []
    for count in (1, 2):
        values = (*VALUES[:20], (birch.no, 0, 1), count, OTHER, b"s" * 2420)
        payload, _ = scene.state(BIRCH, values, kind=Kind.SIGN_OFF, to=1)
        birch.write(payload, EntryType.STATEMENT)
        made.append(birch.piece(-1))
    reasons = {1: "no-contradiction", 2: "no-contradiction", 3: "no-minute", 5: "no-minute",
               6: "no-contradiction", 8: "no-opening"}  # fmt: skip
    for kind, reason in reasons.items():
        assert claim(told(of_pair(scene, kind, *made), ROOTS)) == reason
    with pytest.raises(Refusal, match="evidence-head"):
        verify(of_pair(scene, 9, *made).pack(), ROOTS)
