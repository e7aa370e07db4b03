"""Amendments that a stranger is shown: what keeps an entry out, and what leaves it without effect.

Alder's office enters them with true signatures of all roots, old and new.
"""

from typing import Any

import pytest
from msgspec.structs import replace as changed
from tests.cast import ALDER, BIRCH, NAMES, NOW, POLICY, make_charter, root_keys, seed
from tests.verifier.judging import ROOTS, own_reasons
from tests.verifier.making import Bundle, Scene, disclosed, set_scene

from backchannel.charter.charter import Charter, pack_charter
from backchannel.charter.events import pack_amendment
from backchannel.charter.signatures import sign_charter, sign_hybrid
from backchannel.verifier.__main__ import verify
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType, Head, Header, pack_header
from backchannel.wire.ids import payload_hash
from backchannel.wire.signing import Context, Mode, Purpose


def amended(scene: Scene, **changes: Any) -> bytes:
    """The payload of an amendment that all roots have signed; `changes` are fields of it."""
    charter, _ = make_charter()
    usual: Charter = changed(charter, predecessor=scene.line, nonce=seed("second")[:16])
    raw = pack_charter(changed(usual, **changes))
    signatures = (
        sign_charter(scene.line, raw, party=party, root=0, keys=root_keys(name, 0))
        for party, name in enumerate(NAMES[:2])
    )
    return pack_amendment(raw, tuple(signatures))


def entered(scene: Scene, payload: bytes, *seen: Head) -> None:
    """Alder's office enters an amendment in which it cites what it has seen."""
    office = scene.offices[ALDER]
    authority = office.authority
    header = Header(
        ALDER,
        authority.seq + 1,
        authority.head,
        tuple(sorted(seen)),
        NOW,
        0,
        EntryType.AMENDMENT,
        payload_hash(payload),
    )
    raw = pack_header(header)
    context = Context(Purpose.AUTHORITY, scene.line, Mode.NONE)
    signature = ((0, *sign_hybrid(root_keys("Alder", 0), context, raw)),)
    office.frames.append(encode((1, raw, signature, payload, None, ())))


def shown(scene: Scene) -> Bundle:
    """The disclosure, Birch's office first: Alder's had seen it when it amended."""
    bundle = disclosed(scene)
    ours = len(scene.offices[ALDER].frames)
    pieces = bundle.of(2)
    return bundle.having(2, *pieces[ours:], *pieces[:ours])


def with_amendment(*beyond: int, **changes: Any) -> Bundle:
    """A disclosure in which Alder's office has amended the charter. `beyond` is how far behind the
    newest entry of Birch's office that is shown the one lies which it had seen."""
    scene = set_scene()
    payload = amended(scene, **changes)
    no, seq, entry = scene.head_of_office(BIRCH)
    more = sum(beyond)
    entered(scene, payload, (no, seq + more, entry))
    return shown(scene)


def notes(bundle: Bundle) -> list[str]:
    """What is told besides the claim *authority*."""
    _, report, _ = verify(bundle.pack(), ROOTS)
    (found,) = (c for c in report["claims"] if c["claim"] == "authority")  # type: ignore[attr-defined]
    return list(found["notes"])


def test_an_amendment_that_all_roots_signed_stands() -> None:
    """CHARTER-45, PROOF-42: nothing is told against it."""
    bundle = with_amendment()
    assert own_reasons(bundle) == {} and notes(bundle) == []


def test_an_amendment_whose_writer_had_seen_more_than_is_shown() -> None:
    """PROOF-42, RECORD-13: it takes no slot, so the journal ends there."""
    assert own_reasons(with_amendment(1)) == {"authority": "amendment-too-early"}
    scene = set_scene()
    no, seq, _ = scene.head_of_office(BIRCH)
    entered(scene, amended(scene), (no, seq, b"h" * 32))
    assert own_reasons(shown(scene)) == {"authority": "amendment-too-early"}


def in_other_order(charter: Charter) -> dict[str, Any]:
    """The parties the other way round."""
    return {"parties": charter.parties[::-1]}


def renamed(charter: Charter) -> dict[str, Any]:
    """The second party under another name."""
    first, second = charter.parties
    return {"parties": (first, changed(second, name="Beech"))}


def one_party_less(charter: Charter) -> dict[str, Any]:
    """Who signs nothing more is still a party: its number is in every journal."""
    third, _ = make_charter(3)
    return {"parties": (charter.parties[0], changed(third.parties[2], name="Cedar"))}


@pytest.mark.parametrize("change", [in_other_order, renamed, one_party_less])
def test_parties_keep_their_numbers(change: Any) -> None:
    """CHARTER-23: the entry keeps its slot, without effect, and the reader is told."""
    charter, _ = make_charter()
    bundle = with_amendment(**change(charter))
    assert notes(bundle)[0].endswith("has no effect: parties-renumbered")
    assert own_reasons(bundle) == {}


def test_classes_keep_their_numbers() -> None:
    """CHARTER-23: an old statement names its class by number."""
    swapped = (POLICY.rules[1], POLICY.rules[0], *POLICY.rules[2:])
    for rules in (swapped, POLICY.rules[:-1]):
        bundle = with_amendment(policy=changed(POLICY, rules=rules))
        assert notes(bundle)[0].endswith("has no effect: classes-renumbered")
        assert own_reasons(bundle) == {}
