"""Taking in the parties' own word on their people: in order, from behind a gap, contradicted."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, CEDAR, NAMES, NOW, Office, make_charter, root_keys, seed
from tests.exchange import Exchange, Station, open_line
from tests.line.hostile import Hostile, reason

from backchannel.charter.charter import pack_charter
from backchannel.charter.events import NewRootSignature, pack_rotation, rotation_body
from backchannel.charter.office import Writing
from backchannel.charter.parties import Root, RootSet
from backchannel.charter.signatures import sign_charter, sign_hybrid
from backchannel.limits import BRANCHES_MAX, SEEN_JOURNALS_MAX
from backchannel.line.events import Given
from backchannel.line.rows import BranchRow
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType, Head, Header, pack_header
from backchannel.wire.envelope import AuthoritySignature, Frame, pack_frame, parse_frame
from backchannel.wire.ids import entry_id, payload_hash
from backchannel.wire.signing import Context, Mode, Purpose


def fresh(time: int) -> bytes:
    """The payload by which an office says that its journal is current."""
    return encode((5, time))


def enter_unchecked(office: Office, payload: bytes, **changes: object) -> bytes:
    """Sign an entry whose effect the office does not judge, or that is a lie."""
    authority = office.authority
    writing = Writing(payload, NOW)._replace(**changes)  # type: ignore[arg-type]
    header = pack_header(
        Header(
            authority.party,
            authority.seq + 1,
            authority.head,
            writing.seen,
            writing.time,
            0,
            writing.type,
            payload_hash(payload),
        )
    )
    context = Context(Purpose.AUTHORITY, authority.line_id, Mode.NONE)
    signed = tuple(
        AuthoritySignature(n, *sign_hybrid(keys, context, header))
        for n, keys in enumerate(office.roots)
    )
    seen = {**authority.seen, **{no: seq for no, seq, _ in writing.seen}}
    office.authority = replace(authority, seq=authority.seq + 1, head=entry_id(header), seen=seen)
    return pack_frame(Frame(header, signed, payload, None))


def birch_office(exchange: Exchange) -> tuple[Office, Station, Hostile]:
    """Birch's office, Alder's station, and a way from one to the other."""
    return exchange.cast.offices[BIRCH], exchange.stations[ALDER], Hostile(exchange)


def test_entries_come_in_order_or_wait() -> None:
    """RECORD-13, RECORD-10."""
    office, alder, birch = birch_office(open_line())
    before = alder.state.authorities[BIRCH].seq
    frames = [office.enter(fresh(n)) for n in range(3)]
    for frame in (frames[2], frames[1]):
        assert alder.arrive(birch.seal(frame)) is None
    assert alder.state.authorities[BIRCH].seq == before
    assert len(alder.state.pending[BIRCH]) == 2
    alder.arrive(birch.seal(frames[0]))
    assert alder.state.authorities[BIRCH].fresh == 2
    assert alder.state.pending[BIRCH] == {}
    rows = len(alder.rows)
    alder.arrive(birch.seal(frames[1]))
    assert len(alder.rows) == rows


def test_what_nobody_of_the_party_signed_never_waits() -> None:
    """RECORD-13: a stranger's frame in a slot must not keep the true one out."""
    office, alder, birch = birch_office(open_line())
    first, second = office.enter(fresh(1)), office.enter(fresh(2))
    true = parse_frame(second)
    assert isinstance(true.signature, tuple)
    by_nobody = true.signature[0]._replace(mldsa65=bytes(3309))
    forged = pack_frame(replace(true, signature=(by_nobody,)))
    assert reason(alder.arrive(birch.seal(forged))) == "bad-signature"
    assert alder.state.pending.get(BIRCH, {}) == {}
    alder.arrive(birch.seal(second))
    alder.arrive(birch.seal(first))
    assert alder.state.authorities[BIRCH].fresh == 2


def test_an_entry_of_no_party_is_refused() -> None:
    """RECORD-13."""
    office, alder, birch = birch_office(open_line())
    frame = parse_frame(office.enter(fresh(1)))
    stray = replace(frame, header=encode((1, 9, 0, seed("p"), (), 0, 0, 5, seed("h"))))
    assert reason(alder.arrive(birch.seal(pack_frame(stray)))) == "payload-hash"
    right = encode((1, 9, 0, seed("p"), (), 0, 0, 5, payload_hash(frame.payload or b"")))
    stray = replace(frame, header=right)
    assert reason(alder.arrive(birch.seal(pack_frame(stray)))) == "party-unknown"


