"""Pictures of a line, as a station gives them."""

from msgspec.structs import replace

from backchannel.desk.terminal.inbox import Item
from backchannel.desk.terminal.picture import Picture
from backchannel.station.dutyreports import DutyReport
from backchannel.station.ladderreports import ClockReport, DueReport, DuesReport, Ladder, Rung
from backchannel.station.reports import (
    Finding,
    Judgement,
    LogLine,
    LogPage,
    ModeReport,
    PartyReport,
    StationReport,
    StatusReport,
    Words,
)

NOW = 1_795_355_000
PARTIES = (
    PartyReport("Alder", True, ("en",), True),
    PartyReport("Birch", False, ("fr",), True),
)


def due(precedence: str, left_s: int, **fields: object) -> DueReport:
    """A clock that runs: an acknowledgement of ours, unless told otherwise."""
    clock = ClockReport(
        "acknowledgement", "Alder", NOW, NOW + left_s, left_s, True, left_s < 0, None, False
    )
    entry = bytes((len(precedence), left_s & 255)).hex() * 16
    made = DueReport(entry, "BIRCH 0413", "REAL", precedence, "Birch", True, clock)
    return replace(made, **fields)


def said_line(**fields: object) -> LogLine:
    """A statement of Birch's."""
    words = Words(
        *("REAL", "Birch", False, ("Alder",), "message", "", "FLASH", "inform", ("Lin",)),
        *("fr", "Le bateau dérive.", ()),
    )
    line = LogLine(
        *("ab" * 32, 1, "BIRCH 0413", NOW, NOW, words, (), Judgement("valid", "")),
        *((), (ladder(),), ()),
    )
    return replace(line, **fields)


def ladder(*rungs: str) -> Ladder:
    """A ladder with Alder that has reached some rungs."""
    reached = [
        Rung(each, NOW + n, "Marsh (duty officer)" if n else "station of Alder", None, False)
        for n, each in enumerate(("held", *rungs))
    ]
    return Ladder("Alder", tuple(reached), reached[-1].rung, None, False)


def picture(
    *clocks: DueReport,
    lines: tuple[LogLine, ...] = (),
    lamps: tuple[Finding, ...] = (),
    watch: tuple[DutyReport, ...] = (),
    up: bool = True,
) -> Picture:
    """What a station says at one moment."""
    modes = tuple(
        ModeReport(mode, 1, 3, "00" * 32, True, None, 0, 0, {"ROUTINE": 2}, False, None)  # type: ignore[arg-type]
        for mode in ("REAL", "EXERCISE")
    )
    station = StationReport("one", "Birch", "REAL", 2, 3, up, "", 3, NOW, False, 0)
    status = StatusReport(
        *("00" * 32, "one", "Alder", NOW, PARTIES, modes, (station,), lamps, (), {}, {}),
        watch=watch,
    )
    logs = {"REAL": LogPage(lines, (), None), "EXERCISE": LogPage((), (), None)}
    return Picture(status, DuesReport(NOW, clocks, len(clocks), 0), logs, 0.0)


def item(precedence: str = "FLASH", **fields: object) -> Item:
    """Something that needs us."""
    made = Item(precedence, precedence, "REAL", "ack", "BIRCH 0413", True, 60, NOW + 60, "ab" * 32)
    return made._replace(**fields)  # type: ignore[arg-type]
