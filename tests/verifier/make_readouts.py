"""Make vectors/proof/readouts.json: read-outs, quotations and findings, each with its verdicts.

    python -m tests.verifier.make_readouts

ML-DSA draws chance, so each run gives other bytes with the same verdicts. What each case must come
to is written here by hand, from the page: the verifier is not asked.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.cast import ALDER, BIRCH, NAMES, root_keys
from tests.verifier.judging import RESTS
from tests.verifier.make_vectors import FIELDS, FOLDER
from tests.verifier.making import Bundle
from tests.verifier.test_readouts import AGREED, COMMON, Talk, offer

from backchannel.wire.files import parse_file
from backchannel.wire.keys import fingerprint
from backchannel.wire.statement import Kind

SIGNED = ("Birch", "signed", None)


class Case(NamedTuple):
    """A file, what its reader quotes, and the reasons of the claims about words."""

    name: str
    clause: str
    bundle: Bundle
    verdicts: dict[str, str]
    quotes: tuple[str, ...] = ()


def answered(*rows: Any, agreed: Any = AGREED, **changes: Any) -> Bundle:
    """A read-out and Birch's answer to it."""
    talk = Talk(offer(agreed))
    talk.answer(*rows, **changes)
    return talk.file()


def message() -> Talk:
    """A message of two sentences."""
    return Talk((*COMMON, AGREED), kind=Kind.MESSAGE, form=None, category=0)


def found(*rows: Any, **changes: Any) -> Bundle:
    """A message, and a finding about it."""
    talk = message()
    talk.find(*rows, **changes)
    return talk.file(21)


def readouts() -> Iterator[Case]:
    """Yield read-outs, agreed and not."""
    both = {"agreed": "", "own-words": ""}
    yield Case("both have signed", "PROOF-165", answered(SIGNED), both)
    dissent = answered(("Birch", "signed-with-dissent", "We did not."))
    yield Case("signed, with other words beside it", "PROOF-166", dissent, both)
    no = both | {"agreed": "refused"}
    yield Case("refused", "PROOF-165", answered(("Birch", "refused", "No.")), no)
    none = both | {"agreed": "not-answered"}
    yield Case("not answered", "PROOF-165", Talk(offer()).file(), none)
    yield Case("a row of another party", "PROOF-161", answered(("Alder", "signed", None)), none)
    yield Case("two rows", "PROOF-161", answered(SIGNED, SIGNED), none)
    by_author = answered(SIGNED, party=ALDER, to=2)
    yield Case("the author answers himself", "PROOF-165", by_author, none)
    notice = answered(SIGNED, kind=Kind.NOTICE)
    yield Case("an answer that is no decide", "PROOF-161", notice, none)
    alone = answered(SIGNED, officers=("first",))
    yield Case("an answer of too few officers", "PROOF-165", alone, both | {"agreed": "unreleased"})
    talk = Talk(offer())
    talk.answer(SIGNED)
    talk.answer(("Birch", "refused", None))
    differ = both | {"agreed": "answers-differ"}
    yield Case("signed and refused", "PROOF-165", talk.file(), differ)
    empty = answered(SIGNED, agreed=None)
    yield Case("no text for both", "PROOF-165", empty, both | {"agreed": "no-agreed-text"})
    bare = Talk(offer(AGREED, None))
    bare.answer(SIGNED)
    words = both | {"own-words": "no-own-words"}
    yield Case("nobody says anything alone", "PROOF-166", bare.file(), words)


def quotations() -> Iterator[Case]:
    """Yield what readers quote."""
    bundle = message().file(21)
    for quote, reason in (
        ("Nobody will cross it.", ""),
        ("nobody will cross it.", "not-found"),
        ("Nobody will\u00a0cross it.", "not-found"),
        ("Nobody will cross it", "part-of-a-sentence"),
        ("Nobody will cross it!", "not-found"),
    ):
        name = f"quoted: {quote!a}"
        yield Case(name, "PROOF-167", bundle, {"quote-1": reason}, (quote,))
    both = ("We spoke. We attack.", "Nobody will cross it.")
    each = {"quote-1": "", "quote-2": "not-found", "quote-3": ""}
    yield Case("two quotations of three sentences", "PROOF-168", bundle, each, both)
    shut = message().file(2)
    yield Case("no words opened", "PROOF-168", shut, {"quote-1": "not-opened"}, ("We spoke.",))
    talk = message()
    rendering = (0, "zh", *(None,) * 18, "我们谈过。谁也不越界。", "sight")
    talk.add(BIRCH, rendering, 2, 21, 22, kind=Kind.TRANSLATE, category=5)
    chinese = {"quote-1": "", "quote-2": "part-of-a-sentence"}
    quotes = ("我们谈过。", "谁也不越界")
    yield Case("quoted from a rendering", "PROOF-168", talk.file(21), chinese, quotes)


def findings() -> Iterator[Case]:
    """Yield findings, borne out and not."""
    record = ("record", "Nobody will cross it.")
    for name, rows, reasons in (
        ("confirmed", (("confirmed", "We spoke."),), ("",)),
        ("confirmed, and does not stand there", (("confirmed", "We ran."),), ("not-found",)),
        ("contradicted", (("contradicted", "All cross."), record), ("",)),
        ("contradicted by nothing", (("contradicted", "All cross."),), ("no-record-named",)),
        ("not in the record", (("not-in-record", "We ran."),), ("",)),
        ("in the record after all", (("not-in-record", "spoke"),), ("found",)),
        ("two sentences", (("confirmed", "We spoke."), ("not-in-record", "No.")), ("", "")),
        ("a reply that is no finding", (("denied", "We spoke."),), ()),
    ):
        wanted = {f"finding-{n}": reason for n, reason in enumerate(reasons, 1)}
        yield Case(name, "PROOF-170", found(*rows), wanted)
    alone = found(("confirmed", "We spoke."), officers=("first",))
    yield Case("a finding of too few", "PROOF-170", alone, {"finding-1": "unreleased"})


def document() -> Any:
    """All cases, each object once."""
    objects: dict[bytes, int] = {}
    rows = []
    for case in (*readouts(), *quotations(), *findings()):
        parts = parse_file("disclosure", case.bundle.pack())
        rows.append({
            "name": case.name,
            "clause": case.clause,
            "objects": [objects.setdefault(each, len(objects)) for each in parts],
            "cut": 0,
            "roots": list(NAMES[:2]),
            "quotes": list(case.quotes),
            "result": "judged",
            "verdicts": {**dict.fromkeys(RESTS, ""), **case.verdicts},
        })  # fmt: skip
    roots = {
        name: fingerprint(None, [(key.public, key.pq_public)])
        for name in NAMES[:2]
        for key in (root_keys(name, 0),)
    }
    quotes = {"quotes": "what the reader quotes: each sentence is a claim (PROOF-168)"}
    return {
        "about": "Disclosures of read-outs, and of statements that are quoted, with all verdicts.",
        "kind": "disclosure-file", "fields": FIELDS | quotes, "roots": roots,
        "objects": [each.hex() for each in objects], "cases": rows,
    }  # fmt: skip


if __name__ == "__main__":
    made = json.dumps(document(), indent=1)
    (FOLDER / "readouts.json").write_text(made + "\n")
