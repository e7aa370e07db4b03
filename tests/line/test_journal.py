"""Taking in entries: the next one, a repeat, one ahead of a gap, one that does not join."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import open_line, text_of
from tests.line.hostile import Hostile, hostile_birch, reason

from backchannel.limits import (
    BRANCHES_MAX,
    COMPARE_FRAMES_MAX,
    PENDING_AHEAD_MAX,
    UNKNOWN_SIGNER_FRAMES_MAX,
)
from backchannel.line import journal, work
from backchannel.line.events import SlotRead
from backchannel.line.rows import BranchRow, ContentRow, PendingGone, PendingRow
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType, pack_header, parse_header
from backchannel.wire.envelope import Frame, pack_frame, parse_frame
from backchannel.wire.ids import entry_id
from backchannel.wire.signing import Context, Mode, Purpose, sign

EMPTY = encode(())


def test_words_arrive_as_they_were_said() -> None:
    """RECORD-9."""
    exchange = open_line()
    entry = exchange.say(ALDER, "hello Birch")
    exchange.run()
    birch = exchange.stations[BIRCH]
    assert b"hello Birch" in text_of(birch, entry)
    assert birch.said()[-1].signed == "good"


def test_the_order_of_arrival_does_not_matter() -> None:
    """NT23, RECORD-10: what waited behind a gap is accepted when the gap is filled."""
    records = []
    for backwards in (False, True):
        birch = hostile_birch()
        alder = birch.victim
        first = birch.frame(EMPTY, EntryType.RECEIPT)
        second = birch.frame(
            EMPTY,
            EntryType.RECEIPT,
            seq=birch.known().seq + 2,
            prev=entry_id(first.header),
        )
        for frame in (second, first) if backwards else (first, second):
            assert birch.send(frame) is None
        records.append({slot: row.entry for slot, row in alder.entries.items() if slot[0] == 17})
    assert records[0] == records[1]


def test_an_entry_of_an_unknown_prev_waits_and_is_covered_by_no_receipt() -> None:
    """NT21, NT24, RECORD-11: the gap is visible, and receipts stop before it."""
    birch = hostile_birch()
    alder = birch.victim
    held = birch.known().seq
    frame = birch.frame(EMPTY, EntryType.STATEMENT, seq=held + 2, prev=seed("lost"))
    assert birch.send(frame) is None
    assert [row for row in alder.rows if isinstance(row, PendingRow)][-1].seq == held + 2
    assert birch.known().seq == held
    assert alder.state.pending[17].keys() == {held + 2}
    alder.clock.elapsed += 600_000
    alder.pass_time()
    assert alder.own().seen[17][1] == held
    # The same frame again changes nothing.
    before = len(alder.rows)
    assert birch.send(frame) is None
    assert len(alder.rows) == before


def test_a_pending_entry_that_does_not_join_proves_a_fork() -> None:
    """NT21, RECORD-64: its slot is taken by what joins."""
    birch = hostile_birch()
    alder = birch.victim
    held = birch.known().seq
    other = birch.frame(EMPTY, EntryType.RECEIPT, seq=held + 2, prev=seed("another"))
    birch.send(other)
    birch.enter((), EntryType.RECEIPT)
    assert birch.known().forked
    assert PendingGone(17, held + 2) in alder.rows and not alder.state.pending[17]
    assert "fork-e2" in alder.evidence()
    # The line stays open: the next entry that joins is accepted.
    birch.enter((), EntryType.RECEIPT)


def test_an_entry_with_a_wrong_prev_is_kept_aside() -> None:
    """NT21, NT33, RECORD-64, RECORD-66: E2, and what it said is shown."""
    birch = hostile_birch()
    alder = birch.victim
    wrong = birch.frame(EMPTY, EntryType.RECEIPT, prev=seed("wrong"))
    assert birch.send(wrong) is None
    assert "fork-e2" in alder.evidence()
    assert [row.entry for row in alder.rows if isinstance(row, BranchRow)] == [
        entry_id(wrong.header)
    ]
    assert birch.known().head != entry_id(wrong.header)


def test_bounds_behind_a_gap_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """NT89, RECORD-11: what is not kept has no receipt, and is sent again."""
    birch = hostile_birch()
    alder = birch.victim
    held = birch.known().seq
    for far in (PENDING_AHEAD_MAX + 1, 2**47):
        frame = birch.frame(EMPTY, EntryType.RECEIPT, seq=held + far, prev=seed("x"))
        assert reason(birch.send(frame)) == "too-far-ahead"
    monkeypatch.setattr(journal, "PENDING_ENTRIES_MAX", 3)
    outcomes = [
        birch.send(birch.frame(EMPTY, EntryType.RECEIPT, seq=held + 2 + n, prev=seed("x")))
        for n in range(4)
    ]
    assert outcomes[:3] == [None] * 3 and reason(outcomes[3]) == "pending-full"
    monkeypatch.setattr(journal, "PENDING_ENTRIES_MAX", 99)
    monkeypatch.setattr(journal, "PENDING_BYTES_MAX", 600)
    frame = birch.frame(EMPTY, EntryType.RECEIPT, seq=held + 9, prev=seed("x"))
    assert reason(birch.send(frame)) == "pending-full"
    assert len(alder.state.pending[17]) == 3


def test_a_signature_by_another_key_proves_nothing() -> None:
    """NT22, NT73, RECORD-3: by the officer, by another mode's key, or for another journal."""
    birch = hostile_birch()
    alder = birch.victim
    drill = Hostile(birch.exchange, BIRCH, Mode.EXERCISE)
    header = pack_header(birch.header(EMPTY, EntryType.RECEIPT))
    context = Context(Purpose.ENTRY, birch.cast.line, Mode.REAL)
    by_drill = Frame(header, sign(drill.hand.secret, context, header), EMPTY, None)
    assert reason(birch.send(by_drill)) == "bad-signature"
    # The EXERCISE key signs in its own mode, in the REAL journal's chain.
    in_drill = Context(Purpose.ENTRY, birch.cast.line, Mode.EXERCISE)
    signed = Frame(header, sign(birch.hand.secret, in_drill, header), EMPTY, None)
    assert reason(birch.send(signed)) == "bad-signature"
    # An entry of the REAL journal delivered under the EXERCISE journal's number.
    other = drill.frame(EMPTY, EntryType.RECEIPT, no=17, seq=birch.known().seq + 1)
    assert reason(birch.send(other)) == "bad-signature"
    assert alder.evidence() == []


