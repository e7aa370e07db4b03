"""The formats in which copies are made, by the name that people give them.

This module must not know what a format holds. Clause: NOTICE-100.
"""

from collections.abc import Callable
from typing import NamedTuple

from backchannel.errors import OfficerError
from backchannel.notice.copies.cap import write_cap
from backchannel.notice.copies.cot import write_cot
from backchannel.notice.copies.geojson import write_geojson
from backchannel.notice.copies.ical import write_ical
from backchannel.notice.copies.kml import write_kml
from backchannel.notice.copies.original import Original, require_understood
from backchannel.notice.copies.whiteflag import write_whiteflag


class Format(NamedTuple):
    """A format: how it is written, its media type, and how its files end."""

    write: Callable[[Original], bytes]
    media: str
    ending: str


FORMATS: dict[str, Format] = {
    "cap": Format(write_cap, "application/cap+xml", "cap"),
    "geojson": Format(write_geojson, "application/geo+json", "geojson"),
    "kml": Format(write_kml, "application/vnd.google-earth.kml+xml", "kml"),
    "cot": Format(write_cot, "application/xml", "cot"),
    "ical": Format(write_ical, "text/calendar; charset=utf-8", "ics"),
    "whiteflag": Format(write_whiteflag, "application/json", "whiteflag.json"),
}


def format_named(name: str) -> Format:
    """Return a format. Raises OfficerError("unknown-format")."""
    found = FORMATS.get(name)
    if found is None:
        raise OfficerError("unknown-format", f"got {name!a}, wanted one of {', '.join(FORMATS)}")
    return found


def write_copy(name: str, original: Original) -> bytes:
    """Return a notice in a format, the same bytes for the same notice each time. Raises
    OfficerError."""
    written = format_named(name).write
    require_understood(original)
    return written(original)
