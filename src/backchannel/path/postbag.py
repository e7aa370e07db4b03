"""What a path by a relay keeps for one other station: what waits, mailboxes, capsules that came.

This module must not ask a relay anything, or read a message. Clauses: RELAY-32 to RELAY-36.
"""

import asyncio
from collections import Counter, deque
from typing import NamedTuple

from backchannel.clock import Clock
from backchannel.errors import JunkError
from backchannel.path.backlog import Backlog, parcel_rank, rank_of
from backchannel.path.capsules import ROOM_BYTES, capsule_key, open_capsule, seal_capsule
from backchannel.path.limits import (
    BOX_DAYS_MAX,
    CAPSULES_KNOWN_MAX,
    CONTROL_BURST_MAX,
    CONTROL_PER_SECOND_MAX,
    QUIET_CONTROL_BURST_MAX,
    QUIET_CONTROL_PER_SECOND_MAX,
)
from backchannel.path.messages import Message, Parcel, frame, parse
from backchannel.path.pace import Allowance
from backchannel.wire.limits import TAKE_WAIT_SECONDS_MAX
from backchannel.wire.mailbox import (
    Mailbox,
    Put,
    Take,
    capsule_hash,
    mailbox_of,
    pack_put,
    pack_take,
    pair_root,
    parse_taken,
)
from backchannel.wire.primitives import NONCE_BYTES, x25519_public

DAY_S = 86_400
# Who was heard so long ago is told little beside envelopes, until he is heard again.
QUIET_S = 120.0
BESIDE_EVERY_S = 60.0


class OwnBox(NamedTuple):
    """Our side of every mailbox: the private mailbox key, and the line."""

    private: bytes
    line: bytes


