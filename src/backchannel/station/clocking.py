"""Clocks of a statement as a face is told: what is due from whom, how much is left, how it ended.

This module must not decide what is due; it words what the rules reckoned.
"""

from backchannel.line.ladder import Rung
from backchannel.line.verdicts import Said
from backchannel.station.courses import left_of
from backchannel.station.judging import Record, party_name
from backchannel.station.ladderreports import ClockReport, EscalationReport
from backchannel.store.queries import Happened
from backchannel.watch.clocks import Clock, Duty
from backchannel.watch.escalation import STEP_WORDS
from backchannel.wire.codec import decode
from backchannel.wire.payload import Happening

DUTY_WORDS = {
    Duty.HELD: "receipt",
    Duty.ACKNOWLEDGEMENT: "acknowledgement",
    Duty.READBACK: "readback",
    Duty.OPERATING: "operating level",
    Duty.ANSWER: "answer",
    Duty.REPORT: "next report",
}
# The rung at which a duty is done: one that was reached late says so.
DUTY_OF = {
    Rung.HELD: Duty.HELD,
    Rung.ACKNOWLEDGED: Duty.ACKNOWLEDGEMENT,
    Rung.READ_BACK: Duty.READBACK,
    Rung.PASSED: Duty.OPERATING,
    Rung.DECIDED: Duty.ANSWER,
}
MS = 1_000


def clock_report(record: Record, said: Said, addressee: int, clock: Clock) -> ClockReport:
    """Return one clock as a face is told. The next report is the originator's to give, all else the
    addressee's."""
    party = said.party if clock.duty == Duty.REPORT else addressee
    left = left_of(record, clock)
    return ClockReport(
        duty=DUTY_WORDS[clock.duty],
        by=party_name(record, party),
        since=None if clock.since is None else clock.since.label,
        due=clock.due,
        left_s=None if left is None else left // MS,
        open=clock.open,
        overdue=left is not None and left < 0,
        met=clock.met,
        late=clock.late,
    )


def escalations(record: Record, events: tuple[Happened, ...]) -> tuple[EscalationReport, ...]:
    """Return the steps of escalation that stations have entered about a statement."""
    found = []
    for event in events:
        if event.row.kind == Happening.ESCALATED:
            match decode(event.row.body):
                case (_, int(step), int(time)):
                    word = STEP_WORDS.get(step, f"step {step}")
                    party = record.state.core.journals[event.row.no].party
                    found.append(EscalationReport(word, time, party_name(record, party)))
    return tuple(found)
