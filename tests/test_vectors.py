"""The vectors under vectors/wire: each is accepted, or refused for exactly the reason it states.

A file says its kind; the kind says what is done with its cases. A file of a kind that nobody reads
fails, and so does a case that lacks a field.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backchannel.errors import JunkError, OfficerError
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.ed25519 import admit_key
from backchannel.wire.keys import (
    fingerprint,
    officer_from_seed,
    open_private,
    prekey_from_seed,
    root_from_seed,
    station_from_seed,
)
from backchannel.wire.primitives import (
    gcm_siv_open,
    hkdf_expand,
    hkdf_extract,
    hpke_open,
    make_certificate,
    require_mldsa_public,
    require_xwing_public,
    sha256,
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
    to_be_signed,
)

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "vectors" / "wire"
SPECIFICATION = ROOT / "docs" / "spec" / "wire.md"
ACCEPT = "accept"

Case = dict[str, Any]  # what a JSON file holds


class Differs(AssertionError):
    """A computed value is not the one of the vector."""


def require_equal(found: object, wanted: object, reason: str) -> None:
    if found != wanted:
        raise Differs(reason)


def diagnostic(value: Value) -> str:
    """Return a value in the diagnostic notation of RFC 8949, section 8."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(diagnostic, value)) + "]"
    if isinstance(value, dict):
        pairs = (f"{key}: {diagnostic(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    return json.dumps(value, ensure_ascii=False)


def context_of(case: Case) -> Context:
    return Context(Purpose(case["purpose"]), bytes.fromhex(case["line_id"]), Mode(case["mode"]))


def run_encoding(case: Case) -> None:
    parts = case.get("parts") or [[case["hex"], 1]]
    data = b"".join(bytes.fromhex(part) * times for part, times in parts)
    value = decode(data)
    assert encode(value) == data
    assert "parts" in case or diagnostic(value) == case["value"]


def run_hash(case: Case) -> None:
    found = tagged_hash(case["tag"], bytes.fromhex(case["data"])).hex()
    require_equal(found, case["hash"], "hash-differs")


def run_hkdf(case: Case) -> None:
    salt, ikm, info = (bytes.fromhex(case[name]) for name in ("salt", "ikm", "info"))
    found = hkdf_expand(hkdf_extract(salt, ikm), info, len(case["output"]) // 2).hex()
    require_equal(found, case["output"], "output-differs")


def run_ed25519(case: Case) -> None:
    public, signature, payload = (
        bytes.fromhex(case[name]) for name in ("public", "signature", "payload")
    )
    require_signature(public, signature, context_of(case), payload)
    covered = to_be_signed(context_of(case), Alg.ED25519, payload)
    assert covered.hex() == case["to_be_signed"]


def run_mldsa(case: Case) -> None:
    alg = Alg[case["algorithm"].replace("-", "_")]
    public, signature, payload = (
        bytes.fromhex(case[name]) for name in ("public", "signature", "payload")
    )
    require_pq(alg, public, signature, context_of(case), payload)


def run_admission(case: Case) -> None:
    public = bytes.fromhex(case["public"])
    if case["algorithm"] == "Ed25519":
        admit_key(public)
    elif case["algorithm"] == "X-Wing":
        require_xwing_public(public)
    else:
        require_mldsa_public({"ML-DSA-44": 44, "ML-DSA-65": 65}[case["algorithm"]], public)


def run_hpke(case: Case) -> None:
    private, sealed, info = (bytes.fromhex(case[name]) for name in ("private", "sealed", "info"))
    assert hpke_open(private, sealed, info).hex() == case["plaintext"]


def run_gcm_siv(case: Case) -> None:
    key, nonce, box, aad = (bytes.fromhex(case[name]) for name in ("key", "nonce", "box", "aad"))
    assert gcm_siv_open(key, nonce, box, aad).hex() == case["plaintext"]


def run_derivation(case: Case) -> None:
    entropy, (owner, _, which) = bytes.fromhex(case["entropy"]), case["owner"].partition("/")
    if owner == "prekey":
        private = prekey_from_seed(entropy)
        assert private.hex() == case["xwing_private"]
        assert tagged_hash("key", xwing_public(private)).hex() == case["xwing_public_hash"]
        return
    if owner == "root":
        bundle = root_from_seed(entropy)
    elif owner == "officer":
        bundle = officer_from_seed(entropy, Alg(int(which)))
    else:
        bundle = station_from_seed(entropy, Mode(int(which)))
    assert bundle.public.hex() == case["ed25519_public"]
    assert bundle.pq_seed.hex() == case["ml_dsa_seed"]
    assert tagged_hash("key", bundle.pq_public).hex() == case["ml_dsa_public_hash"]


def run_fingerprint(case: Case) -> None:
    roots = [root_from_seed(bytes.fromhex(entropy)) for entropy in case["root_entropies"]]
    line_id = None if case["line_id"] is None else bytes.fromhex(case["line_id"])
    found = fingerprint(line_id, [(root.public, root.pq_public) for root in roots])
    require_equal(found, case["fingerprint"], "fingerprint-differs")


def run_private_key(case: Case) -> None:
    sealed = bytes.fromhex(case["sealed"])
    found = open_private(case["passphrase"], sealed, label=case["label"])
    assert found.hex() == case["plaintext"]


def run_certificate(case: Case) -> None:
    certificate, private = make_certificate(bytes.fromhex(case["seed"]))
    assert certificate.hex() == case["certificate"]
    assert private.hex() == case["private_key"]
    assert sha256(certificate).hex() == case["sha256"]


KINDS: dict[str, Callable[[Case], None]] = {
    "encoding": run_encoding,
    "hash": run_hash,
    "hkdf": run_hkdf,
    "ed25519-signature": run_ed25519,
    "ml-dsa-signature": run_mldsa,
    "admission": run_admission,
    "hpke": run_hpke,
    "gcm-siv": run_gcm_siv,
    "derivation": run_derivation,
    "fingerprint": run_fingerprint,
    "private-key": run_private_key,
    "certificate": run_certificate,
}

FILES = {path.name: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
CASES = [(name, case) for name, document in FILES.items() for case in document["cases"]]


def outcome(run: Callable[[Case], None], case: Case) -> str:
    """Return "accept", or the reason for which the case was refused."""
    try:
        run(case)
    except (JunkError, OfficerError) as refused:
        return refused.reason
    except Differs as difference:
        return str(difference)
    return ACCEPT


@pytest.mark.parametrize(
    ("name", "case"), CASES, ids=[f"{name}-{case['name']}"[:90] for name, case in CASES]
)
def test_a_vector_has_the_outcome_it_states(name: str, case: Case) -> None:
    """WIRE-1 to WIRE-26, each case under the clause that it names."""
    assert outcome(KINDS[FILES[name]["kind"]], case) == case["result"]


def test_most_vectors_are_refusals() -> None:
    refused = [case for _, case in CASES if case["result"] != ACCEPT]
    assert len(refused) >= 0.6 * len(CASES)


@pytest.mark.parametrize("name", FILES)
def test_the_cases_of_a_file_have_names_of_their_own(name: str) -> None:
    names = [case["name"] for case in FILES[name]["cases"]]
    assert len(set(names)) == len(names)


def test_every_clause_that_bytes_can_show_has_a_vector() -> None:
    """WIRE-6 is about how a reader works, so no bytes can show it."""
    defined = set(re.findall(r"\*\*(WIRE-\d+)\*\*", SPECIFICATION.read_text()))
    assert defined - {case["clause"] for _, case in CASES} == {"WIRE-6"}
    assert {case["clause"] for _, case in CASES} <= defined


def test_the_bytes_of_the_specification_are_those_of_the_vectors() -> None:
    """Every run of eight or more bytes in the specification occurs in a vector."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", SPECIFICATION.read_text(), re.M | re.S)
    known = "\n".join((FOLDER / name).read_text() for name in FILES)
    runs = [
        "".join(run.split())
        for block in blocks
        for run in re.findall(r"(?:\b(?:[0-9a-f]{2}){4,}\b\s*)+", block)
    ]
    long = [run for run in runs if len(run) >= 16]
    assert len(long) >= 10
    assert [run for run in long if run not in known] == []


def test_the_refusals_of_the_specification_are_those_of_the_vectors() -> None:
    """Every reason that a vector of this folder states is explained in the specification."""
    explained = set(re.findall(r"`([a-z0-9-]+)`", SPECIFICATION.read_text()))
    stated = {case["result"] for _, case in CASES} - {ACCEPT}
    assert {reason for reason in stated if not reason.endswith("-differs")} <= explained
