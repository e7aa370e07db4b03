"""Make vectors/proof/disclosures.json and evidence.json: whole files, each with its verdicts.

    python -m tests.verifier.make_vectors

ML-DSA draws chance, so each run gives other bytes with the same verdicts. What each case must come
to is written here by hand, from the page: the verifier is not asked.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec.structs import replace as changed
from tests.cast import ALDER, BIRCH, NAMES, root_keys
from tests.verifier.accusing import Brief, lying_scene, of_pair, propose
from tests.verifier.judging import RESTS
from tests.verifier.making import (
    VALUES,
    Bundle,
    altered,
    disclose,
    opened,
    reply,
    set_scene,
    speak,
    usual,
    usual_scene,
)
from tests.verifier.test_charges import MAKERS, honest
from tests.verifier.test_signoffs import signed, with_sign_off

from backchannel.wire.files import parse_file
from backchannel.wire.keys import fingerprint
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

FOLDER = Path(__file__).parents[2] / "vectors" / "proof"
FIELDS = {
    "objects": "places in the list of all objects: those of the file, in order (RECORD-111)",
    "cut": "how many bytes are missing at the end of the file",
    "roots": "the fingerprints that the reader brings, by the names in the list of roots",
    "result": "judged, or the reason for which the whole file is refused",
    "verdicts": "of each claim the reason for which it is not proven, empty where it is proven",
}


class Case(NamedTuple):
    """A file, what the reader brings, and what must become of it: a refusal, or of each claim that
    is not proven by itself the reason. `claim` is the one that only such a file
    makes."""

    name: str
    clause: str
    raw: bytes
    faults: Mapping[str, str] | str = MappingProxyType({})
    roots: tuple[str, ...] = ("Alder", "Birch")
    cut: int = 0
    claim: str = ""


# --- Disclosures ----------------------------------------------------------------------------------


def proven() -> Iterator[Case]:
    """Yield files of which every claim holds that they can make."""
    yield Case("a message and its acknowledgement", "PROOF-31", usual().pack())
    yield Case("the same in an exercise", "PROOF-45", usual(Mode.EXERCISE).pack())
    read_back = disclose(reply(speak(set_scene()), Kind.READBACK))
    yield Case("a message that was read back", "PROOF-50", read_back.pack())
    one = disclose(usual_scene(), 21)
    yield Case("one field alone", "PROOF-47", one.pack())


def lacking() -> Iterator[Case]:
    """Yield files without a piece, and readers without roots."""
    bundle = usual()
    for kind, clause, faults in (
        (4, "PROOF-47", {"fields": "no-fields"}),
        (5, "PROOF-48", {"place": "no-checkpoint", "post-quantum": "no-checkpoint"}),
        (6, "PROOF-48", {"place": "no-checkpoint", "post-quantum": "no-checkpoint"}),
    ):
        yield Case(f"without piece {kind}", clause, bundle.having(kind).pack(), faults)
    unanswered = disclose(speak(set_scene()))
    yield Case("nobody answered", "PROOF-50", unanswered.pack(), {
        "receipts": "no-receipt", "time": "no-time-after",
    })  # fmt: skip
    none = {"charter": "roots-not-given"}
    yield Case("a reader without roots", "PROOF-41", bundle.pack(), none, ())
    yield Case("a reader with the roots of one", "PROOF-41", bundle.pack(), none, ("Alder",))


def changed_fields() -> Iterator[Case]:
    """Yield files in which an opened field is another (NT41)."""
    bundle = usual()
    (_, entry, (_, (label, salt, value)), commitments) = bundle.of(4)[0]
    for name, row in (
        ("another value", (label, salt, f"{value} ")),
        ("another salt", (label, altered(salt), value)),
        ("another label", (label - 1, salt, value)),
        ("a label beyond the last", (label + 1, salt, value)),
    ):
        made = bundle.having(4, (4, entry, (row,), commitments))
        yield Case(name, "PROOF-47", made.pack(), {"fields": "fields"})
    other = opened(entry, 21, values=(*VALUES[:-1], "We attack."))
    yield Case("other words, well committed", "PROOF-47", bundle.having(4, other).pack(), {
        "fields": "fields",
    })  # fmt: skip


def changed_places() -> Iterator[Case]:
    """Yield files whose seals and proofs are others' (NT42)."""
    scene = usual_scene()
    bundle, (alder, birch) = disclose(scene), scene.books
    seq, size = scene.slot, scene.slot + 1
    (_, _, _, _, path) = birch.path(seq, size)
    both = {"place": "inclusion", "post-quantum": "inclusion"}
    foreign = bundle.having(6, (6, alder.no, seq, size, path))
    yield Case("a proof of another journal", "PROOF-48", foreign.pack(), both)
    (_, no, _, root, (own, theirs)) = bundle.of(5)[0]
    for name, rows, faults in (
        ("its own station did not cosign", (theirs,), {"place": "no-checkpoint"}),
        ("the addressee did not cosign", (own,), {"post-quantum": "no-checkpoint"}),
        ("a cosignature altered", ((own[0], altered(own[1])), theirs), {"place": "no-checkpoint"}),
    ):
        made = bundle.having(5, (5, no, size, root, rows))
        yield Case(name, "PROOF-48", made.pack(), faults)


