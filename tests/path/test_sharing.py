"""Objects on their way over paths that lose, repeat and lie, pooled at the other side."""

import random
from collections.abc import Iterable

import pytest

from backchannel.errors import JunkError
from backchannel.path.backlog import Rank
from backchannel.path.bursts import (
    COMPLETE,
    Burst,
    Mark,
    Report,
    pack_burst,
    pack_mark,
    pack_report,
)
from backchannel.path.messages import Message, Parcel, Want, WantReason
from backchannel.path.outgoing import Queue
from backchannel.path.sharing import Counters, Shared, Told
from backchannel.path.symbols import link_keys

ALDER, BIRCH = 0, 1
KEYS = {party: link_keys(b"\x44" * 32, 1, party) for party in (ALDER, BIRCH)}
FLASH, ROUTINE = 1, 4
START = 1 << 34


class Side:
    """One station's share of all paths, and what it has counted durably."""

    def __init__(self, own: int, start: int = START) -> None:
        self.own = own
        self.kept: list[tuple[int, int]] = []
        counters = Counters({own: start}, lambda party, next_: self.kept.append((party, next_)))
        self.shared = Shared(own, KEYS, counters)
        self.heard: list[Message] = []

    def queue(self, n: int = 2) -> Queue:
        """One more path."""
        return self.shared.queue(n=n)

    def mark(self) -> bytes:
        """How far this side has counted."""
        return pack_mark(KEYS[self.own], Mark(self.shared.objects.next))

    def take(self, path: int, raw: bytes, good: Iterable[bytes] | None = None) -> Told | None:
        """Hear a unit, and judge what is whole: all of it is good, or what is listed."""
        told: Told | None = self.shared.hear(path, raw)
        while told is not None and isinstance(told.message, Parcel):
            envelope = told.message.envelope
            is_good = good is None or envelope in good
            if is_good:
                self.heard.append(told.message)
            told = self.shared.judge(envelope, good=is_good)
        if told is not None and told.message is not None:
            self.heard.append(told.message)
        return told


def bursts(side: Side, queue: Queue) -> list[bytes]:
    """All that a path sends now."""
    made = []
    while burst := queue.next_burst():
        made.append(pack_burst(KEYS[side.own], burst))
    return made


def envelope(size: int, seed: int = 1) -> bytes:
    """An envelope of chance."""
    return random.Random(seed).randbytes(size)


def pair() -> tuple[Side, Side]:
    """Alder, and Birch who knows how far Alder has counted."""
    alder, birch = Side(ALDER), Side(BIRCH)
    birch.take(3, alder.mark())
    return alder, birch


@pytest.mark.parametrize("loss", [0.0, 0.3, 0.5])
def test_an_object_needs_k_symbols_and_no_more_whatever_was_lost(loss: float) -> None:
    """PATH-72, PATH-79: mean bursts with n = 1 are exactly K / (1-p)."""
    chance = random.Random(7)
    alder, birch = pair()
    queue = alder.queue(n=1)
    for number in range(12):
        parcel = Parcel(envelope(140, number))
        came = 0
        while parcel not in birch.heard:
            queue.put(parcel, ROUTINE)
            for raw in bursts(alder, queue):
                if chance.random() >= loss and parcel not in birch.heard:
                    birch.take(3, raw)
                    came += 1
        assert came == 6
        queue.recall(parcel)


def test_symbols_of_two_paths_pool() -> None:
    """PATH-75, PATH-79."""
    alder, birch = pair()
    one, two = alder.queue(), alder.queue()
    parcel = Parcel(envelope(280))
    for queue in (one, two):
        queue.put(parcel, FLASH)
    for raw_one, raw_two in zip(bursts(alder, one)[:3], bursts(alder, two)[:3], strict=True):
        assert not birch.heard
        birch.take(3, raw_one)
        birch.take(4, raw_two)
    assert birch.heard == [parcel]


