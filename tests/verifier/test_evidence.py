"""First entries, payloads and cosigners that prove nothing, each with its reason."""

from dataclasses import replace
from typing import Any

import pytest
from tests.cast import ALDER, BIRCH, seed
from tests.verifier.judging import own_reasons
from tests.verifier.making import (
    Book,
    Bundle,
    Scene,
    disclose,
    disclosed,
    set_scene,
    usual,
    usual_scene,
)

from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import CredentialId
from backchannel.wire.payload import Countersign, Opening, pack_countersign, pack_opening
from backchannel.wire.signing import Mode


def opened_by(scene: Scene, payload: bytes, kind: int = EntryType.SUCCESSION) -> Bundle:
    """A disclosure of Alder's journal with another first entry."""
    alder = scene.books[ALDER]
    alder.entries.clear()
    alder.write(payload, kind, scene.both_heads())
    return disclosed(scene)


def test_a_journal_that_nothing_opens() -> None:
    """PROOF-46, RECORD-4."""
    scene = set_scene()
    alder = scene.books[ALDER]
    opening = alder.entries[0][2]
    assert own_reasons(opened_by(scene, b"\x80", EntryType.RECEIPT))["entry"] == "first-entry"
    late = pack_countersign(Countersign(alder.head()[2], ()))
    assert own_reasons(opened_by(set_scene(), late))["entry"] == "first-entry"
    assert own_reasons(opened_by(set_scene(), opening, EntryType.RECEIPT))["entry"] == "first-entry"


def test_a_journal_opened_by_nobody_who_may() -> None:
    """PROOF-46, RECORD-4: by an officer's credential, or one that was never issued."""
    for who, reason in (
        (set_scene().offices[ALDER].officers["first"][0], "not-a-station"),
        (CredentialId(bytes(32)), "unknown-credential"),
    ):
        payload = pack_opening(Opening(seed("nonce 16")[:16], who, "founding", ()))
        assert own_reasons(opened_by(set_scene(), payload))["entry"] == reason


def test_a_journal_of_no_party() -> None:
    """PROOF-46, RECORD-4."""
    scene = set_scene()
    scene.books[ALDER].no += 2
    assert own_reasons(opened_by(scene, scene.books[BIRCH].entries[0][2]))["entry"] == (
        "party-unknown"
    )


def test_a_first_entry_withheld_or_two_of_them() -> None:
    """PROOF-46: with two, no header of the journal stands."""
    bundle = usual()
    first = bundle.of(3)[0]
    assert own_reasons(bundle.without(first))["entry"] == "first-entry-missing"
    twin = replace(set_scene().books[ALDER], entries=[])
    opening = Opening(bytes(16), twin.credential, "founding", ())
    twin.write(pack_opening(opening), EntryType.SUCCESSION)
    twice = bundle.having(3, *bundle.of(3), twin.piece(0))
    assert own_reasons(twice)["entry"] == "journal-twice"


@pytest.mark.parametrize("at", [0, 2])
def test_a_payload_withheld(at: int) -> None:
    """PROOF-43, PROOF-46."""
    bundle = usual()
    entries = bundle.of(3)
    entries[at] = (*entries[at][:3], None)
    found = own_reasons(bundle.having(3, *entries))
    assert found["statement" if at else "entry"] == "payload-missing"


def test_an_entry_that_is_no_statement() -> None:
    """PROOF-43."""
    scene = usual_scene()
    bundle = disclose(scene)
    other = scene.books[ALDER]
    found = own_reasons(replace(bundle, place=other.head(0)))
    assert found["statement"] == "no-statement"


def test_the_head_names_another_slot() -> None:
    """PROOF-43: place and id belong together."""
    no, seq, entry = usual().place
    for place in ((no + 16, seq, entry), (no, seq + 1, entry)):
        assert own_reasons(replace(usual(), place=place))["statement"] == "statement-missing"


def cosigned_by(cosigner: Book) -> dict[str, str]:
    """What is wrong when this station cosigns in place of Birch's."""
    scene = usual_scene()
    alder = scene.books[ALDER]
    size = scene.slot + 1
    return own_reasons(disclose(scene).having(5, alder.checkpoint(size, alder, cosigner)))


def test_a_cosigner_that_nobody_knows() -> None:
    """PROOF-48, PROOF-53: a credential that was never issued, or another's key."""
    birch = set_scene().books[BIRCH]
    alder = set_scene().books[ALDER]
    for cosigner, reason in (
        (replace(birch, credential=CredentialId(bytes(32))), "unknown-credential"),
        (replace(birch, keys=alder.keys), "bad-signature"),
    ):
        assert cosigned_by(cosigner) == {"place": reason, "post-quantum": reason}


def test_a_cosigner_of_another_mode() -> None:
    """PROOF-49, PROOF-53: a station of EXERCISE says nothing of a REAL journal."""
    scene = set_scene()
    office = scene.offices[BIRCH]
    keys = office.enrol_station(Mode.EXERCISE)
    drill = replace(scene.books[BIRCH], keys=keys, credential=office.authority.granted[16 * 9 + 1])
    bundle = disclosed(scene)
    alder = scene.books[ALDER]
    size = scene.slot + 1
    found = own_reasons(bundle.having(5, alder.checkpoint(size, alder, drill)))
    assert found == {"place": "not-a-station", "post-quantum": "not-a-station"}


def test_a_statement_with_more_signatures_than_signers() -> None:
    """PROOF-43, RECORD-90."""
    scene = set_scene()
    alder, birch = scene.books
    birch.write(b"\x80", EntryType.RECEIPT, (alder.head(),))
    value: Any = decode(scene.state(ALDER)[0])
    alder.write(encode((value[0], value[1] * 2)), EntryType.STATEMENT, (birch.head(),))
    scene.slot = 1
    assert own_reasons(disclose(scene))["statement"] == "bad-signature"


def test_a_journal_that_names_no_head_of_its_office() -> None:
    """PROOF-42: then nobody knows by which mandates to judge."""
    scene = set_scene()
    alder = scene.books[ALDER]
    alder.entries.clear()
    alder.open()
    assert own_reasons(disclosed(scene))["authority"] == "no-head"
