"""Charts on a page: the places of a notice as a picture, and the same places in words.

The picture is an image within the page: no style of ours and no direction of writing reaches into
it, and the closed policy allows it. This module must not call a readback right, and must not give a
picture without the list that says the same.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from backchannel.desk.articles import Opened, values_of
from backchannel.desk.chart.drawing import chart, place_lines, stacked
from backchannel.desk.chart.shapes import Shape, shapes_of
from backchannel.desk.limits import DESK_CHARTS_MAX
from backchannel.line.opened import rekeyed_of
from backchannel.notice.catalogue import Form, known_form
from backchannel.notice.rekeying import critical_fields
from backchannel.station.client import Client
from backchannel.station.reports import StatementReport
from backchannel.wire.codec import Value, decode
from backchannel.wire.statement import Content


class Charted(msgspec.Struct, frozen=True):
    """A chart as the address of an image; its places in words, as sent and as read back."""

    image: str
    sent: tuple[str, ...]
    read: tuple[str, ...] = ()


def charted(
    client: Client, found: StatementReport, keyed: Mapping[int, Value] | None = None
) -> Charted | None:
    """Return the places of a notice as they stand now, None for what has none. With places that
    were keyed anew, by field, those of the critical fields beside them."""
    form = known_form(found.line.words.form) if found.line.words.kind == "notice" else None
    values = values_now(client, found)
    if form is None or values is None:
        return None
    mode = found.line.words.mode
    read = shapes_by_field(form, keyed or {})
    if read:
        named = {field.no for field in critical_fields(form)}
        sent = shapes_by_field(form, {n: v for n, v in enumerate(values, 1) if n in named})
        if sent:
            said, repeated = tuple(place_lines(sent)), tuple(place_lines(read))
            return Charted(compared_image(sent, read, mode), said, repeated)
    shapes = shapes_of(form, values)
    if not shapes:
        return None
    return Charted(image(shapes, mode, found.line.number), tuple(place_lines(shapes)))


def values_now(client: Client, found: StatementReport) -> tuple[Value, ...] | None:
    """Return the fields of a notice after all corrections; None if it is not open."""
    if not found.matter.corrections:
        return values_of(found.content)
    values = decode(bytes.fromhex(client.matter(found.line.entry).values))
    return values if isinstance(values, tuple) else None


def charted_readbacks(client: Client, found: StatementReport, opened: Opened) -> dict[str, Charted]:
    """Return, by entry, the places of each readback beside those that it repeats. One that is
    outdated repeats what no longer stands."""
    made: dict[str, Charted] = {}
    for each in found.readbacks:
        if not each.fields or each.outdated:
            continue
        values = decode(bytes.fromhex(opened(each.entry)))
        keyed = rekeyed_of(Content(b"", values)) if isinstance(values, tuple) else {}
        drawn = charted(client, found, keyed)
        if drawn is not None and drawn.read:
            made[each.entry] = drawn
    return made


def shapes_by_field(form: Form, values: Mapping[int, Value]) -> tuple[Shape, ...]:
    """Return what can be drawn of some fields of a form."""
    return shapes_of(form, [values.get(field.no) for field in form.fields])


# A page is drawn anew whenever anything changes; what stands in it rarely does.
@lru_cache(maxsize=DESK_CHARTS_MAX)
def image(shapes: Sequence[Shape], mode: str, title: str) -> str:
    """Return a chart as the address of an image."""
    return address(chart(shapes, mode=mode, title=title))


@lru_cache(maxsize=DESK_CHARTS_MAX)
def compared_image(sent: Sequence[Shape], read: Sequence[Shape], mode: str) -> str:
    """Return what was sent above what was read back as the address of an image."""
    return address(stacked(sent, read, mode=mode))


def address(svg: str) -> str:
    """Return a document as an address that holds it."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
