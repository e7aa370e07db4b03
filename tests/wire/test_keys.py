"""Bundles of keys from one entropy, fingerprints for the telephone, and keys at rest."""

import pytest

from backchannel.errors import JunkError, OfficerError
from backchannel.wire import keys
from backchannel.wire.codec import Encodable, decode, encode
from backchannel.wire.ed25519 import admit_key
from backchannel.wire.keys import (
    OfficerKeys,
    RootKeys,
    StationKeys,
    fingerprint,
    holder_from_seed,
    officer_from_seed,
    open_private,
    prekey_from_seed,
    root_from_seed,
    seal_private,
    station_from_seed,
)
from backchannel.wire.primitives import (
    hkdf_expand,
    hkdf_extract,
    require_mldsa_public,
    require_xwing_public,
    tagged_hash,
    xwing_public,
)
from backchannel.wire.signing import (
    Alg,
    Context,
    Mode,
    Purpose,
    require_pq,
    require_signature,
    sign,
    sign_pq,
)

ENTROPY = b"\x07" * 32
SALT = b"\x01" * 16
NONCE = b"\x02" * 12


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a hash in place of Argon2id where only the file's form is tested."""

    def quick(passphrase: bytes, salt: bytes, **cost: int) -> bytes:
        return hkdf_expand(
            tagged_hash("key", salt), passphrase + repr(sorted(cost.items())).encode()
        )

    monkeypatch.setattr(keys, "argon2id", quick)


def sealed_fields() -> list[Encodable]:
    sealed = seal_private("watch", b"secret", salt=SALT, nonce=NONCE, label="root 1")
    fields = decode(sealed)
    assert isinstance(fields, tuple)
    return list(fields)


def every_bundle(entropy: bytes) -> list[RootKeys | OfficerKeys | StationKeys]:
    return [
        root_from_seed(entropy),
        officer_from_seed(entropy, Alg.ML_DSA_44),
        officer_from_seed(entropy, Alg.ML_DSA_65),
        *(station_from_seed(entropy, mode) for mode in Mode if mode is not Mode.NONE),
    ]


def test_keys_come_from_their_entropy_alone() -> None:
    """WIRE-22: the same entropy gives the same keys, another gives others."""
    assert every_bundle(ENTROPY) == every_bundle(ENTROPY)
    for ours, others in zip(every_bundle(ENTROPY), every_bundle(b"\x08" * 32), strict=True):
        assert ours.public != others.public
        assert ours.pq_public != others.pq_public


def test_no_two_holders_of_one_entropy_share_a_key() -> None:
    """WIRE-22: kind and mode are part of the derivation; an officer's Ed25519 key is one."""
    bundles = every_bundle(ENTROPY)
    assert len({bundle.secret for bundle in bundles}) == len(bundles) - 1
    assert bundles[1].secret == bundles[2].secret
    seeds = [bundle.pq_seed for bundle in bundles]
    assert len(set(seeds)) == len(seeds)
    assert prekey_from_seed(ENTROPY)[:32] not in (*seeds, *(b.secret[:32] for b in bundles))


@pytest.mark.parametrize("index", range(6))
def test_both_halves_sign_and_may_be_enrolled(index: int) -> None:
    """WIRE-13, WIRE-15, WIRE-22."""
    bundle = every_bundle(ENTROPY)[index]
    alg = bundle.alg if isinstance(bundle, OfficerKeys) else None
    alg = alg or (Alg.ML_DSA_65 if isinstance(bundle, RootKeys) else Alg.ML_DSA_44)
    context = Context(Purpose.POSSESSION, bytes(32), Mode.NONE)
    require_signature(bundle.public, sign(bundle.secret, context, b"x"), context, b"x")
    post_quantum = sign_pq(alg, bundle.pq_seed, context, b"x")
    require_pq(alg, bundle.pq_public, post_quantum, context, b"x")
    admit_key(bundle.public)
    require_mldsa_public(44 if alg is Alg.ML_DSA_44 else 65, bundle.pq_public)


