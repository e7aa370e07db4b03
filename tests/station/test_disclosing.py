"""Disclosures on real stores: what a stranger can prove of them, what is entered, what is refused.

Alder's envoy has the power to disclose, and nobody of Birch has it.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.cast import OFFICER_POWERS, Cast, found_cast
from tests.proof.stranger import Stranger, stranger
from tests.station.house import Room, agreed, order_by, reference, rooms, run
from tests.station.spanned import roots

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.charter.powers import Power
from backchannel.errors import BackchannelError, OfficerError
from backchannel.line.drafting import ReplyWanted, readback_body
from backchannel.proof.disclosure import (
    AuthorityPiece,
    CharterPiece,
    CheckpointPiece,
    FieldsPiece,
    InclusionPiece,
)
from backchannel.station.asked import Entered, Order
from backchannel.station.authorities import AuthorityFile, pack_authority
from backchannel.station.disclosing import Wanted, pack_wanted, sign_wanted
from backchannel.station.orders import Action
from backchannel.store import queries
from backchannel.verifier.__main__ import verify
from backchannel.wire.codec import encode
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.payload import Happening
from backchannel.wire.primitives import field_salts
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence, parse_content

SECRET_REMARK = "yes"
TEXT = "Our exercise stays south of the boundary line. We will not cross it."


def cast_with_envoy() -> Cast:
    """Alder's office has issued an officer who may disclose."""
    cast = found_cast()
    cast.offices[0].enrol_officer("envoy", powers=int(OFFICER_POWERS | Power.DISCLOSE))
    return cast


def wanted_of(room: Room, about: str, labels: Sequence[int], **changes: object) -> Wanted:
    """What officers of a room order now."""
    desk = room.station.desk(Mode.REAL)
    usual = Wanted(
        *(Mode.REAL, bytes.fromhex(desk.nonce), EntryId(bytes.fromhex(about))),
        *(tuple(labels), "for the court"),
    )
    return usual._replace(**changes)  # type: ignore[arg-type]


def signed_by(room: Room, wanted: Wanted, *names: str) -> Order:
    """An order signed by officers of a room."""
    raw = pack_wanted(wanted)
    people = [room.cast.offices[room.party].officers[name] for name in names]
    return Order(
        raw.hex(),
        tuple((c.hex(), sign_wanted(room.cast.line, raw, k.secret).hex()) for c, k in people),
    )


async def disclosed(room: Room, order: Order) -> bytes:
    """The file that a station makes."""
    return b"".join([piece async for piece in room.station.files.disclose(order)])


async def disclose(room: Room, entry: str, labels: Sequence[int] = (2, 21)) -> bytes:
    """The file that Alder's envoy has made."""
    return await disclosed(room, signed_by(room, wanted_of(room, entry, labels), "envoy"))


async def refused(room: Room, order: Order) -> str:
    """Why a station makes no file; and nothing is entered."""
    before = {j.no: j.seq for j in room.core.journals.values()}
    with pytest.raises(BackchannelError) as caught:
        await disclosed(room, order)
    assert {j.no: j.seq for j in room.core.journals.values()} == before
    return caught.value.reason


async def reassured(alder: Room, birch: Room) -> Entered:
    """Two officers of Alder say something that Birch acknowledges and reads back."""
    await birch.say("Good morning.")
    await agreed(alder, birch)
    said = await alder.say(
        TEXT,
        precedence=Precedence.IMMEDIATE,
        signers=(alder.officer("first"), alder.officer("second")),
        remarks=SECRET_REMARK,
        reply_wanted=ReplyWanted.READBACK,
    )
    shown = await birch.reaches(said.entry, "held")
    await birch.acknowledge(shown)
    body = readback_body(reference(shown), birch.clock.now(), TEXT)
    await birch.answer(shown, Kind.READBACK, body)
    await alder.reaches(said.entry, "read back")
    return said


def prove_reassurance(found: Stranger) -> None:
    """What is to be proven of it but for the opened fields."""
    statement = found.statement(found.head)
    assert len(statement.signers) == 2
    earlier = found.earlier()
    assert earlier is not None and earlier <= found.delivery(1)
    answers = [slot for slot in found.payloads if slot[0] == 17 and slot[1]]
    said = [found.statement(slot) for slot in answers]
    assert [each.kind for each in said] == [Kind.ACK, Kind.READBACK]
    assert all(each.refs == (found.found.head.slot[2],) for each in said)


