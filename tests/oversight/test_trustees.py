"""Trustees open what a warrant names: enough of them, in public, and no other day."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, found_cast
from tests.holders import holder_keys
from tests.oversight.openings import DAY, OVERSIGHT, TEXTS, vault

from backchannel.errors import BackchannelError, OfficerError, ProofError
from backchannel.oversight.trustees import (
    Archive,
    give_shares,
    judge_archive,
    open_period,
)
from backchannel.proof.archivefile import (
    OpenedShare,
    SharesFile,
    pack_archive,
    pack_shares,
    parse_archive,
    parse_shares,
    shares_body,
)
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.envelope import parse_frame
from backchannel.wire.signing import Context, Mode, Purpose, sign


def judged(raw: bytes | None = None) -> Archive:
    """The archive of the first day, or another file."""
    return judge_archive(parse_archive(raw or vault().first_day), vault().authority)


def given(archive: Archive, place: int) -> SharesFile:
    """What a trustee gives."""
    keys = holder_keys("Alder", f"trustee {place}")
    return parse_shares(give_shares(archive, keys, vault().holder(place)))


def lied(archive: Archive, place: int, lie: Callable[[OpenedShare], OpenedShare]) -> SharesFile:
    """What a trustee gives who signs other shares than he was sealed."""
    true, keys = given(archive, place), holder_keys("Alder", f"trustee {place}")
    shares = tuple(map(lie, true.shares))
    body = shares_body(true.line, true.opening, true.holder, shares)
    context = Context(Purpose.SHARE, true.line, Mode.NONE)
    return parse_shares(pack_shares(body, sign(keys.secret, context, body)))


def reason_of(work: Callable[[], object]) -> str:
    """Why something is refused."""
    with pytest.raises(BackchannelError) as refused:
        work()
    return refused.value.reason


def resealed(archive: Archive, **changes: object) -> Archive:
    """The archive as a station would have made it that sealed something else, and signed that."""
    (day,) = archive.days
    return archive._replace(days=(day._replace(seal=replace(day.seal, **changes)),))


# --- Opening --------------------------------------------------------------------------------------


@pytest.mark.parametrize("places", [(1, 2), (3, 1), (1, 2, 3)])
def test_enough_trustees_open_the_day_and_see_what_the_warrant_names(
    places: tuple[int, ...],
) -> None:
    """PROOF-138, PROOF-139, PROOF-140, PROOF-142."""
    archive = judged()
    found = open_period(archive, [given(archive, place) for place in places])
    assert [(each.fields, each.kind) for each in found.words] == [(((21, TEXTS[0]),), 1)]
    assert not found.faults


def test_one_trustee_less_opens_nothing() -> None:
    """NT50, PROOF-140; nor does one who comes twice."""
    archive = judged()
    one = given(archive, 1)
    assert reason_of(lambda: open_period(archive, [one])) == "too-few-shares"
    assert reason_of(lambda: open_period(archive, [one, one])) == "too-few-shares"


def test_a_false_share_is_named_by_its_commitment_and_the_others_open() -> None:
    """NT50, PROOF-140: who lied has signed it."""
    archive = judged()
    false = lied(archive, 2, lambda each: replace(each, share=bytes(32)))
    with pytest.raises(OfficerError, match="the share of trustee 2 is false"):
        open_period(archive, [given(archive, 1), false])
    found = open_period(archive, [given(archive, 1), false, given(archive, 3)])
    assert [each.fields for each in found.words] == [((21, TEXTS[0]),)]
    assert [each.reason for each in found.faults] == ["share-false"]
    assert "trustee 2" in found.faults[0].text


@pytest.mark.parametrize("place", [0, 1, 3, 4, 2**40])
def test_a_share_at_the_place_of_another_is_false(place: int) -> None:
    """PROOF-140."""
    archive = judged()
    moved = lied(archive, 2, lambda each: replace(each, place=place))
    found = open_period(archive, [given(archive, 1), moved, given(archive, 3)])
    assert [each.reason for each in found.faults] == ["share-false"]


def test_the_shares_of_one_day_open_no_other() -> None:
    """NT52: a warrant for one day yields one day, and its key is that of no other."""
    both = judged(vault().both_days)
    assert {each.seal.day for each in both.days} == {DAY, DAY + 1}
    found = open_period(both, [given(both, 1), given(both, 2)])
    assert [value for each in found.words for _, value in each.fields] == list(TEXTS)
    one = judged()
    shares = [given(one, place) for place in (1, 2)]
    assert reason_of(lambda: open_period(both, shares)) == "other-opening"
    renamed = one._replace(days=both.days)
    assert reason_of(lambda: open_period(renamed, shares)) == "too-few-shares"
    later = both.days[1].entry
    moved = [lied(one, place, lambda each: replace(each, seal=later)) for place in (1, 2)]
    second = one._replace(days=both.days[1:])
    assert reason_of(lambda: open_period(second, moved)) == "too-few-shares"


def test_who_is_no_holder_gives_nothing() -> None:
    """PROOF-139, PROOF-140: a custodian's share is not a trustee's, and a changed file is none."""
    archive = judged()
    officer = vault().authority.credentials[vault().cast.offices[ALDER].officers["first"][0]]
    keys = holder_keys("Alder", "keeper")
    assert reason_of(lambda: give_shares(archive, keys, officer)) == "not-a-holder"
    one, two = given(archive, 1), given(archive, 2)
    forged = replace(one, signature=two.signature)
    assert reason_of(lambda: open_period(archive, [forged, two])) == "bad-signature"


# --- What a station sealed wrongly ----------------------------------------------------------------


def test_garbage_is_attributed_to_the_station_that_signed_it() -> None:
    """NT51, PROOF-141: the shares are good, and a wrap holds no key of these words."""
    archive = judged()
    shares = [given(archive, place) for place in (1, 2)]
    (day,) = archive.days
    wraps = tuple(each._replace(wrap=bytes(48)) for each in day.seal.wraps)
    found = open_period(resealed(archive, wraps=wraps), shares)
    assert not found.words
    assert {each.reason for each in found.faults} == {"sealed-garbage"}
    assert "station Alder one REAL signed seal 1" in found.faults[0].text


def test_a_key_that_is_not_the_one_committed_to_is_attributed() -> None:
    """NT51, PROOF-141: all shares fit their commitments, and give another key."""
    archive = judged()
    shares = [given(archive, place) for place in (1, 2)]
    found = open_period(resealed(archive, check=bytes(32)), shares)
    assert (found.words, [each.reason for each in found.faults]) == ((), ["seal-key"])


def test_a_holder_who_was_sealed_nothing_is_told_whose_fault_it_is() -> None:
    """NT51, PROOF-141: and when the others open, they prove it."""
    archive = judged()
    (day,) = archive.days
    circle = day.seal.circles[0]
    cheated = circle.shares[2]._replace(commitment=bytes(32))
    circles = (circle._replace(shares=(*circle.shares[:2], cheated)), *day.seal.circles[1:])
    wrong = resealed(archive, circles=circles)
    with pytest.raises(ProofError) as refused:
        given(wrong, 3)
    assert refused.value.reason == "share-not-sealed"
    found = open_period(wrong, [given(archive, 1), given(archive, 2)])
    assert found.words
    assert [each.reason for each in found.faults] == ["share-commitment"]
    assert "place 3" in found.faults[0].text


def test_words_that_are_not_in_the_file_are_missed() -> None:
    """PROOF-141."""
    archive = judged()
    bare = archive._replace(file=replace(archive.file, words=()))
    found = open_period(bare, [given(archive, 1), given(archive, 2)])
    assert [each.reason for each in found.faults] == ["words-missing"]


# --- The warrant comes first ----------------------------------------------------------------------


def without(kind: EntryType) -> bytes:
    """The archive file without the entries of a type."""
    file = parse_archive(vault().first_day)
    frames = tuple(
        each for each in file.frames if parse_header(parse_frame(each).header).type != kind
    )
    return pack_archive(replace(file, frames=frames))


def test_nothing_is_opened_before_an_opening_was_entered() -> None:
    """NT53, PROOF-138."""
    assert reason_of(lambda: judged(without(EntryType.OPENING))) == "opening-not-entered"
    file = parse_archive(vault().first_day)
    other = pack_archive(replace(file, opening=parse_archive(vault().both_days).opening))
    assert reason_of(lambda: judged(other)) == "opening-not-entered"


def test_an_archive_file_is_judged_from_its_authority_down() -> None:
    """PROOF-138: another line, another mode, a changed frame, a journal without its beginning."""
    file = parse_archive(vault().first_day)
    stranger = found_cast(oversight=OVERSIGHT[:1]).offices[ALDER].authority
    assert reason_of(lambda: judge_archive(file, stranger)) == "other-line"
    assert reason_of(lambda: judged(pack_archive(replace(file, mode=2)))) == "other-mode"
    bent = tuple(each[:-2] + bytes((each[-2] ^ 1,)) + each[-1:] for each in file.frames)
    with pytest.raises(BackchannelError):
        judged(pack_archive(replace(file, frames=bent)))
    assert reason_of(lambda: judged(without(EntryType.SUCCESSION))) == "journal-opening"


def test_a_period_without_seals_has_nothing_to_open() -> None:
    """PROOF-139."""
    archive = judged(without(EntryType.ARCHIVE_SEAL))
    assert archive.days == ()
    assert reason_of(lambda: given(archive, 1)) == "nothing-to-open"
