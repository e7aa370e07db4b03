"""Officers who end the waiting, and the questions that a station answers (RECORD-71, RECORD-75)."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import open_line
from tests.line.hostile import Hostile, reason
from tests.line.starts import restart
from tests.line.test_effects import told

from backchannel.errors import JunkError
from backchannel.line import succession
from backchannel.line.events import ResumeOrdered
from backchannel.line.succession import (
    SIEGE_PATIENCE_MS,
    answer,
    ask,
    parse_answer,
    parse_query,
)
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import CredentialId
from backchannel.wire.payload import Happening
from backchannel.wire.signing import Context, Mode, Purpose, sign


def test_officers_may_end_the_waiting() -> None:
    """RECORD-75: two resume the old journal, one opens a new one."""
    exchange = open_line()
    first, second = (CredentialId(seed(name)) for name in ("first", "second"))
    alder = restart(exchange)

    def order(*officers: CredentialId, new: bool, mode: int = 1) -> ResumeOrdered:
        moment = alder.clock.moment()
        return ResumeOrdered(at=moment, mode=mode, officers=officers, new_journal=new)

    for officers in ((first,), (first, first)):
        assert reason(alder.try_(order(*officers, new=False))) == "two-officers"
    alder.do(order(first, second, new=False))
    assert alder.own().no == 16 and Mode.REAL not in alder.state.core.asking
    assert reason(alder.try_(order(first, second, new=False))) == "not-asking"
    alder.do(order(first, new=True, mode=2))
    assert alder.own(Mode.EXERCISE).no == 160


def test_without_a_number_left_it_waits_for_officers() -> None:
    """RECORD-75: a siege must not end the last journal."""
    exchange = open_line()
    hands = {
        mode: replace(hand, numbers=hand.numbers[:1])
        for mode, hand in exchange.stations[ALDER].state.secrets.hands.items()
    }
    alder = exchange.stations[ALDER]
    alder.state = replace(alder.state, secrets=replace(alder.state.secrets, hands=hands))
    restart(exchange)
    exchange.clock.elapsed += 2 * SIEGE_PATIENCE_MS
    alder.pass_time()
    assert Mode.REAL in alder.state.core.asking and not alder.own().ended
    first, second = (CredentialId(seed(name)) for name in ("first", "second"))
    new = ResumeOrdered(at=alder.clock.moment(), mode=1, officers=(first,), new_journal=True)
    assert reason(alder.try_(new)) == "no-number-left"
    both = ResumeOrdered(
        at=alder.clock.moment(), mode=1, officers=(first, second), new_journal=False
    )
    alder.do(both)
    assert alder.own().no == 16 and Mode.REAL not in alder.state.core.asking


def test_entries_without_words_are_listed_again_after_a_start() -> None:
    """RECORD-58, RECORD-73: before the seen that covers what came meanwhile."""
    for new in (False, True):
        exchange = open_line()
        alder = restart(exchange)
        birch = Hostile(exchange)
        value, _ = birch.statement("no words")
        entry = birch.enter(value, EntryType.STATEMENT)
        officers = (CredentialId(seed("a")), CredentialId(seed("b")))
        moment = alder.clock.moment()
        alder.do(ResumeOrdered(at=moment, mode=1, officers=officers, new_journal=new))
        assert told(alder, Happening.UNOPENED)[-1] == ((entry,),)
        assert alder.own().unopened == (entry,)


def test_questions_are_answered_for_their_asker_alone() -> None:
    """RECORD-71: signed by the writer of the journals that it names."""
    exchange = open_line(3)
    alder, birch = restart(exchange), exchange.stations[BIRCH]
    question = ask(alder.state, Mode.REAL)
    assert question is not None and ask(birch.state, Mode.REAL) is None
    raw, signature = question
    assert parse_query(raw).numbers == alder.state.secrets.hands[1].numbers
    for query, by in ((raw, bytes(64)), (raw, Hostile(exchange).hand.secret[:64])):
        with pytest.raises(JunkError):
            answer(birch.state, query, by)
    fields = decode(raw)
    assert isinstance(fields, tuple)
    for numbers, wanted in (
        ((18,), "query-journals"),
        ((16, 18), "query-journals"),
        ((48,), "query-journals"),
    ):
        with pytest.raises(JunkError, match=wanted):
            answer(birch.state, encode((*fields[:3], numbers)), signature)
    said = parse_answer(answer(birch.state, raw, signature)[0])
    assert said.head == (17, birch.own().seq, birch.own().head)
    assert [no for no, shown in said.shown if shown] == [16]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ((2, bytes(16), bytes(32), (16,)), "query-version"),
        ((True, bytes(16), bytes(32), (16,)), "query-version"),
        ((1, bytes(15), bytes(32), (16,)), "query-shape"),
        ((1, bytes(16), bytes(31), (16,)), "hash-length"),
        ((1, bytes(16), bytes(32), ()), "query-shape"),
        ((1, bytes(16), bytes(32), (16,) * 65), "query-shape"),
        ((1, bytes(16), bytes(32), (65_536,)), "journal-number"),
        ((1, bytes(16), bytes(32)), "query-shape"),
        (7, "query-shape"),
    ],
)
def test_a_question_is_refused_for_its_reason(value: Value, wanted: str) -> None:
    """RECORD-71, NT61."""
    with pytest.raises(JunkError, match=wanted):
        parse_query(encode(value))


def test_a_question_in_a_mode_that_we_do_not_speak_gets_no_answer() -> None:
    """RECORD-71."""
    exchange = open_line(modes=(Mode.REAL,))
    alder = restart(exchange)
    question = ask(alder.state, Mode.EXERCISE)
    assert question is not None
    with pytest.raises(JunkError, match="mode-not-spoken"):
        answer(exchange.stations[BIRCH].state, *question)


def test_a_header_too_long_for_an_answer_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """RECORD-71: whose own header it is hurts himself."""
    birch = Hostile(open_line())
    question = ask_as(birch)
    for most, shown in ((10_000, 1), (50, 0)):
        monkeypatch.setattr(succession, "HEADER_SHOWN_BYTES", most)
        said = parse_answer(answer(birch.victim.state, *question)[0])
        assert len([each for _, each in said.shown if each]) == shown


def ask_as(birch: Hostile) -> tuple[bytes, bytes]:
    """Birch's question."""
    query = encode((1, bytes(16), birch.known().credential, birch.hand.numbers))
    return query, sign(birch.hand.secret, Context(Purpose.QUERY, birch.cast.line, Mode.REAL), query)
