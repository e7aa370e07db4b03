"""The vectors under vectors/charter: each has the outcome that it states, for the reason it states.

A file says its kind, and the kind says what is done with its cases. The cases of a journal are
applied one after the other, each to what the ones before left.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.charter.people import ALDER, CHARTER, LINE, NOW, officer, officer_credential, seed

from backchannel.charter.authority import apply_entry, open_authority
from backchannel.charter.charter import parse_charter
from backchannel.charter.credentials import parse_body
from backchannel.charter.events import parse_event
from backchannel.charter.policy import read_policy
from backchannel.charter.possession import (
    read_possession,
    require_named_key,
    require_possession,
)
from backchannel.charter.release import require_addressed, require_released, require_signers
from backchannel.charter.roster import Authority, Issued
from backchannel.charter.signatures import read_signatures, require_in_force
from backchannel.errors import BreachError, JunkError, OfficerError
from backchannel.wire.codec import decode
from backchannel.wire.entry import parse_header
from backchannel.wire.envelope import AuthoritySignature, Frame
from backchannel.wire.ids import CredentialId, LineId, charter_id, credential_id
from backchannel.wire.statement import Statement

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "vectors" / "charter"
SPECIFICATION = ROOT / "docs" / "spec" / "charter.md"
ACCEPT = "accept"

Case = dict[str, Any]  # what a JSON file holds

FILES = {path.name: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def of_kind(kind: str) -> Case:
    """The file of a kind."""
    return next(document for document in FILES.values() if document["kind"] == kind)


def changed(kind: str, case: Case) -> bytes:
    """The map of a file's base with the changes of a case."""
    values = {**of_kind(kind)["base"], **case["change"]}
    kept = {int(key): value for key, value in values.items() if value is not None}
    pairs = (bytes([key]) + bytes.fromhex(kept[key]) for key in sorted(kept))
    return bytes([0xA0 + len(kept)]) + b"".join(pairs)


def run_charter(case: Case) -> None:
    raw = changed("charter", case)
    parse_charter(raw)
    assert charter_id(raw).hex() == case["id"]


def run_policy(case: Case) -> None:
    read_policy(decode(changed("policy", case)), "policy")


def half(name: str | None, place: int) -> bytes | None:
    """One half of a signature, by the name of its maker."""
    return None if name is None else bytes.fromhex(of_kind("in-force")["halves"][name][place])


def run_in_force(case: Case) -> None:
    rows = tuple(
        (row["party"], row["root"], half(row["ed25519"], 0), half(row["ml_dsa_65"], 1))
        for row in case["signatures"]
    )
    require_in_force(changed("charter", {"change": {}}), read_signatures(rows))


def run_body(case: Case) -> None:
    body = bytes.fromhex(case["body"])
    parse_body(body)
    assert credential_id(body).hex() == case["id"]


def run_payload(case: Case) -> None:
    parse_event(case["type"], bytes.fromhex(case["payload"]))


