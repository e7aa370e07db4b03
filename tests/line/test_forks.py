"""What two signed headers prove against the key that signed them, and what they do not."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, CEDAR, seed
from tests.exchange import Exchange, copied, open_line
from tests.line.hostile import Hostile, hostile_birch

from backchannel.errors import BreachError
from backchannel.line.events import Started
from backchannel.line.forks import prove, signed_of, slot_in_doubt
from backchannel.line.rows import BranchRow
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import Frame, pack_frame
from backchannel.wire.ids import EntryId, entry_id
from backchannel.wire.signing import Mode

EMPTY = encode(())


def test_neighbours_that_do_not_join_are_the_second_proof() -> None:
    """RECORD-64: E2 needs no second entry in a slot."""
    birch = hostile_birch()
    first = birch.frame(EMPTY, EntryType.RECEIPT)
    seq = birch.known().seq + 2
    joined = birch.frame(EMPTY, EntryType.RECEIPT, seq=seq, prev=entry_id(first.header))
    torn = birch.frame(EMPTY, EntryType.RECEIPT, seq=seq, prev=seed("elsewhere"))
    assert prove(signed_of(first), signed_of(torn)).kind == 2
    for other in (joined, first):
        with pytest.raises(BreachError, match="fork-unproven"):
            prove(signed_of(first), signed_of(other))
    # The order matters: it is the later one that does not follow.
    with pytest.raises(BreachError, match="fork-unproven"):
        prove(signed_of(torn), signed_of(first))


def test_headers_of_two_journals_contradict_nothing() -> None:
    """RECORD-65."""
    exchange = open_line()
    real, drill = Hostile(exchange), Hostile(exchange, BIRCH, Mode.EXERCISE)
    one, two = (h.frame(EMPTY, EntryType.RECEIPT, seq=9) for h in (real, drill))
    with pytest.raises(BreachError, match="fork-journals"):
        prove(signed_of(one), signed_of(two))


def test_three_parties_find_what_two_were_shown() -> None:
    """NT36, RECORD-65: Birch shows Alder and Cedar different entries; they meet."""
    exchange = open_line(3)
    alder, cedar = exchange.stations[ALDER], exchange.stations[CEDAR]
    to_alder, to_cedar = Hostile(exchange), Hostile(exchange)
    to_cedar.victim = cedar
    value, content = to_alder.statement("yes")
    to_alder.enter(value, EntryType.STATEMENT, content=content)
    value, content = to_cedar.statement("no")
    to_cedar.enter(value, EntryType.STATEMENT, content=content)
    exchange.lost = lambda sender, receiver, row: BIRCH in (sender, receiver)
    # Alder's next word cites what it was shown; Cedar asks for it, and has both.
    exchange.say(ALDER, "we have heard Birch")
    exchange.run()
    assert "inquiry" in cedar.evidence()
    assert not cedar.journal(17).forked
    slot = alder.journal(17).seq
    alder.seal_again(17, slot)
    exchange.run()
    assert cedar.journal(17).forked and alder.journal(17).forked
    assert "fork-e1" in cedar.evidence()
    # Cedar entered the proof; Alder, who has it from there, enters no second one.
    writers = [no for (no, _), row in alder.entries.items() if row.type == EntryType.FORK]
    assert writers == [18]
    assert [row.no for row in cedar.rows if isinstance(row, BranchRow)] == [17]


def test_heads_of_a_path_raise_a_doubt_and_convict_nobody() -> None:
    """NT36, NT91, RECORD-64: the slot is asked for, until there is a proof."""
    birch = hostile_birch()
    alder, held = birch.victim, birch.known()
    ours = (16, alder.own().seq, alder.own().head)
    other = (17, held.seq, seed("another head"))
    assert slot_in_doubt(alder.state, [ours, (17, held.seq, held.head)]) is None
    assert slot_in_doubt(alder.state, [ours, (17, 9_999, seed("far")), (33, 0, seed("x"))]) is None
    assert slot_in_doubt(alder.state, [ours, other]) == (17, held.seq)
    assert not birch.known().forked
    birch.send(birch.frame(EMPTY, EntryType.RECEIPT, prev=seed("torn")))
    assert slot_in_doubt(alder.state, [other]) is None
    office = alder.state.authorities[BIRCH]
    doubted = (BIRCH, office.seq, seed("another"))
    assert slot_in_doubt(alder.state, [doubted]) == (BIRCH, office.seq)
    alder.state = replace(alder.state, branches={BIRCH: (EntryId(seed("kept")),)})
    assert slot_in_doubt(alder.state, [doubted]) is None


def test_the_line_stays_open_after_a_fork() -> None:
    """NT33, RECORD-67."""
    exchange = open_line()
    birch = Hostile(exchange)
    birch.send(birch.frame(EMPTY, EntryType.RECEIPT, prev=seed("torn")))
    assert birch.known().forked
    entry = exchange.say(ALDER, "still here")
    exchange.run()
    assert entry in exchange.stations[BIRCH].contents
    back = exchange.say(BIRCH, "so are we")
    exchange.run()
    assert back in exchange.stations[ALDER].contents


def test_where_we_may_not_speak_a_proof_is_kept_and_not_entered() -> None:
    """RECORD-65: a station that asks whether its disk is old signs nothing."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    alder.do(Started(at=alder.clock.moment(), clean=False, mark=None))
    birch = Hostile(exchange)
    before = alder.own().seq
    birch.send(birch.frame(EMPTY, EntryType.RECEIPT, prev=seed("torn")))
    assert "fork-e2" in alder.evidence() and alder.own().seq == before


