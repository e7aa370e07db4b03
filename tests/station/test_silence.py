"""Non-answers held against the record: what each rests on, and what refutes it."""

from pathlib import Path

import msgspec
import pytest
from tests.cast import ALDER, BIRCH
from tests.exchange import Exchange, open_line
from tests.line.test_silence import enter, silence
from tests.station.shelf import Talk, report, shelve
from tests.station.spanned import roots
from tests.station.test_rungs import show

from backchannel.line.events import Unanswered
from backchannel.station.disclosing import Wanted, disclosure_of
from backchannel.station.ladderreports import NonAnswerReport
from backchannel.verifier.__main__ import verify
from backchannel.wire.ids import EntryId
from backchannel.wire.nonanswer import Finding, NonAnswer, deadline_no
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Label, Precedence

ACK_S = 60


def asked(exchange: Exchange) -> EntryId:
    """A question of Alder that Birch holds, and whose time is up."""
    made = Talk(exchange).say(ALDER, "Anybody?", precedence=Precedence.FLASH)
    exchange.clock.pass_s(ACK_S + 1)
    return made


def judged(folder: Path, exchange: Exchange, entry: EntryId) -> NonAnswerReport:
    """The only non-answer about a statement, as both rooms judge it alike."""
    home = folder / f"{len(list(folder.iterdir()))}"
    home.mkdir()
    found = [
        report(shelve(home, exchange, party), entry).line.ladders[0].non_answers
        for party in (ALDER, BIRCH)
    ]
    assert found[0] == found[1]
    (only,) = found[0]
    return only


def due(exchange: Exchange, entry: EntryId, **changes: object) -> NonAnswer:
    """What Alder may say of it, a second ago, with something changed."""
    usual = {"due": exchange.clock.now - 1}
    return msgspec.structs.replace(silence(exchange, ALDER, entry), **{**usual, **changes})


def refuted(found: NonAnswerReport) -> list[str]:
    assert found.supported == all(part.supported for part in found.parts)
    return [part.part for part in found.parts if not part.supported]


def test_a_true_finding_is_supported_at_both_desks(tmp_path: Path) -> None:
    """RECORD-130."""
    exchange = open_line()
    entry = asked(exchange)
    enter(exchange, due(exchange, entry))
    found = judged(tmp_path, exchange, entry)
    assert (found.supported, found.finding) == (True, "held, not shown")


def test_what_their_desk_has_shown_is_found_by_the_entry_that_says_so(tmp_path: Path) -> None:
    """RECORD-126: and a finding that leaves it out is not supported."""
    exchange = open_line()
    entry = asked(exchange)
    show(exchange, entry)
    enter(exchange, due(exchange, entry))
    assert refuted(judged(tmp_path, exchange, entry)) == ["shown"]
    exchange = open_line()
    entry = asked(exchange)
    show(exchange, entry)
    birch = exchange.stations[BIRCH]
    cited = {"finding": Finding.NOT_ACKNOWLEDGED, "shown": EntryId(birch.own().head)}
    enter(exchange, due(exchange, entry, **cited))
    assert judged(tmp_path, exchange, entry).supported


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"finding": Finding.NOT_DELIVERED}, ["delivery"]),
        ({"finding": Finding.NOT_ACKNOWLEDGED, "shown": EntryId(b"e" * 32)}, ["shown"]),
        ({"due": 0}, ["deadline"]),
        ({"due": 2**40}, ["deadline"]),
        ({"deadline": deadline_no(5, BIRCH)}, ["deadline"]),
    ],
)
def test_a_finding_that_the_record_does_not_bear_is_marked(
    tmp_path: Path, changes: dict[str, object], parts: list[str]
) -> None:
    """NT79, RECORD-130: it is kept, and each part says whether it holds."""
    exchange = open_line()
    entry = asked(exchange)
    enter(exchange, due(exchange, entry, **changes))
    assert refuted(judged(tmp_path, exchange, entry)) == parts


