"""Bags packed and taken in from a terminal, on a folder that plays the stick."""

from pathlib import Path

import pytest
from tests.cli.desks import Desk, quick_seals, served  # noqa: F401
from tests.relay.boxes import capsule
from tests.station.house import run
from tests.station.relayed import rooms_by_relay
from tests.station.test_couriers import couriers_of

from backchannel.wire.mailbox import capsule_hash

pytestmark = pytest.mark.usefixtures("quick_seals")


def test_a_stick_goes_there_and_back(tmp_path: Path) -> None:
    """RELAY-41, RELAY-42, RELAY-43."""
    there, back = tmp_path / "there", tmp_path / "back"
    there.mkdir()
    back.mkdir()

    async def story() -> None:
        async with rooms_by_relay(tmp_path, []) as (alder, birch):
            for room in (alder, birch):
                room.station.couriers = couriers_of(room)
            async with served(tmp_path, alder) as one, served(tmp_path, birch) as two:
                said = await one.acts("say", "By courier.", "--precedence", "flash")
                # That it went is entered once, and goes along from then on.
                lost = await one.told("courier", "export", tmp_path)
                assert lost["written"] > 0
                told = await one.told("courier", "export", there)
                again = await one.told("courier", "export", there, "--path", 4)
                assert (told["there"], again["written"]) == (0, 0)
                assert again["there"] == told["written"] > 0
                await taken_in(two, there, told["written"])
                await birch.shows(said["entry"])
                await birch.until(lambda: not birch.core.due)
                await two.done("courier", "export", back)
                assert "0 refused" in await one.done("courier", "import", back)
                await alder.reaches(said["entry"], "held")

    run(story())


async def taken_in(desk: Desk, stick: Path, count: int) -> None:
    """Import a bag, then the same with a stranger's file beside it, and from no courier path."""
    told = await desk.told("courier", "import", stick)
    assert (told["opened"], told["refused"]) == (count, 0)
    stranger = capsule(1)
    (stick / f"{capsule_hash(stranger).hex()}.bcs").write_bytes(stranger)
    result = await desk.type("courier", "import", stick)
    assert (result.exit_code, f"{count} capsules opened" in result.stdout) == (1, True)
    assert "1 refused" in result.stdout
    for words in (("import", stick), ("export", stick)):
        result = await desk.type("courier", *words, "--path", 2)
        assert (result.exit_code, "no-courier-path" in result.stderr) == (2, True)
