"""The desk as a server on loopback: who is let in, which page answers what, and the live stream.

Nothing is answered before the guard has looked at who asks: the name by which we are called, the
origin of every act, the secret of the door, the session. This module must not listen anywhere but
on loopback, or let a page run what is not its own.
"""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from backchannel.clock import Clock
from backchannel.desk import marking, matters, notices, pages, signing, telling
from backchannel.desk.access import Access, draft_folder
from backchannel.desk.articles import base, language_name
from backchannel.desk.asking import (
    MODES,
    Answer,
    Asked,
    Room,
    read_language,
    read_theme,
    read_typed,
    require_guard,
)
from backchannel.desk.draftbox import Draftbox
from backchannel.desk.limits import DESK_FORM_BYTES_MAX, DESK_OPENED_MAX
from backchannel.desk.live import Pulse
from backchannel.desk.words import TAGS, words_of
from backchannel.errors import BackchannelError, OfficerError
from backchannel.station.client import client_in
from backchannel.station.faults import code_of
from backchannel.station.local import LOOPBACK, read_body, run

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
GUARDED = {
    "content-security-policy": POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    # An act says from which page it comes; nobody else is told where we are.
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STATIC = files("backchannel.desk") / "static"
SEE_OTHER = 303

Show = Callable[..., Answer]
Do = Callable[[Asked], Answer]

# The first piece of an address behind its mode: the page, and what it does when it is sent.
PAGES: dict[str, tuple[Show, Do | None]] = {
    "": (pages.home, None),
    "m": (pages.home, None),
    "write": (pages.write, pages.do_write),
    "d": (pages.draft, pages.do_draft),
    "silence": (pages.home, pages.silence),
    "shown": (pages.home, pages.shown),
    "new": (notices.notice, notices.do_notice),
    "settings": (pages.settings, None),
}


class Opened:
    """What statements say once they are open, newest kept: it never changes again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()

    def get(self, entry: str) -> str | None:
        """Return the opened values of a statement, if they were met before."""
        return self._kept.get(entry)

    def put(self, entry: str, content: str) -> None:
        """Keep the opened values of a statement."""
        self._kept[entry] = content
        if len(self._kept) > DESK_OPENED_MAX:
            self._kept.popitem(last=False)


class Desk:
    """One desk: its room, its templates, and how it is called."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.hosts = frozenset((f"{LOOPBACK}:{room.port}", f"localhost:{room.port}"))
        self.door_cookie = f"door{room.port}"
        self.session_cookie = f"session{room.port}"
        self.look_cookie = f"look{room.port}"
        self._templates = templates()

    # --- Taking a request apart -------------------------------------------------------------------

    def look(self, request: Request) -> tuple[str, str]:
        """Return language and theme that this browser has chosen."""
        language, _, theme = request.cookies.get(self.look_cookie, "").partition(".")
        return read_language(language), read_theme(theme)

    async def asked(self, request: Request) -> Asked:
        """Return a request taken apart. Raises OfficerError."""
        raw = await read_body(request, DESK_FORM_BYTES_MAX) if request.method == "POST" else b""
        language, theme = self.look(request)
        secret = request.cookies.get(self.session_cookie, "")
        pieces = request.path_params.get("path", "")
        return Asked(
            room=self.room,
            mode=request.path_params.get("mode", "real").upper(),
            path=tuple(each for each in pieces.split("/") if each),
            query=read_typed(request.url.query.encode()),
            form=read_typed(raw),
            session=self.room.access.session(secret),
            secret=secret,
            language=language,
            theme=theme,
        )

    # --- Answering --------------------------------------------------------------------------------

    async def answer(self, request: Request) -> Response:
        """Answer a request for a page, or for what it sends."""
        asked = await self.asked(request)
        if asked.mode not in MODES:
            return await nothing_there(request, OfficerError("no-such-page"))
        if asked.session is None or asked.mode not in asked.session.modes:
            return await run_in_threadpool(self.sign_in_page, asked, None)
        acting = request.method == "POST"
        try:
            made = await run_in_threadpool(self.do if acting else self.show, asked)
        except BackchannelError as fault:
            made = await run_in_threadpool(self.failed, asked, fault)
        return self.respond(asked, made)

    def show(self, asked: Asked) -> Answer:
        """Draw a page. Raises BackchannelError."""
        return page_of(asked)[0](asked)

    def do(self, asked: Asked) -> Answer:
        """Do what a page sent. A refusal is told on the page itself. Raises BackchannelError."""
        show, do = page_of(asked)
        try:
            require_guard(asked)
            if do is None:
                raise OfficerError("no-such-page", "nothing can be sent there")
            return do(asked)
        except BackchannelError as fault:
            return show(asked, fault)

    def failed(self, asked: Asked, fault: BackchannelError) -> Answer:
        """Draw a page that says why there is none."""
        return Answer("failed.html", {"fault": fault, "asked": asked}, code=code_of(fault))

    def respond(self, asked: Asked, made: Answer) -> Response:
        """Return what the browser gets."""
        response: Response
        if made.to:
            response = RedirectResponse(made.to, SEE_OTHER, GUARDED)
        elif not made.template:
            response = Response(None, made.code, GUARDED)
        else:
            page = self.drawn(made, asked)
            response = Response(page, made.code, GUARDED, "text/html")
        for name, value in made.cookies.items():
            response.set_cookie(name, value, httponly=True, samesite="strict", path="/")
        return response

    def drawn(self, made: Answer, asked: Asked) -> str:
        """Return a template with its values."""
        words = asked.words
        shared = {"t": words.say, "words": words, "book": words.book, "asked": asked}
        return self._templates.get_template(made.template).render({**shared, **made.values})

    # --- Signing in -------------------------------------------------------------------------------

    def sign_in_page(self, asked: Asked, fault: BackchannelError | None) -> Response:
        """Draw the page on which an officer signs in. It says nothing but who may."""
        values = signing.values(asked, fault)
        code = 200 if fault is None else 400
        return self.respond(asked, Answer("sign-in.html", values, code=code))

    async def sign_in(self, request: Request) -> Response:
        """Sign an officer in."""
        asked = await self.asked(request)
        try:
            secret = await run_in_threadpool(signing.sign_in, asked)
        except BackchannelError as fault:
            return await run_in_threadpool(self.sign_in_page, asked, fault)
        mode = asked.typed("mode").lower()
        to = f"/{mode}" if mode.upper() in MODES else "/real"
        return self.respond(asked, Answer(to=to, cookies={self.session_cookie: secret}))

    async def sign_out(self, request: Request) -> Response:
        """Sign an officer out."""
        asked = await self.asked(request)
        if asked.session is not None:
            require_guard(asked)
            self.room.access.sign_out(asked.secret)
        return self.respond(asked, Answer(to="/"))

    async def choose_look(self, request: Request) -> Response:
        """Keep language and theme in a cookie of this browser."""
        asked = await self.asked(request)
        chosen = f"{read_language(asked.typed('language'))}.{read_theme(asked.typed('theme'))}"
        to = asked.typed("back")
        safe = to if to.startswith("/") and not to.startswith("//") and "\\" not in to else "/"
        return self.respond(asked, Answer(to=safe, cookies={self.look_cookie: chosen}))

    async def begin(self, request: Request) -> Response:
        """Open the door to who knows its secret, or go where one signs in."""
        asked = await self.asked(request)
        secret = asked.asked("door")
        if secret:
            return self.respond(asked, Answer(to="/", cookies={self.door_cookie: secret}))
        return self.respond(asked, Answer(to="/real"))

    # --- What is no page --------------------------------------------------------------------------

    async def events(self, _: Request) -> Response:
        """Follow the pulse."""
        return StreamingResponse(self.room.pulse.events(), 200, GUARDED, "text/event-stream")

    async def static(self, request: Request) -> Response:
        """Answer with a style sheet, a script or a sign of ours."""
        name = request.path_params["name"]
        found = next((each for each in STATIC.iterdir() if each.name == name), None)
        kind = KINDS.get(Path(name).suffix)
        if found is None or kind is None:
            return Response(None, 404, GUARDED)
        return Response(found.read_bytes(), 200, GUARDED, kind)

    # --- The guard --------------------------------------------------------------------------------

    def app(self) -> ASGIApp:
        """Return the application behind its guard."""
        mode = "{mode:str}"
        inner = Starlette(
            routes=[
                Route("/", self.begin),
                Route("/sign-in", self.sign_in, methods=["POST"]),
                Route("/sign-out", self.sign_out, methods=["POST"]),
                Route("/look", self.choose_look, methods=["POST"]),
                Route("/events", self.events),
                Route("/static/{name:str}", self.static),
                Route(f"/{mode}", self.answer, methods=["GET", "POST"]),
                Route(f"/{mode}/{{path:path}}", self.answer, methods=["GET", "POST"]),
            ],
            exception_handlers={404: nothing_there, 405: nothing_there, OfficerError: refused},
        )

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope)
            refusal = self.unwelcome(request)
            answering: ASGIApp = inner if not refusal else Response(refusal, 403, GUARDED)
            await answering(scope, receive, send)

        return guarded

    def unwelcome(self, request: Request) -> str:
        """Return why a request is not let in, "" for one that is.

        Only by a name of ours, so that no page points a browser at us; acts only from our own
        pages; and nothing without the door's secret.
        """
        host = request.headers.get("host", "")
        if host not in self.hosts:
            return "This is no name of the desk."
        if request.method not in ("GET", "HEAD"):
            origin = request.headers.get("origin", "")
            if origin != f"http://{host}":
                return "This was not sent by a page of the desk."
            if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
                return "This was not sent by a page of the desk."
        secret = request.cookies.get(self.door_cookie, "")
        if request.url.path == "/" and not secret:
            secret = "".join(read_typed(urlsplit(str(request.url)).query.encode()).get("door", ()))
        if not self.room.access.is_open_to(secret):
            return "Open the desk by the address that it printed when it started."
        return ""


