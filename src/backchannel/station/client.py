"""The other end of the station's own interface, for commands: plain HTTP, one request at a time.

This module must not know what a command does with an answer. What the station refused is raised
here as it was raised there.
"""

import contextlib
import http.client
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any  # an answer in the shape that its route names
from urllib.parse import quote, urlencode

import msgspec

from backchannel.errors import OfficerError
from backchannel.station.accountreports import AccountReport, PromisesQuery, PromisesReport
from backchannel.station.asked import (
    CheckNews,
    CopyQuery,
    Drawn,
    DueQuery,
    Entered,
    Fault,
    LogQuery,
    ModeQuery,
    News,
    Order,
    Place,
    Release,
    SignOffQuery,
    SpanQuery,
    StreamQuery,
    Told,
    Voice,
    VoiceQuery,
)
from backchannel.station.faults import error_of
from backchannel.station.founding import place
from backchannel.station.hookreports import Handed, HooksReport
from backchannel.station.ladderreports import DuesReport
from backchannel.station.listingreports import DirectoryQuery, DirectoryReport
from backchannel.station.matterreports import MatterReport
from backchannel.station.minutereports import MinuteReport
from backchannel.station.packs import PackNews
from backchannel.station.readoutreports import ReadoutReport, SentencesReport
from backchannel.station.reports import (
    DeskReport,
    DoctorReport,
    EvidenceReport,
    FieldsReport,
    LogPage,
    SignOffReport,
    StatementReport,
    StatusReport,
)
from backchannel.station.routes import BY_NAME, JSON, OCTETS, Route
from backchannel.station.settings import load_settings
from backchannel.station.trialreports import TrialsQuery, TrialsReport

PATIENCE_S = 60
PIECE_BYTES = 65_536
OK = 200
EVENT_DATA = b"data: "


class Loopback(msgspec.Struct, frozen=True):
    """A station that is served on loopback: the port, and the token that lets us in."""

    port: int
    token: str


