"""Charts on the desk's pages: drawn where a notice names places, beside what was read back, and in
words for who cannot see them."""

import base64
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.cli.desks import quick_seals  # noqa: F401
from tests.cli.forms import READ_BACK, STRIKE, sent, write
from tests.desk.test_looks import breaches
from tests.desk.windows import Window, web_desks
from tests.station.house import run

pytestmark = pytest.mark.usefixtures("quick_seals")

PLACE = "4.1 59.93750N 030.30860E YA radius 5000m"
NORTH = "circle 59.95750N 030.30860E 5000m surface-3000m amsl"
OFF = "DIFFERS 2224 m, bearing 000"


async def drawn(window: Window, where: str) -> str:
    """The words on a chart that the browser has drawn, whole and as large as it is."""
    picture = window.page.locator(f"{where} img.map").first
    await picture.wait_for()
    assert await picture.evaluate("each => each.decode().then(() => each.naturalWidth)") == 480
    address = await picture.get_attribute("src") or ""
    svg = base64.b64decode(address.removeprefix("data:image/svg+xml;base64,"))
    return " ".join(ElementTree.fromstring(svg).itertext())


def test_places_are_drawn_and_listed_and_what_was_read_back_stands_beside_them(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            said = await sent(alder.typed, "T06", STRIKE)
            await birch.typed.room.shows(said["entry"])
            theirs = await birch.window(expected=("400 (Bad Request)",))
            await theirs.sign_in("marsh")
            await theirs.sees(PLACE, "#detail .map-place li")
            text = await drawn(theirs, "#detail")
            assert "REAL  ALDER 0001" in text and "DIFFERS" not in text
            here = theirs.page.url.split("/real")[0] + f"/real/m/{said['entry']}"
            await theirs.page.goto(f"{here}/print")
            await theirs.page.emulate_media(media="print")
            await theirs.sees(PLACE, ".map-place li")
            assert "ALDER 0001" in await drawn(theirs, ".sheet")
            await theirs.page.emulate_media(media="screen")
            await theirs.page.goto(f"{here}/readback")
            await theirs.page.fill("[name='f4.0']", NORTH)
            await theirs.sign("form[data-nopaste] button.go")
            await theirs.sees("There is a problem", ".summary")
            assert OFF in await drawn(theirs, ".map-place")
            assert await breaches(theirs) == []

            keyed = write(birch.typed.folder / "keyed.toml", "T06", {**READ_BACK, 4: NORTH})
            back = await birch.typed.acts("readback", "ALDER 0001", "--fields", keyed, by="marsh")
            await alder.typed.room.shows(back["entry"])
            ours = await alder.window()
            await ours.sign_in("first")
            await ours.sees("59.95750N 030.30860E", "#detail .compare li")
            assert OFF in await drawn(ours, "#detail .compare")
            assert await breaches(ours) == []
            await ours.close()
            await theirs.close()

    run(story())