def changed_signatures() -> Iterator[Case]:
    """Yield files in which a signature does not hold."""
    bundle = usual()
    (_, raw, (first, second)) = bundle.of(1)[0]
    for half in (2, 3):
        false = (*second[:half], altered(second[half]), *second[half + 1 :])
        made = bundle.having(1, (1, raw, (first, false)))
        name = f"half {half - 1} of a root's signature altered"
        yield Case(name, "PROOF-41", made.pack(), {"charter": "bad-signature"})
    short = bundle.having(1, (1, raw, (first,)))
    yield Case("a party has not signed", "PROOF-41", short.pack(), {"charter": "not-in-force"})
    scene = speak(set_scene(), signing=Mode.EXERCISE)
    made = disclose(reply(scene))
    yield Case("an officer signed it for an exercise", "PROOF-43", made.pack(), {
        "statement": "bad-signature", "release": "bad-signature",
    })  # fmt: skip


def signed_off() -> Iterator[Case]:
    """Yield files that hold an officer's sign-off, true and false."""
    scene = reply(speak(set_scene()))
    said = signed(scene)
    bundle = with_sign_off(scene, said)
    ((_, entry, _, path),) = bundle.of(8)
    moved = bundle.having(8, (8, entry, 0, path))
    claim = "sign-off"
    cases: list[tuple[str, Bundle, dict[str, str]]] = [
        ("signed off by its officer", bundle, {}),
        ("at another place among the statements", moved, {claim: "inclusion"}),
        ("a sign-off that is not opened", bundle.without(bundle.of(4)[-1]), {claim: "no-fields"}),
    ]
    for name, change, reason in (
        ("a sign-off with another signature", {"signature": altered(said.signature)}, ""),
        ("a sign-off of other slots", {"first": scene.slot + 1, "last": 99}, "not-covered"),
        ("a sign-off of another tree", {"root": b"r" * 32}, "inclusion"),
    ):
        fresh = reply(speak(set_scene()))
        false = with_sign_off(fresh, changed(signed(fresh), **change))  # type: ignore[arg-type]
        cases.append((name, false, {claim: reason or "bad-signature"}))
    for name, made, faults in cases:
        yield Case(name, "PROOF-99", made.pack(), faults, claim=claim)


