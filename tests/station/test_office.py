"""A party's office: roots, charter, journal, and what it refuses (CHARTER-40 to CHARTER-49)."""

import stat
from pathlib import Path

import msgspec
import pytest
from tests.ceremony import (  # noqa: F401
    DAY_S,
    NOW,
    PASSPHRASE,
    FixedClock,
    ask,
    draft_of,
    enrol_officer,
    issue,
    line_of,
    make_office,
    party,
    quick_seals,
    two_offices,
)

from backchannel.charter.credentials import CredentialKind
from backchannel.charter.draft import parse_section
from backchannel.errors import BreachError, CustodyError, JunkError, OfficerError
from backchannel.station import charters, enrolment
from backchannel.station import office as offices
from backchannel.station.firstwords import StationFile, pack_station
from backchannel.station.keyring import open_root
from backchannel.wire.ids import LineId
from backchannel.wire.keys import station_from_seed
from backchannel.wire.signing import Mode

pytestmark = pytest.mark.usefixtures("quick_seals")
MODES = (Mode.REAL, Mode.EXERCISE, Mode.TEST)


def station_request(office: offices.Office, first: int, name: str = "one") -> enrolment.Request:
    """What a station of this office asks for."""
    wanted = enrolment.station_wanted(name, first=first, valid=(NOW, NOW + DAY_S), issuer=None)
    keys = {mode: station_from_seed(name.ljust(32).encode(), mode) for mode in MODES}
    return enrolment.ask_for_station(line_of(office), wanted, keys)


# --- Roots and section ----------------------------------------------------------------------------


def test_an_office_has_its_roots_sealed_and_its_section_in_the_open(tmp_path: Path) -> None:
    made = make_office(tmp_path, "Alder", roots=3, threshold=2)
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    names = sorted(path.name for path in made.folder.iterdir())
    assert names == ["root-1.key", "root-2.key", "root-3.key", "section.toml"]
    section = parse_section((made.folder / "section.toml").read_text())
    assert section == made.section == offices.load_office(made.folder).section
    for number, root in enumerate(section.root_set.roots, 1):
        keys = open_root(offices.root_path(made.folder, number), PASSPHRASE)
        assert (keys.public, keys.pq_public) == (root.ed25519, root.mldsa65)


@pytest.mark.parametrize(
    ("roots", "threshold", "reason"),
    [(0, 1, "bad-roots"), (9, 1, "bad-roots"), (2, 3, "bad-threshold"), (2, 0, "bad-threshold")],
)
def test_a_count_that_makes_no_sense_makes_no_office(
    tmp_path: Path, roots: int, threshold: int, reason: str
) -> None:
    with pytest.raises(OfficerError, match=reason):
        make_office(tmp_path, "Alder", roots=roots, threshold=threshold)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_charter_takes_makes_no_office(tmp_path: Path) -> None:
    wanted = msgspec.structs.replace(party("Alder"), name="Al\u202eder")
    with pytest.raises(OfficerError, match="unsafe-text"):
        offices.make_office(tmp_path / "a", wanted, roots=1, ask=ask, clock=FixedClock())
    assert list(tmp_path.iterdir()) == []


def test_an_office_is_not_made_over_another(tmp_path: Path) -> None:
    make_office(tmp_path, "Alder")
    with pytest.raises(OfficerError, match="file-exists"):
        make_office(tmp_path, "Alder")


