"""Read-outs, quotations and findings before a stranger: what is proven, and what is not."""

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from tests.cast import ALDER, BIRCH
from tests.verifier.judging import ROOTS
from tests.verifier.making import Bundle, Scene, disclose, opened, reply, set_scene, speak

from backchannel.verifier.__main__ import main, verify
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.quoting import sentences
from backchannel.wire.entry import EntryType
from backchannel.wire.statement import Kind

COMMON = (0, "en", *(None,) * 18)
AGREED = "We spoke. Nobody will cross it."
OWN = (("Alder", "We asked."), ("Birch", "We apologised."))
BOTH = ("first", "second")


def offer(agreed: Any = AGREED, own: Any = OWN) -> tuple[Any, ...]:
    """The fields of a read-out."""
    return (*COMMON, *(True,) * 6, agreed, own, None, True)


def answered(*rows: Any) -> tuple[Any, ...]:
    """The fields of an answer to a read-out."""
    return (*COMMON, *(None,) * 8, tuple(rows), None)


def staffed() -> Scene:
    """A line of which both parties have two officers, and stations that know them."""
    return deepcopy(founded_twice())


@cache
def founded_twice() -> Scene:
    """The same, made once."""
    scene = set_scene()
    for office in scene.offices:
        office.enrol_officer("second")
    for book in scene.books:
        book.entries.clear()
        book.open(*scene.both_heads())
    return scene


class Talk:
    """Alder's statement, and what both enter that names it, each with the labels it opens."""

    def __init__(self, values: tuple[Any, ...], **changes: Any) -> None:
        usual = {"kind": Kind.NOTICE, "form": "T19/1", "category": 1, "officers": BOTH}
        self.scene: Scene = speak(staffed(), values=values, **{**usual, **changes})
        self.values = values
        self.said = self.scene.books[ALDER].head(self.scene.slot)[2]
        self.beside: list[tuple[int, int, Any]] = []

    def add(self, party: int, values: tuple[Any, ...], *labels: int, **changes: Any) -> None:
        """Enter a statement that names the one disclosed, and open some labels of it."""
        usual = {"refs": (self.said,), "category": 1, "officers": BOTH}
        payload, _ = self.scene.state(party, values, **{**usual, **changes})
        book = self.scene.books[party]
        entry = book.write(payload, EntryType.STATEMENT)
        self.beside.append((party, len(book.entries) - 1, opened(entry, *labels, values=values)))

    def answer(self, *rows: Any, party: int = BIRCH, **changes: Any) -> None:
        """Answer the read-out."""
        usual = {"kind": Kind.DECIDE, "form": "T19/1"}
        self.add(party, answered(*rows), 2, 29, **{**usual, **changes})

    def find(self, *rows: Any, party: int = ALDER, **changes: Any) -> None:
        """Enter a finding."""
        body = ((self.said, (1,)), ("answer", "a paper"), (tuple(rows), None), None, True)
        usual = {"kind": Kind.NOTICE, "form": "T17/1"}
        self.add(party, (*COMMON, *body), 21, 22, 23, **{**usual, **changes})

    def file(self, *labels: int) -> Bundle:
        """The disclosure, with what was added beside it."""
        scene = reply(self.scene)
        made = disclose(scene)
        entries = [scene.books[party].piece(seq) for party, seq, _ in self.beside]
        own = opened(self.said, *(labels or range(2, 31)), values=self.values)
        besides = [piece for _, _, piece in self.beside]
        return made.having(3, *made.of(3), *entries).having(4, own, *besides)


def told(bundle: Bundle, *quotes: str) -> dict[str, str]:
    """The claims about words, each with its reason."""
    _, report, _ = verify(bundle.pack(), ROOTS, (), quotes)
    claims = report["claims"]
    assert isinstance(claims, list)
    assert not [each for each in claims[:13] if each["reason"]], claims
    return {each["claim"]: each["reason"] for each in claims[13:]}


def notes(bundle: Bundle, claim: str) -> list[str]:
    """What is told beside a claim."""
    _, report, _ = verify(bundle.pack(), ROOTS)
    return next(each["notes"] for each in report["claims"] if each["claim"] == claim)  # type: ignore[attr-defined]


def test_a_text_that_both_have_signed() -> None:
    """PROOF-165, PROOF-166."""
    talk = Talk(offer())
    talk.answer(("Birch", "signed", None))
    bundle = talk.file()
    assert told(bundle) == {"agreed": "", "own-words": ""}
    assert notes(bundle, "own-words") == ["Alder alone: We asked.", "Birch alone: We apologised."]
    code, _, text = verify(bundle.pack(), ROOTS, ["agreed", "own-words"])
    assert code == 0
    assert "signed by Alder (first, second) and by Birch (first, second)" in text
    assert "  answer       " in text and "27 agreed public text" in text


