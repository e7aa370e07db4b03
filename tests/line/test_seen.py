"""Vectors: what an entry may cite, what counts as a receipt, and what ends a repetition."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import Envelope, Exchange, Station, open_line
from tests.line.hostile import Hostile, hostile_birch

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.limits import SEEN_HEADS_MAX, SEEN_JOURNALS_MAX
from backchannel.line import seen as seen_module
from backchannel.line.events import Given
from backchannel.line.rows import EvidenceRow, HeldRow, Settled
from backchannel.line.seen import moved
from backchannel.line.state import Journal
from backchannel.line.work import Work
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.signing import Mode

EMPTY = encode(())


def heads_of(station: Station, no: int, seq: int) -> tuple[tuple[int, int, bytes], ...]:
    """What an entry of a journal cites."""
    return parse_header(station.entries[no, seq].header).seen


def held_of_ours(birch: Hostile) -> int:
    """Up to where Alder's journal is held by Birch, as Alder believes."""
    return birch.known().holds.get(16, -1)


def test_a_first_entry_names_all_and_later_ones_what_moved() -> None:
    """RECORD-5."""
    exchange = open_line()
    birch = exchange.stations[BIRCH]
    assert [no for no, _, _ in heads_of(birch, 17, 0)] == [1]
    exchange.say(ALDER, "hello")
    exchange.run()
    newest = birch.own()
    assert [no for no, _, _ in heads_of(birch, 17, newest.seq)] == [16]
    # Folded, it knows all of its own mode and every authority, and never itself.
    assert newest.seen.keys() == {0, 1, 16}


def test_a_receipt_ends_what_was_owed() -> None:
    """RECORD-8, RECORD-60: a signed seen, and nothing else (NT91)."""
    exchange = open_line()
    entry = exchange.say(ALDER, "hello")
    exchange.run()
    alder = exchange.stations[ALDER]
    held = [row for row in alder.rows if isinstance(row, HeldRow) and row.by == 17 and row.of == 16]
    slot = next(s for s, row in alder.entries.items() if row.entry == entry)
    assert held[-1].upto == slot[1]
    assert [row.upto for row in alder.rows if isinstance(row, Settled) and row.no == 16][
        -1
    ] == slot[1]
    assert slot not in alder.outbox


def test_without_a_receipt_it_is_owed_for_ever() -> None:
    """NT91: a path that claims delivery ends nothing."""
    exchange = open_line()

    def takes_all_and_delivers_nothing(sender: int, receiver: int, row: Envelope) -> bool:
        return sender == ALDER

    exchange.lost = takes_all_and_delivers_nothing
    entry = exchange.say(ALDER, "hello")
    exchange.pass_time(3 * 3_600, every=600)
    alder = exchange.stations[ALDER]
    slot = next(s for s, row in alder.entries.items() if row.entry == entry)
    before = alder.outbox[slot]
    exchange.lost = lambda sender, receiver, row: False
    exchange.resend()
    exchange.run()
    assert slot not in alder.outbox
    # It was the same envelope all the time.
    assert before.envelope in [row.envelope for row in alder.mail]


@pytest.mark.parametrize(
    ("heads", "verdict"),
    [
        (((17, 0, seed("x")),), "invalid: seen-self"),
        (((2, 0, seed("x")),), "invalid: seen-stranger"),
        (((18, 0, seed("x")),), "invalid: seen-stranger"),
        (((144, 0, seed("x")),), "invalid: seen-mode"),
        # A journal that nobody has seen yet: its number says for which mode it was granted.
        (((160, 0, seed("x")),), "invalid: seen-mode"),
        # Not granted so far as Alder knows: nothing can be said against it.
        (((16 * 4_000, 0, seed("x")),), ""),
    ],
)
def test_what_may_stand_in_seen(heads: tuple[tuple[int, int, bytes], ...], verdict: str) -> None:
    """RECORD-6, NT75: kept with its verdict, and no receipt."""
    birch = hostile_birch()
    birch.enter((), EntryType.RECEIPT, seen=heads)
    assert birch.verdict() == verdict
    assert (heads[0][0] in birch.known().seen) == (verdict == "")


