"""What real steps of a line ask to keep is kept, and what a step needs comes back from it."""

from collections.abc import Sequence
from pathlib import Path

from tests.answers import answer_request
from tests.cast import (
    NOW,
    Cast,
    found_cast,
    seed,
    write_message,
)

from backchannel.charter.signatures import pack_signatures
from backchannel.line.events import Arrived, Event, KeySealed, Moment, Released
from backchannel.line.requests import requests
from backchannel.line.rows import EntryRow, OutgoingRow, Row
from backchannel.line.state import LineState
from backchannel.line.step import step
from backchannel.line.wanted import Request, SealKey
from backchannel.store import queries, sqlite
from backchannel.store.lines import Founded, commit, create_line, load_line
from backchannel.store.sqlite import Database
from backchannel.wire.envelope import Seal, pack_frame, parse_frame
from backchannel.wire.primitives import hpke_seal
from backchannel.wire.signing import Mode

WRAP_KEY = seed("wrap key")
ALDER, BIRCH = 0, 1


class Keeping:
    """The two stations of a line, each with a database that is closed and opened at every step."""

    def __init__(self, cast: Cast, folder: Path) -> None:
        self.cast = cast
        self.folder = folder
        self.states = cast.states
        self.turn = 0
        for party, state in enumerate(self.states):
            founded = Founded(cast.line, party, cast.charter, pack_signatures(cast.signatures))
            with self.opened(party) as database:
                create_line(
                    database,
                    founded,
                    wrap_key=WRAP_KEY,
                    core=state.core,
                    secrets=state.secrets,
                    rows=cast.rows[party],
                )

    def opened(self, party: int) -> Database:
        """Open a party's database."""
        return sqlite.open(self.folder / f"{party}.db")

    def moment(self) -> Moment:
        """Return a later moment with chance of its own."""
        self.turn += 1
        return Moment(NOW + self.turn, 1_000 * self.turn, seed(f"turn {self.turn}"))

    def keep(self, party: int, state: LineState, rows: Sequence[Row]) -> list[Row]:
        """Commit a step and all steps that it asks for; require that each comes back."""
        self.commit(party, state, rows)
        kept = list(rows)
        while wanted := requests(self.states[party], NOW + self.turn):
            assert len(kept) < 99, wanted
            state, more = step(self.states[party], self.served(party, wanted[0]))
            self.commit(party, state, more)
            kept += more
        return kept

    def commit(self, party: int, state: LineState, rows: Sequence[Row]) -> None:
        """Commit one step, and require that it comes back."""
        with self.opened(party) as database:
            commit(
                database,
                self.cast.line,
                wrap_key=WRAP_KEY,
                core=state.core,
                secrets=state.secrets,
                rows=rows,
            )
        self.states[party] = state
        self.require_same(party)

    def served(self, party: int, request: Request) -> Event:
        """Answer a request as the station's signer does: a frame is read back from the store."""
        if not isinstance(request, SealKey):
            return answer_request(self.states[party], request, self.moment())
        with self.opened(party) as database:
            found = queries.slot(
                database, self.cast.line, request.no, request.seq, wrap_key=WRAP_KEY
            )
        assert found is not None
        at = self.moment()
        return KeySealed(
            at=at,
            no=request.no,
            seq=request.seq,
            frame=pack_frame(found.frame),
            key=at.entropy,
            seals=tuple(
                Seal(no, n, hpke_seal(public, at.entropy, info))
                for no, n, public, info in request.recipients
            ),
        )

    def require_same(self, party: int) -> None:
        """Require that the database holds what a step needs of the state in memory."""
        state = self.states[party]
        with self.opened(party) as database:
            loaded = load_line(database, self.cast.line, wrap_key=WRAP_KEY)
        assert (loaded.core, loaded.secrets) == (state.core, state.secrets)
        assert loaded.pending == {no: slots for no, slots in state.pending.items() if slots}
        stations = {no: trail for no, trail in state.trails.items() if no >= 16}
        assert {no: trail for no, trail in loaded.trails.items() if no >= 16} == stations
        ours = [parse_frame(raw).header for raw in self.cast.offices[party].frames]
        assert set(ours) <= {frame.header for frame in loaded.authority}

    def say(self, text: str) -> list[Row]:
        """Let Alder release a message; return the rows."""
        statement, signatures, content = write_message(self.cast, ALDER, text)
        event = Released(
            at=self.moment(),
            mode=Mode.REAL,
            statement=statement,
            signatures=signatures,
            content=content,
        )
        return self.keep(ALDER, *step(self.states[ALDER], event))

    def carry(self, row: OutgoingRow) -> list[Row]:
        """Bring an envelope to Birch; return the rows."""
        event = Arrived(at=self.moment(), path=0, envelope=row.envelope)
        return self.keep(BIRCH, *step(self.states[BIRCH], event))


def envelopes(rows: Sequence[Row]) -> list[OutgoingRow]:
    """Return what is to be sent."""
    return [row for row in rows if isinstance(row, OutgoingRow)]


def test_a_line_goes_on_from_its_database(tmp_path: Path) -> None:
    keeping = Keeping(found_cast(), tmp_path)
    sent = [*envelopes(keeping.say("The first.")), *envelopes(keeping.say("The second."))]
    # The last comes first: it waits behind a gap until the others are there.
    for row in [sent[-1], *sent[:-1]]:
        keeping.carry(row)
    with keeping.opened(BIRCH) as database:
        found = queries.statements(database, keeping.cast.line, limit=9)
        words = [
            queries.content(database, keeping.cast.line, each.said.entry, wrap_key=WRAP_KEY)
            for each in found
        ]
        assert [each.number for each in found] == [2, 1]
        assert b"The second." in words[0] and b"The first." in words[1]
        no = found[0].said.no
        (stored,) = queries.entries(
            database, keeping.cast.line, no, from_seq=found[0].said.seq, limit=1, wrap_key=WRAP_KEY
        )
        assert stored.frame.content == words[0]


def test_what_was_entered_is_what_is_read(tmp_path: Path) -> None:
    keeping = Keeping(found_cast(), tmp_path)
    made = [row.entry for row in keeping.say("The first.") if isinstance(row, EntryRow)]
    with keeping.opened(ALDER) as database:
        (found,) = queries.statements(database, keeping.cast.line, limit=9)
        waiting = queries.outgoing(database, keeping.cast.line, found.said.no, limit=99)
        assert found.said.entry in made
        assert found.said.seq in {row.seq for row in waiting}
        heads = {head.no: head.seq for head in queries.heads(database, keeping.cast.line)}
        assert heads[found.said.no] == keeping.states[ALDER].core.journals[found.said.no].seq