def test_an_entry_of_another_line_of_the_same_parties_is_refused() -> None:
    """NT25, RECORD-3: the line is in the signed context."""
    birch = hostile_birch()
    header = pack_header(birch.header(EMPTY, EntryType.RECEIPT))
    elsewhere = Context(Purpose.ENTRY, seed("another line"), Mode.REAL)
    frame = Frame(header, sign(birch.hand.secret, elsewhere, header), EMPTY, None)
    assert reason(birch.send(frame)) == "bad-signature"


def test_a_station_frame_has_a_stations_signature() -> None:
    """RECORD-41."""
    birch = hostile_birch()
    office = parse_frame(birch.cast.offices[BIRCH].frames[0])
    frame = replace(birch.frame(EMPTY, EntryType.RECEIPT), signature=office.signature)
    assert reason(birch.send(frame)) == "signature-shape"


def test_a_payload_is_the_one_that_the_header_names() -> None:
    """RECORD-44: whoever takes the payload away, or another in, proves nothing."""
    birch = hostile_birch()
    prekey = encode(birch.prekey("next", 2))
    frame = birch.frame(prekey, EntryType.PREKEY)
    assert reason(birch.send(replace(frame, payload=EMPTY))) == "payload-hash"
    # Once the slot is taken the prekey would never be known here.
    assert reason(birch.send(replace(frame, payload=None))) == "payload-missing"
    assert birch.send(frame) is None
    assert birch.known().prekey is not None and birch.known().prekey.n == 2


def test_an_unknown_or_reserved_type_is_kept_and_not_understood() -> None:
    """RECORD-3: the chain is whole across versions."""
    for kind in (12, 15, 99):
        birch = hostile_birch()
        birch.enter({1: 2}, kind)
        assert birch.verdict() == "not understood"


def test_a_repeat_changes_nothing() -> None:
    """NT71, RECORD-12."""
    birch = hostile_birch()
    alder = birch.victim
    frame = birch.frame(EMPTY, EntryType.RECEIPT)
    birch.send(frame)
    rows = len(alder.rows)
    assert birch.send(frame) is None
    assert (len(alder.rows), alder.state.compare) == (rows, ())


def test_a_repeat_of_a_slot_that_is_no_longer_at_hand_is_looked_up() -> None:
    """RECORD-12: the store says that it is the same entry."""
    birch = hostile_birch()
    alder = birch.victim
    birch.enter((), EntryType.RECEIPT)
    frame = alder.frame(17, birch.known().seq)
    alder.state = replace(alder.state, trails={**alder.state.trails, 17: {}})
    rows = len(alder.rows)
    assert birch.send(frame) is None and len(alder.state.compare) == 1
    # Asked for once, though it came twice.
    birch.send(frame)
    assert len(alder.state.compare) == 1
    alder.serve()
    assert alder.state.compare == () and len(alder.rows) == rows
    assert not birch.known().forked


def test_trails_of_others_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """RECORD-12, NT89: beyond its length, one id goes for each that comes."""
    birch = hostile_birch()
    length = len(birch.victim.state.trails[17])
    monkeypatch.setattr(work, "TRAIL_MAX", length)
    for _ in range(8):
        birch.enter((), EntryType.RECEIPT)
    trail = birch.victim.state.trails[17]
    assert len(trail) == length and max(trail) == birch.known().seq