def clone_that_signed(exchange: Exchange) -> Exchange:
    """The same stations again; there Alder's machine has said something else."""
    twin = copied(exchange)
    twin.say(ALDER, "said by the clone")
    return twin


def test_a_clone_of_ours_ends_our_journal() -> None:
    """NT39, RECORD-77: proof from outside that another machine signs with our key."""
    exchange = open_line()
    twin = clone_that_signed(exchange)
    exchange.say(ALDER, "said by this machine")
    exchange.run()
    # Birch hears the clone too, and tells: Alder leaves the journal that two machines write.
    birch, alder = exchange.stations[BIRCH], exchange.stations[ALDER]
    frame = pack_frame(twin.stations[ALDER].frame(16, twin.stations[ALDER].own().seq))
    hostile = Hostile(exchange, ALDER)
    hostile.victim = birch
    birch.arrive(hostile.seal(frame))
    exchange.run()
    assert birch.journal(16).forked and "fork-e1" in birch.evidence()
    assert alder.own().no == 32 and alder.journal(16).ended and alder.journal(16).forked
    assert birch.journal(32).seq >= 0 and birch.journal(16).ended
    # What Alder says in its new journal is heard, and the old one's entries stand.
    entry = exchange.say(ALDER, "we go on")
    exchange.run()
    assert entry in birch.contents


def test_an_entry_of_ours_that_we_lack_ends_our_journal() -> None:
    """NT38, NT39, RECORD-77: nothing of it is taken into a journal that we go on writing."""
    exchange = open_line()
    twin = clone_that_signed(exchange)
    alder = exchange.stations[ALDER]
    held = alder.own()
    lacking = replace(twin.stations[ALDER].frame(16, held.seq + 1), content=None)
    frame = pack_frame(lacking)
    assert alder.arrive(Hostile(exchange).seal(frame)) is None
    assert alder.own().no == 32
    assert (alder.journal(16).seq, alder.journal(16).ended) == (held.seq, True)
    # It comes again, now as the tail of a journal that is over, and is kept.
    alder.serve()
    assert alder.arrive(Hostile(exchange).seal(frame)) is None
    assert alder.journal(16).seq == held.seq + 1
    assert alder.own().no == 32
    assert alder.said()[-1].seq == held.seq + 1
    # Our own words that we lack are no fault of another's: nothing is told of them.
    assert alder.own().unopened == ()


def test_two_entries_of_ours_in_one_slot_end_our_journal() -> None:
    """NT39, RECORD-77: the clone's entry stands where ours does."""
    exchange = open_line()
    twin = clone_that_signed(exchange)
    exchange.say(ALDER, "said by this machine")
    alder = exchange.stations[ALDER]
    slot = alder.own().seq
    frame = pack_frame(twin.stations[ALDER].frame(16, slot))
    alder.arrive(Hostile(exchange).seal(frame))
    alder.serve()
    assert alder.own().no == 32
    assert alder.journal(16).forked and "fork-e1" in alder.evidence()


def test_a_journal_of_ours_that_we_lack_is_held_and_not_used_again() -> None:
    """NT38, RECORD-77: this disk is from before the station went on in a new journal."""
    exchange = open_line()
    twin = clone_that_signed(exchange)
    lost, old = twin.stations[ALDER], exchange.stations[ALDER]
    lost.arrive(Hostile(twin).seal(pack_frame(forged_ahead(twin))))
    assert lost.own().no == 32
    opening = pack_frame(lost.frame(32, 0))
    assert old.arrive(Hostile(exchange).seal(opening)) is None
    assert old.journal(32).seq == 0 and old.own().no == 48
    assert old.journal(16).ended and old.journal(32).ended


def forged_ahead(exchange: Exchange) -> Frame:
    """An entry of Alder's own journal that Alder's disk lacks."""
    alder = Hostile(exchange, ALDER)
    return alder.frame(EMPTY, EntryType.RECEIPT, seq=alder.known().seq + 5, prev=seed("lost"))
