"""The strict profile: admission of keys, and which signatures reach the equation."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backchannel.errors import JunkError
from backchannel.wire.ed25519 import (
    CURVE_D,
    LOW_ORDER_ENCODINGS,
    ORDER,
    PRIME,
    SIGN_BIT,
    admit_key,
    require_strict,
)
from backchannel.wire.primitives import ed25519_keypair, ed25519_sign, ed25519_verify

SHARED = Path(__file__).parents[3] / "shared" / "vectors"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no public vectors beside us")

ALDER, ALDER_SECRET = ed25519_keypair(b"\x01" * 32)
MESSAGE = b"Alder to Birch"
SIGNATURE = ed25519_sign(ALDER_SECRET, MESSAGE)
IDENTITY = b"\x01" + bytes(31)


def reason_of(check: object, *arguments: bytes) -> str:
    with pytest.raises(JunkError) as caught:
        check(*arguments)  # type: ignore[operator]
    return caught.value.reason


def edwards_add(p: tuple[int, int], q: tuple[int, int]) -> tuple[int, int]:
    """Add two affine points by the law of RFC 8032, 5.1.4."""
    (x1, y1), (x2, y2) = p, q
    product = CURVE_D * x1 * x2 * y1 * y2 % PRIME
    x3 = (x1 * y2 + x2 * y1) * pow(1 + product, -1, PRIME) % PRIME
    y3 = (y1 * y2 + x1 * x2) * pow(1 - product, -1, PRIME) % PRIME
    return x3, y3


def decompress(encoded: bytes) -> tuple[int, int]:
    """Return the affine point of an encoding (RFC 8032, 5.1.3)."""
    number = int.from_bytes(encoded, "little")
    y, sign = number % SIGN_BIT % PRIME, number >> 255
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != square:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    assert x * x % PRIME == square
    return (-x % PRIME if x & 1 != sign else x), y


def compress(point: tuple[int, int]) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


# A point of order 8: what every low-order point is a multiple of.
TORSION = decompress(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
)


def test_the_table_of_low_order_encodings_is_complete() -> None:
    """WIRE-11: derived here by adding a point of order 8 to itself."""
    found, point = set(), TORSION
    for _ in range(8):
        canonical = compress(point)
        y = int.from_bytes(canonical, "little") % SIGN_BIT
        for spelling in (y, y + PRIME):
            for sign in (0, SIGN_BIT):
                if spelling < SIGN_BIT:
                    found.add((spelling | sign).to_bytes(32, "little"))
        point = edwards_add(point, TORSION)
    assert point == TORSION
    assert found == LOW_ORDER_ENCODINGS
    assert len(found) == 14


def test_a_sound_key_is_admitted_and_its_signature_passes() -> None:
    admit_key(ALDER)
    require_strict(ALDER, SIGNATURE)
    ed25519_verify(ALDER, SIGNATURE, MESSAGE)


@pytest.mark.parametrize("encoded", sorted(LOW_ORDER_ENCODINGS), ids=bytes.hex)
def test_nt7_low_order_keys_are_not_admitted(encoded: bytes) -> None:
    """NT7; WIRE-11, WIRE-13: the identity and all 14 encodings."""
    assert reason_of(admit_key, encoded) == "low-order-key"
    assert reason_of(require_strict, encoded, SIGNATURE) == "low-order-key"
    assert reason_of(require_strict, ALDER, encoded + SIGNATURE[32:]) == "low-order-nonce-point"


def test_nt7_one_signature_for_every_text_is_refused() -> None:
    """NT7: the other library takes one constant signature under the identity for every text."""
    constant = IDENTITY + bytes(32)
    for text in (b"yes", b"no"):
        Ed25519PublicKey.from_public_bytes(IDENTITY).verify(constant, text)
        assert reason_of(ed25519_verify, IDENTITY, constant, text) == "bad-signature"
    assert reason_of(require_strict, IDENTITY, constant) == "low-order-key"


@pytest.mark.parametrize(
    ("encoded", "reason"),
    [
        (ALDER[:31], "key-length"),
        (ALDER + b"\x00", "key-length"),
        (b"", "key-length"),
        ((PRIME + 3).to_bytes(32, "little"), "non-canonical-key"),
        ((PRIME + 18).to_bytes(32, "little"), "non-canonical-key"),
        ((PRIME + 3 | SIGN_BIT).to_bytes(32, "little"), "non-canonical-key"),
        ((2).to_bytes(32, "little"), "off-curve-key"),
        ((7).to_bytes(32, "little"), "off-curve-key"),
        (compress(edwards_add(decompress(ALDER), TORSION)), "mixed-order-key"),
    ],
)
def test_a_key_is_admitted_in_one_spelling_and_of_prime_order(encoded: bytes, reason: str) -> None:
    """WIRE-13: each fault has its own reason."""
    assert reason_of(admit_key, encoded) == reason


def test_the_largest_reduced_y_is_no_second_spelling() -> None:
    """WIRE-11: p - 2 is below the prime, p + 1 + 2 is not; only the spelling is judged here."""
    require_strict((PRIME - 2).to_bytes(32, "little"), SIGNATURE)
    assert reason_of(require_strict, (PRIME + 2).to_bytes(32, "little"), SIGNATURE) == (
        "non-canonical-key"
    )


def test_nt8_other_spellings_of_a_signature_are_refused() -> None:
    """NT8; WIRE-12: S + L, S = L, R not reduced, wrong lengths."""
    r, s = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:], "little")
    assert (
        reason_of(require_strict, ALDER, r + (s + ORDER).to_bytes(32, "little")) == "scalar-range"
    )
    assert reason_of(require_strict, ALDER, r + ORDER.to_bytes(32, "little")) == "scalar-range"
    require_strict(ALDER, r + (ORDER - 1).to_bytes(32, "little"))
    unreduced = (PRIME + 3).to_bytes(32, "little")
    assert reason_of(require_strict, ALDER, unreduced + SIGNATURE[32:]) == (
        "non-canonical-nonce-point"
    )
    assert reason_of(require_strict, ALDER, SIGNATURE[:63]) == "signature-length"
    assert reason_of(require_strict, ALDER, SIGNATURE + b"\x00") == "signature-length"
    assert reason_of(require_strict, ALDER[:31], SIGNATURE) == "key-length"
    assert reason_of(ed25519_verify, ALDER, r + (s + ORDER).to_bytes(32, "little"), MESSAGE) == (
        "bad-signature"
    )


# --- Public vectors: what libsodium says, and the strict rule before the other library -----------


def product_accepts(key: bytes, signature: bytes, message: bytes) -> bool:
    """What the product does: the rule, then libsodium."""
    try:
        require_strict(key, signature)
        ed25519_verify(key, signature, message)
    except JunkError:
        return False
    return True


def libsodium_accepts(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        ed25519_verify(key, signature, message)
    except JunkError:
        return False
    return True


def second_library_accepts(key: bytes, signature: bytes, message: bytes) -> bool:
    """What an independent verifier does: the rule, then the other library."""
    try:
        require_strict(key, signature)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (JunkError, InvalidSignature, ValueError):
        return False
    return True


def agreed_verdict(key: bytes, signature: bytes, message: bytes) -> bool:
    verdict = product_accepts(key, signature, message)
    assert libsodium_accepts(key, signature, message) is verdict
    assert second_library_accepts(key, signature, message) is verdict
    return verdict


def shared(name: str) -> list[dict[str, str]]:
    cases: list[dict[str, str]] = json.loads((SHARED / name).read_text())
    return cases


def expected(name: str) -> dict[str, list[int | str]]:
    verdicts: dict[str, list[int | str]] = json.loads((SHARED / "expected.json").read_text())[name]
    return verdicts


@needs_shared
def test_nt8_exactly_43_of_914_edge_cases_are_accepted() -> None:
    """NT8; WIRE-12: libsodium, and the other library behind the rule, agree on all of them."""
    name = "cctv/ed25519vectors.json"
    accepted = [
        case["number"]
        for case in shared(name)
        if agreed_verdict(
            bytes.fromhex(case["key"]), bytes.fromhex(case["sig"]), case["msg"].encode()
        )
    ]
    assert accepted == expected(name)["accept"]
    assert len(accepted) == 43


@needs_shared
def test_one_of_22_keys_of_the_edge_cases_is_admitted() -> None:
    """WIRE-13: accepting a signature of a key is not yet admitting the key."""
    name = "cctv/ed25519vectors.json"
    admitted, reasons = [], set()
    for key in sorted({case["key"] for case in shared(name)}):
        try:
            admit_key(bytes.fromhex(key))
            admitted.append(key)
        except JunkError as refused:
            reasons.add(refused.reason)
    assert admitted == expected(name)["admit_keys"]
    assert reasons == {"low-order-key", "mixed-order-key"}


@needs_shared
def test_speccheck_verdicts() -> None:
    """WIRE-12, WIRE-13: case 3 alone is accepted, the keys of 6 and 7 alone are admitted."""
    name = "speccheck/cases.json"
    accepted, admitted = [], []
    for index, case in enumerate(shared(name)):
        key = bytes.fromhex(case["pub_key"])
        if agreed_verdict(key, bytes.fromhex(case["signature"]), bytes.fromhex(case["message"])):
            accepted.append(index)
        try:
            admit_key(key)
            admitted.append(index)
        except JunkError:
            continue
    assert accepted == expected(name)["accept"]
    assert admitted == expected(name)["admit_keys_of"]


@needs_shared
def test_wycheproof_verdicts() -> None:
    """WIRE-12: all 151, malleable, cut and wrongly encoded signatures among them."""
    groups = json.loads((SHARED / "wycheproof" / "ed25519_test.json").read_text())["testGroups"]
    verdicts = [
        (
            case["tcId"],
            agreed_verdict(
                bytes.fromhex(group["publicKey"]["pk"]),
                bytes.fromhex(case["sig"]),
                bytes.fromhex(case["msg"]),
            ),
            case["result"] == "valid",
        )
        for group in groups
        for case in group["tests"]
    ]
    assert [row for row in verdicts if row[1] is not row[2]] == []
    assert len(verdicts) == 151
