"""Rungs: each with the bytes it rests on, and no rung from a path or from another rung."""

import pytest

from backchannel.line.ladder import RUNG_OF, Answer, Facts, Rung, climb, rung_of, top
from backchannel.wire.statement import Kind

ENTRY, CROOT, READBACK = b"e" * 32, b"c" * 32, b"r" * 32
ALDER, BIRCH, CEDAR = 0, 1, 2
REAL, EXERCISE = 1, 2


def answer(kind: int, party: int = BIRCH, **changes: object) -> Answer:
    """A valid answer in REAL that names the entry and its words."""
    usual = Answer(kind, b"a" * 32, party, REAL, 200, "valid", CROOT, (ENTRY,), "duty officer")
    return usual._replace(**changes)  # type: ignore[arg-type]


def facts(*answers: Answer, **changes: object) -> Facts:
    """A statement of Alder's to Birch that was shown."""
    usual = Facts(ENTRY, CROOT, ALDER, BIRCH, REAL, 100, 101, 102, 103, 104, answers)
    return usual._replace(**changes)  # type: ignore[arg-type]


def rungs(found: Facts) -> list[Rung]:
    return [step.rung for step in climb(found)]


MACHINES = [Rung.DRAFTED, Rung.RELEASED, Rung.SENT, Rung.HELD, Rung.SHOWN]


def test_the_machines_rungs_have_their_times() -> None:
    """RECORD-100."""
    steps = climb(facts())
    assert [step.rung for step in steps] == MACHINES
    assert [step.time for step in steps] == [100, 101, 102, 103, 104]
    assert all(step.entry is None for step in steps)


def test_a_higher_rung_fills_in_no_lower_one() -> None:
    """RECORD-101, RECORD-108: acknowledged, and no rendering reported."""
    found = facts(answer(Kind.ACK), shown=None, sent=None)
    assert rungs(found) == [Rung.DRAFTED, Rung.RELEASED, Rung.HELD, Rung.ACKNOWLEDGED]
    assert top(climb(found)) == Rung.ACKNOWLEDGED


def test_shown_is_no_acknowledgement() -> None:
    """NT77, RECORD-102: a machine's word stops no alarm."""
    assert Rung.ACKNOWLEDGED not in rungs(facts())
    assert top(climb(facts())) == Rung.SHOWN


@pytest.mark.parametrize(
    ("kind", "party", "rung"),
    [
        (Kind.ACK, BIRCH, Rung.ACKNOWLEDGED),
        (Kind.READBACK, BIRCH, Rung.READ_BACK),
        (Kind.PASSED, BIRCH, Rung.PASSED),
        (Kind.DECIDE, BIRCH, Rung.DECIDED),
        (Kind.CLOSE, BIRCH, Rung.CLOSED),
        (Kind.CLOSE, ALDER, Rung.CLOSED),
        (Kind.RECALL, ALDER, Rung.RECALLED),
    ],
)
def test_a_persons_rung_names_its_entry(kind: int, party: int, rung: Rung) -> None:
    """RECORD-103."""
    step = rung_of(facts(), answer(kind, party))
    assert step is not None
    assert (step.rung, step.time, step.by, step.entry) == (rung, 200, "duty officer", b"a" * 32)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in RUNG_OF])
def test_other_kinds_climb_nothing(kind: int) -> None:
    """RECORD-103."""
    assert kind == Kind.CLOSE or rung_of(facts(), answer(kind)) is None
    assert rung_of(facts(), answer(77)) is None


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (Kind.ACK, {"party": ALDER}),
        (Kind.ACK, {"party": CEDAR}),
        (Kind.RECALL, {"party": BIRCH}),
        (Kind.CLOSE, {"party": CEDAR}),
        (Kind.ACK, {"verdict": "invalid"}),
        (Kind.ACK, {"verdict": "contested"}),
        (Kind.ACK, {"verdict": "pending"}),
        (Kind.CLOSE, {"verdict": "regressing"}),
        (Kind.ACK, {"mode": EXERCISE}),
        (Kind.ACK, {"croot_named": b"d" * 32}),
        (Kind.ACK, {"croot_named": None}),
        (Kind.READBACK, {"croot_named": None}),
    ],
)
def test_an_answer_that_does_not_count_climbs_nothing(
    kind: int, changes: dict[str, object]
) -> None:
    """NT30, NT32, NT75, RECORD-104, RECORD-105: the right side, mode, verdict and words."""
    assert rung_of(facts(), answer(kind, **changes)) is None


