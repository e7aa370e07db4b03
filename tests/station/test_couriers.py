"""A line by hand: bags between rooms that have no wire, sticks that fail, strangers' files."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.relay.boxes import capsule
from tests.station.house import Room, run
from tests.station.relayed import BOXES, rooms_by_relay

from backchannel.errors import CustodyError, JunkError, OfficerError
from backchannel.limits import ENVELOPE_BYTES_MAX
from backchannel.path.capsules import seal_capsule
from backchannel.path.courier import make_bag, open_bag, pack_bag
from backchannel.path.messages import Parcel, Want, WantReason, frame
from backchannel.path.postbag import OwnBox
from backchannel.station import bags
from backchannel.station.bags import read_bag, write_bag
from backchannel.station.couriers import Couriers
from backchannel.wire.mailbox import capsule_hash, pack_taken
from backchannel.wire.primitives import x25519_public
from backchannel.wire.statement import Precedence

COURIER = 4
LINE = bytes(32)
OWN = [OwnBox(each, LINE) for each in BOXES]
PUBLIC = [x25519_public(each) for each in BOXES]


def couriers_of(room: Room) -> Couriers:
    own = OwnBox(BOXES[room.party], room.cast.line)
    return Couriers(room.runner, room.dispatch, own)


async def packed(room: Room) -> bytes:
    """A whole bag, in one piece."""
    return b"".join([piece async for piece in couriers_of(room).pack_bag(0)])


def test_two_rooms_without_a_wire_speak_by_hand(tmp_path: Path) -> None:
    """RELAY-40, RELAY-41, RELAY-42, RELAY-43: message, receipt and acknowledgement."""

    async def story() -> None:
        async with rooms_by_relay(tmp_path, []) as (alder, birch):
            routine = await alder.say("First said, and less urgent.")
            flash = await alder.say("By courier.", precedence=Precedence.FLASH)
            # Nobody can be spoken to, and nothing is late.
            assert not alder.dispatch.stations_up()
            there = await packed(alder)
            assert await packed(alder) == there
            report = await couriers_of(birch).take_in_bag(COURIER, there)
            assert report.refused == 0 and report.envelopes >= 2
            shown = await birch.shows(flash.entry)
            assert shown.line.words.text == "By courier."
            await birch.shows(routine.entry)
            await birch.acknowledge(shown)
            await birch.until(lambda: not birch.core.due)
            await couriers_of(alder).take_in_bag(COURIER, await packed(birch))
            line = await alder.reaches(flash.entry, "acknowledged")
            assert line is not None
            await alder.reaches(routine.entry, "held")
            # What came back covers what was sent: a later bag has less.
            assert len(await packed(alder)) < len(there)
            # Twice changes nothing.
            before = len(await birch.lines())
            await couriers_of(birch).take_in_bag(COURIER, there)
            await asyncio.sleep(0)
            assert len(await birch.lines()) == before

    run(story())


def test_a_bag_of_strangers_is_refused_and_holds_nothing_up(tmp_path: Path) -> None:
    """RELAY-42."""

    async def story() -> None:
        async with rooms_by_relay(tmp_path, []) as (alder, birch):
            said = await alder.say("In good company.")
            bag, foreign = await packed(alder), [capsule(1), capsule(2, 65_536)]
            mixed = pack_taken(foreign[:1]) + bag + pack_taken(foreign[1:])
            report = await couriers_of(birch).take_in_bag(0, mixed)
            assert report.refused == 2
            await birch.shows(said.entry)
            with pytest.raises(JunkError, match="capsule-size"):
                await couriers_of(birch).take_in_bag(0, b"\x00\x00\x00\x01x")
            for number in (2, 5):
                with pytest.raises(OfficerError, match="no-courier-path"):
                    await couriers_of(birch).take_in_bag(number, b"")
                with pytest.raises(OfficerError, match="no-courier-path"):
                    await anext(couriers_of(birch).pack_bag(number))

    run(story())


def test_capsules_are_filled_and_only_the_other_room_opens_them() -> None:
    """RELAY-5, RELAY-41, RELAY-42."""
    alder, birch = make_bag(PUBLIC[1], OWN[0]), make_bag(PUBLIC[0], OWN[1])
    envelopes = [bytes((n,)) * size for n, size in enumerate((1, 30_000, 40_000, 20_000), 1)]
    envelopes.append(bytes(ENVELOPE_BYTES_MAX))
    capsules = list(pack_bag(alder, envelopes))
    assert [len(each) for each in capsules] == [65_536] * 3
    assert list(pack_bag(alder, envelopes)) == capsules
    assert list(pack_bag(alder, ())) == []
    found = [open_bag([alder, birch], each) for each in capsules]
    assert [place for place, _ in found] == [1, 1, 1]
    assert [envelope for _, inside in found for envelope in inside] == envelopes
    with pytest.raises(JunkError, match="not-authentic"):
        open_bag([alder], capsules[0])
    with pytest.raises(JunkError, match="capsule-size"):
        open_bag([birch], capsules[0][:-1])
    want = frame(Want(17, 0, 3, WantReason.MISSING)) + frame(Parcel(b"sealed."))
    assert open_bag([birch], seal_capsule(alder.out, bytes(12), want)) == (0, (b"sealed.",))


# --- The stick ------------------------------------------------------------------------------------


def test_a_stick_that_is_pulled_out_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RELAY-41: what was written is whole, and is not written again."""
    capsules = [capsule(n) for n in range(3)]
    real = os.fsync

    def pulled_out(descriptor: int) -> None:
        if len(list(tmp_path.glob("*.bcs"))) == 1:
            raise OSError(5, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", pulled_out)
    with pytest.raises(CustodyError, match="file-failed"):
        write_bag(tmp_path, capsules)
    assert list(read_bag(tmp_path)) == capsules[:1]
    monkeypatch.setattr(os, "fsync", real)
    # A file that was torn by a file system without order is written over.
    torn = tmp_path / f"{capsule_hash(capsules[1]).hex()}.bcs"
    torn.write_bytes(capsules[1][:100])
    assert write_bag(tmp_path, capsules) == (2, 1)
    assert sorted(read_bag(tmp_path)) == sorted(capsules)
    assert write_bag(tmp_path, capsules) == (0, 3)


def test_only_plain_files_of_the_size_of_a_capsule_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RELAY-42."""
    names = iter(f"{n:032x}.bcs" for n in range(1, 9))

    def name() -> Path:
        return tmp_path / next(names)

    outside = tmp_path / "outside"
    outside.write_bytes(capsule(1))
    name().symlink_to(outside)
    os.mkfifo(name())
    name().mkdir()
    name().write_bytes(bytes(4_095))
    name().write_bytes(bytes(70_000))
    (tmp_path / "autorun.inf").write_bytes(capsule(2))
    (tmp_path / f"..{'0' * 30}.bcs").write_bytes(capsule(3))
    assert list(read_bag(tmp_path)) == []
    for number in (4, 5):
        name().write_bytes(capsule(number))
    assert list(read_bag(tmp_path)) == [capsule(4), capsule(5)]
    monkeypatch.setattr(bags, "BAG_FILES_MAX", 6)
    assert list(read_bag(tmp_path)) == [capsule(4)]
    with pytest.raises(OfficerError, match="file-missing"):
        list(read_bag(tmp_path / "nowhere"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    def capsules() -> Iterator[bytes]:
        yield capsule(1)

    with pytest.raises(OfficerError, match="file-missing"):
        write_bag(tmp_path / "nowhere", capsules())
