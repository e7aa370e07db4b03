"""Non-answers as entries: what may enter the record, ours or another's, and what is marked."""

import msgspec
from tests.cast import ALDER, BIRCH
from tests.exchange import Exchange, open_line
from tests.line.hostile import Hostile

from backchannel.line.events import Escalated, Unanswered
from backchannel.line.rows import NonAnswerRow
from backchannel.line.silence import newest_of
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId
from backchannel.wire.nonanswer import Finding, Life, NonAnswer, deadline_no, pack_non_answer
from backchannel.wire.payload import Happening, parse_line_events
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence


def silence(exchange: Exchange, party: int, asked: EntryId) -> NonAnswer:
    """What a station may say of the other's silence now."""
    state, other = exchange.stations[party].state, 1 - party
    heads = {
        j.no: (j.no, j.seq, j.head)
        for j in state.core.journals.values()
        if j.mode == Mode.REAL and j.party == other
    }
    life = tuple(Life(entry, exchange.clock.now) for entry in newest_of(heads, other))
    due = exchange.clock.now
    return NonAnswer(asked, deadline_no(2, other), due, Finding.NOT_SHOWN, life=life)


def enter(exchange: Exchange, said: NonAnswer) -> None:
    """Alder's station enters a non-answer, and it is carried."""
    at = exchange.clock.moment()
    exchange.stations[ALDER].do(Unanswered(at=at, no=16, precedence=Precedence.PRIORITY, said=said))
    exchange.run()


def indexed(exchange: Exchange, party: int) -> list[NonAnswerRow]:
    rows = exchange.stations[party].rows
    return [row for row in rows if isinstance(row, NonAnswerRow)]


def test_a_non_answer_is_entered_carried_and_indexed_by_what_was_asked() -> None:
    """RECORD-125, RECORD-127, RECORD-128."""
    exchange = open_line()
    asked = exchange.say(ALDER, "Anybody?")
    exchange.run()
    enter(exchange, silence(exchange, ALDER, asked))
    for party in (ALDER, BIRCH):
        (row,) = indexed(exchange, party)
        assert (row.asked, row.deadline) == (asked, deadline_no(2, BIRCH))
        station = exchange.stations[party]
        assert station.entries[row.no, row.seq].type == EntryType.NON_ANSWER
        assert station.verdict(row.no, row.seq) == ""


def test_what_came_meanwhile_is_looked_at_first() -> None:
    """RECORD-128: the record was read before the answer came."""
    exchange = open_line()
    asked = exchange.say(ALDER, "Anybody?")
    exchange.run()
    said = silence(exchange, ALDER, asked)
    exchange.say(BIRCH, "Yes.")
    exchange.run()
    enter(exchange, said)
    assert indexed(exchange, ALDER) == []


def test_who_looks_away_contradicts_himself_in_one_entry() -> None:
    """NT79, RECORD-129, RECORD-131: a life below his own seen is kept, marked, and evidence."""
    exchange = open_line()
    hostile = Hostile(exchange)
    asked = exchange.say(BIRCH, "Anybody?")
    exchange.run()
    old = silence(exchange, BIRCH, asked)
    exchange.say(ALDER, "Yes, here.")
    exchange.run()
    alder = exchange.stations[ALDER]
    payload = pack_non_answer(old)
    hostile.send(hostile.frame(payload, EntryType.NON_ANSWER))
    assert alder.verdict(17, alder.journal(17).seq) == "invalid: non-answer-life"
    assert "non-answer-life" in alder.evidence()
    assert indexed(exchange, ALDER) == []


def test_nobody_owes_himself_an_answer() -> None:
    """RECORD-129: nor does a party that there is not."""
    for party in (BIRCH, 7):
        exchange = open_line()
        hostile = Hostile(exchange)
        asked = exchange.say(BIRCH, "Anybody?")
        exchange.run()
        said = msgspec.structs.replace(
            silence(exchange, BIRCH, asked), deadline=deadline_no(2, party), life=()
        )
        hostile.send(hostile.frame(pack_non_answer(said), EntryType.NON_ANSWER))
        alder = exchange.stations[ALDER]
        assert alder.verdict(17, alder.journal(17).seq) == "invalid: non-answer-party"


def test_steps_of_escalation_are_line_events() -> None:
    """RECORD-133, RECORD-56."""
    exchange = open_line()
    asked = exchange.say(ALDER, "Anybody?")
    exchange.run()
    alder = exchange.stations[ALDER]
    alder.do(Escalated(at=exchange.clock.moment(), entry=asked, no=16, steps=(1, 2)))
    payload = alder.entries[16, alder.own().seq].payload
    assert payload is not None
    found = parse_line_events(payload)
    assert [(e.kind, *e.values) for e in found] == [
        (Happening.ESCALATED, asked, step, exchange.clock.now) for step in (1, 2)
    ]
