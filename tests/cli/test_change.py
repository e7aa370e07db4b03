"""Correcting, postponing, cancelling and ending what one's own party said, from a terminal."""

from pathlib import Path

import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.forms import READ_BACK, SITE, STRIKE, Fields, learns, sent, two, write
from tests.cli.test_say import refused
from tests.station.house import run, rungs

from backchannel.notice.relations import Change

pytestmark = pytest.mark.usefixtures("quick_seals")

LATER = "2026-12-01T12:00:00Z to 2026-12-01T16:00:00Z"


async def changed(
    desk: Desk, command: str, fields: Fields, *options: object, form: str = "T06"
) -> str:
    """Change ALDER 0001 by fields; return the entry that does it."""
    file = write(desk.folder / "change.toml", form, fields)
    told = await desk.told(command, "ALDER 0001", "--fields", file, *two(desk), *options)
    return str(told["entry"])


def test_a_field_is_corrected_and_both_values_stay(tmp_path: Path) -> None:
    """NOTICE-63, NOTICE-64: the receiver sees what it was and what it is; nothing is dropped."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            said = await sent(alder, "T06", STRIKE)
            made = await changed(alder, "correct", {3: LATER, 8: STRIKE[8]})
            there = await learns(birch, said["entry"], made)
            (correction,) = there.matter.corrections
            assert (correction.change, correction.reason) == (Change.CORRECT_FIELD, "human-error")
            (field,) = correction.fields
            assert (field.old, field.new) == (STRIKE[3], LATER)
            assert field.critical and field.stands
            assert field.by_how_much == "start (2 h later) end (2 h later)"
            assert there.line.marks[0].startswith("CORRECTED")
            assert {"3 window": STRIKE[3]}.items() <= {
                each.name: each.value for each in there.line.words.fields
            }.items()
            shown = await birch.done("show", "ALDER 0001")
            assert "3 window was: 2026-12-01T10:00:00Z" in shown
            assert "is now: 2026-12-01T12:00:00Z" in shown
            assert "CRITICAL: it is read back anew" in shown
            assert 'correction: 3 window: "2026-12-01T10:00:00Z' in await birch.done("log")
            again = await changed(alder, "correct", {3: STRIKE[3]})
            there = await learns(birch, said["entry"], again)
            assert [each.fields[0].old for each in there.matter.corrections] == [STRIKE[3], LATER]

    run(story())


def test_a_readback_is_due_anew_after_a_critical_field_is_corrected(tmp_path: Path) -> None:
    """NOTICE-66: what was read back and confirmed before is void; what crosses it is outdated."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            said = await sent(alder, "T06", STRIKE)
            await birch.room.shows(said["entry"])
            keyed = write(birch.folder / "keyed.toml", "T06", READ_BACK)
            back = ("readback", "ALDER 0001", "--fields", keyed)
            await birch.acts(*back, by="marsh")
            await alder.room.reaches(said["entry"], "read back")
            await alder.acts("confirm", "ALDER 0001")
            await birch.room.reaches(said["entry"], "confirmed")
            made = await changed(alder, "correct", {3: LATER})
            there = await learns(birch, said["entry"], made)
            assert not {"read back", "confirmed"} & rungs(there.line)
            assert there.readbacks[0].outdated
            assert "OUTDATED" in await birch.done("show", "ALDER 0001")
            await refused(
                *(alder, "readback-outdated", "confirm", "ALDER 0001", "--officer"),
                alder.key("first"),
            )
            old = (await birch.acts(*back, by="marsh"))["entry"]
            there = await learns(alder, said["entry"], old)
            assert [each.word for each in there.readbacks[-1].departures] == [3]
            assert not there.readbacks[-1].outdated
            write(birch.folder / "keyed.toml", "T06", {**READ_BACK, 3: LATER})
            right = (await birch.acts(*back, by="marsh"))["entry"]
            there = await learns(alder, said["entry"], right)
            assert there.readbacks[-1].departures == ()
            await alder.acts("confirm", right[:12])
            assert "confirmed" in rungs((await birch.room.reaches(said["entry"], "confirmed")).line)

    run(story())


def test_what_is_not_critical_leaves_a_readback_as_it_is(tmp_path: Path) -> None:
    """NOTICE-66."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            said = await sent(alder, "T06", STRIKE)
            await birch.room.shows(said["entry"])
            keyed = write(birch.folder / "keyed.toml", "T06", READ_BACK)
            await birch.acts("readback", "ALDER 0001", "--fields", keyed, by="marsh")
            await alder.room.reaches(said["entry"], "read back")
            made = await changed(alder, "correct", {6: "blast, debris"})
            there = await learns(birch, said["entry"], made)
            assert "read back" in rungs(there.line)
            assert not there.readbacks[0].outdated

    run(story())


def test_words_that_were_corrected_are_read_back_as_they_are_now(tmp_path: Path) -> None:
    """NOTICE-66, of a message: the correction names the readback that it makes void."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            said = (await alder.acts("say", "Corner 3 at 35 54 N."))["entry"]
            await birch.room.shows(said)
            await birch.acts("readback", said[:8], "Corner 3 at 35 54 N.", by="marsh")
            await alder.room.reaches(said, "read back")
            made = await alder.told("correct", said[:8], "54", "45", *two(alder))
            there = await learns(birch, said, made["entry"])
            assert "read back" not in rungs(there.line)
            assert there.matter.text_now == "Corner 3 at 35 45 N."
            right = await birch.acts("readback", said[:8], "Corner 3 at 35 45 N.", by="marsh")
            there = await learns(alder, said, right["entry"])
            assert there.readbacks[-1].departures == ()
            assert "read back" in rungs(there.line)

    run(story())


