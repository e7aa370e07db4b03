"""Handing on: copies of notices on their way to this room's own systems, when officers order it.

The order is entered before the copy leaves, and entered again when it was taken; in between it is
tried until it is, over every start. Nothing is kept beside the record: a copy is made anew, and
must have the very hash that was ordered. This module must not hand on what nobody ordered. Clauses:
NOTICE-118, NOTICE-119.
"""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from backchannel.errors import BackchannelError, CustodyError, OfficerError
from backchannel.line.events import HandedOn
from backchannel.line.rows import HappenedRow, Row
from backchannel.line.state import LineState
from backchannel.station.asked import CopyQuery, Order
from backchannel.station.copying import copy_of
from backchannel.station.errand import cut_off
from backchannel.station.handorders import require_hand_on
from backchannel.station.hookreports import Handed, HookReport, HooksReport
from backchannel.station.hooks import Address, Copy, Hook, connection_to, drop, post
from backchannel.station.judging import Record, own_journals, spoken
from backchannel.station.lamps import WARNING
from backchannel.station.limits import (
    HOOK_PAUSE_SECONDS_MAX,
    HOOK_PAUSE_SECONDS_MIN,
    HOOK_SECONDS_MAX,
    HOOKS_MAX,
)
from backchannel.station.naming import entry_named
from backchannel.station.reading import require_held
from backchannel.station.reports import Finding
from backchannel.station.runner import Runner
from backchannel.store import queries
from backchannel.store.handed import handed_by
from backchannel.wire.codec import decode
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.payload import Happening
from backchannel.wire.primitives import sha256
from backchannel.wire.signing import Mode


class Waiting(NamedTuple):
    """A copy that was ordered and not taken yet."""

    entry: EntryId
    hook: str
    format: str
    digest: bytes


