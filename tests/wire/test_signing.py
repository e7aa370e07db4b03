"""What a signature covers: the COSE bytes, and that no signature passes for another object's."""

import json
from itertools import product
from pathlib import Path

import pytest

from backchannel.errors import JunkError
from backchannel.wire.codec import decode, encode
from backchannel.wire.primitives import ed25519_keypair, ed25519_verify, mldsa_public
from backchannel.wire.signing import (
    MODED,
    Alg,
    Context,
    Mode,
    Purpose,
    external_aad,
    protected_header,
    require_pq,
    require_signature,
    sig_structure,
    sign,
    sign_pq,
    to_be_signed,
)

SHARED = Path(__file__).parents[3] / "shared" / "vectors"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no public vectors beside us")

LINE = b"\x11" * 32
OTHER_LINE = b"\x22" * 32
PUBLIC, SECRET = ed25519_keypair(b"\x01" * 32)
SEED = b"\x02" * 32
PAYLOAD = encode((1, "Alder", "Birch"))

CONTEXTS = [
    Context(purpose, LINE, mode)
    for purpose in Purpose
    for mode in Mode
    if (purpose in MODED) == (mode is not Mode.NONE)
]


def reason_of(check: object, *arguments: object) -> str:
    with pytest.raises(JunkError) as caught:
        check(*arguments)  # type: ignore[operator]
    return caught.value.reason


def test_the_purposes_are_the_complete_list() -> None:
    """WIRE-10: the names are signed, so none may ever change."""
    assert [purpose.value for purpose in Purpose] == [
        "charter",
        "authority",
        "possession",
        "statement",
        "entry",
        "prekey",
        "minute",
        "sign-off",
        "query",
        "answer",
        "share",
    ]
    assert len(CONTEXTS) == 6 + 5 * 3


@pytest.mark.parametrize("alg", Alg)
@pytest.mark.parametrize("context", CONTEXTS, ids=lambda c: f"{c.purpose}-{c.mode.name}")
@pytest.mark.parametrize("size", [0, 1, 23, 24, 255, 256, 65_536])
def test_kept_prefixes_equal_the_plain_encoder(context: Context, alg: Alg, size: int) -> None:
    """WIRE-9, WIRE-10: rebuilt from the specification for every purpose, mode and algorithm."""
    aad = b"backchannel/1/" + context.purpose.value.encode() + b"\x00" + LINE
    aad += bytes([context.mode.value])
    payload = bytes(size)
    # A payload at the limit of an object leaves no room for the plain encoder's own limit.
    tail = encode(payload) if size < 65_000 else b"\x5a\x00\x01\x00\x00" + payload
    plain = encode(("Signature1", encode({1: alg.value}), aad, b""))[:-1] + tail
    assert to_be_signed(context, alg, payload) == plain
    if size < 65_000:
        assert decode(plain) == ("Signature1", protected_header(alg), aad, payload)


def test_the_bytes_of_the_specification() -> None:
    """WIRE-9: one whole Sig_structure, byte for byte."""
    context = Context(Purpose.ENTRY, LINE, Mode.REAL)
    assert to_be_signed(context, Alg.ED25519, b"\x80").hex() == (
        "84"
        "6a5369676e617475726531"
        "43a10132"
        "5835" + b"backchannel/1/entry\x00".hex() + "11" * 32 + "01"
        "4180"
    )


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda c: f"{c.purpose}-{c.mode.name}")
def test_nt69_no_signature_passes_for_another_purpose_mode_or_line(context: Context) -> None:
    """NT69, NT25, NT74; WIRE-10: all pairs of purposes and modes, and another line."""
    signature = sign(SECRET, context, PAYLOAD)
    for other in (*CONTEXTS, Context(context.purpose, OTHER_LINE, context.mode)):
        if other == context:
            require_signature(PUBLIC, signature, other, PAYLOAD)
        else:
            assert reason_of(require_signature, PUBLIC, signature, other, PAYLOAD) == (
                "bad-signature"
            )


def test_no_two_contexts_cover_the_same_bytes() -> None:
    """NT69: also for payloads that imitate the end of a context."""
    imitations = (b"", b"\x00", LINE, b"\x00" + LINE + b"\x01", external_aad(CONTEXTS[0]))
    covered = {
        to_be_signed(context, alg, payload)
        for context, alg, payload in product(CONTEXTS, Alg, imitations)
    }
    assert len(covered) == len(CONTEXTS) * 3 * len(imitations)


@pytest.mark.parametrize("alg", [Alg.ML_DSA_44, Alg.ML_DSA_65])
def test_nt69_post_quantum_signatures_are_bound_too(alg: Alg) -> None:
    """NT69; WIRE-14: purpose, mode, line, algorithm and payload."""
    public = mldsa_public(44 if alg is Alg.ML_DSA_44 else 65, SEED)
    context = Context(Purpose.PREKEY, LINE, Mode.REAL)
    signature = sign_pq(alg, SEED, context, PAYLOAD)
    require_pq(alg, public, signature, context, PAYLOAD)
    for other in (
        Context(Purpose.PREKEY, LINE, Mode.EXERCISE),
        Context(Purpose.ENTRY, LINE, Mode.REAL),
        Context(Purpose.PREKEY, OTHER_LINE, Mode.REAL),
    ):
        assert reason_of(require_pq, alg, public, signature, other, PAYLOAD) == "bad-signature"
    assert reason_of(require_pq, alg, public, signature, context, b"") == "bad-signature"
    changed = signature[:-1] + bytes([signature[-1] ^ 1])
    assert reason_of(require_pq, alg, public, changed, context, PAYLOAD) == "bad-signature"
    assert reason_of(require_pq, alg, public, signature[:-1], context, PAYLOAD) == (
        "signature-length"
    )
    assert reason_of(require_pq, alg, public[:-1], signature, context, PAYLOAD) == "key-length"


