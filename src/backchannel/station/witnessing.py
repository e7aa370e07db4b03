"""The errand to the witnesses: each is shown the newest checkpoint of our beacon log, and what it
cosigns is kept.

Every witness of the charter is asked by itself; one that is slow or gone holds up nobody, and is
asked again with what has come since in one step. This module must not make a leaf, and must not
believe a witness: what does not verify is not kept. Clauses: PROOF-74, PROOF-75.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from backchannel.errors import BackchannelError, JunkError, OfficerError
from backchannel.limits import (
    POLICY_NAMES_MAX,
    WITNESS_ATTEMPTS_MAX,
    WITNESS_PAUSE_SECONDS_MAX,
    WITNESS_PAUSE_SECONDS_MIN,
)
from backchannel.line.leaves import MODE
from backchannel.line.rows import EntryRow, Row
from backchannel.line.state import LineState
from backchannel.proof.checkpoint import Checkpoint, parse_size
from backchannel.proof.note import Note, NoteSignature, parse_line
from backchannel.proof.policy import Witness
from backchannel.proof.submission import pack_submission
from backchannel.proof.vkey import require_signed
from backchannel.station.beaconlog import BeaconLog, policy_of, signed_checkpoint
from backchannel.station.errand import Answer, submit
from backchannel.station.runner import Runner
from backchannel.store.witnessed import Witnessed, keep_witnessed, witnessed_size
from backchannel.wire.entry import EntryType

OK, CONFLICT = 200, 409
REFUSALS = {
    400: "it understands the request otherwise; compare versions",
    403: "it knows another key for our log; give it the one that status shows",
    404: "it was not told of our log; give its operator the key that status shows",
    422: "it holds another history of our log than we do; see docs/guide/witness.md",
}

Ask = Callable[[str, bytes], Awaitable[Answer]]


class Witnessing:
    """All witnesses of one line, as far as our own beacon log goes."""

    def __init__(self, runner: Runner, ask: Ask | None = None) -> None:
        self._runner = runner
        self._threads = ThreadPoolExecutor(POLICY_NAMES_MAX, thread_name_prefix="witness")
        self._ask = ask or partial(submit, threads=self._threads)
        self._log: BeaconLog | None = None
        self._asked: dict[Witness, asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self.faults: dict[str, OfficerError] = {}
        runner.listen(self._committed)

    async def run(self) -> None:
        """Do the errand until cancelled. Raises CustodyError if nothing can be kept."""
        try:
            while True:
                news = asyncio.ensure_future(self._news.wait())
                self._tend(self._runner.state)
                work = (news, *self._asked.values())
                done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                for each in done:
                    # None ends but by a fault of our own disk, or a bug.
                    each.result()
        finally:
            for task in self._asked.values():
                task.cancel()
            # The database may be closed when this is over.
            await asyncio.gather(*self._asked.values(), return_exceptions=True)
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _committed(self, state: LineState, rows: Sequence[Row]) -> None:
        """Wake when our log has grown, or when the charter may have changed."""
        kinds = {(row.no, row.type) for row in rows if isinstance(row, EntryRow)}
        ours = (state.core.own.get(MODE), EntryType.BEACON_OPENING)
        if ours in kinds or any(kind == EntryType.AMENDMENT for _, kind in kinds):
            news, self._news = self._news, asyncio.Event()
            news.set()

    def _tend(self, state: LineState) -> None:
        """Ask the witnesses that the charter names now, each in a task of its own."""
        policy = policy_of(state)
        named = [each for each in policy.witnesses if each.url] if policy is not None else []
        for gone in self._asked.keys() - set(named):
            self._asked.pop(gone).cancel()
            self.faults.pop(gone.name, None)
        for each in named:
            if each not in self._asked:
                self._asked[each] = asyncio.create_task(self._go(each))

    async def _go(self, witness: Witness) -> None:
        """Have one witness cosign what has come, and wait for more; longer after each failure."""
        pause = WITNESS_PAUSE_SECONDS_MIN
        while True:
            news = self._news
            try:
                await self._show(witness)
            except OfficerError as fault:
                self.faults[witness.name] = fault
                await asyncio.sleep(pause)
                pause = min(2 * pause, WITNESS_PAUSE_SECONDS_MAX)
                continue
            self.faults.pop(witness.name, None)
            pause = WITNESS_PAUSE_SECONDS_MIN
            await news.wait()

    def _grown(self) -> BeaconLog | None:
        """Return our log as it stands now, or None where we keep none."""
        custody, state = self._runner.custody, self._runner.state
        no = state.core.own.get(MODE)
        if no is None:
            return None
        if self._log is None or self._log.no != no:
            self._log = BeaconLog(custody.database, custody.line, no)
        self._log.grow()
        return self._log

    async def _show(self, witness: Witness) -> None:
        """Have one witness cosign the newest checkpoint, if it has not. Raises OfficerError."""
        custody, log = self._runner.custody, self._grown()
        if log is None or not log.levels.size:
            return
        name, key_id = witness.key.name, witness.key.key_id()
        old = witnessed_size(custody.database, custody.line, log.no, name=name, key_id=key_id)
        size = log.levels.size
        if old == size:
            return
        checkpoint = log.checkpoint(self._runner.state, size)
        note = signed_checkpoint(self._runner.state, checkpoint)
        for _ in range(WITNESS_ATTEMPTS_MAX):
            proof = log.levels.consistency(old, size)
            answer = await self._ask(witness.url, pack_submission(old, proof, note))
            if answer.status == OK:
                line = cosignature_in(answer.body, witness, note, checkpoint)
                keep_witnessed(custody.database, custody.line, log.no, Witnessed(size, line))
                return
            old = size_told(answer, old=old, size=size)
        raise OfficerError("witness-refuses", "it names another size at each attempt")


def size_told(answer: Answer, *, old: int, size: int) -> int:
    """Return the size that a witness says it holds. Raises OfficerError: "witness-refuses",
    "witness-ahead", "witness-contradicts" (PROOF-75)."""
    if answer.status in (CONFLICT, 422):
        held = held_in(answer) if answer.status == CONFLICT else old
        if held == old:
            raise OfficerError("witness-contradicts", REFUSALS[422])
        if held > size:
            raise OfficerError(
                "witness-ahead",
                f"it holds {held} leaves of our log, we have {size}: this disk is an old one, or "
                "another machine signs with our key; see docs/guide/witness.md",
            )
        return held
    said = REFUSALS.get(answer.status, "try later")
    raise OfficerError("witness-refuses", f"it answers {answer.status}: {said}")


def held_in(answer: Answer) -> int:
    """Return the size in the body of a 409. Raises OfficerError("witness-refuses")."""
    try:
        return parse_size(answer.body.decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, JunkError):
        raise OfficerError("witness-refuses", "it answers 409 and names no size") from None


def cosignature_in(
    body: bytes, witness: Witness, note: Note, checkpoint: Checkpoint
) -> NoteSignature:
    """Return the first line of an answer that is the witness's own and verifies, with a time.

    Lines of other keys are ignored. Raises OfficerError("witness-answer") (PROOF-74).
    """
    try:
        lines = [parse_line(line) for line in body.decode().removesuffix("\n").split("\n")]
        for line in lines:
            if witness.key.wrote(line) and require_signed(witness.key, line, note.text, checkpoint):
                return line
    except (UnicodeDecodeError, BackchannelError) as fault:
        reason = getattr(fault, "reason", "no text")
        raise OfficerError("witness-answer", f"what it answers does not verify: {reason}") from None
    raise OfficerError("witness-answer", "no line of its answer has its key and a time")