def refused_disclosures() -> Iterator[Case]:
    """Yield what is no disclosure."""
    bundle, raw = usual(), usual().pack()
    piece = bundle.of(6)[0]
    yield Case("cut short", "RECORD-111", raw, "file-truncated", cut=1)
    yield Case("another version", "PROOF-30", replace(bundle, version=2).pack(), "disclosure-head")
    back = replace(bundle, pieces=bundle.pieces[::-1])
    yield Case("pieces in another order", "PROOF-30", back.pack(), "disclosure-order")
    twice = replace(bundle, pieces=(*bundle.pieces, piece))
    yield Case("a piece twice", "PROOF-30", twice.pack(), "disclosure-twice")
    for number in (0, 7):
        made = replace(bundle, pieces=(*bundle.pieces, (number, b"")))
        yield Case(f"a piece {number}", "PROOF-30", made.pack(), "disclosure-piece")
    long = bundle.having(6, (*piece, 0))
    yield Case("a place too many", "PROOF-30", long.pack(), "disclosure-piece")


# --- Evidence -------------------------------------------------------------------------------------


CLAUSES = {
    "two-entries": "PROOF-85", "broken-chain": "PROOF-86", "two-roots": "PROOF-87",
    "other-root": "PROOF-88", "own-root": "PROOF-88", "office-root": "PROOF-88",
    "two-proposals": "PROOF-89", "shrinking": "PROOF-89", "seen-back": "PROOF-90",
    "seen-twice": "PROOF-90", "two-decrees": "PROOF-91", "two-leaves": "PROOF-185",
    "two-periods": "PROOF-185",
}  # fmt: skip
CLAIM = {"own-root": "other-root", "office-root": "other-root", "seen-twice": "seen-back"}
CLAIM |= {"shrinking": "two-proposals", "two-periods": "two-leaves"}
BY_KIND = {1: "two-entries", 2: "broken-chain", 3: "two-roots", 5: "two-proposals", 6: "seen-back"}
BY_KIND |= {8: "two-leaves"}


def lies() -> Iterator[Case]:
    """Yield each kind of lie, and the same without what it takes."""
    for name, clause in CLAUSES.items():
        made = MAKERS[name](lying_scene())
        claim = CLAIM.get(name, name)
        yield Case(name, clause, made.pack(), claim=claim)
        last = made.without(made.pieces[-1]).pack()
        faults = {claim: "entry-missing"}
        yield Case(f"{name}, a piece missing", clause, last, faults, claim=claim)


def innocent() -> Iterator[Case]:
    """Yield what convicts nobody, or not him who is accused."""
    for kind, claim in BY_KIND.items():
        made = honest(lying_scene(), kind)
        faults = {claim: "no-contradiction"}
        name = f"no lie, held up as {claim}"
        yield Case(name, CLAUSES[claim], made.pack(), faults, claim=claim)
    scene = lying_scene()
    made = MAKERS["two-entries"](scene)
    first, (_, raw, signature, _) = made.of(3)
    alder = replace(made, accused=scene.books[ALDER].credential)
    nobody = replace(made, accused=b"n" * 32)
    officer = replace(made, accused=scene.offices[BIRCH].officers["first"][0])
    forged = made.having(3, first, (3, raw, altered(signature), None))
    claim = "two-entries"
    for name, clause, it, faults in (
        ("another station accused", "PROOF-84", alder, {claim: "number-not-granted"}),
        ("nobody issued the credential", "PROOF-83", nobody, "unknown-credential"),
        ("an officer accused", "PROOF-83", officer, "not-a-station"),
        ("a forged entry", "PROOF-84", forged, {claim: "bad-signature"}),
    ):
        both = {"accused": faults, claim: faults} if isinstance(faults, str) else faults
        yield Case(name, clause, it.pack(), both, claim=claim)
    none = {"charter": "roots-not-given"}
    yield Case("a reader without roots", "PROOF-82", made.pack(), none, (), claim=claim)
    birch = scene.books[BIRCH]
    pair = propose(birch, 1, (birch.no, 2)), propose(birch, 1, (birch.no, 3))
    it = of_pair(scene, 3, *pair)
    faults = {"two-roots": "minute-shape"}
    name = "a proposal that cosigns nothing"
    yield Case(name, "PROOF-87", it.pack(), faults, claim="two-roots")


