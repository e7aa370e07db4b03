"""The witness itself: what it was told to watch, what it keeps, and how it answers.

A checkpoint is durable here before its cosignature exists for anybody else, and the look at the
newest one and its replacement are one act. This module must not speak to a network. Clauses:
PROOF-70 to PROOF-72.
"""

from collections.abc import Iterable
from typing import NamedTuple

from backchannel.clock import Clock
from backchannel.errors import BackchannelError, CustodyError, JunkError, ProofError
from backchannel.proof.note import NoteSignature, note_line
from backchannel.proof.submission import Submission, parse_submission
from backchannel.proof.vkey import VerifierKey, cosign_at, witness_key
from backchannel.station.keyring import WitnessSecret
from backchannel.store.sqlite import Database
from backchannel.store.witness import Latest, keep_contradiction, keep_latest, latest
from backchannel.witness.judging import contradicts, require_growth, require_known

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
STATUS = {
    "log-unknown": 404,
    "log-signature": 403,
    "old-size": 400,
    "size-conflict": 409,
    "root-conflict": 409,
    "consistency": 422,
}


class Reply(NamedTuple):
    """What is answered to a request over HTTP."""

    status: int
    body: str
    media: str = TEXT


class Keeper:
    """A witness: its key, the logs that it was told of, its memory."""

    def __init__(
        self,
        secret: WitnessSecret,
        logs: Iterable[VerifierKey],
        memory: Database,
        clock: Clock,
    ) -> None:
        self._secret = secret
        self._key = witness_key(secret.name, secret.seed)
        self._memory = memory
        self._clock = clock
        self._logs: dict[str, list[VerifierKey]] = {}
        for key in logs:
            self._logs.setdefault(key.name, []).append(key)

    def answer(self, body: bytes) -> Reply:
        """Return what is answered to an `add-checkpoint` request (PROOF-70)."""
        try:
            submission = parse_submission(body)
        except JunkError as fault:
            return Reply(400, f"{fault}\n")
        origin = submission.checkpoint.origin
        try:
            require_known(submission, self._logs)
            newest = latest(self._memory, origin)
            found = self._seen(submission)
            if newest is not None and contradicts(submission, newest):
                keep_contradiction(self._memory, origin, found, cosigned=newest.note)
            require_growth(submission, newest)
            keep_latest(self._memory, origin, found)
        except ProofError as fault:
            return self._refusal(fault, origin)
        except CustodyError as fault:
            return Reply(503, f"{fault.reason}: nothing can be kept, so nothing is cosigned\n")
        return Reply(200, note_line(self._cosigned(submission, found.time)))

    def _seen(self, submission: Submission) -> Latest:
        """Return a checkpoint as it would be kept now."""
        found = submission.checkpoint
        return Latest(found.size, found.root, submission.raw, self._clock.now())

    def _cosigned(self, submission: Submission, when: int) -> NoteSignature:
        """Return our cosignature of a checkpoint that is kept."""
        key, secret = self._key, self._secret
        signed = cosign_at(secret.seed, secret.name, submission.checkpoint, when)
        return NoteSignature(key.name, key.key_id(), signed)

    def _refusal(self, fault: BackchannelError, origin: str) -> Reply:
        """Return a refusal. Who believes in another size is told ours (PROOF-72)."""
        status = STATUS[fault.reason]
        if status != 409:
            return Reply(status, f"{fault}\n")
        newest = latest(self._memory, origin)
        return Reply(status, f"{newest.size if newest is not None else 0}\n", SIZE)
