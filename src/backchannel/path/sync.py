"""What one other station still lacks, and what to send to it next (docs/spec/path.md, section 5).

This module must not look inside an entry, and not end a repetition on the word of a path: only
what a signed `seen` covers is done. Time is running seconds, an argument.

An item of the outbox, and what moves it:

    add --> due --take--> sent --cover--> gone        due: leaves by precedence, then by order
             ^              |
             +--- hear <----+    the heads lack it for 5, 10, 20, 40, 60 s, or 60 s have passed
             +--- answer         the other side asks for it, and it is not on its way
"""

import heapq
from collections.abc import Mapping
from typing import NamedTuple

from backchannel.limits import WANT_ENTRIES_MAX
from backchannel.path import Clocks
from backchannel.path.limits import WANT_SECONDS_MIN
from backchannel.path.messages import Want, WantReason
from backchannel.path.pace import resend_pause

CLOCKS = Clocks()
NEVER = float("-inf")
NOTHING = -1


class Item(NamedTuple):
    """One entry of the outbox, in the order of sending: `order` is that of our commits."""

    precedence: int
    order: int
    no: int
    seq: int


class Sending(NamedTuple):
    """How an item stands: when it was last sent (None: it is due), and how often."""

    item: Item
    at: float | None
    tries: int


class Lack(NamedTuple):
    """A journal in which we are behind: what we hold, since when, and what we asked for."""

    held: int
    since: float
    tries: int
    asked_to: int


