"""TLS between two stations that have pinned each other: bytes, goodbyes, cuts, our own keys."""

import asyncio
import socket
import struct

import pytest
from OpenSSL import crypto
from tests.path.rooms import PATIENCE_S, run
from tests.path.streams import (
    ALDER_ID,
    BIRCH_ID,
    CEDAR_ID,
    listener,
    only,
    outcome,
    shake_hands,
    two_streams,
)

from backchannel.errors import CustodyError
from backchannel.path.limits import WRITE_BYTES_MAX
from backchannel.path.tls import GROUP, Identity, TlsStream, make_context


def test_two_stations_that_pin_each_other_shake_hands() -> None:
    """PATH-10, PATH-11."""

    async def work() -> None:
        async with two_streams() as (alder, birch):
            assert await shake_hands(alder, birch) == ["", ""]
            assert (alder.pin, birch.pin) == (BIRCH_ID.pin, ALDER_ID.pin)
            for stream in (alder, birch):
                assert stream._tls.get_group_name() == GROUP
                assert stream._tls.get_protocol_version_name() == "TLSv1.3"
                assert stream._tls.get_cipher_name() == "TLS_AES_256_GCM_SHA384"

    run(work())


async def read_exactly(stream: TlsStream, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += await stream.read()
    return data


@pytest.mark.parametrize("size", [1, 16_383, 16_384, 16_385, 500_000])
def test_bytes_arrive_as_they_were_written(size: int) -> None:
    async def work() -> None:
        async with two_streams() as (alder, birch):
            await shake_hands(alder, birch)
            data = bytes(n % 251 for n in range(size))
            alder.write(data)
            _, received = await asyncio.gather(alder.drain(), read_exactly(birch, size))
            assert received == data
            birch.write(b"got it")
            assert await alder.read() == b"got it"

    run(work())


@pytest.mark.skipif(not hasattr(socket, "TCP_NOTSENT_LOWAT"), reason="not on this system")
def test_little_is_kept_where_it_cannot_be_overtaken() -> None:
    """PATH-43: neither here nor in the operating system."""

    async def work() -> None:
        async with two_streams() as (alder, _):
            assert alder._writer.transport.get_write_buffer_limits()[1] == WRITE_BYTES_MAX
            connection = alder._writer.get_extra_info("socket")
            kept = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT)
            assert kept == WRITE_BYTES_MAX

    run(work())


def test_a_goodbye_ends_one_direction_only() -> None:
    """PATH-24: who has said goodbye still reads, and what came before the goodbye counts."""

    async def work() -> None:
        async with two_streams() as (alder, birch):
            await shake_hands(alder, birch)
            alder.write(b"last words")
            alder.say_goodbye()
            birch.write(b"still here")
            assert await birch.read() == b"last words"
            assert await outcome(birch.read()) == "closed"
            assert await outcome(birch.read()) == "closed"
            assert await alder.read() == b"still here"
            await birch.aclose()
            assert await outcome(alder.read()) == "closed"

    run(work())


def test_a_cut_is_not_a_goodbye() -> None:
    """PATH-23: and whoever cut it finds it cut himself."""

    async def work() -> None:
        async with two_streams() as (alder, birch):
            await shake_hands(alder, birch)
            alder.abort()
            assert await outcome(birch.read()) == "cut"
            assert await outcome(alder.read()) == "cut"
            assert await outcome(alder.drain()) == "cut"

    run(work())


def test_a_reset_is_a_cut() -> None:
    """PATH-23: the system's own word for it is not handed on."""

    async def work() -> None:
        async with listener(only(ALDER_ID)) as ((_, writer), birch):
            raw = writer.get_extra_info("socket")
            # No lingering: closing throws away what is unsent and resets the connection.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            assert await outcome(birch.read()) == "cut"

    run(work())


def test_a_changed_byte_on_the_wire_ends_the_session() -> None:
    async def work() -> None:
        async with two_streams() as (alder, birch):
            await shake_hands(alder, birch)
            # A record of application data that no key of this session has sealed.
            alder._writer.write(b"\x17\x03\x03\x00\x20" + bytes(32))
            assert await outcome(birch.read()) == "tls-failed"
            assert await outcome(alder.read()) == "refused"

    run(work())


def test_who_makes_us_write_and_never_reads_is_left() -> None:
    """PATH-43: no other side can fill our memory with answers that it does not take."""

    async def work() -> None:
        async with two_streams() as (alder, birch):
            await shake_hands(alder, birch)
            alder.write(bytes(20_000_000))
            birch.write(b"more")
            assert await outcome(alder.read()) == "unsent"

    run(work())


def test_closing_waits_for_what_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """PATH-24: and then it is done by itself, without any bound of time."""

    async def work() -> None:
        async with two_streams() as (alder, birch):
            await shake_hands(alder, birch)
            alder.write(bytes(500_000))
            monkeypatch.setattr("backchannel.path.tls.LINGER_SECONDS_MAX", 10 * PATIENCE_S)
            _, received = await asyncio.gather(alder.aclose(), read_exactly(birch, 500_000))
            assert len(received) == 500_000
            assert await outcome(birch.read()) == "closed"
            # Somebody's timer may still call for it.
            alder.abort()

    run(work())


def test_closing_does_not_wait_for_one_who_never_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """PATH-24: some seconds, then the connection is dropped."""

    async def work() -> None:
        async with two_streams() as (alder, birch):
            await shake_hands(alder, birch)
            alder.write(bytes(20_000_000))
            monkeypatch.setattr("backchannel.path.tls.LINGER_SECONDS_MAX", 0.02)
            await alder.aclose()
            assert alder._writer.transport.is_closing()
            assert await outcome(alder.read()) == "cut"

    run(work())


def test_a_damaged_key_stops_the_station() -> None:
    for damaged in (
        Identity(ALDER_ID.certificate, CEDAR_ID.private_key),
        Identity(ALDER_ID.certificate[:-1], ALDER_ID.private_key),
        Identity(ALDER_ID.certificate, b"not a key"),
    ):
        with pytest.raises(CustodyError) as refused:
            make_context(damaged)
        assert refused.value.reason == "certificate"


def test_a_pin_is_the_hash_of_the_certificate() -> None:
    """PATH-11."""
    certificate = crypto.load_certificate(crypto.FILETYPE_ASN1, ALDER_ID.certificate)
    assert certificate.digest("sha256") == ALDER_ID.pin.hex(":").upper().encode()