@pytest.mark.parametrize(
    ("rows", "reason", "birch"),
    [
        ([("Birch", "signed-with-dissent", "We did not.")], "", ["We did not."]),
        ([("Birch", "signed-with-dissent", None)], "", []),
        ([("Birch", "refused", None)], "refused", []),
        ([("Birch", "refused", "We did not.")], "refused", ["We did not."]),
        ([("Alder", "signed", None)], "not-answered", []),
        ([("Birch", "perhaps", None)], "not-answered", []),
        ([("Birch", "signed", None), ("Birch", "signed", None)], "not-answered", []),
        ([("Birch", "signed", 7)], "not-answered", []),
        ([], "not-answered", []),
    ],
)
def test_what_an_answer_comes_to(rows: list[Any], reason: str, birch: list[str]) -> None:
    """PROOF-161, PROOF-163: what the author wrote in another's name is not the other's."""
    talk = Talk(offer())
    talk.answer(*rows)
    bundle = talk.file()
    assert told(bundle) == {"agreed": reason, "own-words": ""}
    wanted = ["Alder alone: We asked.", *(f"Birch alone: {each}" for each in birch)]
    assert notes(bundle, "own-words") == wanted


def test_an_answer_that_does_not_hold_or_is_none_proves_nothing() -> None:
    """PROOF-165."""
    signed = ("Birch", "signed", None)
    assert told(Talk(offer()).file())["agreed"] == "not-answered"
    for changes, reason in (
        ({"officers": ("first",)}, "unreleased"),
        ({"kind": Kind.NOTICE}, "not-answered"),
        ({"form": "T10/1"}, "not-answered"),
        ({"refs": (b"r" * 32,)}, "not-answered"),
        ({"party": ALDER, "to": 2}, "not-answered"),
    ):
        talk = Talk(offer())
        talk.answer(signed, **changes)
        assert told(talk.file())["agreed"] == reason, changes
    talk = Talk(offer())
    talk.answer(signed)
    talk.answer(("Birch", "refused", None))
    assert told(talk.file())["agreed"] == "answers-differ"
    talk = Talk(offer())
    talk.answer(signed)
    shut = talk.file()
    assert told(shut.having(4, shut.of(4)[0]))["agreed"] == "not-answered"


def test_without_a_text_there_is_nothing_to_agree_to() -> None:
    """PROOF-165, PROOF-166."""
    for agreed in (None, True, ""):
        talk = Talk(offer(agreed, None))
        talk.answer(("Birch", "signed", None))
        found = told(talk.file())
        assert found == {"agreed": "no-agreed-text", "own-words": "no-own-words"}
    talk = Talk(offer())
    talk.answer(("Birch", "signed", None))
    assert told(talk.file(21))["agreed"] == "no-agreed-text"


def test_only_a_read_out_makes_these_claims() -> None:
    """PROOF-160."""
    assert told(Talk((*COMMON, AGREED), kind=Kind.MESSAGE, form=None, category=0).file(21)) == {}
    assert told(Talk(offer(), form="T18/1").file()) == {}


def test_a_reader_is_told_what_words_cannot_show() -> None:
    """PROOF-171."""
    bundle = Talk(offer()).file()
    plain = Talk((*COMMON, AGREED), kind=Kind.MESSAGE, form=None, category=0).file(21)
    more = "nor that no other answer or later word exists"
    assert more in verify(bundle.pack(), ROOTS)[2]
    assert more in verify(plain.pack(), ROOTS, (), ("We spoke.",))[2]
    assert more not in verify(plain.pack(), ROOTS)[2]


# --- Quotations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("We spoke. Nobody will.", ["We spoke.", "Nobody will."]),
        ("  We spoke.  Nobody will  ", ["We spoke.", "Nobody will"]),
        ('Mr. Li said "no." Then he left.', ["Mr.", 'Li said "no."', "Then he left."]),
        ("3.5 km. Or v1.2?! Yes…", ["3.5 km.", "Or v1.2?!", "Yes…"]),
        ("我们不动。如有变化,先通知你们。", ["我们不动。", "如有变化,先通知你们。"]),
        ("他说「不」。」走了！", ["他说「不」。」", "走了！"]),
        ("One\nTwo.\n\nThree", ["One", "Two.", "Three"]),
        ("One.\u00a0Two.", ["One.\u00a0Two."]),
        (" \n ", []),
        ("...", ["..."]),
    ],
)
def test_how_a_text_is_cut_into_sentences(text: str, wanted: list[str]) -> None:
    """PROOF-167."""
    assert sentences(text) == wanted


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("Nobody will cross it.", ""),
        ("nobody will cross it.", "not-found"),
        ("Nobody will  cross it.", "not-found"),
        ("Nobody will cross it", "part-of-a-sentence"),
        ("will cross it.", "part-of-a-sentence"),
        ("We asked.", ""),
        ("We did not.", ""),
        ("We attack.", "not-found"),
    ],
)
def test_a_quotation_stands_there_whole_and_to_the_letter_or_not(quote: str, reason: str) -> None:
    """PROOF-167, PROOF-168."""
    talk = Talk(offer())
    talk.answer(("Birch", "signed-with-dissent", "We did not."))
    assert told(talk.file(), quote) == {"agreed": "", "own-words": "", "quote-1": reason}


