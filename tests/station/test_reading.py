"""The log and the single statement: words, marks, translations, readbacks, numbers."""

from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH
from tests.exchange import open_line
from tests.line.hostile import Hostile
from tests.station.shelf import Talk, lines, report, shelve

from backchannel.errors import OfficerError
from backchannel.line.drafting import Level, Reference, readback_body
from backchannel.station.reading import require_held
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence, pack_signed


def test_no_flood_of_answers_hides_a_recall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RECORD-103: the bound on what is looked through is for each party by itself."""
    monkeypatch.setattr("backchannel.station.judging.ANSWERS_SHOWN_MAX", 2)
    talk = Talk(open_line())
    said = talk.say(ALDER, "We launch at noon.")
    for n in range(3):
        talk.translate(said, f"Version {n}.")
    talk.recall(said)
    (line, *_) = lines(shelve(tmp_path, talk.exchange))
    assert len(line.renderings) == 2
    assert [mark for mark in line.marks if mark.startswith("RECALLED")]
    assert line.ladders[0].top == "recalled"


def test_a_line_says_who_said_what_to_whom(tmp_path: Path) -> None:
    talk = Talk(open_line())
    talk.say(ALDER, "Good morning.")
    for party in (ALDER, BIRCH):
        (line,) = lines(shelve(tmp_path, talk.exchange, party))
        words = line.words
        assert (line.number, words.party, words.to) == ("ALDER 0001", "Alder", ("Birch",))
        assert (words.kind, words.precedence, words.category) == ("message", "ROUTINE", "inform")
        assert (words.language, words.text, words.by) == ("en", "Good morning.", ("first",))
        assert words.ours == (party == ALDER)
        assert (line.verdict.word, line.marks) == ("valid", ())


def test_modes_have_their_own_numbers_and_names(tmp_path: Path) -> None:
    talk = Talk(open_line())
    for mode in (Mode.REAL, Mode.EXERCISE, Mode.TEST, Mode.EXERCISE):
        talk.say(ALDER, f"in {mode.name}", mode=mode)
    record = shelve(tmp_path, talk.exchange, BIRCH)
    assert [(line.words.mode, line.number) for line in lines(record)] == [
        ("REAL", "ALDER 0001"),
        ("EXERCISE", "ALDER EX 0001"),
        ("TEST", "ALDER TEST 0001"),
        ("EXERCISE", "ALDER EX 0002"),
    ]
    assert [line.number for line in lines(record, Mode.TEST)] == ["ALDER TEST 0001"]


def test_both_languages_stand_together(tmp_path: Path) -> None:
    talk = Talk(open_line())
    said = talk.say(ALDER, "Good morning.")
    talk.translate(said, "Bonjour.")
    line = lines(shelve(tmp_path, talk.exchange))[0]
    (rendering,) = line.renderings
    assert (rendering.text, rendering.stage, rendering.party) == ("Bonjour.", "sight", "Birch")
    assert rendering.verdict.word == "valid"


def test_statements_written_without_sight_of_each_other_have_crossed(tmp_path: Path) -> None:
    """R6: both rooms see it, and an answer that saw the first has not crossed it."""
    talk = Talk(open_line())
    exchange = talk.exchange
    first = talk.say(ALDER, "Before.")
    talk.ack(first)
    ours, theirs = exchange.say(ALDER, "Ours."), exchange.say(BIRCH, "Theirs.")
    exchange.run()
    talk.say(BIRCH, "After.")
    for party in (ALDER, BIRCH):
        record = shelve(tmp_path, exchange, party)
        marks = {line.number: line.marks for line in lines(record) if line.number}
        assert marks == {
            "ALDER 0001": (),
            "ALDER 0002": ("crossed BIRCH 0001",),
            "BIRCH 0001": ("crossed ALDER 0002",),
            "BIRCH 0002": (),
        }
        assert report(record, ours).crossed == (theirs.hex(),)


def test_a_statement_entered_twice_is_a_repeat_and_opens_one_ladder(tmp_path: Path) -> None:
    """NT82."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    event = exchange.released(ALDER, "Twice.")
    first, second = alder.try_(event), alder.try_(event)
    assert isinstance(first, bytes) and isinstance(second, bytes)
    exchange.run()
    record = shelve(tmp_path, exchange, BIRCH)
    one, other = lines(record)
    assert one.marks == ()
    assert other.marks == ("repeat: this statement had been entered before",)
    assert (len(one.ladders), other.ladders) == (1, ())
    assert report(record, first).repeats == (second.hex(),)


def test_a_single_officer_in_an_emergency_is_marked(tmp_path: Path) -> None:
    talk = Talk(open_line())
    talk.say(ALDER, "Now.", precedence=Precedence.FLASH)
    line = lines(shelve(tmp_path, talk.exchange, BIRCH))[0]
    assert line.verdict.word == "valid"
    assert line.marks == ("emergency-release: one officer released it; the next watch reviews it",)


