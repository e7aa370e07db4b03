"""From the record to a copy: what stands is copied, what does not is refused with its reason."""

import json
from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH
from tests.exchange import open_line
from tests.line.hostile import Hostile
from tests.notice.copies.originals import SITE, STRIKE
from tests.station.house import Room, agreed, reference, rooms, run
from tests.station.shelf import NOTICE, shelve
from tests.station.takers import notified

from backchannel.charter.handling import Handling
from backchannel.errors import OfficerError
from backchannel.line.drafting import Reason, correction_body, recall_body
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import fill
from backchannel.station.asked import CopyQuery, Entered
from backchannel.station.copying import copy_of
from backchannel.station.reading import newest
from backchannel.wire.entry import EntryType
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence, pack_signed

GEOJSON = CopyQuery("geojson")


def copied(room: Room, said: Entered, query: CopyQuery = GEOJSON) -> dict[str, object]:
    """A copy, as JSON."""
    made = json.loads(room.handing.copy(said.entry, query))
    return dict(made["features"][0]["properties"])


def refused(room: Room, said: Entered, query: CopyQuery = GEOJSON) -> str:
    """Why there is no copy."""
    with pytest.raises(OfficerError) as caught:
        room.handing.copy(said.entry, query)
    return caught.value.reason


def test_both_rooms_make_the_same_copy(tmp_path: Path) -> None:
    """NOTICE-100, NOTICE-103: of the same notice, the same bytes."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            said = await notified(alder, birch)
            made = [room.handing.copy(said.entry, GEOJSON) for room in (alder, birch)]
            assert made[0] == made[1]
            found = copied(birch, said)
            assert (found["number"], found["party"], found["to"]) == (
                "ALDER 0001",
                "Alder",
                ["Birch"],
            )
            assert (found["mode"], found["handling"]) == ("REAL", "TLP:GREEN")
            assert found["name"] == "ALDER 0001 area to avoid, altitude band"
            drilled = await notified(alder, birch, mode=Mode.EXERCISE)
            assert str(copied(birch, drilled)["name"]).startswith("EXERCISE: ALDER EX 0001 ")
            assert birch.handing.copy("ALDER EX 0001", CopyQuery("cap")).count(b"Exercise") == 1

    run(story())


def test_a_label_lets_it_go_so_far(tmp_path: Path) -> None:
    """NOTICE-101, NOTICE-102."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            red = await notified(alder, birch, handling=Handling.RED)
            assert refused(birch, red, CopyQuery("geojson", "our map")) == "handling-red"
            assert "TLP:RED" in str((await birch.station.show(red.entry)).line.words.fields)
            for handling in (Handling.AMBER_STRICT, None):
                said = await notified(alder, birch, handling=handling)
                assert refused(birch, said) == "handling-whom"
                found = copied(birch, said, CopyQuery("geojson", "our map"))
                assert found["given_to"] == "our map"
            assert found["handling"] == "TLP:AMBER (not labelled by its sender)"

    run(story())


def test_free_text_and_unknown_forms_have_no_copy(tmp_path: Path) -> None:
    """NOTICE-100."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            said = await alder.say("Good morning.")
            await agreed(alder, birch)
            assert refused(birch, said) == "not-a-notice"
            assert refused(birch, said, CopyQuery("xlsx")) == "unknown-format"
            body = fill(form_named("T06"), STRIKE)
            both = (alder.officer("first"), alder.officer("second"))
            for form, values in (("T06/9", body), ("T06/1", (*body, "more"))):
                newer = await alder.say(
                    "",
                    kind=Kind.NOTICE,
                    form=form,
                    body=values,
                    category=1,
                    signers=both,
                    handling=Handling.CLEAR,
                )
                await agreed(alder, birch)
                assert refused(birch, newer) == "copy-not-understood"
            with pytest.raises(OfficerError, match="no-such-entry"):
                birch.handing.copy("ALDER 0413", GEOJSON)

    run(story())


async def changed(room: Room, said: Entered, kind: Kind, body: tuple[object, ...]) -> None:
    """The sender recalls or corrects his notice."""
    about = await room.station.show(said.entry)
    both = (room.officer("first"), room.officer("second"))
    await room.answer(about, kind, body, signers=both, category=4, precedence=Precedence.IMMEDIATE)


def test_what_was_recalled_is_copied_as_such(tmp_path: Path) -> None:
    """NOTICE-103: cancelled in CAP, gone from the map."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            said = await notified(alder, birch)
            about = await alder.station.show(said.entry)
            body = recall_body(
                reference(about), false_alarm=False, reason=Reason.HUMAN_ERROR, undo="all"
            )
            await changed(alder, said, Kind.RECALL, body)
            await agreed(alder, birch)
            assert b"<msgType>Cancel</msgType>" in birch.handing.copy(said.entry, CopyQuery("cap"))
            assert str(copied(birch, said)["name"]).startswith("RECALLED: ALDER 0001 ")

    run(story())


def test_what_was_corrected_is_not_copied(tmp_path: Path) -> None:
    """NOTICE-100: the old words would stand on a map."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            said = await notified(alder, birch, "T03", SITE)
            about = await alder.station.show(said.entry)
            body = correction_body(
                reference(about),
                ("hospital", "clinic"),
                reason=Reason.HUMAN_ERROR,
                undo="look again",
            )
            await changed(alder, said, Kind.CORRECT, body)
            await agreed(alder, birch)
            assert refused(birch, said) == "notice-corrected"

    run(story())


def test_what_has_no_valid_verdict_is_not_copied(tmp_path: Path) -> None:
    """NOTICE-100: a map shows no verdict."""
    exchange = open_line()
    hostile = Hostile(exchange)
    form = form_named("T06")
    alone = exchange.released(
        BIRCH,
        "",
        kind=Kind.NOTICE,
        form=form.code,
        values=fill(form, STRIKE),
        category=NOTICE,
        precedence=Precedence.PRIORITY,
    )
    payload = pack_signed(alone.statement, alone.signatures)
    hostile.send(hostile.frame(payload, EntryType.STATEMENT, content=alone.content))
    record = shelve(tmp_path, exchange, ALDER)
    (stated,) = newest(record, mode=None, limit=1, before=None)
    with pytest.raises(OfficerError, match=r"notice-not-valid.*unreleased"):
        copy_of(record, stated.said.entry, "geojson", "our map")
