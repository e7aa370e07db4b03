"""When a mode may speak: REAL always, EXERCISE and TEST inside a window of the charter.

This module must not close a window that the charter leaves open. Clause: RECORD-17.
"""

from backchannel.charter.charter import Charter
from backchannel.wire.signing import Mode


def is_open(charter: Charter, mode: int, now: int) -> bool:
    """Say whether a mode's window is open at a moment in seconds UTC."""
    return mode == Mode.REAL or any(
        window.mode == mode and window.since <= now and (window.until is None or now < window.until)
        for window in charter.policy.windows
    )
