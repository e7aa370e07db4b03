"""The suite BC1 against published vectors, second opinions and hostile input."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from backchannel.errors import JunkError
from backchannel.limits import FIELDS_MAX
from backchannel.wire.primitives import (
    HPKE_OVERHEAD_BYTES,
    TAGS,
    XWING_PUBLIC_BYTES,
    ed25519_keypair,
    ed25519_require_prime_order,
    ed25519_sign,
    ed25519_verify,
    field_salts,
    gcm_siv_open,
    gcm_siv_seal,
    gcm_siv_seal_each,
    hkdf_expand,
    hkdf_extract,
    hmac_pads,
    hmac_sha256,
    hmac_under,
    hpke_open,
    hpke_seal,
    make_certificate,
    mldsa_public,
    mldsa_sign,
    mldsa_verify,
    require_mldsa_public,
    require_xwing_public,
    sha256,
    tagged_hash,
    xwing_public,
)

SHARED = Path(__file__).parents[3] / "shared" / "vectors"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no public vectors beside us")

PRIVATE = bytes(range(96))
PUBLIC = xwing_public(PRIVATE)
SECRET_KEY = b"a key of thirty-two bytes exactly"[:32]
CURVE_PRIME = 2**255 - 19


def reason_of(check: object, *arguments: object) -> str:
    with pytest.raises(JunkError) as caught:
        check(*arguments)  # type: ignore[operator]
    return caught.value.reason


def wycheproof(name: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Return (group, case) for each case of a file."""
    groups = json.loads((SHARED / "wycheproof" / name).read_text())["testGroups"]
    return [(group, case) for group in groups for case in group["tests"]]


# --- Hashes and derivation -----------------------------------------------------------------------


def test_tagged_hash_is_sha256_under_a_name() -> None:
    """WIRE-7: H(tag, x) = SHA-256("backchannel/1/" | tag | 0x00 | x)."""
    assert tagged_hash("entry", b"abc") == hashlib.sha256(b"backchannel/1/entry\x00abc").digest()
    assert sha256(b"abc") == hashlib.sha256(b"abc").digest()


def test_hashes_under_different_names_differ() -> None:
    """WIRE-7, WIRE-8: the list of names is closed, and no name is the start of another's bytes."""
    assert len({tagged_hash(tag, b"same") for tag in TAGS}) == len(TAGS)
    with pytest.raises(KeyError):
        tagged_hash("minute", b"")
    assert tagged_hash("entry", b"\x00x") != tagged_hash("entry", b"x")


@pytest.mark.parametrize("key_bytes", [0, 1, 16, 32, 64])
def test_kept_pads_make_the_same_mac(key_bytes: int) -> None:
    """WIRE-20: three ways to the same HMAC-SHA-256."""
    key = bytes(range(key_bytes))
    pads = hmac_pads(key)
    for message in (b"", b"a", b"b" * 200):
        wanted = hmac.new(key, message, "sha256").digest()
        assert hmac_under(pads, message) == wanted
        assert hmac_sha256(key, message) == wanted


def test_pads_take_no_key_that_would_be_hashed() -> None:
    with pytest.raises(AssertionError):
        hmac_pads(bytes(65))


def test_field_salts_are_the_start_of_a_mac_over_the_label() -> None:
    """RECORD-25: HMAC(salt, "bc/salt" | u8 label), first 16 bytes, labels from 1."""
    salts = field_salts(b"s" * 16, FIELDS_MAX)
    assert len(salts) == FIELDS_MAX
    for label, salt in enumerate(salts, start=1):
        assert salt == hmac_sha256(b"s" * 16, b"bc/salt" + bytes([label]))[:16]
    assert field_salts(b"s" * 16, 3) == salts[:3]


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 60, 64, 96, 255 * 32])
def test_hkdf_agrees_with_a_second_implementation(length: int) -> None:
    """WIRE-20: every number of blocks."""
    prk = hkdf_extract(b"salt", b"input")
    if length:
        wanted = HKDFExpand(hashes.SHA256(), length, b"info").derive(prk)
        assert wanted == HKDF(hashes.SHA256(), length, b"salt", b"info").derive(b"input")
        assert hkdf_expand(prk, b"info", length) == wanted
    else:
        assert hkdf_expand(prk, b"info", length) == b""


