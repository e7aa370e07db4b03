"""Notices as messages of the Common Alerting Protocol 1.2 (OASIS, 2010).

This module must not say more than the notice: what it does not know of severity stays unknown.
Clauses: NOTICE-103, NOTICE-105, NOTICE-108.
"""

from collections.abc import Iterator
from urllib.parse import quote
from xml.etree.ElementTree import Element

from backchannel.notice.copies.geojson import window_of
from backchannel.notice.copies.mapping import InCap, mapping_of, require_mapped
from backchannel.notice.copies.original import (
    Original,
    Placed,
    enum_words,
    notes,
    places_of,
    words_of,
)
from backchannel.notice.copies.xmlout import document, element, leaf
from backchannel.notice.places import SCALE, Point, point_of
from backchannel.notice.words import LANGUAGE
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_moment

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
STATUS = {"REAL": "Actual", "EXERCISE": "Exercise", "TEST": "Test"}
URGENCY = {
    "FLASH": "Immediate",
    "IMMEDIATE": "Immediate",
    "PRIORITY": "Expected",
    "ROUTINE": "Future",
    "DEFERRED": "Future",
}
# Nobody but those named, a community, everybody (NOTICE-108).
SCOPES = {"TLP:GREEN": "Restricted", "TLP:CLEAR": "Public"}
PRIVATE = "Private"
FOOT_M = 0.3048
# Beside each area, as form, field, type and text: what its shape cannot say is not lost.
PLACE_NAME = "backchannel:place"


def write_cap(original: Original) -> bytes:
    """Return a notice as a CAP message; one that was taken back as its cancellation.

    Raises OfficerError("no-copy-of-form").
    """
    mapped = mapping_of(original.form).cap
    if mapped is not None and mapped.only is not None:
        codes = enum_words(original, mapped.only.field)
        mapped = mapped if set(codes) & set(mapped.only.codes) else None
    require_mapped(original, mapped, "CAP")
    assert mapped is not None, "it was required"
    cancelled = original.recalled is not None
    root = element("alert", xmlns=NAMESPACE)
    root.extend(heading(original, cancelled=cancelled))
    if not cancelled:
        root.append(info(original, mapped))
    return document(root)


def heading(original: Original, *, cancelled: bool) -> Iterator[Element]:
    """Yield what stands before the info, in the order of the schema."""
    scope = SCOPES.get(original.handling, PRIVATE)
    sent = original.time if original.recalled is None else original.recalled
    cancels = f"{sender(original)},{identifier(original)},{instant(original.time)}"
    rows = (
        ("identifier", identifier(original) + ("-cancel" if cancelled else "")),
        ("sender", sender(original)),
        ("sent", instant(sent)),
        ("status", STATUS[original.mode]),
        ("msgType", "Cancel" if cancelled else "Alert"),
        ("source", f"{original.mark}{original.number}"),
        ("scope", scope),
        ("restriction", original.handling_text if scope == "Restricted" else None),
        ("addresses", f'"{original.whom.replace(chr(34), chr(39))}"' if scope == PRIVATE else None),
        ("code", original.handling),
        ("note", "\n".join(notes(original))),
        ("references", cancels if cancelled else None),
    )
    for name, text in rows:
        made = leaf(name, text)
        if made is not None:
            yield made


def identifier(original: Original) -> str:
    """Return the message's name: the entry's, the same each time."""
    return f"backchannel.{original.entry}"


def sender(original: Original) -> str:
    """Return who sent the notice, unique by the line, without the characters CAP forbids."""
    return f"{quote(original.party, safe='')}.{original.line[:16]}"


def instant(seconds: int) -> str:
    """Return a moment as CAP writes it: UTC is -00:00."""
    return print_moment(seconds).replace("Z", "-00:00")


def info(original: Original, mapped: InCap) -> Element:
    """Return what a CAP message informs of."""
    window = window_of(original)
    made = element(
        "info",
        leaf("language", tag(original.language)),
        *(leaf("category", each) for each in mapped.category),
        leaf("event", f"{original.mark}{mapped.event}"),
        *(leaf("responseType", each) for each in mapped.response),
        leaf("urgency", URGENCY[original.precedence]),
        leaf("severity", "Unknown"),
        leaf("certainty", mapped.certainty),
        leaf("onset", instant(window.since) if window else None),
        leaf("expires", instant(window.until) if window and window.until is not None else None),
        leaf("senderName", original.party),
        leaf("headline", original.name),
        leaf("description", words_of(original, mapped.tell)),
        parameter("mode", original.mode),
        parameter("statement", original.entry),
        parameter("form", original.form.code),
        parameter("handling", original.handling_text),
    )
    for placed in places_of(original):
        if placed.no in mapped.places and placed.type != "route":
            made.append(area(original, placed))
    return made


def tag(language: str) -> str | None:
    """Return a language tag that CAP takes, None for what came as another text."""
    return language if LANGUAGE.fullmatch(language) else None


def parameter(name: str, value: str) -> Element:
    """Return one value of ours beside those of CAP."""
    return element(
        "parameter",
        leaf("valueName", f"backchannel:{name}"),
        leaf("value", value),
    )


def area(original: Original, placed: Placed) -> Element:
    """Return a place as an area of CAP, named, and as its form writes it (NOTICE-114)."""
    made = area_of(placed)
    shapes = sum(each.tag in ("polygon", "circle") for each in made)
    own = f"{original.form.code} {placed.no} {placed.type} {placed.text}"
    geocode = element("geocode", leaf("valueName", PLACE_NAME), leaf("value", own))
    made.insert(shapes, geocode)
    made.insert(0, element("areaDesc", text=f"{original.mark}{placed.name}: {placed.text}"))
    return made


def area_of(placed: Placed) -> Element:
    """Return the shape of a place as an area of CAP without words."""
    match placed.type, placed.value:
        case "position", (int(north), int(east), accuracy, _, _):
            metres = accuracy if type(accuracy) is int else 0
            return element("area", circle((north, east), metres))
        case "area", ((int(), int()) as centre, int(radius), band):
            return element("area", circle(point_of(centre), radius), *heights(band))
        case "area", (tuple(corners), band):
            points = [point_of(each) for each in corners]
            text = " ".join(map(pair, (*points, points[0])))
            return element("area", leaf("polygon", text), *heights(band))
    raise AssertionError(f"a place of type {placed.type}")


def circle(centre: Point, radius_m: int) -> Element | None:
    """Return a circle: its centre, and its radius in kilometres."""
    return leaf("circle", f"{pair(centre)} {radius_m / 1000:.3f}")


def pair(point: Point) -> str:
    """Return a point as CAP orders it: latitude, then longitude, in degrees."""
    return f"{point[0] / SCALE:.5f},{point[1] / SCALE:.5f}"


def heights(band: Value) -> Iterator[Element | None]:
    """Yield the ends of a band in feet above mean sea level, to a hundredth. Another datum, or a
    band without an upper end, CAP cannot say: it stands in the words alone (NOTICE-108)."""
    match band:
        case (low, int(high), "amsl"):
            yield leaf("altitude", feet(low if type(low) is int else 0))
            yield leaf("ceiling", feet(high))


def feet(metres: int) -> str:
    """Return metres as feet."""
    return f"{metres / FOOT_M:.2f}"
