"""What witnesses make of a span: nothing missing, nothing put in later, no beat left out; and each
way to break it."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.cast import ALDER, BIRCH, NOW, seed
from tests.station.watched import BOTH, POLICY
from tests.verifier.beats import (
    PERIOD,
    Beats,
    faults,
    usual_watched,
    watched_of,
    watched_talk,
    why,
)
from tests.verifier.judging import ROOTS, refusal
from tests.verifier.making import Piece, set_scene
from tests.verifier.spans import SpanBundle, note_of, piece_at, report_of, span_of, usual_span

from backchannel.proof.checkpoint import Checkpoint, checkpoint_text
from backchannel.proof.note import Note, note_text
from backchannel.proof.vkey import witness_key
from backchannel.verifier.__main__ import verify
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.moments import print_moment
from backchannel.wire.signing import Mode

ONE = BOTH[:1]
SKEW = 300


def claim(bundle: SpanBundle, name: str) -> dict[str, Any]:
    return next(each for each in report_of(bundle)["claims"] if each["claim"] == name)


def changed(number: int, change: Callable[[Piece], Piece | None]) -> SpanBundle:
    """The usual span with every piece of a number changed, or left out."""
    bundle = usual_watched()
    for each in bundle.of(number):
        new = change(each)
        bundle = bundle.swapped(each, *(() if new is None else (new,)))
    return bundle


# --- All is proven --------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [0, None])
def test_nothing_is_missing_between_two_leaves_that_witnesses_saw(first: int | None) -> None:
    """PROOF-178, PROOF-180: every claim is proven, and the times and the quorum are told."""
    bundle = usual_watched(first)
    assert faults(bundle) == {} and verify(bundle.pack(), ROOTS)[0] == 0
    text = claim(bundle, "witnessed")["text"]
    start = "the beginning of the line" if first is None else f"the leaf of period {PERIOD + 1}"
    assert f"entries from {start}" in text and f"to the leaf of period {PERIOD + 3}" in text
    assert text.endswith(
        "as the station of Alder held them; the charter asks for both: 2 of w0, w1"
    )
    assert claim(bundle, "clockwork")["text"].endswith(f"to {PERIOD + 3}")


def test_the_quorum_is_shown_and_who_made_it() -> None:
    """PROOF-181: for programs and for people."""
    shown = report_of(usual_watched())["witnesses"]
    assert (shown["reason"], shown["quorum"], shown["party"]) == ("", "both: 2 of w0, w1", "Alder")
    assert shown["witnesses"] == ["w0", "w1"] and len(shown["checkpoints"]) == 4
    for end in (shown["since"], shown["upto"]):
        assert end["cosigners"] == ["w0", "w1"] and end["made_after"] < end["stood_by"]
    text = verify(usual_watched().pack(), ROOTS)[2]
    assert "a quorum of the charter's witnesses is both: 2 of w0, w1" in text
    assert f"size 4 of the log stood by {shown['upto']['stood_by']}: w0, w1" in text


def test_each_statement_lies_between_two_times_of_witnesses() -> None:
    """PROOF-179: by what its journal comes after, and by the first leaf that covers it."""
    told = report_of(usual_watched(None))["statements"]
    assert [each["made_after"] is None for each in told] == [True, True, False, False, False, False]
    for each in told:
        assert each["claimed"] <= each["stood_by"]
        assert each["made_after"] is None or each["made_after"] <= each["claimed"]
    assert len({each["stood_by"] for each in told}) == 3


@pytest.mark.parametrize("by", [(), ONE], ids=["nobody", "one"])
def test_a_leaf_that_no_quorum_saw_is_not_the_end(by: Any) -> None:
    """PROOF-177: the last leaf is then the one before, and what lies behind it is told."""
    talk = watched_talk()
    talk.talk().beat(*by, cosigned=bool(by)).minute()
    bundle = watched_of(talk)
    assert faults(bundle) == {}
    assert report_of(bundle)["witnesses"]["upto"]["period"] == PERIOD + 3
    (note,) = note_of(bundle, "witnessed")
    assert note.startswith("before the first of these leaves or after the last: ")


def test_without_witnesses_a_span_says_so() -> None:
    """PROOF-181: plainly, and there is no such claim."""
    text = verify(usual_span().pack(), ROOTS)[2]
    assert "none: the charter names none, so when things stood is the word of the two minutes" in (
        text
    )
    assert report_of(usual_span())["witnesses"] is None


def test_witnesses_see_real_alone() -> None:
    """PROOF-178: a span of an exercise has no such claim, and says why."""
    talk = Beats(set_scene(Mode.EXERCISE, POLICY)).talk().minute()
    _, report, text = verify(span_of(talk).pack(), ROOTS)
    names = [each["claim"] for each in report["claims"]]  # type: ignore[attr-defined]
    assert "witnessed" not in names and "none: they see the beacon of REAL alone" in text


# --- What is missing, what is put in --------------------------------------------------------------


def test_an_entry_that_is_withheld_is_named() -> None:
    """NT47, PROOF-114: the slots that are missing, of which journal."""
    bundle = usual_watched()
    short = bundle.without(piece_at(bundle, 16, 5), piece_at(bundle, 16, 6))
    assert faults(short)["complete"] == (
        "span-gap",
        "journal 16: not in the file: slots 5 to 6",
    )
    assert why(short)["witnessed"] == "beacon-number", "the leaf in slot 6 is missed too"


def rewritten(act: Callable[[Beats], object]) -> Beats:
    """The usual talk once more, with the leaves that witnesses saw, and something else besides
    between the second leaf and the third: both parties have signed everything anew."""
    first = watched_talk()
    seen = [
        {"rows": words[3], "quotes": quotes, "cosigned": False}
        for words, quotes in zip(first.words.values(), first.quoted, strict=True)
    ]
    talk = Beats(set_scene(Mode.REAL, POLICY), notes=first.notes).beat(**seen[0])
    talk.talk()
    talk.minute()
    talk.beat(**seen[1]).talk()
    act(talk)
    talk.beat(**seen[2]).talk()
    talk.beat(**seen[3]).minute(BIRCH)
    return talk


def test_what_both_parties_put_in_later_is_not_under_the_leaf() -> None:
    """NT48, PROOF-178: no other way to tell, for all minutes and signatures hold; the slots are
    named in which it must lie."""
    bundle = watched_of(rewritten(lambda talk: talk.talk()))
    assert faults(bundle) == {
        "witnessed": (
            "beacon-root",
            f"journal 16: not what the leaf of period {PERIOD + 3} hides: slots 6 to 7",
        )
    }


def test_the_same_history_again_is_under_the_leaves() -> None:
    """PROOF-178: so it is the entry put in that was found, and not the signing anew."""
    assert faults(watched_of(rewritten(lambda talk: None))) == {}


MADE_AFTER = NOW + 101


def dated(party: int, time: int) -> SpanBundle:
    """A span in which a party enters a statement at the end, and claims a time for it."""
    talk = watched_talk()
    talk.talk().beat()
    book, other = talk.scene.books[party], talk.scene.books[1 - party]
    now = talk.scene.books[ALDER].time
    payload, _ = talk.scene.state(party)
    book.write(payload, EntryType.STATEMENT, (other.head(),), time=time)
    talk.statements.append((book.no, len(book.entries) - 1))
    book.time = other.time = now
    other.write(b"\x80", EntryType.RECEIPT, (book.head(),))
    return watched_of(talk.beat().minute())


@pytest.mark.parametrize("party", [ALDER, BIRCH])
def test_what_is_entered_later_with_an_old_time_is_found(party: int) -> None:
    """NT48, PROOF-179: it comes after what quotes witnesses of later than it claims."""
    reason, text = faults(dated(party, NOW - 3_600))["witnessed"]
    assert reason == "dated-back" and f"journal {16 + party}, slot" in text
    (note,) = [each for each in note_of(dated(party, NOW - 3_600), "witnessed") if "claims" in each]
    assert note.endswith(f", and was made after {print_moment(MADE_AFTER)}")


@pytest.mark.parametrize("party", [ALDER, BIRCH])
def test_clocks_may_differ_as_far_as_the_charter_lets_them(party: int) -> None:
    """PROOF-179: by that and no second more."""
    assert faults(dated(party, MADE_AFTER - SKEW)) == {}
    assert why(dated(party, MADE_AFTER - SKEW - 1)) == {"witnessed": "dated-back"}


def test_a_journal_that_a_leaf_knows_cannot_be_left_out() -> None:
    """PROOF-178: nor can one of which nobody says of what mode it is."""
    talk = watched_talk()
    talk.beat(rows=(*talk.rows(), (33, 1, seed("x")))).talk().beat().minute()
    reason, text = faults(watched_of(talk))["witnessed"]
    assert reason == "journal-unlisted" and "journal 33" in text


def test_a_leaf_that_reaches_beyond_the_minutes_is_none_of_the_ends() -> None:
    """PROOF-177: nor does one that says less than the earlier minute."""
    talk = watched_talk()
    rows = {no: (size, root) for no, size, root in talk.rows()}
    more = tuple((no, size + 9 * (no == 17), root) for no, (size, root) in rows.items())
    talk.beat(rows=more).beat(rows=tuple(each for each in talk.rows() if each[0] != 17)).minute()
    bundle = watched_of(talk)
    assert faults(bundle) == {}
    assert report_of(bundle)["witnesses"]["upto"]["period"] == PERIOD + 3


# --- The beat -------------------------------------------------------------------------------------


def test_a_period_without_a_leaf_is_told_even_if_all_else_holds() -> None:
    """NT49, PROOF-180: which periods, and between which times."""
    talk = watched_talk()
    talk.beat(skip=3).talk().beat().minute()
    bundle = watched_of(talk)
    reason, text = faults(bundle)["clockwork"]
    assert set(faults(bundle)) == {"clockwork"} and reason == "beacon-gap"
    assert text.startswith(f"periods {PERIOD + 4} to {PERIOD + 6} have none, between ")
    assert verify(bundle.pack(), ROOTS)[0] == 1


def test_leaves_that_were_made_up_for_are_told() -> None:
    """PROOF-180: they are no gap, but nothing was held fast in their time."""
    talk = watched_talk()
    talk.beat(leaves=4).talk().beat().minute()
    bundle = watched_of(talk)
    assert faults(bundle) == {}
    (note,) = note_of(bundle, "clockwork")
    assert "4 leaves made at once" in note


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"n": 9}, "beacon-number"), ({"skip": -1}, "beacon-period"), ({"skip": -2}, "beacon-period")],
)
def test_a_log_that_does_not_go_on_is_none(changes: dict[str, int], reason: str) -> None:
    """PROOF-177: no leaf comes twice, and no period."""
    talk = watched_talk()
    talk.beat(**changes).minute()
    assert why(watched_of(talk)) == {"witnessed": reason, "clockwork": reason}


def test_a_log_begins_with_its_journal() -> None:
    """PROOF-177: leaves from before the first entry are nobody's."""
    bundle = usual_watched(None)
    (log,) = bundle.of(13)
    other = bundle.swapped(log, (13, log[1], 1, (seed("x"),)))
    assert why(other)["witnessed"] == "beacon-number"


