"""Links between named ends that lose, repeat, hold up, corrupt and crawl, on virtual time.

They must not read what they carry: a parcel is bytes, and all that happens to it is drawn.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum

from backchannel.sim.faults import CALM, Chance, Faults
from backchannel.sim.loop import Loop

Receive = Callable[[str, bytes], None]
"""Called with the name of the sending end and the bytes."""

_MINUTE_MS = 60_000
_BITS_TURNED_MAX = 8


class Fate(StrEnum):
    """What became of a parcel; one parcel may meet several of these."""

    SENT = "sent"
    DELIVERED = "delivered"
    LOST = "lost"
    REPEATED = "repeated"
    OVERTAKEN = "overtaken"
    CORRUPTED = "corrupted"
    BLOCKED = "blocked"
    CROWDED_OUT = "crowded out"
    NOBODY_THERE = "nobody there"


class Links:
    """All links of one kind of path; each ordered pair of ends is a link of its own."""

    def __init__(self, loop: Loop, chance: Chance, faults: Faults = CALM) -> None:
        self.faults = faults
        self.tally: Counter[Fate] = Counter()
        self.bytes_sent = 0
        self.bytes_delivered = 0
        self._loop = loop
        self._chance = chance
        self._streams: dict[tuple[str, str], Chance] = {}
        self._ends: dict[str, Receive] = {}
        self._blocked: Counter[tuple[str, str]] = Counter()
        self._troubled = False
        self._heals = 0
        self._last_ms: dict[tuple[str, str], int] = {}
        self._free_ms: dict[tuple[str, str], int] = {}

    def attach(self, name: str, receive: Receive) -> None:
        """Connect an end, or connect it anew after its station has restarted."""
        self._ends[name] = receive

    def detach(self, name: str) -> None:
        """Take an end away: its station is down, and what reaches it is gone."""
        self._ends.pop(name, None)

    def send(self, sender: str, receiver: str, parcel: bytes) -> None:
        """Put a parcel on the link; nobody learns what becomes of it."""
        link = (sender, receiver)
        chance = self._stream(link)
        self._count(Fate.SENT)
        self.bytes_sent += len(parcel)
        if self._blocked[link]:
            self._count(Fate.BLOCKED)
            return
        sent_ms = self._carried_ms(link, len(parcel))
        if sent_ms - self._loop.now_ms > self.faults.queue_ms_max:
            self._count(Fate.CROWDED_OUT)
            return
        self._free_ms[link] = sent_ms
        if chance.happens(self.faults.loss):
            self._count(Fate.LOST)
            return
        self._dispatch(link, parcel, sent_ms)
        if chance.happens(self.faults.duplication):
            self._count(Fate.REPEATED)
            self._dispatch(link, parcel, sent_ms)

    def block(self, sender: str, receiver: str) -> None:
        """Stop one direction, and with it what is still on its way; the other goes on."""
        self._blocked[sender, receiver] += 1

    def unblock(self, sender: str, receiver: str) -> None:
        """Undo one `block` of this direction, if there is one."""
        if self._blocked[sender, receiver]:
            self._blocked[sender, receiver] -= 1

    def part(self, left: Iterable[str], right: Iterable[str]) -> None:
        """Stop both directions between two groups of ends."""
        far = tuple(right)
        for near in left:
            for other in far:
                self.block(near, other)
                self.block(other, near)

    def heal(self) -> None:
        """End all trouble, for good: from now on parcels only take their time.

        What is on its way still arrives, as late and as damaged as it was to be.
        """
        self._blocked.clear()
        self._troubled = False
        self._heals += 1
        self.faults = Faults(
            delay_ms_min=self.faults.delay_ms_min,
            delay_ms_max=self.faults.delay_ms_max,
            bits_per_second=self.faults.bits_per_second,
            queue_ms_max=self.faults.queue_ms_max,
        )

    def trouble(self) -> None:
        """Let partitions and one-way spells come and go by themselves, until `heal`.

        They are drawn every minute: until then the loop always has something planned.
        """
        if not self._troubled:
            self._troubled = True
            self._plan_trouble()

    def _plan_trouble(self) -> None:
        heals = self._heals

        def minute() -> None:
            if heals == self._heals:
                self._draw_spells()
                self._plan_trouble()

        self._loop.after(_MINUTE_MS, minute)

    def _draw_spells(self) -> None:
        names = sorted(self._ends)
        for index, near in enumerate(names):
            for other in names[index + 1 :]:
                chance = self._stream((near, other), "spells")
                if chance.happens(self.faults.partition):
                    self._spell(chance, ((near, other), (other, near)))
                if chance.happens(self.faults.one_way):
                    self._spell(chance, (chance.pick(((near, other), (other, near))),))

    def _spell(self, chance: Chance, links: tuple[tuple[str, str], ...]) -> None:
        heals = self._heals

        def end() -> None:
            if heals == self._heals:
                for link in links:
                    self.unblock(*link)

        for link in links:
            self.block(*link)
        self._loop.after(chance.between(1, self.faults.trouble_ms_max), end)

    def _dispatch(self, link: tuple[str, str], parcel: bytes, sent_ms: int) -> None:
        chance = self._stream(link)
        faults = self.faults
        due_ms = sent_ms + chance.between(faults.delay_ms_min, faults.delay_ms_max)
        if chance.happens(faults.reordering):
            # Held up on its own: those behind it do not wait for it.
            self._count(Fate.OVERTAKEN)
            due_ms += chance.between(1, faults.reorder_ms_max)
        else:
            due_ms = max(due_ms, self._last_ms.get(link, 0))
            self._last_ms[link] = due_ms
        if parcel and chance.happens(faults.corruption):
            self._count(Fate.CORRUPTED)
            parcel = turn_bits(parcel, chance)
        self._loop.at(due_ms, lambda: self._arrive(link, parcel))

    def _arrive(self, link: tuple[str, str], parcel: bytes) -> None:
        sender, receiver = link
        receive = self._ends.get(receiver)
        if self._blocked[link]:
            self._count(Fate.BLOCKED)
        elif receive is None:
            self._count(Fate.NOBODY_THERE)
        else:
            self._count(Fate.DELIVERED)
            self.bytes_delivered += len(parcel)
            receive(sender, parcel)

    def _carried_ms(self, link: tuple[str, str], size: int) -> int:
        """Return when the last bit has left, behind all that waits on this link."""
        start_ms = max(self._loop.now_ms, self._free_ms.get(link, 0))
        speed = self.faults.bits_per_second
        return start_ms + (size * 8_000 // speed if speed else 0)

    def _stream(self, link: tuple[str, str], kind: str = "parcels") -> Chance:
        key = (f"{link[0]}>{link[1]}", kind)
        if key not in self._streams:
            self._streams[key] = self._chance.stream(*key)
        return self._streams[key]

    def _count(self, fate: Fate) -> None:
        self.tally[fate] += 1


def turn_bits(data: bytes, chance: Chance) -> bytes:
    """Return the bytes with one to eight different bits turned; `data` is not empty."""
    bits = len(data) * 8
    wanted = chance.between(1, min(_BITS_TURNED_MAX, bits))
    damaged = bytearray(data)
    turned: set[int] = set()
    while len(turned) < wanted:
        turned.add(chance.between(0, bits - 1))
    for bit in sorted(turned):
        damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)
