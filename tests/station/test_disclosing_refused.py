"""Disclosures that are refused on real stores: why, and that nothing is entered then."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.station.house import agreed, order_by, rooms, run
from tests.station.test_disclosing import (
    cast_with_envoy,
    disclosed,
    reassured,
    refused,
    signed_by,
    wanted_of,
)
from tests.wire.shapes import reason_of

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.errors import JunkError, OfficerError
from backchannel.station import disclosing
from backchannel.station.asked import Order
from backchannel.station.authorities import AuthorityFile, pack_authority
from backchannel.station.disclosing import Wanted, pack_wanted, parse_wanted
from backchannel.station.orders import Action
from backchannel.wire.codec import encode
from backchannel.wire.ids import EntryId
from backchannel.wire.signing import Mode


def test_who_may_not_disclose_is_told_who_may(tmp_path: Path) -> None:
    """CHARTER-31: the power is a bit of the mandate; an office gives it."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            said = await reassured(alder, birch)
            wanted = wanted_of(alder, said.entry, (21,))
            with pytest.raises(OfficerError, match="first has no power to disclose; ask 'envoy'"):
                await disclosed(alder, signed_by(alder, wanted, "first"))
            # Two people: each of them needs it.
            both = signed_by(alder, wanted, "envoy", "first")
            assert await refused(alder, both) == "may-not-disclose"
            assert await refused(alder, signed_by(alder, wanted)) == "order-unsigned"
            theirs = signed_by(birch, wanted_of(birch, said.entry, (21,)), "first")
            with pytest.raises(OfficerError, match="nobody of this party has it: your office"):
                await disclosed(birch, theirs)
            foreign = signed_by(birch, wanted, "first")
            assert await refused(alder, foreign) == "unknown-credential"
            stolen = ((alder.officer("envoy").hex(), foreign.signatures[0][1]),)
            forged = Order(foreign.order, stolen)
            assert await refused(alder, forged) == "bad-signature"

    run(story())


def test_a_power_that_was_withdrawn_is_gone(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            said = await reassured(alder, birch)
            cast, office = alder.cast, alder.cast.offices[0]
            gone = Revoke(alder.officer("envoy"), RevocationReason.WITHDRAWN, None)
            office.enter(pack_revoke(gone))
            file = AuthorityFile(0, cast.charter, cast.signatures, tuple(office.frames))
            await alder.station.give(pack_authority(file))
            await agreed(alder, birch)
            order = signed_by(alder, wanted_of(alder, said.entry, (21,)), "envoy")
            assert await refused(alder, order) == "revoked"
            assert alder.station.fields(said.entry).disclosers == ()

    run(story())


def test_what_cannot_be_disclosed_is_refused_and_not_entered(tmp_path: Path) -> None:
    """PROOF-33: what is refused leaves nothing on the record."""

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, birch):
            said = await reassured(alder, birch)
            await agreed(alder, birch)

            async def why(labels: Sequence[int] = (21,), **changes: object) -> str:
                wanted = wanted_of(alder, said.entry, labels, **changes)
                return await refused(alder, signed_by(alder, wanted, "envoy"))

            assert await why(entry=EntryId(bytes(32))) == "not-held"
            assert await why((22,)) == "no-such-field"
            assert await why(nonce=bytes(40)) == "order-old"
            assert await why(mode=Mode.TEST) == "order-old"
            test = bytes.fromhex(alder.station.desk(Mode.TEST).nonce)
            assert await why(mode=Mode.TEST, nonce=test) == "other-mode"
            assert await why(purpose="x" * 201) == "purpose-too-long"
            assert await why(purpose="two\nlines") == "purpose-not-a-line"
            custody = alder.runner.custody
            where = "WHERE arrival = (SELECT arrival FROM entry WHERE entry = :entry)"
            with custody.database.transaction():
                for table in ("keeping", "content_key", "content"):
                    custody.database.rows(
                        f"DELETE FROM {table} {where}", {"entry": bytes.fromhex(said.entry)}
                    )
            assert await why() == "no-content"
            with pytest.raises(OfficerError, match="no-content"):
                alder.station.fields(said.entry)

    run(story())


def test_an_order_of_another_shape_is_refused(tmp_path: Path) -> None:
    """PROOF-33: the labels in it are those of the event."""
    good = Wanted(Mode.REAL, b"nonce", EntryId(bytes(32)), (2, 21), "for the court")
    assert parse_wanted(pack_wanted(good)) == good
    title = disclosing.TITLE
    for value in (
        (title, 1, b"nonce", bytes(32), (2,)),
        ("backchannel/1/order", 1, b"nonce", bytes(32), (2,), ""),
        (title, 0, b"nonce", bytes(32), (2,), ""),
        (title, 1, b"nonce", bytes(32), 2, ""),
    ):
        assert reason_of(lambda v=value: parse_wanted(encode(v))) == "order-shape"  # type: ignore[misc]
    with pytest.raises(JunkError, match="labels-order"):
        parse_wanted(pack_wanted(good._replace(labels=(21, 2))))

    async def story() -> None:
        async with rooms(tmp_path, cast_with_envoy()) as (alder, _):
            other = order_by(alder, Action.EPOCH_ZERO, "envoy")
            assert await refused(alder, other) == "order-shape"

    run(story())