def test_each_sentence_is_a_claim_of_its_own() -> None:
    """PROOF-168: proven where it stands, also in a rendering that holds; never in one that does
    not."""
    talk = Talk((*COMMON, AGREED), kind=Kind.MESSAGE, form=None, category=0)
    rendering = (0, "zh", *(None,) * 18, "我们谈过。", "sight")
    talk.add(BIRCH, rendering, 2, 21, 22, kind=Kind.TRANSLATE, category=5)
    bundle = talk.file(21)
    quotes = ("We spoke. We attack.", "我们谈过。")
    assert told(bundle, *quotes) == {"quote-1": "", "quote-2": "not-found", "quote-3": ""}
    code, _, text = verify(bundle.pack(), ROOTS, ["quote-1", "quote-3"], quotes)
    assert code == 0
    assert "it stands in field 21, sentence 1, of Alder (first, second)" in text
    assert "sentence 1, of the rendering by Birch (first, second)" in text
    assert verify(bundle.pack(), ROOTS, ["quote-2"], quotes)[0] == 1
    shut = bundle.having(4, opened(talk.said, 2, values=talk.values))
    assert told(shut, "We spoke.") == {"quote-1": "not-opened"}
    with pytest.raises(Refusal, match="empty-quote"):
        verify(bundle.pack(), ROOTS, (), (" ",))


def test_a_claim_that_nobody_could_make_is_refused_at_the_terminal() -> None:
    """PROOF-168."""
    for word in ("quote-0", "quote", "finding-", "agree"):
        with pytest.raises(SystemExit):
            main(["--ask", word, "--", "none"])


# --- Findings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ([("confirmed", "We spoke.")], [""]),
        ([("confirmed", "We attack.")], ["not-found"]),
        ([("confirmed", "spoke")], ["part-of-a-sentence"]),
        ([("contradicted", "All cross."), ("record", "Nobody will cross it.")], [""]),
        ([("contradicted", "All cross."), ("record", "Nobody crossed.")], ["not-found"]),
        ([("contradicted", "All cross.")], ["no-record-named"]),
        ([("not-in-record", "We attack.")], [""]),
        ([("not-in-record", "We spoke.")], ["found"]),
        ([("confirmed", "We spoke."), ("not-in-record", "No.")], ["", ""]),
        ([("record", "We spoke.")], []),
        ([("confirmed", "We spoke."), ("record", "We spoke.")], []),
        ([("denied", "We spoke.")], []),
        ([("confirmed", 7)], []),
        (["confirmed"], []),
        ([], []),
    ],
)
def test_what_a_finding_comes_to(rows: list[Any], reasons: list[str]) -> None:
    """PROOF-169, PROOF-170."""
    talk = Talk((*COMMON, AGREED), kind=Kind.MESSAGE, form=None, category=0)
    talk.find(*rows)
    assert list(told(talk.file(21)).values()) == reasons


def test_a_finding_says_whose_word_it_is_and_holds_by_itself() -> None:
    """PROOF-170."""
    talk = Talk((*COMMON, AGREED), kind=Kind.MESSAGE, form=None, category=0)
    talk.find(("contradicted", "All cross."), ("record", "Nobody will cross it."), party=BIRCH)
    _, _, text = verify(talk.file(21).pack(), ROOTS)
    assert "that this contradicts it is the word of Birch (first, second)" in text
    assert "also: contradicted: All cross." in text
    alone = Talk((*COMMON, AGREED), kind=Kind.MESSAGE, form=None, category=0)
    alone.find(("confirmed", "We spoke."), officers=("first",))
    assert told(alone.file(21)) == {"finding-1": "unreleased"}
    hidden = Talk((*COMMON, AGREED, "more"), kind=Kind.MESSAGE, form=None, category=0)
    hidden.find(("not-in-record", "We attack."))
    assert told(hidden.file(21)) == {"finding-1": "words-hidden"}
