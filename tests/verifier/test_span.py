"""The claims of a span: all of them proven, completeness, and each way to break it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed
from tests.cast import ALDER, BIRCH, NOW
from tests.verifier.judging import ROOTS
from tests.verifier.making import Piece, altered, set_scene
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
from backchannel.wire.entry import EntryType, pack_header, parse_header
from backchannel.wire.signing import Context, Mode, Purpose, sign

# --- All is proven --------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [0, None])
def test_every_claim_of_a_whole_span_is_proven(first: int | None) -> None:
    """PROOF-110 to PROOF-117, PROOF-112 among them."""
    assert reasons(usual_span(first)) == {}
    assert verify(usual_span(first).pack(), ROOTS)[0] == 0


@pytest.mark.parametrize("mode", [Mode.EXERCISE, Mode.TEST])
def test_the_mode_is_the_first_word(mode: Mode) -> None:
    """PROOF-45, PROOF-110."""
    talk = usual_talk(mode)
    _, report, text = verify(span_of(talk, 0).pack(), ROOTS)
    assert text.startswith(mode.name) and next(iter(report)) == "mode"
    assert report["mode"] == mode.name and reasons(span_of(talk, 0)) == {}


def test_each_statement_is_listed_with_who_holds_it() -> None:
    """PROOF-115: by the first entry of each party that says so."""
    first, second = report_of(usual_span(0))["statements"]
    assert (first["journal"], first["slot"], first["kind"]) == (16, 3, "message")
    assert (first["verdict"], first["released"], first["words"]) == ("PROVEN", "full", "shown")
    assert first["held"] == [
        {"party": "Birch", "journal": 17, "slot": 4, "claimed": second["claimed"]}
    ]
    assert second["refs"] == [first["entry"]] and second["officers"] == ["first"]


def test_without_roots_only_words_are_proven() -> None:
    """PROOF-111, PROOF-118."""
    _, report, _ = verify(usual_span(0).pack(), "")
    found = {each["claim"]: each["reason"] for each in report["claims"]}  # type: ignore[attr-defined]
    assert found.pop("words") == "" and found.pop("charter") == "roots-not-given"
    assert found == {
        "authority": "rests-on-charter",
        "minutes": "rests-on-authority",
        "complete": "rests-on-minutes",
        "statements": "rests-on-authority",
        "post-quantum": "rests-on-complete",
    }


# --- Complete -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("no", "seq"), [(16, 3), (17, 3), (17, 4)])
def test_an_entry_that_is_withheld_is_named(no: int, seq: int) -> None:
    """PROOF-114: completeness fails and names the slot (NT47)."""
    whole = usual_span(0)
    bundle = whole.without(piece_at(whole, no, seq))
    shown = entry_of(usual_talk().scene, (no, seq))
    bundle = bundle.without(*(each for each in bundle.of(4) if each[1] == shown))
    text = f"journal {no}: not in the file: slot {seq}"
    assert judged(bundle) == {"complete": ("span-gap", text)}


def test_several_are_named_as_runs() -> None:
    """PROOF-114."""
    talk = usual_talk()
    for _ in range(5):
        talk.scene.books[ALDER].write(b"\x80", EntryType.RECEIPT)
    bundle = span_of(talk.minute(), 0)
    for seq in (4, 5, 8):
        bundle = bundle.without(piece_at(bundle, 16, seq))
    text = "journal 16: not in the file: slots 4 to 5, slot 8"
    assert judged(bundle) == {"complete": ("span-gap", text)}


def test_a_gap_without_end_is_named_at_once() -> None:
    """PROOF-114: a minute may name any size; what is not there costs no work."""
    talk = Talk(set_scene()).talk().minute(n17=1 << 44)
    found = judged(span_of(talk))
    text = f"journal 17: not in the file: slots 3 to {(1 << 44) - 1}"
    assert found["complete"] == ("span-gap", text)
    whole = Talk(set_scene())
    for _ in range(40):
        whole.scene.books[BIRCH].write(b"\x80", EntryType.RECEIPT)
    bundle = span_of(whole.minute())
    bundle = bundle.without(*(piece_at(bundle, 17, seq) for seq in range(2, 40, 2)))
    assert judged(bundle)["complete"][1].endswith("slot 32 and 3 more gaps")


def resigned(talk: Talk, seq: int, **changes: Any) -> Piece:
    """Another entry of Alder's for a slot, duly signed."""
    book = talk.scene.books[ALDER]
    raw, _, payload = book.entries[seq]
    other = pack_header(changed(parse_header(raw), **changes))
    context = Context(Purpose.ENTRY, book.line, book.keys.mode)
    return (3, other, sign(book.keys.secret, context, other), payload)