def test_a_folder_that_is_no_office_is_named(tmp_path: Path) -> None:
    with pytest.raises(OfficerError, match="no-office"):
        offices.load_office(tmp_path)
    with pytest.raises(OfficerError, match="no-office"), offices.at_work(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_fingerprint_is_bound_to_the_line_once_there_is_one(tmp_path: Path) -> None:
    alder, birch = two_offices(tmp_path)
    before = offices.fingerprints(make_office(tmp_path / "alder", "Cedar"))
    assert before[1] is None
    alone, bound = offices.fingerprints(alder)
    assert bound is not None and bound != alone
    assert len({alone, bound, *offices.fingerprints(birch)}) == 4
    assert [len(group) for group in bound.split()] == [5] * 12


# --- The charter ----------------------------------------------------------------------------------


def test_as_many_roots_sign_as_must_or_those_that_are_named(tmp_path: Path) -> None:
    rooms = [make_office(tmp_path, n, roots=3, threshold=2) for n in ("Alder", "Birch")]
    signed = offices.sign(rooms[0], draft_of(rooms), (), ask)
    assert [tuple(each[:2]) for each in signed.signatures] == [(0, 0), (0, 1)]
    signed = offices.sign(rooms[1], signed, (3, 2, 3), ask)
    assert [tuple(each[:2]) for each in signed.signatures][2:] == [(1, 1), (1, 2)]
    for number in (0, 4):
        with pytest.raises(OfficerError, match="no-such-root"):
            offices.open_roots(rooms[0], (number,), ask)


def test_a_charter_with_a_false_signature_is_not_countersigned(tmp_path: Path) -> None:
    """NT94."""
    rooms = [make_office(tmp_path, n) for n in ("Alder", "Birch")]
    signed = offices.sign(rooms[0], draft_of(rooms), (), ask)
    (good,) = signed.signatures
    for half in ("ed25519", "mldsa65"):
        raw = bytearray(getattr(good, half))
        raw[7] ^= 1
        false = msgspec.structs.replace(signed, signatures=(good._replace(**{half: bytes(raw)}),))
        with pytest.raises(JunkError):
            offices.require_signable(rooms[1], false)


def test_a_journal_opens_once_and_only_under_a_charter_in_force(tmp_path: Path) -> None:
    """NT94."""
    rooms = [make_office(tmp_path, n) for n in ("Alder", "Birch")]
    with pytest.raises(OfficerError, match="line-not-opened"):
        offices.opened(rooms[0])
    one_sided = offices.sign(rooms[0], draft_of(rooms), (), ask)
    with pytest.raises(OfficerError, match="not-in-force"):
        offices.open_line(rooms[0], one_sided)
    signed = offices.sign(rooms[1], one_sided, (), ask)
    made = offices.open_line(rooms[0], signed)
    assert offices.load_office(rooms[0].folder) == made
    with pytest.raises(OfficerError, match="line-opened-before"):
        offices.open_line(made, signed)


def test_a_line_of_others_is_not_opened(tmp_path: Path) -> None:
    two_offices(tmp_path)
    cedar = make_office(tmp_path, "Cedar")
    raw = (tmp_path / "line.charter").read_bytes()
    with pytest.raises(OfficerError, match="not-our-charter"):
        offices.open_line(cedar, charters.parse_charter_file(raw))


# --- The journal ----------------------------------------------------------------------------------


def test_what_is_entered_is_on_the_disk(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    made, _secret = enrol_officer(alder, tmp_path / "o.key", "Okafor")
    assert offices.load_office(made.folder) == made
    assert offices.opened(made).seq == 0


def test_a_request_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    good = station_request(alder, 16)
    mixed = msgspec.structs.replace(good, subjects=(good.subjects[0], good.subjects[0]))
    with pytest.raises(BreachError, match="issued-before"):
        issue(alder, mixed)
    assert offices.opened(offices.load_office(alder.folder)).seq == -1


@pytest.mark.parametrize(("first", "reason"), [(17, "foreign-journal")])
def test_a_number_of_another_party_is_refused(tmp_path: Path, first: int, reason: str) -> None:
    """NT98."""
    alder, _ = two_offices(tmp_path)
    with pytest.raises(BreachError, match=reason):
        issue(alder, station_request(alder, first))


def test_a_number_that_was_granted_is_refused(tmp_path: Path) -> None:
    """NT98."""
    alder, _ = two_offices(tmp_path)
    alder = issue(alder, station_request(alder, 16))
    with pytest.raises(BreachError, match="journal-granted-before"):
        issue(alder, station_request(alder, 32, "two"))


def test_a_request_of_another_line_is_refused(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    request = msgspec.structs.replace(station_request(alder, 16), line=LineId(bytes(32)))
    with pytest.raises(OfficerError, match="other-line"):
        offices.issues(alder, request, NOW)


def test_below_the_threshold_nothing_is_entered(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path, roots=2, threshold=2)
    signers = offices.root_signers(alder, (2,), ask)
    with pytest.raises(JunkError, match="below-threshold"):
        offices.enter(alder, [offices.say_fresh(NOW)], signers)
    made = offices.enter(alder, [offices.say_fresh(NOW)], offices.root_signers(alder, (), ask))
    assert offices.opened(made).fresh == NOW


def test_an_officer_with_the_power_signs_in_place_of_the_roots(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder, _secret = enrol_officer(alder, tmp_path / "i.key", "Issuer", "inform,issue")
    signers = offices.issuer_signers(alder, [tmp_path / "i.key"], ask)
    parent = offices.parent_of(signers)
    assert offices.opened(alder).credentials[signers[0].who].credential.name == "Issuer"  # type: ignore[index]
    mandate = enrolment.read_mandate(
        offices.opened(alder).standings[-1].charter,
        NOW + 1,
        powers="inform",
        classes="",
        modes="real",
        days=9,
    )
    post = offices.new_post("duty officer", mandate, parent)
    made = offices.enter(alder, [offices.issue_post(post, NOW)], signers)
    found = offices.named(made, "duty officer")
    assert [each.credential.kind for each in found] == [CredentialKind.POST]


def test_an_officer_without_the_power_does_not(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder, _secret = enrol_officer(alder, tmp_path / "o.key", "Okafor")
    signers = offices.issuer_signers(alder, [tmp_path / "o.key"], ask)
    with pytest.raises((BreachError, JunkError)):
        offices.enter(alder, [offices.say_fresh(NOW)], signers)


def test_roots_that_were_replaced_sign_no_more(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    cedar = make_office(tmp_path, "Cedar")
    other = msgspec.structs.replace(alder, folder=cedar.folder)
    with pytest.raises(OfficerError, match="root-not-in-force"):
        offices.root_signers(other, (), ask)


def test_a_name_is_revoked_in_all_its_credentials(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder = issue(alder, station_request(alder, 16))
    found = offices.named(alder, "one")
    assert len(found) == 3
    writings = offices.revocations(found, "compromise", NOW)
    alder = offices.enter(alder, writings, offices.root_signers(alder, (), ask))
    with pytest.raises(OfficerError, match="nobody-named"):
        offices.named(alder, "one")


def test_one_credential_is_named_by_how_its_id_begins(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder = issue(alder, station_request(alder, 16))
    first = offices.named(alder, "one")[0]
    assert offices.named(alder, first.id.hex()[:8]) == (first,)
    with pytest.raises(OfficerError, match="nobody-named"):
        offices.named(alder, first.id.hex()[:7])
    with pytest.raises(OfficerError, match="unknown-reason"):
        offices.revocations((first,), "retired", NOW)


def test_a_post_must_have_a_name_that_can_be_printed(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    charter = offices.opened(alder).standings[-1].charter
    mandate = enrolment.read_mandate(
        charter, NOW, powers="inform", classes="", modes="real", days=9
    )
    with pytest.raises(JunkError, match="unsafe-text"):
        offices.new_post("duty\x1b[2J", mandate, None)


def test_a_damaged_journal_stops_the_office(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    enrol_officer(alder, tmp_path / "o.key", "Okafor")
    path = alder.folder / offices.AUTHORITY
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes((raw[-1] ^ 1,)))
    with pytest.raises(CustodyError, match="authority-damaged"):
        offices.load_office(alder.folder)


# --- Amendments -----------------------------------------------------------------------------------


def test_an_amendment_goes_the_way_of_the_charter(tmp_path: Path) -> None:
    """CHARTER-23, CHARTER-45: signed by both, entered by each party in its own journal."""
    rooms = two_offices(tmp_path)
    before = charters.parse_charter_file((tmp_path / "line.charter").read_bytes())
    drafted = msgspec.structs.replace(charters.draft_amendment(before), name="Second")
    signed = charters.unsigned(drafted, before.line)
    signed = offices.sign(rooms[0], signed, (), ask)
    signers = offices.root_signers(rooms[0], (), ask)
    with pytest.raises(JunkError, match="below-threshold"):
        offices.enter(rooms[0], [offices.amend(rooms[0], signed, NOW)], signers)
    signed = offices.sign(rooms[1], signed, (), ask)
    made = offices.enter(rooms[0], [offices.amend(rooms[0], signed, NOW)], signers)
    assert offices.opened(made).standings[-1].charter.name == "Second"
    with pytest.raises(OfficerError, match="other-predecessor"):
        offices.require_signable(made, signed)


def test_only_an_amendment_of_this_line_is_entered(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    first = charters.parse_charter_file((tmp_path / "line.charter").read_bytes())
    with pytest.raises(OfficerError, match="not-an-amendment"):
        offices.amend(alder, first, NOW)
    with pytest.raises(OfficerError, match="other-line"):
        offices.amend(alder, msgspec.structs.replace(first, line=LineId(bytes(32))), NOW)


# --- The founding file ----------------------------------------------------------------------------


def test_a_station_file_of_another_party_or_line_is_refused(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    for line, index in ((line_of(alder), 1), (LineId(bytes(32)), 0)):
        raw = pack_station(StationFile(line, index, ()))
        with pytest.raises(OfficerError, match="other-station"):
            offices.founding_of(alder, [raw], NOW)
