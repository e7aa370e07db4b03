"""The outbox in memory: envelopes that wait for a signed seen, as the store holds them.

This module must not drop an envelope that is not settled. The store has them all; this copy
spares a read for each sending.
"""

from collections.abc import Iterable

from backchannel.line.rows import OutgoingRow
from backchannel.path.sync import Item

Slot = tuple[int, int]


class Outbox:
    """Envelopes by slot, and the order in which they were committed."""

    def __init__(self) -> None:
        self._envelopes: dict[Slot, bytes] = {}
        self._items: dict[Slot, Item] = {}
        self._since: dict[Slot, float] = {}
        self._order = 0

    def put(self, row: OutgoingRow, running: float = 0.0) -> Item | None:
        """Keep an envelope from a running time on, in seconds; return its item if its slot is new,
        None if it was sealed anew."""
        place = (row.no, row.seq)
        known = place in self._envelopes
        self._envelopes[place] = row.envelope
        if known:
            return None
        self._order += 1
        self._since[place] = running
        self._items[place] = item = Item(row.precedence, self._order, row.no, row.seq)
        return item

    def settle(self, no: int, upto: int) -> None:
        """Drop what every station has given a receipt for. Slots of a journal come in order."""
        settled = []
        for place in self._envelopes:
            if place[0] == no:
                if place[1] > upto:
                    break
                settled.append(place)
        for place in settled:
            del self._envelopes[place], self._items[place], self._since[place]

    def envelope(self, no: int, seq: int) -> bytes | None:
        """Return the envelope of a slot, if it still waits."""
        return self._envelopes.get((no, seq))

    def waited(self, item: Item, running: float) -> float:
        """Return for how many seconds an item has waited for its receipts."""
        return running - self._since.get((item.no, item.seq), running)

    def items(self) -> Iterable[Item]:
        """Return all that waits, in the order of commits."""
        return self._items.values()