def test_an_event_without_effect_takes_its_slot() -> None:
    """RECORD-14: what the party signed is kept, with the reason why it changes nothing."""
    office, alder, birch = birch_office(open_line())
    nobody = encode((2, seed("nobody"), 2, None))
    alder.arrive(birch.seal(enter_unchecked(office, nobody)))
    row = alder.entries[BIRCH, office.authority.seq]
    assert row.verdict == "invalid: unknown-credential"


def test_a_fork_of_an_authority_journal_is_kept_once() -> None:
    """NT37, RECORD-14: two entries of one slot, both duly signed; replays add nothing."""
    exchange = open_line()
    office, alder, birch = birch_office(exchange)
    before = office.authority
    first = office.enter(fresh(1))
    office.authority = before
    second = office.enter(fresh(2))
    alder.arrive(birch.seal(first))
    for _ in range(3):
        assert alder.arrive(birch.seal(second)) is None
    assert alder.evidence().count("fork-e7") == 1
    assert [row.no for row in alder.rows if isinstance(row, BranchRow)] == [BIRCH]
    assert alder.state.authorities[BIRCH].fresh == 1
    # A further one that follows the other branch does not join ours.
    office.enter(fresh(3))
    assert alder.arrive(birch.seal(office.frames[-1])) is None
    assert alder.evidence().count("fork-e7") == 2
    for n in range(BRANCHES_MAX + 3):
        office.authority = before
        alder.arrive(birch.seal(office.enter(fresh(10 + n))))
    assert alder.evidence().count("fork-e7") == BRANCHES_MAX


def test_a_stranger_forks_no_authority_journal() -> None:
    """NT37: whose signatures do not hold proves nothing."""
    exchange = open_line()
    office, alder, birch = birch_office(exchange)
    before = office.authority
    alder.arrive(birch.seal(office.enter(fresh(1))))
    office.authority = before
    office.roots = (root_keys("Cedar", 0),)
    outcome = alder.arrive(birch.seal(enter_unchecked(office, fresh(2))))
    assert reason(outcome) == "bad-signature"
    assert alder.evidence() == []


def test_an_old_slot_that_is_not_remembered_is_a_repeat() -> None:
    """RECORD-12: after a start only the newest slots are at hand."""
    exchange = open_line()
    office, alder, birch = birch_office(exchange)
    alder.state = replace(alder.state, trails={**alder.state.trails, BIRCH: {}})
    assert alder.arrive(birch.seal(office.frames[0])) is None


def rotated_roots(name: str) -> RootSet:
    """The one root that a party has after its rotation."""
    keys = root_keys(name, 7)
    return RootSet((Root(keys.public, keys.pq_public),), 1)


def rotation(office: Office) -> bytes:
    """The payload that replaces an office's one root."""
    roots = rotated_roots(office.name)
    context = Context(Purpose.POSSESSION, office.authority.line_id, Mode.NONE)
    agreed = sign_hybrid(root_keys(office.name, 7), context, rotation_body(office.party, roots))
    return pack_rotation(roots, (NewRootSignature(0, *agreed),))


def amendment(exchange: Exchange, rotated: int) -> bytes:
    """The payload of an amendment that the rotated root of one party signs for it."""
    charter, keys = make_charter(3)
    parties = tuple(
        replace(party, root_set=rotated_roots(party.name)) if n == rotated else party
        for n, party in enumerate(charter.parties)
    )
    line = exchange.cast.line
    raw = pack_charter(
        replace(charter, predecessor=line, nonce=seed("second")[:16], parties=parties)
    )
    pairs = [root_keys(NAMES[n], 7) if n == rotated else pair[0] for n, pair in enumerate(keys)]
    signatures = tuple(
        tuple(sign_charter(line, raw, party=party, root=0, keys=pair))
        for party, pair in enumerate(pairs)
    )
    return encode((raw, signatures))


@pytest.mark.parametrize("cited_before", [False, True])
def test_an_amendment_is_judged_by_the_roots_that_its_office_had_seen(cited_before: bool) -> None:
    """RECORD-13: also where an earlier entry cited them; seen is what moved."""
    exchange = open_line(3)
    birch, cedar = exchange.cast.offices[BIRCH], exchange.cast.offices[CEDAR]
    rotated = cedar.enter(rotation(cedar))
    seen: tuple[Head, ...] = ((CEDAR, cedar.authority.seq, cedar.authority.head),)
    frames = [rotated]
    if cited_before:
        frames.append(birch.enter(fresh(1), seen=seen))
        seen = ()
    frames.append(
        enter_unchecked(birch, amendment(exchange, CEDAR), type=EntryType.AMENDMENT, seen=seen)
    )
    alder, hostile = exchange.stations[ALDER], Hostile(exchange)
    for frame in frames:
        assert alder.arrive(hostile.seal(frame)) is None
    authority = alder.state.authorities[BIRCH]
    assert authority.refused == {}
    assert len(authority.standings) == 2


