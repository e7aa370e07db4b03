"""A second station of Birch: certified by its office, and not heard of before."""

from tests.cast import ALDER, BIRCH, NOW
from tests.exchange import Exchange, Station
from tests.line.hostile import Hostile

from backchannel.line.events import Given, Outcome
from backchannel.wire.codec import Value, encode
from backchannel.wire.entry import EntryType, Header, pack_header
from backchannel.wire.envelope import Frame, pack_frame
from backchannel.wire.ids import journal_id, payload_hash
from backchannel.wire.keys import StationKeys
from backchannel.wire.signing import Context, Mode, Purpose, sign

NONCE = bytes(16)
FIRST = 16 * 25 + BIRCH  # beyond what the cast's stations were granted


class Newcomer:
    """A second station of Birch, certified by its office, before its first word."""

    def __init__(self, exchange: Exchange, mode: Mode = Mode.REAL, **changes: object) -> None:
        self.exchange = exchange
        self.mode = mode
        self.line = exchange.cast.line
        office = exchange.cast.offices[BIRCH]
        self.keys: StationKeys = office.enrol_station(
            mode, "two", journals=tuple(range(FIRST, FIRST + 16 * 8, 16)), **changes
        )
        self.credential = next(reversed(office.authority.credentials))
        self.paper = office.frames[-1]
        self.alder: Station = exchange.stations[ALDER]

    def introduce(self) -> None:
        """Give Alder the office's entry."""
        self.alder.do(Given(at=self.alder.clock.moment(), frames=(self.paper,)))

    def opening(self, no: int = FIRST, ends: Value = (), **changes: object) -> bytes:
        """The frame of a first entry."""
        payload = encode((0, NONCE, changes.pop("credential", self.credential), "new", ends))  # type: ignore[arg-type]
        identity = journal_id(self.line, BIRCH, self.mode, public=self.keys.public, nonce=NONCE)
        usual: dict[str, object] = {
            "no": no,
            "seq": 0,
            "prev": identity,
            "seen": (),
            "time": NOW,
            "uncertainty": 2,
            "type": EntryType.SUCCESSION,
            "payload_hash": payload_hash(payload),
        }
        header = pack_header(Header(**{**usual, **changes}))  # type: ignore[arg-type]
        context = Context(Purpose.ENTRY, self.line, self.mode)
        return pack_frame(Frame(header, sign(self.keys.secret, context, header), payload, None))

    def arrive(self, frame: bytes) -> Outcome:
        """Alder takes the frame from another station of Birch."""
        return self.alder.arrive(Hostile(self.exchange).seal(frame))