def test_a_decision_need_not_name_the_words() -> None:
    """RECORD-105: acknowledgement and readback must; the others name the entry."""
    assert rung_of(facts(), answer(Kind.DECIDE, croot_named=None)) is not None


def confirm(**changes: object) -> Answer:
    return answer(Kind.CONFIRM, ALDER, refs=(READBACK,), **changes)


READ_BACK = answer(Kind.READBACK, entry=READBACK)


def test_a_confirm_is_of_a_readback() -> None:
    """NT31, RECORD-106: the originator compares; the machine does not."""
    assert Rung.CONFIRMED in rungs(facts(READ_BACK, confirm()))
    assert Rung.CONFIRMED not in rungs(facts(confirm()))
    for other in (
        READ_BACK._replace(party=CEDAR),
        READ_BACK._replace(verdict="invalid"),
        READ_BACK._replace(mode=EXERCISE),
        READ_BACK._replace(kind=Kind.ACK),
    ):
        assert Rung.CONFIRMED not in rungs(facts(other, confirm()))
    elsewhere = confirm()._replace(refs=(ENTRY,))
    assert Rung.CONFIRMED not in rungs(facts(READ_BACK, elsewhere))


def test_a_correction_undoes_a_confirm_if_it_counts() -> None:
    """RECORD-106: after it a new readback is due."""
    correct = answer(Kind.CORRECT, ALDER, refs=(READBACK,))
    assert Rung.CONFIRMED not in rungs(facts(READ_BACK, confirm(), correct))
    for other in (
        correct._replace(verdict="invalid"),
        correct._replace(mode=EXERCISE),
        correct._replace(party=BIRCH),
        correct._replace(refs=(ENTRY,)),
    ):
        assert Rung.CONFIRMED in rungs(facts(READ_BACK, confirm(), other))


def test_the_first_answer_reaches_its_rung() -> None:
    """RECORD-107: a second one changes no time."""
    found = climb(facts(answer(Kind.ACK), answer(Kind.ACK, time=300)))
    assert [step.time for step in found if step.rung == Rung.ACKNOWLEDGED] == [200]


def test_steps_come_lowest_first() -> None:
    """RECORD-100."""
    found = rungs(facts(answer(Kind.CLOSE), answer(Kind.DECIDE), answer(Kind.ACK)))
    assert found == sorted(found)
    assert found[-3:] == [Rung.ACKNOWLEDGED, Rung.DECIDED, Rung.CLOSED]


def test_a_readback_that_does_not_name_a_correction_is_undone() -> None:
    """NOTICE-66: whichever came first; one that names it stands."""
    correct = answer(Kind.CORRECT, ALDER, entry=b"k" * 32, undoes=True)
    assert Rung.READ_BACK not in rungs(facts(READ_BACK, correct))
    assert Rung.CONFIRMED not in rungs(facts(correct, READ_BACK, confirm()))
    named = READ_BACK._replace(refs=(ENTRY, b"k" * 32))
    assert Rung.READ_BACK in rungs(facts(named, correct))
    for other in (correct._replace(undoes=False), correct._replace(party=CEDAR)):
        assert Rung.READ_BACK in rungs(facts(READ_BACK, other))


@pytest.mark.parametrize("rung", [Rung.SUPERSEDED, Rung.CLOSED])
def test_a_change_ends_a_statement_if_it_counts(rung: Rung) -> None:
    """NOTICE-65: by the entry that says so."""
    change = answer(Kind.CORRECT, ALDER, ends=rung)
    step = rung_of(facts(), change)
    assert step is not None and (step.rung, step.entry) == (rung, b"a" * 32)
    assert rung_of(facts(), change._replace(verdict="invalid")) is None
