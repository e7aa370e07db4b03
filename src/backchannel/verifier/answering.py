"""Statements that name the one disclosed, and whether they hold by themselves (PROOF-50, PROOF-55).

This module must not say what an answer means.
"""

from collections.abc import Iterator

from backchannel.verifier.bundle import Disclosure, Entry
from backchannel.verifier.cbor import Refusal, Value
from backchannel.verifier.evidence import Evidence, Said
from backchannel.verifier.record import STATEMENT, Statement


def require_answer(evidence: Evidence, answer: Entry, mode: int) -> Said:
    """Return a statement that holds by itself. Raises Refusal (PROOF-50, PROOF-55)."""
    writer = evidence.standing(answer)
    if writer.mode != mode:
        raise Refusal("other-mode", "an answer of another mode")
    evidence.holds(writer.issued, writer.party, answer)
    said = evidence.said(answer)
    evidence.journals[writer.party].known(writer.credential.id, said.head)
    if evidence.release(said) != "full":
        raise Refusal("emergency-release", "an answer released in an emergency")
    return said


def naming(
    given: Disclosure, evidence: Evidence, entry: Entry
) -> Iterator[tuple[Entry, Statement]]:
    """Yield the statements whose words are opened and whose refs name an entry, by their slots."""
    places = sorted(given.entries.values(), key=lambda each: (each.header.no, each.header.seq))
    for each in places:
        if each.header.type != STATEMENT or each.header.id not in given.opened:
            continue
        try:
            statement = evidence.statement(each)[1]
        except Refusal:
            continue
        if entry.header.id in statement.refs:
            yield each, statement


def opened_value(given: Disclosure, entry: Entry, label: int) -> Value:
    """Return the value that is opened at a label, or None where none is."""
    opened = given.opened.get(entry.header.id)
    fields = opened.fields if opened else ()
    return next((each.value for each in fields if each.label == label), None)
