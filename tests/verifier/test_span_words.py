"""The claims of a span: every statement by itself, and the words that are shown or hidden."""

from dataclasses import replace
from typing import Any

import pytest
from tests.cast import ALDER, BIRCH
from tests.verifier.judging import ROOTS
from tests.verifier.making import Book, enter_head, opened, set_scene
from tests.verifier.spans import (
    Talk,
    entry_of,
    judged,
    note_of,
    piece_at,
    reasons,
    report_of,
    span_of,
    usual_span,
    usual_talk,
)

from backchannel.verifier.__main__ import verify
from backchannel.wire.codec import decode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import LineId, entry_id
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence


def test_a_statement_that_is_not_shown_who_said_it() -> None:
    """PROOF-115."""
    whole = usual_span(0)
    piece = piece_at(whole, 17, 4)
    bundle = whole.swapped(piece, (*piece[:3], None))
    bundle = bundle.without(bundle.of(4)[1])
    assert reasons(bundle) == {"statements": "payload-missing"}
    assert note_of(bundle, "statements") == ["journal 17, slot 4: not shown who said it"]
    row = report_of(bundle)["statements"][1]
    assert (row["verdict"], row["words"]) == ("NOT PROVEN", "hidden")


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"precedence": Precedence.IMMEDIATE}, "unreleased"),
    ({"signing": Mode.TEST}, "bad-signature"),
    ({"to": 1}, "addressed-to-self"),
]


@pytest.mark.parametrize(("changes", "reason"), FAULTS, ids=[reason for _, reason in FAULTS])
def test_a_statement_that_binds_nobody_is_named(changes: dict[str, Any], reason: str) -> None:
    """PROOF-115: and it is in the span all the same."""
    talk = Talk(set_scene()).talk().minute().talk(**changes).minute(BIRCH)
    bundle = span_of(talk, 0)
    found = judged(bundle)
    assert set(found) == {"statements"}
    assert found["statements"][1].startswith("1 of 2, the first in journal 16, slot 3")
    assert report_of(bundle)["statements"][0]["verdict"] == "NOT PROVEN"
    assert found["statements"][0] == reason


def test_an_officer_without_the_mode_is_named() -> None:
    """PROOF-115: PROOF-45 holds of every statement."""
    talk = Talk(set_scene())
    talk.scene.offices[ALDER].enrol_officer("third", modes=(int(Mode.TEST),))
    enter_head(talk.scene)
    talk.talk(officers=("third",)).minute()
    assert reasons(span_of(talk)) == {"statements": "mode-outside-mandate"}


def test_a_journal_of_another_mode_in_a_minute_is_none_of_the_span() -> None:
    """PROOF-113, PROOF-115: nothing of a drill counts as said in earnest, or the reverse."""
    talk = Talk(set_scene()).talk()
    scene = talk.scene
    keys = scene.offices[ALDER].enrol_station(Mode.TEST)
    number = 16 * 17
    drill = Book(scene.line, number, keys, scene.offices[ALDER].authority.granted[number])
    drill.open(*scene.both_heads())
    payload, _ = scene.state(ALDER, signing=Mode.TEST)
    drill.write(payload, EntryType.STATEMENT)
    scene.books.append(drill)
    found = reasons(span_of(talk.minute()))
    assert found["minutes"] == "not-a-station" and found["statements"] == "other-mode"


def test_an_emergency_release_is_told_and_not_held_against_the_record() -> None:
    """PROOF-115."""
    talk = Talk(set_scene()).talk().minute().talk(precedence=Precedence.FLASH).minute(BIRCH)
    bundle = span_of(talk, 0)
    assert reasons(bundle) == {}
    assert note_of(bundle, "statements") == ["journal 16, slot 3: released in an emergency"]
    assert report_of(bundle)["statements"][0]["released"] == "emergency"


def test_words_that_are_hidden_are_counted() -> None:
    """PROOF-105, PROOF-116, PROOF-119."""
    whole = usual_span(0)
    bundle = whole.without(whole.of(4)[0])
    _, report, text = verify(bundle.pack(), ROOTS)
    assert reasons(bundle) == {}
    claims = report["claims"]
    assert claims[5]["text"] == "those of 1 statements; of 1 they are hidden"  # type: ignore[index]
    assert "the words of 1 of 2 statements" in report["hidden"]  # type: ignore[operator]
    assert "    the words are hidden" in text


@pytest.mark.parametrize("at", range(3), ids=["label", "salt", "value"])
def test_a_field_that_is_altered_is_not_the_signed_one(at: int) -> None:
    """PROOF-116, NT41."""
    whole = usual_span(0)
    old = whole.of(4)[0]
    row = list(old[2][1])
    row[at] = (20, b"x" * 16, "They are soldiers.")[at]
    bundle = whole.swapped(old, (4, old[1], (old[2][0], tuple(row)), old[3]))
    assert reasons(bundle) == {"words": "fields"}


def test_words_that_were_not_committed_to() -> None:
    """PROOF-116."""
    talk = usual_talk()
    whole = span_of(talk, 0)
    old = whole.of(4)[0]
    label, salt, _ = old[2][1]
    other = (4, old[1], (old[2][0], (label, salt, "We will now cross it.")), old[3])
    found = judged(whole.swapped(old, other))
    text = "journal 16, slot 3: label 21 is not what was committed to"
    assert found == {"words": ("fields", text)}
    assert "NOT PROVEN" in verify(whole.swapped(old, other).pack(), ROOTS)[2]
    strange = opened(entry_of(talk.scene, (16, 1)), 2)
    bundle = replace(whole, pieces=(*whole.pieces, strange))
    assert reasons(bundle) == {"words": "fields"}


def test_the_report_closes_with_what_no_span_can_show() -> None:
    """PROOF-119: and tells which entries are shown as links alone."""
    talk = usual_talk()
    text = verify(span_of(talk).pack(), ROOTS)[2].splitlines()
    assert text[-5] == "What this cannot show" and text[-4].startswith("  It does not show that")
    links = "  what stands in entries that are shown as links alone: 1 of type 6"
    assert links in text
    hidden = report_of(span_of(talk, 0))["hidden"]
    assert hidden == ["every entry before the earlier minute and after the later"]


def test_the_ids_of_the_test_are_those_of_the_product() -> None:
    """The hand-made entries are what the wire page says: else nothing above means anything."""
    talk = usual_talk()
    raw, _, payload = talk.scene.books[BIRCH].entries[5]
    assert entry_id(raw) == talk.minutes[-1][0][2] and decode(payload)[0] == 0  # type: ignore[index]


def test_cosignatures_for_another_line_seal_nothing() -> None:
    """PROOF-113, NT44: the line is in what was signed."""
    talk = usual_talk()
    scene = talk.scene
    elsewhere = [replace(book, line=LineId(bytes(32))) for book in scene.books]
    bundle = span_of(talk, 0)
    for each in bundle.of(5):
        bundle = bundle.swapped(each, talk.checkpoint(each[1], each[2], *elsewhere))
    assert reasons(bundle) == {"minutes": "bad-signature", "complete": "bad-signature"}


def test_a_statement_from_before_its_signer_was_issued() -> None:
    """PROOF-115, NT45: unknown to the head that its journal had named by then."""
    talk = Talk(set_scene())
    talk.scene.offices[ALDER].enrol_officer("late")
    talk.talk(officers=("late",)).minute()
    assert reasons(span_of(talk)) == {"statements": "unknown-credential"}
