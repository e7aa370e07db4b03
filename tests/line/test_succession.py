"""Coming back: what a restarted station asks, what it believes, and what it may sign then."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, CEDAR, seed
from tests.exchange import Exchange, copied, open_line
from tests.line.hostile import Hostile, reason
from tests.line.starts import answered_by, forged, put_back, restart
from tests.line.test_effects import told

from backchannel.errors import OfficerError
from backchannel.line.events import Consented, PathChanged, ResumeOrdered, Took
from backchannel.line.succession import (
    SIEGE_PATIENCE_MS,
    VOUCHED_PATIENCE_MS,
)
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.payload import Happening, Opening, parse_succession
from backchannel.wire.signing import Context, Mode, Purpose, sign


def test_a_started_station_signs_nothing_before_it_has_asked() -> None:
    """RECORD-70: it hears, and keeps what it hears."""
    exchange = open_line()
    alder = restart(exchange)
    before = alder.own().seq
    entry = exchange.say(BIRCH, "are you there")
    exchange.run()
    for event in (
        Took(at=alder.clock.moment(), path=1, mode=Mode.REAL, entries=(EntryId(seed("e")),)),
        PathChanged(at=alder.clock.moment(), path=1, station="b", up=True),
    ):
        alder.do(event)
    with pytest.raises(OfficerError, match="no-courier-package"):
        alder.do(Consented(at=alder.clock.moment(), mode=1, credential=CredentialId(seed("c"))))
    assert entry in alder.contents and alder.own().seq == before
    assert alder.state.core.starts == 2


def test_when_all_parties_agree_it_goes_on_and_enters_their_answers() -> None:
    """RECORD-71, RECORD-73."""
    exchange = open_line(3)
    alder = restart(exchange)
    said = [answered_by(exchange, party) for party in (BIRCH, CEDAR)]
    alder.do(said[0])
    assert Mode.REAL in alder.state.core.asking
    alder.do(said[1])
    assert Mode.REAL not in alder.state.core.asking
    assert told(alder, Happening.STARTED)[-2:] == [((said[0].answer,),), ((said[1].answer,),)]
    assert alder.own().no == 16


def test_an_entry_that_the_disk_lacks_opens_a_new_journal() -> None:
    """NT38, RECORD-72: shown by a header that we signed."""
    exchange = put_back(open_line())
    alder = restart(exchange)
    exchange.ask_around()
    own = alder.own()
    assert own.no == 32 and alder.journal(16).ended
    opening = parse_succession(alder.entries[32, 0].payload or b"")
    assert isinstance(opening, Opening)
    assert opening.ends == ((16, alder.journal(16).seq, alder.journal(16).head),)
    assert parse_header(alder.entries[32, 0].header).seen != ()
    # The other modes agreed, and went on.
    assert alder.state.core.own[Mode.EXERCISE] == 144
    exchange.run()
    birch = exchange.stations[BIRCH]
    assert birch.journal(16).ended and birch.journal(32).seq >= 0
    # No slot was signed twice, and Birch says how far it holds the old journal.
    assert not birch.journal(16).forked
    words = [
        row.payload
        for (no, _), row in birch.entries.items()
        if no == 17 and row.type == EntryType.SUCCESSION
    ][1:]
    held = birch.journal(16)
    assert words == [encode((1, alder.entries[32, 0].entry, ((16, held.seq, held.head),)))]
    entry = exchange.say(ALDER, "we are back")
    exchange.run()
    assert entry in birch.contents


def test_what_was_lost_comes_back_from_the_others() -> None:
    """RECORD-72, RECORD-77: as the tail of a journal that is over; both records are one again."""
    exchange = put_back(open_line())
    alder, birch = restart(exchange), exchange.stations[BIRCH]
    exchange.ask_around()
    exchange.run()
    exchange.fill_gaps()
    exchange.run()
    assert alder.journal(16).seq == birch.journal(16).seq
    assert alder.journal(16).head == birch.journal(16).head


def test_a_journal_opened_in_a_lost_past_is_never_opened_again() -> None:
    """NT38, I8: the question names all numbers, and an answer shows the last one used."""
    exchange = open_line()
    image = copied(exchange)
    alder = restart(exchange)
    alder.do(
        ResumeOrdered(
            at=alder.clock.moment(), mode=1, officers=(CredentialId(b"a"),), new_journal=True
        )
    )
    exchange.run()
    assert exchange.stations[BIRCH].journal(32).seq >= 0
    exchange.stations[ALDER] = image.stations[ALDER]
    exchange.stations[ALDER].clock = exchange.clock
    back = restart(exchange)
    exchange.ask_around()
    assert back.own().no == 48
    exchange.carried.clear()
    exchange.run()
    assert not any(j.forked for j in exchange.stations[BIRCH].state.core.journals.values())
    # The number between is over at Birch, which holds it, and nobody waits for its receipts.
    assert exchange.stations[BIRCH].journal(32).ended


@pytest.mark.parametrize(
    ("mark", "no", "patience"),
    [
        ({16: 99}, 32, 0),
        ({32: 0}, 48, 0),
        ({16: 0}, 16, VOUCHED_PATIENCE_MS),
        ({}, 32, SIEGE_PATIENCE_MS),
        (None, 32, SIEGE_PATIENCE_MS),
        ({33: 7}, 32, SIEGE_PATIENCE_MS),
    ],
)
def test_a_run_mark_says_how_old_the_disk_is(
    mark: dict[int, int] | None, no: int, patience: int
) -> None:
    """NT85, RECORD-74, RECORD-76: with nobody there to ask."""
    exchange = open_line()
    alder = restart(exchange, mark=mark)
    if patience:
        assert Mode.REAL in alder.state.core.asking
        exchange.clock.elapsed += patience - 1
        alder.pass_time()
        assert Mode.REAL in alder.state.core.asking
        exchange.clock.elapsed += 1
        alder.pass_time()
    assert alder.own().no == no and Mode.REAL not in alder.state.core.asking


def test_a_goodbye_vouches_for_the_disk() -> None:
    """RECORD-74: after three seconds without objection."""
    exchange = open_line()
    alder = restart(exchange, clean=True)
    exchange.clock.elapsed += VOUCHED_PATIENCE_MS
    alder.pass_time()
    assert alder.state.core.asking == {} and alder.own().no == 16
    assert told(alder, Happening.STARTED)[-1] == ((),)


def test_a_denial_cannot_make_us_sign_twice_where_there_is_a_mark() -> None:
    """NT85, RECORD-76, I8: Birch denies holding more; the run mark knows better."""
    exchange = open_line()
    newest = exchange.stations[ALDER].own().seq
    exchange = put_back(exchange)
    lost = newest + 1
    alder = restart(exchange, mark={16: lost, 144: 0, 272: 0})
    assert alder.own().no == 32


def test_an_old_answer_is_refused() -> None:
    """NT84, RECORD-71: it fails the nonce, and none is wanted later."""
    exchange = open_line(3)
    alder = restart(exchange)
    old = answered_by(exchange, BIRCH)
    restart(exchange)
    assert reason(alder.try_(old)) == "answer-old"
    for party in (BIRCH, CEDAR):
        assert alder.try_(answered_by(exchange, party)) is None
    assert reason(alder.try_(old)) == "answer-old"


def answer_value(exchange: Exchange, **changes: object) -> Value:
    """A true answer of Birch's with parts changed."""
    value = decode(answered_by(exchange, BIRCH).answer)
    assert isinstance(value, tuple)
    names = ("version", "nonce", "credential", "head", "shown")
    parts = dict(zip(names, value, strict=True))
    return tuple({**parts, **changes}.values())  # type: ignore[return-value]


