"""Paths as the settings name them, against what the charter agreed on."""

from types import SimpleNamespace

import pytest

from backchannel.charter.paths import Path, PathKind
from backchannel.errors import OfficerError
from backchannel.path import Direction
from backchannel.station.laying import slow_clocks
from backchannel.station.ways import (
    Named,
    SerialOptions,
    agreed,
    direction,
    read_paths,
    read_serial,
)


@pytest.mark.parametrize(
    "texts",
    [
        ["serial tcp:127.0.0.1:7 300"],
        ["0 serial tcp:127.0.0.1:7"],
        ["3 pigeon /loft"],
        ["3  serial x"],
        ["3 serial tcp:127.0.0.1:7 300", "3 serial tcp:127.0.0.1:8 300"],
        ["3 serial tcp:127.0.0.1:7 300"] * 65,
        ["3 serial tcp:127.0.0.1:7"],
        ["3 serial tcp:127.0.0.1:7 0"],
        ["3 serial tcp:127.0.0.1:7 300 quickly"],
        ["3 serial modem:7 300"],
    ],
)
def test_a_path_that_is_named_wrongly_is_refused(texts: list[str]) -> None:
    with pytest.raises(OfficerError) as caught:
        read_paths(texts)
    assert caught.value.reason == "bad-path"


@pytest.mark.parametrize(
    ("rate", "n", "first_s"), [(75, 1, 436), (300, 2, 109), (1_200, 6, 60), (9_600, 20, 60)]
)
def test_a_byte_pipe_has_bursts_and_clocks_that_fit_its_rate(
    rate: int, n: int, first_s: int
) -> None:
    """PATH-86."""
    options = read_serial(Named(3, "serial", "/dev/ttyUSB0", (str(rate), "half-duplex")))
    assert options == SerialOptions(rate, n, half_duplex=True)
    clocks = slow_clocks(options)
    assert int(clocks.first_s) == first_s
    assert (clocks.longest_s, clocks.growth, clocks.patience_s) == (3_600.0, 4.0, 540.0)
    assert clocks.by_time


def test_a_path_is_used_only_if_it_was_agreed_on() -> None:
    """PATH-60."""
    path = Path(3, PathKind.SERIAL, (0, 1))
    charter = SimpleNamespace(paths=(path,))
    assert agreed(charter, Named(3, "serial", "tcp:127.0.0.1:7", ())) is path  # type: ignore[arg-type]
    for named in (Named(4, "serial", "x", ()), Named(3, "relay", "x", ())):
        with pytest.raises(OfficerError) as caught:
            agreed(charter, named)  # type: ignore[arg-type]
        assert caught.value.reason == "path-not-agreed"


@pytest.mark.parametrize(
    ("senders", "way"),
    [((0, 1), Direction.BOTH), ((0,), Direction.OUT), ((1,), Direction.IN)],
)
def test_the_senders_of_a_path_say_which_way_it_carries(
    senders: tuple[int, ...], way: Direction
) -> None:
    """PATH-60."""
    assert direction(Path(3, PathKind.SERIAL, senders), 0) == way
