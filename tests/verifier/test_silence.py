"""Non-answers beside a statement: what of each finding is proven, and each way to break it."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, NOW
from tests.verifier.judging import ROOTS
from tests.verifier.making import Bundle, Piece, Scene, altered, disclose, set_scene, speak

from backchannel.charter.events import Revoke, pack_revoke
from backchannel.verifier.__main__ import verify
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId
from backchannel.wire.nonanswer import Finding, Life, NonAnswer, deadline_no, pack_non_answer
from backchannel.wire.payload import Happening
from backchannel.wire.statement import Kind, parse_signed, parse_statement

DUE = NOW + 40


def croot_of(scene: Scene) -> bytes:
    payload = scene.books[ALDER].entries[scene.slot][2]
    return parse_statement(parse_signed(payload)[0]).croot


def heard(scene: Scene) -> Scene:
    """Birch's station gives a receipt for the statement."""
    alder, birch = scene.books
    birch.write(b"\x80", EntryType.RECEIPT, (alder.head(scene.slot),))
    return scene


def drawn(scene: Scene, croot: bytes | None = None) -> Scene:
    """And a desk of theirs draws its words."""
    asked = scene.books[ALDER].head(scene.slot)[2]
    event = (int(Happening.SHOWN), asked, croot or croot_of(scene), ("en",), 1)
    scene.books[BIRCH].write(encode((event,)), EntryType.LINE_EVENTS)
    return scene


def answered(scene: Scene) -> Scene:
    """And an officer of theirs acknowledges it."""
    asked = scene.books[ALDER].head(scene.slot)[2]
    payload, _ = scene.state(BIRCH, kind=Kind.ACK, category=5, refs=(asked,))
    scene.books[BIRCH].write(payload, EntryType.STATEMENT)
    return scene


def unheard(scene: Scene) -> Scene:
    """Birch's station writes on, and has not seen the statement."""
    scene.books[BIRCH].write(b"\x80", EntryType.RECEIPT)
    return scene


def silent(scene: Scene, finding: Finding, **changes: Any) -> Bundle:
    """Alder's station says that nobody answered; a file with all that it cites."""
    alder, birch = scene.books
    newest = EntryId(birch.head()[2])
    usual = NonAnswer(
        EntryId(alder.head(scene.slot)[2]),
        deadline_no(2, BIRCH),
        DUE,
        finding,
        newest if finding == Finding.NOT_ACKNOWLEDGED else None,
        life=(Life(newest, NOW),),
    )
    alder.time = max(alder.time, birch.time, DUE)
    said = pack_non_answer(replace(usual, **changes))
    alder.write(said, EntryType.NON_ANSWER, (birch.head(),))
    theirs = [birch.piece(seq) for seq in range(2, len(birch.entries))]
    bundle = disclose(scene)
    return bundle.having(3, *bundle.of(3), *theirs, alder.piece(-1))


def claim(bundle: Bundle) -> dict[str, Any]:
    """The claim of the one non-answer."""
    _, report, _ = verify(bundle.pack(), ROOTS)
    claims = report["claims"]
    assert isinstance(claims, list)
    (found,) = [each for each in claims if each["claim"].startswith("silence")]
    assert (found["claim"], found["clause"]) == ("silence-1", "PROOF-190")
    return dict(found)


def reason(bundle: Bundle) -> str:
    return str(claim(bundle)["reason"])


def nobody_heard() -> Scene:
    return unheard(speak(set_scene()))


def somebody_heard() -> Scene:
    return heard(speak(set_scene()))


def somebody_saw() -> Scene:
    return drawn(somebody_heard())


# --- What is proven -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "finding", "text"),
    [
        (nobody_heard, Finding.NOT_DELIVERED,
         "not delivered: no entry of Birch is a receipt up to journal 17 slot 2, which is all that "
         "Alder says it had"),
        (somebody_heard, Finding.NOT_SHOWN,
         "held by Birch (journal 17, slot 2), and not shown; that no desk had drawn it up to "
         "journal 17 slot 2 is the word of Alder, whom one up to there would convict"),
        (somebody_saw, Finding.NOT_ACKNOWLEDGED,
         "shown by Birch (journal 17, slot 3), and not acknowledged; that no officer had answered "
         "up to journal 17 slot 3 is the word of Alder, whom one up to there would convict"),
    ],
)  # fmt: skip
def test_each_finding_is_proven_as_far_as_others_signed_it(
    make: Callable[[], Scene], finding: Finding, text: str
) -> None:
    """PROOF-190, PROOF-191: and whose word the rest is, is said."""
    found = claim(silent(make(), finding))
    assert (found["reason"], found["text"]) == ("", text)
    (note,) = found["notes"]
    assert note.startswith("journal 16, slot 2: due at 2026-11-22T13:44:00Z, entered at ")
    assert note.endswith("it cannot tell an answer that was lost from one that was held back")


def test_what_came_later_refutes_nothing() -> None:
    """PROOF-190, RECORD-131."""
    scene = somebody_heard()
    bundle = silent(scene, Finding.NOT_SHOWN)
    answered(drawn(scene))
    later = [scene.books[BIRCH].piece(seq) for seq in (3, 4)]
    assert reason(bundle.having(3, *bundle.of(3), *later)) == ""


