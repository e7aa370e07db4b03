"""What a direct path does with those who are not pinned, and with a pinned one who misbehaves."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator

import pytest
from OpenSSL import SSL
from tests.path.rooms import ALDER, BIRCH, CEDAR, Room, identity_of, know, room, run

from backchannel.errors import JunkError
from backchannel.limits import MESSAGE_BYTES_MAX
from backchannel.path import Down, Heard, StationName, Up
from backchannel.path.limits import HANDSHAKES_MAX, MALFORMED_MAX
from backchannel.path.messages import GREETING, Parcel, Want, WantReason, frame
from backchannel.path.session import Timing
from backchannel.path.tls import TlsStream, make_context

TLS_ALERT = 0x15


@contextlib.asynccontextmanager
async def birch_knows_alder(timing: Timing | None = None) -> AsyncIterator[Room]:
    async with room(BIRCH, timing=timing) as birch:
        know(birch, ALDER)
        yield birch


async def connected(birch: Room) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(*birch.path.addresses()[0])


@contextlib.asynccontextmanager
async def dialling_by_hand(birch: Room, context: SSL.Context) -> AsyncIterator[TlsStream]:
    """A TLS session with Birch, as far as the one who dials can tell."""
    reader, writer = await connected(birch)
    stream = TlsStream(context, reader, writer, dialled=True, pinned=lambda pin: True)
    async with contextlib.aclosing(stream):
        await stream.handshake()
        yield stream


def as_station(station: StationName) -> SSL.Context:
    return make_context(identity_of(station))


def as_nobody() -> SSL.Context:
    """A TLS client that has no certificate and asks for none."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_verify(SSL.VERIFY_NONE)
    return context


async def all_that_is_said(stream: TlsStream) -> tuple[bytes, str]:
    """The bytes in clear that a session yields until it ends, and why it ends."""
    said = b""
    try:
        while True:
            said += await stream.read()
    except JunkError as junk:
        return said, junk.reason


@pytest.mark.parametrize(
    ("context", "counted"),
    [(as_station(CEDAR), "not-pinned"), (as_nobody(), "tls-failed")],
    ids=["a station that is not pinned", "no certificate"],
)
def test_a_stranger_gets_no_byte_of_ours(context: SSL.Context, counted: str) -> None:
    """PATH-11, PATH-14."""

    async def work() -> None:
        async with (
            birch_knows_alder() as birch,
            dialling_by_hand(birch, context) as stranger,
        ):
            assert await all_that_is_said(stranger) == (b"", "refused")
            await birch.count(counted)
            assert birch.path.counts() == {counted: 1}
            assert birch.happened == []

    run(work())