def test_a_prekey_may_be_sealed_to() -> None:
    """WIRE-16, WIRE-22."""
    private = prekey_from_seed(ENTROPY)
    assert len(private) == 96
    require_xwing_public(xwing_public(private))
    assert private != prekey_from_seed(b"\x08" * 32)


def test_a_bundle_shows_no_secret() -> None:
    for bundle in every_bundle(ENTROPY):
        shown = repr(bundle)
        assert bundle.public.hex() in shown
        assert bundle.secret[:32].hex() not in shown and repr(bundle.secret)[2:20] not in shown
        assert bundle.pq_seed.hex() not in shown and repr(bundle.pq_seed)[2:20] not in shown


@pytest.mark.parametrize("entropy", [b"", bytes(31), bytes(33)])
def test_entropy_is_whole(entropy: bytes) -> None:
    with pytest.raises(AssertionError):
        root_from_seed(entropy)
    with pytest.raises(AssertionError):
        prekey_from_seed(entropy)


def test_a_station_has_no_keys_without_a_mode() -> None:
    with pytest.raises(AssertionError):
        station_from_seed(ENTROPY, Mode.NONE)


# --- Fingerprints --------------------------------------------------------------------------------


def test_a_fingerprint_is_twelve_groups_of_digits() -> None:
    """WIRE-21: rebuilt from the specification."""
    root = root_from_seed(ENTROPY)
    shown = fingerprint(None, [(root.public, root.pq_public)])
    made_of = encode([None, [[root.public, root.pq_public]]])
    digits = hkdf_expand(tagged_hash("fingerprint", made_of), b"digits", 60)
    wanted = [str(int.from_bytes(digits[5 * i : 5 * i + 5], "big") % 100_000) for i in range(12)]
    assert shown.split(" ") == [group.zfill(5) for group in wanted]
    assert len(shown) == 71


def test_a_fingerprint_covers_line_order_and_both_halves() -> None:
    """WIRE-21."""
    one, two = root_from_seed(ENTROPY), root_from_seed(b"\x08" * 32)
    first, second = (one.public, one.pq_public), (two.public, two.pq_public)
    shown = {
        fingerprint(None, [first, second]),
        fingerprint(None, [second, first]),
        fingerprint(None, [first]),
        fingerprint(bytes(32), [first, second]),
        fingerprint(None, [(one.public, two.pq_public), second]),
        fingerprint(None, [(two.public, one.pq_public), second]),
    }
    assert len(shown) == 6


# --- Keys at rest --------------------------------------------------------------------------------


def test_a_sealed_key_opens_with_its_passphrase_alone() -> None:
    """WIRE-23: the true Argon2id, once."""
    sealed = seal_private("correct horse", b"secret", salt=SALT, nonce=NONCE, label="root 1")
    assert open_private("correct horse", sealed, label="root 1") == b"secret"
    assert b"secret" not in sealed
    with pytest.raises(OfficerError, match="wrong-passphrase"):
        open_private("correct horses", sealed, label="root 1")


@pytest.mark.usefixtures("cheap")
def test_the_file_says_how_it_was_sealed() -> None:
    """WIRE-23: magic, version, label, salt, 64 MiB, 3 passes, 4 lanes, nonce, box."""
    fields = sealed_fields()
    assert fields[:8] == ["backchannel/1/private", 1, "root 1", SALT, 65_536, 3, 4, NONCE]
    assert isinstance(fields[8], bytes) and len(fields[8]) == len(b"secret") + 16


