"""The release: nothing is signed unread, by one officer twice, or before the station may speak."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.cli.desks import PASSPHRASE, desks, lone_desk
from tests.cli.desks import quick_seals as quick_seals
from tests.station.house import run

from backchannel.clock import SystemClock
from backchannel.desk.terminal.cells import Glass
from backchannel.desk.terminal.home import Home
from backchannel.desk.terminal.keys import Key, Pasted
from backchannel.desk.terminal.releasing import Act, Asked, Releasing, asked_for, give
from backchannel.desk.terminal.session import Session
from backchannel.errors import OfficerError
from backchannel.line.drafting import Plan, message_body
from backchannel.station.client import Client, client_in
from backchannel.station.planning import Terms, others, own_language, plan_of
from backchannel.station.reports import DeskReport
from backchannel.wire.ids import CredentialId
from backchannel.wire.statement import Kind, Precedence

pytestmark = pytest.mark.usefixtures("quick_seals")


def plans(desk: DeskReport, signers: Sequence[CredentialId]) -> Plan:
    terms = Terms("REAL", Precedence.FLASH, own_language(desk, None))
    return plan_of(desk, terms, Kind.MESSAGE, signers, to=others(desk), body=message_body("Hear."))


ACT = Act("Release it.", (("", "Hear."),), "REAL", plans)


def test_what_the_charter_wants_is_asked_before_a_passphrase(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            client = client_in(alder.folder)
            asked = await asyncio.to_thread(asked_for, client, ACT)
            assert (asked.wanted, asked.alone) == (2, True)
            assert asked.what == "message to Birch, FLASH, class inform, en"
            twice = [(alder.key("first"), PASSPHRASE)] * 2
            with pytest.raises(OfficerError) as fault:
                await asyncio.to_thread(give, client, ACT, twice)
            assert fault.value.reason == "same-officer"
            both = [(alder.key(name), PASSPHRASE) for name in ("first", "second")]
            assert await asyncio.to_thread(give, client, ACT, both) == "ALDER 0001"

    run(story())


def test_a_station_that_still_asks_releases_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with lone_desk(tmp_path) as alder:
            with pytest.raises(OfficerError) as fault:
                await asyncio.to_thread(asked_for, client_in(alder.folder), ACT)
            assert fault.value.reason == "still-asking"

    run(story())


def test_no_passphrase_is_taken_before_all_was_on_the_screen(tmp_path: Path) -> None:
    session = Session(Client(tmp_path / "nobody"), SystemClock(), Glass(), Home())
    long = ACT._replace(words=(("", "word\n" * 40),), mode="EXERCISE")
    view = Releasing(long, Asked("message", 1, False), tmp_path / "lin.key", "Lin")
    session.open(view)

    def drawn() -> str:
        return "\n".join(row.text for row in view.draw(session, 17).rows)

    assert "There is more of it" in drawn() and "Passphrase" not in drawn()
    view.press(session, "x")
    assert session.note == "Read it to its end first: PgDn." and not session.busy()
    for _ in range(4):
        view.press(session, Key.PAGE_DOWN)
        text = drawn()
    assert "Lin, release it as EXERCISE EXERCISE, NOT REAL. Passphrase: " in text
    view.press(session, Pasted("secret"))
    assert session.note == "A passphrase is typed, not pasted."
    view.press(session, "s")
    assert "Passphrase: *" in drawn()
    view.press(session, Key.ESCAPE)
    assert session.note == "Not released. Nothing was sent."
