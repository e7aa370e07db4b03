"""What the objects of a batch say, read once although several rules look into them.

Parsing, hashing words and checking signatures are most of what an entry costs. All of it is a pure
function of bytes, so knowing a result changes none. This module must not judge, and what is read
ahead may not outlive the call that handles the batch: it holds plain words and keys.
"""

import msgspec

from backchannel.errors import JunkError
from backchannel.line.epochs import Found
from backchannel.line.state import InEpoch
from backchannel.wire.entry import Header
from backchannel.wire.envelope import Envelope, Frame
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import LineEvent, read_line_events, require_shape
from backchannel.wire.signing import Context, require_signature
from backchannel.wire.statement import Statement, content_root, parse_signed, parse_statement

Check = tuple[bytes, bytes, Context, bytes]
"""A signature to be checked: public key, signature, context, the bytes that are signed."""


class Read(msgspec.Struct, frozen=True, gc=False):
    """A frame taken apart, with the bytes it came as."""

    raw: bytes
    frame: Frame
    header: Header
    id: EntryId


class Opened(msgspec.Struct, frozen=True, gc=False):
    """An envelope opened ahead of its turn. It counts while its chain stands at `before`."""

    envelope: Envelope
    before: InEpoch
    found: Found
    got: Read


class Stated(msgspec.Struct, frozen=True, gc=False):
    """What the payload of a statement entry holds."""

    raw: bytes
    signatures: tuple[bytes, ...]
    statement: Statement


class Readings:
    """What was read ahead, by the bytes it was read from; all else is read when it is asked for."""

    def __init__(self) -> None:
        self.opened: dict[bytes, Opened] = {}
        self.payloads: dict[bytes, Stated] = {}
        self.statements: dict[bytes, Statement] = {}
        self.roots: dict[bytes, bytes] = {}
        self.told: dict[bytes, tuple[tuple[LineEvent, bytes], ...]] = {}
        self.verified: dict[bytes, Check] = {}

    def stated(self, payload: bytes) -> Stated:
        """Return the statement in a payload. Raises JunkError (RECORD-23)."""
        return self.payloads.get(payload) or read_stated(payload)

    def statement(self, raw: bytes) -> Statement:
        """Return the statement in its bytes. Raises JunkError (RECORD-20 to RECORD-22)."""
        return self.statements.get(raw) or parse_statement(raw)

    def line_events(self, payload: bytes) -> tuple[tuple[LineEvent, bytes], ...]:
        """Return the line events in a payload, each with its encoding. Raises JunkError."""
        told = self.told.get(payload)
        if told is None:
            return read_line_events(payload)
        for event, _ in told:
            require_shape(event)  # our own must have it too: what they say may come from outside
        return told

    def root(self, content: bytes) -> bytes:
        """Return the croot that content commits to. Raises JunkError (RECORD-25)."""
        return self.roots.get(content) or content_root(content)

    def fits(self, content: bytes, croot: bytes) -> bool:
        """Say whether content is what a statement commits to (RECORD-25)."""
        try:
            return self.root(content) == croot
        except JunkError:
            return False

    def require_signed(
        self, public: bytes, signature: bytes, context: Context, payload: bytes
    ) -> None:
        """Raise JunkError unless a signature holds (WIRE-12)."""
        if self.verified.get(signature) != (public, signature, context, payload):
            require_signature(public, signature, context, payload)


def read_stated(payload: bytes) -> Stated:
    """Return the statement in a payload. Raises JunkError (RECORD-23)."""
    raw, signatures = parse_signed(payload)
    return Stated(raw, signatures, parse_statement(raw))
