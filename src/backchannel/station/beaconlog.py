"""Our beacon log as the record has it: its leaves, its checkpoints, and how far it is witnessed.

The leaves come from the entries of our own journal alone, after they are committed. This module
must not make a leaf, or speak to a witness. Clauses: PROOF-62, PROOF-63, PROOF-74.
"""

from backchannel.errors import JunkError
from backchannel.limits import BEACON_QUOTES_MAX, SEQUENCE_MAX
from backchannel.line.leaves import MODE
from backchannel.line.state import LineState
from backchannel.proof.checkpoint import Checkpoint, checkpoint_text, log_origin_of
from backchannel.proof.cosignature import cosign, cosignature_line
from backchannel.proof.levels import Levels
from backchannel.proof.note import Note, note_line
from backchannel.proof.policy import Policy, parse_policy
from backchannel.proof.vkey import Algorithm, VerifierKey
from backchannel.store.sqlite import Database
from backchannel.store.witnessed import Witnessed, openings, sizes_below, witnessed_at
from backchannel.wire.beacon import quote_of
from backchannel.wire.ids import LineId


class BeaconLog:
    """The log of one journal of ours, grown from the store."""

    def __init__(self, database: Database, line: LineId, no: int) -> None:
        self.no = no
        self._database = database
        self._line = line
        self._upto = -1
        self.levels = Levels()

    def grow(self) -> None:
        """Take in the leaves that were committed since the last time."""
        while page := openings(self._database, self._line, self.no, after_seq=self._upto):
            for opening in page:
                assert opening.beat.n == self.levels.size, "leaves stand without a gap"
                for leaf in opening.beat.leaves:
                    self.levels.append(leaf)
            self._upto = page[-1].seq

    def checkpoint(self, state: LineState, size: int) -> Checkpoint:
        """Return the checkpoint of the log at a size (PROOF-63)."""
        origin = log_origin_of(state.core.journals[self.no].id)
        return Checkpoint(origin, size, self.levels.root(size))


def log_key(state: LineState) -> VerifierKey | None:
    """Return the key under which a witness knows our log, or None where we keep none (PROOF-63)."""
    no = state.core.own.get(MODE)
    if no is None or not state.charter.witness_policy:
        return None
    journal = state.core.journals[no]
    origin = log_origin_of(journal.id)
    return VerifierKey(origin, Algorithm.MLDSA44_COSIGNATURE, journal.pq_public)


def signed_checkpoint(state: LineState, checkpoint: Checkpoint) -> Note:
    """Return a checkpoint of our log as a note with our signature. Draws the library's randomness.

    Who calls it has the root from the committed record (PROOF-63).
    """
    signature = cosign(state.secrets.hands[MODE].pq_seed, checkpoint.origin, checkpoint)
    public = state.core.journals[state.core.own[MODE]].pq_public
    line = cosignature_line(checkpoint.origin, public, signature)
    return Note(checkpoint_text(checkpoint), (line,))


def policy_of(state: LineState) -> Policy | None:
    """Return the witness policy of the charter, or None where it names none or cannot be read."""
    try:
        return parse_policy(state.charter.witness_policy)
    except JunkError:
        return None


def cosigned_names(policy: Policy, found: tuple[Witnessed, ...]) -> frozenset[str]:
    """Return whose cosignatures of a policy these are. They were verified when they came."""
    keys = {(each.line.name, each.line.key_id) for each in found}
    return frozenset(
        each.name for each in policy.witnesses if (each.key.name, each.key.key_id()) in keys
    )


def newest_quorum(
    database: Database, line: LineId, no: int, policy: Policy
) -> tuple[Witnessed, ...]:
    """Return the cosignatures of the newest size of a log at which the quorum is met, or nothing
    (PROOF-66, PROOF-74)."""
    for size in sizes_below(database, line, no, SEQUENCE_MAX):
        some = witnessed_at(database, line, no, size)
        if policy.meets(cosigned_names(policy, some)):
            return some
    return ()


def quotes(database: Database, state: LineState) -> tuple[bytes, ...]:
    """Return the hashes of witnesses' cosignatures that our next opening quotes (PROOF-60)."""
    policy, no = policy_of(state), state.core.own.get(MODE)
    if policy is None or no is None:
        return ()
    found = newest_quorum(database, state.line, no, policy)
    hashes = sorted({quote_of(note_line(each.line)) for each in found})
    return tuple(hashes[:BEACON_QUOTES_MAX])
