"""All that can happen to a line.

An event is something that has happened; it brings its own time and chance. This module must hold no
rule.
"""

import msgspec

from backchannel.errors import BackchannelError
from backchannel.wire.envelope import Attachment, Seal
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.minute import Cosigned as CosignedRow
from backchannel.wire.nonanswer import NonAnswer


class Moment(msgspec.Struct, frozen=True, gc=False):
    """When an event happened, and 32 bytes of chance for handling it.

    `now` is the clock's claim in seconds UTC: it labels. `elapsed` is running time of this station
    in milliseconds, added up over all its starts: it alone ages anything (RECORD-80).
    `uncertainty` is what the clock may be wrong by, in seconds, as far as it knows.
    """

    now: int
    elapsed: int
    entropy: bytes
    uncertainty: int = 2


# --- Events ---------------------------------------------------------------------------------------


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has happened."""

    at: Moment


class Started(Event, frozen=True, kw_only=True):
    """The station's process began. `mark` is what the run mark says of our journals, if there is
    one; `clean` whether the last stop said goodbye."""

    clean: bool
    mark: dict[int, int] | None


class Answered(Event, frozen=True, kw_only=True):
    """Another station answered our question about our own journals."""

    answer: bytes
    signature: bytes


class ResumeOrdered(Event, frozen=True, kw_only=True):
    """Officers of our party, known to the station by their keys, ordered it to go on: two of them
    in the old journal, or one in a new journal (RECORD-75)."""

    mode: int
    officers: tuple[CredentialId, ...]
    new_journal: bool


class Given(Event, frozen=True, kw_only=True):
    """Frames came by hand, in the clear: an authority file or another station's founding file."""

    frames: tuple[bytes, ...]


class Arrived(Event, frozen=True, gc=False, kw_only=True):
    """A sealed envelope came by a path, handed over by the station `by`, if that is known."""

    path: int
    envelope: bytes
    by: bytes = b""


class Released(Event, frozen=True, gc=False, kw_only=True):
    """Officers signed a statement. Content is the plain bytes that the statement commits to."""

    mode: int
    statement: bytes
    signatures: tuple[bytes, ...]
    content: bytes
    attachments: tuple[Attachment, ...] = ()


class Shown(Event, frozen=True, kw_only=True):
    """A desk has drawn the whole text of a statement, with an officer on watch."""

    entry: EntryId
    no: int
    seq: int
    croot: bytes
    posts: tuple[str, ...]


class Disclosed(Event, frozen=True, kw_only=True):
    """Officers order that a stranger be shown a statement: which fields are opened, and why."""

    entry: EntryId
    no: int
    seq: int
    labels: tuple[int, ...]
    purpose: str


class SpanDisclosed(Event, frozen=True, kw_only=True):
    """Officers order that a stranger be shown a span up to a minute, which stands in a slot.

    `since` is the earlier minute, none for the beginning. Of so many statements the words are
    shown, of so many hidden.
    """

    entry: EntryId
    no: int
    seq: int
    since: tuple[EntryId, ...]
    shown: int
    hidden: int
    purpose: str


class HandedOn(Event, frozen=True, kw_only=True):
    """Officers order that a copy of a notice be handed on to a hook, or it has been taken there:
    the hook's name, the format, and the SHA-256 of the very bytes."""

    entry: EntryId
    no: int
    seq: int
    hook: str
    format: str
    digest: bytes
    taken: bool


class Unanswered(Event, frozen=True, kw_only=True):
    """A deadline of our statement in journal `no` has passed: what its non-answer is to say, as far
    as was held when the record was read."""

    no: int
    precedence: int
    said: NonAnswer


class Escalated(Event, frozen=True, kw_only=True):
    """A statement of ours in journal `no` that nobody answers is taken on, by these steps."""

    entry: EntryId
    no: int
    steps: tuple[int, ...]


class Took(Event, frozen=True, kw_only=True):
    """A path took envelopes of our statements. It says nothing about arrival."""

    path: int
    mode: int
    entries: tuple[EntryId, ...]


class PathChanged(Event, frozen=True, kw_only=True):
    """A path came up or went down."""

    path: int
    station: str
    up: bool


