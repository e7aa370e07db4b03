"""A key that is not ours any more: on hold at once, in both rooms."""

from pathlib import Path

import pytest
from tests.cli.desks import desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import agreed, entry_of, reference, run, rungs

from backchannel.line.drafting import Level, answer_body
from backchannel.line.events import Released
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

pytestmark = pytest.mark.usefixtures("quick_seals")


def test_a_disowned_key_signs_nothing_and_what_it_signs_elsewhere_moves_nothing(
    tmp_path: Path,
) -> None:
    """NOTICE-180, NOTICE-181: what it signed before stands."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            early = (await birch.acts("say", "Before.", by="first"))["entry"]
            asked = [
                (await alder.acts("say", text, "--reply", "ack"))["entry"]
                for text in ("One?", "2?")
            ]
            await agreed(alder.room, birch.room)
            await birch.acts("ack", asked[0], by="first")
            by = ("--officer", birch.key("second"))
            undo = ("--what", "Believe nothing of it.", *by)
            await refused(birch, "unknown-officer", "disown", "nobody", *undo)
            await birch.done("disown", "first", *undo)
            await agreed(alder.room, birch.room)
            who = ("--officer", birch.key("first"))
            await refused(birch, "key-on-hold", "say", "After.", *who)
            await refused(birch, "key-on-hold", "say", "After.", "--mode", "test", *who)
            room = birch.room
            room.clock.later_s = alder.room.clock.later_s = 60
            about = await room.shows(asked[1])
            body = answer_body(reference(about), Level.ACKNOWLEDGED, room.clock.now())
            changes = {"kind": Kind.ACK, "body": body, "category": 5, "refs": (entry_of(about),)}
            signed = room.sign(room.plan(**changes))
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
                assert "KEY ON HOLD: Birch said" in await desk.done("show", entry.hex()[:12])
                assert "KEY ON HOLD" not in await desk.done("show", early)
                assert "acknowledged" in rungs(await desk.room.line(asked[0]))
                assert "acknowledged" not in rungs(await desk.room.line(asked[1]))

    run(story())
