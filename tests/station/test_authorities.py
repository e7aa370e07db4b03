"""The authority file and what can be read from it (CHARTER-47 to CHARTER-49)."""

from pathlib import Path

import msgspec
import pytest
from tests.ceremony import NOW, ask, draft_of, enrol_officer, make_office, quick_seals, two_offices  # noqa: F401

from backchannel.errors import JunkError, OfficerError
from backchannel.station import authorities, charters
from backchannel.station import office as offices
from backchannel.station.enrolment import read_mandate
from backchannel.station.office import Office
from backchannel.wire.codec import encode
from backchannel.wire.files import pack_file, parse_file

pytestmark = pytest.mark.usefixtures("quick_seals")


def with_post(office: Office, name: str = "duty officer") -> Office:
    """An office that has issued a post."""
    charter = offices.opened(office).standings[-1].charter
    mandate = read_mandate(charter, NOW, powers="inform", classes="", modes="real", days=9)
    post = offices.new_post(name, mandate, None)
    return offices.enter(
        office, [offices.issue_post(post, NOW)], offices.root_signers(office, (), ask)
    )


def test_a_file_says_again_what_was_packed(tmp_path: Path) -> None:
    """CHARTER-54."""
    alder, _ = two_offices(tmp_path)
    alder = with_post(alder)
    assert alder.file is not None
    raw = authorities.pack_authority(alder.file)
    assert authorities.is_authority_file(raw)
    assert authorities.parse_authority(raw) == alder.file
    assert authorities.fold(alder.file) == alder.authority
    first, *frames = parse_file("authority", raw)
    party, charter = alder.file.party, encode(alder.file.charter)
    assert first.startswith(b"\x84\x01" + encode(party) + charter)
    assert tuple(frames) == alder.file.frames


def test_a_file_without_its_charter_is_refused() -> None:
    for objects in ([], [b"\x80"], [b"\xf6"]):
        with pytest.raises(JunkError):
            authorities.parse_authority(pack_file("authority", objects))


def test_a_file_of_nobody_in_the_charter_is_refused(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    assert alder.file is not None
    with pytest.raises(JunkError, match="authority-file-party"):
        authorities.fold(msgspec.structs.replace(alder.file, party=2))


def test_a_file_under_a_charter_of_one_side_is_not_in_force(tmp_path: Path) -> None:
    """NT94."""
    alder, _ = two_offices(tmp_path)
    assert alder.file is not None
    with pytest.raises(OfficerError, match="not-in-force"):
        authorities.fold(msgspec.structs.replace(alder.file, signatures=alder.file.signatures[:1]))


def test_an_entry_left_out_or_altered_breaks_the_journal(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder = with_post(with_post(alder), "second")
    assert alder.file is not None
    frames = alder.file.frames
    for broken in ((frames[1],), (frames[0][:-1] + b"\x01", frames[1])):
        with pytest.raises(JunkError):
            authorities.fold(msgspec.structs.replace(alder.file, frames=broken))


def test_papers_are_a_charter_or_an_authority_file(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    assert alder.file is not None
    of_charter = authorities.read_papers((tmp_path / "line.charter").read_bytes())
    of_office = authorities.read_papers(authorities.pack_authority(alder.file))
    assert of_charter.authority is None and of_office.authority is not None
    assert of_charter.line == of_office.line
    assert of_charter.charter == of_office.charter
    with pytest.raises(OfficerError, match="papers-kind"):
        authorities.read_papers(b"name = 'a draft'")


def test_papers_of_one_side_are_not_in_force(tmp_path: Path) -> None:
    """NT94: nobody makes keys for a line that may never be."""
    rooms = [make_office(tmp_path, name) for name in ("Alder", "Birch")]
    signed = offices.sign(rooms[0], draft_of(rooms), (), ask)
    with pytest.raises(OfficerError, match="not-in-force"):
        authorities.read_papers(charters.pack_charter_file(signed))


def test_posts_are_found_by_name_in_an_authority_file_alone(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder = with_post(alder)
    assert alder.file is not None and alder.authority is not None
    papers = authorities.read_papers(authorities.pack_authority(alder.file))
    (post,) = authorities.posts_named(papers, ("duty officer",))
    assert alder.authority.credentials[post].credential.name == "duty officer"
    assert authorities.posts_named(papers, ()) == ()
    with pytest.raises(OfficerError, match="unknown-post"):
        authorities.posts_named(papers, ("night watch",))
    of_charter = authorities.read_papers((tmp_path / "line.charter").read_bytes())
    with pytest.raises(OfficerError, match="posts-unknown"):
        authorities.posts_named(of_charter, ("duty officer",))


def test_an_officer_is_no_post(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder, _secret = enrol_officer(alder, tmp_path / "o.key", "duty officer")
    assert alder.file is not None
    papers = authorities.read_papers(authorities.pack_authority(alder.file))
    with pytest.raises(OfficerError, match="unknown-post"):
        authorities.posts_named(papers, ("duty officer",))


def test_an_issuer_is_found_by_name_and_by_key(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder, secret = enrol_officer(alder, tmp_path / "o.key", "Okafor")
    assert alder.file is not None and alder.authority is not None
    papers = authorities.read_papers(authorities.pack_authority(alder.file))
    found = authorities.issuer_named(papers, "Okafor")
    assert found == authorities.issuer_of_key(alder.authority, secret.keys.public)
    assert authorities.issuer_named(papers, None) is None
    of_charter = authorities.read_papers((tmp_path / "line.charter").read_bytes())
    with pytest.raises(OfficerError, match="issuers-unknown"):
        authorities.issuer_named(of_charter, "Okafor")
    with pytest.raises(OfficerError, match="issuer-unknown"):
        authorities.issuer_of_key(alder.authority, bytes(32))


def test_who_was_revoked_does_not_stand(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder, secret = enrol_officer(alder, tmp_path / "o.key", "Okafor")
    gone = offices.revocations(offices.named(alder, "Okafor"), "withdrawn", NOW)
    alder = offices.enter(alder, gone, offices.root_signers(alder, (), ask))
    assert alder.authority is not None
    assert authorities.standing(alder.authority) == ()
    with pytest.raises(OfficerError, match="issuer-unknown"):
        authorities.issuer_of_key(alder.authority, secret.keys.public)


def test_a_party_is_found_by_name(tmp_path: Path) -> None:
    two_offices(tmp_path)
    charter = authorities.read_papers((tmp_path / "line.charter").read_bytes()).charter
    assert authorities.party_named(charter, "Birch") == 1
    with pytest.raises(OfficerError, match="unknown-party"):
        authorities.party_named(charter, "Cedar")
