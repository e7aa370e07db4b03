"""What is entered of a statement that is held: that a desk drew it, that it was disclosed."""

from collections.abc import Callable

import pytest
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import Exchange, open_line
from tests.line.test_effects import told

from backchannel.errors import OfficerError
from backchannel.line.events import Disclosed, HandedOn, Shown, SpanDisclosed
from backchannel.line.rows import HappenedRow
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import Happening
from backchannel.wire.signing import Mode

Done = Callable[..., Disclosed | Shown | SpanDisclosed | HandedOn]


def of_the_last(exchange: Exchange) -> dict[str, object]:
    """When and of which slot something is told: what was said last, as Alder holds it."""
    alder = exchange.stations[ALDER]
    row = alder.said()[-1]
    return {"at": alder.clock.moment(), "entry": row.entry, "no": row.no, "seq": row.seq}


def shown(exchange: Exchange, **changes: object) -> Shown:
    """The event by which Alder's desk reports what it drew."""
    usual = {
        **of_the_last(exchange),
        "croot": exchange.stations[ALDER].said()[-1].croot,
        "posts": ("duty officer",),
    }
    return Shown(**{**usual, **changes})  # type: ignore[arg-type]


def disclosed(exchange: Exchange, **changes: object) -> Disclosed:
    """The event by which Alder's officers disclose what was said last."""
    usual = {
        **of_the_last(exchange),
        "labels": (2, 21),
        "purpose": "for the court",
    }
    return Disclosed(**{**usual, **changes})  # type: ignore[arg-type]


def spanned(exchange: Exchange, **changes: object) -> SpanDisclosed:
    """The event by which Alder's officers disclose a span; what it ends with is any entry here."""
    usual = {
        **of_the_last(exchange),
        "since": (EntryId(seed("earlier")),),
        "shown": 3,
        "hidden": 1,
        "purpose": "for parliament",
    }
    return SpanDisclosed(**{**usual, **changes})  # type: ignore[arg-type]


def handed(exchange: Exchange, **changes: object) -> HandedOn:
    """The event by which Alder's officers hand on what was said last."""
    usual = {
        **of_the_last(exchange),
        "hook": "map",
        "format": "geojson",
        "digest": seed("copy"),
        "taken": True,
    }
    return HandedOn(**{**usual, **changes})  # type: ignore[arg-type]


def test_what_a_desk_has_drawn_is_entered() -> None:
    """RECORD-57: with the croot, the posts and the time; a machine's word (NT77)."""
    exchange = open_line()
    entry = exchange.say(BIRCH, "read this")
    exchange.run()
    alder = exchange.stations[ALDER]
    alder.do(shown(exchange))
    row = alder.said()[-1]
    values = (entry, row.croot, ("duty officer",), exchange.clock.now)
    assert told(alder, Happening.SHOWN) == [values]
    newest = alder.entries[16, alder.own().seq]
    assert newest.type == EntryType.LINE_EVENTS


@pytest.mark.parametrize(
    ("done", "kind", "values"),
    [
        (disclosed, Happening.DISCLOSED, ((2, 21), "for the court")),
        (
            *(spanned, Happening.SPAN_DISCLOSED),
            ((EntryId(seed("earlier")),), 3, 1, "for parliament"),
        ),
        (handed, Happening.HANDED_ON, ("map", "geojson", seed("copy"), 1)),
    ],
)
def test_what_leaves_stands_in_both_records(
    done: Done, kind: Happening, values: tuple[object, ...]
) -> None:
    """PROOF-33, PROOF-104, NOTICE-118: labels or both minutes and the purpose, or hook and hash,
    found by the entry that they speak of."""
    exchange = open_line()
    entry = exchange.say(BIRCH, "read this")
    exchange.run()
    alder, birch = exchange.stations[ALDER], exchange.stations[BIRCH]
    alder.do(done(exchange))
    exchange.run()
    for station in (alder, birch):
        rows = [row for row in station.rows if isinstance(row, HappenedRow) and row.kind == kind]
        assert [(row.no, row.subject) for row in rows] == [(16, entry)]
    assert told(alder, kind) == [(entry, *values)]


@pytest.mark.parametrize("done", [shown, disclosed, spanned, handed])
@pytest.mark.parametrize(
    "changes", [{"entry": EntryId(seed("other"))}, {"seq": 99}, {"no": 33}, {"no": 9}]
)
def test_of_what_is_not_held_nothing_is_told(done: Done, changes: dict[str, object]) -> None:
    """NT76, RECORD-57, PROOF-33, PROOF-104: no line event is written."""
    exchange = open_line()
    exchange.say(BIRCH, "read this")
    exchange.run()
    alder = exchange.stations[ALDER]
    before = alder.own()
    with pytest.raises(OfficerError, match="not-held"):
        alder.do(done(exchange, **changes))
    assert alder.own() == before


@pytest.mark.parametrize(
    ("done", "kind"),
    [
        (shown, Happening.SHOWN),
        (disclosed, Happening.DISCLOSED),
        (spanned, Happening.SPAN_DISCLOSED),
        (handed, Happening.HANDED_ON),
    ],
)
def test_of_an_exercise_it_is_told_in_its_own_journal(done: Done, kind: Happening) -> None:
    """NT75, RECORD-57, PROOF-33, PROOF-104."""
    exchange = open_line()
    exchange.say(BIRCH, "exercise", Mode.EXERCISE)
    exchange.run()
    alder = exchange.stations[ALDER]
    alder.do(done(exchange))
    assert len(told(alder, kind, Mode.EXERCISE)) == 1
    assert told(alder, kind) == []
