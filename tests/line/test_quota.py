"""How much of one journal is taken in within an hour, and what always gets in."""

from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, OPEN_WINDOWS
from tests.exchange import open_line
from tests.line.hostile import Hostile, hostile_birch
from tests.line.test_effects import told

from backchannel.charter.policy import Policy
from backchannel.errors import BackchannelError
from backchannel.limits import AUTHORITY_ENTRIES_MAX, UNOPENED_ENTRIES_MAX
from backchannel.line import quota
from backchannel.line.events import Given
from backchannel.line.quota import share_of
from backchannel.wire.codec import Value, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import entry_id
from backchannel.wire.payload import Happening
from backchannel.wire.statement import Precedence

FEW = Policy(windows=OPEN_WINDOWS, quota_entries=20)
HOUR_MS = 3_600_000


def flood(birch: Hostile, count: int) -> int:
    """Send receipts until no more are taken; return how many were."""
    before = birch.known().seq
    for _ in range(count):
        birch.send(birch.frame(encode(()), EntryType.RECEIPT))
    return birch.known().seq - before


def test_a_journal_has_so_many_entries_an_hour() -> None:
    """NT89, RECORD-15: the rest has no receipt, so its sender still has it."""
    birch = hostile_birch(policy=FEW)
    taken = flood(birch, 40)
    assert 10 < taken <= 20
    last = birch.known()
    assert flood(birch, 3) == 0
    alder = birch.victim
    assert alder.evidence().count("quota") == 1
    assert told(alder, Happening.BOUND_REACHED) == [(1, 17)]
    alder.clock.elapsed += 600_000
    alder.pass_time()
    assert alder.own().seen[17][1] == last.seq
    # Own writing goes on.
    birch.exchange.say(ALDER, "while they flood us")
    # An hour later there is room again, and the bound is told again when it is reached.
    alder.clock.elapsed += HOUR_MS
    alder.pass_time()
    assert flood(birch, 40) == 20
    assert told(alder, Happening.BOUND_REACHED) == [(1, 17)] * 2


def test_urgent_words_and_keys_have_a_share_of_their_own() -> None:
    """RECORD-15: 5 % more for FLASH and IMMEDIATE, and for what keeps the line open."""
    for urgent in ("flash", "prekey"):
        birch = hostile_birch(policy=FEW)
        flood(birch, 40)
        more = 0
        for n in range(5):
            before = birch.known().seq
            if urgent == "flash":
                value, content = birch.statement(f"urgent {n}", precedence=Precedence.FLASH)
                kind: int = EntryType.STATEMENT
            else:
                value, content = birch.prekey(f"prekey {n}", 2 + n), b""
                kind = EntryType.PREKEY
            birch.send(birch.frame(encode(value), kind, content=content or None))
            more += birch.known().seq - before
        assert more == share_of(20) == 2
        routine, content = birch.statement("not urgent")
        birch.send(birch.frame(encode(routine), EntryType.STATEMENT, content=content))
        assert birch.victim.said() == [] or birch.victim.said()[-1].precedence == 1


def test_a_journal_has_so_many_bytes_an_hour() -> None:
    """NT89, RECORD-15."""
    policy = Policy(windows=OPEN_WINDOWS, quota_bytes=20_000)
    birch = hostile_birch(policy=policy)
    taken = 0
    for _ in range(40):
        before = birch.known().seq
        birch.send(birch.frame(encode((b"x" * 2_000,)), 99))
        taken += birch.known().seq - before
    assert 0 < taken < 10


def test_who_passes_a_frame_on_cannot_use_up_its_writers_hour() -> None:
    """NT89, RECORD-15: counted is what the writer signed, and words that fit."""
    birch = hostile_birch(policy=Policy(windows=OPEN_WINDOWS, quota_bytes=200_000))
    alder = birch.victim
    used = alder.state.core.accepted[17][2]
    for n in range(20):
        value, content = birch.statement(f"padded {n}")
        frame = birch.frame(encode(value), EntryType.STATEMENT, content=bytes(30_000))
        padded = replace(frame, attachments=((77, bytes(32), bytes(20_000)),))
        birch.send(padded)
        assert birch.known().head == entry_id(frame.header)
        birch.send(replace(padded, content=content))
    assert alder.state.core.accepted[17][2] - used < 20 * 600
    long = ("x" * 30_000,)
    value, content = birch.statement("", values=long)
    birch.enter(value, EntryType.STATEMENT, content=content)
    assert alder.state.core.accepted[17][2] - used > 30_000


