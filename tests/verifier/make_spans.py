"""Make vectors/proof/whole_spans.json: whole spans, each with the verdict of every claim.

    python -m tests.verifier.make_spans

ML-DSA draws chance, so each run gives other bytes with the same verdicts. What each case must come
to is written here by hand, from the pages: the verifier is not asked.
"""

import json
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, NOW, seed
from tests.station.watched import POLICY
from tests.verifier.beats import Beats, usual_watched, watched_of, watched_talk
from tests.verifier.making import altered, set_scene
from tests.verifier.spans import SpanBundle, piece_at, span_of, usual_span, usual_talk
from tests.verifier.test_between import ONE, dated, rewritten
from tests.verifier.test_sealed import (
    SEALED,
    by,
    by_an_officer,
    opened_in,
    ordering,
    sealed_in,
    usual_archive,
)
from tests.verifier.vectoring import FOLDER, Case, document

from backchannel.charter.events import pack_fresh
from backchannel.wire.codec import decode, encode
from backchannel.wire.signing import Mode

ABOUT = "Whole spans, each with the verdict of every claim: of minutes, of witnesses, of archives."
WATCHED, SEALS, OPENED = "witnessed clockwork", "sealed", "opened"
# PROOF-118, PROOF-188, PROOF-189; the claims that not every span makes come last.
RESTS = {
    "charter": (),
    "authority": ("charter",),
    "minutes": ("authority",),
    "complete": ("minutes",),
    "statements": ("authority",),
    "words": (),
    "post-quantum": ("complete",),
}
MORE = {
    "witnessed": ("complete",),
    "clockwork": ("witnessed",),
    "sealed": ("complete",),
    "opened": ("complete",),
}


def rests_of(claim: str) -> dict[str, tuple[str, ...]]:
    """What each claim of a span rests on that makes some claims more, told apart by blanks."""
    return RESTS | {each: MORE[each] for each in claim.split()}


def proven() -> Iterator[Case]:
    """Yield spans of which every claim holds."""
    yield Case("from the beginning of the line", "PROOF-101", usual_span(None).pack())
    yield Case("between two minutes", "PROOF-102", usual_span(0).pack())
    drill = span_of(usual_talk(Mode.EXERCISE), 0)
    yield Case("in an exercise", "PROOF-113", drill.pack())
    for name, first in (("from the beginning", None), ("between two minutes", 0)):
        watched = usual_watched(first).pack()
        yield Case(f"with a beacon, {name}", "PROOF-178", watched, claim=WATCHED)
    both = f"{SEALS} {OPENED}"
    yield Case("with an archive", "PROOF-188", usual_archive().pack(), claim=both)


def lacking() -> Iterator[Case]:
    """Yield spans without something, or with something else, and readers without roots."""
    whole = usual_span(0)
    none = {"charter": "roots-not-given"}
    yield Case("a reader without roots", "PROOF-111", whole.pack(), none, ())
    yield Case("an office's entry altered", "PROOF-112", with_a_false_decree().pack(), {
        "authority": "bad-signature",
    })  # fmt: skip
    seals = whole.of(5)[0]
    alone = whole.swapped(seals, (*seals[:4], seals[4][:1]))
    yield Case("a party has not cosigned", "PROOF-113", alone.pack(), {
        "minutes": "not-cosigned", "complete": "not-cosigned",
    })  # fmt: skip
    no, seq, _ = whole.upto
    lost = whole.without(piece_at(whole, no, seq))
    yield Case("the later minute is not there", "PROOF-113", lost.pack(), dict.fromkeys(
        ("minutes", "complete", "statements", "post-quantum"), "minute-missing",
    ) | {"words": "fields"})  # fmt: skip
    link = piece_at(whole, 17, 3)
    yield Case("an entry withheld", "PROOF-114", whole.without(link).pack(), {
        "complete": "span-gap",
    })  # fmt: skip
    entry = piece_at(whole, 17, 4)
    bare = whole.swapped(entry, (*entry[:3], None)).without(whole.of(4)[1])
    yield Case("who said something is not shown", "PROOF-115", bare.pack(), {
        "statements": "payload-missing",
    })  # fmt: skip
    fields = whole.of(4)[0]
    (language, (label, salt, _)) = fields[2]
    other = (4, fields[1], (language, (label, salt, "They are soldiers.")), fields[3])
    yield Case("other words", "PROOF-116", whole.swapped(fields, other).pack(), {
        "words": "fields",
    })  # fmt: skip


