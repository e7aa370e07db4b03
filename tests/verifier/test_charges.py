"""Evidence against a liar: each kind proven with his real keys, and not of who did not lie."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.cast import ALDER, BIRCH, NOW
from tests.verifier.accusing import (
    RECEIPT,
    Brief,
    brief,
    cosign,
    fork,
    links,
    lying_scene,
    of_pair,
    papers,
    propose,
    told,
)
from tests.verifier.judging import ROOTS
from tests.verifier.making import Piece, Scene, altered, set_scene

from backchannel.charter.events import Revoke, pack_fresh, pack_revoke
from backchannel.proof.merkle import root_of
from backchannel.verifier.__main__ import verify
from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.envelope import parse_frame
from backchannel.wire.ids import entry_id
from backchannel.wire.signing import Mode

OTHER = b"r" * 32


def id_of_frame(raw: bytes) -> bytes:
    """The id of the entry in a frame."""
    return entry_id(parse_frame(raw).header)


def two_entries(scene: Scene) -> Brief:
    """E1: slot 1 twice."""
    return of_pair(scene, 1, scene.books[BIRCH].piece(1), fork(scene))


def broken_chain(scene: Scene) -> Brief:
    """E2: slot 2 follows another slot 1 than the one shown."""
    birch = scene.books[BIRCH]
    birch.write(RECEIPT, EntryType.RECEIPT, prev=OTHER)
    return of_pair(scene, 2, birch.piece(1), birch.piece(2))


def two_roots(scene: Scene) -> Brief:
    """E3: Alder's journal at four entries, cosigned with two roots."""
    alder, birch = scene.books
    first = cosign(birch, (alder, 4, root_of(alder.leaves(4))))
    return of_pair(scene, 3, first, cosign(birch, (alder, 4, OTHER)))


def other_root(scene: Scene) -> Brief:
    """E3: Birch cosigns a root of Alder's journal that what it says to hold does not have."""
    alder, birch = scene.books
    minute = cosign(birch, (alder, 3, OTHER))
    ids = entry_id(minute[1]), birch.head(1)[2]
    return brief(
        scene, 4, (*ids, alder.no, 3), *links(alder, 3), birch.piece(1, payload=False), minute
    )


def own_root(scene: Scene) -> Brief:
    """E3: the same of its own journal: rewritten after it was sealed, or something put in late."""
    birch = scene.books[BIRCH]
    minute = cosign(birch, (birch, 2, OTHER))
    birch.write(RECEIPT, EntryType.RECEIPT)
    ids = entry_id(minute[1]), birch.head()[2]
    chain = [birch.piece(seq, payload=seq == 2) for seq in range(4)]
    return brief(scene, 4, (*ids, birch.no, 2), *chain)


def office_root(scene: Scene) -> Brief:
    """E3: the same of an authority journal, whose entries are pieces 2."""
    birch = scene.books[BIRCH]
    row = (ALDER, 2, OTHER, b"s" * 2420)
    birch.write(encode((1, OTHER, (row,))), EntryType.MINUTE)
    minute = birch.piece(-1)
    ids = entry_id(minute[1]), birch.head(0)[2]
    return brief(scene, 4, (*ids, ALDER, 2), birch.piece(0, payload=False), minute)


def number_again(scene: Scene) -> Brief:
    """E4: two proposals with one number."""
    birch = scene.books[BIRCH]
    first = propose(birch, 1, (birch.no, 2))
    return of_pair(scene, 5, first, propose(birch, 1, (birch.no, 3)))


def shrinking(scene: Scene) -> Brief:
    """E4: a proposal that reaches less far."""
    alder, birch = scene.books
    first = propose(birch, 1, (alder.no, 3))
    return of_pair(scene, 5, first, propose(birch, 2, (alder.no, 2), (birch.no, 3)))


def seen_back(scene: Scene) -> Brief:
    """E5: slot 3 of Alder's was held, and now slot 1 is the newest."""
    alder, birch = scene.books
    birch.write(RECEIPT, EntryType.RECEIPT, (alder.head(1),))
    return of_pair(scene, 6, birch.piece(1), birch.piece(2))


