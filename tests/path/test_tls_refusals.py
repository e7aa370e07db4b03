"""TLS with everybody else: strangers, older versions, other groups, authorities, junk."""

import asyncio
import datetime
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from tests.path.rooms import run
from tests.path.streams import (
    ALDER_ID,
    BIRCH_ID,
    CEDAR_ID,
    bare_context,
    dialling,
    listener,
    only,
    outcome,
    shake_hands,
    tcp_pair,
    two_streams,
)

from backchannel.path.limits import HANDSHAKE_BYTES_MAX
from backchannel.path.tls import Identity, TlsStream, make_context


def test_a_dialler_refuses_a_pin_that_he_does_not_know() -> None:
    """PATH-11: within the handshake, so before he shows his own certificate."""

    async def work() -> None:
        async with two_streams(alder=only(CEDAR_ID)) as (alder, birch):
            assert await shake_hands(alder, birch) == ["not-pinned", "refused"]
            assert birch.pin == b""

    run(work())


def test_a_stranger_is_refused_within_the_handshake() -> None:
    """PATH-11, PATH-21: his own side believes that it is done; his first read tells him."""

    async def work() -> None:
        async with two_streams(birch=only(CEDAR_ID)) as (alder, birch):
            assert await shake_hands(alder, birch) == ["", "not-pinned"]
            assert await outcome(alder.read()) == "refused"

    run(work())


def test_who_shows_no_certificate_is_refused() -> None:
    """PATH-11."""

    async def work() -> None:
        async with listener(lambda pin: True) as (raw, birch):
            dialler = dialling(bare_context(), raw)
            assert await shake_hands(dialler, birch) == ["", "tls-failed"]
            assert await outcome(dialler.read()) == "refused"
            assert birch.pin == b""

    run(work())


