"""Which of the formats that are read a file has, and what it says in it.

This module must not go by the name of a file. Clause: NOTICE-113.
"""

from backchannel.errors import JunkError, OfficerError
from backchannel.notice.copies.capin import read_cap
from backchannel.notice.copies.found import Found
from backchannel.notice.copies.geojsonin import read_geojson

BLANKS = b" \t\r\n\xef\xbb\xbf"


def read_copy(raw: bytes, nth: int | None = None) -> Found:
    """Return what a file of CAP or GeoJSON says; of several messages the n-th, from 1.

    Raises JunkError, and OfficerError("which-message").
    """
    if raw.lstrip(BLANKS).startswith((b"{", b"[")):
        return chosen((read_geojson(raw),), nth)
    return chosen(read_cap(raw), nth)


def chosen(messages: tuple[Found | JunkError, ...], nth: int | None) -> Found:
    """Return one of several messages. Raises OfficerError("which-message") and what is wrong with
    the one that was chosen."""
    wanted = 1 if nth is None and len(messages) == 1 else nth or 0
    if not 1 <= wanted <= len(messages):
        raise OfficerError(
            "which-message", f"the file holds {len(messages)} messages; say which: --message 1"
        )
    one = messages[wanted - 1]
    if isinstance(one, JunkError):
        raise one
    return one
