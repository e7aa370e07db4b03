"""How often is too often: allowances for what comes in, pauses between attempts to go out.

This module must not wait or read a clock; running time and chance are arguments.
"""

from backchannel.path.limits import DIAL_SECONDS_MAX, DIAL_SECONDS_MIN, DOUBLINGS_MAX

CHANCE_BYTES = 8


class Allowance:
    """A right to do something `burst` times at once and `per_second` times in the long run."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._left = float(burst)
        self._at: float | None = None

    def take(self, running: float) -> bool:
        """Use the right once, at `running` seconds; False if it is used up (PATH-33)."""
        if self._at is not None:
            gained = (running - self._at) * self._per_second
            self._left = min(self._burst, self._left + gained)
        self._at = running
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


def dial_pause(failures: int, entropy: bytes) -> float:
    """Return the seconds to wait after so many failed rounds of dialling in a row (PATH-13).

    The first round waits for nothing. Then the pause doubles up to a minute, and chance takes up
    to half of it away, so that two stations do not go on calling each other at the same moment.
    """
    if failures == 0:
        return 0.0
    pause = min(DIAL_SECONDS_MAX, DIAL_SECONDS_MIN * 2.0 ** min(failures - 1, DOUBLINGS_MAX))
    share = int.from_bytes(entropy[:CHANCE_BYTES], "big") / (1 << 8 * CHANCE_BYTES)
    return pause * (1.0 - share / 2)


def resend_pause(first: float, longest: float, tries: int, growth: float = 2.0) -> float:
    """Return the seconds after the `tries`-th sending until the next: they grow, to the longest."""
    return min(longest, first * growth ** min(tries - 1, DOUBLINGS_MAX))