def test_a_bare_number_proves_nothing() -> None:
    """NT83, NT84, RECORD-71: only a header that we signed."""
    exchange = open_line(3)
    alder = restart(exchange)
    numbers = alder.state.secrets.hands[1].numbers
    nothing = tuple((no, None, None) for no in numbers)
    alder.do(forged(exchange, answer_value(exchange, shown=nothing)))
    assert alder.own().no == 16 and Mode.REAL in alder.state.core.asking
    birch = Hostile(exchange)
    header = birch.frame(encode(()), EntryType.RECEIPT, no=16, seq=99).header
    for signature in (bytes(64), sign(birch.hand.secret, context(exchange), header)):
        shown = ((16, header, signature), *nothing[1:])
        outcome = alder.try_(forged(exchange, answer_value(exchange, shown=shown)))
        assert reason(outcome) in ("bad-signature", "low-order-nonce-point", "scalar-range")
    assert alder.own().no == 16


def context(exchange: Exchange) -> Context:
    return Context(Purpose.ENTRY, exchange.cast.line, Mode.REAL)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"version": 2}, "query-version"),
        ({"version": True}, "query-version"),
        ({"head": (17, 1, bytes(31))}, "hash-length"),
        ({"head": (33, 1, bytes(32))}, "answer-speaker"),
        ({"head": (18, 1, bytes(32))}, "answer-speaker"),
        ({"head": (16, 1, bytes(32))}, "answer-speaker"),
        ({"head": 7}, "heads-shape"),
        ({"credential": bytes(32)}, "answer-speaker"),
        ({"nonce": bytes(16)}, "answer-old"),
        ({"shown": ()}, "answer-journals"),
        ({"shown": ((16, b"h"),)}, "answer-shape"),
        ({"shown": ((65_536, None, None),)}, "journal-number"),
        ({"shown": ((True, b"h", b"s"),)}, "journal-number"),
        ({"shown": 7}, "answer-shape"),
        ({"shown": ((16, bytes(60_000), b"s"),)}, "answer-too-long"),
    ],
)
def test_an_answer_is_refused_for_its_reason(changes: dict[str, object], wanted: str) -> None:
    """NT84, RECORD-71."""
    exchange = open_line(3)
    alder = restart(exchange)
    outcome = alder.try_(forged(exchange, answer_value(exchange, **changes)))
    assert reason(outcome) == wanted
    assert alder.own().no == 16


