"""The page and the Python verifier are two programs from one specification: they agree, claim by
claim and reason by reason, on every file that any test of the verifier has made.
"""

import base64
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.verifier.accusing import lying_scene
from tests.verifier.beats import usual_watched
from tests.verifier.browser import Page, Shown, opened
from tests.verifier.judging import ROOTS
from tests.verifier.making import TEXT, usual, usual_scene
from tests.verifier.spans import usual_span
from tests.verifier.test_charges import MAKERS
from tests.verifier.test_readout_vectors import DOCUMENT
from tests.verifier.test_whole_files import FILES, JUDGED, assembled

from backchannel.verifier.__main__ import verify
from backchannel.verifier.cbor import Refusal, encode
from backchannel.wire.files import pack_file

HERE = Path(__file__).parent
MADE_BY = ("test_authority", "test_bundle", "test_claims", "test_evidence", "test_holding",
           "test_amending", "test_signoffs", "test_silence",
           "../station/test_bracketing")  # fmt: skip
EVIDENCE_BY = (
    "test_accusation", "test_charges", "test_charges_once", "../station/test_accusing",
)  # fmt: skip
SPANS_BY = ("test_span", "test_span_minutes", "test_span_words", "test_between", "test_sealed")
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


def files_of(names: tuple[str, ...], folder: Path) -> list[tuple[bytes, str]]:
    """Every file that some tests hand to the verifier, with the roots beside it."""
    made = folder / "made"
    files = [str(HERE / f"{name}.py") for name in names]
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
    return sorted(pickle.loads(made.read_bytes()))


def compared(page: Page, asked: list[tuple[bytes, str]]) -> tuple[set[str], set[str]]:
    """The reasons and refusals of the verifier in Python, with which the page agrees."""
    assert len(asked) > 100
    verdicts = [expected(raw, roots) for raw, roots in asked]
    differ = [
        (found, wanted)
        for (raw, roots), wanted in zip(asked, verdicts, strict=True)
        if (found := page.shows(raw, roots)) != wanted
    ]
    assert differ == []
    reasons = {reason for each in verdicts for _, _, reason in each.get("claims", ())}
    return reasons, {each["refused"] for each in verdicts if "refused" in each}


def test_on_every_file_that_the_tests_of_the_verifier_make(page: Page, tmp_path: Path) -> None:
    """PROOF-40 to PROOF-54: altered, cut short, revoked, forked, under other roots ..."""
    reasons, refusals = compared(page, files_of(MADE_BY, tmp_path))
    assert len(reasons) > 40 and len(refusals) > 10
    assert {"no-beacon", "no-witnesses", "no-quorum", "payload-hash", "time-crossed"} <= reasons
    assert {"life-gap", "not-shown", "answered", "held", "non-answer-finding"} - reasons == set()
    assert "note-shape" in refusals


def test_on_every_span_that_the_tests_of_the_verifier_make(page: Page, tmp_path: Path) -> None:
    """PROOF-110 to PROOF-118, PROOF-177 to PROOF-180, PROOF-188, PROOF-189: gaps, forks, other
    roots, other beats, seals for others ..."""
    reasons, refusals = compared(page, files_of(SPANS_BY, tmp_path))
    assert len(reasons) > 40 and len(refusals) > 2
    assert {"span-gap", "two-roots", "beacon-root", "beacon-gap", "dated-back"} <= reasons
    assert {"seal-holders", "seal-slots", "too-few-holders", "warrant-content"} <= reasons


def test_on_all_evidence_that_the_tests_make(page: Page, tmp_path: Path) -> None:
    """PROOF-80 to PROOF-92, PROOF-185: every lie, every innocent, every piece that lacks ..."""
    reasons, refusals = compared(page, files_of(EVIDENCE_BY, tmp_path))
    assert {"no-contradiction", "entry-missing", "number-not-granted", "no-opening"} <= reasons
    assert {"evidence-head", "disclosure-twice", "disclosure-piece"} <= refusals


@pytest.mark.parametrize("name", FILES)
def test_on_the_vectors(page: Page, name: str) -> None:
    """PROOF-30, PROOF-40 to PROOF-54, PROOF-80 to PROOF-91: the files in vectors/proof."""
    document = FILES[name]
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


