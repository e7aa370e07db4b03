"""Paths as the settings name them, against what the charter agreed on."""

from types import SimpleNamespace

import pytest

from backchannel.charter.paths import Path, PathKind
from backchannel.errors import OfficerError
from backchannel.path import Direction
from backchannel.station.ways import Named, agreed, direction, read_paths


@pytest.mark.parametrize(
    "texts",
    [
        ["serial tcp:127.0.0.1:7 300"],
        ["0 serial tcp:127.0.0.1:7"],
        ["3 pigeon /loft"],
        ["3  serial x"],
        ["3 serial tcp:127.0.0.1:7 300", "3 serial tcp:127.0.0.1:8 300"],
        ["3 serial tcp:127.0.0.1:7 300"] * 65,
    ],
)
def test_a_path_that_is_named_wrongly_is_refused(texts: list[str]) -> None:
    with pytest.raises(OfficerError) as caught:
        read_paths(texts)
    assert caught.value.reason == "bad-path"


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
