"""What a station must remember of a line to take the next step. Frozen; persisted in two parts.

`Core` may stand in a backup; `Secrets` never. What can be rebuilt from the record (authorities,
trails, pending frames) is in neither. This module must hold no rule.
"""

import msgspec

from backchannel.charter.charter import Charter
from backchannel.charter.roster import Authority
from backchannel.wire.entry import Head
from backchannel.wire.ids import CredentialId, EntryId, JournalId, LineId


class Signed(msgspec.Struct, frozen=True, gc=False):
    """A header with the signature of its writer."""

    header: bytes
    signature: bytes


class Address(msgspec.Struct, frozen=True):
    """Where a station can be reached: path id, text, SHA-256 of its certificate."""

    path: int
    text: str
    certificate: bytes


class HeldPrekey(msgspec.Struct, frozen=True):
    """The newest prekey of a station that we hold, and the slot that published it."""

    n: int
    public: bytes
    until: int
    seq: int


class Journal(msgspec.Struct, frozen=True, gc=False):
    """What we hold of one station's journal.

    `seen` is the fold of its entries' seen; `holds` the part of it about our own journals that
    fits what we signed: {own no: seq}; `uses` the highest of our prekeys that its offers were
    sealed to. `minutes` counts its proposals of minutes, `proposed` are the sizes in them:
    {no: size}; `leaves` counts those of its beacon log, `beat` is the period of the newest;
    `archived` counts its archive seals. `last` is the newest header, `ended` whether a successor
    closed it. `contradictions` are proofs kept against its cosignatures: (reason, journal no,
    size).
    """

    no: int
    party: int
    mode: int
    id: JournalId
    public: bytes
    pq_public: bytes
    credential: CredentialId
    seq: int = -1
    head: bytes = b""
    last: Signed | None = None
    seen: dict[int, Head] = {}
    holds: dict[int, int] = {}
    offered: int = 0
    uses: int = 0
    prekey: HeldPrekey | None = None
    unopened: tuple[bytes, ...] = ()
    addresses: tuple[Address, ...] = ()
    branches: int = 0
    forked: bool = False
    ended: bool = False
    minutes: int = 0
    proposed: dict[int, int] = {}
    contradictions: tuple[tuple[str, int, int], ...] = ()
    leaves: int = 0
    beat: int = 0
    archived: int = 0


class Due(msgspec.Struct, frozen=True):
    """A receipt that is owed in one mode: entries waiting, and when it must leave (ms elapsed)."""

    count: int
    by: int


class Asking(msgspec.Struct, frozen=True):
    """The question before the first signature in one mode: our nonce, since when (ms elapsed),
    whether a goodbye or a run mark speaks for our disk, and the answers that agreed, by the
    answering journal's number."""

    nonce: bytes
    since: int
    vouched: bool
    answers: dict[int, bytes] = {}


class Proposed(msgspec.Struct, frozen=True):
    """The n-th proposal of a minute by journal `no`, at a time that it claims: (journal no, size)
    of what it would have cosigned."""

    entry: EntryId
    no: int
    n: int
    time: int
    sizes: tuple[tuple[int, int], ...]


class Minutes(msgspec.Struct, frozen=True):
    """The minutes of one mode. `newest` is the proposal that came last; `open` are those that we
    have not cosigned, and `unnamed` the newest of others that no proposal of ours names, both by
    journal. `uncovered` are the newest statements over which we have cosigned nothing, {no: seq};
    `since` is when the first of them came, or we last proposed or cosigned (ms elapsed)."""

    newest: Proposed | None = None
    open: dict[int, Proposed] = {}
    unnamed: dict[int, EntryId] = {}
    uncovered: dict[int, int] = {}
    since: int = 0


class Unmatched(msgspec.Struct, frozen=True):
    """A minute in slot `seq` of journal `no` whose checkpoints, (journal no, size, root), have not
    been held against those that the store has from others, and from its own station."""

    no: int
    seq: int
    entry: EntryId
    rows: tuple[tuple[int, int, bytes], ...]


class Beating(msgspec.Struct, frozen=True):
    """Our beacon: since when its period runs (ms of running time), the start of this station in
    which the clock was last asked what was missed, and how many leaves are due."""

    since: int
    starts: int
    wanted: int = 0


