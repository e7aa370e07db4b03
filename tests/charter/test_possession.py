"""Proof that a subject holds its keys, and which keys may be enrolled at all."""

import pytest
from msgspec.structs import replace
from tests.charter.people import (
    LINE,
    NOW,
    YEAR,
    issuer_credential,
    officer,
    officer_credential,
    post,
    proof_of,
    reason_of,
    seed,
    station,
    station_credential,
)

from backchannel.charter.credentials import Credential, CredentialKind, pack_body
from backchannel.charter.possession import (
    Possession,
    prove_holder,
    prove_possession,
    read_possession,
    require_named_key,
    require_possession,
)
from backchannel.charter.powers import Power
from backchannel.errors import JunkError
from backchannel.wire.codec import Value
from backchannel.wire.ids import LineId, key_id
from backchannel.wire.keys import prekey_from_seed
from backchannel.wire.primitives import xwing_public
from backchannel.wire.signing import Alg

KEYS = officer("first")
FIRST = officer_credential(KEYS)
BODY = pack_body(FIRST)
PROOF = proof_of(FIRST, KEYS)


def require(
    credential: Credential = FIRST,
    proof: Possession = PROOF,
    pq_public: bytes | None = KEYS.pq_public,
    line: LineId = LINE,
) -> None:
    require_possession(
        line, pack_body(credential), credential=credential, proof=proof, pq_public=pq_public
    )


def refusal(**arguments: object) -> str:
    return reason_of(lambda: require(**arguments), JunkError)  # type: ignore[arg-type]


def test_who_holds_both_keys_proves_it() -> None:
    """CHARTER-34."""
    require()


def test_an_issuer_proves_its_longer_key() -> None:
    """CHARTER-34: ML-DSA-65 where the mandate reaches credentials."""
    keys = officer("issuer", Alg.ML_DSA_65)
    issuer = issuer_credential(keys)
    require(issuer, proof_of(issuer, keys), keys.pq_public)
    shorter = officer("issuer", Alg.ML_DSA_44)
    asked = issuer_credential(shorter)
    classical = prove_holder(LINE, pack_body(asked), secret=shorter.secret).ed25519
    proof = Possession(classical, bytes(3309))
    assert refusal(credential=asked, proof=proof, pq_public=shorter.pq_public) == "key-length"


def test_a_station_proves_its_keys() -> None:
    keys = station("room")
    room = station_credential(keys)
    require(room, proof_of(room, keys), keys.pq_public)


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        (Possession(), "signature-length"),
        (Possession(PROOF.ed25519, None), "signature-length"),
        (Possession(None, PROOF.mldsa), "signature-length"),
        (Possession(bytes(64), PROOF.mldsa), "low-order-nonce-point"),
        (Possession(PROOF.ed25519, bytes(2420)), "bad-signature"),
    ],
)
def test_no_half_of_a_proof_may_lack(proof: Possession, reason: str) -> None:
    """CHARTER-34, NT9, NT10."""
    assert refusal(proof=proof) == reason


def test_a_proof_copied_from_another_subject_does_not_hold() -> None:
    """NT9: the same keys, another body."""
    assert refusal(credential=replace(FIRST, name="second")) == "bad-signature"


def test_a_proof_made_for_another_line_does_not_hold() -> None:
    """CHARTER-34."""
    assert refusal(line=LineId(bytes(32))) == "bad-signature"


IDENTITY = bytes([1]) + bytes(31)


def test_a_key_of_low_order_is_refused_whatever_it_signed() -> None:
    """CHARTER-35, NT7: under the identity one signature fits every body."""
    assert refusal(credential=replace(FIRST, ed25519=IDENTITY)) == "low-order-key"


def test_a_key_of_mixed_order_is_refused_though_it_may_sign() -> None:
    """CHARTER-35: strict checking of a signature lets it pass, enrolment does not."""
    mixed = bytes.fromhex("3bcfb78c4ad06f9b8d7e8c50e37e33dd40042a7805f5df945fbf33620745bc68")
    assert refusal(credential=replace(FIRST, ed25519=mixed)) == "mixed-order-key"


