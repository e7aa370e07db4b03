"""The figures of a month, reckoned from the entries that both parties hold.

This module must not count what only one party can know. Clauses: NOTICE-170, NOTICE-171.
"""

import asyncio
from collections.abc import Iterator

from backchannel.errors import OfficerError
from backchannel.limits import SHEET_STATEMENTS_MAX
from backchannel.line.ladder import Rung
from backchannel.station.figurereports import FigureReport, FiguresQuery, FiguresReport
from backchannel.station.judging import Record
from backchannel.station.timekeeper import TIMED, read_matters
from backchannel.station.trials import path_name, trials
from backchannel.store import queries
from backchannel.store.pathevents import path_events
from backchannel.store.queries import Stated
from backchannel.watch.clocks import Duty
from backchannel.watch.figures import PathChange, Wait, figures
from backchannel.watch.trials import scores
from backchannel.wire.moments import month_around, print_moment
from backchannel.wire.signing import Mode

PAGE = 64


async def figures_report(record: Record, query: FiguresQuery) -> FiguresReport:
    """Return the figures of a month that is over. Raises OfficerError("month-not-over")."""
    month = month_around(query.moment)
    if month[1] > record.now:
        raise OfficerError(
            "month-not-over", f"it ends at {print_moment(month[1])}: both rooms sign what is over"
        )
    tested = [each for _, each in trials(record) if month[0] <= each.entered < month[1]]
    waits = await waits_in(record, Mode[query.mode], month)
    found = figures(scores(tested), waits, tuple(path_changes(record)), month)
    return FiguresReport(*month, tuple(FigureReport(*each) for each in found))


async def waits_in(record: Record, mode: int, month: tuple[int, int]) -> list[Wait]:
    """Return the statements of a month that had to be acknowledged, the newest so many of a mode;
    others get their turn between two of them."""
    custody, before = record.custody, queries.NEWEST
    found: list[Wait] = []
    for _ in range(SHEET_STATEMENTS_MAX // PAGE):
        page = queries.statements(
            custody.database, custody.line, limit=PAGE, mode=mode, before=before
        )
        for each in page:
            if month[0] <= each.time < month[1] and each.said.kind in TIMED:
                found += waits_of(record, each)
                await asyncio.sleep(0)
        if len(page) < PAGE:
            break
        before = page[-1].arrival
    return found


def waits_of(record: Record, stated: Stated) -> Iterator[Wait]:
    """Yield how long each addressee took to acknowledge a statement that asked for it. Both moments
    are those that entries claim: both parties have the same."""
    for matter in read_matters(record, stated):
        if any(clock.duty == Duty.ACKNOWLEDGEMENT for clock in matter.clocks):
            times = [step.time for step in matter.steps if step.rung == Rung.ACKNOWLEDGED]
            taken = max(0, times[0] - stated.time) if times else None
            yield Wait(matter.facts.addressee, stated.said.precedence, taken)


def path_changes(record: Record) -> Iterator[PathChange]:
    """Yield what the stations of each party entered about their paths."""
    custody, state = record.custody, record.state
    for journal in state.core.journals.values():
        if journal.mode != Mode.REAL:
            continue
        for each in path_events(custody.database, custody.line, journal.no, journal.seq):
            name = path_name(state.charter, each.path)
            yield PathChange(journal.party, name, each.time, each.up)