def test_an_answer_is_signed_by_the_station_it_names() -> None:
    """RECORD-71, NT69."""
    exchange = open_line()
    alder = restart(exchange)
    said = answered_by(exchange, BIRCH)
    assert reason(alder.try_(replace(said, signature=bytes(64)))) is not None
    as_entry = sign(Hostile(exchange).hand.secret, context(exchange), said.answer)
    assert reason(alder.try_(replace(said, signature=as_entry))) == "bad-signature"


def test_a_header_of_another_journal_shows_nothing() -> None:
    """RECORD-71: each number with its own header."""
    exchange = open_line()
    alder = restart(exchange)
    numbers = alder.state.secrets.hands[1].numbers
    ours = alder.journal(16).last
    assert ours is not None
    rows = [(no, None, None) for no in numbers]
    rows[1] = (32, ours.header, ours.signature)  # type: ignore[assignment]
    outcome = alder.try_(forged(exchange, answer_value(exchange, shown=tuple(rows))))
    assert reason(outcome) == "answer-journal"


def test_two_entries_of_ours_in_one_slot_open_a_new_journal() -> None:
    """NT39, RECORD-72: another machine has signed with our key; the proof is kept."""
    exchange = open_line()
    twin = copied(exchange)
    twin.say(ALDER, "said by a clone")
    exchange.say(ALDER, "said by this machine")
    clone = twin.stations[ALDER].journal(16).last
    alder = restart(exchange)
    assert clone is not None
    rows = tuple(
        (no, clone.header, clone.signature) if no == 16 else (no, None, None)
        for no in alder.state.secrets.hands[1].numbers
    )
    alder.do(forged(exchange, answer_value(exchange, shown=rows)))
    assert alder.own().no == 32 and "fork-e1" in alder.evidence()


def test_a_header_that_we_hold_or_have_forgotten_agrees() -> None:
    """RECORD-71: Birch is behind, or shows a slot too old to compare."""
    for forget in (False, True):
        exchange = open_line()
        old = exchange.stations[ALDER].journal(16).last
        assert old is not None
        exchange.say(ALDER, "newer")
        alder = restart(exchange)
        if forget:
            alder.state = replace(alder.state, trails={**alder.state.trails, 16: {}})
        rows = tuple(
            (no, old.header, old.signature) if no == 16 else (no, None, None)
            for no in alder.state.secrets.hands[1].numbers
        )
        alder.do(forged(exchange, answer_value(exchange, shown=rows)))
        assert alder.own().no == 16 and Mode.REAL not in alder.state.core.asking


def test_an_older_entry_beside_ours_is_kept_in_mind_too() -> None:
    """RECORD-72: it contradicts, though only the newest header is at hand for the proof."""
    exchange = open_line()
    twin = copied(exchange)
    twin.say(ALDER, "said by a clone")
    clone = twin.stations[ALDER].journal(16).last
    exchange.say(ALDER, "one")
    exchange.say(ALDER, "two")
    alder = restart(exchange)
    assert clone is not None
    rows = tuple(
        (no, clone.header, clone.signature) if no == 16 else (no, None, None)
        for no in alder.state.secrets.hands[1].numbers
    )
    alder.do(forged(exchange, answer_value(exchange, shown=rows)))
    assert alder.own().no == 32
