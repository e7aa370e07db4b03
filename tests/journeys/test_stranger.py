"""A promise on the record, shown to a stranger: made by a station, proven by a verifier that
imports nothing of the product, and refused when a byte of it is another."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.station.house import Room, agreed, rooms, run
from tests.station.test_disclosing import TEXT, cast_with_envoy, disclose, minuted, reassured
from tests.verifier.browser import opened
from tests.verifier.making import altered
from tests.verifier.test_page_agrees import expected

from backchannel.proof.disclosure import KIND, Number
from backchannel.verifier.__main__ import verify
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.claims import NAMES
from backchannel.wire.codec import decode
from backchannel.wire.entry import parse_header
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.keys import fingerprint


def roots_of(room: Room) -> str:
    """The fingerprints of both parties' roots, as they are read aloud, one a line."""
    offices = room.cast.offices
    digits = [
        fingerprint(None, [(k.public, k.pq_public) for k in office.roots]) for office in offices
    ]
    return "\n".join(digits) + "\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, str]:
    """Alder's promise and Birch's answer, each disclosed by Alder, and the roots."""
    found: list[bytes | str] = []

    async def story() -> None:
        folder = tmp_path_factory.mktemp("stranger")
        async with rooms(folder, cast_with_envoy()) as (alder, birch):
            said = await reassured(alder, birch)
            answer = await birch.say("We have heard you.")
            await alder.acknowledge(await alder.shows(answer.entry))
            await agreed(alder, birch)
            await minuted(alder, birch)
            await agreed(alder, birch)
            found.append(await disclose(alder, said.entry))
            found.append(await disclose(alder, answer.entry, range(1, 22)))
            found.append(roots_of(alder))

    run(story())
    return found[0], found[1], found[2]  # type: ignore[return-value]


def test_every_claim_is_proven_by_a_program_of_its_own(
    tmp_path: Path, made: tuple[bytes, bytes, str]
) -> None:
    """PROOF-31, PROOF-40 to PROOF-53: in a fresh interpreter, from two files."""
    (tmp_path / "roots.txt").write_text(made[2])
    for n, raw in enumerate(made[:2]):
        (tmp_path / f"{n}").write_bytes(raw)  # type: ignore[arg-type]
        files = (str(tmp_path / f"{n}"), "--roots", str(tmp_path / "roots.txt"))
        done = subprocess.run(
            [sys.executable, "-m", "backchannel.verifier", *files, "--json"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert all(name in json.dumps(json.loads(done.stdout)) for name in NAMES)
    assert TEXT in verify(made[0], made[2], ())[2]


def test_without_the_roots_nothing_that_rests_on_them_is_proven(
    made: tuple[bytes, bytes, str],
) -> None:
    """PROOF-54."""
    code, _, text = verify(made[0], "", ())
    assert code and "charter      NOT PROVEN" in text and "fields       PROVEN" in text


def objects_that_count(raw: bytes) -> list[int]:
    """The places of charter, authority, statement, fields, checkpoint and proof."""
    first, *rest = parse_file(KIND, raw)
    entry = decode(first)[3]  # type: ignore[index]
    places = []
    for place, each in enumerate(rest, 1):
        piece = decode(each)
        assert isinstance(piece, tuple)
        if piece[0] == Number.ENTRY:
            header = parse_header(piece[1])  # type: ignore[arg-type]
            if [header.no, header.seq] != list(entry[:2]):  # type: ignore[index]
                continue
        places.append(place)
    return places


def test_the_page_in_a_browser_says_the_same(
    tmp_path: Path, made: tuple[bytes, bytes, str]
) -> None:
    """PROOF-40 to PROOF-54, PROOF-56: on the files, on changed ones, and without the roots."""
    with opened(tmp_path) as page:
        for raw in made[:2]:
            for roots in (made[2], made[2].splitlines()[0], ""):
                assert page.shows(raw, roots) == expected(raw, roots)  # type: ignore[arg-type]
        raw, whole = made[0], parse_file(KIND, made[0])
        for place in objects_that_count(raw):
            changed = altered(whole[place], len(whole[place]) // 3)
            file = pack_file(KIND, [*whole[:place], changed, *whole[place + 1 :]])
            assert page.shows(file, made[2]) == expected(file, made[2]), place


def test_no_changed_byte_of_what_counts_goes_unnoticed(made: tuple[bytes, bytes, str]) -> None:
    """PROOF-40 to PROOF-48."""
    raw = made[0]
    whole = parse_file(KIND, raw)
    places = objects_that_count(raw)
    assert len(places) >= 15
    for place in places:
        for at in (-1, len(whole[place]) // 2):
            changed = bytearray(whole[place])
            changed[at] ^= 1
            other = [*whole[:place], bytes(changed), *whole[place + 1 :]]
            try:
                code, _, _ = verify(pack_file(KIND, other), made[2], ())
            except Refusal:
                continue
            assert code, (place, at)
