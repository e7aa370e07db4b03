"""The charter file on its way from office to office (CHARTER-20 to CHARTER-24, NT94)."""

from pathlib import Path

import msgspec
import pytest
from tests.cast import make_charter
from tests.ceremony import NOW, PASSPHRASE, ask, draft_of, make_office, quick_seals  # noqa: F401

from backchannel.charter.charter import pack_charter
from backchannel.charter.parties import RootSet
from backchannel.charter.signatures import NO_ROOTS, pack_signatures
from backchannel.errors import JunkError, OfficerError
from backchannel.station import charters
from backchannel.station import office as offices
from backchannel.station.charters import Share, SignedCharter
from backchannel.station.keyring import open_root
from backchannel.station.office import Office
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import LineId

pytestmark = pytest.mark.usefixtures("quick_seals")
NONE = (NO_ROOTS, NO_ROOTS)


@pytest.fixture
def rooms(tmp_path: Path) -> list[Office]:
    """Two offices of two roots each, one of which must sign."""
    return [make_office(tmp_path, name, roots=2) for name in ("Alder", "Birch")]


@pytest.fixture
def whole(rooms: list[Office]) -> SignedCharter:
    """A charter that both have signed."""
    signed = draft_of(rooms)
    for room in rooms:
        signed = offices.sign(room, signed, (), ask)
    return signed


def amendment(before: SignedCharter) -> SignedCharter:
    """An amendment with another name, unsigned."""
    drafted = charters.draft_amendment(before)
    return charters.unsigned(msgspec.structs.replace(drafted, name="Second"), before.line)


def test_a_witness_policy_that_nobody_could_meet_is_not_signed() -> None:
    """PROOF-66: before it is too late to mend."""
    drafted, _ = make_charter()
    charters.unsigned(msgspec.structs.replace(drafted, witness_policy="quorum none\n"), None)
    for text in ("quorum north\n", "witness a b c\n", "x"):
        with pytest.raises(OfficerError, match="policy-unreadable"):
            charters.unsigned(msgspec.structs.replace(drafted, witness_policy=text), None)


def test_windows_are_written_as_intervals() -> None:
    windows = charters.read_windows(["2026-12-01T08:00:00Z/2026-12-01T12:00:00Z"])
    assert [tuple(window) for window in windows] == [
        (2, 1_796_112_000, 1_796_126_400),
        (3, 0, None),
    ]
    with pytest.raises(OfficerError, match="bad-window"):
        charters.read_windows(["2026-12-01T08:00:00Z"])
    with pytest.raises(OfficerError, match="bad-moment"):
        charters.read_windows(["2026-12-01/2026-12-02"])


def test_a_draft_of_one_party_is_refused(rooms: list[Office]) -> None:
    with pytest.raises(OfficerError, match="wrong-length"):
        draft_of(rooms[:1])


def test_two_drafts_with_the_same_text_are_two_lines(rooms: list[Office]) -> None:
    first = draft_of(rooms).charter
    other = msgspec.structs.replace(first, nonce=b"n" * 16)
    assert charters.unsigned(first, None).line != charters.unsigned(other, None).line


def test_a_file_says_again_what_was_packed(whole: SignedCharter) -> None:
    """CHARTER-25."""
    raw = charters.pack_charter_file(whole)
    assert charters.is_charter_file(raw)
    assert charters.parse_charter_file(raw) == whole
    assert parse_file("charter", raw) == (whole.raw, pack_signatures(whole.signatures))


def test_an_amendment_carries_its_line(whole: SignedCharter) -> None:
    second = amendment(whole)
    assert second.line == whole.line
    assert charters.parse_charter_file(charters.pack_charter_file(second)) == second


def test_an_amendment_needs_a_line_that_is_known(whole: SignedCharter) -> None:
    with pytest.raises(OfficerError, match="line-not-opened"):
        charters.unsigned(charters.draft_amendment(whole), None)


def test_every_truncation_is_refused(whole: SignedCharter) -> None:
    """NT94: a charter file cut short anywhere is no charter file."""
    raw = charters.pack_charter_file(whole)
    places = {*range(40), *range(40, len(raw), 499), len(raw) - 1}
    for place in sorted(places):
        with pytest.raises(JunkError):
            charters.parse_charter_file(raw[:place])


def test_every_altered_byte_is_noticed(whole: SignedCharter) -> None:
    """NT94: an altered byte makes another file, another charter or a false signature."""
    raw = charters.pack_charter_file(whole)
    for place in range(0, len(raw), 211):
        altered = raw[:place] + bytes((raw[place] ^ 1,)) + raw[place + 1 :]
        with pytest.raises(JunkError):
            charters.shares(charters.parse_charter_file(altered), NONE)


