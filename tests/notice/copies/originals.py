"""Notices of which copies are made, as the record would give them."""

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from backchannel.notice.catalogue import form_named
from backchannel.notice.copies.original import Original
from backchannel.notice.filling import Filled, fill

SHARED = Path(__file__).parents[4] / "shared" / "vectors"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no public vectors beside us")

ENTRY, LINE = "cd" * 32, "ab" * 32
WINDOW = "2026-12-01T10:00:00Z to 2026-12-01T14:00:00Z"
HARBOUR = "59.93750N 030.30860E within 50m gnss near Harbour"
CIRCLE = "circle 59.93750N 030.30860E 5000m surface-3000m amsl"
TRIANGLE = "polygon 10.00000N 010.00000E, 11.00000N 010.00000E, 11.00000N 011.00000E"
WAY = (
    "start 15.50000N 032.56000E at 2026-12-01T10:00:00Z; via 15.60000N 032.60000E; "
    "end 15.70000N 032.70000E"
)
# Breaks out of markup, of lines, of spreadsheets, and turns text round.
HOSTILE = '=1+1</event><b onload="x">&amp;\r\nBEGIN:VEVENT\n\u202egnp.exe\u2066\x1b[2J\\n;,"'

LAUNCH: dict[int, Filled] = {
    1: "icbm",
    2: "class",
    3: "1",
    4: WINDOW,
    5: HARBOUR,
    6: [CIRCLE, TRIANGLE],
    7: "270 deg",
    14: "duty officer",
}
SITE: dict[int, Filled] = {
    1: ["Relief", "agency"],
    2: "KX-17",
    3: "hospital",
    4: ["15.50000N 032.56000E within 20m survey"],
    5: ["duty officer", "survey", "2026-12-01T09:00:00Z"],
    6: ["red-crescent"],
    9: "medical officer: battery behind the wall",
    10: [WINDOW],
    11: "duty officer",
}
MOVEMENT: dict[int, Filled] = {
    1: "Relief",
    2: ["food"],
    3: WINDOW,
    4: [WAY],
    5: [["lorry", "AB-1", "white", "H"]],
    6: ["4", "driver", "medical officer: their names"],
    8: ["back the same way"],
    10: "duty officer",
}
STRIKE: dict[int, Filled] = {
    1: "strike",
    2: "not-directed-at-you",
    3: WINDOW,
    4: CIRCLE,
    8: "duty officer",
}
CALL: dict[int, Filled] = {
    1: ["duty officer", "duty officer"],
    2: "the bridge",
    3: ["today", "2026-12-01T20:00:00Z"],
    4: [WINDOW, "2026-12-02T10:00:00Z to unknown"],
    6: "none",
}


def original(
    name: str = "T01", filled: dict[int, Filled] | None = None, **changes: Any
) -> Original:
    """A notice; without changes a launch in mode REAL that may go to a community."""
    form = form_named(name)
    usual: dict[str, Any] = {
        "form": form,
        "values": fill(form, LAUNCH if filled is None else filled),
        "line": LINE,
        "entry": ENTRY,
        "number": "ALDER 0001",
        "mode": "REAL",
        "party": "Alder",
        "to": ("Birch",),
        "precedence": "PRIORITY",
        "language": "en",
        "time": 1_796_083_200,
        "handling": "TLP:GREEN",
    }
    return Original(**{**usual, **changes})


def drill(name: str = "T01", filled: dict[int, Filled] | None = None, **changes: Any) -> Original:
    """The same in mode EXERCISE."""
    return original(name, filled, mode="EXERCISE", number="ALDER EX 0001", **changes)


def texts(root: Element) -> list[str]:
    """Every text and attribute of a tree."""
    found = [each.text or "" for each in root.iter()]
    return found + [value for each in root.iter() for value in each.attrib.values()]


def tree(raw: bytes) -> Element:
    """A document as a standard reader has it."""
    return fromstring(raw)