Reach = Path | Loopback


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path, patience_s: float) -> None:
        super().__init__("localhost", timeout=patience_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def client_in(folder: Path, *, patience_s: float = PATIENCE_S) -> "Client":
    """Return the client of the station in a folder. Raises OfficerError, JunkError."""
    return Client(place(folder, load_settings(folder).socket), patience_s=patience_s)


class Client:
    """A station that runs on this machine. Each call raises what the station raised, and
    OfficerError("no-station-answers") if none runs, or none answers for `patience_s` seconds."""

    def __init__(self, reach: Reach, *, patience_s: float = PATIENCE_S) -> None:
        self._reach = reach
        self._patience_s = patience_s

    def status(self) -> StatusReport:
        """Return how the line stands."""
        return self._ask("status")  # type: ignore[no-any-return]

    def due(self, query: DueQuery) -> DuesReport:
        """Return the open clocks of both sides, the soonest first."""
        return self._ask("due", query=query)  # type: ignore[no-any-return]

    def trials(self, query: TrialsQuery) -> TrialsReport:
        """Return tests of the line, and how they came out."""
        return self._ask("trials", query=query)  # type: ignore[no-any-return]

    def directory(self, query: DirectoryQuery) -> DirectoryReport:
        """Return the posts, and who can be reached for a subject."""
        return self._ask("directory", query=query)  # type: ignore[no-any-return]

    def doctor(self) -> DoctorReport:
        """Return what works and what does not."""
        return self._ask("doctor")  # type: ignore[no-any-return]

    def desk(self, mode: str) -> DeskReport:
        """Return what a drafter has at hand."""
        return self._ask("desk", query=ModeQuery(mode))  # type: ignore[no-any-return]

    def voice(self, mode: str, seconds: int) -> Voice:
        """Wait until a mode may speak, for so long at most."""
        return self._ask("voice", query=VoiceQuery(mode, seconds))  # type: ignore[no-any-return]

    def log(self, query: LogQuery) -> LogPage:
        """Return statements, newest first."""
        return self._ask("log", query=query)  # type: ignore[no-any-return]

    def show(self, entry: str) -> StatementReport:
        """Return one statement by its spoken number or how its entry id begins."""
        return self._ask("show", entry=entry)  # type: ignore[no-any-return]

    def readout(self, entry: str) -> ReadoutReport:
        """Return a read-out by its spoken number or how its entry id begins."""
        return self._ask("readout", entry=entry)  # type: ignore[no-any-return]

    def sentences(self, entry: str) -> SentencesReport:
        """Return the sentences of a statement's words."""
        return self._ask("sentences", entry=entry)  # type: ignore[no-any-return]

    def matter(self, entry: str) -> MatterReport:
        """Return a statement's fields as they stand after all corrections."""
        return self._ask("matter", entry=entry)  # type: ignore[no-any-return]

    def account(self, entry: str) -> AccountReport:
        """Return what oversight asks of a statement."""
        return self._ask("account", entry=entry)  # type: ignore[no-any-return]

    def promises(self, mode: str) -> PromisesReport:
        """Return the register of promises of a mode."""
        return self._ask("promises", query=PromisesQuery(mode))  # type: ignore[no-any-return]

    def minute(self, entry: str) -> MinuteReport:
        """Return one minute by how its entry id begins."""
        return self._ask("minute", entry=entry)  # type: ignore[no-any-return]

    def fields(self, entry: str) -> FieldsReport:
        """Return what a disclosure of a statement can open."""
        return self._ask("fields", entry=entry)  # type: ignore[no-any-return]

    def disclose(self, order: Order) -> bytes:
        """Have a disclosure entered and made; return its file."""
        pieces = self._pieces("disclose", None, lambda answer: answer.read(PIECE_BYTES), body=order)
        return b"".join(pieces)

    def sign_off(self, query: SignOffQuery) -> SignOffReport:
        """Return what an officer has signed since his last sign-off."""
        return self._ask("sign_off", query=query)  # type: ignore[no-any-return]

    def copy(self, entry: str, query: CopyQuery) -> bytes:
        """Return a notice in another format."""
        take = http.client.HTTPResponse.read
        return b"".join(self._pieces("copy", query, take, entry=entry))

    def hooks(self) -> HooksReport:
        """Return the hooks, and what waits for each."""
        return self._ask("hooks")  # type: ignore[no-any-return]

    def hand_on(self, order: Order) -> Handed:
        """Have a copy handed on to a hook; return how far it came."""
        return self._ask("hand_on", body=order)  # type: ignore[no-any-return]

    def evidence(self) -> EvidenceReport:
        """Return what is kept against keys, and which of it a file can prove."""
        return self._ask("evidence")  # type: ignore[no-any-return]

    def accuse(self, number: int) -> bytes:
        """Return the file that proves what is kept under a number."""
        take = http.client.HTTPResponse.read
        return b"".join(self._pieces("accuse", None, take, entry=str(number)))

    def oversight(self, order: Order) -> Iterator[PackNews]:
        """Have a span entered as disclosed; yield progress, its pack, its pieces. Raises what
        stopped it."""
        take = http.client.HTTPResponse.readline
        for line in self._pieces("oversight", None, take, body=order):
            news = msgspec.json.decode(line, type=PackNews)
            if news.fault is not None:
                raise error_of(news.fault)
            yield news

    def release(self, release: Release) -> Entered:
        """Enter a signed statement."""
        return self._ask("release", body=release)  # type: ignore[no-any-return]

    def shown(self, drawn: Drawn) -> Told:
        """Report that a whole text was drawn before an officer."""
        return self._ask("shown", body=drawn)  # type: ignore[no-any-return]

    def give(self, raw: bytes) -> Told:
        """Hand over a founding file or an authority file."""
        return self._ask("give", body=raw)  # type: ignore[no-any-return]

    def opening(self, raw: bytes) -> Told:
        """Have a signed warrant entered."""
        return self._ask("opening", body=raw)  # type: ignore[no-any-return]

    def archive(self, opening: str) -> bytes:
        """Return the archive file of an opening, by how its id begins."""
        take = http.client.HTTPResponse.read
        return b"".join(self._pieces("archive", None, take, entry=opening))

    def order(self, order: Order) -> Told:
        """Have an order carried out."""
        return self._ask("order", body=order)  # type: ignore[no-any-return]

    def backup(self, target: Path) -> Told:
        """Write a backup, on the station's machine."""
        return self._ask("backup", body=Place(str(target)))  # type: ignore[no-any-return]

    def check(self) -> Iterator[CheckNews]:
        """Verify the record; yield progress, then the report. Raises what stopped it."""
        for line in self._pieces("check", None, http.client.HTTPResponse.readline):
            news = msgspec.json.decode(line, type=CheckNews)
            if news.fault is not None:
                raise error_of(news.fault)
            yield news

    def transcript(self, span: SpanQuery) -> Iterator[bytes]:
        """Yield the file of a stretch piece by piece."""
        return self._pieces("transcript", span, lambda answer: answer.read(PIECE_BYTES))

    def stream(self, query: StreamQuery) -> Iterator[News]:
        """Yield what is committed from a cursor on, until the station ends or falls silent."""
        for line in self._pieces("stream", query, http.client.HTTPResponse.readline):
            if line.startswith(EVENT_DATA):
                yield msgspec.json.decode(line.removeprefix(EVENT_DATA), type=News)

    # --- How --------------------------------------------------------------------------------------

    def _ask(
        self,
        name: str,
        *,
        entry: str = "",
        query: msgspec.Struct | None = None,
        body: msgspec.Struct | bytes | None = None,
    ) -> Any:  # of the shape that the route names
        """Return the whole answer of a route. Raises BackchannelError."""
        route = BY_NAME[name]
        assert route.answer is not None
        with self._connection() as connection:
            raw = self._send(connection, route, entry, query, body).read()
        return msgspec.json.decode(raw, type=route.answer)

    def _pieces(
        self,
        name: str,
        query: msgspec.Struct | None,
        take: Callable[[http.client.HTTPResponse], bytes],
        *,
        entry: str = "",
        body: msgspec.Struct | None = None,
    ) -> Iterator[bytes]:
        """Yield a long answer piece by piece. Raises OfficerError if it breaks off."""
        with self._connection() as connection:
            answer = self._send(connection, BY_NAME[name], entry, query, body)
            try:
                while piece := take(answer):
                    yield piece
            except (http.client.HTTPException, OSError):
                raise OfficerError(
                    "answer-broken", "the answer broke off; look at the station, and try again"
                ) from None

    def _connection(self) -> "contextlib.closing[http.client.HTTPConnection]":
        if isinstance(self._reach, Path):
            return contextlib.closing(_UnixConnection(self._reach, self._patience_s))
        made = http.client.HTTPConnection("127.0.0.1", self._reach.port, timeout=self._patience_s)
        return contextlib.closing(made)

    def _send(
        self,
        connection: http.client.HTTPConnection,
        route: Route,
        entry: str,
        query: msgspec.Struct | None,
        body: msgspec.Struct | bytes | None,
    ) -> http.client.HTTPResponse:
        """Send a request and return the answer's beginning. Raises BackchannelError."""
        headers = {"content-type": OCTETS if route.octets else JSON}
        if isinstance(self._reach, Loopback):
            headers["authorization"] = f"Bearer {self._reach.token}"
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        target = route.path.replace("{entry}", quote(entry, safe="")) + query_text(query)
        try:
            connection.request(route.method, target, data, headers)
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as fault:
            raise OfficerError(
                "no-station-answers",
                f"nothing answers at {self._reach}: {fault or 'no answer in time'}; start it with "
                "backchannel station run, or look whether it is busy",
            ) from None
        if answer.status != OK:
            raise error_of(read_fault(answer.read()))
        return answer


def query_text(query: msgspec.Struct | None) -> str:
    """Return a query as it stands behind a path; what was left out stays out."""
    if query is None:
        return ""
    fields = msgspec.structs.asdict(query)
    return "?" + urlencode({name: value for name, value in fields.items() if value is not None})


def read_fault(raw: bytes) -> Fault:
    """Return what a station refused and why; another program may have answered."""
    try:
        return msgspec.json.decode(raw, type=Fault)
    except (msgspec.ValidationError, msgspec.DecodeError):
        text = "what answers there is no station; check the path"
        return Fault("no-station-answers", text, "yours")
