"""Filled-in forms as files, and officers who send them and wait for what comes of it."""

import json
from pathlib import Path
from typing import Any

from tests.cli.desks import Desk

from backchannel.station.reports import StatementReport

Fields = dict[int, Any]

STRIKE: Fields = {
    1: "live-fire",
    2: "not-directed-at-you",
    3: "2026-12-01T10:00:00Z to 2026-12-01T14:00:00Z",
    4: "circle 59.93750N 030.30860E 5000m surface-3000m amsl",
    8: "duty officer (call sign KITE)",
}
READ_BACK: Fields = {no: STRIKE[no] for no in (1, 2, 3, 4)}
SITE: Fields = {
    1: ["Relief Fund", "hospital operator"],
    2: "KX-17",
    3: "hospital",
    4: ["59.93750N 030.30860E within 50m gnss"],
    5: ["site officer", "gnss", "2026-11-20T10:00:00Z"],
    10: ["2026-12-01T10:00:00Z to 2026-12-31T10:00:00Z", "2026-12-30T10:00:00Z"],
    11: "site officer (call sign ROOF)",
}
QUERY: Fields = {
    1: ["columns on the coast road", "2026-11-22T10:00:00Z"],
    2: "It is within an hour of the boundary.",
    3: [["1", "Which unit is it?"], ["2", "Where does it go?"], ["5", "Until when?"]],
    4: ["2026-11-24T10:00:00Z", "voluntary"],
}
PROMISES = [
    ["We will not cross the line.", "chief of watch", "2026-12-31T00:00:00Z", "by notice", "2 d"],
    ["We will call you first.", "duty officer", "", "by notice", ""],
]
REASSURANCE: Fields = {
    1: "Our exercise near the boundary.",
    2: [["It is an exercise.", "confirmed"]],
    3: "We do not intend to cross.",
    4: ["the coast brigade"],
    5: "None.",
    6: [["chief of staff", "approved", "2026-11-22T10:00:00Z"]],
    7: PROMISES,
}


def write(path: Path, form: str, fields: Fields) -> Path:
    """Write a form that is filled in."""
    rows = [f"{no} = {json.dumps(value)}" for no, value in sorted(fields.items())]
    path.write_text("\n".join([f'form = "{form}"', "[fields]", *rows, ""]))
    return path


def two(desk: Desk) -> tuple[object, ...]:
    """The officers who release what takes two."""
    return ("--officer", desk.key("first"), "--officer", desk.key("second"))


async def sent(desk: Desk, form: str, fields: Fields, *options: object) -> dict[str, Any]:
    """Send a notice by two officers; return its entry and how it is spoken of."""
    file = write(desk.folder / f"{form}.toml", form, fields)
    told: dict[str, Any] = await desk.told("notice", file, *two(desk), *options)
    return told


async def learns(desk: Desk, about: str, answer: str) -> StatementReport:
    """Wait until a statement's answer is held; return what there is to know of the statement."""
    await desk.room.shows(answer)
    return await desk.room.station.show(about)
