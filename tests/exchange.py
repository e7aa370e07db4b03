"""Stations that pass each other's envelopes, in memory, with loss and disorder as a test wants.

A station here keeps its rows as a store would and answers its own requests as a signer would. What
it is asked to send lies in its mail until the test has it carried.
"""

from collections.abc import Callable
from copy import copy
from functools import cache
from itertools import permutations, product
from random import Random

import msgspec
from tests.answers import answer_request
from tests.cast import (
    NOW,
    POLICY,
    STATION_MODES,
    Cast,
    found_cast,
    seed,
    write_message,
)

from backchannel.charter.policy import Policy
from backchannel.errors import BackchannelError
from backchannel.line.events import (
    Answered,
    Arrived,
    AskedAgain,
    Beaten,
    Event,
    Moment,
    OtherRoot,
    Outcome,
    Released,
    Started,
    TimePassed,
)
from backchannel.line.requests import requests
from backchannel.line.rows import (
    ContentRow,
    CosignatureRow,
    EntryRow,
    EvidenceRow,
    OutgoingRow,
    ResealedRow,
    Row,
    SaidRow,
    Settled,
)
from backchannel.line.state import Journal, LineState
from backchannel.line.step import step, step_many
from backchannel.line.succession import answer, ask
from backchannel.line.wanted import MatchRoots
from backchannel.wire.codec import decode
from backchannel.wire.envelope import Frame, pack_frame, parse_attachments, parse_signature
from backchannel.wire.ids import EntryId
from backchannel.wire.primitives import gcm_siv_open
from backchannel.wire.signing import Mode

Slot = tuple[int, int]
Envelope = OutgoingRow | ResealedRow
PATH = 1
TURNS_MOST = 200


class Clock:
    """What all stations of an exchange agree on: the time, and running time in ms."""

    def __init__(self) -> None:
        self.now = NOW
        self.elapsed = 0
        self.draws = 0

    def pass_s(self, seconds: int) -> None:
        """So many seconds go by, and every clock goes with them."""
        self.now += seconds
        self.elapsed += 1_000 * seconds

    def moment(self) -> Moment:
        """The present, with chance that comes once."""
        self.draws += 1
        return Moment(self.now, self.elapsed, seed(f"moment {self.draws}"))


