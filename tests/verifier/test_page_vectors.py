"""The vectors of the specification, through the page's own decoder and checks, in Chromium.

The same files as in test_vectors.py, through a third judge.
"""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from tests.verifier.browser import chromium
from tests.verifier.test_vectors import CCTV, assembled, given, load, octets
from tools.page import pack, script

from backchannel.verifier.cbor import decode, encode, split
from backchannel.verifier.crypto import tagged
from backchannel.wire.keys import root_from_seed

PROBE = Path(__file__).with_name("probe.js")
SHARED = CCTV.parents[1]
STATEMENT, SUCCESSION = 1, 8
published = pytest.mark.skipif(not CCTV.exists(), reason="the published vectors are not here")

Case = dict[str, Any]  # what a JSON file holds


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """The page, and beside it a door to its modules that only a test has."""
    with chromium() as started:
        tab = started.new_context(offline=True).new_page()
        tab.goto(pack(tmp_path_factory.mktemp("page")).as_uri())
        tab.evaluate(f"() => {{ {script(PROBE)} }}")
        yield tab


def outcomes(tab: Tab, kind: str, cases: list[Case]) -> list[str]:
    found: list[str] = tab.evaluate("(asked) => probe.run(asked)", {"kind": kind, "cases": cases})
    return found


def plain(case: Case) -> Case:
    """A case with its bytes in one piece."""
    return case | {"given": given(case).hex()} if "hex" in case or "parts" in case else case


def differing(
    tab: Tab, name: str, kind: str, prepare: Callable[[Case], Case] = plain
) -> list[tuple[str, str, str]]:
    """The cases of a file on which the page and the file differ."""
    cases = load(name)["cases"]
    assert len(cases) > 1
    found = outcomes(tab, kind, [prepare(case) for case in cases])
    rows = ((c["name"], c["result"], f) for c, f in zip(cases, found, strict=True))
    return [row for row in rows if row[1] != row[2]]


def test_encoding(tab: Tab) -> None:
    """WIRE-1 to WIRE-6."""
    assert differing(tab, "wire/encoding", "encoding") == []
    packed = encode(["é", b"\0" * 300, None, [7, 300, 70_000, 2**32]])
    assert tab.evaluate("(each) => probe.encoded(each)", packed.hex()) == packed.hex()
    parts = [each.hex() for each in split(packed)]
    assert tab.evaluate("(each) => probe.split(each)", packed.hex()) == parts


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("wire/admission", "admission"),
        ("wire/signatures", "signature"),
        ("wire/ml_dsa", "ml_dsa"),
        ("wire/hashes", "hash"),
        ("charter/bodies", "body"),
        ("charter/possession", "possession"),
        ("record/headers", "header"),
        ("record/frames", "frame"),
        ("record/statements", "statement"),
        ("record/files", "file"),
        ("proof/archive_seals", "seal"),
        ("proof/archive_openings", "archive_opening"),
    ],
)
def test_vectors(tab: Tab, name: str, kind: str) -> None:
    """WIRE-7 to WIRE-17, CHARTER-30 to CHARTER-35, RECORD-1 to RECORD-43, RECORD-111, PROOF-130,
    PROOF-136."""
    assert differing(tab, name, kind) == []


def test_fingerprints(tab: Tab) -> None:
    """WIRE-21."""

    def prepare(case: Case) -> Case:
        roots = [root_from_seed(bytes.fromhex(each)) for each in case["root_entropies"]]
        return case | {"roots": [[r.public.hex(), r.pq_public.hex()] for r in roots]}

    assert differing(tab, "wire/fingerprints", "fingerprint", prepare) == []


def test_charters_and_policies(tab: Tab) -> None:
    """CHARTER-1 to CHARTER-17, CHARTER-20 to CHARTER-22."""
    base, policy = load("charter/charters")["base"], load("charter/policies")["base"]
    halves: Case = load("charter/in_force")["halves"]

    def rows(case: Case) -> Case:
        found = [
            [
                row["party"],
                row["root"],
                row["ed25519"] and halves[row["ed25519"]][0],
                row["ml_dsa_65"] and halves[row["ml_dsa_65"]][1],
            ]
            for row in case["signatures"]
        ]
        return {"given": assembled(base, {}).hex(), "rows": found}

    def made(of: dict[str, str]) -> Callable[[Case], Case]:
        return lambda case: case | {"given": assembled(of, case["change"]).hex()}

    assert differing(tab, "charter/charters", "charter", made(base)) == []
    assert differing(tab, "charter/policies", "policy", made(policy)) == []
    assert differing(tab, "charter/in_force", "in_force", rows) == []


