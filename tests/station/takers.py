"""What takes copies in tests: a real HTTP server on loopback, and notices to be copied."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.notice.copies.originals import STRIKE
from tests.station.house import Room, agreed

from backchannel.charter.handling import Handling
from backchannel.line.drafting import class_for
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import Filled, fill
from backchannel.station.asked import Entered
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence


@dataclass
class Taker:
    """A server that answers with the statuses it is given, the last one ever after."""

    port: int
    statuses: list[int] = field(default_factory=lambda: [204])
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/in?from=line"


@contextlib.contextmanager
def taker(*statuses: int) -> Iterator[Taker]:
    """Run a server in a thread of its own."""

    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.taken.append((self.path, headers, body))
            status = made.statuses.pop(0) if len(made.statuses) > 1 else made.statuses[0]
            self.send_response(status)
            self.send_header("location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Requests) as server:
        made = Taker(server.server_address[1], list(statuses) or [204])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


async def notified(
    room: Room,
    other: Room,
    name: str = "T06",
    filled: Mapping[int, Filled] = STRIKE,
    *,
    mode: Mode = Mode.REAL,
    handling: Handling | None = Handling.GREEN,
) -> Entered:
    """A room sends a notice, and both hold it."""
    form = form_named(name)
    rules = room.runner.state.charter.policy.rules
    precedence = Precedence.ROUTINE
    entered = await room.say(
        "",
        mode,
        kind=Kind.NOTICE,
        form=form.code,
        precedence=precedence,
        category=class_for(rules, Kind.NOTICE, form.code, precedence),
        body=fill(form, filled),
        signers=(room.officer("first"), room.officer("second")),
        handling=handling,
    )
    await agreed(room, other)
    return entered