@needs_shared
def test_wycheproof_hkdf() -> None:
    """WIRE-20: 83 outputs; the three that are too long are refused."""
    verdicts = {"valid": 0, "invalid": 0}
    for _, case in wycheproof("hkdf_sha256_test.json"):
        prk = hkdf_extract(bytes.fromhex(case["salt"]), bytes.fromhex(case["ikm"]))
        info, size = bytes.fromhex(case["info"]), int(case["size"])
        verdicts[case["result"]] += 1
        if case["result"] == "valid":
            assert hkdf_expand(prk, info, size).hex() == case["okm"]
        else:
            with pytest.raises(AssertionError):
                hkdf_expand(prk, info, size)
    assert verdicts == {"valid": 83, "invalid": 3}


# --- Sealing -------------------------------------------------------------------------------------


@needs_shared
def test_wycheproof_gcm_siv() -> None:
    """WIRE-19: every verdict for keys of 256 bits; keys of 128 bits are refused by name."""
    verdicts = {"valid": 0, "invalid": 0, "key-length": 0}
    for _, case in wycheproof("aes_gcm_siv_test.json"):
        key, nonce, aad, text = (bytes.fromhex(case[k]) for k in ("key", "iv", "aad", "msg"))
        box = bytes.fromhex(case["ct"] + case["tag"])
        if len(key) != 32:
            assert reason_of(gcm_siv_open, key, nonce, box, aad) == "key-length"
            assert reason_of(gcm_siv_seal, key, nonce, text, aad) == "key-length"
            verdicts["key-length"] += 1
        elif case["result"] == "valid":
            assert gcm_siv_seal(key, nonce, text, aad) == box
            assert gcm_siv_seal_each(key, [(nonce, text, aad)] * 2) == [box, box]
            assert gcm_siv_open(key, nonce, box, aad) == text
            verdicts["valid"] += 1
        else:
            assert reason_of(gcm_siv_open, key, nonce, box, aad) == "not-authentic"
            verdicts["invalid"] += 1
    assert sum(verdicts.values()) == 202
    assert min(verdicts.values()) > 0


def test_a_box_opens_with_nothing_changed() -> None:
    """WIRE-19: key, nonce, aad and each byte of the box count."""
    nonce = bytes(12)
    box = gcm_siv_seal(SECRET_KEY, nonce, b"Alder", b"aad")
    assert gcm_siv_open(SECRET_KEY, nonce, box, b"aad") == b"Alder"
    assert reason_of(gcm_siv_open, bytes(32), nonce, box, b"aad") == "not-authentic"
    assert reason_of(gcm_siv_open, SECRET_KEY, b"\x01" * 12, box, b"aad") == "not-authentic"
    assert reason_of(gcm_siv_open, SECRET_KEY, nonce, box, b"") == "not-authentic"
    assert reason_of(gcm_siv_open, SECRET_KEY, nonce, b"", b"aad") == "not-authentic"
    for at in range(len(box)):
        changed = box[:at] + bytes([box[at] ^ 0x80]) + box[at + 1 :]
        assert reason_of(gcm_siv_open, SECRET_KEY, nonce, changed, b"aad") == "not-authentic"


def test_what_is_sealed_to_a_key_opens_under_its_info_alone() -> None:
    """WIRE-16, WIRE-18: sizes of the layouts, and a fresh seal every time."""
    sealed = hpke_seal(PUBLIC, bytes(32), b"info")
    assert len(PUBLIC) == XWING_PUBLIC_BYTES == 1216
    assert len(sealed) == 32 + HPKE_OVERHEAD_BYTES == 1168
    assert hpke_open(PRIVATE, sealed, b"info") == bytes(32)
    assert sealed != hpke_seal(PUBLIC, bytes(32), b"info")


def test_nt4_a_changed_seal_opens_for_nobody() -> None:
    """NT4; WIRE-18: another info, another key, a changed byte in each part, a cut."""
    sealed = hpke_seal(PUBLIC, bytes(32), b"info")
    assert reason_of(hpke_open, PRIVATE, sealed, b"other") == "not-authentic"
    assert reason_of(hpke_open, PRIVATE[::-1], sealed, b"info") == "not-authentic"
    for at in (0, 500, 1087, 1088, 1119, 1120, 1151, 1152, 1167):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        assert reason_of(hpke_open, PRIVATE, changed, b"info") == "not-authentic"
    for size in (0, 100, 1120, 1135, 1136, 1167):
        assert reason_of(hpke_open, PRIVATE, sealed[:size], b"info") == "not-authentic"


