"""An officer's own post-quantum signature over what he said: proven, and not proven."""

from typing import Any

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH
from tests.verifier.judging import ROOTS, refusal
from tests.verifier.making import (
    Bundle,
    Piece,
    Scene,
    altered,
    disclose,
    enter_head,
    opened,
    reply,
    set_scene,
    speak,
)

from backchannel.proof.merkle import inclusion_proof
from backchannel.proof.signoff import SignOff, body_of, sign_off
from backchannel.verifier.__main__ import verify
from backchannel.verifier.claims import NAMES
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import StatementId, statement_id
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, parse_signed

OTHERS = tuple(StatementId(bytes([n]) * 32) for n in (1, 2))
COMMON = (0, "en", *(None,) * 18)


def statement_of(scene: Scene) -> StatementId:
    """The id of what Alder said."""
    raw, _ = parse_signed(scene.books[ALDER].entries[scene.slot][2])
    return statement_id(scene.line, scene.mode, raw)


def signed(scene: Scene, *, officer: str = "first", last: int | None = None) -> SignOff:
    """A sign-off of Alder's statement and two more, by an officer's key."""
    who, keys = scene.offices[ALDER].officers[officer]
    slots = (scene.books[ALDER].no, 0, scene.slot if last is None else last)
    leaves = (OTHERS[0], statement_of(scene), OTHERS[1])
    return sign_off(keys, scene.line, who, slots=slots, statements=leaves)


def with_sign_off(scene: Scene, said: SignOff, by: int = ALDER, **changes: Any) -> Bundle:
    """The disclosure of Alder's statement with a sign-off beside it; `changes` are of its
    statement."""
    values = (*COMMON, *body_of(said))
    usual: dict[str, Any] = {"kind": Kind.SIGN_OFF, "category": 5}
    payload, _ = scene.state(by, values, **{**usual, **changes})
    book = scene.books[by]
    entry = book.write(payload, EntryType.STATEMENT)
    bundle = disclose(scene)
    beside = opened(entry, 21, 22, 23, 24, values=values)
    path: Piece = (8, entry, 1, inclusion_proof([*OTHERS[:1], statement_of(scene), OTHERS[1]], 1))
    entries = [*bundle.of(3), book.piece(-1)]
    return bundle.having(3, *entries).having(4, *bundle.of(4), beside).having(8, path)


def told(bundle: Bundle) -> dict[str, str]:
    """The claims that are not proven, each with its reason; that of the sign-off is among all."""
    _, report, _ = verify(bundle.pack(), ROOTS)
    claims = report["claims"]
    assert isinstance(claims, list)
    assert [each["claim"] for each in claims] == [*NAMES, "sign-off"]
    return {each["claim"]: each["reason"] for each in claims if each["reason"]}


def usual() -> tuple[Scene, Bundle]:
    """Alder's statement, acknowledged, and signed off by its officer."""
    scene = reply(speak(set_scene()))
    return scene, with_sign_off(scene, signed(scene))


def test_a_statement_that_its_officer_has_signed_off() -> None:
    """PROOF-99: a claim more, and all are proven."""
    _, bundle = usual()
    assert told(bundle) == {}
    code, _, text = verify(bundle.pack(), ROOTS, ["sign-off"])
    assert code == 0 and "sign-off     PROVEN" in text
    assert "first with ML-DSA-44, among 3 statements" in text


def test_without_it_there_is_no_such_claim_and_to_ask_is_not_to_get_it() -> None:
    """PROOF-99."""
    _, bundle = usual()
    code, report, _ = verify(bundle.having(8).pack(), ROOTS, ["sign-off"])
    assert code == 1
    claims = report["claims"]
    assert isinstance(claims, list) and [each["claim"] for each in claims] == list(NAMES)