def with_a_false_decree() -> SpanBundle:
    """A span with one entry more of Birch's office, whose signature does not hold."""
    talk = usual_talk()
    talk.scene.offices[BIRCH].enter(pack_fresh(NOW))
    bundle = span_of(talk, 0)
    last = bundle.of(2)[-1]
    frame: list[Any] = list(decode(last[1]))  # type: ignore[arg-type]
    ((who, one, two),) = frame[2]
    frame[2] = ((who, altered(one), two),)
    return bundle.swapped(last, (2, encode(tuple(frame))))


def witnessed() -> Iterator[Case]:
    """Yield spans with a beacon in which something is not as witnesses saw it."""
    talk = Beats(set_scene(Mode.REAL, POLICY)).beat(*ONE)
    talk.talk().minute()
    talk.beat(*ONE).talk()
    few = watched_of(talk.beat(*ONE).minute(BIRCH))
    usual = usual_watched()
    skipped = watched_talk()
    skipped.beat(skip=3).talk()
    skipped.beat().minute()
    withheld = usual.without(piece_at(usual, 16, 5), piece_at(usual, 16, 6))
    log = usual.of(13)[0]
    cases: list[tuple[str, str, SpanBundle, dict[str, str]]] = [
        ("one witness where two are asked for", "PROOF-177", few,
         {"witnessed": "no-quorum", "clockwork": "no-quorum"}),
        ("no checkpoint of the log", "PROOF-177", usual.without(*usual.of(9)),
         {"witnessed": "no-witnesses", "clockwork": "no-witnesses"}),
        ("no log", "PROOF-177", usual.without(log),
         {"witnessed": "no-beacon", "clockwork": "no-beacon"}),
        ("another log before", "PROOF-177", usual.swapped(log, (*log[:3], (seed("x"),))),
         {"witnessed": "beacon-log", "clockwork": "beacon-log"}),
        ("an opening withheld", "PROOF-114", withheld,
         dict.fromkeys(("witnessed", "clockwork"), "beacon-number")
         | {"complete": "span-gap", "words": "fields"}),
        ("put in later by both parties", "PROOF-178",
         watched_of(rewritten(lambda made: made.talk())), {"witnessed": "beacon-root"}),
        ("entered at the end with an old time", "PROOF-179", dated(ALDER, NOW - 3_600),
         {"witnessed": "dated-back"}),
        ("a period without a leaf", "PROOF-180", watched_of(skipped),
         {"clockwork": "beacon-gap"}),
    ]  # fmt: skip
    for name, clause, bundle, faults in cases:
        yield Case(name, clause, bundle.pack(), faults, claim=WATCHED)


def archived() -> Iterator[Case]:
    """Yield spans with seals for others, and openings without a warrant that holds."""
    circles = SEALED.circles[:1]
    for name, bundle, reason in (
        ("a seal without the custodian", sealed_in(replace(SEALED, circles=circles)),
         "seal-holders"),
        ("the second seal comes first", sealed_in(replace(SEALED, n=2)), "seal-number"),
    ):  # fmt: skip
        yield Case(name, "PROOF-188", bundle.pack(), {SEALS: reason}, claim=SEALS)
    for name, make, reason in (
        ("opened by one of two", lambda talk, some: by(talk, some[:1]), "too-few-holders"),
        ("opened by an officer", by_an_officer, "not-a-holder"),
        ("opened for days that run back", ordering(first=9, last=8), "warrant-days"),
    ):
        bundle = opened_in(make)
        yield Case(name, "PROOF-189", bundle.pack(), {OPENED: reason}, claim=OPENED)


def main() -> None:
    """Write the file."""
    cases = [*proven(), *lacking(), *witnessed(), *archived()]
    made = json.dumps(document("disclosure", ABOUT, cases, rests_of), indent=1)
    (FOLDER / "whole_spans.json").write_text(made + "\n")


if __name__ == "__main__":
    main()