def test_objects_too_many_or_too_few_are_refused(whole: SignedCharter) -> None:
    for objects, reason in (
        ([whole.raw], "charter-file-shape"),
        ([whole.raw, b"\x80", whole.line, b""], "charter-file-shape"),
        ([whole.raw, b"\x80", whole.line], "charter-file-line"),
        ([amendment(whole).raw, b"\x80"], "charter-file-line"),
        ([amendment(whole).raw, b"\x80", b"short"], "charter-file-line"),
    ):
        with pytest.raises(JunkError, match=reason):
            charters.parse_charter_file(pack_file("charter", objects))


def test_one_signature_of_one_party_is_not_in_force(rooms: list[Office]) -> None:
    """NT94: a charter that one side signed is not in force, and it is said who lacks."""
    signed = offices.sign(rooms[0], draft_of(rooms), (), ask)
    found = charters.shares(signed, NONE)
    assert found == (Share("Alder", 1, 1), Share("Birch", 0, 1))
    assert charters.lacking(found) == ("Birch",)


def test_when_all_have_signed_nobody_lacks(whole: SignedCharter) -> None:
    assert charters.lacking(charters.shares(whole, NONE)) == ()


def test_a_section_that_was_changed_is_not_signed(rooms: list[Office]) -> None:
    """NT94: what the draft says of us must be what we wrote, roots and threshold above all."""
    drafted = draft_of(rooms).charter
    for changes in (
        {"contact": "elsewhere"},
        {"languages": ("fr",)},
        {"root_set": RootSet(rooms[0].section.root_set.roots, 2)},
        {"root_set": drafted.parties[1].root_set},
    ):
        mine = msgspec.structs.replace(drafted.parties[0], **changes)
        other = msgspec.structs.replace(drafted, parties=(mine, drafted.parties[1]))
        signed = SignedCharter(LineId(bytes(32)), pack_charter(other), other)
        with pytest.raises(OfficerError, match="section-changed"):
            charters.own_party(signed, rooms[0].section)


def test_a_stranger_is_no_party(tmp_path: Path, whole: SignedCharter) -> None:
    cedar = make_office(tmp_path, "Cedar")
    with pytest.raises(OfficerError, match="not-our-charter"):
        charters.own_party(whole, cedar.section)


def test_a_root_that_is_not_listed_does_not_sign(
    tmp_path: Path, rooms: list[Office], whole: SignedCharter
) -> None:
    make_office(tmp_path, "Cedar")
    keys = open_root(tmp_path / "cedar" / "root-1.key", PASSPHRASE)
    with pytest.raises(OfficerError, match="root-not-listed"):
        charters.add_signatures(whole, 0, keys=[keys], standing=NONE)


def test_signing_twice_changes_nothing_but_the_signature(
    rooms: list[Office], whole: SignedCharter
) -> None:
    again = offices.sign(rooms[0], whole, (1, 2), ask)
    assert [tuple(each[:2]) for each in again.signatures] == [(0, 0), (0, 1), (1, 0)]
    assert charters.lacking(charters.shares(again, NONE)) == ()


def test_an_amendment_is_shown_against_the_charter_before_it(whole: SignedCharter) -> None:
    second = amendment(whole)
    with pytest.raises(OfficerError, match="predecessor-missing"):
        charters.standing_roots(second, None)
    with pytest.raises(OfficerError, match="other-predecessor"):
        charters.standing_roots(second, second)
    standing = charters.standing_roots(second, whole)
    assert charters.shares(second, standing) == (Share("Alder", 0, 1), Share("Birch", 0, 1))


def test_an_amendment_with_other_roots_counts_old_and_new(
    tmp_path: Path, whole: SignedCharter
) -> None:
    """CHARTER-24: the roots in force and the roots to be each sign for themselves."""
    cedar = make_office(tmp_path, "Cedar")
    drafted = charters.draft_amendment(whole)
    mine = msgspec.structs.replace(drafted.parties[0], root_set=cedar.section.root_set)
    second = charters.unsigned(
        msgspec.structs.replace(drafted, parties=(mine, drafted.parties[1])), whole.line
    )
    standing = charters.standing_roots(second, whole)
    keys = [
        open_root(tmp_path / "cedar" / "root-1.key", PASSPHRASE),
        open_root(tmp_path / "alder" / "root-1.key", PASSPHRASE),
    ]
    for count, expected in ((1, [0, 1]), (2, [1, 1])):
        signed = charters.add_signatures(second, 0, keys=keys[:count], standing=standing)
        found = charters.shares(signed, standing)
        assert [share.signed for share in found if share.party == "Alder"] == expected


def test_a_valid_time_is_that_of_the_caller(rooms: list[Office]) -> None:
    drafted = draft_of(rooms).charter
    assert drafted.since < NOW < drafted.until
