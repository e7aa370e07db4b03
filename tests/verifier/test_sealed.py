"""Archives in a span: for whom days were sealed, who had one opened, and each way to break it."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, NOW
from tests.holders import DAY, ORDER, enrolled, overseen, share, warrant
from tests.verifier.making import enter_head, set_scene
from tests.verifier.spans import NAMES, SpanBundle, Talk, judged, note_of, piece_at, span_of

from backchannel.wire.archive import (
    ArchiveOpening,
    Circle,
    Role,
    Seal,
    Wrapped,
    order_values,
    pack_archive_opening,
    pack_seal,
)
from backchannel.wire.entry import EntryType
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

OVERSIGHT = (overseen(ALDER), overseen(BIRCH, trustees=0))
TRUSTEES = Circle(Role.TRUSTEE, 2, tuple(share("Alder", f"trustee {n}") for n in (1, 2, 3)))
KEEPER = Circle(Role.CUSTODIAN, 1, (share("Alder", "keeper"),))
SEALED = Seal(1, DAY, bytes(32), (TRUSTEES, KEEPER), (Wrapped(16, 1, bytes(48)),))


def overseen_talk(trustees: tuple[int, ...] = (1, 2), **changes: Any) -> tuple[Talk, list[Any]]:
    """A talk on a line with trustees, some of whom Alder's office has enrolled, and these."""
    talk = Talk(set_scene(oversight=OVERSIGHT))
    signers = enrolled(talk.scene, ALDER, *trustees, **changes)
    enter_head(talk.scene)
    return talk.talk(), signers


def put(talk: Talk, payload: bytes, kind: EntryType) -> Talk:
    """Alder's station enters something."""
    talk.scene.books[ALDER].write(payload, kind)
    return talk


def sealed_in(*seals: Seal) -> SpanBundle:
    """A span in which a day is sealed."""
    talk, _ = overseen_talk()
    for each in seals:
        put(talk, pack_seal(each), EntryType.ARCHIVE_SEAL)
    return span_of(talk.minute())


def opened_in(made: Callable[[Talk, list[Any]], ArchiveOpening], **changes: Any) -> SpanBundle:
    """A span in which an archive is opened."""
    talk, signers = overseen_talk(**changes)
    put(talk, pack_archive_opening(made(talk, signers)), EntryType.OPENING)
    return span_of(talk.minute())


def faults(bundle: SpanBundle, *claims: str) -> dict[str, tuple[str, str]]:
    """The claims that are not proven by themselves, of a span that makes these too."""
    return judged(bundle, names=(*NAMES, *claims))


def usual_archive() -> SpanBundle:
    """A span in which a day is sealed twice and opened, all as it should be."""
    talk, signers = overseen_talk()
    put(talk, pack_seal(SEALED), EntryType.ARCHIVE_SEAL)
    put(talk, pack_seal(replace(SEALED, n=2)), EntryType.ARCHIVE_SEAL)
    opening = pack_archive_opening(warrant(talk.scene, signers))
    return span_of(put(talk, opening, EntryType.OPENING).minute())


def test_what_was_sealed_and_opened_is_told() -> None:
    """PROOF-188, PROOF-189: for whom, and by whom for what."""
    bundle = usual_archive()
    assert faults(bundle, "sealed", "opened") == {}
    first, second = note_of(bundle, "sealed")
    assert first == (
        "journal 16, slot 2: seal 1 of Alder, 2026-11-22, words of 1 entries, for 2 of 3 trustees "
        "and 1 of 1 custodians"
    )
    assert second.startswith("journal 16, slot 3: seal 2 of Alder")
    assert note_of(bundle, "opened") == [
        "journal 16, slot 4: Alder opened the words of 2026-11-21 to 2026-11-22, fields 12, 21, "
        "ordered by trustee 1, trustee 2: Committee on oversight, 2026-11"
    ]


def test_a_span_without_an_archive_claims_nothing_of_one() -> None:
    """PROOF-188: the types of entries are signed, so none can be left out."""
    talk, _ = overseen_talk()
    assert judged(span_of(talk.minute())) == {}


def test_a_stretch_that_begins_later_counts_from_its_first_seal() -> None:
    """PROOF-188."""
    talk, _ = overseen_talk()
    put(talk, pack_seal(SEALED), EntryType.ARCHIVE_SEAL).minute()
    put(talk, pack_seal(replace(SEALED, n=2)), EntryType.ARCHIVE_SEAL)
    put(talk, pack_seal(replace(SEALED, n=3)), EntryType.ARCHIVE_SEAL).minute()
    assert faults(span_of(talk, 0), "sealed") == {}
    put(talk, pack_seal(replace(SEALED, n=5)), EntryType.ARCHIVE_SEAL).minute()
    assert faults(span_of(talk, 0), "sealed")["sealed"][0] == "seal-number"