def test_an_unreleased_statement_is_shown_and_does_not_bind(tmp_path: Path) -> None:
    """NT17, P18: what the other station should never have sent is on the screen all the same."""
    exchange = open_line()
    hostile = Hostile(exchange)
    event = exchange.released(BIRCH, "Alone.", precedence=Precedence.PRIORITY)
    payload = pack_signed(event.statement, event.signatures)
    hostile.send(hostile.frame(payload, EntryType.STATEMENT, content=event.content))
    (line,) = lines(shelve(tmp_path, exchange, ALDER))
    assert (line.verdict.word, line.verdict.reason) == ("invalid", "unreleased")
    assert line.words.text == "Alone."
    assert "released" not in [step.rung for step in line.ladders[0].rungs]


def test_words_that_did_not_come_are_a_mark(tmp_path: Path) -> None:
    exchange = open_line()
    hostile = Hostile(exchange)
    event = exchange.released(BIRCH, "Hidden.")
    payload = pack_signed(event.statement, event.signatures)
    hostile.send(hostile.frame(payload, EntryType.STATEMENT))
    (line,) = lines(shelve(tmp_path, exchange, ALDER))
    assert line.words.text == ""
    assert "unopened: its words are not held here" in line.marks


def test_recalled_and_corrected_words_say_so(tmp_path: Path) -> None:
    talk = Talk(open_line())
    first, second = talk.say(ALDER, "At 1430Z."), talk.say(ALDER, "At 1500Z.")
    correct = talk.correct(first, "1430Z", "1530Z")
    recall = talk.recall(second)
    talk.recall(talk.say(ALDER, "Theirs to recall? No."), party=BIRCH)
    found = lines(shelve(tmp_path, talk.exchange, BIRCH))
    assert found[0].marks == (
        f"CORRECTED: these words are not the last; see correct {correct.hex()[:12]}",
    )
    assert found[1].marks[0] == (f"RECALLED: disregard these words; see recall {recall.hex()[:12]}")
    assert not [m for line in found if line.number == "ALDER 0003" for m in line.marks]


def test_a_readback_is_held_against_the_original_and_never_called_a_match(
    tmp_path: Path,
) -> None:
    """NT31: one character is a difference, and nothing is confirmed by it."""
    talk = Talk(open_line())
    said = talk.say(ALDER, "Corner 3 at 35 54 N.")
    talk.read_back(said, "Corner 3 at 35 45 N.")
    talk.read_back(said, "Corner 3 at 35 54 N.")
    found = report(shelve(tmp_path, talk.exchange), said)
    wrong, right = found.readbacks
    assert [(d.word, d.original, d.repeated) for d in wrong.departures] == [(5, "54", "45")]
    assert right.departures == ()
    assert found.line.ladders[0].top == "read back"


def test_a_readback_of_other_words_is_held_against_nothing(tmp_path: Path) -> None:
    talk = Talk(open_line())
    said = talk.say(ALDER, "These.")
    about = Reference(said, bytes(32))
    body = readback_body(about, talk.exchange.clock.now, "These.")
    talk.answer(BIRCH, Kind.READBACK, body, said)
    found = report(shelve(tmp_path, talk.exchange), said)
    assert found.readbacks == ()
    assert [each.words.kind for each in found.answers] == ["readback"]


def test_answers_say_what_they_are_about(tmp_path: Path) -> None:
    talk = Talk(open_line())
    said = talk.say(ALDER, "Good morning.")
    ack = talk.ack(said)
    line = lines(shelve(tmp_path, talk.exchange))[1]
    assert (line.entry, line.about, line.number) == (ack.hex(), ("ALDER 0001",), "")
    level = next(each.value for each in line.words.fields if each.name == "level")
    assert level == Level.ACKNOWLEDGED


def test_a_statement_that_is_not_here_is_not_shown(tmp_path: Path) -> None:
    record = shelve(tmp_path, open_line())
    with pytest.raises(OfficerError) as caught:
        require_held(record, EntryId(bytes(32)))
    assert caught.value.reason == "not-held"
    with pytest.raises(OfficerError) as caught:
        report(record, "ff")
    assert caught.value.reason == "no-such-entry"


def test_a_statement_has_its_slot_its_signers_and_its_hashes(tmp_path: Path) -> None:
    talk = Talk(open_line())
    talk.say(ALDER, "Nobody reads", officers=("first", "second"))
    record = shelve(tmp_path, talk.exchange, BIRCH)
    found = report(record, lines(record)[0].entry[:8])
    journal = talk.exchange.stations[ALDER].own()
    assert (found.journal, found.authority_entry) == (journal.no, 4)
    assert [each.name for each in found.signers] == ["first", "second"]
    assert found.signers[0].granted_by == "roots"
    assert "inform" in found.signers[0].powers and found.signers[0].modes[0] == "REAL"
    said = talk.exchange.stations[BIRCH].said()[0]
    assert (found.statement, found.croot) == (said.statement.hex(), said.croot.hex())