def test_a_stranger_proves_a_statement_and_what_answered_it(tmp_path: Path) -> None:
    """PROOF-31: head, charter, authority, entry, receipts, delivery, time, fields."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            said = await reassured(alder, birch)
            raw = await disclose(alder, said.entry)
            found = stranger(raw)
            head = found.found.head
            assert (head.line, head.mode, head.slot[2].hex()) == (
                alder.cast.line,
                Mode.REAL,
                said.entry,
            )
            prove_reassurance(found)
            assert found.fields() == {2: "en", 21: TEXT}
            entries = sum(len(office.frames) for office in alder.cast.offices)
            assert len(found.of(AuthorityPiece)) == entries
            assert len(found.of(CharterPiece)) == 1
            # First entries, statements and openings have payloads; links have none.
            assert {(0, True)} <= {
                (header.seq, slot in found.payloads) for slot, (_, header) in found.headers.items()
            }

    run(story())


async def minuted(alder: Room, birch: Room) -> None:
    """Alder orders a minute, and both rooms hold the cosignatures of both over its journal."""
    size = alder.core.journals[16].seq + 1
    await alder.station.order(order_by(alder, Action.MINUTE, "first"))
    for room in (alder, birch):
        custody = room.runner.custody
        await room.until(
            lambda c=custody: (
                len(  # type: ignore[misc]
                    {
                        row.credential
                        for row in queries.cosignatures(c.database, c.line, 16, from_size=size)
                    }
                )
                == 2
            )
        )


def test_a_minute_proves_the_place_of_a_statement(tmp_path: Path) -> None:
    """PROOF-31, PROOF-48, PROOF-53: the smallest checkpoint that both stations have cosigned."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            said = await reassured(alder, birch)
            without = stranger(await disclose(alder, said.entry))
            assert without.of(CheckpointPiece) == without.of(InclusionPiece) == []
            await minuted(alder, birch)
            await alder.say("And later.")
            await minuted(alder, birch)
            found = stranger(await disclose(alder, said.entry))
            assert found.place() == {alder.core.journals[no].credential for no in (16, 17)}
            (checkpoint,) = found.of(CheckpointPiece)
            assert checkpoint.size < alder.core.journals[16].seq - 3
            prove_reassurance(found)

    run(story())


def test_a_tree_that_is_not_ours_places_nothing(tmp_path: Path) -> None:
    """PROOF-48: a station may have cosigned what it never showed us."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            said = await alder.say("Read this.")
            await agreed(alder, birch)
            await minuted(alder, birch)
            size = alder.core.journals[16].seq + 1
            database = alder.runner.custody.database
            with database.transaction():
                database.rows("UPDATE cosignature SET root = zeroblob(32) WHERE no = 16")
            found = stranger(await disclose(alder, said.entry))
            assert found.of(CheckpointPiece) == []
            await minuted(alder, birch)
            found = stranger(await disclose(alder, said.entry))
            assert len(found.place()) == 2 and found.of(CheckpointPiece)[0].size >= size

    run(story())


def test_the_other_rooms_statement_is_disclosed_in_the_same_way(tmp_path: Path) -> None:
    """PROOF-49: our own receipt is the one that proves delivery."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            for n in range(5):
                said = await birch.say(f"Message {n}.")
            shown = await alder.shows(said.entry)
            await alder.acknowledge(shown)
            await agreed(alder, birch)
            found = stranger(await disclose(alder, said.entry))
            found.statement(found.head)
            assert found.delivery(0) >= found.found.head.made - 60
            assert found.fields()[21] == "Message 4."

    run(story())


