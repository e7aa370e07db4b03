"""The first entry of a journal: who may write it, under which key and number."""

import pytest
from msgspec.structs import replace
from tests.cast import BIRCH, NOW, seed
from tests.exchange import Exchange, open_line
from tests.line.hostile import Hostile, reason
from tests.line.newcomer import FIRST, Newcomer

from backchannel.charter.powers import Power
from backchannel.line import openings
from backchannel.line.events import Given, Moment
from backchannel.line.founding import empty_state, frames_of, open_own
from backchannel.line.state import LineState
from backchannel.wire.codec import Value, encode
from backchannel.wire.entry import EntryType, Header, pack_header
from backchannel.wire.envelope import Frame, pack_frame, parse_frame
from backchannel.wire.ids import payload_hash
from backchannel.wire.signing import Context, Mode, Purpose, sign


def test_a_certified_station_opens_its_journal() -> None:
    """RECORD-4, RECORD-51."""
    newcomer = Newcomer(open_line())
    newcomer.introduce()
    assert newcomer.arrive(newcomer.opening()) is None
    journal = newcomer.alder.journal(FIRST)
    assert (journal.party, journal.mode, journal.seq) == (BIRCH, Mode.REAL, 0)
    assert journal.public == newcomer.keys.public and not journal.ended


def test_its_frames_wait_for_its_credential() -> None:
    """RECORD-16: the office's entry may come later than the station's."""
    newcomer = Newcomer(open_line())
    assert newcomer.arrive(newcomer.opening()) is None
    assert FIRST not in newcomer.alder.state.core.journals
    assert len(newcomer.alder.state.waiting) == 1
    # The same frame waits once.
    newcomer.arrive(newcomer.opening())
    assert len(newcomer.alder.state.waiting) == 1
    newcomer.introduce()
    assert newcomer.alder.journal(FIRST).seq == 0
    assert newcomer.alder.state.waiting == ()


def test_junk_that_waited_is_dropped_when_it_is_tried() -> None:
    """RECORD-16."""
    newcomer = Newcomer(open_line())
    newcomer.arrive(newcomer.opening(prev=seed("wrong")))
    newcomer.introduce()
    assert FIRST not in newcomer.alder.state.core.journals
    assert newcomer.alder.state.waiting == ()


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"prev": seed("another journal")}, "first-prev"),
        ({"no": FIRST + 16 * 8}, "number-not-granted"),
        ({"no": FIRST - 1}, "credential-unknown"),
        ({"no": FIRST + 1}, "party-unknown"),
        ({"type": EntryType.RECEIPT}, "first-entry"),
    ],
)
def test_an_opening_is_refused_for_its_reason(changes: dict[str, object], wanted: str) -> None:
    """NT22, NT25, NT98, RECORD-4: another's number, one not granted, another chain."""
    newcomer = Newcomer(open_line())
    newcomer.introduce()
    outcome = newcomer.arrive(newcomer.opening(**changes))
    if wanted == "credential-unknown":
        # Alder's own party has issued no such credential: the frame waits, and is nobody's.
        assert outcome is None and len(newcomer.alder.state.waiting) == 1
    else:
        assert reason(outcome) == wanted
    assert newcomer.alder.evidence() == []


def test_a_countersignature_opens_no_journal() -> None:
    """RECORD-51."""
    newcomer = Newcomer(open_line())
    newcomer.introduce()
    payload = encode((1, seed("entry"), ()))
    header = Header(FIRST, 0, seed("prev"), (), NOW, 2, EntryType.SUCCESSION, payload_hash(payload))
    frame = pack_frame(Frame(pack_header(header), bytes(64), payload, None))
    assert reason(newcomer.arrive(frame)) == "first-entry"


def test_an_officer_is_no_station() -> None:
    """RECORD-4, NT69: a credential of another kind opens nothing."""
    newcomer = Newcomer(open_line())
    newcomer.introduce()
    officer, _ = newcomer.exchange.cast.offices[BIRCH].officers["first"]
    outcome = newcomer.arrive(newcomer.opening(credential=officer))
    assert reason(outcome) == "not-a-station"


