"""Where an entry stands, who holds it, who answered, when, and whether anybody was revoked."""

from dataclasses import replace
from typing import Any

import pytest
from tests.cast import ALDER, BIRCH, NOW
from tests.verifier.judging import own_reasons
from tests.verifier.making import (
    Book,
    Bundle,
    Piece,
    Scene,
    altered,
    disclose,
    disclosed,
    enter_head,
    reply,
    set_scene,
    speak,
    usual,
    usual_scene,
)

from backchannel.charter.events import Revoke, pack_fresh, pack_revoke
from backchannel.verifier.__main__ import verify
from backchannel.wire.codec import decode
from backchannel.wire.entry import EntryType
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind


def test_a_foreign_proof_of_the_right_length() -> None:
    """PROOF-48, NT42."""
    scene = usual_scene()
    bundle = disclose(scene)
    alder, birch = scene.books
    no, seq, size = alder.no, scene.slot, scene.slot + 1
    (_, _, _, _, path) = birch.path(seq, size)
    assert len(path) == len(alder.path(seq, size)[4])
    found = own_reasons(bundle.having(6, (6, no, seq, size, path)))
    assert found == {"place": "inclusion", "post-quantum": "inclusion"}
    for wrong in (path[:-1], (*path, bytes(32))):
        found = own_reasons(bundle.having(6, (6, no, seq, size, wrong)))
        assert found["place"] == "inclusion"


def test_a_checkpoint_that_its_own_station_did_not_cosign() -> None:
    """PROOF-48: or that holds a cosignature more which nobody made."""
    (_, no, size, root, (own, theirs)) = usual().of(5)[0]
    assert own_reasons(usual().having(5, (5, no, size, root, (theirs,)))) == {
        "place": "no-checkpoint"
    }
    false = (own[0], altered(own[1]))
    found = own_reasons(usual().having(5, (5, no, size, root, (false, theirs))))
    assert found == {"place": "bad-signature", "post-quantum": "bad-signature"}
    spare = own_reasons(usual().having(5, (5, no, size, root, (own, theirs, false))))
    assert spare == found


def test_a_party_that_cosigned_nothing() -> None:
    """PROOF-53."""
    (_, no, size, root, (own, _)) = usual().of(5)[0]
    assert own_reasons(usual().having(5, (5, no, size, root, (own,)))) == {
        "post-quantum": "no-checkpoint"
    }


def linked() -> tuple[Bundle, Piece]:
    """Birch cites Alder's later entry; the link between is a piece of its own, given apart."""
    scene = speak(set_scene())
    alder, birch = scene.books
    for _ in range(2):
        alder.write(b"\x80", EntryType.RECEIPT)
    payload, _ = scene.state(BIRCH, kind=Kind.ACK, category=5, refs=(alder.head(scene.slot)[2],))
    birch.time = alder.time
    birch.write(payload, EntryType.STATEMENT, (alder.head(),))
    scene.answer = len(birch.entries) - 1
    bundle = disclose(scene)
    (_, no, size, root, (own, _)) = bundle.of(5)[0]
    links = [alder.piece(n, payload=False) for n in (2, 3)]
    bundle = bundle.having(3, *bundle.of(3), *links).having(5, (5, no, size, root, (own,)))
    return bundle, links[0]


def test_delivery_by_links_and_a_link_withheld() -> None:
    """PROOF-49, PROOF-51."""
    bundle, link = linked()
    assert own_reasons(bundle) == {"post-quantum": "no-checkpoint"}
    found = own_reasons(bundle.without(link))
    assert (found["delivery"], found["time"]) == ("not-held", "no-time-after")
    false = [(*p[:2], altered(p[2]), p[3]) if p == link else p for p in bundle.of(3)]
    assert own_reasons(bundle.having(3, *false))["delivery"] == "not-held"


def test_delivery_shown_by_another_line() -> None:
    """PROOF-49, NT44: signed for another line, it stands in no journal."""
    bundle, _ = linked()
    scene = set_scene()
    birch = scene.books[BIRCH]
    other = replace(birch, line=bytes(32), entries=list(birch.entries))
    other.write(b"\x80", EntryType.RECEIPT, (tuple(bundle.place),))
    entries = [p for p in bundle.of(3) if decode(p[1])[1] % 16 == ALDER or decode(p[1])[2] < 2]  # type: ignore[index,operator]
    found = own_reasons(bundle.having(3, *entries, other.piece(-1, payload=False)))
    assert found["delivery"] == "not-held"