@pytest.mark.parametrize(
    "junk",
    [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", bytes(70_000), GREETING + frame(Parcel(b"let me in"))],
    ids=["http", "zeros", "frames without TLS"],
)
def test_junk_on_the_port_gets_an_alert_at_most(junk: bytes) -> None:
    """PATH-14."""

    async def work() -> None:
        async with birch_knows_alder() as birch:
            reader, writer = await connected(birch)
            writer.write(junk)
            said = b""
            with contextlib.suppress(ConnectionResetError):
                said = await reader.read()
            assert not said or (said[0] == TLS_ALERT and len(said) < 16)
            await birch.count("tls-failed")
            writer.close()

    run(work())


def test_an_older_tls_gets_an_alert() -> None:
    """PATH-10."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    client.maximum_version = ssl.TLSVersion.TLSv1_2

    async def work() -> None:
        async with birch_knows_alder() as birch:
            with pytest.raises(ssl.SSLError):
                await asyncio.open_connection(*birch.path.addresses()[0], ssl=client)
            await birch.count("tls-failed")

    run(work())


def test_a_siege_is_counted_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """PATH-14: three hundred attempts make one number."""

    async def work() -> None:
        async with birch_knows_alder() as birch:
            for _ in range(300):
                _, writer = await connected(birch)
                writer.write(b"\0" * 8)
                writer.close()
            while birch.path.counts().get("tls-failed", 0) < 300:
                await asyncio.sleep(0.005)
            assert birch.path.counts() == {"tls-failed": 300}

    with caplog.at_level(logging.INFO):
        run(work())
    # The event loop itself may say a word about the server.
    assert len(caplog.records) < 5


def test_slow_handshakes_do_not_lock_a_station_out() -> None:
    """PATH-14: strangers hold all places; one who knocks gets in, and the oldest stranger falls."""

    async def work() -> None:
        async with birch_knows_alder() as birch:
            strangers = [await connected(birch) for _ in range(HANDSHAKES_MAX + 5)]
            await birch.count("too-many-handshakes")
            async with room(ALDER) as alder:
                know(alder, BIRCH, *birch.path.addresses())
                await birch.until(Up(ALDER))
                await alder.until(Up(BIRCH))
            for reader, _ in strangers[:6]:
                assert await reader.read() == b""
            assert birch.path.counts()["too-many-handshakes"] == 6
            assert len(birch.path._strangers) == HANDSHAKES_MAX - 1
            for _, writer in strangers:
                writer.close()

    run(work())


def test_a_slow_handshake_has_an_end() -> None:
    """PATH-14: a stranger who says nothing is left, and so is one who says little."""

    async def work() -> None:
        async with birch_knows_alder(Timing(handshake_s=0.05)) as birch:
            strangers = [await connected(birch) for _ in range(2)]
            strangers[1][1].write(b"\x16\x03\x01")
            for reader, writer in strangers:
                assert await reader.read() == b""
                writer.close()
            assert birch.path.counts() == {"handshake-timeout": 2}
            assert not birch.path._strangers

    run(work())


@contextlib.asynccontextmanager
async def alder_by_hand(timing: Timing | None = None) -> AsyncIterator[tuple[Room, TlsStream]]:
    """Birch, and a session with it under Alder's certificate that the test writes by hand."""
    async with (
        birch_knows_alder(timing) as birch,
        dialling_by_hand(birch, as_station(ALDER)) as alder,
    ):
        yield birch, alder


def test_the_greeting_is_all_that_is_said_before_ours_has_come() -> None:
    """PATH-21."""

    async def work() -> None:
        async with alder_by_hand() as (birch, alder):
            assert await alder.read() == GREETING
            await birch.send(b"too early")
            assert birch.happened == []
            alder.write(GREETING)
            await birch.until(Up(ALDER))
            await birch.send(b"now")
            assert await alder.read() == frame(Parcel(b"now"))

    run(work())


def test_who_never_greets_does_not_count() -> None:
    """PATH-21."""

    async def work() -> None:
        async with alder_by_hand(Timing(handshake_s=0.3)) as (birch, alder):
            assert await all_that_is_said(alder) == (GREETING, "closed")
            assert (birch.happened, birch.path.counts()) == ([], {"no-greeting": 1})

    run(work())


def test_frames_may_be_cut_at_every_byte() -> None:
    """PATH-1: each byte in a TLS record of its own."""
    messages = [Want(1, 2, 3, WantReason.MISSING), Parcel(b"one"), Parcel(b"two")]

    async def work() -> None:
        async with alder_by_hand() as (birch, alder):
            for byte in GREETING + b"".join(map(frame, messages)):
                alder.write(bytes((byte,)))
                await alder.drain()
            await birch.until(Heard(ALDER, messages[-1]))
            assert birch.heard() == messages

    run(work())


def test_a_frame_of_one_byte_too_many_ends_the_session() -> None:
    """PATH-2: what came before it has arrived."""

    async def work() -> None:
        async with alder_by_hand() as (birch, alder):
            length = (MESSAGE_BYTES_MAX + 1).to_bytes(4, "big")
            alder.write(frame(Parcel(b"before")) + length + bytes(MESSAGE_BYTES_MAX + 1))
            await birch.until(Down(ALDER, "frame-too-long"))
            assert birch.heard() == [Parcel(b"before")]

    run(work())


def test_a_frame_of_the_greatest_length_is_read_over() -> None:
    """PATH-2, PATH-3: no message fills it yet; the session goes on."""

    async def work() -> None:
        async with alder_by_hand() as (birch, alder):
            alder.write(MESSAGE_BYTES_MAX.to_bytes(4, "big") + bytes(MESSAGE_BYTES_MAX))
            alder.write(frame(Parcel(b"after")))
            await birch.until(Heard(ALDER, Parcel(b"after")))
            assert birch.path.counts() == {"malformed: object-too-long": 1}

    run(work())


def test_a_pinned_station_that_talks_nonsense_is_left() -> None:
    """PATH-31."""

    async def work() -> None:
        async with alder_by_hand() as (birch, alder):
            alder.write((b"\0\0\0\1\xff") * MALFORMED_MAX + frame(Parcel(b"sense")))
            await birch.until(Heard(ALDER, Parcel(b"sense")))
            alder.write(b"\0\0\0\1\xff")
            await birch.until(Down(ALDER, "malformed"))

    run(work())


def test_a_certificate_that_is_withdrawn_during_the_handshake_opens_nothing() -> None:
    """PATH-12."""

    async def work() -> None:
        async with birch_knows_alder() as birch:
            reader, writer = await connected(birch)
            stream = TlsStream(
                as_station(ALDER), reader, writer, dialled=True, pinned=lambda pin: True
            )
            async with contextlib.aclosing(stream):
                await stream.handshake()
                # Birch has not yet read what completes the handshake on its side.
                birch.path.set_contacts({})
                said, _ = await all_that_is_said(stream)
            assert (said, birch.happened) == (b"", [])

    run(work())
