"""Looking through the content keys: which days are over, and which words nobody waits for.

It is done when the line says that it is due, and what was found is handed to the line as an event.
This module must not drop a key. Clauses: RECORD-117, RECORD-119, KEYS-36.
"""

from collections.abc import Sequence

from backchannel.limits import SWEEP_KEYS_MAX
from backchannel.line.events import Looked, Moment, Swept
from backchannel.line.keeping import sweep_is_due
from backchannel.line.rows import Row
from backchannel.line.speak import may_speak
from backchannel.line.state import LineState
from backchannel.line.work import Work
from backchannel.station.courses import ENDED
from backchannel.station.judging import Record, answers_to, opened, said_of, vectors, verdict_of
from backchannel.station.rungs import Asked, ladders, rung_word
from backchannel.station.runner import Custody, Runner
from backchannel.store import archive, queries
from backchannel.store.queries import Stated
from backchannel.wire.archive import DAY_S
from backchannel.wire.statement import Kind

MATTERS = (Kind.MESSAGE, Kind.NOTICE)
ENDS = tuple(map(rung_word, ENDED))


def keep_sweeping(runner: Runner) -> None:
    """Have content keys looked through after each commit that finds it due."""

    def committed(state: LineState, rows: Sequence[Row]) -> None:
        if sweep_is_due(state):
            runner.answer(sweep(runner.custody, state, runner.moment()))

    runner.listen(committed)


def sweep(custody: Custody, state: LineState, at: Moment) -> Swept:
    """Return which days are to be sealed, and how sealed content keys stand if the charter has a
    hot window. Raises CustodyError."""
    work, today = Work(state), at.now // DAY_S
    days = {}
    for mode in sorted(state.core.own):
        if may_speak(work, mode):
            day = archive.unsealed_day(custody.database, custody.line, mode, today=today)
            if day is not None:
                days[mode] = day
    if state.charter.policy.hot_window_s is None:
        return Swept(at=at, days=days)
    archive.wash(custody.database)
    record = Record(custody, state, at.now)
    kept = archive.to_look_at(custody.database, custody.line, limit=SWEEP_KEYS_MAX)
    looked = tuple(
        Looked(
            each.entry, each.met, each.over, each.over is not None or is_over(record, each.entry)
        )
        for each in kept
    )
    return Swept(at=at, days=days, looked=looked)


def is_over(record: Record, entry: bytes) -> bool:
    """Say whether nobody waits for the words of a statement any more (RECORD-119).

    Every party that it is to holds it with its words. A message or notice is closed, recalled or
    superseded; an answer goes with what it answers.
    """
    custody = record.custody
    stated = queries.statement(custody.database, custody.line, entry)
    if not is_held(record, stated):
        return False
    if stated.said.kind in MATTERS:
        return is_closed(record, stated)
    return all(
        archive.is_over(custody.database, custody.line, ref)
        for ref in matters_of(record, stated.said.refs)
    )


def matters_of(record: Record, refs: Sequence[bytes]) -> list[bytes]:
    """Return those of the entries that are messages or notices of our record."""
    custody = record.custody
    kinds = [(ref, archive.kind_of(custody.database, custody.line, ref)) for ref in refs]
    return [ref for ref, kind in kinds if kind in MATTERS]


def is_held(record: Record, stated: Stated) -> bool:
    """Say whether a station of each party that a statement is to covers it and opened it."""
    state, custody, said = record.state, record.custody, stated.said
    journals = state.core.journals
    holders = {each.by for each in queries.held(custody.database, custody.line, said.no, said.seq)}
    own = journals[state.core.own[said.mode]]
    if said.no in own.seen and own.seen[said.no][1] >= said.seq:
        holders.add(own.no)
    opened_by = {
        journals[no].party
        for no in holders
        if no in journals and said.entry not in journals[no].unopened
    }
    return all(
        party in opened_by
        for party in range(len(state.charter.parties))
        if said.to & 1 << party and party != journals[said.no].party
    )


def is_closed(record: Record, stated: Stated) -> bool:
    """Say whether the ladder of a message or notice has come to an end for each party that it is
    to: closed, recalled or superseded."""
    vector_at, said = vectors(record), said_of(record, stated)
    verdict = verdict_of(record, said, vector_at)
    asked = Asked(stated, said, verdict, opened(record, stated), answers_to(record, stated))
    found = ladders(record, asked, vector_at)
    return bool(found) and all(each.top in ENDS for each in found)
