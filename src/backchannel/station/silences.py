"""Why a statement has no answer, gathered from the record (NOTICE-150).

This module must not take what a path does at this moment for evidence: it reads what was entered.
"""

from backchannel.line.verdicts import Said
from backchannel.notice.kinds import Relation
from backchannel.notice.relations import relation_of
from backchannel.station.courses import overdue
from backchannel.station.duties import changes
from backchannel.station.judging import Record, first_receipt, opened, said_of
from backchannel.station.ladderreports import SilenceReport
from backchannel.station.laning import lane_of, suspended
from backchannel.station.pathwords import names_of, newest_words
from backchannel.station.silence import Matter, entry_at, shown_events, theirs
from backchannel.watch.duty import duties
from backchannel.watch.lanes import closed
from backchannel.watch.silence import Signs, classify
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content


def silence_report(
    record: Record, said: Said, content: Content | None, matter: Matter
) -> SilenceReport | None:
    """Return why a statement has no answer from an addressee; None while nothing is overdue and
    nothing was declined."""
    declined = declining(record, matter)
    if declined is None and not any(overdue(record, clock) for clock in matter.clocks):
        return None
    party = matter.facts.addressee
    manned, left = watch_of(record, party, said.mode)
    lane = closed(
        (each for each in suspended(record, said.mode) if each.party == party),
        lane_of(said.statement, content) or "",
        record.now,
    )
    shown = next(shown_events(record, matter), None)
    found = classify(
        Signs(
            declined=declined,
            suspended=None if lane is None else lane.entry,
            down=path_down(record, party),
            held=held_entry(record, matter),
            shown=None if shown is None else entry_at(record, shown.row.no, shown.row.seq),
            manned=manned,
            left=left,
        )
    )
    entry = None if found.evidence is None else found.evidence.hex()
    return SilenceReport(found.state, found.text, entry)


def declining(record: Record, matter: Matter) -> bytes | None:
    """Return the answer by which an officer of the addressee refused, or said that he cannot."""
    for each in matter.heard:
        said, content = said_of(record, each), opened(record, each)
        if content is not None and relation_of(said.statement, content) == Relation.REJECT:
            return each.said.entry
    return None


def held_entry(record: Record, matter: Matter) -> bytes | None:
    """Return the entry by which the addressee first said that it holds a statement."""
    slot = (matter.stated.said.no, matter.stated.said.seq)
    for no in theirs(record, matter):
        receipt = first_receipt(record, no, *slot)
        if receipt is not None:
            return entry_at(record, no, receipt.seq)
    return None


def watch_of(record: Record, party: int, mode: int) -> tuple[bytes | None, bytes | None]:
    """Return the notice by which somebody of a party is on watch, else the one by which the last
    post was left."""
    found = [duty for (whose, _), duty in duties(changes(record, mode)).items() if whose == party]
    manned = [duty.change.entry for duty in found if duty.officer is not None]
    left = [duty.change.entry for duty in found if duty.officer is None]
    return (manned[0] if manned else None), (left[-1] if left and not manned else None)


def path_down(record: Record, party: int) -> bytes | None:
    """Return our newest word that a path to a party is down, if none to any station of it is up."""
    core, names = record.state.core, names_of(record.state, party)
    no = core.own.get(Mode.REAL)
    if no is None:
        return None
    found = newest_words(record.custody, record.state, no, core.journals[no].seq, time=record.now)
    last = [each for (_, station), each in found.items() if station in names]
    return last[0].entry if last and not any(each.up for each in last) else None