# --- Witnesses ------------------------------------------------------------------------------------


def test_fewer_than_the_quorum_prove_nothing_and_are_named() -> None:
    """NT43, PROOF-177, PROOF-181."""
    talk = Beats(set_scene(Mode.REAL, POLICY)).beat(*ONE)
    talk.talk().minute().beat(*ONE).talk().beat(*ONE).minute(BIRCH)
    found = faults(watched_of(talk))
    text = "cosigned by w0, which is no quorum of the charter's policy"
    assert found == {"witnessed": ("no-quorum", text), "clockwork": ("no-quorum", text)}
    assert report_of(watched_of(talk))["witnesses"]["reason"] == "no-quorum"


def test_a_policy_that_asks_for_nobody_proves_nothing() -> None:
    """PROOF-177."""
    talk = watched_talk(f"witness w0 {witness_key(ONE[0].name, ONE[0].seed).text()}\nquorum none\n")
    assert why(watched_of(talk))["witnessed"] == "no-quorum"


def test_what_witnesses_did_not_see_is_another_log() -> None:
    """PROOF-177: leaves that were exchanged lead to another root, whoever signed the entries."""
    real, forged = watched_talk(), watched_talk()
    forged = Beats(set_scene(Mode.REAL, POLICY)).beat()
    forged.talk().minute().beat().talk().talk().beat().beat().minute(BIRCH)
    bundle = watched_of(forged)
    for each in bundle.of(9):
        bundle = bundle.without(each)
    assert why(bundle.adding(*real.notes))["witnessed"] == "beacon-log"


