"""TLS 1.3 between stations that have pinned each other (docs/spec/path.md, section 2).

This module must not say an application byte to anybody before his certificate is known to be
pinned, ask an authority or a clock about it, or let a session be resumed.

OpenSSL works in memory: bytes go in and come out here, and asyncio alone touches the socket.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import msgspec
from OpenSSL import SSL, crypto

from backchannel.errors import CustodyError, JunkError
from backchannel.path.limits import (
    HANDSHAKE_BYTES_MAX,
    HANDSHAKE_SECONDS_MAX,
    LINGER_SECONDS_MAX,
    READ_BYTES_MAX,
    UNSENT_BYTES_MAX,
    WRITE_BYTES_MAX,
)
from backchannel.wire.primitives import sha256

# Hybrid of X25519 and ML-KEM-768: what is recorded today stays closed to a quantum computer.
GROUP = "X25519MLKEM768"
SUITE = b"TLS_AES_256_GCM_SHA384"
RECORD_BYTES = 16_384


class Identity(msgspec.Struct, frozen=True):
    """A station's own certificate and private key, both DER."""

    certificate: bytes
    private_key: bytes

    @property
    def pin(self) -> bytes:
        """Return what others pin: the SHA-256 of the certificate (PATH-11)."""
        return sha256(self.certificate)


