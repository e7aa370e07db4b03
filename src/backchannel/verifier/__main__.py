"""The command: `python -m backchannel.verifier FILE --roots ROOTS [--ask CLAIM ...]
[--quote TEXT ...] [--json]`.

    0  every claim that was asked for is proven; without --ask, every claim there is
    1  one is not, or the file makes no such claim
    2  the file is no disclosure and no evidence, or the roots are no roots; the reason is told
    3  this machine cannot check: the library lacks an algorithm

This module must not judge. It reads two files and prints, and nothing else here does either.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from backchannel.verifier import between, charges, claims, report, sentence, span, spanreport
from backchannel.verifier.accusation import MAGIC, read_accusation
from backchannel.verifier.bundle import Disclosure, read_disclosure
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.claims import Finding
from backchannel.verifier.crypto import CannotCheckError
from backchannel.verifier.evidence import Evidence
from backchannel.verifier.quoting import sentences
from backchannel.verifier.report import Json, Lines, visible
from backchannel.verifier.sealed import archive_claims
from backchannel.verifier.sheet import SHEET_BYTES, disclosure_in
from backchannel.verifier.silence import silences
from backchannel.verifier.worded import worded

PROVEN, NOT_PROVEN, REFUSED, CANNOT = range(4)
ROOTS_BYTES = 1_048_576
DIGITS = 60
OF_SPANS = ("witnessed", "clockwork", "sealed", "opened")
BESIDE = (*OF_SPANS, "sign-off", "agreed", "own-words", "accused")
NAMES = tuple(dict.fromkeys((*claims.NAMES, *span.NAMES, *BESIDE, *charges.CHARGES)))
Roots = Sequence[tuple[str, str]]
Verdict = tuple[list[Finding], dict[str, Json], Lines]
NO_WORDS = "a quotation is held against the disclosure of one statement"
# Claims of which there are as many as there are sentences, or non-answers.
NUMBERED = re.compile(r"(quote|finding|silence)-[1-9][0-9]*")
ROOT_LINE = re.compile(r"([^#]*?)((?:[0-9][ \t]*){60})")


def read_roots(text: str) -> list[tuple[str, str]]:
    """Return labels and fingerprints, one of each line. Raises Refusal (PROOF-41).

    A line has an optional name, then 60 digits in whatever groups; `#` begins a comment.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].strip()
        if not words:
            continue
        match = ROOT_LINE.fullmatch(words)
        # Thirteen groups are no fingerprint after the name "12345".
        counted = match is not None and re.fullmatch(r"[0-9 \t]+", match[1])
        if match is None or match[1][-1:].isdigit() or counted:
            raise Refusal("roots-file", f"line {number}: wanted a fingerprint of {DIGITS} digits")
        label = match[1].strip().rstrip(":=").strip()
        found.append((label, re.sub(r"[ \t]", "", match[2])))
    return found


def verify(
    raw: bytes, roots: str, ask: Sequence[str] = (), quotes: Sequence[str] = ()
) -> tuple[int, dict[str, object], str]:
    """Return the exit code, the report for programs, and the report as text. Each sentence of
    `quotes` is held against the words that a disclosure opens (PROOF-168).

    Raises Refusal for what is no disclosure, and CannotCheckError.
    """
    brought = read_roots(roots)
    if not all(map(sentences, quotes)):
        raise Refusal("empty-quote", "there is nothing in a quotation")
    accused = raw.startswith(MAGIC)
    if accused and quotes:
        raise Refusal("nothing-to-quote", NO_WORDS)
    findings, told, lines = accuse(raw, brought) if accused else examine(raw, brought, quotes)
    proven = {each.name for each in findings if each.proven}
    asked = set(ask or (each.name for each in findings))
    return PROVEN if asked <= proven else NOT_PROVEN, told, "\n".join(lines)


def examine(raw: bytes, roots: Roots, quotes: Sequence[str] = ()) -> Verdict:
    """Return the claims of a disclosure, and both reports. Raises Refusal."""
    given = read_disclosure(disclosure_in(raw))
    if given.spans and quotes:
        raise Refusal("nothing-to-quote", NO_WORDS)
    if given.spans:
        return survey(given, roots)
    evidence = Evidence(given)
    more = (*silences(given), *worded(given, evidence, quotes))
    findings = claims.judge(given, evidence, roots, more)
    return (
        findings,
        report.as_json(given, evidence, findings),
        report.as_text(given, evidence, findings),
    )


def survey(given: Disclosure, roots: Roots) -> Verdict:
    """Return the claims of a span, and both reports."""
    found = span.Span(given, Evidence(given))
    watched = between.Between(found) if between.is_watched(found) else None
    further = () if watched is None else between.claims_between(watched)
    further = (*further, *archive_claims(found))
    findings = span.judge_span(found, roots, further)
    return (
        findings,
        spanreport.as_json(found, findings, watched),
        spanreport.as_text(found, findings, watched),
    )


def accuse(raw: bytes, roots: Roots) -> Verdict:
    """Return the claims of evidence against a liar, and both reports. Raises Refusal."""
    given = read_accusation(raw)
    evidence = Evidence(given)
    findings = charges.judge(given, evidence, roots)
    return (
        findings,
        sentence.as_json(given, evidence, findings),
        sentence.as_text(given, evidence, findings),
    )


def main(arguments: Sequence[str] | None = None, program: str = "backchannel-verifier") -> int:
    """Verify a file, print what became of each claim, and return the exit code."""
    parser = argparse.ArgumentParser(prog=program, description="Verify a disclosure, or evidence.")
    parser.add_argument("file", help="the disclosure, or the evidence")
    parser.add_argument("--roots", help="fingerprints of the roots that you trust, one a line")
    wanted = f"claims that must be proven; all by default: {', '.join(NAMES)}"
    parser.add_argument(
        *("--ask",), action="extend", nargs="+", default=[], type=claim_name, metavar="CLAIM",
        help=wanted,
    )  # fmt: skip
    parser.add_argument(
        *("--quote",), action="append", default=[], metavar="TEXT",
        help="what is quoted elsewhere; each sentence becomes a claim: quote-1, quote-2, ...",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    try:
        roots = read(given.roots, ROOTS_BYTES).decode() if given.roots else ""
        code, told, text = verify(read(given.file, SHEET_BYTES), roots, given.ask, given.quote)
    except Refusal as fault:
        return refuse(f"no disclosure and no evidence: {fault.text} [{fault.reason}]", REFUSED)
    except UnicodeDecodeError:
        return refuse("the file of roots is no text [roots-file]", REFUSED)
    except OSError as fault:
        return refuse(f"cannot read {fault.filename}: {fault.strerror}", REFUSED)
    except CannotCheckError as fault:
        return refuse(f"cannot check: the library cryptography lacks {fault}", CANNOT)
    put(json.dumps(told, indent=2) if given.json else text)
    return code


def claim_name(word: str) -> str:
    """Return the name of a claim. Raises ArgumentTypeError for another word."""
    if word in NAMES or NUMBERED.fullmatch(word):
        return word
    raise argparse.ArgumentTypeError(f"invalid choice: {word!r}")


def read(path: str, most: int) -> bytes:
    """Return the bytes of a file, and one too many of a file that is too long."""
    with Path(path).open("rb") as file:
        return file.read(most + 1)


def refuse(text: str, code: int) -> int:
    """Say on stderr why there is no report, and return the code."""
    sys.stderr.write(f"backchannel-verifier: {visible(text)}\n")
    return code


def put(text: str) -> None:
    """Print. A terminal without the right letters gets escapes and no crash."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


if __name__ == "__main__":
    sys.exit(main())
