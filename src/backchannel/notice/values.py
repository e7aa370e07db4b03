"""The types of a form's fields by name.

This module must not know which form a field belongs to. Clause: NOTICE-10.
"""

from backchannel.errors import JunkError
from backchannel.notice.kinds import Bounds, Type
from backchannel.notice.numbers import (
    read_bearing,
    read_count,
    read_instant,
    read_number,
    read_quantity,
    read_span,
    read_speed,
    read_window,
    show_bearing,
    show_count,
    show_instant,
    show_number,
    show_quantity,
    show_span,
    show_speed,
    show_window,
)
from backchannel.notice.shapes import (
    read_altitude,
    read_area,
    read_distance,
    read_position,
    read_route,
    show_altitude,
    show_area,
    show_distance,
    show_position,
    show_route,
)
from backchannel.notice.words import (
    read_code,
    read_confidence,
    read_contact,
    read_enum,
    read_enum_set,
    read_hash,
    read_language,
    read_ref,
    read_sealed,
    read_text,
    read_word,
    read_yes_no,
    show_contact,
    show_enum,
    show_enum_set,
    show_hash,
    show_ref,
    show_sealed,
    show_text,
)
from backchannel.wire.codec import Value


def read_value(name: str, text: str, bounds: Bounds) -> Value:
    """Return the value of a text of a type. Raises JunkError, also for a text that is another way
    to write a value than the one (NOTICE-10)."""
    kind = TYPES[name]
    value = kind.read(text, bounds)
    if kind.show(value) != text:
        raise JunkError("field-value", f"{text!a} is written {kind.show(value)!a}")
    return value


TYPES: dict[str, Type] = {
    "text": Type(read_text, show_text, "words"),
    "word": Type(read_word, show_text, "green harbour"),
    "party": Type(read_text, show_text, "ALDER"),
    "post": Type(read_text, show_text, "duty officer"),
    "code": Type(read_code, show_text, "KX-17"),
    "language": Type(read_language, show_text, "en"),
    "enum": Type(read_enum, show_enum, ""),
    "enum-set": Type(read_enum_set, show_enum_set, ""),
    "yes-no": Type(read_yes_no, show_text, "yes"),
    "confidence": Type(read_confidence, show_text, "likely"),
    "number": Type(read_number, show_number, "4"),
    "count": Type(read_count, show_count, "10-15 estimated"),
    "quantity": Type(read_quantity, show_quantity, "3.5 MW"),
    "speed": Type(read_speed, show_speed, "12.5 m/s"),
    "bearing": Type(read_bearing, show_bearing, "270 deg"),
    "distance": Type(read_distance, show_distance, "500m"),
    "utc-instant": Type(read_instant, show_instant, "2026-12-01T10:00:00Z"),
    "utc-window": Type(read_window, show_window, "2026-12-01T10:00:00Z to 2026-12-01T14:00:00Z"),
    "duration": Type(read_span, show_span, "30 min"),
    "position": Type(read_position, show_position, "59.93750N 030.30860E within 50m gnss"),
    "altitude": Type(read_altitude, show_altitude, "300m amsl"),
    "area": Type(read_area, show_area, "circle 59.93750N 030.30860E 5000m surface-3000m amsl"),
    "route": Type(
        read_route,
        show_route,
        "start 59.93750N 030.30860E at 2026-12-01T10:00:00Z; end 60.00000N 030.40000E",
    ),
    "contact-post": Type(
        read_contact, show_contact, "duty officer (call sign KITE; hours 0600-18)"
    ),
    "sealed-text": Type(read_sealed, show_sealed, "medical officer: words"),
    "ref": Type(read_ref, show_ref, "0" * 64),
    "hash": Type(read_hash, show_hash, "0" * 64 + " plan.pdf application/pdf 18000"),
}