def seen_twice(scene: Scene) -> Brief:
    """E5: another entry in a slot that it said to hold."""
    alder, birch = scene.books
    birch.write(RECEIPT, EntryType.RECEIPT, ((alder.no, 3, OTHER),))
    return of_pair(scene, 6, birch.piece(1), birch.piece(2))


def beat(scene: Scene, *said: Any) -> Piece:
    """An opening in Birch's next entry; piece 3 of it."""
    birch = scene.books[BIRCH]
    birch.write(encode(said), EntryType.BEACON_OPENING)
    return birch.piece(-1)


def two_leaves(scene: Scene) -> Brief:
    """E6: another leaf for a place that the log has."""
    return of_pair(scene, 8, beat(scene, 3, 7, (OTHER, OTHER), ()), beat(scene, 4, 8, (OTHER,), ()))


def two_periods(scene: Scene) -> Brief:
    """E6: a second leaf for a period."""
    return of_pair(scene, 8, beat(scene, 0, 7, (OTHER,), ()), beat(scene, 1, 8, (OTHER,) * 2, ()))


def two_decrees(scene: Scene) -> Brief:
    """E7: Birch's roots sign a second entry for a slot of their journal."""
    office = scene.offices[BIRCH]
    before = office.authority
    office.enter(pack_fresh(NOW))
    kept = list(office.frames)
    office.authority = before
    office.enter(pack_fresh(NOW + 5))
    rival = office.frames[-1]
    office.frames[:] = kept
    return Brief(
        scene.line,
        7,
        BIRCH,
        (id_of_frame(kept[-1]), id_of_frame(rival)),
        (*papers(scene), (7, rival)),
    )


MAKERS: dict[str, Callable[[Scene], Brief]] = {
    "two-entries": two_entries,
    "broken-chain": broken_chain,
    "two-roots": two_roots,
    "other-root": other_root,
    "own-root": own_root,
    "office-root": office_root,
    "two-proposals": number_again,
    "shrinking": shrinking,
    "seen-back": seen_back,
    "seen-twice": seen_twice,
    "two-decrees": two_decrees,
    "two-leaves": two_leaves,
    "two-periods": two_periods,
}


def claim(found: dict[str, str]) -> str:
    """The reason of the third claim; the other two are proven."""
    charter, accused, last = found.values()
    assert (charter, accused) == ("", "")
    return last


@pytest.mark.parametrize("name", MAKERS)
def test_each_kind_of_lie_is_proven_from_the_fingerprints_alone(name: str) -> None:
    """PROOF-80 to PROOF-91, PROOF-185: with the charter, who is accused, and what he signed."""
    made = MAKERS[name](lying_scene())
    assert set(told(made, ROOTS).values()) == {""}
    code, report, text = verify(made.pack(), ROOTS)
    assert code == 0
    word = "OFFICE" if name == "two-decrees" else "REAL"
    who = "the office of Birch" if name == "two-decrees" else "station Birch one REAL of Birch"
    assert text.startswith(f"{word}: evidence against {who}") and report["mode"] == word
    assert f"{who} " in report["claims"][-1]["text"]  # type: ignore[index]


@pytest.mark.parametrize("name", MAKERS)
def test_no_piece_of_it_is_idle_but_those_of_an_innocent_office(name: str) -> None:
    """PROOF-81: without a piece that it needs nothing is proven."""
    made = MAKERS[name](lying_scene())
    for piece in made.pieces:
        of_alder = piece[0] == 2 and parse_no(piece[1]) == ALDER
        if not of_alder or name == "office-root":
            assert "" not in list(told(made.without(piece), ROOTS).values())[2:], piece[0]


def parse_no(frame: bytes) -> int:
    """Whose authority journal a frame is of."""
    return parse_header(parse_frame(frame).header).no


@pytest.mark.parametrize("name", MAKERS)
def test_without_the_roots_nothing_is_proven(name: str) -> None:
    """PROOF-82: every claim rests on the one before it."""
    found = told(MAKERS[name](lying_scene()), "")
    assert list(found.values()) == ["roots-not-given", "rests-on-charter", "rests-on-accused"]


