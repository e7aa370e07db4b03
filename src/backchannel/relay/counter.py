"""The counter of a relay: requests come in, are committed in groups, and are answered after that.

This module must not speak HTTP, and must not answer before what it says is durable. A take may wait
for a capsule; whoever asks again for the same mailbox takes the place of who waited. Clauses:
RELAY-14, RELAY-16, RELAY-20.
"""

import asyncio
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from backchannel.clock import Clock
from backchannel.errors import CustodyError, JunkError, OfficerError
from backchannel.relay.limits import RELAY_GROUP_MAX, RELAY_WAITING_MAX
from backchannel.relay.mailbox import Outcome, Quota, Request, Stored, Totals
from backchannel.relay.mailstore import Mailstore
from backchannel.wire.mailbox import (
    Admission,
    Box,
    Take,
    make_admission,
    pack_taken,
    parse_put,
    parse_take,
)

OK, CREATED = 200, 201
MALFORMED, FORBIDDEN, CONFLICT, UNAVAILABLE, NO_ROOM = 400, 403, 409, 503, 507
STATUS = {
    "relay-key": CONFLICT,
    "relay-pass": FORBIDDEN,
    "not-the-owner": FORBIDDEN,
    "low-order-share": FORBIDDEN,
}
# What says nothing about whether the sender holds a pass.
STRANGE = frozenset(("request-shape", "relay-key", "relay-pass"))
EXPIRE_EVERY_S = 3_600.0
# How soon a take finds what another relay with the same database has stored.
LOOK_AGAIN_S = 1.0


class Reply(NamedTuple):
    """What is answered; `admitted` if the request was made with a pass."""

    status: int
    body: bytes
    admitted: bool = True


class RelayCounter:
    """One running relay: its key of this start, its mailboxes, and who waits at them."""

    def __init__(self, store: Mailstore, passes: tuple[bytes, ...], clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._admission: Admission = make_admission(clock.entropy(), passes)
        self._requests: deque[tuple[Request, asyncio.Future[Outcome]]] = deque()
        self._filled = asyncio.Event()
        self._bells: dict[Box, asyncio.Event] = {}
        # One thread: a database is written by one at a time.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mailstore")
        self.counts: Counter[str] = Counter()
        self.totals = Totals(0, 0, 0)
        self.failure = ""

    @property
    def key(self) -> bytes:
        """The public key of this start (RELAY-11)."""
        return self._admission.public

    @property
    def waiting(self) -> int:
        """How many takes wait for a capsule."""
        return len(self._bells)

    async def run(self) -> None:
        """Commit what is asked, and drop what has expired, until cancelled."""
        expiring = asyncio.ensure_future(self._expire())
        try:
            while True:
                await self._filled.wait()
                size = min(RELAY_GROUP_MAX, len(self._requests))
                await self._commit([self._requests.popleft() for _ in range(size)])
                if not self._requests:
                    self._filled.clear()
        finally:
            expiring.cancel()
            await asyncio.gather(expiring, return_exceptions=True)
            # A commit that is under way comes to its end before the database is closed.
            self._thread.shutdown(wait=True)

    def dismiss(self) -> None:
        """Answer all who wait with what there is, which is nothing: the relay is about to end."""
        bells, self._bells = self._bells, {}
        for bell in bells.values():
            bell.set()

    async def _commit(self, group: list[tuple[Request, "asyncio.Future[Outcome]"]]) -> None:
        requests = [request for request, _ in group]
        loop = asyncio.get_running_loop()
        try:
            outcomes, self.totals = await loop.run_in_executor(self._thread, self._apply, requests)
        except CustodyError as fault:
            self._failed(fault)
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(CustodyError(fault.reason))
            return
        self.failure = ""
        self.counts["commits"] += 1
        for (request, answer), outcome in zip(group, outcomes, strict=True):
            if not answer.done():
                answer.set_result(outcome)
            if isinstance(outcome, Stored) and (bell := self._bells.get(request.box)):
                bell.set()

    def _apply(self, requests: list[Request]) -> tuple[list[Outcome], Totals]:
        return self._store.apply(requests, self._clock.now()), self._store.totals()

    def _failed(self, fault: CustodyError) -> None:
        self.failure = str(fault)
        self.counts["failed commits"] += 1

    async def _expire(self) -> None:
        """Drop what has waited for too long, a little at a time, now and every hour (RELAY-22)."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                while gone := await loop.run_in_executor(
                    self._thread, self._store.expire, self._clock.now()
                ):
                    self.counts["expired"] += gone
                self.totals = await loop.run_in_executor(self._thread, self._store.totals)
            except CustodyError as fault:
                self._failed(fault)
            await asyncio.sleep(EXPIRE_EVERY_S)

    async def _done(self, request: Request) -> Outcome:
        """Wait until a request is committed. Raises CustodyError."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._requests.append((request, answer))
        self._filled.set()
        return await answer

    async def put(self, raw: bytes) -> Reply:
        """Answer a put (RELAY-13)."""
        try:
            outcome = await self._done(parse_put(raw, self._admission))
        except (JunkError, CustodyError) as fault:
            return self._refusal(fault)
        if isinstance(outcome, OfficerError):
            self.counts[outcome.reason] += 1
            return Reply(NO_ROOM, outcome.reason.encode())
        assert isinstance(outcome, Stored)
        self.counts[f"stored, {outcome.value}"] += 1
        return Reply(CREATED if outcome is Stored.NEW else OK, b"")

    async def take(self, raw: bytes) -> Reply:
        """Answer a take, with what is there or with what comes while it waits (RELAY-14)."""
        try:
            take = parse_take(raw, self._admission)
            capsules = await self._fetch(take)
        except (JunkError, CustodyError) as fault:
            return self._refusal(fault)
        self.counts["handed over"] += len(capsules)
        return Reply(OK, pack_taken(capsules))

    def _refusal(self, fault: JunkError | CustodyError) -> Reply:
        if isinstance(fault, CustodyError):
            return Reply(UNAVAILABLE, fault.reason.encode())
        self.counts[fault.reason] += 1
        status = STATUS.get(fault.reason, MALFORMED)
        return Reply(status, fault.reason.encode(), admitted=fault.reason not in STRANGE)

    async def _fetch(self, take: Take) -> tuple[bytes, ...]:
        """Return what lies in a mailbox, after waiting for it if need be. Raises CustodyError."""
        before = self._bells.get(take.box)
        if before is not None:
            before.set()
        bell = asyncio.Event()
        patient = take.wait_s > 0 and (before or len(self._bells) < RELAY_WAITING_MAX)
        if patient:
            self._bells[take.box] = bell
        until = asyncio.get_running_loop().time() + take.wait_s
        try:
            capsules = await self._taken(take)
            while patient and not capsules and self._bells.get(take.box) is bell:
                left = until - asyncio.get_running_loop().time()
                if left <= 0:
                    break
                pause = min(left, LOOK_AGAIN_S) if self._store.shared else left
                try:
                    async with asyncio.timeout(pause):
                        await bell.wait()
                except TimeoutError:
                    if not self._store.shared:
                        break
                bell.clear()
                if self._bells.get(take.box) is bell:
                    capsules = await self._taken(take._replace(done=()))
            return capsules
        finally:
            if self._bells.get(take.box) is bell:
                del self._bells[take.box]

    async def _taken(self, take: Take) -> tuple[bytes, ...]:
        outcome = await self._done(take)
        assert isinstance(outcome, tuple)
        return outcome


def fullness(totals: Totals, quota: Quota) -> float:
    """Return how full a relay is, from 0 to 1."""
    return min(1.0, totals.size_bytes / quota.all_bytes)