def test_what_waits_behind_a_gap_is_counted_too() -> None:
    """NT89, RECORD-15: filling a gap at the end does not get round the bound."""
    birch = hostile_birch(policy=FEW)
    flood(birch, 5)
    held = birch.known()
    frames = []
    prev = held.head
    for n in range(1, 41):
        frame = birch.frame(encode(()), EntryType.RECEIPT, seq=held.seq + n, prev=prev)
        frames.append(frame)
        prev = entry_id(frame.header)
    for frame in reversed(frames):
        birch.send(frame)
    stopped_at = birch.known().seq
    assert held.seq < stopped_at <= held.seq + 20
    assert len(birch.victim.state.pending[17]) >= 20
    # Sent again an hour later, the rest comes in as far as the next hour allows.
    birch.victim.clock.elapsed += HOUR_MS
    birch.send(frames[stopped_at - held.seq])
    assert stopped_at < birch.known().seq <= stopped_at + 20
    assert min(birch.victim.state.pending[17]) > birch.known().seq


def test_an_authority_journal_always_has_room() -> None:
    """RECORD-15: revocations must get in, however small the quota."""
    exchange = open_line(policy=replace(FEW, quota_entries=1, quota_bytes=1))
    office, alder = exchange.cast.offices[BIRCH], exchange.stations[ALDER]
    birch = Hostile(exchange)
    birch_was_heard = birch.known().seq
    assert birch_was_heard >= 0
    before = alder.state.authorities[BIRCH].seq
    for n in range(30):
        frame = office.enter(encode((5, n)))
        outcome = alder.arrive(birch.seal(frame))
        assert not isinstance(outcome, BackchannelError)
    assert alder.state.authorities[BIRCH].seq == before + 30
    assert AUTHORITY_ENTRIES_MAX >= 30


def test_a_flood_of_authority_entries_stops_at_its_bound() -> None:
    """NT89, RECORD-15: in order, and from behind a gap."""
    exchange = open_line(policy=FEW)
    office, alder = exchange.cast.offices[BIRCH], exchange.stations[ALDER]
    birch = Hostile(exchange)
    frames = [office.enter(encode((5, n))) for n in range(8)]
    before = alder.state.authorities[BIRCH].seq
    count = alder.state.core.accepted.get(BIRCH, (0, 0, 0))[1]
    bounds, quota.bounds = quota.bounds, lambda *_: (count + 4, 10**9)
    try:
        for frame in (*reversed(frames[1:4]), *frames[:1], *frames[4:]):
            alder.arrive(birch.seal(frame))
    finally:
        quota.bounds = bounds
    assert alder.state.authorities[BIRCH].seq == before + 4


def test_what_a_person_brings_is_not_counted() -> None:
    """RECORD-15: a founding file of many years comes in whole."""
    exchange = open_line(policy=replace(FEW, quota_entries=1, quota_bytes=1))
    office, alder = exchange.cast.offices[BIRCH], exchange.stations[ALDER]
    before = dict(alder.state.core.accepted)
    frames = tuple(office.enter(encode((5, n))) for n in range(300))
    alder.do(Given(at=alder.clock.moment(), frames=frames))
    assert alder.state.authorities[BIRCH].seq == office.authority.seq
    assert alder.state.core.accepted == before


def test_entries_without_their_words_are_bounded() -> None:
    """NT89, RECORD-15, RECORD-58: each one makes us write the whole list."""
    birch = hostile_birch()
    alder = birch.victim
    for n in range(UNOPENED_ENTRIES_MAX):
        birch.enter(nth_statement(birch, n), EntryType.STATEMENT)
    held = birch.known()
    for words in (None, b"\x80"):
        value = nth_statement(birch, 999)
        birch.send(birch.frame(encode(value), EntryType.STATEMENT, content=words))
        assert birch.known() == held
    assert len(alder.own().unopened) == UNOPENED_ENTRIES_MAX
    assert told(alder, Happening.BOUND_REACHED) == [(8, 17)]
    # With its words, a statement is taken in; so is all that is none, or only claims to be one.
    value, content = birch.statement("with words")
    birch.enter(value, EntryType.STATEMENT, content=content)
    birch.enter((), EntryType.STATEMENT)
    birch.enter((), EntryType.RECEIPT)


def nth_statement(birch: Hostile, n: int) -> Value:
    return birch.statement(f"lost {n}")[0]
