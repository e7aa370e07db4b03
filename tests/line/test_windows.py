"""When a mode may speak (RECORD-17)."""

import pytest
from tests.cast import ALDER, NOW, make_charter
from tests.exchange import open_line

from backchannel.charter.policy import Policy, Window
from backchannel.errors import OfficerError
from backchannel.line.windows import is_open
from backchannel.wire.signing import Mode

WINDOWS = (Window(Mode.EXERCISE, NOW + 100, NOW + 200), Window(Mode.TEST, NOW, None))


@pytest.mark.parametrize(
    ("mode", "now", "wanted"),
    [
        (Mode.REAL, 0, True),
        (Mode.EXERCISE, NOW + 99, False),
        (Mode.EXERCISE, NOW + 100, True),
        (Mode.EXERCISE, NOW + 199, True),
        (Mode.EXERCISE, NOW + 200, False),
        (Mode.TEST, NOW - 1, False),
        (Mode.TEST, NOW + 10**9, True),
    ],
)
def test_real_is_always_open_and_others_in_their_windows(
    mode: Mode, now: int, wanted: bool
) -> None:
    """RECORD-17: from <= t < until; a standing TEST has no until."""
    charter, _ = make_charter(policy=Policy(windows=WINDOWS))
    assert is_open(charter, mode, now) is wanted


def test_nothing_is_released_outside_a_window() -> None:
    """RECORD-17: and no prekey, offer or sign of life is written there."""
    exchange = open_line(policy=Policy(windows=(Window(Mode.TEST, 0, None),)))
    alder = exchange.stations[ALDER]
    before = alder.own(Mode.EXERCISE).seq
    with pytest.raises(OfficerError, match="window-closed"):
        alder.do(exchange.released(ALDER, "exercise", Mode.EXERCISE))
    exchange.pass_time(7_200, every=600)
    assert alder.own(Mode.EXERCISE).seq == before
    assert alder.own(Mode.TEST).seq > before
