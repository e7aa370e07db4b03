"""How many bytes a notice of each form has, with what it must state and with all of it, signed.

What is counted is what two officers sign, its words and both signatures, before it is sealed; what
the entry and the envelope add is the same for every form, and is measured on messages. This module
must not judge what it measures.
"""

import statistics

from backchannel.cli.blank import example
from backchannel.line.drafting import Plan, compose
from backchannel.notice.catalogue import Form, catalogue
from backchannel.notice.filling import fill
from backchannel.wire.ids import CredentialId
from backchannel.wire.statement import ED25519_SIGNATURE_BYTES, Kind, Precedence

SIGNERS = (CredentialId(bytes(32)), CredentialId(bytes(31) + b"\x01"))
DRAFTED = 1_796_119_200


def measure() -> None:
    """Measure and print the bytes of every form."""
    least = {form.id: size(form, whole=False) for form in catalogue().values()}
    full = {form.id: size(form, whole=True) for form in catalogue().values()}
    for what, found in (("what it must state", least), ("every field", full)):
        largest = max(found, key=lambda each: found[each])
        print(
            f"a notice with {what}, signed by two, not yet sealed: "
            f"{int(statistics.median(found.values()))} bytes in the middle, {found[largest]} for "
            f"{largest}; " + ", ".join(f"{name} {count}" for name, count in found.items()),
            flush=True,
        )


def size(form: Form, *, whole: bool) -> int:
    """Return the bytes of a statement of a form with its words and two signatures."""
    own = [each for each in form.fields if not each.answer and (whole or each.required == "yes")]
    body = fill(form, {each.no: example(each) for each in own})
    plan = Plan(
        kind=Kind.NOTICE,
        to=0b10,
        precedence=Precedence[form.precedence],
        category=1,
        drafted=DRAFTED,
        signers=SIGNERS,
        body=body,
        language="en",
        form=form.code,
    )
    drafted = compose(plan, bytes(16))
    return len(drafted.statement) + len(drafted.content) + len(SIGNERS) * ED25519_SIGNATURE_BYTES