def test_nt5_a_malformed_kem_ciphertext_has_no_reason_of_its_own() -> None:
    """NT5; WIRE-18: implicit rejection, or a zero share: only the seal as a whole fails."""
    sealed = hpke_seal(PUBLIC, bytes(32), b"info")
    for enc in (b"\xff" * 1088 + sealed[1088:1120], bytes(1120), sealed[:1088] + bytes(32)):
        assert reason_of(hpke_open, PRIVATE, enc + sealed[1120:], b"info") == "not-authentic"


LOW_ORDER_SHARES = [
    0,
    1,
    CURVE_PRIME - 1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
]


@pytest.mark.parametrize("share", LOW_ORDER_SHARES)
def test_nt6_a_share_of_low_order_is_not_admitted(share: int) -> None:
    """NT6; WIRE-17: the all-zero share, and the others that make a constant secret."""
    public = PUBLIC[:1184] + share.to_bytes(32, "little")
    assert reason_of(require_xwing_public, public) == "low-order-share"
    assert reason_of(hpke_seal, public, b"", b"") == "low-order-share"


@pytest.mark.parametrize(
    ("public", "reason"),
    [
        (b"", "key-length"),
        (PUBLIC[:-1], "key-length"),
        (PUBLIC + b"\x00", "key-length"),
        (PUBLIC[:1184] + CURVE_PRIME.to_bytes(32, "little"), "non-canonical-share"),
        (PUBLIC[:1184] + (CURVE_PRIME + 9).to_bytes(32, "little"), "non-canonical-share"),
        (PUBLIC[:-1] + bytes([PUBLIC[-1] | 0x80]), "non-canonical-share"),
        (b"\xff" * 1184 + PUBLIC[1184:], "bad-kem-key"),
        (b"\x01\xfd" + PUBLIC[2:], "bad-kem-key"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)}-bytes",
)
def test_an_xwing_key_has_one_spelling(public: bytes, reason: str) -> None:
    """WIRE-17: length, the share below the prime, each ML-KEM coefficient below 3329."""
    assert reason_of(require_xwing_public, public) == reason
    assert reason_of(hpke_seal, public, b"", b"") == reason


def test_a_sound_xwing_key_is_admitted() -> None:
    require_xwing_public(PUBLIC)
    with pytest.raises(AssertionError):
        xwing_public(PRIVATE[:-1])
    with pytest.raises(AssertionError):
        hpke_open(PRIVATE + b"\x00", bytes(1168), b"")


def test_a_seal_is_opened_by_hand() -> None:
    """WIRE-16, WIRE-18: X-Wing and RFC 9180 written out, step by step."""
    sealed = hpke_seal(PUBLIC, b"epoch seed", b"info")
    kem_ciphertext, share, box = sealed[:1088], sealed[1088:1120], sealed[1120:]
    kem_secret = mlkem.MLKEM768PrivateKey.from_seed_bytes(PRIVATE[:64]).decapsulate(kem_ciphertext)
    scalar = x25519.X25519PrivateKey.from_private_bytes(PRIVATE[64:])
    dh_secret = scalar.exchange(x25519.X25519PublicKey.from_public_bytes(share))
    joined = kem_secret + dh_secret + share + PUBLIC[1184:] + bytes.fromhex("5c2e2f2f5e5c")
    shared_secret = hashlib.sha3_256(joined).digest()
    suite = b"HPKE" + bytes.fromhex("647a00010002")

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hkdf_extract(salt, b"HPKE-v1" + suite + label + ikm)

    def expand(prk: bytes, label: bytes, length: int) -> bytes:
        schedule = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", b"info")
        info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + schedule
        return hkdf_expand(prk, info, length)

    secret = extract(shared_secret, b"secret", b"")
    key, nonce = expand(secret, b"key", 32), expand(secret, b"base_nonce", 12)
    assert AESGCM(key).decrypt(nonce, box, b"") == b"epoch seed"


# --- Signatures ----------------------------------------------------------------------------------


