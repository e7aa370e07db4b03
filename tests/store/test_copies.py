"""By which paths an entry came and left, as it is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store import samples as s

from backchannel.store import sqlite
from backchannel.store.copies import Copy, Times, Way, add_copies, copies_of, counter, put_counter
from backchannel.store.lines import create_line
from backchannel.store.sqlite import Database

OURS, THEIRS = s.entry_id(s.ALDER, 0), s.entry_id(s.BIRCH, 0)
ENVELOPE, OTHER = b"e" * 16, b"o" * 16


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The sample line, with one entry of each party."""
    rows = [s.entry(s.ALDER, 0), s.entry(s.BIRCH, 0)]
    with sqlite.open(tmp_path / "station.db") as opened:
        create_line(
            opened,
            s.FOUNDED,
            wrap_key=s.WRAP_KEY,
            core=s.core(0),
            secrets=s.secrets(0),
            rows=rows,
        )
        yield opened


def test_copies_add_up_by_path(database: Database) -> None:
    """PATH-63."""
    came = [(THEIRS, ENVELOPE, Times(1, 100, 100, 1))]
    again = [(ENVELOPE, Times(3, 140, 150, 2)), (OTHER, Times(3, 140, 150, 2))]
    sent = [(s.ALDER, 0, Times(3, 160, 160, 1)), (s.ALDER, 9, Times(3, 160, 160, 1))]
    for _ in range(2):
        add_copies(database, s.LINE, came=came, again=again, sent=sent)
    assert copies_of(database, s.LINE, THEIRS) == (
        Copy(1, Way.CAME, 100, 100, 2),
        Copy(3, Way.CAME, 140, 150, 4),
    )
    assert copies_of(database, s.LINE, OURS) == (Copy(3, Way.SENT, 160, 160, 2),)


def test_a_counter_never_goes_back(database: Database) -> None:
    assert counter(database, s.LINE, 0, 1) == 0
    put_counter(database, s.LINE, 0, 1, next_=7)
    put_counter(database, s.LINE, 0, 1, next_=5)
    assert counter(database, s.LINE, 0, 1) == 7