def revoked(party: int, who: str, *, reason: int = 2, last: Any = None, cited: bool) -> Bundle:
    """A disclosure whose file holds a revocation; cited by the statement's journal or not."""
    scene = set_scene()
    office = scene.offices[party]
    of = office.officers[who][0] if who != "station" else scene.books[party].credential
    office.enter(pack_revoke(Revoke(of, reason, last)))
    return disclosed(enter_head(scene) if cited else scene)


def test_a_signer_who_was_revoked() -> None:
    """PROOF-52; PROOF-44 where the statement's own head includes it (NT12)."""
    assert own_reasons(revoked(ALDER, "first", cited=False)) == {"revocation": "revoked"}
    found = own_reasons(revoked(ALDER, "first", cited=True))
    assert found == {"revocation": "revoked", "release": "revoked"}
    assert own_reasons(revoked(ALDER, "station", cited=False)) == {"revocation": "revoked"}


def test_the_word_of_a_revoked_station_does_not_count() -> None:
    """PROOF-49 to PROOF-51, NT29: neither for what came after it nor for what came before."""
    found = own_reasons(revoked(BIRCH, "station", cited=False))
    assert found["delivery"] == "not-held" and found["receipts"] == "revoked"
    assert found["time"] == "no-time-before"


def replaced(slot: int) -> Scene:
    """Birch's office replaces its station once all is said, and names its last entry."""
    scene = usual_scene()
    office, birch = scene.offices[BIRCH], scene.books[BIRCH]
    office.enter(pack_revoke(Revoke(birch.credential, 1, birch.head(slot))))
    return scene


def test_the_word_of_a_station_that_was_replaced_counts_up_to_its_last_entry() -> None:
    """PROOF-49: in that entry itself, and in one from which the links lead to it."""
    assert own_reasons(disclose(replaced(2))) == {"post-quantum": "no-checkpoint"}
    found = own_reasons(disclose(replaced(1)))
    assert found["delivery"] == "not-held" and found["receipts"] == "revoked"
    scene = usual_scene()
    birch = scene.books[BIRCH]
    birch.write(b"\x80", EntryType.RECEIPT)
    birch.write(b"\x80", EntryType.RECEIPT)
    last = Revoke(birch.credential, 1, birch.head())
    scene.offices[BIRCH].enter(pack_revoke(last))
    bundle = disclose(scene)
    assert own_reasons(bundle)["delivery"] == "not-held"
    links = [birch.piece(seq, payload=False) for seq in (3, 4)]
    whole = bundle.having(3, *bundle.of(3), *links)
    assert own_reasons(whole) == {"post-quantum": "no-checkpoint"}
    assert own_reasons(whole.without(links[0]))["receipts"] == "revoked"


def test_a_leaked_key_makes_no_receipt_in_a_slot_that_counts() -> None:
    """PROOF-49: the office named its last entry; who found the old key signs another one there."""
    scene = speak(set_scene())
    alder, birch = scene.books
    thief = replace(birch, entries=list(birch.entries))
    for _ in range(2):
        birch.write(b"\x80", EntryType.RECEIPT)
    scene.offices[BIRCH].enter(pack_revoke(Revoke(birch.credential, 1, birch.head())))
    thief.write(b"\x80", EntryType.RECEIPT, (alder.head(scene.slot),))
    forged, own = thief.piece(2, payload=False), [birch.piece(n, payload=False) for n in (2, 3)]
    bundle = disclose(scene)
    for entries, time in (((forged,), "no-time-before"), ((forged, *own), "no-time-after")):
        found = own_reasons(bundle.having(3, *bundle.of(3), *entries))
        assert (found["delivery"], found["time"]) == ("not-held", time)


def test_up_to_which_time_nobody_was_revoked() -> None:
    """PROOF-52: the newest `fresh`, or else the newest entry."""
    scene = set_scene()
    scene.offices[ALDER].enter(pack_fresh(NOW + 3_600))
    _, report, _ = verify(disclosed(scene).pack(), scene.roots())
    assert "2026-11-22T14:43:20Z, as the office says" in str(report["claims"])


def test_no_receipt_of_an_officer() -> None:
    """PROOF-50, PROOF-51."""
    bundle = disclose(speak(set_scene()))
    assert own_reasons(bundle) == {"receipts": "no-receipt", "time": "no-time-after"}