def test_a_vector_has_a_widest() -> None:
    """RECORD-6, NT89: who names journals without end only spoils his own entries."""
    birch = hostile_birch()
    numbers = [no for no in range(16, 65_536) if no % 16 < 2 and no not in (17, 144, 145)]
    free = [no for no in numbers if no // 16 > 30][: 2 * SEEN_JOURNALS_MAX]
    room = SEEN_JOURNALS_MAX - len(birch.known().seen)
    for start in range(0, room, 1_000):
        some = free[start : min(start + 1_000, room)]
        birch.enter((), EntryType.RECEIPT, seen=tuple((no, 1, seed("x")) for no in some))
        assert birch.verdict() == ""
    assert len(birch.known().seen) == SEEN_JOURNALS_MAX
    birch.enter((), EntryType.RECEIPT, seen=((free[room], 1, seed("x")),))
    assert birch.verdict() == "invalid: seen-too-wide"
    birch.enter((), EntryType.RECEIPT, seen=((free[0], 2, seed("x")),))
    assert birch.verdict() == ""


def test_a_receipt_that_goes_back_is_regressing_and_the_old_one_stands() -> None:
    """NT28, RECORD-7."""
    birch = hostile_birch()
    birch.exchange.say(ALDER, "one")
    birch.exchange.say(ALDER, "two")
    own = birch.victim.own()
    birch.enter((), EntryType.RECEIPT, seen=((16, own.seq, own.head),))
    assert held_of_ours(birch) == own.seq
    old = birch.victim.entries[16, own.seq - 1]
    birch.enter((), EntryType.RECEIPT, seen=((16, own.seq - 1, old.entry),))
    assert birch.verdict() == "regressing"
    assert held_of_ours(birch) == own.seq
    assert "regressing" in birch.victim.evidence()
    # The same head twice does not go on either.
    birch.enter((), EntryType.RECEIPT, seen=((16, own.seq, own.head),))
    assert birch.verdict() == "regressing"


@pytest.mark.parametrize("beyond", [0, 5, 2**40])
def test_a_head_that_never_was_is_an_inquiry_and_no_receipt(beyond: int) -> None:
    """NT26, NT27, NT83, RECORD-8: the right number with a wrong hash, or one never written."""
    birch = hostile_birch()
    birch.exchange.say(ALDER, "one")
    own = birch.victim.own()
    before = held_of_ours(birch)
    birch.enter((), EntryType.RECEIPT, seen=((16, own.seq + beyond, seed("never")),))
    assert birch.verdict() == ""
    assert held_of_ours(birch) == before
    inquiry = [row for row in birch.victim.rows if isinstance(row, EvidenceRow)][-1]
    assert (inquiry.reason, inquiry.no) == ("inquiry", 17)
    assert birch.victim.own().no == 16 and not birch.victim.own().forked
    held = [row for row in birch.victim.rows if isinstance(row, HeldRow) and row.of == 16]
    assert held[-1].upto < own.seq


def test_a_head_of_a_third_journal_is_compared_too() -> None:
    """RECORD-8: what two stations say of a third meets at the first contact (NT36)."""
    birch = hostile_birch(3)
    cedar = birch.victim.journal(18)
    birch.enter((), EntryType.RECEIPT, seen=((18, cedar.seq, seed("other")),))
    assert "inquiry" in birch.victim.evidence()
    assert not birch.victim.journal(18).forked


def test_a_head_too_old_to_compare_is_passed_over() -> None:
    """RECORD-8: a later one will say it."""
    birch = hostile_birch()
    state = birch.victim.state
    trails = {no: {} if no == 16 else trail for no, trail in state.trails.items()}
    birch.victim.state = replace(state, trails=trails)
    before = held_of_ours(birch)
    birch.enter((), EntryType.RECEIPT, seen=((16, birch.victim.own().seq, seed("?")),))
    assert held_of_ours(birch) == before


def revoke_birch(exchange: Exchange) -> None:
    """Birch's office revokes its station; Alder is given the entry by hand."""
    office = exchange.cast.offices[BIRCH]
    credential = exchange.stations[BIRCH].own().credential
    frame = office.enter(pack_revoke(Revoke(credential, RevocationReason.COMPROMISE, None)))
    alder = exchange.stations[ALDER]
    alder.do(Given(at=alder.clock.moment(), frames=(frame,)))


def test_a_revoked_station_gives_no_receipts_and_holds_nobody_up() -> None:
    """NT29, RECORD-8: its word is kept and does not count; the outbox does not wait for it."""
    birch = hostile_birch()
    birch.exchange.say(ALDER, "before")
    revoke_birch(birch.exchange)
    own = birch.victim.own()
    before = held_of_ours(birch)
    birch.enter((), EntryType.RECEIPT, seen=((16, own.seq, own.head),))
    assert held_of_ours(birch) == before
    rows = [row for row in birch.victim.rows if isinstance(row, HeldRow)]
    assert all(row.by_seq < birch.known().seq for row in rows if row.by == 17)
    with_nobody = [row for row in birch.victim.rows if isinstance(row, Settled)]
    assert with_nobody[-1].no != 16 or with_nobody[-1].upto < own.seq


def test_the_offices_entries_are_owed_to_the_real_stations() -> None:
    """RECORD-62: what an EXERCISE station holds does not settle them."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    frame = exchange.cast.offices[ALDER].enter(encode((5, 7)))
    alder.do(Given(at=alder.clock.moment(), frames=(frame,)))
    head = alder.state.authorities[ALDER]
    drill = Hostile(exchange, BIRCH, Mode.EXERCISE)
    drill.enter((), EntryType.RECEIPT, seen=((0, head.seq, head.head),))
    assert (0, head.seq) in alder.outbox
    real = Hostile(exchange, BIRCH)
    real.enter((), EntryType.RECEIPT, seen=((0, head.seq, head.head),))
    assert (0, head.seq) not in alder.outbox


def test_a_flood_of_journals_leaves_room_for_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """RECORD-5: more heads than one header takes come in turn, and none waits for ever."""
    monkeypatch.setattr(seen_module, "SEEN_HEADS_MAX", 4)
    exchange = open_line()
    work = Work(exchange.stations[ALDER].state)
    own = work.own(Mode.REAL)
    for no in range(33, 33 + 16 * 10, 16):
        work.journals[no] = flooding(own, no)
    cited: set[int] = set()
    for turn in range(6):
        heads = moved(work, replace(own, seq=own.seq + turn))
        assert len(heads) == 4 and list(heads) == sorted(heads)
        cited |= {no for no, _, _ in heads}
    assert cited >= set(range(33, 33 + 16 * 10, 16))
    assert len(moved(work, replace(own, seq=-1, seen={}))) > 10
    assert SEEN_HEADS_MAX < SEEN_JOURNALS_MAX


def flooding(own: Journal, no: int) -> Journal:
    """One of many journals of Birch that have moved."""
    return replace(own, no=no, party=BIRCH, seq=3, head=seed(str(no)), credential=seed("other"))


def test_our_own_trail_is_pruned_far_below_what_all_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """RECORD-12: a late station's receipt can still be compared with the newest slots."""
    monkeypatch.setattr(seen_module, "TRAIL_MAX", 3)
    exchange = open_line()
    for n in range(8):
        exchange.say(ALDER, f"message {n}")
        exchange.run()
    alder = exchange.stations[ALDER]
    trail = alder.state.trails[16]
    assert min(trail) >= alder.own().seq - 6
