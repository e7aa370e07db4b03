"""How the line stands, and what the doctor says: real stations, a real disk."""

import shutil
from pathlib import Path

import pytest
from tests.station.house import Room, agreed, lone_room, rooms, run

from backchannel.limits import DISK_FREE_BYTES_LOW, DISK_FREE_BYTES_MIN
from backchannel.station.reports import Finding
from backchannel.wire.signing import Mode

DAY_S = 86_400


def findings(room: Room) -> dict[str, Finding]:
    """What the doctor says, by slug; of several with one slug the last."""
    return {each.slug: each for each in room.station.doctor().findings}


def test_a_connected_line_is_told_in_full(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            await alder.say("Hello.")
            await agreed(alder, birch)
            status = alder.station.status()
            assert (status.party, status.line) == ("Alder", alder.cast.line.hex())
            assert [(p.name, p.ours, p.founded) for p in status.parties] == [
                ("Alder", True, True), ("Birch", False, True),
            ]  # fmt: skip
            real = status.modes[0]
            assert (real.mode, real.open, real.asking_s, real.manned) == ("REAL", True, None, False)
            assert real.journal == alder.core.own[Mode.REAL]
            (other,) = [each for each in status.stations if each.mode == "REAL"]
            assert (other.party, other.up, other.failure) == ("Birch", True, "")
            assert other.seq == birch.core.journals[birch.core.own[Mode.REAL]].seq
            assert other.held <= real.seq

    run(story())


def test_what_waits_for_a_receipt_is_counted_by_precedence(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            for task in birch.tasks:
                task.cancel()
            await alder.until(lambda: not alder.station.status().stations[0].up)
            await alder.say("Nobody there?")
            real = alder.station.status().modes[0]
            assert real.outbox["ROUTINE"] == 1

    run(story())


def real_outbox(room: Room) -> list[int]:
    return list(room.station.status().modes[0].outbox.values())


def test_a_line_at_rest_has_nothing_without_a_receipt(tmp_path: Path) -> None:
    """RECORD-61: for the last bare receipt of each side none will ever come."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            said = await alder.say("Good evening.")
            await alder.reaches(said.entry, "held")
            await alder.until(lambda: not any(real_outbox(alder)))
            await birch.until(lambda: not any(real_outbox(birch)))

    run(story())


def test_the_doctor_says_what_works(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            found = findings(alder)
            assert found["station-up"].level == "good"
            assert found["disk"].level == "good"
            assert found["window-open"].level == "good"
            assert found["run-mark-same-disk"].level == "warning"
            assert "station-down" not in found

    run(story())


def test_the_doctor_says_who_cannot_be_reached_and_why(tmp_path: Path) -> None:
    async def story() -> None:
        async with lone_room(tmp_path) as alder:
            await alder.until(lambda: alder.station.status().stations[0].failure)
            down = findings(alder)["station-down"]
            assert down.level == "alarm"
            assert "Birch" in down.text and "127.0.0.1 port" in down.text

    run(story())


@pytest.mark.parametrize(
    ("free", "slug", "level"),
    [
        (DISK_FREE_BYTES_MIN - 1, "disk-nearly-full", "alarm"),
        (DISK_FREE_BYTES_LOW - 1, "disk-low", "warning"),
        (DISK_FREE_BYTES_LOW, "disk", "good"),
    ],
)
def test_a_disk_that_fills_up_is_told_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, slug: str, level: str
) -> None:
    """The one thing here that a test cannot make: a nearly full disk."""
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free))

    async def story() -> None:
        async with lone_room(tmp_path) as alder:
            assert findings(alder)[slug].level == level

    run(story())


@pytest.mark.parametrize(("later_s", "slug"), [(DAY_S, "clock-or-delay"), (-DAY_S, "clock-skew")])
def test_clocks_that_differ_are_told(tmp_path: Path, later_s: int, slug: str) -> None:
    """N11: the other's entries claim times that our clock has not, or has long passed."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            alder.clock.later_s = later_s
            said = await birch.say("What time is it?")
            await alder.shows(said.entry)
            assert slug in findings(alder)

    run(story())


def test_closed_windows_are_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            alder.clock.later_s = 400 * DAY_S
            closed = [e.text for e in alder.station.doctor().findings if e.slug == "window-closed"]
            assert closed == ["EXERCISE is closed: no window of the charter is open now."]
            assert [each.open for each in alder.station.status().modes] == [True, False, True]

    run(story())
