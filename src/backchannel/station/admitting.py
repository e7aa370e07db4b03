"""What a station asks of a statement before it enters it, beside what the line itself asks.

Each of these is refused where it is drafted, and only marked where it arrived. This module must not
hold a rule of its own.
"""

from backchannel.notice.relations import Saying
from backchannel.station.gating import require_open_gate
from backchannel.station.holding import require_not_held
from backchannel.station.judging import Record
from backchannel.station.laning import require_lane_open
from backchannel.station.modemarks import require_of_its_mode
from backchannel.station.placing import require_placed
from backchannel.wire.signing import Mode


def require_admissible(record: Record, saying: Saying) -> None:
    """Raise OfficerError or BreachError unless a statement may be entered here as it stands."""
    mode = Mode(saying.mode)
    require_placed(record, saying)
    require_not_held(record, saying.statement, mode)
    require_lane_open(record, saying.statement, saying.content, mode)
    require_of_its_mode(saying.statement, saying.content, mode)
    require_open_gate(record, saying.statement, saying.content)
