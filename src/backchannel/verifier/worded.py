"""The claims about words: read-outs, what the reader quotes, findings (PROOF-165 to PROOF-170).

Each is made only where there is something to judge. This module must not judge.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from backchannel.verifier.bundle import Disclosure, Entry
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.claims import Case, Claim
from backchannel.verifier.evidence import Evidence
from backchannel.verifier.quoting import (
    Found,
    findings_of,
    require_found,
    require_quoted,
    sentences,
)
from backchannel.verifier.readouts import is_readout, require_agreed, require_own_words

# Who said these words, released them, in which mode, and that they are these: PROOF-54.
BELOW = ("statement", "release", "mode", "entry", "fields")


def worded(given: Disclosure, evidence: Evidence, quotes: Sequence[str]) -> Iterator[Claim]:
    """Yield the claims about words that a file, and what its reader quotes, give rise to."""
    entry = given.entries.get(given.place[2])
    try:
        read_out = entry is not None and is_readout(evidence.statement(entry)[1])
    except Refusal:
        read_out = False
    if read_out:
        yield "agreed", "PROOF-165", claim_agreed, BELOW
        yield "own-words", "PROOF-166", claim_own_words, BELOW
    quoted = [each for quote in quotes for each in sentences(quote)]
    for n, sentence in enumerate(quoted, 1):
        yield f"quote-{n}", "PROOF-168", partial(claim_quoted, sentence=sentence), BELOW
    found = findings_of(given, evidence, entry) if entry is not None else ()
    for n, finding in enumerate(found, 1):
        yield f"finding-{n}", "PROOF-170", partial(claim_found, finding=finding), BELOW


def claim_agreed(case: Case) -> str:
    """PROOF-165: officers of all parties signed this text."""
    return require_agreed(case.given, case.evidence, case.entry)


def claim_own_words(case: Case) -> str:
    """PROOF-166: what one party alone says, signed by its own officers."""
    return require_own_words(case.given, case.evidence, case.entry, case.notes)


def claim_quoted(case: Case, sentence: str) -> str:
    """PROOF-168: a sentence stands in the words that are opened, whole and to the letter."""
    case.notes.append(f"quoted: {sentence}")
    return require_quoted(case.given, case.evidence, case.entry, sentence)


def claim_found(case: Case, finding: tuple[Entry, Found]) -> str:
    """PROOF-170: what an officer found of a public claim, as far as the words show it."""
    case.notes.append(f"{finding[1].word}: {finding[1].claimed}")
    return require_found(case.given, case.evidence, case.entry, finding)