def test_two_entries_in_one_slot_are_proved_and_both_shown() -> None:
    """NT33, RECORD-12, RECORD-64 to RECORD-66."""
    birch = hostile_birch()
    alder = birch.victim
    first = birch.frame(EMPTY, EntryType.RECEIPT)
    second = birch.frame(EMPTY, EntryType.RECEIPT, time=1)
    birch.send(first)
    assert birch.send(second) is None
    assert len(alder.state.compare) == 1
    alder.serve()
    assert alder.state.compare == ()
    assert birch.known().forked and "fork-e1" in alder.evidence()
    assert birch.known().head == entry_id(first.header)
    assert [row.entry for row in alder.rows if isinstance(row, BranchRow)] == [
        entry_id(second.header)
    ]
    newest = alder.entries[16, alder.own().seq]
    assert newest.type == EntryType.FORK
    # Once more: it is known, and told once.
    birch.send(second)
    alder.serve()
    assert alder.evidence().count("fork-e1") == 1
    assert alder.own().seq == newest.seq


def test_branches_of_a_forked_journal_are_bounded() -> None:
    """NT89, RECORD-66: further ones are counted, then refused."""
    birch = hostile_birch()
    alder = birch.victim
    birch.enter((), EntryType.RECEIPT)
    held = birch.known()
    outcomes = []
    for n in range(BRANCHES_MAX + 4):
        other = birch.frame(EMPTY, EntryType.RECEIPT, seq=held.seq, prev=seed("p"), time=n)
        outcomes.append(birch.send(other))
        alder.serve()
    kept = [row for row in alder.rows if isinstance(row, BranchRow)]
    assert len(kept) == BRANCHES_MAX
    assert reason(outcomes[-1]) == "branches-full"
    assert alder.evidence().count("fork-e1") == 1


def test_frames_to_compare_are_bounded() -> None:
    """NT89: a flood waits for the store at its sender's, not here."""
    birch = hostile_birch()
    alder = birch.victim
    birch.enter((), EntryType.RECEIPT)
    held = birch.known()
    outcomes = [
        birch.send(birch.frame(EMPTY, EntryType.RECEIPT, seq=held.seq, prev=held.id, time=n))
        for n in range(COMPARE_FRAMES_MAX + 1)
    ]
    assert reason(outcomes[-1]) == "compare-full"
    assert len(alder.state.compare) == COMPARE_FRAMES_MAX


def test_an_answer_of_the_store_that_nobody_asked_for_is_thrown_away() -> None:
    """RECORD-84."""
    birch = hostile_birch()
    alder = birch.victim
    frame = birch.frame(EMPTY, EntryType.RECEIPT)
    before = alder.state
    assert isinstance(frame.signature, bytes)
    event = SlotRead(
        at=alder.clock.moment(),
        no=17,
        seq=0,
        header=frame.header,
        signature=frame.signature,
        frame=pack_frame(frame),
    )
    assert alder.do(event) == ()
    assert alder.state.core.journals == before.core.journals


def test_frames_of_an_unknown_writer_wait_a_few_at_most() -> None:
    """NT89, RECORD-16: where too many wait the oldest goes."""
    birch = hostile_birch()
    for n in range(UNKNOWN_SIGNER_FRAMES_MAX + 2):
        assert birch.send(birch.frame(EMPTY, EntryType.RECEIPT, no=33, seq=7, time=n)) is None
    waiting = birch.victim.state.waiting
    assert len(waiting) == UNKNOWN_SIGNER_FRAMES_MAX
    assert parse_header(parse_frame(waiting[0]).header).time == 2


def test_words_that_come_later_are_taken_once_and_told() -> None:
    """RECORD-58: an entry whose words did not fit gets them from whoever has them."""
    birch = hostile_birch()
    alder = birch.victim
    value, content = birch.statement("late words")
    entry = birch.enter(value, EntryType.STATEMENT)
    assert alder.own().unopened == (entry,)
    frame = birch.frame(encode(value), EntryType.STATEMENT)
    known = alder.frame(17, birch.known().seq)
    for words in (None, b"\x80", encode((b"s" * 16, (1,)))):
        birch.send(replace(known, content=words))
        assert alder.own().unopened == (entry,)
    birch.send(replace(known, content=content))
    assert alder.own().unopened == ()
    assert b"late words" in text_of(alder, entry)
    birch.send(replace(known, content=content))
    assert len([row for row in alder.rows if isinstance(row, ContentRow)]) == 1
    del frame


def test_one_entry_has_one_id_with_and_without_attachments() -> None:
    """NT93, RECORD-42: what rides beside an entry is no part of it."""
    birch = hostile_birch()
    alder = birch.victim
    value, content = birch.statement("hello")
    bare = birch.frame(encode(value), EntryType.STATEMENT, content=content)
    heavy = replace(bare, attachments=((1, seed("statement"), bytes(2420)),))
    birch.send(heavy)
    birch.send(bare)
    assert len(alder.said()) == 1
    assert alder.frame(17, birch.known().seq).attachments == heavy.attachments
