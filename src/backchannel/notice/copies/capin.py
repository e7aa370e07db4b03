"""Places and times from messages of the Common Alerting Protocol, 1.1 and 1.2.

A message stands alone or in an envelope, such as EDXL-DE; each is judged by itself. This module
must not check an XML signature, nor let anybody think that it has. Clauses: NOTICE-113, NOTICE-114,
NOTICE-115.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from backchannel.errors import JunkError
from backchannel.limits import COPY_FEATURES_MAX
from backchannel.notice.copies.cap import FOOT_M, NAMESPACE, PLACE_NAME, area_of
from backchannel.notice.copies.found import (
    Found,
    Place,
    circle,
    differs,
    found,
    own_place,
    point,
    polygon,
    require_few_corners,
)
from backchannel.notice.copies.xmlin import read_xml
from backchannel.notice.kinds import UNKNOWN_WORD
from backchannel.wire.moments import print_moment, read_moment

NAMESPACES = (NAMESPACE, "urn:oasis:names:tc:emergency:cap:1.1")
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
KM_M = 1000

# What must stand in a message, once, and the words that it may be; none: any.
MESSAGE: dict[str, tuple[str, ...]] = {
    "identifier": (),
    "sender": (),
    "sent": (),
    "status": ("Actual", "Exercise", "System", "Test", "Draft"),
    "msgType": ("Alert", "Update", "Cancel", "Ack", "Error"),
    "scope": ("Public", "Restricted", "Private"),
}
CATEGORIES = (
    *("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport"),
    *("Infra", "CBRNE", "Other"),
)
INFO: dict[str, tuple[str, ...]] = {
    "event": (),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor", "Unknown"),
    "certainty": ("Observed", "Likely", "Possible", "Unlikely", "Unknown", "Very Likely"),
}
TOLD = ("language", "event", "headline", "description", "instruction", "urgency", "severity")
NAME = re.compile(r"[^\s,<&]+")
REFERENCES = re.compile(r"\s*[^\s,<&]+,[^\s,<&]+,[^\s,<&]+(\s+[^\s,<&]+,[^\s,<&]+,[^\s,<&]+)*\s*")
INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)
PAIR = re.compile(r"(-?\d{1,3}(?:\.\d{1,20})?),(-?\d{1,3}(?:\.\d{1,20})?)", re.ASCII)


def read_cap(raw: bytes) -> tuple[Found | JunkError, ...]:
    """Return what each message in a file says, or why it is none. Raises JunkError for a file that
    cannot be read, or that holds no message."""
    root = read_xml(raw)
    messages = [each for each in root.iter() if local(each) == "alert"]
    if not messages:
        raise JunkError("no-cap-message", "the file holds no message of CAP 1.1 or 1.2")
    return tuple(map(judged, messages))


def judged(message: Element) -> Found | JunkError:
    """Return what a message says, or why it is none."""
    try:
        require_message(message)
        return said(message)
    except JunkError as fault:
        return fault


def local(each: Element) -> str:
    """Return the name of an element of CAP, "" for one of another language."""
    namespace, _, name = each.tag.removeprefix("{").partition("}")
    return name if namespace in NAMESPACES else ""


def children(parent: Element, name: str) -> list[Element]:
    """Return the children of a name."""
    return [each for each in parent if local(each) == name]


def texts(parent: Element, name: str) -> list[str]:
    """Return the texts of the children of a name."""
    return [(each.text or "").strip() for each in children(parent, name)]


def text_of(parent: Element, name: str) -> str:
    """Return the text of the only child of a name, "" for none. Raises JunkError("cap-twice")."""
    found_texts = texts(parent, name)
    if len(found_texts) > 1:
        raise JunkError("cap-twice", f"{name} stands {len(found_texts)} times, wanted once")
    return found_texts[0] if found_texts else ""


# --- Whether it is a message ----------------------------------------------------------------------


def require_message(message: Element) -> None:
    """Raise JunkError unless a message has what CAP asks for (NOTICE-115)."""
    require_elements(message, MESSAGE)
    for name in ("identifier", "sender"):
        if not NAME.fullmatch(text_of(message, name)):
            raise JunkError("cap-text", f"{name}: wanted no blank, comma, < or &")
    read_instant(text_of(message, "sent"))
    if children(message, "references") and not REFERENCES.fullmatch(text_of(message, "references")):
        raise JunkError("cap-text", "references: wanted sender,identifier,sent, and more of them")
    for each in children(message, "info"):
        require_elements(each, INFO)
        categories = texts(each, "category")
        if not categories:
            raise JunkError("cap-missing", "category: wanted at least one")
        for category in categories:
            require_word("category", category, CATEGORIES)


def require_elements(parent: Element, wanted: dict[str, tuple[str, ...]]) -> None:
    """Raise JunkError unless each element stands there once, with one of its words."""
    for name, words in wanted.items():
        text = text_of(parent, name)
        if not text:
            raise JunkError("cap-missing", f"{name}: it is missing, or empty")
        require_word(name, text, words)


def require_word(name: str, text: str, words: tuple[str, ...]) -> None:
    """Raise JunkError("cap-word") unless a text is one of some words, where there are any."""
    if words and text not in words:
        raise JunkError("cap-word", f"{name}: got {text[:40]!a}, wanted one of {', '.join(words)}")


# --- What it says ---------------------------------------------------------------------------------


def said(message: Element) -> Found:
    """Return what a message says. Raises JunkError."""
    infos = children(message, "info")
    areas = [area for each in infos for area in children(each, "area")]
    if len(areas) > COPY_FEATURES_MAX:
        raise JunkError("copy-too-many", f"got {len(areas)} areas, at most {COPY_FEATURES_MAX}")
    places = [place for each in areas for place in places_in(each)]
    window = next((text for each in infos if (text := window_in(each))), "")
    return found(places, window, tuple(words_in(message, infos, areas)))


def words_in(message: Element, infos: list[Element], areas: list[Element]) -> Iterator[str]:
    """Yield what a message says in words."""
    if message.find(SIGNATURE) is not None:
        yield "it has an XML signature, which nobody has checked"
    for name in (*MESSAGE, "note", "references"):
        yield from (f"{name}: {text}" for text in texts(message, name) if text)
    for each in infos:
        for name in TOLD:
            yield from (f"{name}: {text}" for text in texts(each, name) if text)
    for each in areas:
        for name in ("areaDesc", "altitude", "ceiling"):
            yield from (f"{name}: {text}" for text in texts(each, name) if text)


def window_in(info: Element) -> str:
    """Return the time of an info as a form writes it, "" where it states none."""
    start = text_of(info, "onset") or text_of(info, "effective")
    if not start:
        return ""
    since, end = read_instant(start), text_of(info, "expires")
    if not end:
        return f"{print_moment(since)} to {UNKNOWN_WORD}"
    until = read_instant(end)
    if until <= since:
        raise JunkError("window-order", f"it expires at {end}, before it sets in at {start}")
    return f"{print_moment(since)} to {print_moment(until)}"


def read_instant(text: str) -> int:
    """Return the seconds UTC of a moment with an offset. Raises JunkError("bad-moment")."""
    parts = INSTANT.fullmatch(text)
    if parts is None:
        raise JunkError("bad-moment", f"got {text[:40]!a}, wanted 2026-12-01T10:00:00-00:00")
    local_s = read_moment(f"{parts[1]}Z")
    offset = int(parts[3] or 0) * 3_600 + int(parts[4] or 0) * 60
    return max(0, local_s + offset if parts[2] == "-" else local_s - offset)


def places_in(area: Element) -> Iterator[Place]:
    """Yield the places of an area: as our copy writes it, else as it is drawn. Raises JunkError."""
    for code in children(area, "geocode"):
        if text_of(code, "valueName") == PLACE_NAME:
            yield own(area, text_of(code, "value"))
            return
    band = band_in(area)
    for text in texts(area, "polygon"):
        pairs = text.split()
        require_few_corners(len(pairs))
        yield Place("area", polygon([point(*pair(each)) for each in pairs]) + band)
    for text in texts(area, "circle"):
        centre, _, radius = text.partition(" ")
        drawn = circle(point(*pair(centre)), number(radius.strip()) * KM_M)
        yield Place("area", drawn + band)


def own(area: Element, text: str) -> Place:
    """Return a place as a copy of ours writes it, if the area draws it. Raises JunkError."""
    form, _, rest = text.partition(" ")
    no, _, rest = rest.partition(" ")
    kind, _, place = rest.partition(" ")
    placed = own_place(form, int(no) if no.isdecimal() and no.isascii() else 0, kind, place)
    if placed.type == "route":
        raise JunkError("bad-place", "CAP draws no route")
    shown = {name: texts(area, name) for name in ("polygon", "circle", "altitude", "ceiling")}
    drawn = {each.tag: [each.text or ""] for each in area_of(placed) if each.tag in shown}
    if shown != {name: drawn.get(name, []) for name in shown}:
        raise differs(placed)
    return Place(placed.type, place, form, placed.no)


def pair(text: str) -> tuple[Decimal, Decimal]:
    """Return latitude and longitude of a text such as 59.9,30.3. Raises JunkError("bad-place")."""
    parts = PAIR.fullmatch(text)
    if parts is None:
        raise JunkError("bad-place", f"got {text[:40]!a}, wanted latitude,longitude in degrees")
    return Decimal(parts[1]), Decimal(parts[2])


def number(text: str) -> Decimal:
    """Return a number. Raises JunkError("bad-distance")."""
    try:
        return Decimal(text[:40])
    except InvalidOperation:
        raise JunkError("bad-distance", f"got {text[:40]!a}, wanted a number") from None


def band_in(area: Element) -> str:
    """Return the band of an area as a form writes it, "" where it has no two ends, or ends that
    are none: they stand in the words."""
    low, high = (
        number(text) * Decimal(str(FOOT_M)) if (text := text_of(area, name)) else None
        for name in ("altitude", "ceiling")
    )
    if low is None or high is None or not (0 <= round(low) < round(high)):
        return ""
    return f" {round(low)}m-{round(high)}m amsl"