def test_an_amendment_waits_for_the_roots_that_it_rests_on() -> None:
    """RECORD-13: judged without them it would be refused here, and enter elsewhere."""
    exchange = open_line(3)
    birch, cedar = exchange.cast.offices[BIRCH], exchange.cast.offices[CEDAR]
    rotated = cedar.enter(rotation(cedar))
    seen = ((CEDAR, cedar.authority.seq, cedar.authority.head),)
    amended = enter_unchecked(
        birch, amendment(exchange, CEDAR), type=EntryType.AMENDMENT, seen=seen
    )
    later = birch.enter(fresh(9))
    alder, hostile = exchange.stations[ALDER], Hostile(exchange)
    for frame in (later, amended):
        assert alder.arrive(hostile.seal(frame)) is None
    assert alder.state.authorities[BIRCH].seq == birch.authority.seq - 2
    alder.arrive(hostile.seal(rotated))
    authority = alder.state.authorities[BIRCH]
    assert (authority.refused, authority.fresh) == ({}, 9)
    assert len(authority.standings) == 2


def test_what_waits_behind_a_gap_waits_for_the_next_gap_too() -> None:
    """RECORD-10, RECORD-13: for an entry that is missing, or for roots that are."""
    exchange = open_line(3)
    birch, cedar = exchange.cast.offices[BIRCH], exchange.cast.offices[CEDAR]
    frames = [birch.enter(fresh(n)) for n in range(4)]
    alder, hostile = exchange.stations[ALDER], Hostile(exchange)
    before = alder.state.authorities[BIRCH].seq
    for n in (3, 1, 0):
        alder.arrive(hostile.seal(frames[n]))
    assert alder.state.authorities[BIRCH].seq == before + 2
    assert alder.state.pending[BIRCH].keys() == {before + 4}
    alder.arrive(hostile.seal(frames[2]))
    assert alder.state.authorities[BIRCH].seq == before + 4
    rotated = cedar.enter(rotation(cedar))
    first = birch.enter(fresh(7))
    seen = ((CEDAR, cedar.authority.seq, cedar.authority.head),)
    amended = enter_unchecked(
        birch, amendment(exchange, CEDAR), type=EntryType.AMENDMENT, seen=seen
    )
    for frame in (amended, first):
        alder.arrive(hostile.seal(frame))
    assert alder.state.authorities[BIRCH].seq == before + 5
    assert len(alder.state.pending[BIRCH]) == 1
    alder.arrive(hostile.seal(rotated))
    # It comes again, as everything that has no receipt does.
    alder.arrive(hostile.seal(amended))
    assert len(alder.state.authorities[BIRCH].standings) == 2
    assert alder.state.pending[BIRCH] == {}


def test_a_vector_of_an_office_has_a_widest() -> None:
    """RECORD-6, NT89: beyond it the entry is not taken in."""
    exchange = open_line()
    office, alder, birch = birch_office(exchange)
    seen = tuple((no, 1, seed("x")) for no in range(1_000, 1_000 + SEEN_JOURNALS_MAX))
    assert alder.arrive(birch.seal(office.enter(fresh(1), seen=seen))) is None
    outcome = alder.arrive(birch.seal(office.enter(fresh(2), seen=((999, 1, seed("x")),))))
    assert reason(outcome) == "seen-too-wide"
    # From behind a gap it is dropped when the gap is filled.
    assert alder.state.authorities[BIRCH].fresh == 1


def test_junk_behind_a_gap_is_dropped() -> None:
    """RECORD-13: an entry whose effect cannot be judged takes no slot."""
    exchange = open_line()
    office, alder, birch = birch_office(exchange)
    seen = tuple((no, 1, seed("x")) for no in range(1_000, 1_000 + SEEN_JOURNALS_MAX))
    first = office.enter(fresh(1), seen=seen)
    second = office.enter(fresh(2), seen=((999, 1, seed("x")),))
    alder.arrive(birch.seal(second))
    alder.arrive(birch.seal(first))
    assert alder.state.authorities[BIRCH].fresh == 1
    assert alder.state.pending[BIRCH] == {}


def test_our_own_offices_word_goes_out_to_the_others() -> None:
    """RECORD-14: a station carries its party's entries and never writes them."""
    exchange = open_line()
    alder, birch = exchange.stations[ALDER], exchange.stations[BIRCH]
    frame = exchange.cast.offices[ALDER].enter(fresh(4))
    alder.do(Given(at=alder.clock.moment(), frames=(frame,)))
    exchange.run()
    assert birch.state.authorities[ALDER].fresh == 4
    assert (ALDER, birch.state.authorities[ALDER].seq) not in alder.outbox
