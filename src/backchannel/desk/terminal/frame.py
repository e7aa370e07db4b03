"""The frame around every view: who speaks to whom, REAL or not, the clock, paths, watch, alarms.

What is real and what is a drill differ in every single row, and no colour is needed to see it. This
module must not shorten what an alarm says by more than its row.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backchannel.desk.telling import full_time
from backchannel.desk.terminal.cells import Glass, Look, Row, cut, fitted, said, width
from backchannel.desk.terminal.inbox import PROSIGNS, Item, countdown
from backchannel.desk.terminal.picture import Picture
from backchannel.station.dutyreports import DutyReport
from backchannel.station.reports import StationReport, StatusReport

# The edge of every row, by mode: nothing but a drill is hatched.
EDGES = {"REAL": "  ", "EXERCISE": "//", "TEST": ".."}
BANDS = {"REAL": "  REAL", "EXERCISE": "//EXERCISE//", "TEST": "..TEST.."}
HEAD_ROWS, FOOT_ROWS = 4, 3
NOTE_ROWS = 2
STALE_S = 5.0


class Stand(NamedTuple):
    """What the frame is drawn from. `age_s` is how old the picture is, `trouble` why nothing newer
    came; `officer` is who has signed on here, `sounding` what nobody has silenced."""

    picture: Picture | None
    mode: str
    now: int
    age_s: float
    trouble: str
    officer: str
    sounding: tuple[Item, ...]
    items: tuple[Item, ...]


def head(glass: Glass, stand: Stand) -> Iterator[Row]:
    """Yield the rows above a view."""
    yield title(glass, stand)
    if stand.picture is None or stand.age_s > STALE_S:
        yield from lost(glass, stand)
        return
    status = stand.picture.status
    yield edged(Row(path_row(glass, status, stand.mode)), stand.mode)
    yield edged(Row(watch_row(glass, stand, status)), stand.mode)
    yield alarm_row(glass, stand)


def title(glass: Glass, stand: Stand) -> Row:
    """Return the row that says who speaks to whom, in which mode, who sits here, and the time."""
    parties = stand.picture.status.parties if stand.picture else ()
    ours = [said(glass, each.name) for each in parties if each.ours]
    theirs = [said(glass, each.name) for each in parties if not each.ours]
    who = f"{' '.join(ours)} <> {', '.join(theirs)}" if parties else "no station"
    sits = said(glass, stand.officer) or "nobody signed on"
    twice = "" if stand.mode == "REAL" else BANDS[stand.mode][2:]
    left = f"{BANDS[stand.mode]}{twice}  {who}"
    right = f"{sits}  {full_time(stand.now)} {EDGES[stand.mode]}"
    room = glass.columns - width(right) - 1
    return Row(f"{fitted(left, room)} {right}", Look.INVERSE)


def lost(glass: Glass, stand: Stand) -> Iterator[Row]:
    """Yield the bar of a desk whose station does not answer."""
    since = f"for {int(stand.age_s)} s" if stand.picture else "yet"
    for text in (
        f"NOTHING BELOW IS CURRENT: the station has not answered {since}.",
        said(glass, stand.trouble) or "It has not said why.",
        "See that it runs: backchannel station run. Speak to the other room by another way.",
    ):
        yield Row(fitted(f"  {text}", glass.columns), Look.INVERSE)


def path_row(glass: Glass, status: StatusReport, mode: str) -> str:
    """Return how the other stations are reached in a mode, and what waits for a receipt."""
    reached = [path_words(glass, each) for each in status.stations if each.mode == mode]
    own = next((each for each in status.modes if each.mode == mode), None)
    waiting = sum(own.outbox.values()) if own is not None else 0
    asking = "  NOT SPEAKING YET: asks the others" if own and own.asking_s is not None else ""
    shut = "  CLOSED: no window is open" if own is not None and not own.open else ""
    found = "  ".join(reached) or "no other station is known"
    return f"Path  {found}  {waiting} without a receipt{asking}{shut}"


def path_words(glass: Glass, station: StationReport) -> str:
    """Return how one other station is reached."""
    party = said(glass, station.party)
    if not station.up:
        return f"direct: {party} NO CONNECTION"
    heard = "never" if station.heard is None else full_time(station.heard)
    return f"direct: {party} up, heard {heard}"


def watch_row(glass: Glass, stand: Stand, status: StatusReport) -> str:
    """Return who is on watch in each room, and how much is open."""
    manned = []
    for party in status.parties:
        duties = [d for d in status.watch if d.mode == stand.mode and d.party == party.name]
        manned.append(f"{said(glass, party.name)} {watch_words(glass, duties)}")
    ours = sum(each.ours for each in stand.items)
    late = sum(each.overdue for each in stand.items)
    clocks = sum(each.left_s is not None for each in stand.items)
    return (
        f"Watch {', '.join(manned)}  clocks {clocks}, {late} overdue  open {len(stand.items)}, "
        f"{ours} ours"
    )


def watch_words(glass: Glass, duties: Sequence[DutyReport]) -> str:
    """Return who is on watch at the posts of a room."""
    names = [said(glass, each.officer) for each in duties if each.officer]
    return f"manned by {', '.join(names)}" if names else "NOT MANNED"


def alarm_row(glass: Glass, stand: Stand) -> Row:
    """Return the alarm bar; the most urgent thing that nobody has silenced stands in it."""
    if not stand.sounding:
        return edged(Row("-" * (glass.columns - 4)), stand.mode)
    item = stand.sounding[0]
    more = f"  +{len(stand.sounding) - 1} more" if len(stand.sounding) > 1 else ""
    keys = "[A go] [S silence]"
    text = f"  ** {item_words(glass, item)}{more}"
    return Row(f"{fitted(text, glass.columns - len(keys) - 1)} {keys}", Look.INVERSE)


def item_words(glass: Glass, item: Item) -> str:
    """Return one thing that needs somebody, in a row."""
    sign = f"{PROSIGNS[item.precedence]} {item.precedence}"
    mode = f"{item.mode} " if item.mode not in ("REAL", "") else ""
    about = said(glass, item.about)
    text = f"{sign:<11} {mode}{said(glass, item.what)} {about}"
    if item.left_s is None:
        return text
    late = "OVERDUE " if item.overdue else ""
    by = f" (by {full_time(item.due)})" if item.due is not None else ""
    return f"{text}  {late}{countdown(item.left_s)}{by}"


def edged(row: Row, mode: str) -> Row:
    """Return a row behind the edge of its mode."""
    return Row(EDGES[mode] + row.text, row.look)


def foot(glass: Glass, stand: Stand, note: str, keys: str) -> Iterator[Row]:
    """Yield the rows below a view: what happened last, and the keys."""
    notes = [*cut(glass, note, glass.columns - 3), ""][:NOTE_ROWS]
    yield from (edged(Row(each, Look.BOLD), stand.mode) for each in notes)
    text = f"{BANDS[stand.mode]}  {keys}"
    yield Row(fitted(text, glass.columns - 1), Look.INVERSE)
