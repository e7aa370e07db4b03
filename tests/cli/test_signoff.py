"""An officer signs off at a terminal; both rooms say what he covered, and whether it holds."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cast import officer_keys
from tests.cli.desks import desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import agreed, run

from backchannel.cli.reach import Person
from backchannel.cli.signoff import own_statements
from backchannel.errors import OfficerError
from backchannel.station.reports import SignOffReport, ToSignOff
from backchannel.wire.ids import CredentialId, LineId, statement_id
from backchannel.wire.signing import Context, Mode, Purpose, sign

pytestmark = pytest.mark.usefixtures("quick_seals")


def test_a_watch_is_signed_off_and_the_next_one_begins_after_it(tmp_path: Path) -> None:
    """PROOF-93, PROOF-97, PROOF-98: his own statements, none of another officer's."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await refused(alder, "no-officer", "signoff")
            nothing = ("signoff", "--officer", alder.key("first"), "--yes")
            await refused(alder, "nothing-to-sign-off", *nothing)
            for officer in ("first", "second", "first"):
                await alder.acts("say", f"Said by {officer}.", by=officer)
            await agreed(alder.room, birch.room)
            both = ("--officer", alder.key("first"), "--officer", alder.key("second"))
            await refused(alder, "one-officer", "signoff", *both)
            result = await alder.type(*nothing)
            assert result.exit_code == 0, result.output
            assert result.stdout.startswith("REAL sign off ") and result.stderr.count("slot ") == 2
            await agreed(alder.room, birch.room)
            mark = "! signed off: 2 statements in slots 0 to "
            for desk in (alder, birch):
                assert mark in await desk.done("log")
            # The sign-off alone is no reason for another one.
            await refused(alder, "nothing-to-sign-off", *nothing)
            await alder.acts("say", "The next watch.")
            entry = (await alder.acts("signoff", "--yes"))["entry"]
            await agreed(alder.room, birch.room)
            text = await birch.done("show", entry)
            assert "signed off: 2 statements in slots " in text and ", verified" in text
            assert "of journal 16" in text and "post-quantum signature: 2420 bytes, " in text
            assert "DOES NOT HOLD" not in await birch.done("log")

    run(story())


def test_a_station_cannot_have_him_sign_what_he_did_not_say() -> None:
    """PROOF-98: every statement is checked against his own key, here, and so is their order."""
    keys = officer_keys("Alder", "first")
    line, credential = LineId(b"l" * 32), CredentialId(b"c" * 32)
    context = Context(Purpose.STATEMENT, line, Mode.REAL)
    raws = [b"one", b"two"]
    rows = tuple(
        ToSignOff(n + 4, "ab" * 32, raw.hex(), sign(keys.secret, context, raw).hex())
        for n, raw in enumerate(raws)
    )
    found = SignOffReport(line.hex(), "REAL", (16, 4, 5), rows)
    person = Person(credential, "first", (), keys)
    assert own_statements(found, person) == tuple(
        statement_id(line, Mode.REAL, raw) for raw in raws
    )
    other = officer_keys("Alder", "second")
    foreign = replace(rows[1], signature=sign(other.secret, context, raws[1]).hex())
    for bad in (
        replace(found, statements=(rows[0], foreign)),
        replace(found, statements=rows[::-1]),
        replace(found, statements=(rows[0], rows[0])),
        replace(found, slots=(16, 5, 5)),
        replace(found, slots=(16, 4, 4)),
        replace(found, mode="EXERCISE"),
    ):
        with pytest.raises(OfficerError, match="not-yours"):
            own_statements(bad, person)
