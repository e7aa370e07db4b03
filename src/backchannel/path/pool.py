"""What has been heard of another party's objects, pooled over all paths (docs/spec/symbols.md).

A path may be polluted: a burst whose tag was guessed, or a carrier that lies. So what was put
together is a *candidate* until the station says whether its seal opened; if not, the symbols are
tried again without some of them. This module must not judge a candidate, and keeps a bounded number
of objects.
"""

from collections.abc import Iterator, Mapping

from backchannel.errors import JunkError
from backchannel.path.bursts import UNKNOWN, Burst
from backchannel.path.erasure import INDEXES, decode
from backchannel.path.limits import (
    CLAIMED_SIZES_MAX,
    OBJECTS_OPEN_MAX,
    POOLED_BURSTS_MAX,
    SYMBOLS_TRIED_MAX,
)
from backchannel.path.symbols import Lead, LinkKeys, open_object

BURSTS_TO_JUDGE = 3

Key = tuple[int, int]


class Candidate:
    """An object that may be whole: its counter, what it is, what it holds."""

    def __init__(self, counter: int, lead: Lead, held: bytes) -> None:
        self.counter = counter
        self.lead = lead
        self.held = held


class Pooled:
    """The bursts of one object with one K, by path in the order of their coming."""

    def __init__(self, k: int) -> None:
        self.k = k
        self.bursts: list[tuple[int, Burst]] = []
        self.tried: set[frozenset[int]] = set()
        self.refused: set[bytes] = set()

    def add(self, path: int, burst: Burst) -> bool:
        """Keep a burst; say whether it is news."""
        known = (path, burst) in self.bursts or len(self.bursts) >= POOLED_BURSTS_MAX
        if not known:
            self.bursts.append((path, burst))
        return not known

    def indexes(self) -> set[int]:
        """Return the indexes of which a symbol is here."""
        return {index for _, burst in self.bursts for index, _ in placed(burst)}

    def choices(self) -> Iterator[frozenset[int]]:
        """Yield which bursts to put together: all, each path alone, all but a path, and of a small
        object all but a burst (PATH-80)."""
        every = frozenset(range(len(self.bursts)))
        by_path: dict[int, set[int]] = {}
        for place, (path, _) in enumerate(self.bursts):
            by_path.setdefault(path, set()).add(place)
        yield every
        for places in by_path.values():
            yield frozenset(places)
            yield every - places
        if self.k <= SYMBOLS_TRIED_MAX:
            for place in sorted(every):
                yield every - {place}

    def symbols(self, places: frozenset[int]) -> dict[int, bytes]:
        """Return the symbols of some bursts by index; of two that differ, the first that came."""
        found: dict[int, bytes] = {}
        for place in sorted(places):
            for index, symbol in placed(self.bursts[place][1]):
                found.setdefault(index, symbol)
        return found


def placed(burst: Burst) -> Iterator[tuple[int, bytes]]:
    """Yield the symbols of a burst with their indexes; after 255 comes 0 (PATH-75)."""
    for step, symbol in enumerate(burst.symbols):
        yield (burst.first + step) % INDEXES, symbol


class Pool:
    """The objects of one party that are not complete yet, newest counters only."""

    def __init__(self, keys: LinkKeys, *, next_: int = 0) -> None:
        self.keys = keys
        self.next = next_
        self._open: dict[Key, Pooled] = {}
        self._done: dict[int, None] = {}

    def window(self) -> tuple[int, ...]:
        """Return the counters that a burst may be of, the likeliest first (PATH-79)."""
        half = OBJECTS_OPEN_MAX // 2
        known = sorted({counter for counter, _ in self._open}, reverse=True)
        around = range(self.next + half - 1, max(-1, self.next - half - 1), -1)
        return (*known, *(each for each in around if each not in known))

    def advance(self, counter: int) -> None:
        """A mark, or a burst, shows that the sender has counted so far; it never goes back."""
        self.next = max(self.next, counter)
        lowest = self.next - OBJECTS_OPEN_MAX // 2
        for key in [key for key in self._open if key[0] < lowest]:
            del self._open[key]
        for done in [done for done in self._done if done < lowest]:
            del self._done[done]

    def is_done(self, counter: int) -> bool:
        """Say whether an object is complete, and the station took it."""
        return counter in self._done

    def add(self, path: int, burst: Burst) -> Candidate | None:
        """Take in a burst; return what may now be whole (PATH-79)."""
        self.advance(burst.counter + 1)
        if burst.counter in self._done:
            return None
        pooled = self._open.setdefault((burst.counter, burst.k), Pooled(burst.k))
        claims = [key for key in self._open if key[0] == burst.counter]
        if len(claims) > CLAIMED_SIZES_MAX:
            del self._open[min(claims, key=lambda each: len(self._open[each].bursts))]
        return self._try(burst.counter, pooled) if pooled.add(path, burst) else None

    def refuse(self, candidate: Candidate) -> Candidate | None:
        """The station could not open a candidate; return another one, if there is any (PATH-80)."""
        for (counter, _), pooled in list(self._open.items()):
            if counter == candidate.counter:
                pooled.refused.add(candidate.held)
                if another := self._try(counter, pooled):
                    return another
        return None

    def accept(self, counter: int) -> None:
        """The station has taken an object: what else comes of it is a repeat."""
        self._done[counter] = None
        for key in [key for key in self._open if key[0] == counter]:
            del self._open[key]

    def missing(self, counter: int) -> int:
        """Return how many symbols an object lacks at least; 0 if enough are here or it is done."""
        lacks = [
            max(0, pooled.k - len(pooled.indexes()))
            for (number, _), pooled in self._open.items()
            if number == counter
        ]
        return min(lacks, default=0)

    def loss(self, counter: int, path: int) -> int:
        """Return the part of an object's symbols that did not come by a path, in 255ths."""
        bursts = [
            burst
            for (number, _), pooled in self._open.items()
            for at, burst in pooled.bursts
            if number == counter and at == path
        ]
        if len(bursts) < BURSTS_TO_JUDGE:
            return UNKNOWN
        came = sum(len(burst.symbols) for burst in bursts)
        span = (bursts[-1].first + len(bursts[-1].symbols) - bursts[0].first) % INDEXES
        return min(UNKNOWN - 1, max(0, span - came) * UNKNOWN // max(span, 1))

    def _try(self, counter: int, pooled: Pooled) -> Candidate | None:
        """Return the next candidate that was not refused."""
        for places in pooled.choices():
            if places in pooled.tried:
                continue
            symbols = pooled.symbols(places)
            if len(symbols) < pooled.k:
                continue
            pooled.tried.add(places)
            found = self._opened(counter, symbols, pooled.k)
            if found is not None and found.held not in pooled.refused:
                return found
        return None

    def _opened(self, counter: int, symbols: Mapping[int, bytes], k: int) -> Candidate | None:
        try:
            return Candidate(counter, *open_object(self.keys, counter, decode(symbols, k)))
        except JunkError:
            return None