def test_it_stands_on_both_records_before_the_file_is_there(tmp_path: Path) -> None:
    """PROOF-33: the event is committed when the first byte leaves; both rooms read it."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            said = await reassured(alder, birch)
            order = signed_by(alder, wanted_of(alder, said.entry, (2, 21)), "envoy")
            pieces = alder.station.files.disclose(order)
            await anext(pieces)
            custody = alder.runner.custody
            entry = bytes.fromhex(said.entry)
            events = queries.happened(custody.database, custody.line, entry, limit=100)
            assert [e.row.no for e in events if e.row.kind == Happening.DISCLOSED] == [16]
            await agreed(alder, birch)
            for room in (alder, birch):
                (told,) = (await room.station.show(said.entry)).line.disclosed
                assert told.startswith("Alder disclosed fields 2, 21 at 2026-11-22T")
                assert told.endswith(": for the court")
                reports = [news.report async for news in room.station.files.check() if news.report]
                assert reports[-1].summary.startswith("whole and verified")

    run(story())


def test_no_secret_and_nothing_unopened_is_in_the_file(tmp_path: Path) -> None:
    """PROOF-32: no salt of a content or of a hidden field, no hidden value, no key; so that a
    guess of a hidden value cannot be tried against its commitment."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            said = await reassured(alder, birch)
            custody = alder.runner.custody
            entry = bytes.fromhex(said.entry)
            content = parse_content(
                queries.content(custody.database, custody.line, entry, wrap_key=custody.wrap_key)
            )
            salts = field_salts(content.salt, len(content.values))
            raw = await disclose(alder, said.entry, (2, 21))
            assert content.salt not in raw
            for label, salt in enumerate(salts, 1):
                assert (salt in raw) == (label in (2, 21))
            assert encode(SECRET_REMARK) not in raw and b"readback" not in raw
            state = alder.runner.state
            secrets = [hand.secret[:32] for hand in state.secrets.hands.values()]
            secrets += [hand.pq_seed for hand in state.secrets.hands.values()]
            secrets += [key.private for h in state.secrets.hands.values() for key in h.prekeys]
            secrets += [k.secret[:32] for _, k in alder.cast.offices[0].officers.values()]
            secrets += [custody.wrap_key, *state.secrets.courier.values()]
            assert all(secret and secret not in raw for secret in secrets)
            (piece,) = stranger(raw).of(FieldsPiece)
            assert [each.label for each in piece.opened] == [2, 21]
            # Every 16 bytes of the file, tried as the salt of each hidden field and its true value.
            windows = {raw[at : at + 16] for at in range(len(raw) - 15)}
            hidden = set(salts) - {salts[1], salts[20]}
            assert not windows & hidden

    run(story())


def test_an_empty_field_is_opened_as_empty_and_the_duress_mark_by_its_label(tmp_path: Path) -> None:
    """PROOF-31: absent fields have commitments too. RECORD-26: the mark is not in any list."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            said = await reassured(alder, birch)
            report = alder.station.fields(said.number)
            assert [each.label for each in report.fields] == list(range(1, 22))
            by_name = {each.name: each for each in report.fields}
            assert by_name["remarks"].value == SECRET_REMARK and by_name["text"].value == TEXT
            assert by_name["duress"].value == "" and not by_name["duress"].absent
            assert by_name["subject"].absent
            assert report.disclosers == ("envoy",)
            found = stranger(await disclose(alder, said.entry, (1, 12)))
            assert found.fields() == {1: 0, 12: None}
            nothing = stranger(await disclose(alder, said.entry, ()))
            assert nothing.fields() == {}
            assert nothing.statement(nothing.head).kind == Kind.MESSAGE

    run(story())


def test_a_statement_without_receipt_is_disclosed_without_delivery(tmp_path: Path) -> None:
    """PROOF-49: what is not there is not proven, and the file is made all the same."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            for task in birch.tasks:
                task.cancel()
            said = await alder.say("Is anybody there?")
            found = stranger(await disclose(alder, said.entry))
            found.statement(found.head)
            with pytest.raises(AssertionError, match="not delivered"):
                found.delivery(1)

    run(story())


def test_a_statement_that_nobody_named_is_not_found(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, _):
            with pytest.raises(OfficerError, match="no-such-entry"):
                alder.station.fields("ALDER 9999")

    run(story())


def test_the_word_of_a_station_that_was_replaced_is_shown_with_what_makes_it_count(
    tmp_path: Path,
) -> None:
    """PROOF-49: the links to the last entry that its office lets count go in."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            said = await reassured(alder, birch)
            await birch.say("And later.")
            await agreed(alder, birch)
            cast, office = alder.cast, alder.cast.offices[1]
            theirs = alder.core.journals[17]
            last = (17, theirs.seq, theirs.head)
            credential = CredentialId(theirs.credential)
            office.enter(pack_revoke(Revoke(credential, RevocationReason.REPLACED, last)))
            file = AuthorityFile(1, cast.charter, cast.signatures, tuple(office.frames))
            await alder.station.give(pack_authority(file))
            raw = await disclose(alder, said.entry)
            _, report, _ = verify(raw, roots())
            found = {each["claim"]: each["reason"] for each in report["claims"]}  # type: ignore[attr-defined]
            assert found["delivery"] == found["receipts"] == found["time"] == ""

    run(story())
