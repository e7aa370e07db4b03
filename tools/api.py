"""Print docs/reference/api.md and openapi.json: the station's own interface, from its table.

Without an option the page is printed; `--json` prints the description for programs. With --write
both files are renewed. A test compares them with what stands there.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from backchannel.station.faults import CODES, WHOSE
from backchannel.station.openapi import description
from backchannel.station.routes import EVENTS, JSON_LINES, OCTETS, ROUTES, Route

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
PAGE, SHAPES = FOLDER / "api.md", FOLDER / "openapi.json"

OPENING = """# The station's own interface

What the commands use, and any other face may. A running station serves it as HTTP/1.1 on the Unix
socket in its folder, which only the owner of the folder can open; or on loopback, and then every
request carries the token in its `Authorization` header. It listens nowhere else, answers by no
other name than its own (`Host`), and allows no other origin. Bodies are JSON unless the table says
otherwise; ids and bytes are lower-case hexadecimal, times whole seconds UTC, and text is as its
writer sent it: whoever shows it escapes it. [openapi.json](openapi.json) has every shape.

An officer's key never goes to the station. A face composes the statement, signs it in the officer's
own process, and hands over the bytes; the station checks them like anybody else's.

    curl --unix-socket station/station.sock http://localhost/v1/status

<!-- From here on printed from the source by `make reference`. -->
"""


def page() -> str:
    """Return the whole page."""
    return OPENING + "\n".join(("", *route_lines(), "", *fault_lines(), "", *stream_lines())) + "\n"


def route_lines() -> Iterator[str]:
    """Yield the table of routes."""
    yield "## Routes"
    yield ""
    yield "| what | request | it takes | it answers |"
    yield "|---|---|---|---|"
    for route in ROUTES:
        request = f"`{route.method} {route.path}`"
        yield f"| {route.summary} | {request} | {takes(route)} | {answers(route)} |"
    yield "| The description of all this. | `GET /v1/openapi.json` | | OpenAPI 3.1 |"


def takes(route: Route) -> str:
    """Return what a request brings."""
    if route.octets:
        return "the file, as octets"
    if route.query is not None:
        return ", ".join(f"`{field.name}`" for field in msgspec.structs.fields(route.query))
    return f"`{route.body.__name__}`" if route.body is not None else ""


def answers(route: Route) -> str:
    """Return what comes back."""
    if route.answer is None:
        return "a file, as octets"
    many = {JSON_LINES: ", one to a line", EVENTS: ", one to an event", OCTETS: ""}
    return f"`{route.answer.__name__}`{many.get(route.media, '')}"


def fault_lines() -> Iterator[str]:
    """Yield how a refusal comes back."""
    yield "## Refusals"
    yield ""
    yield "A refusal is a `Fault`: its reason, a text that says what to do, and whose fault it is."
    yield "The [list of errors](errors.md) has every reason."
    yield ""
    yield "| error | `fault` | code |"
    yield "|---|---|---|"
    for kind, (whose, code) in WHOSE.items():
        yield f"| {kind.__name__} | {whose} | {code} |"
    yield ""
    named = ", ".join(f"`{reason}` {code}" for reason, code in CODES.items())
    yield f"With a code of their own: {named}."


def stream_lines() -> Iterator[str]:
    """Yield how to follow a station."""
    yield "## Following"
    yield ""
    yield "`GET /v1/stream` sends an event `statement` for each statement behind the cursor"
    yield "`after`, then for each new one, and `changed` when something was committed that may"
    yield "move a ladder. The id of an event is the cursor behind it: whoever was cut off asks"
    yield "again with the last one and misses nothing. Reading a stream is not *shown*."


def write() -> None:
    """Renew both files."""
    PAGE.write_text(page())
    SHAPES.write_text(shapes())


def shapes() -> str:
    """Return the description for programs."""
    return json.dumps(description(), indent=1) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        print(shapes() if sys.argv[1:] == ["--json"] else page(), end="")