def test_an_entry_put_in_later_with_an_old_time_is_found() -> None:
    """PROOF-114: it is not below the minutes of its period (NT48)."""
    talk = usual_talk()
    bundle = span_of(talk, 0)
    forged = resigned(talk, 3, uncertainty=7)
    bundle = bundle.swapped(piece_at(bundle, 16, 3), forged)
    bundle = bundle.without(bundle.of(4)[0])
    assert judged(bundle) == {
        "complete": ("span-root", "journal 16: its entries lead to another root")
    }


@pytest.mark.parametrize("kind", [EntryType.LINE_EVENTS, EntryType.FORK, EntryType.RECEIPT])
def test_a_payload_that_is_not_the_one_that_was_entered_is_found(kind: EntryType) -> None:
    """PROOF-114, I20: also one of which no other claim speaks."""
    talk = usual_talk()
    talk.scene.books[ALDER].write(b"\x80", kind)
    bundle = span_of(talk.minute(), 0)
    seq = len(talk.scene.books[ALDER].entries) - 2
    piece = piece_at(bundle, 16, seq)
    assert judged(bundle.swapped(piece, (*piece[:3], b"\x80"))) == {}
    assert judged(bundle.swapped(piece, (*piece[:3], b"\x81\x00"))) == {
        "complete": ("payload-hash", f"journal 16, slot {seq}: it was entered with another payload")
    }


def test_two_entries_of_one_slot_are_a_fork() -> None:
    """PROOF-114."""
    talk = usual_talk()
    bundle = span_of(talk, 0)
    twice = replace(bundle, pieces=(*bundle.pieces, resigned(talk, 3, uncertainty=7)))
    assert judged(twice)["complete"] == ("fork", "journal 16, slot 3: two entries")


def test_a_header_that_its_station_has_not_signed_does_not_stand() -> None:
    """PROOF-114: the tree holds its id, so the signature alone tells."""
    whole = usual_span(0)
    piece = piece_at(whole, 17, 4)
    bundle = whole.swapped(piece, (3, piece[1], altered(piece[2]), piece[3]))
    found = judged(bundle)
    assert found["complete"][0] == "bad-signature"
    assert found["complete"][1].startswith("journal 17, slot 4: ")


RANGES: list[tuple[str, Callable[[Piece], list[Piece]]]] = [
    ("missing", lambda piece: []),
    ("of another size", lambda piece: [(11, piece[1], piece[2] + 1, piece[3])]),
    ("with another root", lambda piece: [(*piece[:3], tuple(map(altered, piece[3])))]),
    ("with too few", lambda piece: [(*piece[:3], piece[3][:-1])]),
    ("with too many", lambda piece: [(*piece[:3], (*piece[3], bytes(32)))]),
]


@pytest.mark.parametrize(("what", "change"), RANGES, ids=[name for name, _ in RANGES])
def test_a_tree_that_is_not_the_one_of_the_earlier_minute(
    what: str, change: Callable[[Piece], list[Piece]]
) -> None:
    """PROOF-102, PROOF-114."""
    whole = usual_span(0)
    for piece in whole.of(11):
        assert reasons(whole.swapped(piece, *change(piece))) == {"complete": "range"}


def test_a_tree_where_a_stretch_begins_at_the_beginning() -> None:
    """PROOF-102: there is nothing for it to be."""
    whole = usual_span(None)
    (tree, _) = usual_span(0).of(11)
    assert reasons(replace(whole, pieces=(*whole.pieces, tree))) == {"complete": "range"}