def test_a_postponement_moves_times_and_nothing_else(tmp_path: Path) -> None:
    """NOTICE-65."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            said = await sent(alder, "T06", STRIKE)
            earlier = "2026-12-01T09:00:00Z to 2026-12-01T14:00:00Z"
            for wrong in ({3: earlier}, {1: "strike"}):
                file = write(alder.folder / "wrong.toml", "T06", wrong)
                words = ("postpone", "ALDER 0001", "--fields", file, *two(alder))
                await refused(alder, "not-later", *words)
            made = await changed(alder, "postpone", {3: LATER}, "--reason", "changed-plan")
            there = await learns(birch, said["entry"], made)
            assert there.line.marks[0].startswith("POSTPONED")
            assert there.matter.corrections[0].reason == "changed-plan"
            assert "superseded" not in rungs(there.line)

    run(story())


@pytest.mark.parametrize(
    ("command", "rung", "mark"),
    [("cancel", "superseded", "CANCELLED"), ("discontinue", "closed", "ENDED")],
)
def test_what_was_announced_is_ended_by_its_own_party(
    tmp_path: Path, command: str, rung: str, mark: str
) -> None:
    """NOTICE-65: the words stay, with the mark beside them and the rung on their ladder."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            said = await sent(alder, "T06", STRIKE)
            await birch.room.shows(said["entry"])
            await refused(birch, "whose-statement", command, "ALDER 0001", *two(birch))
            when = ("--effective", "2026-11-30T00:00:00Z", "--undo", "Open the area again.")
            await alder.told(command, "ALDER 0001", *when, *two(alder))
            there = await birch.room.reaches(said["entry"], rung)
            assert there.line.marks[0].startswith(mark)
            shown = await birch.done("show", "ALDER 0001")
            assert "holds from 2026-11-30T00:00:00Z" in shown
            assert "undo: Open the area again." in shown
            assert STRIKE[3] in shown

    run(story())


def test_a_form_has_only_the_relations_that_it_names(tmp_path: Path) -> None:
    """NOTICE-62: a protected site is not cancelled, it is discontinued; T03 says so."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            await sent(alder, "T03", SITE)
            told = await refused(alder, "relation-form", "cancel", "ALDER 0001", *two(alder))
            assert "T03/1 has no cancel" in told
            await alder.told("discontinue", "ALDER 0001", *two(alder))

    run(story())


def test_the_whole_is_said_anew_as_an_update(tmp_path: Path) -> None:
    """NOTICE-60, NOTICE-65: the earlier one is superseded; only its own party may do it."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            said = await sent(alder, "T06", STRIKE)
            await birch.room.shows(said["entry"])
            update = ("--relation", "update", "--ref", "ALDER 0001")
            file = write(birch.folder / "own.toml", "T06", {**STRIKE, 3: LATER})
            told = await refused(birch, "relation-party", "notice", file, *update, *two(birch))
            assert "for the party that said it" in told
            alone = ("--relation", "update")
            await refused(alder, "relation-unknown", "notice", file, *alone, *two(alder))
            whim = ("--relation", "whim", "--ref", "ALDER 0001")
            await refused(alder, "unknown-relation", "notice", file, *whim, *two(alder))
            await sent(alder, "T06", {**STRIKE, 3: LATER}, *update)
            there = await birch.room.reaches(said["entry"], "superseded")
            assert there.line.marks[0].startswith("SUPERSEDED")
            assert there.line.marks[0].endswith("ALDER 0002")

    run(story())


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({3: STRIKE[3]}, "nothing-changed"),
        ({99: "x"}, "unknown-field"),
        ({3: ""}, "field-missing"),
        ({3: "noon"}, "field-value"),
    ],
)
def test_a_correction_that_corrects_nothing_is_refused(
    tmp_path: Path, fields: Fields, reason: str
) -> None:
    """NOTICE-63: nothing is signed."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            await sent(alder, "T06", STRIKE)
            file = write(alder.folder / "change.toml", "T06", fields)
            await refused(alder, reason, "correct", "ALDER 0001", "--fields", file, *two(alder))

    run(story())


def test_what_a_correction_is_of_must_fit_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            await sent(alder, "T03", SITE)
            await alder.acts("say", "Good morning.")
            site = write(alder.folder / "site.toml", "T03", {15: "yes"})
            words = ("correct", "ALDER 0001", "--fields", site, *two(alder))
            await refused(alder, "field-of-others", *words)
            other = write(alder.folder / "other.toml", "T06", {1: "strike"})
            words = ("correct", "ALDER 0001", "--fields", other, *two(alder))
            await refused(alder, "form-differs", *words)
            words = ("correct", "ALDER 0002", "--fields", other, *two(alder))
            await refused(alder, "no-fields", *words)
            await refused(alder, "what-changes", "correct", "ALDER 0002", "morning", *two(alder))

    run(story())
