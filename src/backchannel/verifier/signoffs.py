"""Officers' own post-quantum signatures over what they said: their sign-offs (PROOF-97, PROOF-99).

This module must not conclude that an officer who did not sign off did not speak.
"""

from backchannel.verifier.bundle import Disclosure, Entry
from backchannel.verifier.cbor import Refusal, Value, encode
from backchannel.verifier.crypto import (
    ML_DSA_44,
    NO_MODE,
    SIGNATURE_BYTES,
    covered,
    require_ml_dsa,
    tagged,
)
from backchannel.verifier.evidence import Evidence, Said
from backchannel.verifier.record import JOURNAL_END, hash_of, number, row
from backchannel.verifier.shapes import COUNT_END
from backchannel.verifier.trees import require_inclusion

SIGN_OFF = 15
BODY = (21, 22, 23, 24)
ALGORITHMS = {ML_DSA_44: "ML-DSA-44"}


def claim_signed_off(given: Disclosure, evidence: Evidence, entry: Entry) -> str:
    """Return which officers have signed an entry off. Raises Refusal unless all signers have."""
    said = evidence.said(entry)
    found = {}
    for sign_off in given.signed_off:
        officer, text = require_signed_off(given, evidence, said, sign_off)
        found[officer] = text
    missing = [it.name for it in said.signers if it.id not in found]
    if missing:
        raise Refusal("not-signed-off", f"no sign-off of {', '.join(missing)} is shown")
    return "; ".join(found[it.id] for it in said.signers)


def require_signed_off(
    given: Disclosure, evidence: Evidence, said: Said, sign_off: bytes
) -> tuple[bytes, str]:
    """Return whose sign-off covers a statement, and in words how. Raises Refusal (PROOF-99)."""
    found = given.entries.get(sign_off)
    if found is None:
        raise Refusal("entry-missing", "a sign-off is named that the file lacks")
    evidence.standing(found)
    off = evidence.said(found)
    if off.statement.kind != SIGN_OFF or len(off.signers) != 1:
        raise Refusal("no-sign-off", "the entry is no sign-off of one officer")
    if (off.writer.party, off.writer.mode) != (said.writer.party, said.writer.mode):
        raise Refusal("other-mode", "the sign-off is of another party or mode")
    (officer,) = off.signers
    slots, count, root, signature = body_of(given, sign_off)
    no, first, last = slots
    header = said.entry.header
    if no != header.no or not first <= header.seq <= last:
        raise Refusal("not-covered", f"it covers slots {first} to {last} of journal {no}")
    index, path = given.signed_off[sign_off]
    raw, _, _ = evidence.statement(said.entry)
    leaf = tagged("statement", given.line + bytes([said.writer.mode]) + raw)
    require_inclusion(leaf, index, size=count, path=path, root=root)
    body: list[Value] = [officer.id, [no, first, last], count, root]
    algorithm = officer.algorithm
    key = evidence.journals[off.writer.party].issued[officer.id].second_key
    if algorithm is None or key is None or len(signature) != SIGNATURE_BYTES[algorithm]:
        raise Refusal("signature-length", f"{officer.name} has no such key")
    message = covered("sign-off", given.line, NO_MODE, algorithm, encode(body))
    require_ml_dsa(algorithm, key, signature, message)
    name = ALGORITHMS.get(algorithm, "ML-DSA-65")
    return officer.id, f"{officer.name} with {name}, among {count} statements"


def body_of(given: Disclosure, sign_off: bytes) -> tuple[tuple[int, int, int], int, bytes, bytes]:
    """Return what a sign-off says, from its opened fields. Raises Refusal (PROOF-97)."""
    opened = given.opened.get(sign_off)
    values = {each.label: each.value for each in opened.fields} if opened else {}
    if not set(BODY) <= set(values):
        raise Refusal("no-fields", "the sign-off is not opened")
    slots, count, root, signature = (values[label] for label in BODY)
    no, first, last = row(slots, 3, "sign-off-shape")
    if not isinstance(signature, bytes):
        raise Refusal("sign-off-shape")
    span = (
        number(no, JOURNAL_END, "journal-number"),
        number(first, COUNT_END, "count-range"),
        number(last, COUNT_END, "count-range"),
    )
    return span, number(count, COUNT_END, "count-range"), hash_of(root), signature
