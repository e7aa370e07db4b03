"""The bench: every judge of a run in its order, and all that they find.

It must not judge by itself, and knows nothing of the plot.
"""

from collections.abc import Callable
from itertools import islice

from backchannel.sim.beaconed import ON_BEACONS
from backchannel.sim.checkers import ON_RECORDS
from backchannel.sim.chronicle import ON_THE_WAY
from backchannel.sim.convicted import ON_MINUTES
from backchannel.sim.remains import Finding, Findings, Scene

JUDGES: tuple[Callable[[Scene], Findings], ...] = (
    *ON_RECORDS,
    *ON_THE_WAY,
    *ON_MINUTES,
    *ON_BEACONS,
)
FINDINGS_MAX = 20


def judge(scene: Scene) -> list[Finding]:
    """Return all that is wrong, a bounded number for each judge."""
    return [finding for judge_one in JUDGES for finding in islice(judge_one(scene), FINDINGS_MAX)]
