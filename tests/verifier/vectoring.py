"""What vectors of whole files are made of: a case, and how cases become a document.

It must not ask the verifier what a case comes to.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.cast import NAMES, root_keys
from tests.verifier.judging import RESTS

from backchannel.wire.files import parse_file
from backchannel.wire.keys import fingerprint

FOLDER = Path(__file__).parents[2] / "vectors" / "proof"
FIELDS = {
    "objects": "places in the list of all objects: those of the file, in order (RECORD-111)",
    "cut": "how many bytes are missing at the end of the file",
    "roots": "the fingerprints that the reader brings, by the names in the list of roots",
    "result": "judged, or the reason for which the whole file is refused",
    "verdicts": "of each claim the reason for which it is not proven, empty where it is proven",
}


# The claims that not every disclosure makes (PROOF-77, PROOF-99).
OF_DISCLOSURES = {
    "sign-off": ("statement", "entry", "fields"),
    "witnessed": ("charter", "entry"),
    "silence-1": ("statement", "entry"),
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


def rests_of(claim: str) -> dict[str, tuple[str, ...]]:
    """What each claim rests on: those of evidence for one of its claims, else of a disclosure."""
    if claim in OF_DISCLOSURES or not claim:
        return RESTS | {each: OF_DISCLOSURES[each] for each in claim.split()}
    return {"charter": (), "accused": ("charter",), claim: ("accused",)}


def document(
    kind: str,
    about: str,
    cases: list[Case],
    rests: Callable[[str], dict[str, tuple[str, ...]]] = rests_of,
) -> Any:
    """The vectors of one kind of file, each object once; `rests` says of a case's claims what each
    rests on."""
    objects: dict[bytes, int] = {}
    rows = []
    for case in cases:
        parts = parse_file(kind, case.raw)
        row: dict[str, Any] = {"name": case.name, "clause": case.clause}
        row["objects"] = [objects.setdefault(each, len(objects)) for each in parts]
        row |= {"cut": case.cut, "roots": list(case.roots)}
        row["result"] = case.faults if isinstance(case.faults, str) else "judged"
        if not isinstance(case.faults, str):
            row["verdicts"] = verdicts(case.faults, rests(case.claim))
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
