"""The ladder as a face is told: each rung with its time and whose word it is."""

from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH, write_message
from tests.exchange import Exchange, open_line
from tests.station.shelf import NOTICE, Talk, lines, report, rungs, shelve

from backchannel.line.drafting import (
    Action,
    Changing,
    Level,
    Reason,
    Reference,
    answer_body,
    change_body,
)
from backchannel.line.events import Released, Shown, Took
from backchannel.notice.relations import Change
from backchannel.wire.codec import encode
from backchannel.wire.ids import EntryId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Label, Precedence, content_root

MINUTE_S = 60


def sent(exchange: Exchange, party: int, entry: EntryId) -> None:
    """A path has taken a statement."""
    at = exchange.clock.moment()
    exchange.stations[party].do(Took(at=at, path=1, mode=Mode.REAL, entries=(entry,)))
    exchange.run()


def show(exchange: Exchange, entry: EntryId, **changes: object) -> None:
    """Birch's desk has drawn a statement of Alder."""
    birch, said = exchange.stations[BIRCH], exchange.stations[BIRCH].said()[-1]
    usual = {
        "entry": entry, "no": said.no, "seq": said.seq, "croot": said.croot,
        "posts": ("duty officer",),
    }  # fmt: skip
    birch.do(Shown(at=exchange.clock.moment(), **{**usual, **changes}))  # type: ignore[arg-type]
    exchange.run()


def test_every_rung_has_its_time_and_its_word(tmp_path: Path) -> None:
    talk = Talk(open_line())
    exchange = talk.exchange
    said = talk.say(ALDER, "Corner 3 at 35 54 N.")
    sent(exchange, ALDER, said)
    show(exchange, said)
    exchange.clock.now += MINUTE_S
    talk.ack(said)
    readback = talk.read_back(said, "Corner 3 at 35 54 N.")
    talk.confirm(said, readback)
    talk.passed(said)
    talk.decide(said)
    talk.close(said)
    for party in (ALDER, BIRCH):
        (ladder,) = report(shelve(tmp_path, exchange, party), said).line.ladders
        assert [step.rung for step in ladder.rungs] == [
            "drafted", "released", "sent", "held", "shown", "acknowledged", "read back",
            "confirmed", "passed", "decided", "closed",
        ]  # fmt: skip
        by = {step.rung: step.by for step in ladder.rungs}
        assert (by["drafted"], by["released"], by["acknowledged"]) == ("first", "first", "first")
        assert (by["sent"], by["held"], by["shown"]) == (
            "station of Alder", "station of Birch", "station of Birch",
        )  # fmt: skip
        times = {step.rung: step.time for step in ladder.rungs}
        assert times["acknowledged"] - times["released"] == MINUTE_S
        assert (ladder.addressee, ladder.top) == ("Birch", "closed")


def test_both_rooms_see_the_same_ladder(tmp_path: Path) -> None:
    """The addressee derives *held* from its own journal, the originator from what came."""
    talk = Talk(open_line())
    said = talk.say(ALDER, "One.")
    for n in range(5):
        talk.say(BIRCH, f"answer {n}")
    mine, theirs = (report(shelve(tmp_path, talk.exchange, p), said) for p in (ALDER, BIRCH))
    assert mine.line.ladders == theirs.line.ladders
    assert "held" in rungs(mine)


def test_what_is_not_received_is_not_held(tmp_path: Path) -> None:
    exchange = open_line()
    said = exchange.say(ALDER, "On its way.")
    found = report(shelve(tmp_path, exchange), said)
    assert list(rungs(found)) == ["drafted", "released"]


def test_shown_counts_for_these_very_words_and_acknowledges_nothing(tmp_path: Path) -> None:
    """NT76, NT77."""
    talk = Talk(open_line())
    said = talk.say(ALDER, "Look.")
    show(talk.exchange, said, croot=bytes(32))
    assert "shown" not in rungs(report(shelve(tmp_path, talk.exchange), said))
    show(talk.exchange, said)
    found = report(shelve(tmp_path, talk.exchange), said)
    assert "shown" in rungs(found) and "acknowledged" not in rungs(found)


@pytest.mark.parametrize("named", ["another entry", "other words"])
def test_an_ack_of_something_else_climbs_nothing(tmp_path: Path, named: str) -> None:
    """NT30: another entry with the same text; and these words, but not as they were."""
    talk = Talk(open_line())
    said, same = talk.say(ALDER, "Same."), talk.say(ALDER, "Same.")
    about = talk.about(same) if named == "another entry" else Reference(said, bytes(32))
    body = answer_body(about, Level.ACKNOWLEDGED, talk.exchange.clock.now)
    talk.answer(BIRCH, Kind.ACK, body, said)
    found = report(shelve(tmp_path, talk.exchange), said)
    assert "acknowledged" not in rungs(found)
    assert len(found.answers) == 1


def test_an_ack_from_a_drill_climbs_nothing_in_real(tmp_path: Path) -> None:
    """NT75."""
    talk = Talk(open_line())
    said = talk.say(ALDER, "Real.")
    talk.ack(said, mode=Mode.EXERCISE)
    found = report(shelve(tmp_path, talk.exchange), said)
    assert "acknowledged" not in rungs(found)
    assert found.answers == ()