def test_an_older_tls_is_refused(tmp_path: Path) -> None:
    """PATH-10: even with the right certificate."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    load_certificate(client, ALDER_ID, tmp_path)

    async def work() -> None:
        async with listener(only(ALDER_ID)) as ((_, writer), birch):
            upgrading = asyncio.create_task(writer.start_tls(client))
            assert await shake_hands(birch) == ["tls-failed"]
            with pytest.raises(ssl.SSLError):
                await upgrading

    run(work())


def load_certificate(context: ssl.SSLContext, identity: Identity, folder: Path) -> None:
    certificate = x509.load_der_x509_certificate(identity.certificate)
    private_key = serialization.load_der_private_key(identity.private_key, None)
    pem = certificate.public_bytes(serialization.Encoding.PEM) + private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "both.pem").write_bytes(pem)
    context.load_cert_chain(folder / "both.pem")


def test_a_dialler_with_another_group_is_refused() -> None:
    """PATH-10: pinned or not, on the side that was dialled."""

    async def work() -> None:
        context = make_context(ALDER_ID)
        context.set_tmp_ecdh(ec.SECP256R1())
        async with two_streams(context=context) as (alder, birch):
            assert await shake_hands(alder, birch) == ["wrong-group", "wrong-group"]

    run(work())


def test_nothing_is_said_to_a_listener_with_another_group() -> None:
    """PATH-10: on the side that dialled, before it has written a byte."""

    async def work() -> None:
        async with tcp_pair() as ((reader, writer), (other_reader, other_writer)):
            alder = TlsStream(
                make_context(ALDER_ID), reader, writer, dialled=True, pinned=only(BIRCH_ID)
            )
            context = make_context(BIRCH_ID)
            context.set_tmp_ecdh(ec.SECP256R1())
            birch = TlsStream(
                context, other_reader, other_writer, dialled=False, pinned=only(ALDER_ID)
            )
            assert (await shake_hands(alder, birch))[0] == "wrong-group"
            assert await outcome(birch.read()) in ("closed", "cut")

    run(work())


def signed_by(issuer: Identity) -> Identity:
    """A certificate that another certificate's key has signed, as an authority would."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"leaf".ljust(32, b"."))
    issuer_key = serialization.load_der_private_key(issuer.private_key, None)
    assert isinstance(issuer_key, ed25519.Ed25519PrivateKey)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "leaf")]))
        .issuer_name(x509.load_der_x509_certificate(issuer.certificate).subject)
        .public_key(key.public_key())
        .serial_number(2)
        .not_valid_before(datetime.datetime(2000, 1, 1))
        .not_valid_after(datetime.datetime(9999, 12, 31))
        .sign(issuer_key, None)
    )
    return Identity(
        certificate.public_bytes(serialization.Encoding.DER),
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def test_a_chain_is_refused_even_if_all_of_it_is_pinned() -> None:
    """PATH-11: there is one certificate, and no authority behind it."""

    async def work() -> None:
        context = make_context(signed_by(CEDAR_ID))
        context.add_extra_chain_cert(x509.load_der_x509_certificate(CEDAR_ID.certificate))
        async with two_streams(birch=lambda pin: True, context=context) as (alder, birch):
            reasons = await shake_hands(alder, birch)
            assert reasons[1] == "tls-failed"

    run(work())


def test_no_authority_vouches_for_a_stranger() -> None:
    """PATH-11: a certificate that a pinned one has signed is still a stranger's."""

    async def work() -> None:
        context = make_context(signed_by(CEDAR_ID))
        async with two_streams(birch=only(CEDAR_ID), context=context) as (alder, birch):
            assert (await shake_hands(alder, birch))[1] == "not-pinned"

    run(work())


def test_no_session_is_resumed() -> None:
    """PATH-15: a ticket that OpenSSL hands out opens nothing; the second handshake is whole."""
    listening = make_context(BIRCH_ID)
    # Without this OpenSSL resumes nothing anyway; we do not rely on its being left out.
    listening.set_session_id(b"birch")

    async def meet(context: SSL.Context, offered: SSL.Session | None) -> tuple[Any, int]:
        async with listener(only(ALDER_ID), listening) as (raw, birch):
            alder = dialling(context, raw)
            if offered:
                alder._tls.set_session(offered)
            assert await shake_hands(alder, birch) == ["", ""]
            # The ticket comes with the first bytes.
            birch.write(b"x")
            await alder.read()
            return alder._tls.get_session(), SSL._lib.SSL_session_reused(alder._tls._ssl)

    async def work() -> None:
        context = make_context(ALDER_ID)
        session, _ = await meet(context, None)
        assert session is not None
        _, reused = await meet(context, session)
        assert reused == 0

    run(work())


def test_a_dialler_with_another_suite_is_refused() -> None:
    """PATH-10: there is one, and nothing to choose."""

    async def work() -> None:
        context = make_context(ALDER_ID)
        context.set_tls13_ciphersuites(b"TLS_CHACHA20_POLY1305_SHA256")
        async with two_streams(context=context) as (alder, birch):
            assert await shake_hands(alder, birch) == ["refused", "tls-failed"]

    run(work())


def test_a_handshake_has_its_time() -> None:
    """PATH-14."""

    async def work() -> None:
        async with listener(only(ALDER_ID)) as (_, birch):
            assert await outcome(birch.handshake(0.02)) == "handshake-timeout"

    run(work())


def client_hello_without_end() -> bytes:
    """Records of one ClientHello of 130,000 bytes, which OpenSSL patiently collects."""
    hello = b"\x01" + (130_000).to_bytes(3, "big") + bytes(130_000)
    pieces = [hello[at : at + 16_000] for at in range(0, len(hello) - 16_000, 16_000)]
    return b"".join(b"\x16\x03\x01" + len(p).to_bytes(2, "big") + p for p in pieces)


def test_a_handshake_has_its_size() -> None:
    """PATH-14."""

    async def work() -> None:
        hello = client_hello_without_end()
        assert len(hello) > HANDSHAKE_BYTES_MAX
        async with listener(only(ALDER_ID)) as ((_, writer), birch):
            writer.write(hello)
            assert await outcome(birch.handshake()) == "handshake-too-long"

    run(work())


@pytest.mark.parametrize("junk", [b"GET / HTTP/1.1\r\n\r\n", bytes(5000), b"\x16\x03\x01\xff\xff"])
def test_junk_is_no_handshake(junk: bytes) -> None:
    """PATH-14."""

    async def work() -> None:
        async with listener(only(ALDER_ID)) as ((_, writer), birch):
            writer.write(junk)
            assert await outcome(birch.handshake()) == "tls-failed"

    run(work())


def test_a_goodbye_before_the_handshake_is_done_ends_it() -> None:
    async def work() -> None:
        async with listener(only(ALDER_ID)) as ((_, writer), birch):
            writer.write(bytes.fromhex("15030300020100"))
            assert await outcome(birch.handshake()) in ("closed", "tls-failed")

    run(work())


def test_a_connection_that_ends_in_the_handshake_is_cut() -> None:
    async def work() -> None:
        async with listener(only(ALDER_ID)) as ((_, writer), birch):
            writer.close()
            assert await outcome(birch.handshake()) == "cut"

    run(work())
