"""What is kept for one station at a relay: days, duplicates, silence, and what fits a capsule."""

import asyncio
from collections import Counter

import pytest
from tests.path.rooms import run
from tests.relay.boxes import ALDER, BIRCH, DAY, LINE, NOW, WORD

from backchannel.errors import JunkError
from backchannel.path.limits import BOX_DAYS_MAX, CONTROL_BURST_MAX, QUIET_CONTROL_BURST_MAX
from backchannel.path.messages import Heads, Message, Parcel, Want, WantReason
from backchannel.path.postbag import BESIDE_EVERY_S, DAY_S, QUIET_S, OwnBox, Postbag
from backchannel.wire.mailbox import make_admission, pack_taken, parse_put, parse_take
from backchannel.wire.primitives import x25519_public

ADMISSION = make_admission(bytes(range(32)), [WORD])
WANT = Want(17, 0, 3, WantReason.MISSING)


class Hand:
    """A clock that is set by hand."""

    time = NOW
    passed = 0.0
    drawn = 0

    def now(self) -> int:
        return self.time

    def running(self) -> float:
        return self.passed

    def entropy(self) -> bytes:
        self.drawn += 1
        return self.drawn.to_bytes(32, "big")


def pair() -> tuple[Postbag, Postbag, Hand]:
    """Alder's bag for Birch, Birch's for Alder, and their clock."""
    clock = Hand()
    bags = [
        Postbag(x25519_public(theirs), OwnBox(ours, LINE), number=2, clock=clock)
        for ours, theirs in ((ALDER, BIRCH), (BIRCH, ALDER))
    ]
    for bag in bags:
        bag.start()
    return bags[0], bags[1], clock


async def packed(bag: Postbag, *messages: Message, precedence: int = 4) -> bytes:
    """A capsule with some messages, as it is put."""
    for message in messages:
        await bag.send(message, precedence)
    return await bag.next_capsule()


def test_what_one_puts_the_other_takes() -> None:
    """RELAY-4, RELAY-32: from the same mailbox of the day."""

    async def story() -> None:
        alder, birch, _ = pair()
        messages = (Parcel(b"sealed."), WANT, Parcel(bytes(65_472)))
        capsule = await packed(alder, *messages[:2])
        # The same bytes until it is done.
        assert await alder.next_capsule() == capsule
        said = parse_put(alder.put(capsule, ADMISSION.public, WORD), ADMISSION)
        asked = parse_take(birch.take(DAY, 50, ADMISSION.public, WORD), ADMISSION)
        assert (said.box, said.capsule) == (asked.box, capsule)
        alder.put_done()
        large = await packed(alder, messages[2])
        assert (len(capsule), len(large)) == (4_096, 65_536)
        counts: Counter[str] = Counter()
        found, news = birch.taken(DAY, pack_taken([capsule, large]), counts)
        # What is more urgent stands first: a want goes before a parcel that is routine.
        assert (found, news) == ([messages[1], messages[0], messages[2]], True)
        asked = parse_take(birch.take(DAY, 0, ADMISSION.public, WORD), ADMISSION)
        assert len(asked.done) == 2

    run(story())


def test_a_capsule_that_came_before_is_no_news() -> None:
    """RELAY-36."""

    async def story() -> None:
        alder, birch, _ = pair()
        capsule = await packed(alder, Parcel(b"sealed."))
        counts: Counter[str] = Counter()
        assert len(birch.taken(DAY, pack_taken([capsule, capsule]), counts)[0]) == 1
        assert birch.taken(DAY, pack_taken([capsule]), counts) == ([], False)
        # One that is another station's, or was changed: counted, and no more.
        assert alder.taken(DAY, pack_taken([capsule]), counts) == ([], True)
        changed = pack_taken([capsule[:-1] + bytes((capsule[-1] ^ 1,))])
        assert birch.taken(DAY, changed, counts) == ([], True)
        assert counts == {"capsule again": 2, "not-authentic": 2}
        with pytest.raises(JunkError, match="capsule-size"):
            birch.taken(DAY, b"\x00\x00\x10\x01", counts)

    run(story())


def test_all_mailboxes_are_looked_into_and_then_those_of_now() -> None:
    """RELAY-33."""
    alder, _, clock = pair()
    counts: Counter[str] = Counter()

    def rounds(count: int) -> list[tuple[int, int]]:
        seen = []
        for _ in range(count):
            seen.append(alder.next_day())
            alder.taken(seen[-1][0], b"", counts)
        return seen

    back = [(day, 0) for day in range(DAY - BOX_DAYS_MAX, DAY)]
    assert rounds(BOX_DAYS_MAX + 3) == [*back, (DAY + 1, 0), (DAY, 50), (DAY, 50)]
    clock.passed += BESIDE_EVERY_S
    assert rounds(3) == [(DAY - 1, 0), (DAY + 1, 0), (DAY, 50)]
    clock.time += DAY_S
    assert rounds(2) == [(DAY - BOX_DAYS_MAX + 1, 0), (DAY - BOX_DAYS_MAX + 2, 0)]


def test_a_silent_station_is_told_little_beside_envelopes() -> None:
    """RELAY-35."""

    async def story() -> None:
        alder, birch, clock = pair()

        async def told(count: int) -> int:
            for _ in range(count):
                await alder.send(Heads(1, ()), 1)
            sent = len(alder._backlog)
            if sent:
                await alder.next_capsule()
                alder.put_done()
            return sent

        assert await told(20) == QUIET_CONTROL_BURST_MAX
        clock.passed += 200
        assert await told(20) == 1
        # Who is heard is told everything.
        answer = await packed(birch, WANT)
        alder.taken(DAY, pack_taken([answer]), Counter())
        assert await told(20) == 20
        clock.passed += QUIET_S
        assert await told(20) == 0
        assert len(await packed(alder, Parcel(b"sealed."))) == 4_096

    run(story())


def test_a_flood_of_questions_is_cut_and_a_bad_message_is_one() -> None:
    """RELAY-36: as on the direct path."""

    async def story() -> None:
        alder, birch, _ = pair()
        capsule = await packed(birch, WANT)
        birch.put_done()
        alder.taken(DAY, pack_taken([capsule]), Counter())
        capsules = [await packed(alder, *[WANT] * 50)]
        counts: Counter[str] = Counter()
        found, _ = birch.taken(DAY, pack_taken(capsules), counts)
        assert len(found) == CONTROL_BURST_MAX
        assert counts == {"too-many-control-messages": 50 - CONTROL_BURST_MAX}

    run(story())


def test_who_goes_down_waits_for_nothing() -> None:
    """RELAY-34: what waited is forgotten, and who waited for room is let go."""

    async def story() -> None:
        alder, _, _ = pair()
        while alder.ready(4):
            await alder.send(Parcel(bytes(60_000)), 4)
        waiting = asyncio.ensure_future(alder.send(Parcel(b"x"), 4))
        await asyncio.sleep(0)
        assert not waiting.done() and alder.ready(1)
        alder.end()
        await waiting
        assert len(alder._backlog) == 0 and not alder.ready(1)

    run(story())


def test_a_key_of_low_order_is_no_mailbox_key() -> None:
    """RELAY-1."""
    with pytest.raises(JunkError, match="low-order-share"):
        Postbag(bytes(32), OwnBox(ALDER, LINE), number=2, clock=Hand())