class Exchange:
    """The traffic with one other station over one path. It decides; the station sends."""

    def __init__(self, clocks: Clocks = CLOCKS) -> None:
        self._clocks = clocks
        self._open: dict[int, dict[int, Sending]] = {}
        self._due: list[Item] = []
        # Begin of the session, until its first heads have come.
        self._begun: float | None = None
        self._theirs: Mapping[int, int] = {}
        self._lacks: dict[int, Lack] = {}
        self._unopened: set[int] = set()
        self._asked_at = NEVER
        self._answered_at = NEVER

    def start(self, running: float) -> None:
        """A session has begun: what an earlier one carried waits for the first heads (PATH-52)."""
        self._begun = None if self._clocks.by_time else running
        self._theirs = {}
        self._lacks = {}

    def add(self, item: Item) -> None:
        """The outbox has grown. What is known already is left as it is."""
        journal = self._open.setdefault(item.no, {})
        if item.seq in journal:
            return
        out_of_order = bool(journal) and item.seq < next(reversed(journal))
        journal[item.seq] = Sending(item, None, 0)
        if out_of_order:
            # `cover` takes from the front, so the front must be the lowest.
            self._open[item.no] = dict(sorted(journal.items()))
        heapq.heappush(self._due, item)

    def cover(self, no: int, seq: int) -> None:
        """A signed `seen` of theirs covers this journal up to `seq`: that is done (PATH-51)."""
        journal = self._open.get(no, {})
        while journal and (first := next(iter(journal))) <= seq:
            del journal[first]

    def withdraw(self, no: int, seq: int) -> None:
        """The station does not want this one repeated; it can still be asked for (PATH-54)."""
        self._open.get(no, {}).pop(seq, None)

    def next_item(self) -> Item | None:
        """Return what `take` would give, or None if nothing is due."""
        while self._due:
            item = self._due[0]
            sending = self._open[item.no].get(item.seq)
            if sending is not None and sending.at is None and sending.item is item:
                return item
            heapq.heappop(self._due)
        return None

    def take(self, running: float) -> Item | None:
        """Return what to send now and count it as sent, or None if nothing is due (PATH-50)."""
        if self.next_item() is None:
            return None
        item = heapq.heappop(self._due)
        sending = self._open[item.no][item.seq]
        self._open[item.no][item.seq] = Sending(item, running, sending.tries + 1)
        return item

    def hear(self, heads: Mapping[int, int], running: float) -> None:
        """Their heads have come: journal number to seq. Make due what must go again.

        In the course of a session at most 256 items a journal go again for one message of heads,
        the most urgent first: a station that takes nothing more in is not flooded (PATH-53).
        """
        self._theirs = heads
        for no, journal in self._open.items():
            held = heads.get(no, NOTHING)
            if self._begun is not None:
                self._settle_earlier(journal, held, running, self._begun)
            overdue = (s for s in journal.values() if self._is_overdue(s, held, running))
            for sending in heapq.nsmallest(WANT_ENTRIES_MAX, overdue):
                self._make_due(sending)
        self._begun = None

    def pass_time(self, running: float) -> None:
        """Make due what no `seen` covers for so long, on a path where heads are rare (PATH-61)."""
        for journal in self._open.values():
            overdue = (s for s in journal.values() if self._is_overdue(s, NOTHING, running))
            for sending in heapq.nsmallest(WANT_ENTRIES_MAX, overdue):
                self._make_due(sending)

    def _settle_earlier(
        self, journal: dict[int, Sending], held: int, running: float, begun: float
    ) -> None:
        """Judge what was sent before `begun` by the first heads since then (PATH-52)."""
        for seq, sending in journal.items():
            if sending.at is None or sending.at >= begun:
                continue
            if seq <= held:
                journal[seq] = sending._replace(at=running)
            else:
                self._make_due(sending)

    def _make_due(self, sending: Sending) -> None:
        item = sending.item
        self._open[item.no][item.seq] = sending._replace(at=None)
        heapq.heappush(self._due, item)

    def _is_overdue(self, sending: Sending, held: int, running: float) -> bool:
        """Whether an item was sent, and so long ago that it should have shown by now."""
        if sending.at is None:
            return False
        clocks = self._clocks
        if sending.item.seq <= held:
            # They say that they hold it, which ends nothing: a path may lie (PATH-54, NT91).
            return running - sending.at >= clocks.longest_s
        pause = resend_pause(clocks.first_s, clocks.longest_s, sending.tries, clocks.growth)
        return running - sending.at >= pause

    def answer(self, want: Want, running: float) -> tuple[int, ...]:
        """Return which entries of journal `want.no` to send for a want, by seq (PATH-55, NT65).

        Empty if a want was answered less than a second ago. What is due or went out a moment ago
        is left out: it is on its way. The station looks each of them up and may hold none.
        """
        if running - self._answered_at < WANT_SECONDS_MIN:
            return ()
        self._answered_at = running
        journal = self._open.get(want.no, {})
        asked = [
            seq
            for seq in range(want.first, want.last + 1)
            if want.reason == WantReason.UNOPENED or not self._is_under_way(journal, seq, running)
        ]
        for seq in asked:
            if sending := journal.get(seq):
                journal[seq] = Sending(sending.item, running, sending.tries + 1)
        return tuple(asked)

    def _is_under_way(self, journal: dict[int, Sending], seq: int, running: float) -> bool:
        sending = journal.get(seq)
        if sending is None:
            return False
        return sending.at is None or running - sending.at < self._clocks.first_s

    def note_unopened(self, no: int) -> None:
        """An envelope of this journal has come and can't be opened: ask for a new seal (PATH-56).

        Which entry it holds is unknown, for the header is inside; so all that is not held is asked
        for, as soon as heads show that there is something.
        """
        self._unopened.add(no)

    def want(self, held: Mapping[int, int], running: float) -> Want | None:
        """Return what to ask for, or None: `held` is how far we hold each journal (PATH-56).

        Asked for is only what has not come by itself for some seconds, one want a second, the
        same range with growing pauses.
        """
        if running - self._asked_at < WANT_SECONDS_MIN:
            return None
        chosen: Want | None = None
        for no, theirs in self._theirs.items():
            ours = held.get(no, NOTHING)
            if ours >= theirs:
                self._lacks.pop(no, None)
                self._unopened.discard(no)
            elif chosen is None and self._is_stuck(no, ours, running):
                last = min(theirs, ours + WANT_ENTRIES_MAX)
                tries = self._lacks[no].tries + 1
                self._lacks[no] = Lack(ours, running, tries, last)
                self._asked_at = running
                reason = WantReason.UNOPENED if no in self._unopened else WantReason.MISSING
                chosen = Want(no, ours + 1, last, reason)
        return chosen

    def _is_stuck(self, no: int, ours: int, running: float) -> bool:
        """Whether a journal in which we are behind has stood still for long enough to ask."""
        lack = self._lacks.get(no)
        unopened = no in self._unopened
        if lack is None:
            self._lacks[no] = Lack(ours, running, 0, NOTHING)
            return unopened
        if lack.held != ours:
            # What an answered want has brought shows that asking helps: go on at once.
            answered = NOTHING < lack.asked_to <= ours
            self._lacks[no] = Lack(ours, running, 0, NOTHING if answered else lack.asked_to)
            return answered
        if unopened and lack.tries == 0:
            return True
        # What could not be opened was not awaited for a first pause; the later ones are the same.
        tries = lack.tries if unopened else lack.tries + 1
        return running - lack.since >= resend_pause(
            self._clocks.first_s, self._clocks.longest_s, tries, self._clocks.growth
        )