def make_context(identity: Identity) -> SSL.Context:
    """Return what all TLS sessions of a station share. Both sides ask for a certificate."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(SSL.TLS1_3_VERSION)
    context.set_tls13_ciphersuites(SUITE)
    # OpenSSL still writes two tickets; without a cache they open nothing (PATH-15).
    context.set_options(SSL.OP_NO_TICKET)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    _use(context, identity)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _is_acceptable)
    return context


def _use(context: SSL.Context, identity: Identity) -> None:
    """Load certificate and key. Raises CustodyError if they are damaged or do not fit."""
    try:
        certificate = crypto.load_certificate(crypto.FILETYPE_ASN1, identity.certificate)
        private_key = crypto.load_privatekey(crypto.FILETYPE_ASN1, identity.private_key)
        context.use_certificate(certificate.to_cryptography())
        # The library's type has public keys in it too; this one was loaded as a private one.
        context.use_privatekey(private_key.to_cryptography_key())  # type: ignore[arg-type]
    except (crypto.Error, SSL.Error):
        raise CustodyError(
            "certificate", "our TLS certificate and key can't be used: make new ones"
        ) from None


def _is_acceptable(
    connection: SSL.Connection, certificate: crypto.X509, error: int, depth: int, ok: int
) -> bool:
    """Answer OpenSSL: the pin decides, and neither dates, names nor issuers do (PATH-11)."""
    stream = connection.get_app_data()
    return depth == 0 and stream.note_pin(_pin_of(certificate))


def _pin_of(certificate: crypto.X509) -> bytes:
    return sha256(crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate))


class TlsStream:
    """One TLS session over one TCP connection. `pin` is the other side's, once shaken hands."""

    def __init__(
        self,
        context: SSL.Context,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        dialled: bool,
        pinned: Callable[[bytes], bool],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._pinned = pinned
        self._tls = SSL.Connection(context, None)
        self._tls.set_app_data(self)
        if dialled:
            self._tls.set_connect_state()
        else:
            self._tls.set_accept_state()
        self.pin = b""
        _keep_short(writer)

    def note_pin(self, pin: bytes) -> bool:
        """Remember the pin that the other side shows; answer whether it is one of ours."""
        self.pin = pin
        return self._pinned(pin)

    async def handshake(self, seconds: float = HANDSHAKE_SECONDS_MAX) -> None:
        """Shake hands. Raises JunkError for whoever is not to be spoken to (PATH-11, PATH-14)."""
        try:
            async with asyncio.timeout(seconds):
                await self._shake_hands()
        except TimeoutError:
            raise JunkError("handshake-timeout", f"no handshake within {seconds} s") from None
        group = self._tls.get_group_name()
        # OpenSSL can be asked for a group, not told: so it is looked at afterwards (PATH-10).
        if group != GROUP:
            raise JunkError("wrong-group", f"got {group}, wanted {GROUP}: update its OpenSSL")

    async def _shake_hands(self) -> None:
        """Let OpenSSL speak until it is content. Raises JunkError."""
        heard = 0
        while True:
            try:
                with self._failures_named():
                    self._tls.do_handshake()
                    return
            except SSL.WantReadError:
                if heard > HANDSHAKE_BYTES_MAX:
                    raise JunkError("handshake-too-long", f"{heard} bytes and no end") from None
                heard += await self._hear()

    @contextlib.contextmanager
    def _failures_named(self) -> Iterator[None]:
        """Turn what OpenSSL says into JunkError, and let its alerts out in any case."""
        try:
            yield
        except SSL.WantReadError:
            raise
        except SSL.ZeroReturnError:
            raise JunkError("closed", "the other side has closed the session") from None
        except SSL.Error as error:
            raise self._named(error) from None
        finally:
            self._flush()

    def _named(self, error: SSL.Error) -> JunkError:
        words = str(error)
        if self.pin and not self._pinned(self.pin):
            return JunkError("not-pinned", f"a certificate with pin {self.pin.hex()}")
        if "alert" in words:
            return JunkError("refused", f"the other side says: {words}")
        return JunkError("tls-failed", words)

    async def read(self) -> bytes:
        """Return the next bytes in clear, at least one.

        Raises JunkError: "closed" after the other side's goodbye, "cut" without one, "tls-failed".
        """
        while True:
            with self._failures_named():
                if data := self._opened():
                    return data
            await self._hear()

    def _opened(self) -> bytes:
        """Return what has come and can be opened; empty if whole records are still to come."""
        data = bytearray()
        try:
            while len(data) < READ_BYTES_MAX:
                data += self._tls.recv(RECORD_BYTES)
        except SSL.WantReadError:
            pass
        except SSL.ZeroReturnError:
            # What came before the goodbye still counts; the next call finds the goodbye again.
            if not data:
                raise
        return bytes(data)

    async def _hear(self) -> int:
        """Wait for bytes from the socket. Returns how many; raises JunkError.

        We write little at a time, so much that is unsent was forced from OpenSSL: a flood of key
        updates from one who does not read the answers.
        """
        if self._writer.transport.get_write_buffer_size() > UNSENT_BYTES_MAX:
            raise JunkError("unsent", f"more than {UNSENT_BYTES_MAX} bytes wait to be read")
        try:
            data = await self._reader.read(READ_BYTES_MAX)
        except OSError as error:
            raise JunkError("cut", str(error)) from None
        if not data:
            raise JunkError("cut", "the connection ended without a goodbye")
        return self._tls.bio_write(data)

    def write(self, data: bytes) -> None:
        """Seal bytes and put them on their way. Raises JunkError if the session has failed."""
        with self._failures_named():
            self._tls.sendall(data)

    async def drain(self) -> None:
        """Wait until little is left unsent. Raises JunkError("cut")."""
        try:
            await self._writer.drain()
        except OSError as error:
            raise JunkError("cut", str(error)) from None

    def _flush(self) -> None:
        """Hand everything that OpenSSL has sealed to the socket's buffer."""
        try:
            while True:
                self._writer.write(self._tls.bio_read(READ_BYTES_MAX))
        except SSL.WantReadError:
            return

    def say_goodbye(self) -> None:
        """Tell the other side that nothing more will be written. Reading goes on."""
        with contextlib.suppress(SSL.Error):
            self._tls.shutdown()
        self._flush()

    async def aclose(self) -> None:
        """Say goodbye, and close when all that was written has left or some seconds are over."""
        self.say_goodbye()
        self._writer.close()
        try:
            async with asyncio.timeout(LINGER_SECONDS_MAX):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self.abort()

    def abort(self) -> None:
        """Drop the connection at once; whoever reads from it finds it cut."""
        transport = self._writer.transport
        # One that has closed has nothing left to drop, and asyncio fails if it is asked to.
        if not transport.is_closing() or transport.get_write_buffer_size():
            transport.abort()


def _keep_short(writer: asyncio.StreamWriter) -> None:
    """Keep what is written and not yet sent short: FLASH can't overtake it there (PATH-43)."""
    writer.transport.set_write_buffer_limits(high=WRITE_BYTES_MAX)
    connection = writer.get_extra_info("socket")
    # Not every system has it, and some refuse it on a connection that has just ended.
    with contextlib.suppress(OSError, AttributeError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, WRITE_BYTES_MAX)
