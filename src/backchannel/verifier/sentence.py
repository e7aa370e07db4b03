"""What a reader is shown of evidence: whom it accuses, the claims, what no evidence can show.

This module must not print, and must not let text from the file steer a terminal.
"""

from collections.abc import Sequence

from backchannel.verifier.accusation import Accusation
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.charges import Charge, word_of_accused
from backchannel.verifier.claims import Finding
from backchannel.verifier.evidence import Evidence
from backchannel.verifier.moments import moment
from backchannel.verifier.report import Json, Lines, claim_json, claim_lines, visible

LIMITS = (
    "It shows what a key signed; that a certain person or machine held it is the word of those who"
    " issued the credential.",
    "It does not show which of the two things is the true one, or why both were signed: a copy of a"
    " machine, or an old disk that was put back, signs so too.",
    "It shows no words: who said what is for a disclosure to show.",
    "It rests on Ed25519: a file that was first shown when that can be broken proves nothing.",
)


def accused(given: Accusation, evidence: Evidence) -> str:
    """Return whom a file accuses, as far as it says."""
    try:
        return Charge(given, evidence, ()).who()
    except Refusal as fault:
        name = given.accused.hex() if isinstance(given.accused, bytes) else str(given.accused)
        return f"{name[:16]} ({fault.reason})"


def as_json(given: Accusation, evidence: Evidence, findings: Sequence[Finding]) -> dict[str, Json]:
    """Return the whole report for programs. The mode comes first, as in that of a disclosure."""
    return {
        "mode": word_of_accused(Charge(given, evidence, ())),
        "line": given.line.hex(),
        "made": moment(given.made),
        "accused": accused(given, evidence),
        "entries": [each.hex() for each in given.pair],
        "claims": [claim_json(each) for each in findings],
        "limits": list(LIMITS),
    }


def as_text(given: Accusation, evidence: Evidence, findings: Sequence[Finding]) -> Lines:
    """Return the whole report in lines. Its first word is the mode (PROOF-92)."""
    word = word_of_accused(Charge(given, evidence, ()))
    return [
        f"{word}: evidence against {visible(accused(given, evidence))}, line {given.line.hex()}",
        f"made {moment(given.made)} by the clock of whoever made it, which proves nothing",
        "",
        "Claims",
        *claim_lines(findings),
        "",
        "What this cannot show",
        *(f"  {each}" for each in LIMITS),
    ]
