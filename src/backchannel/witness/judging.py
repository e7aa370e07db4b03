"""Whether a witness may cosign what a log submits: the checks of tlog-witness, in its order.

This module must not answer, sign or keep anything. Clauses: PROOF-70, PROOF-72.
"""

from collections.abc import Mapping, Sequence

from backchannel.errors import JunkError, ProofError
from backchannel.proof.merkle import EMPTY_ROOT, require_consistency
from backchannel.proof.submission import Submission
from backchannel.proof.vkey import VerifierKey, require_signed
from backchannel.store.witness import Latest

Logs = Mapping[str, Sequence[VerifierKey]]
"""The keys of the logs that a witness was told of, by origin."""


def require_known(submission: Submission, logs: Logs) -> None:
    """Raise ProofError unless a log that we were told of signed the checkpoint: "log-unknown",
    "log-signature".

    A line that names a known key and does not hold spoils the whole note; lines of other keys are
    none of our business.
    """
    origin = submission.checkpoint.origin
    keys = logs.get(origin)
    if keys is None:
        raise ProofError("log-unknown", f"this witness was told of no log {origin!a}")
    held = 0
    for line in submission.note.signatures:
        for key in keys:
            if not key.wrote(line):
                continue
            try:
                require_signed(key, line, submission.note.text, submission.checkpoint)
            except JunkError as fault:
                raise ProofError("log-signature", fault.reason) from None
            held += 1
    if not held:
        raise ProofError("log-signature", "no key of this log has signed the checkpoint")


def contradicts(submission: Submission, newest: Latest | None) -> bool:
    """Say whether a log has signed another root for the size that we have cosigned."""
    found = submission.checkpoint
    return newest is not None and found.size == newest.size and found.root != newest.root


def require_growth(submission: Submission, newest: Latest | None) -> None:
    """Raise ProofError unless a checkpoint goes on from the newest one that we have cosigned:
    "old-size", "size-conflict", "root-conflict", "consistency"."""
    size = submission.checkpoint.size
    known = 0 if newest is None else newest.size
    if submission.old > size:
        raise ProofError("old-size", f"old size {submission.old} above size {size}")
    if submission.old != known:
        raise ProofError("size-conflict", f"old size {submission.old}, cosigned is {known}")
    if contradicts(submission, newest):
        raise ProofError("root-conflict", f"another root was cosigned at size {size}")
    if not submission.old or submission.old == size:
        if submission.proof:
            raise ProofError("consistency", "from nothing, or to itself, nothing is proved")
        if not size and submission.checkpoint.root != EMPTY_ROOT:
            raise ProofError("consistency", "a log without leaves has another root")
        return
    assert newest is not None
    root = submission.checkpoint.root
    require_consistency(submission.old, size, submission.proof, newest.root, root)