def test_an_ack_is_due_by_precedence_and_late_after(tmp_path: Path) -> None:
    """CHARTER-12: FLASH has a minute, ROUTINE asks for nothing."""
    talk = Talk(open_line())
    flash = talk.say(ALDER, "Now.", precedence=Precedence.FLASH)
    routine = talk.say(ALDER, "Some day.")
    soon = shelve(tmp_path, talk.exchange)
    (ladder,) = report(soon, flash).line.ladders
    assert ladder.ack_due is not None and not ladder.overdue
    assert ladder.ack_due - rungs(report(soon, flash))["held"] == MINUTE_S
    assert report(soon, routine).line.ladders[0].ack_due is None
    talk.exchange.clock.pass_s(2 * MINUTE_S)
    talk.say(BIRCH, "something else")
    late = shelve(tmp_path, talk.exchange)
    assert report(late, flash).line.ladders[0].overdue
    talk.ack(flash)
    (ladder,) = report(shelve(tmp_path, talk.exchange), flash).line.ladders
    assert [step.rung for step in ladder.rungs if step.late] == ["acknowledged"]
    assert ladder.ack_due is None and not ladder.overdue


def test_stand_by_climbs_nothing_and_the_decision_does(tmp_path: Path) -> None:
    """RECORD-103: who says only by when he decides has not decided."""
    talk = Talk(open_line())
    said = talk.say(ALDER, "Will you?")
    talk.decide(said, Action.DECISION_BY)
    assert "decided" not in rungs(report(shelve(tmp_path, talk.exchange), said))
    talk.decide(said)
    assert "decided" in rungs(report(shelve(tmp_path, talk.exchange), said))


def test_no_flood_of_line_events_hides_what_a_desk_has_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RECORD-57: the bound is for each party and kind by itself; a lower journal comes first."""
    monkeypatch.setattr("backchannel.station.rungs.EVENTS_SHOWN_MAX", 2)
    talk = Talk(open_line())
    said = talk.say(ALDER, "Look.")
    for _ in range(3):
        sent(talk.exchange, ALDER, said)
    show(talk.exchange, said)
    assert {"sent", "shown"} <= rungs(report(shelve(tmp_path, talk.exchange), said)).keys()


@pytest.mark.parametrize("change", [Change.CANCEL, Change.REPLACE])
def test_what_was_superseded_waits_for_nobody(tmp_path: Path, change: Change) -> None:
    """NOTICE-65, NOTICE-90: no clock runs on for what will not happen."""
    talk = Talk(open_line())
    said = talk.say(ALDER, "We begin at noon.", precedence=Precedence.FLASH)
    before = report(shelve(tmp_path, talk.exchange), said).line.ladders[0]
    assert [each.duty for each in before.clocks if each.open] == ["acknowledgement"]
    made = Changing(change, Reason.CHANGED_PLAN, "the boats may go out")
    body = change_body(talk.about(said), made)
    officers = {"category": NOTICE, "officers": ("first", "second")}
    talk.answer(ALDER, Kind.CORRECT, body, said, **officers)
    late = shelve(tmp_path, talk.exchange, later_s=9 * MINUTE_S)
    (ladder,) = report(late, said).line.ladders
    assert ladder.top == "superseded"
    assert not [each.duty for each in ladder.clocks if each.open]
    assert not ladder.overdue


def test_a_long_text_may_be_acknowledged_later(tmp_path: Path) -> None:
    talk = Talk(open_line())
    said = talk.say(ALDER, "word " * 101, precedence=Precedence.FLASH)
    found = report(shelve(tmp_path, talk.exchange), said)
    assert found.line.ladders[0].ack_due == rungs(found)["held"] + 90


@pytest.mark.parametrize(
    ("precedence", "wanted", "due"),
    [(Precedence.FLASH, "none", False), (Precedence.ROUTINE, "ack", True)],
)
def test_what_a_statement_asks_for_goes_before_its_precedence(
    tmp_path: Path, precedence: Precedence, wanted: str, due: bool
) -> None:
    exchange = open_line()
    common = [None] * 20
    common[Label.DURESS - 1], common[Label.LANGUAGE - 1] = 0, "en"  # type: ignore[call-overload]
    common[Label.REPLY_WANTED - 1] = (wanted, None)  # type: ignore[call-overload]

    content = encode((b"s" * 16, (*common, "Asked.")))
    raw, signatures, _ = write_message(
        exchange.cast, ALDER, "", precedence=precedence, croot=content_root(content)
    )
    event = Released(
        at=exchange.clock.moment(), mode=1, statement=raw, signatures=signatures, content=content
    )
    said = exchange.stations[ALDER].try_(event)
    assert isinstance(said, bytes)
    exchange.run()
    (ladder,) = report(shelve(tmp_path, exchange), said).line.ladders
    assert (ladder.ack_due is not None) == due


def test_each_addressee_has_a_ladder_of_its_own(tmp_path: Path) -> None:
    exchange = open_line(parties=3)
    said = exchange.say(ALDER, "To both.")
    exchange.run()
    record = shelve(tmp_path, exchange)
    found = report(record, said)
    assert [each.addressee for each in found.line.ladders] == ["Birch", "Cedar"]
    assert all("held" in rungs(found, n) for n in (0, 1))
    assert lines(record)[0].words.to == ("Birch", "Cedar")