async def nothing_there(_: Request, __: Exception) -> Response:
    """Answer for an address that is none."""
    return Response("There is no such page.", 404, GUARDED, "text/plain")


async def refused(_: Request, fault: Exception) -> Response:
    """Answer for what cannot be taken apart."""
    return Response(str(fault), 400, GUARDED, "text/plain")


def page_of(asked: Asked) -> tuple[Show, Do | None]:
    """Return what answers an address. Raises OfficerError("no-such-page")."""
    name = asked.path[0] if asked.path else ""
    known = name in PAGES
    if name == "m" and len(asked.path) == 3 and asked.path[2] in {*matters.DOES, *matters.EXTRA}:
        return matters.act_page, matters.do_act
    if not known or len(asked.path) != {"": 0, "m": 2, "d": 2}.get(name, len(asked.path)):
        raise OfficerError("no-such-page", "there is no such page on the desk")
    return PAGES[name]


def templates() -> Environment:
    """Return the templates: every value is escaped, and one that is missing is an error."""
    made = Environment(
        loader=PackageLoader("backchannel.desk"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "marked": marking.marked,
        "seen": marking.seen,
        "clock": marking.clock_time,
        "clock_s": telling.full_time,
        "dtg": marking.date_time_group,
        "left": marking.countdown,
        "base": base,
        "language_name": language_name,
    }
    made.globals |= {"TAGS": TAGS, "words_of": words_of}
    return made


async def serve_desk(room: Room, listening: socket.socket) -> None:
    """Serve a desk on a bound loopback socket until cancelled."""
    following = asyncio.ensure_future(room.pulse.run())
    serving = asyncio.ensure_future(run(Desk(room).app(), listening))
    try:
        await asyncio.shield(serving)
    finally:
        # Streams never end by themselves, and the server waits for them.
        room.pulse.end()
        for task in (following, serving):
            task.cancel()
        await asyncio.gather(following, serving, return_exceptions=True)


def room_of(folder: Path, keys: Path, port: int, clock: Clock) -> Room:
    """Return what all pages of a desk share. Raises OfficerError, JunkError, CustodyError."""
    return Room(
        client=client_in(folder),
        access=Access(folder, keys, clock),
        box=Draftbox(draft_folder(folder)),
        pulse=Pulse(lambda patience_s: client_in(folder, patience_s=patience_s), clock),
        opened=Opened(),
        port=port,
    )


def address(room: Room) -> str:
    """Return the address that opens the door."""
    return f"http://{LOOPBACK}:{room.port}/?door={room.access.door}"