def octets(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def run_possession(case: Case) -> None:
    body, key = bytes.fromhex(case["body"]), octets(case["key"])
    credential = parse_body(body)
    proof = read_possession(tuple(octets(each) for each in case["possession"]), credential)
    require_named_key(credential, key)
    require_possession(
        LineId(bytes.fromhex(case["line_id"])),
        body,
        credential=credential,
        proof=proof,
        pq_public=key,
    )


def everybody() -> Authority:
    """Alder's journal with the officers of release.json in it, as if entry 0 had issued them."""
    made = {}
    for name, row in of_kind("release")["officers"].items():
        fields = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
        credential = officer_credential(officer(fields.pop("key")), name, **fields)
        issued = Issued(CredentialId(seed(name)), credential, 0, NOW, None)
        made[issued.id] = issued
    return replace(open_authority(LINE, ALDER, CHARTER), seq=0, credentials=made)


def run_release(case: Case) -> str:
    statement = Statement(
        kind=case["kind"],
        form=case["form"],
        to=case["to"],
        precedence=case["precedence"],
        category=case["class"],
        drafted=case["moment"],
        signers=tuple(CredentialId(seed(name)) for name in case["signers"]),
        basis=(),
        refs=(),
        croot=bytes(32),
    )
    authority = everybody()
    require_addressed(statement, party=ALDER, parties=2)
    signers = require_signers(
        authority, 0, statement=statement, mode=case["mode"], moment=case["moment"]
    )
    return require_released(authority, 0, statement=statement, signers=signers).name.lower()


RUNS: dict[str, Callable[[Case], str | None]] = {
    "charter": run_charter,
    "policy": run_policy,
    "in-force": run_in_force,
    "body": run_body,
    "payload": run_payload,
    "possession": run_possession,
    "release": run_release,
}


def outcome(run: Callable[[Case], str | None], case: Case) -> str:
    """What a case comes to: "accept", another word, or the reason of the refusal."""
    try:
        return run(case) or ACCEPT
    except (JunkError, BreachError, OfficerError) as refused:
        return refused.reason


SINGLE = [
    (document["kind"], case)
    for document in FILES.values()
    for case in document["cases"]
    if document["kind"] != "journal"
]
EVERY = [case for document in FILES.values() for case in document["cases"]]


@pytest.mark.parametrize(
    ("kind", "case"), SINGLE, ids=[f"{kind}-{case['name']}" for kind, case in SINGLE]
)
def test_a_vector_has_the_outcome_it_states(kind: str, case: Case) -> None:
    """CHARTER-1 to CHARTER-64, each case under the clause that it names."""
    assert outcome(RUNS[kind], case) == case["result"]


def frame_of(case: Case) -> Frame:
    signature = case["signature"]
    signers = tuple(
        AuthoritySignature(
            who if isinstance(who, int) else bytes.fromhex(who),
            bytes.fromhex(ed25519),
            bytes.fromhex(mldsa65),
        )
        for who, ed25519, mldsa65 in ([] if isinstance(signature, str) else signature)
    )
    return Frame(
        bytes.fromhex(case["header"]),
        bytes.fromhex(signature) if isinstance(signature, str) else signers,
        octets(case["payload"]),
        None,
        tuple(
            (kind, bytes.fromhex(i), bytes.fromhex(data)) for kind, i, data in case["attachments"]
        ),
    )


def follow(authority: Authority, case: Case) -> tuple[Authority, str]:
    """The journal after an entry, and what became of the entry."""
    frame = frame_of(case)
    try:
        after = apply_entry(authority, parse_header(frame.header), frame=frame)
    except JunkError as refused:
        return authority, refused.reason
    refusal = after.refused.get(after.seq)
    return after, ACCEPT if refusal is None else refusal.reason


def test_a_journal_goes_as_its_vector_states() -> None:
    """CHARTER-40 to CHARTER-51."""
    document = of_kind("journal")
    charter = parse_charter(changed("charter", {"change": {}}))
    line = LineId(bytes.fromhex(document["line_id"]))
    assert line == charter_id(changed("charter", {"change": {}}))
    authority = open_authority(line, document["party"], charter)
    for case in document["cases"]:
        before = authority.seq
        authority, found = follow(authority, case)
        assert (case["name"], found) == (case["name"], case["result"])
        assert (authority.seq > before) == case["takes_slot"], case["name"]


def test_most_vectors_are_refusals() -> None:
    refused = [case for case in EVERY if case["result"] not in (ACCEPT, "full", "emergency")]
    assert len(refused) >= 0.6 * len(EVERY)


@pytest.mark.parametrize("name", FILES)
def test_the_cases_of_a_file_have_names_of_their_own(name: str) -> None:
    names = [case["name"] for case in FILES[name]["cases"]]
    assert len(set(names)) == len(names)


# Heads, drafts and paper: no single run of bytes can show these.
WITHOUT_VECTOR = {"CHARTER-22", "CHARTER-23", "CHARTER-49", "CHARTER-50", "CHARTER-51"}
WITHOUT_VECTOR |= {f"CHARTER-{n}" for n in (70, 71, 72, 73, 74, 75)}
# Files that change hands: what stands in them has vectors of its own, their frame those of RECORD.
WITHOUT_VECTOR |= {"CHARTER-25", "CHARTER-54"}


def test_every_clause_that_bytes_can_show_has_a_vector() -> None:
    defined = set(re.findall(r"\*\*(CHARTER-\d+)\*\*", SPECIFICATION.read_text()))
    shown = {case["clause"] for case in EVERY}
    assert shown <= defined
    assert defined - shown <= WITHOUT_VECTOR


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
    assert len(long) >= 5
    assert [run for run in long if run not in known] == []


def test_the_refusals_of_the_specification_are_those_of_the_vectors() -> None:
    """Every reason that a vector states is explained in the specification, here or in WIRE."""
    pages = SPECIFICATION.read_text() + (SPECIFICATION.parent / "wire.md").read_text()
    explained = set(re.findall(r"`([a-z0-9-]+)`", pages))
    stated = {case["result"] for case in EVERY} - {ACCEPT, "full", "emergency"}
    assert stated <= explained