def test_an_authority_journal_that_does_not_hold() -> None:
    """PROOF-112: its entries come in another order than they were written in."""
    whole = usual_span(0)
    first, second = whole.of(2)[:2]
    swapped = replace(whole.without(first), pieces=(*whole.without(first).pieces, first))
    assert swapped.of(2)[0] == second
    found = judged(swapped)
    assert found["authority"][0] == "seq-gap" and "journal 0, slot 1" in found["authority"][1]


def test_an_authority_entry_that_is_withheld_is_named() -> None:
    """PROOF-114: so no revocation that a minute covers can be left out."""
    talk = Talk(set_scene())
    talk.scene.offices[ALDER].enrol_officer("second")
    bundle = span_of(talk.talk().minute().talk().minute(BIRCH), 0)
    assert reasons(bundle) == {}
    shorter = bundle.without((2, talk.scene.offices[ALDER].frames[-1]))
    text = "journal 0: not in the file: slot 2"
    assert judged(shorter) == {"complete": ("span-gap", text)}


def test_an_authority_journal_unlike_the_cosigned_one() -> None:
    """PROOF-114."""
    talk = usual_talk()
    whole = span_of(talk, 0)
    old = next(each for each in whole.of(5) if each[1] == 0)
    journal = talk.journals[0]
    root = bytes(32)
    rows = tuple(each.cosign(journal, old[2], root) for each in talk.scene.books)  # type: ignore[arg-type]
    text = "journal 0: its entries lead to another root"
    assert judged(whole.swapped(old, (5, 0, old[2], root, rows))) == {
        "complete": ("span-root", text)
    }


def test_a_journal_that_others_have_seen_cannot_be_left_out() -> None:
    """PROOF-114: nor its end."""
    talk = Talk(set_scene()).talk().minute(BIRCH, n16=0)
    assert judged(span_of(talk)) == {
        "complete": (
            "journal-unlisted",
            "journal 17, slot 1 names journal 16, the later minute does not",
        ),
    }
    talk = Talk(set_scene()).talk().minute(BIRCH, n16=1)
    found = judged(span_of(talk))
    assert found["complete"] == (
        "cited-beyond",
        "journal 17, slot 2 names slot 1 of journal 16; the later minute ends before",
    )


def test_the_later_minute_is_held_to_what_it_names_itself() -> None:
    """PROOF-114: its own entry lies behind its own stretch."""
    talk = Talk(set_scene()).talk().minute(ALDER, n17=2)
    assert judged(span_of(talk))["complete"][0] == "cited-beyond"


@pytest.mark.parametrize("no", [16, 0])
def test_another_entry_than_the_one_that_others_have_seen(no: int) -> None:
    """PROOF-114: the two records differ, and the reader says where."""
    talk = usual_talk()
    talk.scene.books[BIRCH].write(b"\x80", EntryType.RECEIPT, ((no, 1, bytes(32)),))
    bundle = span_of(talk.minute(BIRCH))
    text = f"journal 17, slot 6 names another entry of slot 1 of journal {no}"
    assert judged(bundle)["complete"] == ("other-head", text)
    # Before the earlier minute nobody is shown what stood there.
    between = reasons(span_of(talk, 0))
    assert between.get("complete") == (None if no else "other-head")


def test_a_head_of_another_mode() -> None:
    """PROOF-114."""
    talk = usual_talk()
    talk.scene.offices[ALDER].enrol_station(Mode.TEST)
    talk.scene.books[BIRCH].write(b"\x80", EntryType.RECEIPT, ((16 * 17, 0, bytes(32)),))
    assert reasons(span_of(talk.minute(BIRCH), 0)) == {"complete": "other-mode"}


def test_a_time_outside_of_the_minutes_is_told() -> None:
    """PROOF-114: it disproves nothing, for clocks differ."""
    talk = Talk(set_scene()).talk().minute()
    talk.scene.books[BIRCH].write(b"\x80", EntryType.RECEIPT, time=NOW - 5_000)
    bundle = span_of(talk.minute(), 0)
    assert reasons(bundle) == {}
    (note,) = note_of(bundle, "complete")
    assert note.startswith("journal 17, slot 3 claims 2026-11-22T12:20:00Z, which is not between")
