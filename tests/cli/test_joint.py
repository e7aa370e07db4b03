"""The joint list: both parties' entries in one row, the same in both rooms."""

from pathlib import Path

import pytest
from tests.cli.desks import desks, quick_seals  # noqa: F401
from tests.cli.forms import Fields, two, write
from tests.station.house import agreed, run

pytestmark = pytest.mark.usefixtures("quick_seals")
INCIDENT: Fields = {
    1: "17",
    2: ["2026-11-22T10:00:00Z", "48.01590N 037.80280E within 100m map", "90 deg"],
    3: ["mortar", "12"],
    5: ["observer post 4", []],
}


def test_both_entries_of_an_incident_stand_in_one_row(tmp_path: Path) -> None:
    """NOTICE-190, NOTICE-191: a row that differs is a lamp in both rooms, until it does not."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            assert "No incident" in (await birch.type("joint")).stderr
            form = write(tmp_path / "incident.toml", "T15", INCIDENT)
            said = (await alder.told("notice", form, *two(alder)))["entry"]
            await agreed(alder.room, birch.room)
            assert "17  ALDER 0001: no entry" in await birch.done("joint")
            for code, words in (("differ", "It was ours."), ("agree", "So it was.")):
                lit = code == "differ"
                entry = write(tmp_path / f"{code}.toml", "T15", {7: [code, words]})
                await birch.done("answer", said, "--fields", entry, *two(birch))
                await agreed(alder.room, birch.room)
                for desk in (alder, birch):
                    text = await desk.done("joint")
                    assert f"Birch: {code}; {words}" in text and "Alder: mortar | 12" in text
                    assert ("DIFFERS" in text) == lit
                    slugs = [each["slug"] for each in (await desk.told("status"))["lamps"]]
                    assert ("joint-list-differs" in slugs) == lit

    run(story())
