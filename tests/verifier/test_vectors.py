"""The vectors of the specification, through the verifier's own decoder and checks.

Two judgements by different code: where they differ, one of them or the page is wrong. Vectors of
what no disclosure holds are left out, by name of their file.
"""

import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backchannel.verifier import (
    archive,
    authority,
    bundle,
    charter,
    credentials,
    record,
    release,
    signing,
    silence,
    trees,
)
from backchannel.verifier.cbor import Refusal, decode, encode, head, split
from backchannel.verifier.claims import require_fields
from backchannel.verifier.crypto import (
    ED25519,
    ML_DSA_44,
    ML_DSA_65,
    admit_ed25519,
    admit_ml_dsa,
    admit_xwing,
    covered,
    fingerprint,
    require_ed25519,
    require_ml_dsa,
    tagged,
)
from backchannel.wire.keys import root_from_seed

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "vectors"
CCTV = ROOT.parent / "shared" / "vectors" / "cctv" / "ed25519vectors.json"
ALGORITHMS = {"ML-DSA-44": ML_DSA_44, "ML-DSA-65": ML_DSA_65}
ARRAY, MAP = 4, 5

Case = dict[str, Any]  # what a JSON file holds


def load(name: str) -> Case:
    loaded: Case = json.loads((VECTORS / f"{name}.json").read_text())
    return loaded