def test_ed25519_known_answer() -> None:
    """WIRE-12: RFC 8032, 7.1, test 2."""
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public, secret = ed25519_keypair(seed)
    assert public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert secret == seed + public
    assert ed25519_sign(secret, b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def test_ed25519_looks_at_lengths_first() -> None:
    """WIRE-12: the library below reads 32 and 64 bytes, whatever it is given."""
    public, secret = ed25519_keypair(bytes(32))
    signature = ed25519_sign(secret, b"x")
    ed25519_verify(public, signature, b"x")
    assert reason_of(ed25519_verify, public[:31], signature, b"x") == "key-length"
    assert reason_of(ed25519_verify, public + b"\x00", signature, b"x") == "key-length"
    assert reason_of(ed25519_verify, public, signature[:63], b"x") == "signature-length"
    # One byte moved from the message to the signature would give the library the same string.
    assert reason_of(ed25519_verify, public, signature + b"x", b"") == "signature-length"
    assert reason_of(ed25519_verify, public, signature, b"y") == "bad-signature"
    with pytest.raises(AssertionError):
        ed25519_sign(secret[:32], b"x")


def test_a_point_outside_the_prime_order_group_is_found() -> None:
    """WIRE-13: y = 3 is a point of the curve, and its order is not L."""
    ed25519_require_prime_order(ed25519_keypair(bytes(32))[0])
    outside = (3).to_bytes(32, "little")
    assert reason_of(ed25519_require_prime_order, outside) == "mixed-order-key"


@needs_shared
@pytest.mark.parametrize(("alg", "total"), [(44, 180), (65, 210)])
def test_wycheproof_mldsa(alg: int, total: int) -> None:
    """WIRE-14: every verdict under the empty context; under any other context nothing holds."""
    seen = 0
    for group, case in wycheproof(f"mldsa_{alg}_verify_test.json"):
        arguments = (
            alg,
            bytes.fromhex(group["publicKey"]),
            bytes.fromhex(case["sig"]),
            bytes.fromhex(case["msg"]),
        )
        seen += 1
        if case["result"] == "valid" and not case.get("ctx"):
            mldsa_verify(*arguments)
        else:
            assert reason_of(mldsa_verify, *arguments) in (
                "bad-signature",
                "signature-length",
                "key-length",
            )
    assert seen == total


@needs_shared
@pytest.mark.parametrize("alg", [44, 65])
def test_a_key_under_which_anyone_signs_is_not_admitted(alg: int) -> None:
    """WIRE-15: two signatures hold under a key with t1 = 0, and the key is refused."""
    name = f"wycheproof/mldsa_{alg}_verify_test.json"
    wanted = json.loads((SHARED / "expected.json").read_text())[name]
    refused = {}
    for group, case in wycheproof(f"mldsa_{alg}_verify_test.json"):
        if case["result"] == "valid" and not case.get("ctx"):
            try:
                require_mldsa_public(alg, bytes.fromhex(group["publicKey"]))
            except JunkError as error:
                refused[case["tcId"]] = error.reason
    assert sorted(refused) == wanted["valid_but_key_refused_at_admission"]
    assert set(refused.values()) == {"zero-key"}


@pytest.mark.parametrize("alg", [44, 65])
def test_mldsa_keys_are_admitted_by_length_and_content(alg: int) -> None:
    """WIRE-15."""
    public = mldsa_public(alg, bytes(32))
    require_mldsa_public(alg, public)
    assert reason_of(require_mldsa_public, alg, public[:-1]) == "key-length"
    assert reason_of(require_mldsa_public, alg, mldsa_public(109 - alg, bytes(32))) == "key-length"
    assert reason_of(require_mldsa_public, alg, public[:32] + bytes(len(public) - 32)) == "zero-key"
    require_mldsa_public(alg, bytes(32) + public[32:])


def test_mldsa_signs_and_verifies() -> None:
    public = mldsa_public(44, bytes(32))
    signature = mldsa_sign(44, bytes(32), b"Alder")
    mldsa_verify(44, public, signature, b"Alder")
    assert reason_of(mldsa_verify, 44, public, signature, b"Birch") == "bad-signature"
    other = mldsa_public(44, b"\x01" * 32)
    assert reason_of(mldsa_verify, 44, other, signature, b"Alder") == "bad-signature"
    assert reason_of(mldsa_verify, 44, public, signature[1:], b"Alder") == "signature-length"
    assert reason_of(mldsa_verify, 44, public, signature + b"r", b"Alde") == "signature-length"


# --- Certificates --------------------------------------------------------------------------------


def test_a_certificate_comes_from_its_seed_alone() -> None:
    """WIRE-25: the same every time, names nobody, ends never, signed by itself."""
    der, private = make_certificate(bytes(32))
    assert make_certificate(bytes(32)) == (der, private)
    assert make_certificate(b"\x01" * 32)[0] != der
    certificate = x509.load_der_x509_certificate(der)
    certificate.verify_directly_issued_by(certificate)
    assert certificate.subject.rfc4514_string() == "CN=backchannel"
    assert certificate.not_valid_after_utc.year == 9999
    key = serialization.load_der_private_key(private, None)
    assert key.public_key() == certificate.public_key()
