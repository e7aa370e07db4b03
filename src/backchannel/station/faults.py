"""Errors as they cross the station's own interface: one mapping, both ways.

This module must not soften an error: reason and text arrive as they were raised.
"""

from backchannel.errors import (
    BackchannelError,
    BreachError,
    CustodyError,
    JunkError,
    OfficerError,
    ProofError,
)
from backchannel.station.asked import Fault

# Whose fault it is, in the word that is sent, and the HTTP code beside it.
WHOSE: dict[type[BackchannelError], tuple[str, int]] = {
    OfficerError: ("yours", 409),
    JunkError: ("nobody's", 400),
    BreachError: ("another station's", 422),
    ProofError: ("a claim's", 422),
    CustodyError: ("our own", 503),
}
CLASSES = {word: kind for kind, (word, _) in WHOSE.items()}
# Where HTTP has a word of its own for what the officer can mend.
CODES = {
    "bad-request": 400,
    "no-token": 401,
    "foreign-host": 403,
    "no-such-entry": 404,
    "no-such-route": 404,
    "request-too-large": 413,
    "too-many-streams": 429,
    "still-asking": 503,
    "disk-full": 507,
}


def fault_of(error: BackchannelError) -> Fault:
    """Return an error as it is sent."""
    return Fault(error.reason, error.text, WHOSE[type(error)][0])


def code_of(error: BackchannelError) -> int:
    """Return the HTTP code of an error."""
    return CODES.get(error.reason, WHOSE[type(error)][1])


def error_of(fault: Fault) -> BackchannelError:
    """Return an error as it was raised; an unknown word counts as damage to the answer."""
    return CLASSES.get(fault.fault, JunkError)(fault.reason, fault.text)