class Station:
    """One station: its state, all rows it was ever asked to keep, and its mail."""

    def __init__(self, state: LineState, rows: list[Row], clock: Clock) -> None:
        self.state = state
        self.clock = clock
        self.rows: list[Row] = []
        self.entries: dict[Slot, EntryRow] = {}
        self.contents: dict[bytes, ContentRow] = {}
        self.mail: list[Envelope] = []
        self.outbox: dict[Slot, OutgoingRow] = {}
        # What its next opening quotes: hashes of cosignatures that it holds.
        self.quotes: tuple[bytes, ...] = ()
        self.keep(rows)
        # First entries travel in the founding file, by hand.
        self.mail.clear()
        self.outbox.clear()

    def keep(self, rows: tuple[Row, ...] | list[Row]) -> None:
        """Keep rows as the store does: an entry or its words come once."""
        for row in rows:
            self.rows.append(row)
            if isinstance(row, EntryRow):
                assert (row.no, row.seq) not in self.entries
                self.entries[row.no, row.seq] = row
            elif isinstance(row, ContentRow):
                assert row.entry not in self.contents
                self.contents[row.entry] = row
            elif isinstance(row, OutgoingRow):
                self.outbox[row.no, row.seq] = row
                self.mail.append(row)
            elif isinstance(row, ResealedRow):
                self.mail.append(row)
            elif isinstance(row, Settled):
                for slot in [s for s in self.outbox if s[0] == row.no and s[1] <= row.upto]:
                    del self.outbox[slot]

    def do(self, event: Event) -> tuple[Row, ...]:
        """Take one step. Raises BackchannelError if it is refused: then nothing has changed."""
        self.state, rows = step(self.state, event)
        self.keep(rows)
        return rows

    def try_(self, event: Event) -> Outcome:
        """Take one step as a runner does, and return what became of the event."""
        self.state, rows, outcomes = step_many(self.state, [event])
        self.keep(rows)
        return outcomes[0]

    def arrive(self, envelope: bytes) -> BackchannelError | None:
        """Take an envelope from a path; return why it was refused."""
        said = self.try_(Arrived(at=self.clock.moment(), path=PATH, envelope=envelope))
        return said if isinstance(said, BackchannelError) else None

    def frame(self, no: int, seq: int) -> Frame:
        """The entry in a slot with its words, as the store reads it back."""
        row = self.entries[no, seq]
        words = self.contents.get(row.entry)
        content = gcm_siv_open(words.key, bytes(12), words.box, row.entry) if words else None
        signature = parse_signature(decode(row.signature))
        attachments = parse_attachments(decode(row.attachments))
        return Frame(row.header, signature, row.payload, content, attachments)

    def serve(self) -> None:
        """Answer the state's requests until there are none."""
        for _ in range(TURNS_MOST):
            wanted = requests(self.state, self.clock.now)
            if not wanted:
                return
            for request in wanted:
                at = self.clock.moment()
                event = answer_request(self.state, request, at, self.frame, self.other_roots)
                if isinstance(event, Beaten):
                    event = msgspec.structs.replace(event, quotes=self.quotes)
                self.do(event)
        raise AssertionError(f"requests never end: {wanted}")

    def other_roots(self, request: MatchRoots) -> tuple[OtherRoot, ...]:
        """Who has cosigned a minute's checkpoints with other roots, as the store reads it."""
        slots = {row.entry: slot for slot, row in self.entries.items()}
        kept = {
            (row.no, row.size, row.root, row.credential): row.entry
            for row in reversed(self.rows)
            if isinstance(row, CosignatureRow)
        }
        return tuple(
            OtherRoot(no, size, root, credential, entry, *slots[entry])
            for (no, size, root, credential), entry in sorted(kept.items())
            for of, upto, ours in request.rows
            if (of, upto) == (no, size) and root != ours
        )

    def seal_again(self, no: int, seq: int) -> None:
        """Seal an entry anew because another station asked for it."""
        frame = pack_frame(self.frame(no, seq))
        self.do(AskedAgain(at=self.clock.moment(), no=no, seq=seq, frame=frame))

    def pass_time(self) -> tuple[Row, ...]:
        """Let the station know what time it is."""
        return self.do(TimePassed(at=self.clock.moment()))

    def own(self, mode: Mode = Mode.REAL) -> Journal:
        """The journal that the station writes in a mode."""
        return self.state.core.journals[self.state.core.own[mode]]

    def journal(self, no: int) -> Journal:
        """What the station holds of a journal."""
        return self.state.core.journals[no]

    def verdict(self, no: int, seq: int) -> str:
        """The verdict with which an entry was accepted."""
        return self.entries[no, seq].verdict

    def evidence(self) -> list[str]:
        """The reasons of all that was kept against keys."""
        return [row.reason for row in self.rows if isinstance(row, EvidenceRow)]

    def said(self) -> list[SaidRow]:
        """All statements in the record, in the order in which they were accepted."""
        return [row for row in self.rows if isinstance(row, SaidRow)]


Lost = Callable[[int, int, Envelope], bool]


def nothing_is_lost(sender: int, receiver: int, row: Envelope) -> bool:
    """A path that carries everything."""
    return False