def test_the_credentials_key_must_have_signed() -> None:
    """RECORD-3, RECORD-4."""
    newcomer = Newcomer(open_line())
    newcomer.introduce()
    frame = parse_frame(newcomer.opening())
    context = Context(Purpose.ENTRY, newcomer.line, Mode.REAL)
    other = Hostile(newcomer.exchange).hand.secret
    by_the_old_station = replace(frame, signature=sign(other, context, frame.header))
    assert reason(newcomer.arrive(pack_frame(by_the_old_station))) == "bad-signature"
    assert FIRST not in newcomer.alder.state.core.journals


def test_a_party_has_so_many_open_journals(monkeypatch: pytest.MonkeyPatch) -> None:
    """NT89, RECORD-15: beyond, a station waits until others of its party have ended."""
    newcomer = Newcomer(open_line())
    newcomer.introduce()
    monkeypatch.setattr(openings, "OPEN_JOURNALS_MAX", 1)
    assert reason(newcomer.arrive(newcomer.opening())) == "journals-full"
    monkeypatch.setattr(openings, "OPEN_JOURNALS_MAX", 2)
    assert newcomer.arrive(newcomer.opening()) is None


def test_a_station_writes_one_journal_at_a_time() -> None:
    """RECORD-72: whichever opening comes first, the lower number is over."""
    for order in ((0, 1), (1, 0)):
        newcomer = Newcomer(open_line())
        newcomer.introduce()
        for place in order:
            assert newcomer.arrive(newcomer.opening(FIRST + 16 * place)) is None
        ended = [newcomer.alder.journal(FIRST + 16 * n).ended for n in (0, 1)]
        assert ended == [True, False]


def test_an_opening_ends_what_its_party_wrote() -> None:
    """RECORD-72, RECORD-73: after a loss the new station names the old one's journal, and Alder
    says how far it holds it."""
    newcomer = Newcomer(open_line())
    newcomer.introduce()
    old = newcomer.alder.journal(17)
    newcomer.arrive(newcomer.opening(ends=((17, old.seq, old.head),)))
    assert newcomer.alder.journal(17).ended
    own = newcomer.alder.own()
    word = newcomer.alder.entries[16, own.seq]
    assert word.type == EntryType.SUCCESSION
    assert word.payload == encode(
        (1, newcomer.alder.journal(FIRST).head, ((17, old.seq, old.head),))
    )


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        (((16, 0, seed("a")),), "invalid: succession-foreign"),
        (((145, 0, seed("a")),), "invalid: succession-foreign"),
        (((FIRST, 0, seed("a")),), "invalid: succession-self"),
        # What nobody holds ends nothing, and names of no party break nothing.
        (((9, 0, seed("a")), (33, 0, seed("a"))), ""),
    ],
)
def test_it_ends_nothing_else(ends: Value, verdict: str) -> None:
    """RECORD-72: not another party's journal, nor one of another mode, nor itself."""
    newcomer = Newcomer(open_line())
    newcomer.introduce()
    assert newcomer.arrive(newcomer.opening(ends=ends)) is None
    assert newcomer.alder.verdict(FIRST, 0) == verdict
    ended = [j.no for j in newcomer.alder.state.core.journals.values() if j.ended]
    assert ended == []


def test_a_second_station_of_our_party_is_heard_like_any_other() -> None:
    """RECORD-4: it gets every envelope, and its receipts count."""
    exchange = open_line()
    newcomer = Newcomer(exchange)
    newcomer.introduce()
    state = second_state(exchange, newcomer)
    assert state.core.own[Mode.REAL] == FIRST
    birch = exchange.stations[BIRCH]
    birch.do(Given(at=birch.clock.moment(), frames=(newcomer.paper, newcomer.opening())))
    assert birch.journal(FIRST).party == BIRCH
    assert (
        Power.READ
        & exchange.cast.offices[BIRCH].authority.credentials[newcomer.credential].credential.powers
    )


def second_state(exchange: Exchange, newcomer: Newcomer) -> LineState:
    """The newcomer's own state, opened from its office's journal."""
    state = empty_state(exchange.cast.charter, exchange.cast.signatures, BIRCH)
    frames = exchange.cast.offices[BIRCH].frames
    at = Moment(NOW, 0, seed("newcomer"))
    state, rows = open_own(state, {int(Mode.REAL): newcomer.keys}, authority=frames, at=at)
    assert len(frames_of(rows)) == len(frames) + 1
    return state
