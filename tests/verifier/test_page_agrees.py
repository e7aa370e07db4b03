"""The page and the Python verifier are two programs from one specification: they agree, claim by
claim and reason by reason, on every file that any test of the verifier has made.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.verifier.browser import Page, Shown, opened
from tests.verifier.judging import ROOTS
from tests.verifier.making import usual, usual_scene
from tests.verifier.spans import usual_span
from tests.verifier.test_readout_vectors import DOCUMENT
from tests.verifier.test_whole_files import FILES, JUDGED, assembled

from backchannel.verifier.__main__ import verify
from backchannel.verifier.cbor import Refusal, encode
from backchannel.wire.files import pack_file

HERE = Path(__file__).parent
MADE_BY = ("test_authority", "test_bundle", "test_claims", "test_evidence", "test_holding",
           "test_amending", "test_signoffs", "../station/test_bracketing")  # fmt: skip
STRIDE = 97


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with opened(tmp_path_factory.mktemp("page")) as page:
        yield page


def expected(raw: bytes, roots: str) -> Shown:
    """What the Python verifier says, in the shape in which the page shows it."""
    try:
        _, report, _ = verify(raw, roots)
    except Refusal as refused:
        return {"refused": refused.reason}
    claims = report["claims"]
    assert isinstance(claims, list)
    rows = [[each["claim"], each["verdict"], each["reason"]] for each in claims]
    return {"mode": report["mode"], "claims": rows}


def test_on_every_file_that_the_tests_of_the_verifier_make(page: Page, tmp_path: Path) -> None:
    """PROOF-40 to PROOF-54: altered, cut short, revoked, forked, under other roots ..."""
    made = tmp_path / "made"
    files = [str(HERE / f"{name}.py") for name in MADE_BY]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.verifier.recording", "-n0", *files],
        env=os.environ | {"RECORDING": str(made)},
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    asked = sorted(pickle.loads(made.read_bytes()))
    assert len(asked) > 100
    verdicts = [expected(raw, roots) for raw, roots in asked]
    reasons = {reason for each in verdicts for _, _, reason in each.get("claims", ())}
    refusals = {each["refused"] for each in verdicts if "refused" in each}
    assert len(reasons) > 40 and len(refusals) > 10
    assert {"no-beacon", "no-witnesses", "no-quorum", "payload-hash", "time-crossed"} <= reasons
    assert "note-shape" in refusals
    differ = [
        (found, wanted)
        for (raw, roots), wanted in zip(asked, verdicts, strict=True)
        if (found := page.shows(raw, roots)) != wanted
    ]
    assert differ == []


def test_on_the_vectors(page: Page) -> None:
    """PROOF-30, PROOF-40 to PROOF-54: vectors/proof/disclosures.json."""
    document = FILES["disclosures"]
    for case in document["cases"]:
        roots = "\n".join(document["roots"][each] for each in case["roots"])
        shown = page.shows(assembled(document, case), roots)
        assert shown.get("refused", JUDGED) == case["result"], case["name"]
        verdicts = {claim: why for claim, _, why in shown.get("claims", ())}
        assert verdicts == case.get("verdicts", {}), case["name"]


def test_on_read_outs_and_findings(page: Page) -> None:
    """PROOF-160 to PROOF-167, PROOF-169, PROOF-170: vectors/proof/readouts.json; nothing can be
    quoted on the page."""
    for case in DOCUMENT["cases"]:
        roots = "\n".join(DOCUMENT["roots"][each] for each in case["roots"])
        raw = assembled(DOCUMENT, case)
        assert page.shows(raw, roots) == expected(raw, roots), case["name"]
    case = next(each for each in DOCUMENT["cases"] if each["name"] == "both have signed")
    page.shows(assembled(DOCUMENT, case), roots)
    text = page.tab.inner_text("body")
    assert "Alder (first, second) and by Birch (first, second)" in text
    assert "Birch alone: We apologised." in text and "agreed public text" in text
    assert "nor that no other answer or later word exists" in text


def test_on_every_change_of_one_byte_in_so_many(page: Page) -> None:
    """PROOF-40 to PROOF-53: each 97th byte, another bit of it each time."""
    raw, roots = usual().pack(), usual_scene().roots()
    places = range(0, len(raw), STRIDE)
    changes = [(at, raw[at] ^ (1 << (n % 8))) for n, at in enumerate(places)]
    found = page.shows_changed(raw, roots, changes)
    differ = []
    for (at, byte), shown in zip(changes, found, strict=True):
        wanted = expected(raw[:at] + bytes([byte]) + raw[at + 1 :], roots)
        if shown != wanted:
            differ.append((at, shown, wanted))
    assert differ == []
    assert expected(raw, roots) not in found


def test_on_other_fingerprints(page: Page) -> None:
    """PROOF-41: none, one of two, a digit changed, names exchanged, one too many."""
    raw = usual().pack()
    alder, birch = [line for line in usual_scene().roots().splitlines() if line[:1].isalpha()]
    changed = birch[:-1] + str((int(birch[-1]) + 1) % 10)
    exchanged = f"Birch {alder[6:]}\nAlder {birch[6:]}"
    for roots in ("", alder, f"{alder}\n{changed}", exchanged, f"{alder}\n{birch}\n{changed}"):
        assert page.shows(raw, roots) == expected(raw, roots), roots
    assert expected(raw, exchanged)["claims"][0][1] == "PROVEN"
    assert "what you call Birch is Alder" in page_note(page, raw, exchanged)


def page_note(page: Page, raw: bytes, roots: str) -> str:
    page.shows(raw, roots)
    return page.tab.inner_text("[data-claim='charter']")


def span() -> bytes:
    """What the verifier in Python reads, and the page does not."""
    raw = usual_span(0).pack()
    assert verify(raw, ROOTS)[0] == 0
    return raw


def headed(version: int) -> bytes:
    """A file whose head begins with some version."""
    return pack_file("disclosure", [encode([version])])


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (span, "disclosure-head"),
        (lambda: headed(0), "disclosure-head"),
        (lambda: headed(2**60), "disclosure-head"),
        (lambda: b"<!doctype html>\n<p>", "file-kind"),
    ],
    ids=["a span", "version 0", "a large version", "a sheet"],
)
def test_what_is_not_read_here_is_for_the_verifier_in_python(
    page: Page, make: Callable[[], bytes], reason: str
) -> None:
    """PROOF-56: a span is told apart from a file that was altered."""
    assert page.shows(make(), "") == {"refused": reason}
    assert "use the verifier for Python" in page.tab.inner_text("#report")
    assert "is no disclosure" not in page.tab.inner_text("body")


def test_on_a_file_that_is_cut_short(page: Page) -> None:
    """PROOF-40, RECORD-111: at the places where an object ends, and beside them."""
    raw, roots = usual().pack(), usual_scene().roots()
    ends = [0, 1, 25, 26, 27, 28, 29, 30, 40, len(raw) // 2, len(raw) - 1]
    for end in ends:
        assert page.shows(raw[:end], roots) == expected(raw[:end], roots), end
