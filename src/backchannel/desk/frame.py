"""What stands around every page: who is there, how the line stands, what must be done by when.

This module must not decide what is due: it words what the station reckons. Colour means that a
person must act, so what needs nobody has none.
"""

from collections.abc import Iterator, Sequence

import msgspec

from backchannel.desk.access import Session
from backchannel.desk.draftbox import Waiting
from backchannel.desk.live import Pulse
from backchannel.limits import DUES_LISTED_MAX
from backchannel.station.asked import DueQuery
from backchannel.station.client import Client
from backchannel.station.dutyreports import DutyReport
from backchannel.station.ladderreports import DueReport
from backchannel.station.reports import Finding, LogLine, StationReport, StatusReport
from backchannel.wire.statement import Precedence

REAL = "REAL"
FLASH, IMMEDIATE = Precedence.FLASH.name, Precedence.IMMEDIATE.name
URGENT = (FLASH, IMMEDIATE)
ORDER = [each.name for each in Precedence]
# The prosigns of ACP 127, so that radio and screen agree.
LETTERS = {"FLASH": "Z", "IMMEDIATE": "O", "PRIORITY": "P", "ROUTINE": "R", "DEFERRED": "M"}
OVERDUE_SILENCE_S = 60.0
# What is due in a later watch needs nobody now.
NOW_S = 8 * 3_600
# What the list of things to do already says.
SAID_BY_DUES = frozenset(("overdue",))
LAMP_PRECEDENCE = {"alarm": IMMEDIATE, "warning": "PRIORITY"}


class Alarm(msgspec.Struct, frozen=True):
    """Something that this room owes by a time. `sound` is what rings; "" while it is silenced or
    once it needs none; `silenced` by whom. `left_s` is running time, negative once overdue."""

    name: str
    entry: str
    number: str
    mode: str
    precedence: str
    duty: str
    party: str
    since: int | None
    due: int | None
    left_s: int
    sound: str
    silenced: str = ""

    @property
    def letter(self) -> str:
        """The prosign of its precedence."""
        return LETTERS[self.precedence]


class Item(msgspec.Struct, frozen=True):
    """One thing to do, or one that is waited for. `what` names a sentence of the desk's words, and
    `values` fill its holes; `note` is text of the station, as it gives it."""

    precedence: str
    what: str
    values: dict[str, str]
    left_s: int | None = None
    due: int | None = None
    note: str = ""
    advice: str = ""
    entry: str = ""
    draft: str = ""
    ours: bool = True

    @property
    def letter(self) -> str:
        """The prosign of its precedence."""
        return LETTERS[self.precedence]


class Frame(msgspec.Struct, frozen=True):
    """All that stands around a page."""

    number: str
    mode: str
    status: StatusReport
    stations: tuple[StationReport, ...]
    watch: tuple[DutyReport, ...]
    alarms: tuple[Alarm, ...]
    items: tuple[Item, ...]
    outbox: int
    speaks: bool

    @property
    def ours(self) -> str:
        """The name of this room's party."""
        return self.status.party

    @property
    def others(self) -> tuple[str, ...]:
        """The names of the other parties."""
        return tuple(each.name for each in self.status.parties if not each.ours)

    @property
    def top(self) -> Alarm | None:
        """What stands in the bar: the worst that is urgent or late."""
        return next((each for each in self.alarms if is_loud(each, self.mode)), None)

    @property
    def sounds(self) -> str:
        """What rings now, for the script: [name, sound, mode] of each, the worst first."""
        ringing = [[each.name, each.sound, each.mode] for each in self.alarms if each.sound]
        return msgspec.json.encode(ringing).decode()


def is_loud(alarm: Alarm, mode: str) -> bool:
    """Say whether an alarm takes the bar: urgent or overdue, and real or of the mode shown."""
    return alarm.mode in (REAL, mode) and (alarm.precedence in URGENT or alarm.left_s < 0)


def frame_of(
    client: Client,
    pulse: Pulse,
    mode: str,
    drafts: Sequence[Waiting],
    lines: Sequence[LogLine],
    session: Session,
) -> Frame:
    """Return the frame as the station stands now. Raises OfficerError("no-station-answers")."""
    number = pulse.number
    status = client.status()
    dues = client.due(DueQuery(DUES_LISTED_MAX)).clocks
    own = next(each for each in status.modes if each.mode == mode)
    items = (
        *(owed(each) for each in dues if each.mode == mode and is_running(each)),
        *readbacks_to_compare(lines),
        *(to_sign(each, session) for each in drafts),
        *lamps(status.lamps, mode),
    )
    return Frame(
        number=number,
        mode=mode,
        status=status,
        stations=tuple(each for each in status.stations if each.mode == mode),
        watch=tuple(each for each in status.watch if each.mode == mode),
        alarms=alarms_of(pulse, dues),
        items=tuple(sorted(items, key=urgency)),
        outbox=sum(own.outbox.values()),
        speaks=own.open and own.asking_s is None,
    )