def test_pieces_of_it_that_lack_or_differ() -> None:
    """PROOF-99: its entry, its fields, its way to the root."""
    scene = reply(speak(set_scene()))
    said = signed(scene)
    bundle = with_sign_off(scene, said)
    ((_, entry, index, path),) = bundle.of(8)
    own, beside = bundle.of(3)[-1], bundle.of(4)[-1]
    assert told(bundle.without(own)) == {"fields": "fields", "sign-off": "entry-missing"}
    assert told(bundle.without(beside)) == {"sign-off": "no-fields"}
    values = (*COMMON, *body_of(said))
    for labels in ((21, 22, 23), (22, 23, 24), ()):
        fewer = opened(entry, *labels, values=values)
        changed = bundle.having(4, bundle.of(4)[0], fewer)
        assert told(changed) == {"sign-off": "no-fields"}
    for wrong in ((8, entry, 0, path), (8, entry, 1, path[:-1]), (8, entry, 3, path)):
        assert told(bundle.having(8, wrong)) == {"sign-off": "inclusion"}
    assert told(bundle.having(8, (8, scene.books[ALDER].head(scene.slot)[2], index, path))) == {
        "sign-off": "no-sign-off"
    }
    foreign = (8, b"n" * 32, index, path)
    assert told(bundle.having(8, foreign)) == {"sign-off": "entry-missing"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s: replace(signed(s), signature=altered(signed(s).signature)), "bad-signature"),
        (lambda s: replace(signed(s), first=1), "bad-signature"),
        (lambda s: replace(signed(s), count=4), "bad-signature"),
        (lambda s: replace(signed(s), count=2), "inclusion"),
        (lambda s: replace(signed(s), root=b"r" * 32), "inclusion"),
        (lambda s: signed(s, last=s.slot - 1), "not-covered"),
        (lambda s: replace(signed(s), no=17), "not-covered"),
        (lambda s: replace(signed(s), first=s.slot + 1, last=99), "not-covered"),
        (lambda s: replace(signed(s), signature=bytes(3309)), "signature-length"),
    ],
)
def test_a_sign_off_that_says_something_else(change: Any, reason: str) -> None:
    """PROOF-97, PROOF-99."""
    scene = reply(speak(set_scene()))
    assert told(with_sign_off(scene, change(scene))) == {"sign-off": reason}


def test_another_officers_sign_off_is_not_his() -> None:
    """PROOF-99: nor one in another party's name, or of two."""
    scene = set_scene()
    scene.offices[ALDER].enrol_officer("second")
    scene = reply(speak(enter_head(scene)))
    by_second = with_sign_off(scene, signed(scene, officer="second"), officers=("second",))
    assert told(by_second) == {"sign-off": "not-signed-off"}
    two = with_sign_off(scene, signed(scene), officers=("first", "second"))
    assert told(two) == {"sign-off": "no-sign-off"}
    by_birch = with_sign_off(scene, signed(scene), by=BIRCH)
    assert told(by_birch) == {"sign-off": "other-mode"}


def test_the_key_of_another_says_nothing() -> None:
    """PROOF-99: the words are his, the post-quantum signature is not."""
    scene = set_scene()
    scene.offices[ALDER].enrol_officer("second")
    scene = reply(speak(enter_head(scene)))
    who, _ = scene.offices[ALDER].officers["first"]
    _, keys = scene.offices[ALDER].officers["second"]
    slots = (scene.books[ALDER].no, 0, scene.slot)
    leaves = (OTHERS[0], statement_of(scene), OTHERS[1])
    false = sign_off(keys, scene.line, who, slots=slots, statements=leaves)
    assert told(with_sign_off(scene, false)) == {"sign-off": "bad-signature"}


def test_what_is_no_piece_8_is_refused() -> None:
    """PROOF-30, PROOF-99."""
    _, bundle = usual()
    ((_, entry, index, path),) = bundle.of(8)
    for bad, reason in (
        ((8, entry, index), "disclosure-piece"),
        ((8, entry, index, b""), "disclosure-piece"),
        ((8, entry[:31], index, path), "hash-length"),
        ((8, entry, -1, path), "count-range"),
        ((8, entry, index, (*path, b"x")), "hash-length"),
    ):
        assert refusal(bundle.having(8, bad).pack()) == reason
    twice = bundle.having(8, *bundle.of(8), *bundle.of(8))
    assert refusal(twice.pack()) == "disclosure-twice"


def test_an_exercise_is_signed_off_as_one() -> None:
    """PROOF-97: the ids in the tree are those of the mode."""
    scene = reply(speak(set_scene(Mode.EXERCISE)))
    bundle = with_sign_off(scene, signed(scene))
    assert told(bundle) == {}
