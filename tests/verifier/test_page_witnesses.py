"""The page's own reading of policies, notes and leaves, held against the vectors and against the
verifier in Python. test_page_agrees.py has whole files with what witnesses attest.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from tests.cast import seed
from tests.verifier.browser import chromium
from tests.verifier.test_page_vectors import PROBE, outcomes
from tests.verifier.test_vectors import load
from tests.verifier.test_witnesses import OPENINGS, POLICIES, cosigned
from tests.witness.logs import WITNESS, WITNESS_KEY, Log, encoded
from tools.page import pack, script

from backchannel.proof.note import NoteSignature, note_line, note_text
from backchannel.proof.vkey import Algorithm, VerifierKey, timed
from backchannel.verifier.beacon import Leaf, read_quotes, read_rows
from backchannel.verifier.cbor import Refusal, decode
from backchannel.verifier.witnesses import met_by, met_since, read_note, read_policy, times
from backchannel.wire.primitives import ed25519_keypair, ed25519_sign

SIZE = 7
BLANKS = "\x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000"
Case = dict[str, Any]  # what a JSON file holds


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """The page, and beside it a door to its modules that only a test has."""
    with chromium() as started:
        tab = started.new_context(offline=True).new_page()
        tab.goto(pack(tmp_path_factory.mktemp("page")).as_uri())
        tab.evaluate(f"() => {{ {script(PROBE)} }}")
        yield tab


def reason_of(work: Callable[[], object]) -> str:
    """What the verifier in Python says of some work."""
    try:
        work()
    except Refusal as refused:
        return refused.reason
    return "accept"


def test_policies(tab: Tab) -> None:
    """PROOF-64, PROOF-66: vectors/proof/policies.json."""
    found = outcomes(tab, "witness_policy", POLICIES)
    assert [(c["name"], each) for c, each in zip(POLICIES, found, strict=True)] == [
        (c["name"], c["result"]) for c in POLICIES
    ]


def test_a_policy_has_so_many_names_and_no_more(tab: Tab) -> None:
    """PROOF-66: 64, and a name that JavaScript itself knows is a name like any other."""

    def policy(count: int) -> str:
        groups = "".join(f"group g{n} all {f'g{n - 1}' if n else 'w'}\n" for n in range(count - 1))
        return f"witness w {WITNESS_KEY.text()}\n{groups}quorum g{count - 2}\n"

    odd = f"witness constructor {WITNESS_KEY.text()}\nquorum __proto__\n"
    cases = [{"policy": each, "cosigned": ["w"]} for each in (policy(64), policy(65), odd)]
    assert outcomes(tab, "witness_policy", cases) == ["accept", "witness-policy", "witness-policy"]
    assert reason_of(lambda: read_policy(policy(64))) == "accept"
    assert reason_of(lambda: read_policy(policy(65))) == "witness-policy"


def spoiled() -> Iterator[bytes]:
    """A note, and what is nearly one."""
    good = cosigned(400).decode()
    text, lines = good.split("\n\n")
    origin, size, root = text.split("\n")
    yield good.encode()
    yield from (good.replace(f"\n{size}\n", f"\n{n}\n").encode() for n in ("07", "", "-7", "7.0"))
    yield from (good.replace(f"\n{size}\n", f"\n{2**48 + n}\n").encode() for n in (0, 1))
    yield from (good.replace(root, each).encode() for each in (root[:-1], root[:-4], root + "AA=="))
    yield good.replace(root, root[:-2] + ("B=" if root[-2] == "A" else "A=")).encode()
    yield good.replace(root, encoded(seed("x")).rstrip("=")).encode()
    yield good.replace(origin, "o" * 255).encode()
    yield good.replace(f"{origin}\n{size}", f"{'ö' * 128}\n{size}").encode()
    yield from (f"\ufeff{good}".encode(), good.encode() + b"\xff", good.encode() + b"\xed\xa0\x80")
    yield from (good[:-1].encode(), (good + "\n").encode(), (good + "\n\n").encode(), b"", b"\n\n")
    yield from (f"{text}\n\n".encode(), f"\n\n{lines}".encode(), f"{text}\n{lines}".encode())
    yield f"{text}\n\nmore\n\n{lines}".encode()
    yield from (f"{text}\nmore\n\n{lines}".encode(), f"{text}\n\n\n{lines}".encode())
    yield from (good.replace(origin, f"{origin}{each}").encode() for each in "\t\r\x7f\x00")
    line = "— {} " + encoded(bytes(4) + b"x") + "\n"
    yield from (f"{text}\n\n{line.format(f'a{each}b')}".encode() for each in BLANKS + "+ \ufeffé")
    yield from (f"{text}\n\n{line.format('a') * n}".encode() for n in (1, 100, 101))
    for body in ("AAAAAA==", "AAAA", "AAAAAB==", "AAAAAA=", "====", "AAAAAAA=", "AAAA\u0101AAA"):
        yield f"{text}\n\n— a {body}\n".encode()


def test_notes(tab: Tab) -> None:
    """PROOF-10: vectors/proof/notes.json, and what is nearly a note, by both programs."""
    vectors = load("proof/notes")["cases"]
    notes = [case["note"].encode() for case in vectors] + list(spoiled())
    found = outcomes(tab, "note", [{"note": each.hex()} for each in notes])
    wanted = [reason_of(lambda raw=raw: read_note(raw)) for raw in notes]  # type: ignore[misc]
    assert list(zip(notes, found, strict=True)) == list(zip(notes, wanted, strict=True))
    shapes = {"note-shape", "checkpoint-shape"}
    assert {*wanted} == {"accept", *shapes}
    for case, each in zip(vectors, found, strict=False):
        assert each == (case["result"] if case["result"] in shapes else "accept"), case["name"]


def test_leaves_and_quotes(tab: Tab) -> None:
    """PROOF-60, PROOF-61: vectors/proof/openings.json."""
    quoting = outcomes(tab, "quotes", [{"payload": case["payload"]} for case in OPENINGS])
    for case, each in zip(OPENINGS, quoting, strict=True):
        wanted = reason_of(lambda case=case: read_quotes(bytes.fromhex(case["payload"])))
        assert each == wanted, case["name"]
    cases = [case for case in OPENINGS if case["content"]]
    words = [decode(bytes.fromhex(case["content"])) for case in cases]
    asked = [{"content": case["content"]} for case in cases]
    for case, content, each in zip(cases, words, outcomes(tab, "vector", asked), strict=True):
        assert isinstance(content, list)
        assert each == reason_of(lambda content=content: read_rows(content[1])), case["name"]
        if each != "accept":
            continue
        blinds, rows = content[0], read_rows(content[1])
        assert isinstance(blinds, list)
        made = [Leaf("o", 1, 0, blind, rows, ()).hash.hex() for blind in blinds]  # type: ignore[arg-type]
        assert tab.evaluate("(each) => probe.leaves(each)", case["content"]) == made


def signed_by_edwards(*whens: int, sound: bool = True) -> tuple[VerifierKey, bytes]:
    """A checkpoint with Ed25519 cosignatures of one witness at some times, and the key."""
    public, secret = ed25519_keypair(seed("edwards"))
    key = VerifierKey("witness.example/ed", Algorithm.ED25519_COSIGNATURE, public)
    note = Log().note(SIZE)
    text = note_text(note)
    for when in whens:
        signature = ed25519_sign(secret, timed(when if sound else when + 1, note.text))
        body = when.to_bytes(8, "big") + signature
        text += note_line(NoteSignature(key.name, key.key_id(), body))
    return key, text.encode()


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        (WITNESS_KEY, cosigned(500, 400, 600, size=SIZE)),
        (WITNESS_KEY, cosigned(0, size=SIZE)),
        (WITNESS_KEY, cosigned(2**63 - 1, 2**63, size=SIZE)),
        (WITNESS_KEY, cosigned(400, size=SIZE).replace(b"\n7\n", b"\n8\n")),
        (WITNESS_KEY, cosigned(size=SIZE)),
        signed_by_edwards(500, 400, 600),
        signed_by_edwards(2**53 + 1, 2**53 + 2, 2**63, 0),
        signed_by_edwards(400, sound=False),
    ],
)
def test_who_says_when(tab: Tab, key: VerifierKey, raw: bytes) -> None:
    """PROOF-65, PROOF-77, PROOF-78: under both algorithms, and exactly, however late."""
    other = VerifierKey(WITNESS.name, Algorithm.ED25519_COSIGNATURE, seed("nobody"))
    text = f"witness w {key.text()}\nwitness v {other.text()}\ngroup g any v w\nquorum g\n"
    policy, note = read_policy(text), read_note(raw)
    said = times(policy, note, note.lines)
    found = tab.evaluate("(asked) => probe.said(asked)", {"policy": text, "note": raw.hex()})
    assert found["said"] == {name: str(when) for name, when in said.items()}
    since = met_since(policy, said)
    assert found["since"] == (None if since is None else str(since))
    if said:
        assert found["by"] == str(met_by(policy, said))
    else:
        assert found["by"] == reason_of(lambda: met_by(policy, said)) == "no-quorum"
