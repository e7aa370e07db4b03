"""Answers behind a gate: no green light before what matters was read back and confirmed."""

from pathlib import Path

import pytest
from tests.cli.desks import desks, quick_seals  # noqa: F401
from tests.cli.forms import Fields, write
from tests.cli.test_say import refused
from tests.station.house import agreed, entry_of, run

from backchannel.line.events import Released
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import fill
from backchannel.wire.moments import print_moment
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

pytestmark = pytest.mark.usefixtures("quick_seals")
CRITICAL: Fields = {
    3: "2026-11-27T10:00:00Z to 2026-11-27T16:00:00Z",
    4: ["start 31.41690N 034.33330E; end 31.52390N 034.43310E"],
    5: [["car", "K-1", "white", "sign"]],
    8: ["Seven people in three cars.", []],
}
CONVOY: Fields = {**CRITICAL, 1: "Kitchen", 2: ["food", ""], 10: "leader"}


def test_no_green_light_before_what_matters_was_confirmed(tmp_path: Path) -> None:
    """NOTICE-93: not-cleared may be said at once, cleared only after the rung."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            form = write(tmp_path / "convoy.toml", "T04", CONVOY)
            two = ("--officer", alder.key("first"), "--officer", alder.key("second"))
            said = (await alder.told("notice", form, *two))["entry"]
            await agreed(alder.room, birch.room)
            told = print_moment(alder.room.clock.now())
            answers = {
                code: write(
                    tmp_path / f"{code}.toml", "T04", {15: [code, ""], 16: told, 17: "desk 4"}
                )
                for code in ("cleared", "not-cleared")
            }
            by = ("--officer", birch.key("first"))
            cleared = ("answer", said, "--fields", answers["cleared"], *by)
            await refused(birch, "gate-closed", *cleared)
            await birch.done("answer", said, "--fields", answers["not-cleared"], *by)
            heard = write(tmp_path / "heard.toml", "T04", CRITICAL)
            await birch.done("readback", said, "--fields", heard, *by)
            await agreed(alder.room, birch.room)
            await alder.acts("confirm", said)
            await agreed(alder.room, birch.room)
            entry = (await birch.told(*cleared))["entry"]
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                assert "TOO EARLY" not in await desk.done("show", entry)

    run(story())


def test_a_green_light_that_came_too_early_is_marked(tmp_path: Path) -> None:
    """NOTICE-93: a station that does not keep to it is shown, with the mark."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            form = form_named("T04")
            pair = (alder.room.officer("first"), alder.room.officer("second"))
            how = {"kind": Kind.NOTICE, "form": form.code, "category": 1, "signers": pair}
            said = await alder.room.say("", **how, body=fill(form, CONVOY))
            about = await birch.room.shows(said.entry)
            told = print_moment(alder.room.clock.now())
            answer: Fields = {15: ["cleared", ""], 16: told, 17: "desk 4"}
            room = birch.room
            changes = {
                "kind": Kind.DECIDE,
                "form": form.code,
                "category": 5,
                "refs": (entry_of(about),),
            }
            signed = room.sign(room.plan(**changes, body=fill(form, answer, answer=True)))
            event = Released(
                at=room.runner.moment(),
                mode=Mode.REAL,
                statement=bytes.fromhex(signed.statement),
                signatures=tuple(bytes.fromhex(each) for each in signed.signatures),
                content=bytes.fromhex(signed.content),
            )
            entry = await room.runner.submit(event)
            assert isinstance(entry, bytes)
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                assert "TOO EARLY: cleared" in await desk.done("show", entry.hex()[:12])

    run(story())
