"""What is kept and not accepted is shown with a mark, and counts for nothing."""

from pathlib import Path

import pytest
from tests.cast import ALDER
from tests.exchange import Exchange, open_line
from tests.line.hostile import Hostile
from tests.station.shelf import lines, report, shelve

from backchannel.errors import OfficerError
from backchannel.station.aside import aside
from backchannel.station.judging import Record
from backchannel.station.reading import beside
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import Frame
from backchannel.wire.signing import Mode


def behind_a_gap(exchange: Exchange, text: str = "Too early.", **changes: object) -> Frame:
    """A statement of Birch that comes before the entry that it follows."""
    hostile = Hostile(exchange)
    payload, content = hostile.statement(text)
    place = {"seq": hostile.known().seq + 2, "prev": bytes(32)}
    frame = hostile.frame(
        encode(payload), EntryType.STATEMENT, content=content, **{**place, **changes}
    )
    hostile.send(frame)
    return frame


def forked(exchange: Exchange) -> None:
    """Two statements of Birch for one slot."""
    hostile = Hostile(exchange)
    slot = {"seq": hostile.known().seq + 1, "prev": hostile.known().head}
    for text in ("One face.", "The other face."):
        payload, content = hostile.statement(text)
        frame = hostile.frame(encode(payload), EntryType.STATEMENT, content=content, **slot)
        hostile.send(frame)
    exchange.run()


def shelved(tmp_path: Path, exchange: Exchange) -> Record:
    return shelve(tmp_path, exchange, ALDER)


def test_a_statement_behind_a_gap_is_shown_at_once(tmp_path: Path) -> None:
    """R3: pending, with its words, and no number yet."""
    exchange = open_line()
    behind_a_gap(exchange)
    record = shelved(tmp_path, exchange)
    (line,) = beside(record, None)
    assert line.marks == ("pending: an earlier entry is missing",)
    assert (line.words.text, line.number, line.arrival) == ("Too early.", "BIRCH ----", 0)
    assert (line.verdict.word, line.ladders) == ("pending", ())
    assert lines(record) == []
    assert beside(record, Mode.EXERCISE) == ()
    assert len(beside(record, Mode.REAL)) == 1


def test_both_faces_of_a_fork_are_shown(tmp_path: Path) -> None:
    """NT33."""
    exchange = open_line()
    forked(exchange)
    record = shelved(tmp_path, exchange)
    (accepted,) = lines(record)
    (other,) = beside(record, None)
    assert {accepted.words.text, other.words.text} == {"One face.", "The other face."}
    assert "fork: its journal says two things" in accepted.marks
    assert other.marks == ("fork: on another branch of its journal",)


def test_what_is_aside_can_be_asked_for_by_its_id(tmp_path: Path) -> None:
    exchange = open_line()
    behind_a_gap(exchange)
    record = shelved(tmp_path, exchange)
    (kept,) = aside(record)
    found = report(record, kept.entry.hex()[:10])
    assert found.line.words.text == "Too early."
    assert b"Too early." in bytes.fromhex(found.content)
    assert (found.journal, found.seq) == (kept.said.no, kept.said.seq)
    assert [each.name for each in found.signers] == ["first"]
    with pytest.raises(OfficerError) as caught:
        report(record, "0" * 64)
    assert caught.value.reason == "no-such-entry"


def test_what_holds_no_statement_is_not_shown(tmp_path: Path) -> None:
    exchange = open_line()
    hostile = Hostile(exchange)
    seq = hostile.known().seq
    for value, kind in ((encode(()), EntryType.RECEIPT), (encode(7), EntryType.STATEMENT)):
        seq += 2
        hostile.send(hostile.frame(value, kind, seq=seq, prev=bytes(32)))
    assert aside(shelved(tmp_path, exchange)) == ()


def test_words_that_do_not_fit_are_not_shown(tmp_path: Path) -> None:
    exchange = open_line()
    hostile = Hostile(exchange)
    payload, _ = hostile.statement("Signed words.")
    _, content = hostile.statement("Other words.")
    place = {"seq": hostile.known().seq + 2, "prev": bytes(32)}
    hostile.send(hostile.frame(encode(payload), EntryType.STATEMENT, content=content, **place))
    (line,) = beside(shelved(tmp_path, exchange), None)
    assert line.words.text == ""