@pytest.mark.parametrize("name", [name for name in MAKERS if name != "two-decrees"])
def test_another_station_is_not_convicted_by_it(name: str) -> None:
    """PROOF-83, PROOF-84: neither Alder's, nor a credential that nobody issued."""
    scene = lying_scene()
    made = MAKERS[name](scene)
    alder = replace(made, accused=scene.books[ALDER].credential)
    assert claim(told(alder, ROOTS)) == "number-not-granted"
    nobody = told(replace(made, accused=OTHER), ROOTS)
    assert list(nobody.values()) == ["", "unknown-credential", "unknown-credential"]
    officer = scene.offices[BIRCH].officers["first"][0]
    assert list(told(replace(made, accused=officer), ROOTS).values())[1] == "not-a-station"


@pytest.mark.parametrize("name", [name for name in MAKERS if name != "two-decrees"])
def test_a_signature_that_is_not_the_stations_convicts_nobody(name: str) -> None:
    """PROOF-84."""
    made = MAKERS[name](lying_scene())
    for entry in made.matter[:2]:
        forged = [
            (3, raw, altered(signature), payload) if entry_id(raw) == entry else piece
            for piece in made.of(3)
            for _, raw, signature, payload in (piece,)
        ]
        assert claim(told(made.having(3, *forged), ROOTS)) == "bad-signature"


def test_the_same_lie_in_a_drill_is_shown_as_one() -> None:
    """PROOF-92: the mode is the first word."""
    made = two_entries(lying_scene(Mode.EXERCISE))
    _, report, text = verify(made.pack(), ROOTS)
    assert text.startswith("EXERCISE: ") and report["mode"] == "EXERCISE"


def honest(scene: Scene, kind: int) -> Brief:
    """What an honest Birch signs, held up as if it were a lie of some kind."""
    alder, birch = scene.books
    first = propose(birch, 1, (alder.no, 2), (birch.no, 2))
    second = propose(birch, 2, (alder.no, 2), (birch.no, 3))
    if kind == 3:
        first = cosign(birch, (alder, 3, root_of(alder.leaves(3))))
        second = cosign(birch, (alder, 4, root_of(alder.leaves(4))))
    if kind == 8:
        first = beat(scene, 0, 7, (OTHER,), ())
        second = beat(scene, 1, 8, (OTHER,), ())
    if kind == 6:
        birch.write(RECEIPT, EntryType.RECEIPT, (alder.head(4),))
        first, second = birch.piece(1), birch.piece(-1)
    return of_pair(scene, kind, first, second)


@pytest.mark.parametrize("kind", [1, 2, 3, 5, 6, 8])
def test_who_did_not_lie_is_not_convicted(kind: int) -> None:
    """PROOF-85, PROOF-86, PROOF-87, PROOF-89, PROOF-90, PROOF-185: nor by naming one
    entry twice, or two in the wrong order."""
    made = honest(lying_scene(), kind)
    assert claim(told(made, ROOTS)) == "no-contradiction"
    first, second = made.matter
    for matter in ((first, first), (second, first)):
        assert claim(told(replace(made, matter=matter), ROOTS)) == "no-contradiction"


def test_an_honest_root_is_that_of_the_entries() -> None:
    """PROOF-88: of the own journal, of another's, and of an office's."""
    scene = lying_scene()
    alder, birch = scene.books
    minute = cosign(birch, (alder, 4, root_of(alder.leaves(4))))
    ids = entry_id(minute[1]), birch.head(1)[2]
    chain = (*links(alder, 3), birch.piece(1, payload=False), minute)
    made = brief(scene, 4, (*ids, alder.no, 4), *chain)
    assert claim(told(made, ROOTS)) == "no-contradiction"
    for no, size in ((alder.no, 3), (alder.no, 5), (birch.no, 4), (99, 4)):
        other = replace(made, matter=(*ids, no, size))
        assert claim(told(other, ROOTS)) == "no-contradiction"
    # A carrier that names no head of the journal says nothing about it.
    other = replace(made, matter=(ids[0], ids[0], alder.no, 4))
    assert claim(told(other, ROOTS)) == "no-contradiction"


def test_a_chain_with_a_link_missing_or_of_another_journal() -> None:
    """PROOF-88: what a root is compared with is whole, or nothing is concluded."""
    scene = lying_scene()
    made = other_root(scene)
    for lacking in range(4):
        link = scene.books[ALDER].piece(lacking, payload=False)
        assert claim(told(made.without(link), ROOTS)) == "entry-missing"