def refused_evidence() -> Iterator[Case]:
    """Yield what is no evidence."""
    made = MAKERS["two-entries"](lying_scene())
    changes: dict[str, tuple[Brief, str]] = {
        "another version": (replace(made, version=2), "evidence-head"),
        "no such kind": (replace(made, kind=9), "evidence-head"),
        "a party accused of a station's lie": (replace(made, accused=1), "evidence-head"),
        "the matter of another kind": (replace(made, kind=4), "evidence-head"),
        "pieces in another order": (
            replace(made, pieces=made.pieces[::-1]), "disclosure-order",
        ),
        "a piece of a disclosure alone": (
            made.having(4, (4, b"e" * 32, (), (b"c" * 32,))), "disclosure-piece",
        ),
        "a piece twice": (made.having(3, *made.of(3), made.of(3)[0]), "disclosure-twice"),
    }  # fmt: skip
    for name, (other, reason) in changes.items():
        yield Case(name, "PROOF-80", other.pack(), reason)
    yield Case("cut short", "RECORD-111", made.pack(), "file-truncated", cut=1)


# --- Writing --------------------------------------------------------------------------------------


def document(kind: str, about: str, cases: list[Case]) -> Any:
    """The vectors of one kind of file, each object once."""
    objects: dict[bytes, int] = {}
    rows = []
    for case in cases:
        parts = parse_file(kind, case.raw)
        row: dict[str, Any] = {"name": case.name, "clause": case.clause}
        row["objects"] = [objects.setdefault(each, len(objects)) for each in parts]
        row |= {"cut": case.cut, "roots": list(case.roots)}
        row["result"] = case.faults if isinstance(case.faults, str) else "judged"
        if not isinstance(case.faults, str):
            row["verdicts"] = verdicts(case.faults, rests_of(case.claim))
        rows.append(row)
    roots = {
        name: fingerprint(None, [(key.public, key.pq_public)])
        for name in NAMES[:2]
        for key in (root_keys(name, 0),)
    }
    return {
        "about": about, "kind": f"{kind}-file", "fields": FIELDS, "roots": roots,
        "objects": [each.hex() for each in objects], "cases": rows,
    }  # fmt: skip


def rests_of(claim: str) -> dict[str, tuple[str, ...]]:
    """What each claim rests on: those of evidence for one of its claims, else of a disclosure."""
    if not claim:
        return RESTS
    if claim == "sign-off":
        return RESTS | {claim: ("statement", "entry", "fields")}
    return {"charter": (), "accused": ("charter",), claim: ("accused",)}


def verdicts(faults: Mapping[str, str], rests: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Of every claim the reason, also of those that rest on one which is not proven (PROOF-54)."""
    assert set(faults) <= set(rests)
    found: dict[str, str] = {}
    while len(found) < len(rests):
        for name, below in rests.items():
            if name not in found and set(below) <= set(found):
                missing = [each for each in below if found[each]]
                found[name] = faults.get(name) or (f"rests-on-{missing[0]}" if missing else "")
    return {name: found[name] for name in rests}


def main() -> None:
    """Write both files."""
    disclosures = [
        *proven(), *lacking(), *changed_fields(), *changed_places(), *changed_signatures(),
        *signed_off(), *refused_disclosures(),
    ]  # fmt: skip
    evidence = [*lies(), *innocent(), *refused_evidence()]
    for kind, cases, about in (
        ("disclosure", disclosures, "Whole disclosures, each with the verdict of every claim."),
        ("evidence", evidence, "Whole evidence against a key, with the verdict of its claims."),
    ):
        name = "disclosures" if kind == "disclosure" else kind
        made = json.dumps(document(kind, about, cases), indent=1)
        (FOLDER / f"{name}.json").write_text(made + "\n")


if __name__ == "__main__":
    main()
