"""The vectors under vectors/record and vectors/keys: each has the outcome that it states.

A file says its kind, and the kind says what is done with its cases. Those of acceptance are frames
given one after the other to a station that holds nothing but one founding file.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.cast import ALDER, NOW, seed
from tests.exchange import Clock, Station

from backchannel.errors import BackchannelError
from backchannel.line import epochs
from backchannel.line.events import Given, Moment
from backchannel.line.founding import admit_founding, empty_state, parse_founding
from backchannel.line.rows import EvidenceRow
from backchannel.line.state import LineState
from backchannel.line.step import step
from backchannel.line.succession import parse_answer, parse_query
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.envelope import open_envelope, parse_envelope, parse_frame
from backchannel.wire.files import parse_file
from backchannel.wire.ids import JournalId, LineId, entry_id, statement_id
from backchannel.wire.nonanswer import parse_non_answer
from backchannel.wire.payload import (
    RECEIPT_PAYLOAD,
    parse_fork,
    parse_line_events,
    parse_offer,
    parse_prekey,
    parse_succession,
)
from backchannel.wire.primitives import hpke_open
from backchannel.wire.statement import content_root, parse_signed, parse_statement

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "vectors" / "record", ROOT / "vectors" / "keys")
PAGES = (ROOT / "docs" / "spec" / "record.md", ROOT / "docs" / "spec" / "keys.md")
ACCEPT = "accept"

Case = dict[str, Any]  # what a JSON file holds


class Differs(Exception):
    """A computed value is not the one of the vector."""


def require_equal(found: bytes | list[str], wanted: object, what: str) -> None:
    if (found.hex() if isinstance(found, bytes) else found) != wanted:
        raise Differs(f"{what}-differs")


def octets(case: Case, name: str) -> bytes:
    return bytes.fromhex(case[name])


def object_of(case: Case) -> bytes:
    """The object of a case, written out or as runs of bytes."""
    if "hex" in case:
        return octets(case, "hex")
    return b"".join(bytes.fromhex(part) * times for part, times in case["parts"])


def run_header(case: Case) -> None:
    raw = object_of(case)
    parse_header(raw)
    require_equal(entry_id(raw), case["entry"], "entry")


def run_statement(case: Case) -> None:
    raw = object_of(case)
    parse_statement(raw)
    made = statement_id(LineId(octets(case, "line_id")), case["mode"], raw)
    require_equal(made, case["id"], "id")


def run_content(case: Case) -> None:
    require_equal(content_root(object_of(case)), case["croot"], "croot")


def run_frame(case: Case) -> None:
    parse_frame(object_of(case))


def require_receipt(payload: bytes) -> None:
    """What line/effects.py asks of a bare receipt."""
    if payload != RECEIPT_PAYLOAD:
        raise Differs("receipt-payload")


PARSERS: dict[int, Callable[[bytes], object]] = {
    EntryType.STATEMENT: parse_signed,
    EntryType.RECEIPT: require_receipt,
    EntryType.PREKEY: parse_prekey,
    EntryType.OFFER: parse_offer,
    EntryType.SUCCESSION: parse_succession,
    EntryType.FORK: parse_fork,
    EntryType.LINE_EVENTS: parse_line_events,
    EntryType.NON_ANSWER: parse_non_answer,
}


def run_payload(case: Case) -> None:
    PARSERS[case["type"]](object_of(case))


def run_restart(case: Case) -> None:
    {"query": parse_query, "answer": parse_answer}[case["object"]](object_of(case))


def run_file(case: Case) -> None:
    found = parse_file(case["file"], object_of(case))
    require_equal([each.hex() for each in found], case["objects"], "objects")


def run_schedule(case: Case) -> None:
    line, journal = LineId(octets(case, "line_id")), JournalId(octets(case, "journal_id"))
    key = epochs.NO_COURIER
    if case["generation"]:
        key = epochs.courier_keys(line, octets(case, "package"), case["generation"])
    require_equal(key, case["k"], "k")
    context = epochs.key_context(line, journal, case["epoch"])
    chain = [epochs.first_chain(key, octets(case, "seed"))]
    for _ in case["mk"]:
        chain.append(epochs.next_chain(chain[-1], context))
    require_equal([each.hex() for each in chain], case["ck"], "ck")
    keys = [epochs.message_key(each, context).hex() for each in chain[:-1]]
    require_equal(keys, case["mk"], "mk")


def run_info(case: Case) -> None:
    line, recipient = LineId(octets(case, "line_id")), JournalId(octets(case, "recipient"))
    if case["seal"] == "direct":
        found = epochs.direct_info(line, case["no"], recipient=recipient, n=case["n"])
    else:
        found = epochs.offer_info(
            line,
            JournalId(octets(case, "journal_id")),
            case["epoch"],
            recipient=recipient,
            n=case["n"],
            generation=case["generation"],
        )
    require_equal(found, case["info"], "info")


def run_envelope(case: Case) -> None:
    envelope = parse_envelope(object_of(case))
    found = open_envelope(LineId(octets(case, "line_id")), octets(case, "key"), envelope)
    require_equal(found, case["frame"], "frame")


def run_offer(case: Case) -> None:
    line, offer = LineId(octets(case, "line_id")), parse_offer(octets(case, "payload"))
    seal = epochs.seal_for(offer.seals, case["recipient"])
    info = epochs.offer_info(
        line,
        JournalId(octets(case, "journal_id")),
        offer.epoch,
        recipient=JournalId(octets(case, "recipient_id")),
        n=seal.n,
        generation=offer.generation,
    )
    key = epochs.courier_keys(line, octets(case, "package"), offer.generation)
    found = epochs.first_chain(key, hpke_open(octets(case, "private"), seal.sealed, info))
    require_equal(found, case["ck"], "ck")


RUNS: dict[str, Callable[[Case], None]] = {
    "header": run_header,
    "statement": run_statement,
    "content": run_content,
    "frame": run_frame,
    "payload": run_payload,
    "restart": run_restart,
    "file": run_file,
    "schedule": run_schedule,
    "info": run_info,
    "envelope": run_envelope,
    "offer": run_offer,
}


def outcome(run: Callable[[Case], None], case: Case) -> str:
    """Return "accept", or the reason for which the case was refused."""
    try:
        run(case)
    except BackchannelError as refused:
        return refused.reason
    except Differs as difference:
        return str(difference)
    return ACCEPT


FILES = {
    f"{folder.name}/{path.name}": json.loads(path.read_text())
    for folder in FOLDERS
    for path in sorted(folder.glob("*.json"))
}
SINGLE = [
    (document["kind"], case)
    for document in FILES.values()
    for case in document["cases"]
    if document["kind"] != "acceptance"
]
SEQUENCES = FILES["record/acceptance.json"]["cases"]
EVERY = [case for document in FILES.values() for case in document["cases"]]


@pytest.mark.parametrize(
    ("kind", "case"), SINGLE, ids=[f"{kind}-{case['name']}" for kind, case in SINGLE]
)
def test_a_vector_has_the_outcome_it_states(kind: str, case: Case) -> None:
    """RECORD-1 to RECORD-111, KEYS-2 to KEYS-26, each case under the clause that it names."""
    assert outcome(RUNS[kind], case) == case["result"]


@cache
def observer() -> LineState:
    """A station without a journal of its own, to whom the founding file was given."""
    founding = parse_founding(bytes.fromhex(FILES["record/acceptance.json"]["founding"]))
    state = empty_state(founding.charter, founding.signatures, ALDER)
    at = Moment(NOW, 0, seed("observer"))
    return step(state, admit_founding(state, founding, at))[0]


def given_to(station: Station, raw: bytes) -> str:
    """What becomes of one frame, in the words of the vectors."""
    before = len(station.entries), len(station.rows)
    outcome = station.try_(Given(at=station.clock.moment(), frames=(raw,)))
    if isinstance(outcome, BackchannelError):
        return outcome.reason
    station.serve()
    header = parse_header(parse_frame(raw).header)
    # What an entry proves of another journal is no verdict on the entry.
    rows = [row for row in station.rows[before[1] :] if isinstance(row, EvidenceRow)]
    proofs = [row.reason for row in rows if row.no == header.no and row.reason[:6] == "fork-e"]
    if proofs:
        return proofs[0]
    if len(station.entries) > before[0]:
        verdict = station.verdict(header.no, header.seq)
        return f"{ACCEPT}: {verdict}" if verdict else ACCEPT
    if header.seq in station.state.pending.get(header.no, {}):
        return "pending"
    return "waiting" if raw in station.state.waiting else "repeat"


@pytest.mark.parametrize("case", SEQUENCES, ids=[case["name"] for case in SEQUENCES])
def test_frames_come_to_the_verdicts_that_they_state(case: Case) -> None:
    """RECORD-1 to RECORD-65, KEYS-3, KEYS-4, KEYS-18, each case under the clause that it names."""
    station = Station(observer(), [], Clock())
    assert [given_to(station, bytes.fromhex(raw)) for raw in case["frames"]] == case["result"]


def test_most_vectors_are_refusals() -> None:
    accepted = [case for case in EVERY if set(case["result"]) == {ACCEPT}]
    accepted += [case for case in EVERY if case["result"] == ACCEPT]
    assert len(accepted) <= 0.4 * len(EVERY)


def test_the_clauses_of_the_vectors_are_those_of_the_pages() -> None:
    defined = {
        c for page in PAGES for c in re.findall(r"\*\*((?:RECORD|KEYS)-\d+)\*\*", page.read_text())
    }
    named = {case["clause"] for case in EVERY}
    assert named <= defined
    layouts = {f"RECORD-{n}" for n in (1, 2, 3, 5, 20, 21, 22, 23, 24, 25, *range(40, 45))}
    layouts |= {f"RECORD-{n}" for n in (*range(50, 57), 71, 111)}
    assert layouts <= named


def test_every_reason_of_a_vector_is_explained_on_a_page() -> None:
    text = "".join(page.read_text() for page in PAGES)
    text += (PAGES[0].parent / "wire.md").read_text()
    explained = set(re.findall(r"`([a-z0-9-]+)`", text))
    stated = {case["result"] for case in EVERY if isinstance(case["result"], str)} - {ACCEPT}
    assert {each for each in stated if not each.endswith("-differs")} <= explained


@pytest.mark.parametrize("name", FILES)
def test_the_cases_of_a_file_have_names_of_their_own(name: str) -> None:
    names = [case["name"] for case in FILES[name]["cases"]]
    assert len(set(names)) == len(names)