def test_an_authority_journal(tab: Tab) -> None:
    """CHARTER-36 to CHARTER-49, entry by entry."""
    document = load("charter/journal")
    entries = [
        {
            "header": case["header"],
            "payload": case["payload"],
            "signature": None if isinstance(case["signature"], str) else case["signature"],
            "keys": [[about, key] for kind, about, key in case["attachments"] if kind == 2],
        }
        for case in document["cases"]
    ]
    charter = assembled(load("charter/charters")["base"], {}).hex()
    asked = {"charter": charter, "line": document["line_id"], "party": document["party"]}
    found = tab.evaluate("(asked) => probe.journal(asked)", asked | {"entries": entries})
    assert found == [[case["result"], case["takes_slot"]] for case in document["cases"]]


def test_release(tab: Tab) -> None:
    """CHARTER-60 to CHARTER-64."""
    document = load("charter/release")
    officers = document["officers"]
    cases = [case for case in document["cases"] if set(case["signers"]) <= set(officers)]
    assert len(cases) >= len(document["cases"]) - 1
    asked = []
    for case in cases:
        people = [officers[n] | {"key": officers[n]["key"].encode().hex()} for n in case["signers"]]
        statement = {key: case[key] for key in ("kind", "form", "to", "precedence")}
        statement["category"] = case["class"]
        asked.append({"statement": statement, "signers": people, **case_of(case)})
    policy = assembled(load("charter/policies")["base"], {}).hex()
    found = tab.evaluate("(asked) => probe.release(asked)", {"policy": policy, "cases": asked})
    assert found == [case["result"] for case in cases]


def case_of(case: Case) -> Case:
    return {"mode": case["mode"], "moment": case["moment"]}


def test_payloads_and_commitments(tab: Tab) -> None:
    """RECORD-23, RECORD-25, RECORD-51."""
    cases = load("record/payloads")["cases"]
    for number, kind in ((STATEMENT, "signed"), (SUCCESSION, "opening")):
        own = [case for case in cases if case["type"] == number]
        found = outcomes(tab, kind, [plain(case) for case in own])
        differ = [
            (case["name"], case["result"], each)
            for case, each in zip(own, found, strict=True)
            if case["result"] != each
        ]
        # Successions of the second form are no first entry, whatever is in them.
        assert [each for each in differ if each[2] != "first-entry"] == []
    contents = [each for each in load("record/contents")["cases"] if each["result"] == "accept"]
    assert contents
    found = outcomes(tab, "fields", [committed(case) for case in contents])
    assert found == ["accept"] * len(contents)


def committed(case: Case) -> Case:
    """All fields of a content, as piece 4 of a disclosure has them."""
    salt, values = split(given(case))
    rows = []
    for label, value in enumerate(split(values), 1):
        made = hmac.digest(decode(salt), b"bc/salt" + bytes([label]), "sha256")[:16]  # type: ignore[arg-type]
        rows.append(b"\x83" + encode(label) + encode(made) + value)
    commitments = [tagged("field", row).hex() for row in rows]
    return {
        "rows": [r.hex() for r in rows],
        "commitments": commitments,
        "croot": octets(case["croot"]).hex(),
    }


@published
def test_the_published_edge_cases_of_ed25519(tab: Tab) -> None:
    """WIRE-11, WIRE-12: exactly 43 of 914 are accepted, whatever the browser thinks of them."""
    cases = json.loads(CCTV.read_text())
    found = outcomes(tab, "raw_signature", cases)
    accepted = [case for case, each in zip(cases, found, strict=True) if each == "accept"]
    assert len(accepted) == 43
    assert not [case for case in accepted if "low_order_A" in (case["flags"] or ())]