def octets(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def given(case: Case) -> bytes:
    parts = case.get("parts") or [[case["hex"], 1]]
    return b"".join(bytes.fromhex(part) * times for part, times in parts)


def outcome(check: Callable[..., object], *arguments: object) -> str:
    try:
        check(*arguments)
    except Refusal as refused:
        return refused.reason
    return "accept"


def differing(name: str, check: Callable[[Case], object]) -> list[tuple[str, str, str]]:
    """The cases of a file on which the verifier and the file differ."""
    cases = load(name)["cases"]
    found = [(case["name"], case["result"], outcome(check, case)) for case in cases]
    assert len(found) > 1
    return [each for each in found if each[1] != each[2]]


def assembled(base: dict[str, str], change: dict[str, str | None]) -> bytes:
    """A map of encoded values, some of them changed or left out."""
    fields = {int(key): value for key, value in (base | change).items() if value is not None}
    pairs = (encode(key) + bytes.fromhex(value) for key, value in sorted(fields.items()))
    return head(MAP, len(fields)) + b"".join(pairs)


def test_encoding() -> None:
    """WIRE-1 to WIRE-6."""
    assert differing("wire/encoding", lambda case: decode(given(case))) == []


def test_an_array_is_split_by_the_same_rules() -> None:
    """WIRE-6: into the exact bytes of its items; what cannot be decoded is refused for that."""
    for case in load("wire/encoding")["cases"]:
        raw = given(case)
        reason = outcome(decode, raw)
        if reason != "accept":
            assert outcome(split, raw) == reason, case["name"]
        elif isinstance(value := decode(raw), list):
            assert [decode(each) for each in split(raw)] == value
            assert raw == head(ARRAY, len(value)) + b"".join(split(raw))
        else:
            assert outcome(split, raw) == "not-an-array"


def test_admission() -> None:
    """WIRE-13, WIRE-15, WIRE-17."""

    def admit(case: Case) -> None:
        public = bytes.fromhex(case["public"])
        if case["algorithm"] in ALGORITHMS:
            admit_ml_dsa(ALGORITHMS[case["algorithm"]], public)
        elif case["algorithm"] == "X-Wing":
            admit_xwing(public)
        else:
            admit_ed25519(public)

    assert differing("wire/admission", admit) == []


def message_of(case: Case, alg: int) -> bytes:
    line, payload = bytes.fromhex(case["line_id"]), bytes.fromhex(case["payload"])
    return covered(case["purpose"], line, case["mode"], alg, payload)


def test_signatures() -> None:
    """WIRE-9 to WIRE-12, WIRE-14."""

    def classical(case: Case) -> None:
        message = message_of(case, ED25519)
        require_ed25519(bytes.fromhex(case["public"]), bytes.fromhex(case["signature"]), message)
        assert message.hex() == case["to_be_signed"]

    def post_quantum(case: Case) -> None:
        alg = ALGORITHMS[case["algorithm"]]
        key, signature = bytes.fromhex(case["public"]), bytes.fromhex(case["signature"])
        require_ml_dsa(alg, key, signature, message_of(case, alg))

    assert differing("wire/signatures", classical) == []
    assert differing("wire/ml_dsa", post_quantum) == []


def test_hashes_and_fingerprints() -> None:
    """WIRE-7, WIRE-21."""
    for case in load("wire/hashes")["cases"]:
        found = tagged(case["tag"], bytes.fromhex(case["data"])).hex()
        assert (found == case["hash"]) == (case["result"] == "accept")
    for case in load("wire/fingerprints")["cases"]:
        roots = [root_from_seed(bytes.fromhex(each)) for each in case["root_entropies"]]
        found = fingerprint(octets(case["line_id"]), [(r.public, r.pq_public) for r in roots])
        assert (found == case["fingerprint"].replace(" ", "")) == (case["result"] == "accept")


def test_charters_and_policies() -> None:
    """CHARTER-1 to CHARTER-17."""
    base, policy = load("charter/charters")["base"], load("charter/policies")["base"]

    def read(case: Case) -> None:
        raw = assembled(base, case["change"])
        charter.read_charter(raw)
        assert tagged("charter", raw).hex() == case["id"]

    assert differing("charter/charters", read) == []
    assert differing(
        "charter/policies", lambda c: charter.read_policy(decode(assembled(policy, c["change"])))
    ) == []  # fmt: skip


def test_charters_in_force() -> None:
    """CHARTER-20 to CHARTER-22."""
    raw = assembled(load("charter/charters")["base"], {})
    halves: dict[str | None, list[str | None]] = load("charter/in_force")["halves"]
    halves[None] = [None, None]

    def in_force(case: Case) -> None:
        rows: Any = [
            [
                row["party"],
                row["root"],
                octets(halves[row["ed25519"]][0]),
                octets(halves[row["ml_dsa_65"]][1]),
            ]
            for row in case["signatures"]
        ]
        signatures = signing.read_root_signatures(rows)
        line = tagged("charter", raw)
        signing.require_in_force(raw, charter.read_charter(raw), signatures, line)

    assert differing("charter/in_force", in_force) == []


def test_credentials_and_possession() -> None:
    """CHARTER-30 to CHARTER-35."""

    def possess(case: Case) -> None:
        body, key = bytes.fromhex(case["body"]), octets(case["key"])
        proof: Any = [octets(each) for each in case["possession"]]
        it = credentials.read_credential(body)
        credentials.require_second_key(it, key)
        line = bytes.fromhex(case["line_id"])
        credentials.require_possession(it, body, line, key=key, proof=proof)

    def read(case: Case) -> None:
        it = credentials.read_credential(bytes.fromhex(case["body"]))
        assert it.id.hex() == case["id"]

    assert differing("charter/bodies", read) == []
    assert differing("charter/possession", possess) == []


def test_an_authority_journal() -> None:
    """CHARTER-36 to CHARTER-49, entry by entry."""
    document = load("charter/journal")
    first = charter.read_charter(assembled(load("charter/charters")["base"], {}))
    line = bytes.fromhex(document["line_id"])
    journals = [authority.Journal(line, n, first, first, line) for n in range(len(first.parties))]
    journal = journals[document["party"]]
    for case in document["cases"]:
        signature = case["signature"]
        signers: Any = None
        if not isinstance(signature, str):
            signers = tuple(
                (who if isinstance(who, int) else octets(who), octets(one), octets(other))
                for who, one, other in signature
            )
        frame = record.Frame(
            record.read_header(bytes.fromhex(case["header"])),
            signers,
            octets(case["payload"]),
            {bytes.fromhex(b): bytes.fromhex(c) for a, b, c in case["attachments"] if a == 2},
        )
        slots, faults = len(journal.heads), len(journal.faults)
        found = outcome(journal.apply, frame, journals)
        if len(journal.faults) > faults:
            found = journal.faults[-1][1]
        taken = len(journal.heads) > slots
        assert (found, taken) == (case["result"], case["takes_slot"]), case["name"]


def test_release() -> None:
    """CHARTER-60 to CHARTER-64."""
    document = load("charter/release")
    rules, *_ = charter.read_policy(decode(assembled(load("charter/policies")["base"], {})))

    def signer(name: str) -> credentials.Credential:
        if name not in document["officers"]:
            raise Refusal("unknown-credential")
        it = document["officers"][name]
        classes, modes, key = tuple(it["classes"]), tuple(it["modes"]), it["key"].encode()
        return credentials.Credential(
            name.encode(), credentials.OFFICER, name, (), key, None, it["powers"], classes, modes,
            (), it["since"], it["until"], None, 0,
        )  # fmt: skip

    for case in document["cases"]:
        statement = record.Statement(
            case["kind"], case["form"], case["to"], case["precedence"], case["class"],
            0, (), (), b"",
        )  # fmt: skip
        try:
            signers = [signer(name) for name in case["signers"]]
            release.require_addressees(statement, 0, 2)
            found = release.require_release(
                statement, rules, signers, mode=case["mode"], time=case["moment"]
            )
        except Refusal as refused:
            found = refused.reason
        assert found == case["result"], case["name"]


def test_headers_frames_statements_and_files() -> None:
    """RECORD-1 to RECORD-5, RECORD-20 to RECORD-23, RECORD-40 to RECORD-43, RECORD-51, 111."""

    def header(case: Case) -> None:
        assert record.read_header(given(case)).id.hex() == case["entry"]

    def payload(case: Case) -> None:
        if case["type"] == record.STATEMENT:
            record.read_statement(record.read_signed(given(case))[0])
        elif case["type"] == record.SUCCESSION:
            record.read_opening(given(case))
        elif case["type"] == silence.NON_ANSWER:
            silence.read_non_answer(given(case))
        elif case["result"] != "accept":
            raise Refusal(case["result"])

    assert differing("record/headers", header) == []
    assert differing("record/frames", lambda case: record.read_frame(given(case))) == []
    assert differing("record/statements", lambda case: record.read_statement(given(case))) == []
    assert differing("record/files", lambda c: bundle.read_file(c["file"], given(c))) == []
    # Successions of the second form are no first entry, whatever is in them.
    found = differing("record/payloads", payload)
    assert found == [
        ("a countersignature", "accept", "first-entry"),
        ("form 2", "succession-kind", "first-entry"),
    ]


def test_commitments() -> None:
    """RECORD-25: a field opened from a content that is accepted fits, and the croot with it."""
    for case in load("record/contents")["cases"]:
        if case["result"] != "accept":
            continue
        salt, values = split(given(case))
        rows = []
        for label, value in enumerate(split(values), 1):
            made = hmac.digest(decode(salt), b"bc/salt" + bytes([label]), "sha256")[:16]  # type: ignore[arg-type]
            rows.append(b"\x83" + encode(label) + encode(made) + value)
        commitments = tuple(tagged("field", row) for row in rows)
        fields = tuple(bundle.Field(n, None, row) for n, row in enumerate(rows, 1))
        opened = bundle.Opened(b"", fields, commitments)
        require_fields(opened, bytes.fromhex(case["croot"]))


def test_spans_and_trees_that_grow() -> None:
    """PROOF-100, PROOF-102."""
    for case in load("proof/spans")["cases"]:
        assert outcome(bundle.read_disclosure, bytes.fromhex(case["hex"])) == case["result"]
    for case in load("proof/ranges")["cases"]:
        peaks, leaves = ([bytes.fromhex(n) for n in case[name]] for name in ("peaks", "leaves"))
        try:
            root = trees.grow(case["size"], peaks, leaves)
            found = "accept" if root.hex() == case["root"] else "span-root"
        except Refusal as refused:
            found = refused.reason
        assert found == case["result"], case["name"]


def test_archive_seals_and_openings() -> None:
    """PROOF-130, PROOF-136."""

    def opening(case: Case) -> None:
        archive.read_archive_opening(given(case))

    assert differing("proof/archive_seals", lambda case: archive.read_seal(given(case))) == []
    assert differing("proof/archive_openings", opening) == []


@pytest.mark.skipif(not CCTV.exists(), reason="the published vectors are not here")
def test_the_published_edge_cases_of_ed25519() -> None:
    """WIRE-11, WIRE-12: exactly 43 of 914 are accepted, whatever the library thinks of them."""
    accepted = [
        case
        for case in json.loads(CCTV.read_text())
        if outcome(
            require_ed25519,
            bytes.fromhex(case["key"]),
            bytes.fromhex(case["sig"]),
            case["msg"].encode(),
        )
        == "accept"
    ]
    assert len(accepted) == 43
    assert not [case for case in accepted if "low_order_A" in (case["flags"] or ())]