def test_a_checkpoint_too_many_takes_nothing_away() -> None:
    """PROOF-177: unless a quorum has cosigned it, and then the log shows two faces."""
    talk = watched_talk()
    usual, other = watched_of(talk), Checkpoint(talk.log_at(4).origin, 4, seed("x"))

    def note(*by: Any) -> Piece:
        lines = tuple(talk.line(each, other) for each in by)
        return (9, note_text(Note(checkpoint_text(other), lines)).encode())

    assert faults(usual.adding(note(*ONE))) == {}
    assert why(usual.adding(note(*BOTH)))["witnessed"] == "beacon-log"


def test_checkpoints_of_other_leaves_say_nothing() -> None:
    """PROOF-177: one from before the stretch, from beyond it, of another log."""
    talk = watched_talk()
    talk.talk().beat().minute().talk().beat()
    late = talk.notes[-1:]
    some = watched_of(talk, 0, -1).without(*talk.notes[:5])
    assert why(some)["witnessed"] == "no-witnesses"
    assert faults(some.adding(*talk.notes[1:5])) == {}
    assert late[0] in some.pieces
    assert (
        why(changed(9, lambda p: (9, p[1].replace(b"backchannel/", b"other/"))))["witnessed"]
        == "no-witnesses"
    )


MISSING: dict[str, tuple[int, str]] = {
    "the checkpoints": (9, "no-witnesses"),
    "the words": (12, "no-beacon"),
    "the log": (13, "no-beacon"),
}