def test_a_report_stops_all_paths_and_a_repeat_is_answered() -> None:
    """PATH-77, PATH-82."""
    alder, birch = pair()
    one, two = alder.queue(), alder.queue()
    parcel = Parcel(envelope(100))
    for queue in (one, two):
        queue.put(parcel, FLASH)
    told = None
    while told is None or told.report is None:
        burst = one.next_burst()
        assert burst is not None
        told = birch.take(3, pack_burst(KEYS[ALDER], burst))
    assert told.report.state == COMPLETE
    alder.take(3, pack_report(KEYS[BIRCH], told.report))
    assert (one.next_burst(), two.next_burst()) == (None, None)
    # No receipt has come all the same: a further round, to which there is the same answer.
    two.put(parcel, FLASH)
    again = birch.take(4, bursts(alder, two)[0])
    assert again is not None
    assert again.report == Report(told.report.counter, COMPLETE)
    assert birch.heard == [parcel]


def test_what_is_lacking_is_reported_and_sent() -> None:
    """PATH-82."""
    alder, birch = pair()
    queue = alder.queue(n=1)
    queue.put(Parcel(envelope(140)), ROUTINE)
    made = bursts(alder, queue)
    assert len(made) == 9  # six, and p = 0.3 (PATH-81)
    for raw in made[:3]:
        birch.take(3, raw)
    told = birch.take(3, made[-1])
    assert told is not None
    assert told.report is not None
    assert (told.report.state, told.report.loss) == (2, 255 * 5 // 9)
    alder.take(3, pack_report(KEYS[BIRCH], told.report))
    assert 0.3 < queue.loss < 0.4
    for raw in bursts(alder, queue):
        birch.take(3, raw)
    assert len(birch.heard) == 1


def test_a_round_is_as_long_as_what_is_lost_and_urgent_ones_are_longer() -> None:
    """PATH-81."""
    alder, _ = pair()
    queue = alder.queue(n=2)
    assert [queue.round(12, rank) for rank in Rank] == [22, 22, 22, 18, 18, 18]
    queue.put(Parcel(envelope(140)), FLASH)
    counter = START
    for _ in range(40):
        queue.hear(Report(counter, 1, 0))
    assert queue.loss == 0.05
    for _ in range(40):
        queue.hear(Report(counter, 1, 254))
    assert queue.loss == 0.7


def test_flash_overtakes_at_the_next_burst_and_the_rest_goes_on_where_it_was() -> None:
    """PATH-83."""
    alder, _ = pair()
    queue = alder.queue()
    queue.put(Parcel(envelope(2_000)), ROUTINE)
    begun = [queue.next_burst() for _ in range(3)]
    queue.put(Parcel(envelope(100)), FLASH)
    assert not queue.has_room(FLASH)
    flash = queue.next_burst()
    assert flash is not None and flash.rank == Rank.FLASH
    queue.recall(Parcel(envelope(100)))
    assert queue.has_room(FLASH)
    after = queue.next_burst()
    assert after is not None and begun[-1] is not None
    assert (after.rank, after.first) == (Rank.ROUTINE, begun[-1].first + 2)


def test_messages_that_are_no_envelope_and_long_ones_come_whole() -> None:
    """PATH-73, PATH-74."""
    alder, birch = pair()
    queue = alder.queue(n=20)
    sent = [Want(17, 4, 9, WantReason.MISSING), Parcel(envelope(9_000))]
    for message in sent:
        queue.put(message, ROUTINE)
    made = bursts(alder, queue)
    random.Random(5).shuffle(made)
    for raw in made:
        birch.take(3, raw)
    assert sorted(birch.heard, key=repr) == sorted(sent, key=repr)


def test_a_path_that_lies_takes_away_no_more_than_pooling_gains() -> None:
    """PATH-80: its bursts have right tags, as if they had been guessed, and wrong symbols."""
    alder, birch = pair()
    one, two = alder.queue(), alder.queue()
    parcel = Parcel(envelope(280))
    for queue in (one, two):
        queue.put(parcel, FLASH)
    honest, lying = [], []
    for _ in range(6):
        good, bad = one.next_burst(), two.next_burst()
        assert good is not None and bad is not None
        honest.append(pack_burst(KEYS[ALDER], good))
        wrong = bad._replace(symbols=tuple(bytes(24) for _ in bad.symbols))
        lying.append(pack_burst(KEYS[ALDER], wrong))
    for bad_raw in lying[:5]:
        birch.take(4, bad_raw, good=[parcel.envelope])
    for good_raw in honest:
        birch.take(3, good_raw, good=[parcel.envelope])
    assert birch.heard == [parcel]


def test_one_forged_burst_on_the_only_path_is_left_out() -> None:
    """PATH-80."""
    alder, birch = pair()
    queue = alder.queue()
    parcel = Parcel(envelope(280))
    queue.put(parcel, FLASH)
    made = bursts(alder, queue)
    forged = Burst(START, FLASH, 12, 200, (bytes(24), bytes(24)))
    birch.take(3, pack_burst(KEYS[ALDER], forged))
    for raw in made:
        birch.take(3, raw, good=[parcel.envelope])
    assert birch.heard == [parcel]


def test_numbers_are_kept_before_they_are_used_and_are_never_used_twice() -> None:
    """PATH-70."""
    alder = Side(ALDER)
    queue = alder.queue()
    queue.put(Parcel(envelope(50)), ROUTINE)
    queue.put(Parcel(envelope(50)), ROUTINE)
    queue.put(Parcel(envelope(4_000)), ROUTINE)
    assert alder.kept == [(ALDER, START + 1), (ALDER, START + 3)]


def test_a_mark_finds_the_count_again_and_never_goes_back() -> None:
    """PATH-78, PATH-79."""
    alder, birch = Side(ALDER), Side(BIRCH)
    queue = alder.queue()
    old = alder.mark()
    queue.put(Parcel(envelope(50)), FLASH)
    (raw, *_) = bursts(alder, queue)
    with pytest.raises(JunkError):
        birch.take(3, raw)
    birch.take(3, alder.mark())
    birch.take(3, old)
    birch.take(3, raw)
    queue.put(Parcel(envelope(50)), FLASH)
    for raw in bursts(alder, queue):
        birch.take(3, raw)
    assert len(birch.heard) == 1
    assert birch.kept[-1] == (ALDER, START + 1)


def test_memory_is_bounded_whatever_comes() -> None:
    """PATH-79: bursts that nobody completes, of every object that is open."""
    alder, birch = pair()
    for counter in range(START - 32, START + 400):
        for k in range(100, 110):
            burst = Burst(counter, ROUTINE, k, 0, (bytes(24),))
            birch.take(3, pack_burst(KEYS[ALDER], burst))
    pool = birch.shared._pools[ALDER]
    assert len({counter for counter, _ in pool._open}) <= 64
    for first in range(256):
        burst = Burst(START + 399, ROUTINE, 127, first, (bytes(24),))
        birch.take(3, pack_burst(KEYS[ALDER], burst))
    assert max(len(pooled.bursts) for pooled in pool._open.values()) <= 256
    assert len(pool._open) <= 4 * 64
    queue = alder.queue()
    for number in range(300):
        queue.put(Parcel(envelope(50, number)), ROUTINE)
    assert len(alder.shared.objects._known) <= 32


def test_we_hear_ourselves_and_strangers_without_harm() -> None:
    """PATH-76."""
    alder, _ = pair()
    queue = alder.queue()
    queue.put(Parcel(envelope(50)), FLASH)
    for raw in (*bursts(alder, queue), alder.mark(), bytes(29), b""):
        with pytest.raises(JunkError):
            alder.take(3, raw)