class Postbag:
    """One other station at one relay."""

    def __init__(self, theirs: bytes, own: OwnBox, *, number: int, clock: Clock) -> None:
        """Raises JunkError("low-order-share") for a mailbox key of theirs that is none."""
        self.theirs = theirs
        self.up = False
        self.failure = ""
        self._own = own
        self._ours = ours = x25519_public(own.private)
        self._root = root = pair_root(own.private, theirs, own.line)
        self._to_them = capsule_key(root, sender=ours, owner=theirs)
        self._to_us = capsule_key(root, sender=theirs, owner=ours)
        self._number = number
        self._clock = clock
        self._backlog = Backlog()
        self._stirred = asyncio.Event()
        self._roomy = asyncio.Event()
        self._capsule = b""
        self._heard_at = float("-inf")
        self._quiet = Allowance(QUIET_CONTROL_BURST_MAX, QUIET_CONTROL_PER_SECOND_MAX)
        self._control = Allowance(CONTROL_BURST_MAX, CONTROL_PER_SECOND_MAX)
        self._days: deque[int] = deque()
        self._swept_day = -1
        self._beside_at = float("-inf")
        self._done: dict[int, tuple[bytes, ...]] = {}
        self._known: dict[bytes, None] = {}

    # --- Out --------------------------------------------------------------------------------------

    def start(self) -> None:
        """The station can be spoken to."""
        self.up = True
        self.failure = ""

    def end(self) -> None:
        """It can't be any more; what waited is forgotten, but for what is on its way."""
        self.up = False
        self._backlog.clear()
        self._roomy.set()

    def ready(self, precedence: int) -> bool:
        """Whether a parcel would be taken without waiting."""
        return self.up and self._backlog.has_room(parcel_rank(precedence))

    async def send(self, message: Message, precedence: int) -> None:
        """Let a message wait for its turn; wait for room first. Lost if the station is down."""
        if not isinstance(message, Parcel) and not self._may_speak():
            return
        framed = frame(message)
        if len(framed) > ROOM_BYTES:
            return
        rank = rank_of(message, precedence)
        while self.up and not self._backlog.has_room(rank):
            self._roomy.clear()
            await self._roomy.wait()
        if self.up:
            self._backlog.put(rank, framed)
            self._stirred.set()

    def _may_speak(self) -> bool:
        """Say whether heads, wants and questions may go: few of them to a silent station
        (RELAY-35)."""
        running = self._clock.running()
        return running - self._heard_at < QUIET_S or self._quiet.take(running)

    async def next_capsule(self) -> bytes:
        """Wait for something to send, and return it sealed: the most urgent frames, as many as one
        capsule holds. The same again until `put_done` (RELAY-32)."""
        while not self._capsule:
            frames = self._backlog.take(ROOM_BYTES)
            if frames:
                nonce = self._clock.entropy()[:NONCE_BYTES]
                self._capsule = seal_capsule(self._to_them, nonce, frames)
                self._roomy.set()
                break
            self._stirred.clear()
            await self._stirred.wait()
        return self._capsule

    def put(self, capsule: bytes, relay_key: bytes, word: bytes) -> bytes:
        """Return the put of a capsule into the mailbox of today."""
        box = self._mailbox(self._ours, self.theirs, self._today())
        return pack_put(Put(box.box, capsule), relay_key=relay_key, word=word)

    def put_done(self) -> None:
        """The capsule is stored, as far as a relay can say so."""
        self._capsule = b""

    # --- In ---------------------------------------------------------------------------------------

    def next_day(self) -> tuple[int, int]:
        """Return whose day's mailbox to look into now, and how long to wait there (RELAY-33)."""
        today, running = self._today(), self._clock.running()
        if self._swept_day != today:
            self._swept_day, self._beside_at = today, running
            self._days.extend(range(max(0, today - BOX_DAYS_MAX), today))
            self._days.append(today + 1)
        elif running - self._beside_at >= BESIDE_EVERY_S:
            self._beside_at = running
            self._days.extend((today - 1, today + 1))
        if self._days:
            return self._days[0], 0
        return today, TAKE_WAIT_SECONDS_MAX

    def take(self, day: int, wait_s: int, relay_key: bytes, word: bytes) -> bytes:
        """Return a take for our mailbox of a day. Raises JunkError for a relay key that is none."""
        box = self._mailbox(self.theirs, self._ours, day)
        take = Take(box.box, wait_s, self._done.get(day, ()))
        return pack_take(take, box, self._own.private, relay_key=relay_key, word=word)

    def taken(self, day: int, raw: bytes, counts: "Counter[str]") -> tuple[list[Message], bool]:
        """Return the messages that an answer brings, and whether it brings a capsule that is news.

        Raises JunkError for what is no answer; a capsule that does not open is counted and dropped
        (RELAY-36).
        """
        capsules = parse_taken(raw)
        hashes = tuple(map(capsule_hash, capsules))
        self._done.pop(day, None)
        if hashes:
            self._done[day] = hashes
        news = False
        messages: list[Message] = []
        for each, capsule in zip(hashes, capsules, strict=True):
            if each in self._known:
                counts["capsule again"] += 1
                continue
            news = True
            self._remember(each)
            messages += self._opened(capsule, counts)
        if not news and self._days and self._days[0] == day:
            self._days.popleft()
        return messages, news

    def _opened(self, capsule: bytes, counts: "Counter[str]") -> list[Message]:
        messages = []
        running = self._clock.running()
        try:
            for raw in open_capsule(self._to_us, capsule):
                self._heard_at = running
                try:
                    message = parse(raw)
                except JunkError as junk:
                    counts[junk.reason] += 1
                    continue
                if isinstance(message, Parcel) or self._control.take(running):
                    messages.append(message)
                else:
                    counts["too-many-control-messages"] += 1
        except JunkError as junk:
            counts[junk.reason] += 1
        return messages

    def _remember(self, known: bytes) -> None:
        self._known[known] = None
        if len(self._known) > CAPSULES_KNOWN_MAX:
            del self._known[next(iter(self._known))]

    def _today(self) -> int:
        return self._clock.now() // DAY_S

    def _mailbox(self, sender: bytes, owner: bytes, day: int) -> Mailbox:
        return mailbox_of(self._root, sender=sender, owner=owner, path=self._number, period=day)