def test_an_mldsa_key_that_anyone_can_sign_under_is_refused() -> None:
    """CHARTER-35."""
    assert refusal(pq_public=KEYS.pq_public[:32] + bytes(1280)) == "zero-key"


def test_the_key_beside_an_entry_is_the_one_that_the_body_names() -> None:
    """CHARTER-35."""
    require_named_key(FIRST, KEYS.pq_public)
    require_named_key(post(), None)
    missing = reason_of(lambda: require_named_key(FIRST, None), JunkError)
    other = reason_of(lambda: require_named_key(FIRST, officer("second").pq_public), JunkError)
    assert (missing, other) == ("subject-key-missing", "subject-key-mismatch")


# --- Holders of shares ---

SHARE_KEY = xwing_public(prekey_from_seed(seed("share")))
VAULT = Credential(
    CredentialKind.CUSTODIAN,
    "vault",
    NOW,
    NOW + YEAR,
    ed25519=KEYS.public,
    pq_hash=key_id(SHARE_KEY),
)


def test_a_holder_of_shares_signs_with_ed25519_alone() -> None:
    """CHARTER-34: an X-Wing key cannot sign."""
    proof = prove_holder(LINE, pack_body(VAULT), secret=KEYS.secret)
    require(VAULT, proof, SHARE_KEY)
    assert proof.mldsa is None
    other = replace(VAULT, name="other vault")
    assert refusal(credential=other, proof=proof, pq_public=SHARE_KEY) == "bad-signature"


def test_a_share_key_is_refused_if_nothing_can_be_sealed_to_it() -> None:
    """CHARTER-35."""
    proof = prove_holder(LINE, pack_body(VAULT), secret=KEYS.secret)
    broken = SHARE_KEY[:1184] + bytes(32)
    assert refusal(credential=VAULT, proof=proof, pq_public=broken) == "low-order-share"
    assert refusal(credential=VAULT, proof=proof, pq_public=None) == "key-length"


def test_a_post_has_nothing_to_prove() -> None:
    require(post(), Possession(), None)


# --- The pair as it travels ---


@pytest.mark.parametrize(
    ("credential", "pair", "reason"),
    [
        (FIRST, (None, None), "wrong-type"),
        (FIRST, (bytes(64), None), "wrong-type"),
        (FIRST, (None, bytes(2420)), "wrong-type"),
        (FIRST, (bytes(64), bytes(3309)), "wrong-length"),
        (FIRST, (bytes(63), bytes(2420)), "wrong-length"),
        (FIRST, (bytes(64),), "wrong-length"),
        (replace(FIRST, powers=int(Power.ISSUE)), (bytes(64), bytes(2420)), "wrong-length"),
        (post(), (bytes(64), None), "possession-of-kind"),
        (post(), (None, bytes(2420)), "possession-of-kind"),
        (VAULT, (bytes(64), bytes(2420)), "possession-of-kind"),
        (VAULT, (None, None), "wrong-type"),
    ],
)
def test_a_pair_is_refused(credential: Credential, pair: Value, reason: str) -> None:
    """CHARTER-34, NT9."""
    assert reason_of(lambda: read_possession(pair, credential), JunkError) == reason


@pytest.mark.parametrize(
    ("credential", "pair"),
    [
        (FIRST, (bytes(64), bytes(2420))),
        (replace(FIRST, powers=int(Power.ISSUE)), (bytes(64), bytes(3309))),
        (VAULT, (bytes(64), None)),
        (post(), (None, None)),
    ],
)
def test_a_pair_of_the_right_lengths_is_read(credential: Credential, pair: Value) -> None:
    assert tuple(read_possession(pair, credential)) == pair


def test_a_proof_is_made_with_the_key_that_the_powers_ask_for() -> None:
    keys = officer("issuer", Alg.ML_DSA_65)
    issuer = issuer_credential(keys)
    body = pack_body(issuer)
    proof = prove_possession(
        LINE, body, credential=issuer, secret=keys.secret, pq_seed=keys.pq_seed
    )
    assert (len(proof.ed25519 or b""), len(proof.mldsa or b"")) == (64, 3309)