class Mark(msgspec.Struct, frozen=True):
    """Our clock said `now`, seconds UTC, when the running time was `elapsed` ms; from then on the
    two went together. `heads` is how far we held each journal by then: {no: seq}."""

    now: int
    elapsed: int
    heads: dict[int, int]


class Keeping(msgspec.Struct, frozen=True):
    """The archive of our party at this station: when the content keys were last looked through (ms
    of running time), and which UTC day then had keys to seal, {mode: day}."""

    swept: int
    days: dict[int, int] = {}


class Core(msgspec.Struct, frozen=True):
    """The part of the state that is no secret. Times in ms of running time unless named so.

    `accepted` counts the hour of each journal: {no: (begin, entries, bytes)}.
    `unsealed` are our entries that no envelope holds yet: {no: {seq: precedence}}.
    `marks` say how our clock and running time went together, `began` is the newest start.
    """

    version: int
    elapsed: int
    starts: int
    journals: dict[int, Journal]
    own: dict[int, int]
    due: dict[int, Due] = {}
    spoke: dict[int, int] = {}
    asking: dict[int, Asking] = {}
    consent: dict[int, bytes] = {}
    accepted: dict[int, tuple[int, int, int]] = {}
    unsealed: dict[int, dict[int, int]] = {}
    minutes: dict[int, Minutes] = {}
    unmatched: tuple[Unmatched, ...] = ()
    beating: Beating | None = None
    marks: tuple[Mark, ...] = ()
    began: int = 0
    keeping: Keeping | None = None


class OutEpoch(msgspec.Struct, frozen=True, gc=False):
    """An epoch that we send in: chain key CK_i with the next index i, and who can open it."""

    epoch: int
    offered_at: int
    chain: bytes
    index: int
    recipients: tuple[int, ...]
    opened: int


class InEpoch(msgspec.Struct, frozen=True, gc=False):
    """Another's epoch: chain key CK_i for the next index i, and the keys of boxes skipped."""

    chain: bytes
    index: int
    opened: int
    skipped: dict[int, bytes] = {}


class OwnPrekey(msgspec.Struct, frozen=True):
    """The private part of one of our prekeys, when it was made (ms of running time), and the slot
    that published it."""

    n: int
    private: bytes
    made: int
    seq: int = -1


class Hand(msgspec.Struct, frozen=True):
    """What signs and opens for us in one mode. `secret` is Ed25519, 64 bytes.

    `former` are the prekeys of our ended journals by number: others may know of no newer one.
    """

    credential: CredentialId
    secret: bytes
    pq_seed: bytes
    prekeys: tuple[OwnPrekey, ...] = ()
    epochs: tuple[OutEpoch, ...] = ()
    zero: OutEpoch | None = None
    numbers: tuple[int, ...] = ()
    former: dict[int, tuple[OwnPrekey, ...]] = {}


class Secrets(msgspec.Struct, frozen=True):
    """Keys. Never in a backup, never in a row that another may read.

    `incoming` is {sender no: {epoch: chain}}; `courier` is {generation: K_epoch}.
    """

    hands: dict[int, Hand]
    incoming: dict[int, dict[int, InEpoch]] = {}
    courier: dict[int, bytes] = {}


class LineState(msgspec.Struct, frozen=True):
    """All of it. `trails` are the newest entry ids by journal and slot; `pending` frames behind a
    gap; `waiting` frames whose writer we do not know yet; `compare` frames to be held against
    what the store has in their slot; `branches` the entries by which authority journals fork;
    `directly` the waiting slots that another station could not open in an epoch."""

    line: LineId
    party: int
    charter: Charter
    core: Core
    secrets: Secrets
    authorities: dict[int, Authority]
    trails: dict[int, dict[int, bytes]] = {}
    pending: dict[int, dict[int, bytes]] = {}
    waiting: tuple[bytes, ...] = ()
    compare: tuple[tuple[int, int, bytes], ...] = ()
    branches: dict[int, tuple[bytes, ...]] = {}
    directly: frozenset[tuple[int, int]] = frozenset()
