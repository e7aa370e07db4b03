"""A notice that comes later than its form asks: it goes out, and says why.

This module must not hold a notice back that says why it is late.
"""

from backchannel.errors import OfficerError
from backchannel.line.drafting import Lateness
from backchannel.notice.catalogue import Form
from backchannel.watch.clocks import Terms, missing_lead
from backchannel.wire.codec import Value
from backchannel.wire.moments import spelled
from backchannel.wire.statement import Kind, Precedence


def read_lateness(given: str | None) -> tuple[Lateness, str | None] | None:
    """Return a reason and its words, from `error` or `error: words`. Raises OfficerError."""
    if given is None:
        return None
    why, _, words = given.partition(":")
    if why.strip() not in list(Lateness):
        known = ", ".join(Lateness)
        raise OfficerError("unknown-lateness", f"got {given!a}, wanted one of {known}")
    return Lateness(why.strip()), words.strip() or None


def require_reason(
    form: Form,
    body: tuple[Value, ...],
    reason: tuple[Lateness, str | None] | None,
    *,
    now: int,
) -> None:
    """Raise OfficerError("late-unexplained") for a notice that is late and does not say why
    (NOTICE-89)."""
    missing = missing_lead(Terms(Kind.NOTICE, Precedence.ROUTINE, form, body=body), now)
    if missing is not None and reason is None:
        raise OfficerError(
            "late-unexplained",
            f"{form.code} asks for more notice than that: {spelled(missing)} are missing. Say why, "
            f"and it goes out with that mark: --late {'|'.join(Lateness)}",
        )