class Exchange:
    """The stations of a line, and what travels between them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.clock = Clock()
        self.stations = [
            Station(state, rows, self.clock)
            for state, rows in zip(cast.states, cast.rows, strict=True)
        ]
        self.carried: dict[tuple[int, int], int] = {}
        self.refused: list[tuple[int, str]] = []
        self.lost: Lost = nothing_is_lost
        self.order: Random | None = None

    def add(self, state: LineState, rows: list[Row]) -> Station:
        """A further station joins."""
        self.stations.append(Station(state, rows, self.clock))
        return self.stations[-1]

    def start(self) -> None:
        """All stations start, ask each other, and speak."""
        for station in self.stations:
            station.do(Started(at=self.clock.moment(), clean=True, mark=None))
        self.ask_around()
        self.run()

    def ask_around(self) -> None:
        """Carry every question to every other station, and each answer back."""
        for asker in self.stations:
            for mode in sorted(asker.state.core.asking):
                for other in self.stations:
                    question = ask(asker.state, mode)
                    if other is asker or question is None:
                        continue
                    try:
                        said = answer(other.state, *question)
                    except BackchannelError:
                        continue
                    moment = self.clock.moment()
                    asker.try_(Answered(at=moment, answer=said[0], signature=said[1]))

    def carry(self, sender: int, receiver: int) -> bool:
        """Carry the mail that has not been carried yet; say whether there was any."""
        mail = self.stations[sender].mail
        rows = mail[self.carried.get((sender, receiver), 0) :]
        self.carried[sender, receiver] = len(mail)
        if self.order is not None:
            self.order.shuffle(rows)
        for row in rows:
            if not self.lost(sender, receiver, row):
                self.hand_over(receiver, row)
        return bool(rows)

    def hand_over(self, receiver: int, row: Envelope) -> None:
        """Give an envelope to a station, and note why it was refused, if it was."""
        if refusal := self.stations[receiver].arrive(row.envelope):
            self.refused.append((receiver, refusal.reason))

    def skip(self, sender: int, receiver: int) -> None:
        """Lose all mail that has not been carried yet."""
        self.carried[sender, receiver] = len(self.stations[sender].mail)

    def resend(self) -> None:
        """Every station sends again all that no receipt has ended."""
        for sender, station in enumerate(self.stations):
            others = [r for r in range(len(self.stations)) if r != sender]
            for row, receiver in product(list(station.outbox.values()), others):
                if not self.lost(sender, receiver, row):
                    self.hand_over(receiver, row)

    def fill_gaps(self) -> None:
        """Every station asks every other for what that one holds and it lacks."""
        for asker, other in permutations(self.stations, 2):
            ours = asker.state.core.own.values()
            for no, seq in sorted(other.entries):
                if no not in ours and seq > head_of(asker.state, no):
                    other.seal_again(no, seq)

    def run(self) -> None:
        """Serve and carry until nothing moves. Receipts that wait for their delay are paid."""
        at_rest = 0
        for _ in range(TURNS_MOST):
            for station in self.stations:
                station.serve()
            pairs = permutations(range(len(self.stations)), 2)
            moved = [self.carry(sender, receiver) for sender, receiver in pairs]
            at_rest = 0 if any(moved) else at_rest + 1
            if at_rest == 2:
                return
            self.clock.elapsed += 60
            for station in self.stations:
                station.pass_time()
        raise AssertionError("the stations never come to rest")

    def pass_time(self, seconds: int, every: int = 60) -> None:
        """Let time go by, a step at a time, with whatever it makes due."""
        for _ in range(max(1, seconds // every)):
            self.clock.now += every
            self.clock.elapsed += every * 1_000
            for station in self.stations:
                station.pass_time()
            self.run()

    def say(self, party: int, text: str, mode: Mode = Mode.REAL, **changes: object) -> EntryId:
        """Have a party's station release a message, and return its entry."""
        made = self.stations[party].try_(self.released(party, text, mode=mode, **changes))
        assert isinstance(made, bytes), made
        return made

    def released(
        self, party: int, text: str, mode: Mode = Mode.REAL, **changes: object
    ) -> Released:
        """The event that releases a message."""
        statement, signatures, content = write_message(
            self.cast,
            party,
            text,
            mode=mode,
            **changes,  # type: ignore[arg-type]
        )
        return Released(
            at=self.clock.moment(),
            mode=mode,
            statement=statement,
            signatures=signatures,
            content=content,
        )


def head_of(state: LineState, no: int) -> int:
    """The newest slot that a state holds of a journal; -1 if none."""
    if no in state.authorities:
        return state.authorities[no].seq
    journal = state.core.journals.get(no)
    return journal.seq if journal else -1


@cache
def opened_once(
    parties: int, policy: Policy, modes: tuple[Mode, ...], witnesses: str = ""
) -> Exchange:
    """An open line that no test may change: `open_line` gives copies."""
    exchange = Exchange(found_cast(parties, policy, modes, witnesses))
    exchange.start()
    return exchange


def open_line(
    parties: int = 2,
    policy: Policy = POLICY,
    modes: tuple[Mode, ...] = STATION_MODES,
    witnesses: str = "",
) -> Exchange:
    """A founded line whose stations have started and hold each other's first epochs."""
    return copied(opened_once(parties, policy, modes, witnesses))


def copied(exchange: Exchange) -> Exchange:
    """The same stations again, free to go another way."""
    made = copy(exchange)
    made.cast = exchange.cast.twin()
    made.clock = copy(exchange.clock)
    made.carried = dict(exchange.carried)
    made.refused = list(exchange.refused)
    made.stations = []
    for station in exchange.stations:
        twin = copy(station)
        twin.clock = made.clock
        for name in ("rows", "entries", "contents", "mail", "outbox"):
            setattr(twin, name, copy(getattr(station, name)))
        made.stations.append(twin)
    return made


def text_of(station: Station, entry: bytes) -> bytes:
    """The words of an entry, opened."""
    words = station.contents[entry]
    return gcm_siv_open(words.key, bytes(12), words.box, entry)


def core_without_version(state: LineState) -> LineState:
    """A state for comparing: how many steps led to it does not matter."""
    return msgspec.structs.replace(state, core=msgspec.structs.replace(state.core, version=0))