def alarms_of(pulse: Pulse, dues: Sequence[DueReport]) -> tuple[Alarm, ...]:
    """Return what this room owes, real things first, then by precedence and the time left."""
    found = [alarm_of(pulse, each) for each in dues if each.ours and is_running(each)]
    return tuple(
        sorted(found, key=lambda each: (each.mode != REAL, rank(each.precedence), each.left_s))
    )


def is_running(due: DueReport) -> bool:
    """Say whether a clock has begun and is still open."""
    return due.clock.open and due.clock.left_s is not None


def alarm_of(pulse: Pulse, due: DueReport) -> Alarm:
    """Return what one clock of ours means for the horn."""
    left = due.clock.left_s
    assert left is not None, "only clocks that run are alarms"
    name = f"{due.entry[:16]}.{due.clock.duty.replace(' ', '-')}"
    silence = pulse.silence_of(name)
    # A clock that asks for more than a first word rings only once it is late.
    rings = due.clock.duty == "acknowledgement" or left < 0
    return Alarm(
        name=name,
        entry=due.entry,
        number=due.number,
        mode=due.mode,
        precedence=due.precedence,
        duty=due.clock.duty,
        party=due.author,
        since=due.clock.since,
        due=due.clock.due,
        left_s=left,
        sound=due.precedence if rings and silence is None else "",
        silenced=silence.officer if silence is not None else "",
    )


def silence_seconds(alarm: Alarm) -> float:
    """Return for how long a silence lasts: to half time, then to the end, then for a minute."""
    if alarm.left_s <= 0 or alarm.due is None or alarm.since is None:
        return OVERDUE_SILENCE_S
    half = alarm.left_s - (alarm.due - alarm.since) / 2
    return half if half > 0 else float(alarm.left_s)


def rank(precedence: str) -> int:
    """Return how urgent a precedence is; 0 is FLASH."""
    return ORDER.index(precedence)


def urgency(item: Item) -> tuple[bool, int, bool, int]:
    """Return what the list is ordered by: ours first, precedence, then what is left."""
    return (not item.ours, rank(item.precedence), item.left_s is None, item.left_s or 0)


def owed(due: DueReport) -> Item:
    """Return one open clock as a thing to do, or to wait for."""
    duty = due.clock.duty.replace(" ", "_")
    late = due.clock.overdue
    left = due.clock.left_s
    soon = left is not None and left < NOW_S
    precedence = due.precedence
    if not due.ours:
        # Waiting needs nobody; what is late needs somebody to ring the other room.
        precedence = max(precedence, IMMEDIATE, key=rank) if late else "ROUTINE"
    return Item(
        precedence=precedence,
        what=f"{'owe' if due.ours else 'wait'}_{duty}",
        values={"number": due.number, "party": due.clock.by},
        left_s=left,
        due=due.clock.due,
        entry=due.entry,
        ours=(due.ours and soon) or late,
    )


def readbacks_to_compare(lines: Sequence[LogLine]) -> Iterator[Item]:
    """Yield our statements that were read back and not confirmed yet."""
    for line in lines:
        for ladder in line.ladders:
            rungs = {rung.rung for rung in ladder.rungs}
            if line.words.ours and "read back" in rungs and not rungs & {"confirmed", "recalled"}:
                yield Item(
                    precedence=line.words.precedence,
                    what="compare_readback",
                    values={"number": line.number, "party": ladder.addressee},
                    entry=line.entry,
                )


def to_sign(draft: Waiting, session: Session) -> Item:
    """Return a draft that waits, for who reads this or for somebody else."""
    ours = session.credential in draft.missing
    return Item(
        precedence=draft.precedence,
        what="sign_draft" if ours else "draft_waits",
        values={"letter": draft.letter},
        draft=draft.letter,
        ours=ours,
    )


def lamps(found: Sequence[Finding], mode: str) -> Iterator[Item]:
    """Yield what the station finds wrong and a person should mend."""
    for lamp in found:
        if lamp.level in LAMP_PRECEDENCE and lamp.slug not in SAID_BY_DUES:
            yield Item(
                precedence=LAMP_PRECEDENCE[lamp.level],
                what="lamp",
                values={},
                note=lamp.text,
                advice=lamp.advice,
            )