SEALS: list[tuple[str, dict[str, Any], str]] = [
    ("the second seal comes first", {"n": 2}, "seal-number"),
    ("a reader more", {"circles": (
        TRUSTEES._replace(shares=(*TRUSTEES.shares, share("Birch", "keeper"))),
        KEEPER,
    )}, "seal-holders"),
    ("one opens alone", {"circles": (TRUSTEES._replace(threshold=1), KEEPER)}, "seal-holders"),
    ("no custodian", {"circles": (TRUSTEES,)}, "seal-holders"),
    ("words that are not there yet", {"wraps": (Wrapped(16, 2, bytes(48)),)}, "seal-slots"),
    ("words that nobody showed it", {"wraps": (Wrapped(17, 9, bytes(48)),)}, "seal-slots"),
    ("words of a journal unknown", {"wraps": (Wrapped(99, 0, bytes(48)),)}, "seal-slots"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "reason"), [each[1:] for each in SEALS],
                         ids=[each[0] for each in SEALS])  # fmt: skip
def test_a_seal_that_is_not_what_the_charter_wants(changes: dict[str, Any], reason: str) -> None:
    """PROOF-188, RECORD-117, RECORD-118: and the entry is named."""
    found = faults(sealed_in(replace(SEALED, **changes)), "sealed")
    assert {name: why for name, (why, _) in found.items()} == {"sealed": reason}
    assert found["sealed"][1].startswith("journal 16, slot 2: ")


def test_a_seal_without_its_payload_or_of_no_shape() -> None:
    """PROOF-188, PROOF-130."""
    bundle = sealed_in(SEALED)
    piece = piece_at(bundle, 16, 2)
    bare = bundle.swapped(piece, (*piece[:3], None))
    assert faults(bare, "sealed")["sealed"][0] == "payload-missing"
    talk, _ = overseen_talk()
    none = span_of(put(talk, b"\x80", EntryType.ARCHIVE_SEAL).minute())
    assert faults(none, "sealed")["sealed"][0] == "seal-shape"


def by(talk: Talk, signers: list[Any], **changes: Any) -> ArchiveOpening:
    """A warrant of these signers."""
    return warrant(talk.scene, signers, **changes)


def by_an_officer(talk: Talk, signers: list[Any]) -> ArchiveOpening:
    """One that an officer has signed in the place of a trustee."""
    credential, keys = talk.scene.offices[ALDER].officers["first"]
    return by(talk, [(credential, keys.secret), signers[0]])


def ordering(**changes: Any) -> Callable[[Talk, list[Any]], ArchiveOpening]:
    """A warrant that orders something else."""
    values = order_values(ORDER._replace(**changes))
    return lambda talk, signers: by(talk, signers, values=values)


OPENINGS: list[tuple[str, Callable[[Talk, list[Any]], ArchiveOpening], str]] = [
    ("one alone", lambda talk, signers: by(talk, signers[:1]), "too-few-holders"),
    ("an officer in a trustee's place", by_an_officer, "not-a-holder"),
    ("signed in an exercise", lambda talk, signers: by(talk, signers, mode=Mode.EXERCISE),
     "bad-signature"),
    ("no warrant", lambda talk, signers: by(talk, signers, kind=Kind.NOTICE), "warrant-shape"),
    ("other words", lambda talk, signers: by(talk, signers, croot=bytes(32)), "warrant-content"),
    ("a signature short", lambda talk, signers: replace(
        made := by(talk, signers), signatures=made.signatures[:1]), "warrant-signatures"),
    ("days that run back", ordering(first=DAY, last=DAY - 1), "warrant-days"),
    ("a day beyond all", ordering(last=2**32), "archive-day"),
    ("labels that run back", ordering(labels=(21, 12)), "warrant-labels"),
    ("no purpose", ordering(purpose=""), "warrant-purpose"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "reason"), [each[1:] for each in OPENINGS],
                         ids=[each[0] for each in OPENINGS])  # fmt: skip
def test_an_opening_whose_warrant_does_not_hold(make: Any, reason: str) -> None:
    """PROOF-189, PROOF-137: and the entry is named."""
    found = faults(opened_in(make), "opened")
    assert {name: why for name, (why, _) in found.items()} == {"opened": reason}
    assert found["opened"][1].startswith("journal 16, slot 2: ")


@pytest.mark.parametrize(
    ("changes", "reason"), [({"until": NOW}, "expired"), ({"since": NOW + 900}, "not-yet-valid")]
)
def test_mandates_of_trustees_end(changes: dict[str, int], reason: str) -> None:
    """PROOF-137."""
    assert faults(opened_in(by, **changes), "opened")["opened"][0] == reason


def test_a_trustee_who_was_enrolled_later_has_ordered_nothing() -> None:
    """PROOF-137: as of the head that the opening's journal names."""
    talk, _ = overseen_talk(())
    signers = enrolled(talk.scene, ALDER, 1, 2)
    opening = pack_archive_opening(warrant(talk.scene, signers))
    bundle = span_of(put(talk, opening, EntryType.OPENING).minute())
    assert faults(bundle, "opened")["opened"][0] == "unknown-credential"


def test_an_opening_of_no_shape() -> None:
    """PROOF-136."""
    talk, _ = overseen_talk()
    bundle = span_of(put(talk, b"\x80", EntryType.OPENING).minute())
    assert faults(bundle, "opened")["opened"][0] == "opening-shape"