@pytest.mark.usefixtures("cheap")
def test_letters_typed_on_another_keyboard_are_the_same() -> None:
    """WIRE-23: form NFC."""
    sealed = seal_private("k\u00f6nig", b"secret", salt=SALT, nonce=NONCE, label="x")
    assert open_private("ko\u0308nig", sealed, label="x") == b"secret"


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (0, "backchannel/1/other", "not-a-sealed-key"),
        (1, 2, "sealed-key-version"),
        (1, True, "sealed-key-version"),
        (3, bytes(15), "sealed-key-salt"),
        (3, "x" * 16, "sealed-key-salt"),
        (4, 65_535, "sealed-key-memory"),
        (4, 1_048_577, "sealed-key-memory"),
        (4, 2**63, "sealed-key-memory"),
        (4, None, "sealed-key-cost"),
        (5, 2, "sealed-key-passes"),
        (5, 17, "sealed-key-passes"),
        (5, True, "sealed-key-cost"),
        (6, 0, "sealed-key-lanes"),
        (6, 17, "sealed-key-lanes"),
        (6, b"\x04", "sealed-key-cost"),
        (7, bytes(11), "sealed-key-nonce"),
        (7, None, "sealed-key-nonce"),
        (8, None, "sealed-key-box"),
    ],
)
def test_a_file_that_is_none_of_ours_is_junk(at: int, value: Encodable, reason: str) -> None:
    """WIRE-23, WIRE-24: refused before a second of work."""
    fields = sealed_fields()
    fields[at] = value
    with pytest.raises(JunkError) as caught:
        open_private("watch", encode(fields), label="root 1")
    assert caught.value.reason == reason


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize(
    ("at", "value"),
    [
        (3, bytes(16)),
        (4, 131_072),
        (4, 1_048_576),
        (5, 16),
        (6, 1),
        (6, 16),
        (7, bytes(12)),
        (8, b""),
        (8, bytes(22)),
    ],
)
def test_everything_outside_the_box_is_bound_to_it(at: int, value: Encodable) -> None:
    """WIRE-23, WIRE-24: values within the bounds, but not those that were sealed."""
    fields = sealed_fields()
    fields[at] = value
    with pytest.raises(OfficerError) as caught:
        open_private("watch", encode(fields), label="root 1")
    assert caught.value.reason == "wrong-passphrase"


@pytest.mark.usefixtures("cheap")
def test_a_key_is_not_opened_as_another() -> None:
    """WIRE-23: neither under another label, nor by writing that label into the file."""
    fields = sealed_fields()
    with pytest.raises(OfficerError, match="other-label"):
        open_private("watch", encode(fields), label="root 2")
    fields[2] = "root 2"
    with pytest.raises(OfficerError, match="wrong-passphrase"):
        open_private("watch", encode(fields), label="root 2")


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize(
    ("sealed", "reason"),
    [
        (b"", "truncated"),
        (b"\x80", "not-a-sealed-key"),
        (b"\xa0", "not-a-sealed-key"),
        (encode("backchannel/1/private"), "not-a-sealed-key"),
        (encode(("backchannel/1/private", 1)), "not-a-sealed-key"),
        (b"-----BEGIN", "trailing-bytes"),
    ],
)
def test_other_files_are_junk(sealed: bytes, reason: str) -> None:
    with pytest.raises(JunkError) as caught:
        open_private("watch", sealed, label="root 1")
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("passphrase", "reason"), [("", "empty-passphrase"), ("\udcff", "passphrase-text")]
)
def test_a_passphrase_is_text(passphrase: str, reason: str) -> None:
    with pytest.raises(OfficerError) as caught:
        seal_private(passphrase, b"", salt=SALT, nonce=NONCE, label="x")
    assert caught.value.reason == reason


@pytest.mark.parametrize(("salt", "nonce"), [(SALT[:8], NONCE), (SALT, NONCE[:8])])
def test_salt_and_nonce_are_whole(salt: bytes, nonce: bytes) -> None:
    with pytest.raises(AssertionError):
        seal_private("watch", b"", salt=salt, nonce=nonce, label="x")


def test_a_holder_has_keys_of_its_own_from_one_entropy() -> None:
    """KEYS-37: Ed25519 and X-Wing, under labels that nobody else's keys are made under."""
    keys = holder_from_seed(bytes(32))
    prk = hkdf_extract(b"backchannel/1/keys", bytes(32))
    assert keys.secret[:32] == hkdf_expand(prk, b"holder/-19")
    assert keys.private == hkdf_expand(prk, b"holder/x-wing", 96)
    assert keys.pq_public == xwing_public(keys.private)
    assert keys.secret.hex() not in repr(keys) and keys.private.hex() not in repr(keys)
