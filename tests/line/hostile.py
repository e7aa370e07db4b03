"""A station that holds its keys and keeps no rule: what it signs is genuine, and may be nonsense.

It has no state of its own: it goes by what its victim holds of it, so that each word comes next.
"""

from tests.cast import ALDER, BIRCH, POLICY, seed, write_message
from tests.exchange import Exchange, open_line

from backchannel.charter.policy import Policy
from backchannel.errors import BackchannelError
from backchannel.line.epochs import direct_info
from backchannel.line.events import Outcome
from backchannel.line.state import Journal
from backchannel.wire.codec import Value, encode
from backchannel.wire.entry import Header, pack_header
from backchannel.wire.envelope import Envelope, Form, Frame, Seal, pack_frame, seal_envelope
from backchannel.wire.ids import EntryId, entry_id, payload_hash
from backchannel.wire.keys import prekey_from_seed
from backchannel.wire.payload import Prekey, prekey_signed_bytes
from backchannel.wire.primitives import hpke_seal, xwing_public
from backchannel.wire.signing import Alg, Context, Mode, Purpose, sign, sign_pq


class Hostile:
    """A party's station as its victim sees it, free to sign what it likes."""

    def __init__(self, exchange: Exchange, party: int = BIRCH, mode: Mode = Mode.REAL) -> None:
        state = exchange.stations[party].state
        self.exchange = exchange
        self.cast = exchange.cast
        self.mode = mode
        self.victim = exchange.stations[ALDER]
        self.hand = state.secrets.hands[mode]
        self.no = state.core.own[mode]
        self.keys = 0

    def known(self) -> Journal:
        """Its journal, as far as the victim holds it."""
        return self.victim.journal(self.no)

    def header(self, payload: bytes, kind: int, **changes: object) -> Header:
        """The header that comes next, or one that differs from it."""
        known = self.known()
        usual: dict[str, object] = {
            "no": self.no,
            "seq": known.seq + 1,
            "prev": known.head,
            "seen": (),
            "time": self.victim.clock.now,
            "uncertainty": 2,
            "type": kind,
            "payload_hash": payload_hash(payload),
        }
        return Header(**{**usual, **changes})  # type: ignore[arg-type]

    def frame(
        self, payload: bytes, kind: int, *, content: bytes | None = None, **changes: object
    ) -> Frame:
        """A frame that the station's own key has signed."""
        raw = pack_header(self.header(payload, kind, **changes))
        context = Context(Purpose.ENTRY, self.cast.line, self.mode)
        return Frame(raw, sign(self.hand.secret, context, raw), payload, content)

    def seal(self, frame: bytes, mode: Mode | None = None) -> bytes:
        """An envelope for the victim alone, under a fresh key."""
        to = self.victim.own(self.mode if mode is None else mode)
        assert to.prekey is not None
        self.keys += 1
        key = seed(f"hostile key {self.no} {self.keys}")
        info = direct_info(self.cast.line, self.no, recipient=to.id, n=to.prekey.n)
        seals = (Seal(to.no, to.prekey.n, hpke_seal(to.prekey.public, key, info)),)
        empty = Envelope(Form.DIRECT, self.no, b"", seals=seals)
        return seal_envelope(self.cast.line, key, empty, frame)

    def send(self, frame: Frame) -> Outcome:
        """Have the victim take a frame from a path."""
        return self.victim.arrive(self.seal(pack_frame(frame)))

    def enter(
        self, value: Value, kind: int, *, content: bytes | None = None, **changes: object
    ) -> EntryId:
        """Write the next entry and require that the victim accepts it; return its id."""
        frame = self.frame(encode(value), kind, content=content, **changes)
        outcome = self.send(frame)
        assert not isinstance(outcome, Exception), outcome
        made = entry_id(frame.header)
        assert self.known().head == made
        return made

    def verdict(self) -> str:
        """The verdict on its newest entry."""
        return self.victim.verdict(self.no, self.known().seq)

    def prekey(self, private_seed: str, n: int, **changes: object) -> Value:
        """The payload of a prekey that its post-quantum key has truly signed."""
        public = changes.pop("public", None)
        since = self.victim.clock.now
        bare = Prekey(n, public or prekey_public(private_seed), since, since + 86_400, b"")  # type: ignore[arg-type]
        context = Context(Purpose.PREKEY, self.cast.line, self.mode)
        signed = prekey_signed_bytes(self.known().id, bare)
        signature = sign_pq(Alg.ML_DSA_44, self.hand.pq_seed, context, signed)
        return (n, bare.public, bare.since, bare.until, signature)

    def statement(self, text: str, **changes: object) -> tuple[Value, bytes]:
        """The payload and content of a statement that the party's officers have signed."""
        party = self.known().party
        raw, signatures, content = write_message(
            self.cast,
            party,
            text,
            mode=self.mode,
            **changes,  # type: ignore[arg-type]
        )
        return (raw, signatures), content


def prekey_public(name: str) -> bytes:
    """The public half of a prekey made from a name."""
    return xwing_public(prekey_from_seed(seed(name)))


def hostile_birch(parties: int = 2, mode: Mode = Mode.REAL, policy: Policy = POLICY) -> Hostile:
    """Birch's station on an open line, with Alder's for its victim."""
    return Hostile(open_line(parties, policy), BIRCH, mode)


def reason(outcome: Outcome) -> str:
    """Why an event was refused; fails if it was not."""
    assert isinstance(outcome, BackchannelError), outcome
    return outcome.reason