@published
@pytest.mark.parametrize(("level", "alg"), [(44, -48), (65, -49)])
def test_the_published_cases_of_ml_dsa(tab: Tab, level: int, alg: int) -> None:
    """WIRE-14: those with the empty context; a valid one is accepted, an invalid one is not."""
    path = SHARED / "wycheproof" / f"mldsa_{level}_verify_test.json"
    cases = [
        {"alg": alg, "key": group["publicKey"], **case}
        for group in json.loads(path.read_text())["testGroups"]
        for case in group["tests"]
        if not case.get("ctx")
    ]
    assert len(cases) > 100
    found = outcomes(tab, "raw_ml_dsa", cases)
    differ = [
        (case["tcId"], case["comment"], each)
        for case, each in zip(cases, found, strict=True)
        if (each == "accept") != (case["result"] == "valid")
    ]
    assert differ == []


@published
def test_the_published_inclusion_proofs(tab: Tab) -> None:
    """PROOF-2, from the hash of a leaf on."""
    rows = [each["case"] for each in json.loads((SHARED / "merkle/inclusion.json").read_text())]

    def digits(text: str) -> str:
        return base64.b64decode(text).hex()

    cases = [
        {
            "leaf_hash": digits(row["leafHash"]),
            "index": row["leafIdx"],
            "size": row["treeSize"],
            "path": [digits(each) for each in row["proof"] or ()],
            "root": digits(row["root"] or ""),
            "wanted": "inclusion" if row["wantErr"] else "accept",
        }
        for row in rows
        # No object of another length is ever read as a hash (RECORD-1).
        if len(base64.b64decode(row["leafHash"])) == 32
    ]
    found = outcomes(tab, "inclusion", cases)
    assert len(cases) > 80
    assert [row["wanted"] for row in cases] == found


def test_a_browser_without_the_algorithm_is_told_apart(tab: Tab) -> None:
    """WIRE-12: no Ed25519, Ed25519 by the rule with cofactor, and what this browser has."""
    assert tab.evaluate("() => probe.lacks(crypto.subtle)") == ""
    assert "does not have" in tab.evaluate("() => probe.lacks(undefined)")
    unsupported = "{ importKey() { throw new DOMException('', 'NotSupportedError'); } }"
    assert "does not have" in tab.evaluate(f"() => probe.lacks({unsupported})")
    lax = "{ importKey: () => 0, verify: () => true }"
    assert "another rule" in tab.evaluate(f"() => probe.lacks({lax})")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("# nothing\n\n", []),
        ("Alder " + "12345 " * 12, ["Alder"]),
        ("Alder: " + "12345 " * 12 + "# by letter\nBirch\t" + "9" * 60, ["Alder", "Birch"]),
        ("Room 7 " + "12345 " * 12, ["Room 7"]),
        ("Alder\n" + "12345 " * 6 + "\n" + "12345\u00a0" * 6, ["Alder"]),
        ("12345 " * 12 + "\n" + "54321 " * 12, ["", ""]),
        ("12345 " * 11, "line 1 has 55 digits"),
        ("12345 " * 13, "line 1 has 65 digits"),
        ("\n" + "12345 " * 11 + "\nBirch " + "12345 " * 12, "line 2 has 55 digits"),
        ("Alder", "line 1 has 0 digits"),
    ],
)
def test_fingerprints_as_people_type_them(tab: Tab, text: str, found: list[str] | str) -> None:
    """PROOF-41: digits on two lines are one fingerprint; too few or too many are none."""
    read = tab.evaluate(
        "(text) => { try { return probe.roots(text) } catch (fault) { return fault.text } }", text
    )
    if isinstance(found, str):
        assert read.startswith(found)
    else:
        assert [each["label"] for each in read] == found
        assert all(len(each["digits"]) == 60 for each in read)


def test_what_nobody_can_see_is_spelled(tab: Tab) -> None:
    """PROOF-56."""
    shown = tab.evaluate("(text) => probe.pieces(text)", "a\u202eb\u200dc\x07\U000e0041\u2028é\\")
    assert [(each["text"], each["escaped"]) for each in shown] == [
        ("a", False),
        ("\\u202e", True),
        ("b\u200dc", False),
        ("\\x07", True),
        ("\\U000e0041", True),
        ("\\u2028", True),
        ("é\\", False),
    ]