def headed(version: int) -> bytes:
    """A file whose head begins with some version."""
    return pack_file("disclosure", [encode([version])])


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: headed(0), "disclosure-head"),
        (lambda: headed(2**60), "disclosure-head"),
    ],
    ids=["version 0", "a large version"],
)
def test_what_is_not_read_here_is_for_the_verifier_in_python(
    page: Page, make: Callable[[], bytes], reason: str
) -> None:
    """PROOF-56: a later version is told apart from a file that was altered."""
    assert page.shows(make(), "") == {"refused": reason}
    assert "use the verifier for Python" in page.tab.inner_text("#report")
    assert "is no disclosure" not in page.tab.inner_text("body")


def test_on_a_file_that_is_cut_short(page: Page) -> None:
    """PROOF-40, RECORD-111: at the places where an object ends, and beside them."""
    raw, roots = usual().pack(), usual_scene().roots()
    ends = [0, 1, 25, 26, 27, 28, 29, 30, 40, len(raw) // 2, len(raw) - 1]
    for end in ends:
        assert page.shows(raw[:end], roots) == expected(raw[:end], roots), end


def test_on_every_change_of_one_byte_of_a_span_in_so_many(page: Page) -> None:
    """PROOF-110 to PROOF-117, PROOF-175 to PROOF-180: each 389th byte, another bit each time."""
    raw = usual_watched().pack()
    changes = [(at, raw[at] ^ (1 << (n % 8))) for n, at in enumerate(range(0, len(raw), 389))]
    found = page.shows_changed(raw, ROOTS, changes)
    differ = []
    for (at, byte), shown in zip(changes, found, strict=True):
        wanted = expected(raw[:at] + bytes([byte]) + raw[at + 1 :], ROOTS)
        if shown != wanted:
            differ.append((at, shown, wanted))
    # A checkpoint that goes leaves what the others prove, so not every change shows in a verdict.
    assert differ == []


SHEETS: dict[str, Callable[[bytes], bytes]] = {
    "whole": lambda packed: b"<!doctype html>\n<p>\xff" + carrying(packed),
    "without": lambda packed: b"<!doctype html>\n<p>",
    "two": lambda packed: b"<!doctype html>" + carrying(packed) * 2,
    "no end": lambda packed: b"<!doctype html>" + carrying(packed)[:-9],
    "no base64": lambda packed: b"<!doctype html>" + carrying(b"!" + packed),
    "cut short": lambda packed: b"<!doctype html>" + carrying(packed[:-1]),
    "padded twice": lambda packed: b"<!doctype html>" + carrying(packed + b"===="),
    "empty": lambda packed: b"<!doctype html>" + carrying(b""),
}


def carrying(packed: bytes) -> bytes:
    """The element in which a sheet carries a span."""
    lines = b"\r\n".join(packed[at : at + 76] for at in range(0, len(packed), 76))
    return b'<script type="application/x-backchannel-disclosure">\n' + lines + b" \n</script>"


@pytest.mark.parametrize("name", SHEETS)
def test_on_a_sheet_that_carries_a_span(page: Page, name: str) -> None:
    """PROOF-122: it is looked into as the verifier for Python does."""
    sheet = SHEETS[name](base64.b64encode(usual_span(0).pack()))
    wanted = expected(sheet, ROOTS)
    assert page.shows(sheet, ROOTS) == wanted
    assert ("claims" in wanted) == (name == "whole")


def test_evidence_is_drawn_with_whom_it_accuses(page: Page) -> None:
    """PROOF-92: the mode of the accused, who, by which entries, and what it cannot show."""
    made = MAKERS["two-entries"](lying_scene())
    page.shows(made.pack(), ROOTS)
    text = page.tab.inner_text("#report")
    assert text.startswith("REAL") or "\nREAL\n" in text
    assert "It accuses station Birch one REAL of Birch." in text
    assert made.matter[0].hex() in text and "which of the two things is the true one" in text


def test_a_span_is_drawn_with_its_witnesses_and_each_statement(page: Page) -> None:
    """PROOF-119, PROOF-181: the quorum, who cosigned by when, between which times words stand."""
    page.shows(usual_watched().pack(), ROOTS)
    text = page.tab.inner_text("#report")
    assert "A quorum of the charter’s witnesses is both: 2 of w0, w1." in text
    assert text.count("of the log stood by") == 4 and text.count("as witnesses say") == 8
    assert page.tab.locator("[data-entry]").count() == 4
    assert TEXT in text and "every entry before the earlier minute" in text
    page.shows(usual_span(0).pack(), ROOTS)
    assert "None: the charter names none" in page.tab.inner_text("#report")
