"""Offices, credentials and charters as lines: complete, and nothing from outside unescaped."""

from pathlib import Path

import msgspec
import pytest
from tests.ceremony import NOW, draft_of, make_office, quick_seals, two_offices  # noqa: F401

from backchannel.charter.credentials import Credential, CredentialKind
from backchannel.charter.powers import Power
from backchannel.cli import pages
from backchannel.station.charters import Share
from backchannel.wire.ids import CredentialId

OFFICER = Credential(
    kind=CredentialKind.OFFICER,
    name="Okafor",
    since=NOW,
    until=NOW + 1,
    posts=(CredentialId(b"\xab" * 32),),
    powers=int(Power.INFORM | Power.ISSUE),
    classes=(0, 3),
    modes=(1, 3),
    parent=CredentialId(b"\xcd" * 32),
    depth=1,
)


def test_a_credential_says_all_that_an_office_would_enter() -> None:
    assert pages.credential_line(OFFICER) == (
        "officer Okafor: REAL TEST; inform,issue; classes 0 3; fills abababab; "
        "may grant it further; under cdcdcdcd; until 2026-11-22T13:43:21Z"
    )


def test_what_a_credential_has_not_is_not_said() -> None:
    bare = Credential(CredentialKind.CUSTODIAN, "Keeper", NOW, NOW + 1)
    assert pages.credential_line(bare) == (
        "custodian Keeper: no mode; no power; until 2026-11-22T13:43:21Z"
    )


def test_names_from_outside_are_escaped() -> None:
    """NT66."""
    hostile = msgspec.structs.replace(OFFICER, name="\x1b[2J")
    assert "\x1b" not in pages.credential_line(hostile)
    assert "\x1b" not in "".join(pages.share_lines([Share("\x1b[2J", 0, 1)]))


def test_a_charter_is_in_force_when_nobody_lacks() -> None:
    shares = [Share("Alder", 2, 2), Share("Birch", 1, 2)]
    assert list(pages.share_lines(shares)) == [
        "Alder: 2 of 2 roots have signed",
        "Birch: 1 of 2 roots have signed",
        "NOT IN FORCE: signatures lack of Birch",
    ]
    assert list(pages.share_lines(shares[:1]))[-1] == "IN FORCE"


@pytest.mark.usefixtures("quick_seals")
def test_an_office_is_shown_before_and_after_its_line(tmp_path: Path) -> None:
    assert list(pages.office_lines(make_office(tmp_path / ".", "Cedar")))[-1] == "no line yet"
    alder, _ = two_offices(tmp_path)
    lines = list(pages.office_lines(alder))
    assert alder.authority is not None
    assert f"line         {alder.authority.line_id.hex()}" in lines
    assert pages.office_json(alder)["line"] == alder.authority.line_id


@pytest.mark.usefixtures("quick_seals")
def test_a_page_has_its_own_lines_and_no_others(tmp_path: Path) -> None:
    signed = draft_of([make_office(tmp_path, name) for name in ("Alder", "Birch")])
    page = pages.page_of(signed.charter, signed.line)
    assert page[0] == "CHARTER OF THE LINE Alder and Birch"
    assert all("\n" not in line for line in page) and page[-1].startswith("Name ____")
