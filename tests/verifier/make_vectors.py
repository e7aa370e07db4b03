"""Make vectors/proof/disclosures.json and evidence.json: whole files, each with its verdicts.

    python -m tests.verifier.make_vectors

ML-DSA draws chance, so each run gives other bytes with the same verdicts. What each case must come
to is written here by hand, from the page: the verifier is not asked.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from msgspec.structs import replace as changed
from tests.cast import ALDER, BIRCH, NOW
from tests.station.test_bracketing import changed as changed_file
from tests.station.test_bracketing import made as with_witnesses
from tests.station.test_bracketing import with_lines
from tests.verifier.accusing import Brief, lying_scene, of_pair, propose
from tests.verifier.making import (
    VALUES,
    Bundle,
    Piece,
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
from tests.verifier.test_holding import replaced, revoked
from tests.verifier.test_signoffs import signed, with_sign_off
from tests.verifier.test_silence import (
    answered,
    nobody_heard,
    silent,
    somebody_heard,
    somebody_saw,
    unheard,
)
from tests.verifier.vectoring import FOLDER, Case, document

from backchannel.charter.events import pack_fresh
from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.nonanswer import Finding
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

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
        (
            "a cosignature altered",
            ((own[0], altered(own[1])), theirs),
            dict.fromkeys(
                ("place", "post-quantum"),
                "bad-signature",
            ),
        ),
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


def changed_history() -> Iterator[Case]:
    """Yield files of what was not released, of a fork, and of who was revoked."""
    bundle, scene = usual(), usual_scene()
    alder = scene.books[ALDER]
    fork = replace(alder, entries=list(alder.entries[: scene.slot]))
    fork.write(b"\x80", EntryType.RECEIPT)
    rival = fork.piece(scene.slot, payload=False)
    unheard = disclose(speak(set_scene()))
    (_, no, size, root, (own, _)) = unheard.of(5)[0]
    gone = {"delivery": "not-held", "receipts": "revoked", "post-quantum": "no-checkpoint"}
    for name, clause, made, faults in (
        ("an entry of an office altered", "PROOF-42", broken_office(), {
            "authority": "bad-signature",
        }),
        ("of a class that is not the signer's", "PROOF-44",
         disclose(reply(speak(set_scene(), category=5))), {"release": "class-of-others"}),
        ("released in an emergency", "PROOF-44",
         disclose(reply(speak(set_scene(), precedence=1))), {"release": "emergency-release"}),
        ("a head that names another mode", "PROOF-45", replace(bundle, mode=2), {
            "mode": "other-mode",
        }),
        ("two entries in its slot", "PROOF-46", bundle.having(3, *bundle.of(3), rival), {
            "entry": "fork",
        }),
        ("nobody has said to hold it", "PROOF-49",
         unheard.having(5, (5, no, size, root, (own,))), {
            "delivery": "not-held", "receipts": "no-receipt", "time": "no-time-after",
            "post-quantum": "no-checkpoint",
        }),
        ("the station that holds it was replaced, after its answer", "PROOF-49",
         disclose(replaced(2)), {"post-quantum": "no-checkpoint"}),
        ("the station that holds it was replaced, before its answer", "PROOF-49",
         disclose(replaced(1)), gone | {"time": "no-time-after"}),
        ("a signer revoked since", "PROOF-52", revoked(ALDER, "first", cited=False), {
            "revocation": "revoked",
        }),
    ):  # fmt: skip
        yield Case(name, clause, made.pack(), faults)


def broken_office() -> Bundle:
    """A file with one entry more of Birch's office, whose signature does not hold."""
    scene = usual_scene()
    scene.offices[BIRCH].enter(pack_fresh(NOW))
    bundle = disclose(scene)
    *rest, last = bundle.of(2)
    frame: list[Any] = list(decode(last[1]))  # type: ignore[arg-type]
    ((who, one, two),) = frame[2]
    frame[2] = ((who, altered(one), two),)
    return bundle.having(2, *rest, (2, encode(tuple(frame))))


def watched() -> Iterator[Case]:
    """Yield what a station discloses with what witnesses saw, whole and in parts (PROOF-77)."""
    claim, seals = "witnessed", {"place": "no-checkpoint", "post-quantum": "no-checkpoint"}
    raw = with_witnesses()[0]
    one = with_lines(lambda note: note.signatures[:1])
    for name, made, reason in (
        ("a quorum of witnesses saw it", raw, ""),
        ("no leaf is opened", changed_file(10, lambda _: None), "no-beacon"),
        ("no checkpoint of the log", changed_file(9, lambda _: None), "no-witnesses"),
        ("one witness where two are asked for", one, "no-quorum"),
        ("a foreign path to the log", changed_file(10, with_another_path), "inclusion"),
    ):
        faults = seals | ({claim: reason} if reason else {})
        yield Case(name, "PROOF-77", made, faults, claim=claim)


def unanswered() -> Iterator[Case]:
    """Yield files with a non-answer, true and false."""
    claim, nobody = "silence-1", {"receipts": "no-receipt"}
    none = nobody | {"time": "no-time-after"}
    receipt = silent(somebody_heard(), Finding.NOT_SHOWN)
    gone = silent(nobody_heard(), Finding.NOT_DELIVERED)
    link = gone.of(3)[-2]
    for name, clause, made, faults in (
        ("not delivered", "PROOF-191", gone, none),
        ("held, not shown", "PROOF-190", receipt, nobody),
        ("shown, not acknowledged", "PROOF-190",
         silent(somebody_saw(), Finding.NOT_ACKNOWLEDGED), nobody),
        ("not delivered, and they gave a receipt", "PROOF-191",
         silent(somebody_heard(), Finding.NOT_DELIVERED), nobody | {claim: "held"}),
        ("not delivered, and an entry of theirs withheld", "PROOF-191",
         silent(unheard(nobody_heard()), Finding.NOT_DELIVERED).without(link),
         none | {claim: "life-gap"}),
        ("held, not shown, and their desk drew it", "PROOF-190",
         silent(somebody_saw(), Finding.NOT_SHOWN), nobody | {claim: "shown"}),
        ("held, not shown, and nobody held it", "PROOF-190",
         silent(nobody_heard(), Finding.NOT_SHOWN), none | {claim: "not-held"}),
        ("shown, and no entry of theirs says so", "PROOF-190",
         silent(somebody_heard(), Finding.NOT_ACKNOWLEDGED), nobody | {claim: "not-shown"}),
        ("it had the answer", "PROOF-190",
         silent(answered(somebody_heard()), Finding.NOT_SHOWN), {claim: "answered"}),
    ):  # fmt: skip
        yield Case(name, clause, made.pack(), faults, claim=claim)


def with_another_path(piece: Piece) -> Piece:
    """An opened leaf with as many other hashes."""
    return (*piece[:6], tuple(b"x" * 32 for _ in piece[6]))


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


def main() -> None:
    """Write both files."""
    disclosures = [
        *proven(), *lacking(), *changed_fields(), *changed_places(), *changed_signatures(),
        *changed_history(), *watched(), *unanswered(), *signed_off(), *refused_disclosures(),
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
