"""Witnesses that lie, stall or answer nonsense over real sockets, and one that only counts."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.station.house import Room
from tests.station.test_witnessing import (  # noqa: F401  (a fixture)
    OTHER,
    beat,
    play,
    report,
    short_pauses,
)
from tests.witness.logs import WITNESS

from backchannel.proof.checkpoint import Checkpoint
from backchannel.proof.note import NoteSignature, note_line
from backchannel.proof.vkey import cosign_at, witness_key
from backchannel.station import errand
from backchannel.station.keyring import WitnessSecret

Answering = Callable[[bytes], bytes]


@asynccontextmanager
async def liar(port: int, answer: Answering) -> AsyncIterator[list[bytes]]:
    """A server that answers each request as a test wants, and keeps what it was asked."""
    asked: list[bytes] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        asked.append(await reader.readexactly(length))
        writer.write(answer(asked[-1]))
        await writer.drain()
        if answer(asked[-1]):
            writer.close()

    async with await asyncio.start_server(one, "127.0.0.1", port):
        yield asked


def http(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body)


def signed_by(secret: WitnessSecret, when: int, size: int = 0) -> Answering:
    """Answers with a cosignature of what is asked, or of another size."""

    def answer(body: bytes) -> bytes:
        text = body.partition(b"\n\n")[2].decode().partition("\n\n")[0]
        origin, found, root = text.split("\n")[:3]
        checkpoint = Checkpoint(origin, size or int(found), base64.b64decode(root))
        key = witness_key(secret.name, secret.seed)
        made = cosign_at(secret.seed, secret.name, checkpoint, when)
        return http(200, note_line(NoteSignature(WITNESS.name, key.key_id(), made)).encode())

    return answer


def lengths_sent(folder: Path, said: int) -> list[int]:
    """How long each request to the witness was, while so much was said between two leaves."""
    found: list[int] = []

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        async with liar(ports[0], signed_by(WITNESS, 1_800_000_000)) as asked:
            for leaves in range(1, 6):
                await beat(alder, leaves)
                await alder.until(lambda size=leaves: report(alder).witnesses[0].size == size)
                for n in range(said):
                    await alder.say(f"crisis {n}")
            # Birch's log is shown to the same witness.
            ours = report(alder).key.partition("+")[0].encode()
            found.extend(len(each) for each in asked if ours in each)

    folder.mkdir()
    play(folder, story)
    return found


def test_what_a_witness_gets_is_the_same_in_calm_and_in_crisis(tmp_path: Path) -> None:
    """I16, NT54: as many requests, each of the same length, whatever is said."""
    calm = lengths_sent(tmp_path / "calm", 0)
    crisis = lengths_sent(tmp_path / "crisis", 12)
    assert len(calm) == 5
    assert calm == crisis


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (signed_by(OTHER, 1_800_000_000), "witness-answer"),
        (signed_by(WITNESS, 0), "witness-answer"),
        (signed_by(WITNESS, 1_800_000_000, size=7), "witness-answer"),
        (lambda _: http(200, b""), "witness-answer"),
        (lambda _: http(200, b"\xff\n"), "witness-answer"),
        (lambda _: http(200, b"x" * 1_000_000), "witness-answer"),
        (lambda _: http(409, b"0\n"), "witness-contradicts"),
        (lambda _: http(409, b"no size\n"), "witness-refuses"),
        (lambda _: http(409, b"\xff\n"), "witness-refuses"),
        (lambda _: http(409, b"1000000\n"), "witness-ahead"),
        (lambda _: http(403, b""), "witness-refuses"),
        (lambda _: http(404, b""), "witness-refuses"),
        (lambda _: http(302, b""), "witness-refuses"),
        (lambda _: http(500, b""), "witness-refuses"),
        (lambda _: b"\x16\x03\x01junk\r\n\r\n", "witness-unreachable"),
        (lambda _: b"", "witness-slow"),
    ],
)
def test_what_does_not_verify_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answering, reason: str
) -> None:
    """PROOF-74, PROOF-75: nothing of it is taken, its reason shows, and it is asked again."""
    monkeypatch.setattr(errand, "WITNESS_SECONDS_MAX", 0.3 if reason == "witness-slow" else 20.0)

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        async with liar(ports[0], answer) as asked:
            await beat(alder, 1)
            await alder.until(lambda: "w1" in alder.witnessing.faults and len(asked) > 1)
            assert alder.witnessing.faults["w1"].reason == reason
            assert report(alder).witnesses[0].size == 0

    play(tmp_path, story)


def test_a_witness_that_moves_at_each_attempt_is_not_followed_for_ever(tmp_path: Path) -> None:
    """PROOF-75."""

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        def answer(body: bytes) -> bytes:
            old = int(body.partition(b"\n")[0].removeprefix(b"old "))
            return http(409, b"%d\n" % (old + 1))

        await beat(alder, 6)
        async with liar(ports[0], answer):
            await alder.until(lambda: "another size" in str(alder.witnessing.faults.get("w1")))

    play(tmp_path, story)