ANSWERS: list[tuple[str, dict[str, Any], str]] = [
    ("of another entry (NT30)", {"refs": (bytes(32),)}, "no-receipt"),
    ("closed, which is no receipt", {"kind": Kind.CLOSE}, "no-receipt"),
    ("signed for another mode (NT75)", {"signing": Mode.EXERCISE}, "bad-signature"),
    ("not in its class", {"category": 0}, "class-of-others"),
]


@pytest.mark.parametrize(("changes", "reason"), [a[1:] for a in ANSWERS],
                         ids=[a[0] for a in ANSWERS])  # fmt: skip
def test_an_answer_that_is_no_receipt(changes: dict[str, Any], reason: str) -> None:
    """PROOF-50."""
    bundle = disclose(reply(speak(set_scene()), **changes))
    assert own_reasons(bundle) == {"receipts": reason}


def test_an_answer_in_an_exercise_is_no_receipt_for_reality() -> None:
    """PROOF-50: Birch's exercise station entered it, in a journal of its own, duly signed."""
    scene = set_scene()
    office = scene.offices[BIRCH]
    keys = office.enrol_station(Mode.EXERCISE)
    number = 16 * 9 + BIRCH
    book = Book(scene.line, number, keys, office.authority.granted[number])
    book.open(*scene.both_heads())
    speak(scene)
    alder, birch = scene.books
    birch.write(b"\x80", EntryType.RECEIPT, (alder.head(scene.slot),))
    refs = (alder.head(scene.slot)[2],)
    payload, _ = scene.state(BIRCH, kind=Kind.ACK, category=5, refs=refs, signing=Mode.EXERCISE)
    book.write(payload, EntryType.STATEMENT)
    bundle = disclose(scene)
    pieces = (birch.piece(2, payload=False), book.piece(0), book.piece(1))
    found = own_reasons(bundle.having(3, *bundle.of(3), *pieces))
    assert found == {"receipts": "other-mode"}


def test_what_else_the_other_party_said_is_told() -> None:
    """PROOF-50."""
    scene = reply(usual_scene(), Kind.CLOSE)
    bundle = disclose(scene)
    bundle = bundle.having(3, scene.books[BIRCH].piece(2), *bundle.of(3))
    _, report, _ = verify(bundle.pack(), scene.roots())
    assert "close by first" in str(report["claims"])


def test_times_that_cross() -> None:
    """PROOF-51: two clocks of the other party that contradict each other prove nothing."""
    scene = speak(set_scene())
    scene.books[BIRCH].time -= 3_600
    assert own_reasons(disclose(reply(scene))) == {"time": "time-crossed"}


def test_a_time_before_that_is_not_shown() -> None:
    """PROOF-51."""
    link = next(p for p in usual().of(3) if p[3] is None)
    assert own_reasons(usual().without(link)) == {"time": "no-time-before"}


def test_a_time_before_by_links() -> None:
    """PROOF-51: an earlier header of the journal cites it, and the links lead to the entry."""
    scene = set_scene()
    alder, birch = scene.books
    birch.write(b"\x80", EntryType.RECEIPT, (alder.head(),))
    alder.time = birch.time
    alder.write(b"\x80", EntryType.RECEIPT, (birch.head(),))
    payload, _ = scene.state(ALDER)
    alder.write(payload, EntryType.STATEMENT)
    scene.slot, birch.time = 2, alder.time
    bundle = disclose(reply(scene))
    link = alder.piece(1, payload=False)
    assert own_reasons(bundle) == {"time": "no-time-before"}
    assert own_reasons(bundle.having(3, link, *bundle.of(3))) == {}
    false = (*link[:2], altered(link[2]), None)
    assert own_reasons(bundle.having(3, false, *bundle.of(3))) == {"time": "no-time-before"}


def test_a_list_that_names_its_own_journal_is_no_receipt() -> None:
    """PROOF-49, RECORD-6: nor one that names a journal of no party."""
    for no in (set_scene().books[BIRCH].no, 2):
        made = speak(set_scene())
        alder, birch = made.books
        payload, _ = made.state(BIRCH, kind=Kind.ACK, category=5, refs=(alder.head()[2],))
        birch.write(payload, EntryType.STATEMENT, (alder.head(), (no, 0, bytes(32))))
        made.answer = 2
        bundle = disclose(made)
        (_, journal, size, root, (own, _)) = bundle.of(5)[0]
        found = own_reasons(bundle.having(5, (5, journal, size, root, (own,))))
        assert (found["delivery"], found["time"]) == ("not-held", "no-time-after")