def test_entries_of_different_journals_do_not_contradict_each_other() -> None:
    """PROOF-85: a station writes several journals one after the other."""
    scene = lying_scene()
    birch = scene.books[BIRCH]
    other = replace(birch, no=birch.no + 16, entries=[])
    other.open(*scene.both_heads())
    other.write(RECEIPT, EntryType.RECEIPT)
    for kind in (1, 2, 5, 6):
        made = of_pair(scene, kind, birch.piece(1), other.piece(1))
        assert claim(told(made, ROOTS)) == "no-contradiction"


def test_two_roots_convict_across_two_journals_of_one_station() -> None:
    """PROOF-87: what the second journal says does not unsay the first."""
    scene = lying_scene()
    alder, birch = scene.books
    first = cosign(birch, (alder, 4, root_of(alder.leaves(4))))
    other = replace(birch, no=birch.no + 16, entries=[])
    other.open(*scene.both_heads())
    made = of_pair(scene, 3, first, cosign(other, (alder, 4, OTHER)))
    assert claim(told(made, ROOTS)) == ""


def test_a_payload_is_the_one_that_its_header_names() -> None:
    """PROOF-87, PROOF-89: another payload beside a signed header says nothing."""
    for make, wanted in ((two_roots, "payload-hash"), (number_again, "payload-hash")):
        made = make(lying_scene())
        first, second = made.of(3)
        swapped = (*second[:3], first[3])
        assert claim(told(made.having(3, first, swapped), ROOTS)) == wanted
        bare = (*second[:3], None)
        assert claim(told(made.having(3, first, bare), ROOTS)) == "payload-missing"


def test_what_is_no_minute_is_not_read_as_one() -> None:
    """PROOF-87, PROOF-89: nor a proposal as a cosignature, or the other way round."""
    scene = lying_scene()
    birch = scene.books[BIRCH]
    first, second = propose(birch, 1, (birch.no, 2)), propose(birch, 1, (birch.no, 3))
    assert claim(told(of_pair(scene, 3, first, second), ROOTS)) == "minute-shape"
    for kind in (3, 5):
        made = of_pair(scene, kind, birch.piece(0), birch.piece(1))
        assert claim(told(made, ROOTS)) == "no-minute"


def test_a_revoked_station_is_told_as_such() -> None:
    """PROOF-83: who held its key by then is another question, and the reader is told."""
    scene = lying_scene()
    office = scene.offices[BIRCH]
    revoke = Revoke(scene.books[BIRCH].credential, 4, None)
    office.enter(pack_revoke(revoke))
    _, report, text = verify(two_entries(scene).pack(), ROOTS)
    assert {each["verdict"] for each in report["claims"]} == {"PROVEN"}  # type: ignore[attr-defined]
    assert "its credential was revoked: key compromised" in text


def test_a_stranger_cannot_make_an_office_contradict_itself() -> None:
    """PROOF-91: a rival entry is signed by those who may sign there (NT37)."""
    made = two_decrees(lying_scene())
    ((_, rival),) = made.of(7)
    frame = list(decode(rival))  # type: ignore[arg-type]
    (signer,) = frame[2]
    for place in (1, 2):
        row = list(signer)
        row[place] = altered(row[place])
        forged = encode((*frame[:2], (tuple(row),), *frame[3:]))
        assert claim(told(made.having(7, (7, forged)), ROOTS)) == "bad-signature"
    other = replace(made, accused=ALDER)
    assert claim(told(other, ROOTS)) == "no-contradiction"
    first, _ = made.matter
    same = made.having(7, (7, made.of(2)[-1][1]))
    assert claim(told(replace(same, matter=(first, first)), ROOTS)) == "no-contradiction"


def test_an_honest_scene_has_no_evidence_in_it() -> None:
    """PROOF-85: any two entries of an honest journal, held up against each other."""
    scene = set_scene()
    birch = scene.books[BIRCH]
    for _ in range(4):
        birch.write(RECEIPT, EntryType.RECEIPT)
    pieces: list[Piece] = [birch.piece(seq) for seq in range(5)]
    for first in pieces:
        for second in pieces:
            for kind in (1, 2):
                if first != second:
                    made = of_pair(scene, kind, first, second)
                    assert claim(told(made, ROOTS)) == "no-contradiction"