def test_nt67_one_algorithm_is_not_taken_for_another() -> None:
    """NT67: an ML-DSA-65 signature offered as ML-DSA-44, and Ed25519 under no other number."""
    context = Context(Purpose.AUTHORITY, LINE, Mode.NONE)
    stronger = sign_pq(Alg.ML_DSA_65, SEED, context, PAYLOAD)
    weaker_key = mldsa_public(44, SEED)
    assert reason_of(require_pq, Alg.ML_DSA_44, weaker_key, stronger, context, PAYLOAD) == (
        "signature-length"
    )
    signature = sign(SECRET, context, PAYLOAD)
    with pytest.raises(JunkError, match="bad-signature"):
        ed25519_verify(PUBLIC, signature, to_be_signed(context, Alg.ML_DSA_65, PAYLOAD))


def test_a_changed_signature_or_payload_is_refused() -> None:
    context = Context(Purpose.STATEMENT, LINE, Mode.TEST)
    signature = sign(SECRET, context, PAYLOAD)
    cedar = ed25519_keypair(b"\x03" * 32)[0]
    assert reason_of(require_signature, PUBLIC, signature, context, b"") == "bad-signature"
    assert reason_of(require_signature, cedar, signature, context, PAYLOAD) == "bad-signature"
    changed = bytes([signature[0] ^ 1]) + signature[1:]
    assert reason_of(require_signature, PUBLIC, changed, context, PAYLOAD) == "bad-signature"


def test_nt7_the_strict_rule_stands_before_every_verification() -> None:
    """NT7, NT8; WIRE-12: the reason is that of the rule, not that of the equation."""
    context = Context(Purpose.CHARTER, LINE, Mode.NONE)
    constant = b"\x01" + bytes(63)
    assert reason_of(require_signature, b"\x01" + bytes(31), constant, context, PAYLOAD) == (
        "low-order-key"
    )


@pytest.mark.parametrize("purpose", Purpose)
def test_a_context_has_the_mode_that_fits_its_purpose(purpose: Purpose) -> None:
    """WIRE-10: what is made inside a journal carries its mode, everything else carries none."""
    for mode in Mode:
        if (purpose in MODED) == (mode is not Mode.NONE):
            assert external_aad(Context(purpose, LINE, mode))[-1] == mode
        else:
            with pytest.raises(AssertionError):
                Context(purpose, LINE, mode)


@pytest.mark.parametrize("line_id", [b"", LINE[:31], LINE + b"\x00"])
def test_a_context_has_a_whole_line_id(line_id: bytes) -> None:
    with pytest.raises(AssertionError):
        Context(Purpose.CHARTER, line_id, Mode.NONE)


# --- Public vectors of COSE ----------------------------------------------------------------------


def cose(name: str) -> dict[str, dict[str, object]]:
    cases = json.loads((SHARED / "cose" / name).read_text())
    return {Path(case["file"]).stem: case["case"] for case in cases}


@needs_shared
def test_our_sig_structure_is_that_of_cose() -> None:
    """WIRE-9: the nine single-signer examples, with external data and with an empty header."""
    for name, case in cose("sign1-tests.json").items():
        wanted = bytes.fromhex(case["intermediates"]["ToBeSign_hex"])
        _, protected, aad, payload = decode(wanted)  # type: ignore[misc]
        assert sig_structure(protected, aad, payload) == wanted
        sign0 = case["input"]["sign0"]
        assert aad == bytes.fromhex(sign0.get("external", ""))  # type: ignore[attr-defined]
        assert payload == b"This is the content.", name


@needs_shared
def test_cose_signatures_of_ed25519_hold_over_our_bytes() -> None:
    """WIRE-9: the two Ed25519 examples; the one with many signers covers five fields."""
    cases = cose("eddsa-examples.json")
    content = b"This is the content."
    single = cases["eddsa-sig-01"]
    key = bytes.fromhex(single["input"]["sign0"]["key"]["x_hex"])  # type: ignore[index]
    signature = bytes.fromhex(single["output"]["cbor"])[-64:]  # type: ignore[arg-type]
    covered = sig_structure(bytes.fromhex("a201270300"), b"", content)
    ed25519_verify(key, signature, covered)
    many = bytes.fromhex(cases["eddsa-01"]["output"]["cbor"])[-64:]  # type: ignore[arg-type]
    header = bytes.fromhex("a10300")
    signer = bytes.fromhex("a10127")
    ed25519_verify(key, many, encode(("Signature", header, signer, b"", content)))
    with pytest.raises(JunkError, match="bad-signature"):
        ed25519_verify(key, many, sig_structure(signer, b"", content))


@needs_shared
def test_cose_signatures_of_ed448_are_refused_by_name() -> None:
    """WIRE-12: another curve is another length; nothing is tried with it."""
    for name in ("eddsa-02", "eddsa-sig-02"):
        case = cose("eddsa-examples.json")[name]
        signer = case["input"].get("sign0") or case["input"]["sign"]["signers"][0]  # type: ignore[attr-defined]
        key = bytes.fromhex(signer["key"]["x_hex"])
        signature = bytes.fromhex(case["output"]["cbor"])[-114:]  # type: ignore[arg-type]
        assert reason_of(ed25519_verify, key, signature, b"") == "key-length"
        assert reason_of(ed25519_verify, PUBLIC, signature, b"") == "signature-length"