def test_an_answer_that_the_writer_had_seen_refutes_it(tmp_path: Path) -> None:
    """NT79, RECORD-131: E5, for his own seen covers it."""
    exchange = open_line()
    entry = asked(exchange)
    answer = Talk(exchange).ack(entry)
    enter(exchange, due(exchange, entry))
    found = judged(tmp_path, exchange, entry)
    assert refuted(found) == ["answer"]
    assert found.parts[-1].text == f"E5: its writer had seen the answer {answer.hex()[:12]}"


def test_an_answer_that_comes_later_refutes_nothing(tmp_path: Path) -> None:
    """RECORD-131."""
    exchange = open_line()
    entry = asked(exchange)
    enter(exchange, due(exchange, entry))
    Talk(exchange).ack(entry)
    assert judged(tmp_path, exchange, entry).supported
    (ladder,) = report(shelve(tmp_path, exchange), entry).line.ladders
    assert [rung.rung for rung in ladder.rungs if rung.late] == ["acknowledged"]


def test_only_the_originator_can_say_so(tmp_path: Path) -> None:
    """RECORD-125, RECORD-130: of another's statement it is worth nothing."""
    exchange = open_line()
    entry = Talk(exchange).say(BIRCH, "Anybody?", precedence=Precedence.FLASH)
    exchange.clock.pass_s(ACK_S + 1)
    enter(exchange, due(exchange, entry))
    (ladder,) = report(shelve(tmp_path, exchange), entry).line.ladders
    assert ladder.non_answers == ()


# --- Shown to a stranger --------------------------------------------------------------------------


def told(folder: Path, exchange: Exchange, entry: EntryId, party: int = ALDER) -> tuple[str, str]:
    """What the verifier says of the only non-answer beside a disclosed statement."""
    record = shelve(folder, exchange, party)
    raw = disclosure_of(record, Wanted(Mode.REAL, b"", entry, (Label.BODY,), "for the court"))
    claims = verify(raw, roots())[1]["claims"]
    assert isinstance(claims, list)
    (found,) = [each for each in claims if each["claim"].startswith("silence")]
    return found["reason"], found["text"]


@pytest.mark.parametrize("party", [ALDER, BIRCH])
def test_a_stranger_sees_that_it_was_held_and_whose_word_the_rest_is(
    tmp_path: Path, party: int
) -> None:
    """PROOF-190: of either room."""
    exchange = open_line()
    entry = asked(exchange)
    enter(exchange, due(exchange, entry))
    reason, text = told(tmp_path, exchange, entry, party)
    assert reason == "" and text.startswith("held by Birch (journal 17, slot ")


def test_a_stranger_sees_which_desk_had_shown_it(tmp_path: Path) -> None:
    """PROOF-190: by the entry of theirs that says so."""
    exchange = open_line()
    entry = asked(exchange)
    show(exchange, entry)
    cited = EntryId(exchange.stations[BIRCH].own().head)
    enter(exchange, due(exchange, entry, finding=Finding.NOT_ACKNOWLEDGED, shown=cited))
    reason, text = told(tmp_path, exchange, entry)
    assert reason == "" and text.startswith("shown by Birch (journal 17, slot ")


def test_a_stranger_sees_that_nobody_had_given_a_receipt(tmp_path: Path) -> None:
    """PROOF-191: all their entries until then are shown as links, and none names it."""
    exchange = open_line()
    talk = Talk(exchange)
    talk.say(BIRCH, "Good morning.")
    entry = exchange.say(ALDER, "Anybody?", precedence=Precedence.FLASH)
    exchange.clock.pass_s(ACK_S + 1)
    said = due(exchange, entry, finding=Finding.NOT_DELIVERED)
    at = exchange.clock.moment()
    exchange.stations[ALDER].do(Unanswered(at=at, no=16, precedence=Precedence.FLASH, said=said))
    reason, text = told(tmp_path, exchange, entry)
    assert reason == "" and text.startswith("not delivered: no entry of Birch is a receipt")


def test_an_answer_within_what_its_writer_had_convicts_him_before_a_stranger(
    tmp_path: Path,
) -> None:
    """PROOF-190, RECORD-131."""
    exchange = open_line()
    entry = asked(exchange)
    Talk(exchange).ack(entry)
    enter(exchange, due(exchange, entry))
    assert told(tmp_path, exchange, entry)[0] == "answered"
