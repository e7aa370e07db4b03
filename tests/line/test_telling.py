"""What is entered of a statement: on both records, and only if the entry is held."""

import pytest
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import Exchange, open_line
from tests.line.test_effects import told

from backchannel.errors import OfficerError
from backchannel.line.events import Disclosed, HappenedRow
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import Happening
from backchannel.wire.signing import Mode


def disclosed(exchange: Exchange, **changes: object) -> Disclosed:
    """The event by which Alder's officers disclose what was said last."""
    alder = exchange.stations[ALDER]
    row = alder.said()[-1]
    usual: dict[str, object] = {
        "at": alder.clock.moment(),
        "entry": row.entry,
        "no": row.no,
        "seq": row.seq,
        "labels": (2, 21),
        "purpose": "for the court",
    }
    return Disclosed(**{**usual, **changes})  # type: ignore[arg-type]


def test_a_disclosure_stands_in_both_records() -> None:
    """PROOF-33: labels and purpose, found by the entry that they speak of."""
    exchange = open_line()
    entry = exchange.say(BIRCH, "read this")
    exchange.run()
    alder, birch = exchange.stations[ALDER], exchange.stations[BIRCH]
    alder.do(disclosed(exchange))
    exchange.run()
    for station in (alder, birch):
        rows = [
            row
            for row in station.rows
            if isinstance(row, HappenedRow) and row.kind == Happening.DISCLOSED
        ]
        assert [(row.no, row.subject) for row in rows] == [(16, entry)]
    assert told(alder, Happening.DISCLOSED) == [(entry, (2, 21), "for the court")]


@pytest.mark.parametrize(
    "changes", [{"entry": EntryId(seed("other"))}, {"seq": 99}, {"no": 33}, {"no": 9}]
)
def test_what_is_not_held_is_not_disclosed(changes: dict[str, object]) -> None:
    """PROOF-33: no line event is written."""
    exchange = open_line()
    exchange.say(BIRCH, "read this")
    exchange.run()
    alder = exchange.stations[ALDER]
    before = alder.own()
    with pytest.raises(OfficerError, match="not-held"):
        alder.do(disclosed(exchange, **changes))
    assert alder.own() == before


def test_a_disclosure_of_an_exercise_stands_in_its_own_journal() -> None:
    """PROOF-33, NT75."""
    exchange = open_line()
    exchange.say(BIRCH, "exercise", Mode.EXERCISE)
    exchange.run()
    alder = exchange.stations[ALDER]
    alder.do(disclosed(exchange))
    assert len(told(alder, Happening.DISCLOSED, Mode.EXERCISE)) == 1
    assert told(alder, Happening.DISCLOSED) == []