# --- What is not ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "finding", "wanted"),
    [
        (somebody_heard, Finding.NOT_DELIVERED, "held"),
        (somebody_saw, Finding.NOT_DELIVERED, "held"),
        (nobody_heard, Finding.NOT_SHOWN, "not-held"),
        (somebody_saw, Finding.NOT_SHOWN, "shown"),
        (nobody_heard, Finding.NOT_ACKNOWLEDGED, "not-held"),
        (somebody_heard, Finding.NOT_ACKNOWLEDGED, "not-shown"),
        (lambda: drawn(somebody_heard(), b"c" * 32), Finding.NOT_ACKNOWLEDGED, "not-shown"),
        (lambda: answered(somebody_saw()), Finding.NOT_ACKNOWLEDGED, "answered"),
        (lambda: answered(somebody_heard()), Finding.NOT_SHOWN, "answered"),
    ],
)
def test_a_finding_that_the_entries_do_not_bear_out(
    make: Callable[[], Scene], finding: Finding, wanted: str
) -> None:
    """PROOF-190, PROOF-191: a receipt, a desk or an answer within what its writer had."""
    assert reason(silent(make(), finding)) == wanted


def test_a_receipt_cannot_be_withheld() -> None:
    """PROOF-191: the links of their journal lead back without a gap, or nothing is proven."""
    scene = unheard(unheard(speak(set_scene())))
    bundle = silent(scene, Finding.NOT_DELIVERED)
    assert reason(bundle) == ""
    link = scene.books[BIRCH].piece(2)
    assert reason(bundle.without(link)) == "life-gap"
    bent = (*link[:2], altered(link[2]), link[3])
    assert reason(bundle.without(link).having(3, *bundle.without(link).of(3), bent)) == "life-gap"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"asked": EntryId(b"a" * 32)}, "other-statement"),
        ({"deadline": deadline_no(2, ALDER)}, "non-answer-party"),
        ({"deadline": deadline_no(2, 5)}, "non-answer-party"),
        ({"due": NOW + 10_000}, "not-due"),
        ({"shown": EntryId(b"s" * 32)}, "non-answer-finding"),
        ({"life": (Life(EntryId(b"l" * 32), NOW),)}, "life-missing"),
        ({"life": ()}, "non-answer-life"),
    ],
)
def test_a_non_answer_that_its_writer_may_not_enter(changes: dict[str, Any], wanted: str) -> None:
    """PROOF-190, RECORD-126, RECORD-129."""
    assert reason(silent(somebody_heard(), Finding.NOT_SHOWN, **changes)) == wanted


def test_a_life_that_is_not_of_the_addressee_or_looks_away() -> None:
    """PROOF-190, RECORD-129: he names his own entry, or less than he had seen."""
    scene = somebody_heard()
    own = Life(EntryId(scene.books[ALDER].head(0)[2]), NOW)
    assert reason(silent(scene, Finding.NOT_SHOWN, life=(own,))) == "non-answer-life"
    scene = drawn(somebody_heard())
    less = Life(EntryId(scene.books[BIRCH].head(2)[2]), NOW)
    assert reason(silent(scene, Finding.NOT_SHOWN, life=(less,))) == "non-answer-life"


def test_the_silence_of_others_is_the_askers_to_tell() -> None:
    """PROOF-190: the party that was asked cannot enter one, nor can a key that was lost."""
    scene = somebody_heard()
    alder, birch = scene.books
    asked = EntryId(alder.head(scene.slot)[2])
    life = (Life(EntryId(birch.head()[2]), NOW),)
    said = NonAnswer(asked, deadline_no(2, BIRCH), NOW, Finding.NOT_SHOWN, life=life)
    birch.write(pack_non_answer(said), EntryType.NON_ANSWER)
    bundle = disclose(scene)
    theirs = [birch.piece(seq) for seq in (2, 3)]
    assert reason(bundle.having(3, *bundle.of(3), *theirs)) == "other-writer"
    scene = somebody_heard()
    lost = Revoke(scene.books[ALDER].credential, 3, None)
    scene.offices[ALDER].enter(pack_revoke(lost))
    assert reason(silent(scene, Finding.NOT_SHOWN)) == "revoked"


def test_another_payload_or_no_shape() -> None:
    """PROOF-190, RECORD-125."""
    scene = somebody_heard()
    bundle = silent(scene, Finding.NOT_SHOWN)
    piece = scene.books[ALDER].piece(-1)
    other: Piece = (*piece[:3], altered(piece[3], 5))
    assert reason(bundle.having(3, *bundle.without(piece).of(3), other)) == "payload-hash"
    scene = somebody_heard()
    scene.books[ALDER].write(b"\x80", EntryType.NON_ANSWER)
    bundle = disclose(scene)
    none = bundle.having(3, *bundle.of(3), scene.books[ALDER].piece(-1))
    assert reason(none) == "non-answer-shape"


def test_it_rests_on_the_statement() -> None:
    """PROOF-54."""
    bundle = silent(somebody_heard(), Finding.NOT_SHOWN)
    _, report, _ = verify(bundle.pack(), "")
    claims = report["claims"]
    assert isinstance(claims, list)
    assert {each["claim"]: each["reason"] for each in claims}["silence-1"] == "rests-on-statement"