class AddressChanged(Event, frozen=True, kw_only=True):
    """This station can be reached elsewhere: path id, text, SHA-256 of its certificate."""

    path: int
    text: str
    certificate: bytes


class EpochSealed(Event, frozen=True, kw_only=True):
    """The signer drew a seed of 32 bytes and sealed it to each recipient's prekey."""

    mode: int
    epoch: int
    seed: bytes
    seals: tuple[Seal, ...]


class PrekeySigned(Event, frozen=True, kw_only=True):
    """The signer made the ML-DSA-44 signature over our next prekey."""

    mode: int
    n: int
    private: bytes
    since: int
    until: int
    signature: bytes


class KeySealed(Event, frozen=True, kw_only=True):
    """The signer drew a fresh key and sealed it directly to each recipient, for one entry, whose
    frame the store has read back."""

    no: int
    seq: int
    frame: bytes
    key: bytes
    seals: tuple[Seal, ...]


class SlotRead(Event, frozen=True, kw_only=True):
    """The store was asked what stands in a slot that an arrived frame claims."""

    no: int
    seq: int
    header: bytes
    signature: bytes
    frame: bytes


class AskedAgain(Event, frozen=True, kw_only=True):
    """An entry that the store has read back as a frame is to be sealed: it waited for an epoch, or
    another station lost it or, if `unopened`, cannot open it."""

    no: int
    seq: int
    frame: bytes
    unopened: bool = False


class Consented(Event, frozen=True, kw_only=True):
    """An officer allows epoch 0 in a mode: keys of the courier package alone (KEYS-30)."""

    mode: int
    credential: CredentialId


class MinuteOrdered(Event, frozen=True, kw_only=True):
    """A person of our party wants a minute in a mode now."""

    mode: int


class Cosigned(Event, frozen=True, kw_only=True):
    """The signer has cosigned what the proposal `minute` names, as our record has it. What it had
    cosigned before is not among the rows."""

    mode: int
    minute: EntryId
    rows: tuple[CosignedRow, ...]


class OtherRoot(msgspec.Struct, frozen=True):
    """Station `credential` has cosigned another root of journal `no` at a size, in the minute
    `entry` that stands in slot `at_seq` of journal `at_no`."""

    no: int
    size: int
    root: bytes
    credential: CredentialId
    entry: EntryId
    at_no: int
    at_seq: int


class RootsRead(Event, frozen=True, kw_only=True):
    """The store was asked who cosigned the checkpoints of a minute with other roots."""

    minute: EntryId
    others: tuple[OtherRoot, ...]


class Beaten(Event, frozen=True, kw_only=True):
    """The store was read for our beacon's leaves from `n` on: (journal no, size, root), quotes."""

    n: int
    rows: tuple[tuple[int, int, bytes], ...]
    quotes: tuple[bytes, ...] = ()


class Looked(msgspec.Struct, frozen=True, gc=False):
    """A content key whose wrap is durable: when it was first met and its matter found over, as it
    was kept (ms of running time, None for not yet), and whether its matter is over now."""

    entry: EntryId
    met: int | None
    over: int | None
    is_over: bool


class Swept(Event, frozen=True, kw_only=True):
    """The store was looked through: UTC days that are over and have keys to seal, {mode: day}, and
    some of the content keys that are sealed."""

    days: dict[int, int]
    looked: tuple[Looked, ...] = ()


class DaySealed(Event, frozen=True, kw_only=True):
    """The signer made the n-th archive seal of our journal `no`, for these entries, and forgot the
    archive key."""

    mode: int
    no: int
    n: int
    payload: bytes
    entries: tuple[EntryId, ...]


class OpeningOrdered(Event, frozen=True, kw_only=True):
    """A person of our party has a warrant entered: the payload holds it with its signatures."""

    mode: int
    payload: bytes


class TimePassed(Event, frozen=True, kw_only=True):
    """Some time went by: whatever is due falls due."""


Outcome = EntryId | None | BackchannelError
"""What became of one event: the entry it made, nothing to tell, or why it was refused."""