@pytest.mark.parametrize(("number", "reason"), MISSING.values(), ids=MISSING)
def test_without_a_part_there_is_no_proof(number: int, reason: str) -> None:
    """PROOF-177."""
    assert why(changed(number, lambda piece: None))["witnessed"] == reason


def test_one_leaf_alone_brackets_nothing() -> None:
    """PROOF-178: from the beginning of the line it does."""
    first = usual_watched().of(12)[0]
    bundle = usual_watched().without(*(each for each in usual_watched().of(12) if each != first))
    assert faults(bundle)["witnessed"] == (
        "no-beacon",
        "one leaf alone lies between, and two are needed",
    )
    bundle = usual_watched(None)
    assert faults(bundle.without(*bundle.of(12)[1:])) == {}


CHANGES: dict[str, tuple[int, Callable[[Piece], Piece], str]] = {
    "another blind": (12, lambda p: (*p[:2], (seed("x"),), p[3]), "beacon-opening"),
    "no blind": (12, lambda p: (*p[:2], (), p[3]), "beacon-opening"),
    "another root": (12, lambda p: (*p[:3], (*p[3][:-1], (17, 3, seed("x")))), "beacon-opening"),
    "a row less": (12, lambda p: (*p[:3], p[3][:-1]), "beacon-opening"),
    "another size of the log": (13, lambda p: (*p[:2], 2, p[3]), "beacon-number"),
    "another root of the log": (13, lambda p: (*p[:3], (seed("x"),)), "beacon-log"),
    "a root too many": (13, lambda p: (*p[:3], (*p[3], seed("x"))), "range"),
    "the log of an office": (13, lambda p: (13, 0, *p[2:]), "no-beacon"),
    "the log of another station": (13, lambda p: (13, 17, *p[2:]), "no-witnesses"),
    "a log of nobody": (13, lambda p: (13, 99, *p[2:]), "no-beacon"),
}


@pytest.mark.parametrize(("number", "change", "reason"), CHANGES.values(), ids=CHANGES)
def test_what_is_altered_proves_nothing(
    number: int, change: Callable[[Piece], Piece], reason: str
) -> None:
    """PROOF-177, NT42."""
    assert why(changed(number, change))["witnessed"] == reason


def test_an_opening_must_be_shown_whole() -> None:
    """PROOF-177: as a link it hides its leaves."""

    def bare(piece: Piece) -> Piece:
        opening = parse_header(piece[1]).type == EntryType.BEACON_OPENING
        return (*piece[:3], None) if opening else piece

    assert why(changed(3, bare))["witnessed"] == "payload-missing"


def test_pieces_of_the_beacon_stand_once_and_in_shape() -> None:
    """PROOF-175: in a span alone."""
    bundle = usual_watched()
    (log,), words = bundle.of(13), bundle.of(12)[0]
    assert refusal(bundle.adding((13, 17, 0, ())).pack()) == "disclosure-twice"
    assert refusal(bundle.adding(words).pack()) == "disclosure-twice"
    assert refusal(bundle.swapped(log, (*log, 1)).pack()) == "disclosure-piece"
    assert refusal(bundle.swapped(words, (*words[:3], ((17, 0, seed("x")),))).pack()) == (
        "beacon-shape"
    )
    assert refusal(bundle.swapped(words, (*words[:2], (seed("x"),) * 513, ())).pack()) == (
        "disclosure-piece"
    )
