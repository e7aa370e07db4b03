"""A trustee's desk from a terminal: a key, a request, a warrant, shares; and what they open."""

import json
from pathlib import Path

import pytest
from tests.cast import ALDER, Cast, found_cast, seed
from tests.cli.desks import PASSPHRASE, Desk, desks, quick_seals  # noqa: F401
from tests.holders import DAY, enrolled
from tests.oversight.openings import OVERSIGHT, seals_of
from tests.station.house import agreed, run

from backchannel.charter.credentials import CredentialKind, parse_body
from backchannel.charter.policy import DAY_S
from backchannel.cli.output import Code
from backchannel.clock import SystemClock
from backchannel.station.authorities import AuthorityFile, pack_authority
from backchannel.station.enrolment import parse_request
from backchannel.station.keyring import Sealed, save_sealed
from backchannel.wire.codec import encode
from backchannel.wire.moments import print_moment

pytestmark = pytest.mark.usefixtures("quick_seals")

WORDS = "The convoy leaves at dawn."


def papers_of(cast: Cast, folder: Path) -> Path:
    """Alder's authority file, as its office hands it out."""
    path = folder / "alder.authority"
    frames = tuple(cast.offices[ALDER].frames)
    path.write_bytes(pack_authority(AuthorityFile(ALDER, cast.charter, cast.signatures, frames)))
    return path


def key_of(folder: Path, place: int) -> Path:
    """The key file of a trustee of the cast."""
    path, name = folder / f"t{place}.key", f"trustee {place}"
    plaintext = encode((1, name, seed(f"Alder/{name}")))
    save_sealed(path, PASSPHRASE, plaintext, label=Sealed.HOLDER, clock=SystemClock())
    return path


async def works(desk: Desk, *words: object) -> str:
    """Type a command that works, and return what it printed on stdout."""
    result = await desk.type(*words)
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


async def fails(desk: Desk, *words: object) -> str:
    """Type a command that is refused, and return why."""
    result = await desk.type(*words)
    assert result.exit_code == Code.REFUSED, result.output
    return result.stderr


def test_from_a_key_to_an_opened_day(tmp_path: Path) -> None:
    """PROOF-135 to PROOF-142, NT50, NT53: each step as it is typed."""
    cast = found_cast(oversight=OVERSIGHT)
    enrolled(cast, ALDER, 1, 2, 3)

    async def story() -> None:
        async with desks(tmp_path, cast) as (alder, birch):
            papers = papers_of(cast, tmp_path)
            warrant, archive = tmp_path / "w.draft", tmp_path / "day.archive"
            await alder.acts("say", WORDS)
            await agreed(alder.room, birch.room)
            alder.room.clock.skipped_s += DAY_S
            await seals_of(alder.room, 1)
            day = print_moment(DAY * DAY_S)
            drafting = ("trustee", "warrant", warrant, "--papers", papers, "--from", day)
            signers = ("--signer", "trustee 1", "--signer", "trustee 2")
            purpose = ("--to", day, "--field", "21", "--purpose", "Committee on oversight")
            await works(alder, *drafting, *signers, *purpose)
            assert "have not signed" in await fails(alder, "archive", "enter", warrant)
            keys = [key_of(tmp_path, place) for place in (1, 2, 3)]
            signing = ("trustee", "sign", warrant, "--papers", papers, "--yes", "--key")
            assert "not-a-signer" in await fails(alder, *signing, keys[2])
            for key in keys[:2]:
                await works(alder, *signing, key)
            exporting = ("archive", "export", "--out", archive)
            assert "was entered" in await fails(alder, *exporting, "00" * 32)
            opening = await works(alder, "archive", "enter", warrant)
            assert await works(alder, "archive", "enter", warrant) == opening
            await works(alder, *exporting, opening[:12])
            shares = [tmp_path / f"t{place}.shares" for place in (1, 2)]
            answering = ("trustee", "answer", archive, "--papers", papers, "--yes")
            for key, out in zip(keys, shares, strict=False):
                await works(alder, *answering, "--key", key, "--out", out)
            opens = ("archive", "open", archive)
            lone = await fails(alder, *opens, shares[0], "--papers", papers)
            assert "wanted 2" in lone
            shown = await works(alder, *opens, *shares, "--papers", papers)
            assert f"field 21: {WORDS}" in shown and "from" not in shown
            told = json.loads(await works(alder, *opens, *shares, "--papers", papers, "--json"))
            assert [each["fields"] for each in told["words"]] == [{"21": WORDS}]
            assert (told["purpose"], told["faults"]) == ("Committee on oversight", [])
            await agreed(alder.room, birch.room)
            theirs = birch.room.runner.custody.database
            rows = theirs.rows("SELECT verdict FROM entry WHERE type = 10")
            assert rows == [("",)]  # the other room holds the order too, and finds it good

    run(story())


@pytest.mark.parametrize("options", [(), ("--custodian",)])
def test_a_holder_makes_a_key_and_asks_for_a_credential(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    """KEYS-37: the lines for the charter, and a request that proves the key."""
    cast = found_cast(oversight=OVERSIGHT)

    async def story() -> None:
        async with desks(tmp_path, cast) as (alder, _):
            key, papers = tmp_path / "elm.key", papers_of(cast, tmp_path)
            lines = await works(alder, "trustee", "new", key, "--name", "Elm")
            assert 'name = "Elm"' in lines and 'key = "' in lines
            await works(alder, "trustee", "request", key, "--charter", papers, *options)
            (subject,) = parse_request((tmp_path / "elm.request").read_bytes()).subjects
            kind = CredentialKind.CUSTODIAN if options else CredentialKind.TRUSTEE
            assert parse_body(subject.body).kind == kind
            assert "is there already" in await fails(alder, "trustee", "new", key, "--name", "Elm")

    run(story())
