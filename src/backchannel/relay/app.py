"""A relay over HTTP: two calls for stations, and two pages for its operator at another address.

This module must not decide anything: it hands bytes over and says what was answered. Plain HTTP,
for a proxy that does TLS, or for a private network. Clauses: RELAY-10, RELAY-16, RELAY-24.
"""

import html
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.relay.counter import OK, UNAVAILABLE, RelayCounter, Reply, fullness
from backchannel.relay.limits import RELAY_REQUEST_BYTES_MAX
from backchannel.relay.mailbox import Quota

TOO_LARGE = 413
BYTES = "application/octet-stream"
NEARLY_FULL = 0.9
Known = Callable[[tuple[str, int]], None]
"""Hears of connections on which a request with a pass has come."""


def make_app(counter: RelayCounter, known: Known) -> Starlette:
    """Return what stations talk to (RELAY-10)."""

    async def key(_: Request) -> Response:
        return respond(Reply(OK, counter.key))

    async def put(request: Request) -> Response:
        body = await body_of(request)
        return body if isinstance(body, Response) else admitted(request, await counter.put(body))

    async def take(request: Request) -> Response:
        body = await body_of(request)
        return body if isinstance(body, Response) else admitted(request, await counter.take(body))

    def admitted(request: Request, reply: Reply) -> Response:
        if reply.admitted and request.client is not None:
            known((request.client.host, request.client.port))
        return respond(reply)

    return Starlette(
        routes=[
            Route("/v1/key", key, methods=["GET"]),
            Route("/v1/put", put, methods=["POST"]),
            Route("/v1/take", take, methods=["POST"]),
        ]
    )


async def body_of(request: Request) -> bytes | Response:
    """Return the body of a request, or the answer to one that is too long or was cut off."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > RELAY_REQUEST_BYTES_MAX:
                return respond(Reply(TOO_LARGE, b"too-large"), close=True)
    except ClientDisconnect:
        return Response(status_code=400)
    return bytes(body)


def respond(reply: Reply, *, close: bool = False) -> Response:
    """Return a reply as a response: bytes, which nobody may keep."""
    headers = {"content-type": BYTES, "cache-control": "no-store"}
    if close:
        headers["connection"] = "close"
    return Response(reply.body, reply.status, headers)


def make_pages(counter: RelayCounter, quota: Quota, connections: Callable[[], int]) -> Starlette:
    """Return the pages for the operator: /health for people, /metrics for Prometheus."""

    async def health(_: Request) -> Response:
        rows, well = health_of(counter, quota, connections())
        lines = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(said)}</td></tr>"
            for name, said in rows
        )
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Relay</title>'
            f"<h1>Relay: {'in order' if well else 'NEEDS ATTENTION'}</h1><table>{lines}</table>"
        )
        return Response(page, OK if well else UNAVAILABLE, media_type="text/html")

    async def metrics(_: Request) -> Response:
        text = metrics_of(counter, quota, connections())
        return Response(text, OK, media_type="text/plain; version=0.0.4")

    return Starlette(routes=[Route("/health", health), Route("/metrics", metrics)])


def health_of(
    counter: RelayCounter, quota: Quota, connections: int
) -> tuple[list[tuple[str, str]], bool]:
    """Return the rows of the page of health, and whether all is well (RELAY-24)."""
    totals, full = counter.totals, fullness(counter.totals, quota)
    rows = [
        ("mailboxes that hold something", str(totals.boxes)),
        ("capsules that wait", str(totals.capsules)),
        ("bytes", f"{totals.size_bytes} of {quota.all_bytes} ({full:.0%})"),
        ("a capsule waits at most", f"{quota.keep_days} days"),
        ("connections", str(connections)),
        ("takes that wait", str(counter.waiting)),
        ("storage", counter.failure or "works"),
    ]
    rows += [(f"since the start: {name}", str(count)) for name, count in events_of(counter)]
    if full >= NEARLY_FULL:
        rows.append(("what to do", "give it more room, or find who does not empty a mailbox"))
    return rows, not counter.failure and full < NEARLY_FULL


def metrics_of(counter: RelayCounter, quota: Quota, connections: int) -> str:
    """Return the same as text of Prometheus's exposition format 0.0.4."""
    totals = counter.totals
    gauges = {
        "boxes": totals.boxes,
        "capsules": totals.capsules,
        "bytes": totals.size_bytes,
        "bytes_allowed": quota.all_bytes,
        "connections": connections,
        "waiting": counter.waiting,
        "storage_works": int(not counter.failure),
    }
    lines = []
    for name, value in gauges.items():
        lines += [f"# TYPE backchannel_relay_{name} gauge", f"backchannel_relay_{name} {value}"]
    lines.append("# TYPE backchannel_relay_events_total counter")
    for name, count in events_of(counter):
        lines.append(f'backchannel_relay_events_total{{event="{name}"}} {count}')
    return "\n".join(lines) + "\n"


def events_of(counter: RelayCounter) -> list[tuple[str, int]]:
    """Return how often what has happened since the start, by name."""
    return sorted(counter.counts.items())