class Handing:
    """All hooks of one line, and what is on its way to them."""

    def __init__(self, runner: Runner, hooks: Sequence[Hook] = ()) -> None:
        self._runner = runner
        self._named = {each.name: each for each in hooks}
        self._threads = ThreadPoolExecutor(HOOKS_MAX, thread_name_prefix="hook")
        self._waiting: dict[tuple[str, bytes], Waiting] = {}
        self._faults: dict[tuple[str, bytes], BackchannelError] = {}
        self._news = asyncio.Event()
        record = self._record()
        for no in sorted(own_journals(record.state)):
            seq = record.state.core.journals[no].seq
            for body in handed_by(record.custody.database, record.custody.line, no, seq):
                self._note(body)
        runner.listen(self._committed)

    def _record(self) -> Record:
        """Return what a copy is made of, as of now."""
        return Record(self._runner.custody, self._runner.state, self._runner.clock.now())

    # --- Asking -----------------------------------------------------------------------------------

    def copy(self, name: str, query: CopyQuery) -> bytes:
        """Return a copy of a notice that a person names. Raises OfficerError."""
        record = self._record()
        return copy_of(record, entry_named(record, name), query.format, query.to)

    def hooks(self) -> HooksReport:
        """Return the hooks, and what waits for each."""
        listed = [
            HookReport(each.name, each.format, each.place, tuple(self._waits_for(each.name)))
            for each in self._named.values()
        ]
        gone = sorted({hook for hook, _ in self._waiting} - self._named.keys())
        listed += [HookReport(name, "", "", tuple(self._waits_for(name))) for name in gone]
        return HooksReport(tuple(listed))

    def _waits_for(self, hook: str) -> Iterator[Handed]:
        """Yield what waits for a hook."""
        yield from (self._handed(each) for each in self._waiting.values() if each.hook == hook)

    def _handed(self, each: Waiting) -> Handed:
        """Return how far a copy has come."""
        key = (each.hook, bytes(each.entry))
        fault = self._faults.get(key)
        if each.hook not in self._named:
            fault = gone(each.hook)
        record = self._record()
        stated = queries.statement(record.custody.database, record.custody.line, each.entry)
        return Handed(
            entry=each.entry.hex(),
            number=spoken(record, stated),
            hook=each.hook,
            format=each.format,
            sha256=each.digest.hex(),
            taken=key not in self._waiting,
            fault=fault.text if fault is not None else "",
        )

    def lamps(self) -> Iterator[Finding]:
        """Yield what was ordered and cannot be handed on."""
        for each in self._waiting.values():
            found = self._handed(each)
            if found.fault:
                yield Finding(
                    WARNING,
                    "hook-waits",
                    f"{found.number} is to be handed on to {each.hook}, which has not taken it: "
                    f"{found.fault}",
                    "Tell those people by hand now; mend the hook, or take it up again with "
                    "backchannel hand-on.",
                )

    # --- Doing ------------------------------------------------------------------------------------

    async def hand_on(self, order: Order) -> Handed:
        """Enter an order and hand the copy on; return how far it came within some seconds.

        Raises OfficerError, JunkError. What was ordered is tried until it is taken.
        """
        record = self._record()
        raw = bytes.fromhex(order.order)
        signed = [(CredentialId(bytes.fromhex(c)), bytes.fromhex(s)) for c, s in order.signatures]
        wanted = require_hand_on(record.state, raw, signed, record.now)
        hook = self._named.get(wanted.hook)
        if hook is None:
            raise gone(wanted.hook)
        if require_held(record, wanted.entry).said.mode != wanted.mode:
            raise OfficerError("other-mode", f"this statement is not of mode {wanted.mode.name}")
        if sha256(copy_of(record, wanted.entry, hook.format, hook.name)) != wanted.digest:
            raise differs(hook.name)
        waiting = Waiting(wanted.entry, hook.name, hook.format, wanted.digest)
        await self._enter(waiting, taken=False)
        await self._settled(waiting)
        return self._handed(waiting)

    async def _enter(self, each: Waiting, *, taken: bool) -> None:
        """Enter that a copy is handed on, or was taken."""
        said = require_held(self._record(), each.entry).said
        event = HandedOn(
            at=self._runner.moment(),
            entry=each.entry,
            no=said.no,
            seq=said.seq,
            hook=each.hook,
            format=each.format,
            digest=each.digest,
            taken=taken,
        )
        await self._runner.submit(event)

    async def _settled(self, each: Waiting) -> None:
        """Wait until a copy is taken or something is wrong, no longer than one try lasts."""
        key = (each.hook, bytes(each.entry))
        try:
            async with asyncio.timeout(HOOK_SECONDS_MAX):
                while key in self._waiting and key not in self._faults:
                    await self._news.wait()
        except TimeoutError:
            return

    # --- On the way -------------------------------------------------------------------------------

    def _committed(self, state: LineState, rows: Sequence[Row]) -> None:
        """Note what our own journals say of copies."""
        for row in rows:
            if not isinstance(row, HappenedRow) or row.kind != Happening.HANDED_ON:
                continue
            if row.no in own_journals(state):
                self._note(row.body)
                self._tell()

    def _note(self, body: bytes) -> None:
        """Note that a copy was ordered or taken; the newest word on a notice and a hook counts."""
        match decode(body):
            case (bytes(entry), str(hook), str(format_name), bytes(digest), taken):
                key, made = (hook, entry), Waiting(EntryId(entry), hook, format_name, digest)
                if not taken:
                    self._waiting[key] = made
                elif self._waiting.get(key) == made:
                    # What was ordered anew meanwhile still waits.
                    del self._waiting[key]
                self._faults.pop(key, None)

    def _tell(self) -> None:
        """Wake whoever waits for something to change."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def run(self) -> None:
        """Hand on until cancelled."""
        work = [asyncio.create_task(self._serve(each)) for each in self._named.values()]
        try:
            # Without a hook there is nothing to do, and nothing ends.
            await asyncio.gather(*work, asyncio.Event().wait())
        finally:
            for each in work:
                each.cancel()
            # The database may be closed when this is over.
            await asyncio.gather(*work, return_exceptions=True)
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _serve(self, hook: Hook) -> None:
        """Hand on what waits for one hook, oldest first; longer pauses after each failure."""
        pause = HOOK_PAUSE_SECONDS_MIN
        while True:
            news = self._news
            failed = False
            for each in [each for each in self._waiting.values() if each.hook == hook.name]:
                failed |= not await self._try(hook, each)
            if not failed:
                pause = HOOK_PAUSE_SECONDS_MIN
                await news.wait()
                continue
            try:
                # A new order is tried at once.
                async with asyncio.timeout(pause):
                    await self._ordered(hook)
            except TimeoutError:
                pause = min(2 * pause, HOOK_PAUSE_SECONDS_MAX)

    async def _ordered(self, hook: Hook) -> None:
        """Wait until something waits for a hook of which no try has failed yet."""
        while all(key in self._faults for key in self._waiting if key[0] == hook.name):
            await self._news.wait()

    async def _try(self, hook: Hook, each: Waiting) -> bool:
        """Hand one copy on and enter that it was taken; say whether it was."""
        key = (hook.name, bytes(each.entry))
        try:
            await self._hand_over(hook, self._made(hook, each))
            await self._enter(each, taken=True)
        except (OfficerError, CustodyError) as fault:
            # What our disk cannot keep now the station says by itself; this one tries again.
            self._faults[key] = fault
            self._tell()
            return False
        return True

    def _made(self, hook: Hook, each: Waiting) -> Copy:
        """Return a copy made anew. Raises OfficerError: "still-asking" while it could not be
        entered that it was taken, "hand-on-differs" if it is another one."""
        record = self._record()
        if require_held(record, each.entry).said.mode in record.state.core.asking:
            raise OfficerError(
                "still-asking",
                "this station has just started, and hands on as soon as it may enter that again",
            )
        body = copy_of(record, each.entry, each.format, each.hook)
        if sha256(body) != each.digest or hook.format != each.format:
            raise differs(each.hook)
        mode = Mode(require_held(record, each.entry).said.mode).name
        return Copy(body, each.digest.hex(), mode, each.entry.hex())

    async def _hand_over(self, hook: Hook, copy: Copy) -> None:
        """Give a copy to its hook, within bounded time. Raises OfficerError."""
        loop = asyncio.get_running_loop()
        if not isinstance(hook.target, Address):
            await loop.run_in_executor(self._threads, drop, hook, hook.target, copy)
            return
        connection = connection_to(hook.target)
        asking = loop.run_in_executor(self._threads, post, connection, hook, hook.target, copy)
        # Nobody else waits for it: what it raises after its time is up is heard by nobody.
        asking.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            async with asyncio.timeout(HOOK_SECONDS_MAX):
                await asyncio.shield(asking)
        except TimeoutError:
            raise OfficerError(
                "hook-slow", f"{hook.name}: no answer in {HOOK_SECONDS_MAX:.0f} s"
            ) from None
        finally:
            cut_off(connection)


def gone(name: str) -> OfficerError:
    """Return the error for a hook that the settings do not name."""
    return OfficerError(
        "no-such-hook",
        f"{name!a} is no hook of this station; name it under hooks in its settings, and start the "
        "station again",
    )


def differs(name: str) -> OfficerError:
    """Return the error for a copy that is not the one that was ordered."""
    return OfficerError(
        "hand-on-differs",
        f"the copy for {name} is not the one that was ordered: the notice was recalled or changed, "
        "or this program was; look at it, and order it again",
    )
