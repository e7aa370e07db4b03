"""Which lanes are suspended, read from the record; what may go in them, and what came all the same.

This module must not hide what came: a statement in a suspended lane is marked, and shown. Clauses:
NOTICE-140 to NOTICE-143.
"""

from collections.abc import Iterator

from backchannel.charter.handling import lane_in
from backchannel.errors import OfficerError
from backchannel.limits import LANE_NOTICES_MAX
from backchannel.line.verdicts import Said
from backchannel.notice.catalogue import known_form
from backchannel.station.judging import (
    RELEASED,
    Record,
    opened,
    party_name,
    said_of,
    vectors,
    verdict_of,
)
from backchannel.station.lamps import NOTE, WARNING
from backchannel.station.lanereports import LaneReport
from backchannel.station.reports import Finding
from backchannel.store.forms import notices_of
from backchannel.store.queries import Stated
from backchannel.watch.lanes import (
    FORM,
    LaneNotice,
    Suspension,
    closed,
    suspensions,
)
from backchannel.wire.moments import print_moment
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content, Kind, Label, Statement

LANED = (Kind.MESSAGE, Kind.NOTICE)


def suspended(record: Record, mode: int) -> tuple[Suspension, ...]:
    """Return what is suspended in a mode, or announced to be."""
    delays = {lane.name: lane.notice_s for lane in record.state.charter.policy.lanes}
    return tuple(suspensions(lane_notices(record, mode), delays).values())


def lane_notices(record: Record, mode: int) -> Iterator[LaneNotice]:
    """Yield what the newest notices about lanes say, those that were duly released."""
    custody = record.custody
    vector_at = vectors(record)
    for stated in notices_of(custody.database, custody.line, mode, FORM, limit=LANE_NOTICES_MAX):
        if verdict_of(record, said_of(record, stated), vector_at).word in RELEASED:
            yield from lane_notice(record, stated)


def lane_notice(record: Record, stated: Stated) -> Iterator[LaneNotice]:
    """Yield what one notice says of a lane, if it speaks of one."""
    content = opened(record, stated)
    party = record.state.core.journals[stated.said.no].party
    match content.values[Label.BODY - 1 :] if content is not None else ():
        case (str(turn), (int(since), until), str(lane), *_):
            end = until if type(until) is int else None
            slot = (party, stated.said.no, stated.said.seq)
            yield LaneNotice(*slot, stated.time, stated.said.entry, turn, lane, since, end)


def lane_of(statement: Statement, content: Content | None) -> str | None:
    """Return the lane that a statement travels in: the one that it names, else that of its form."""
    named = None if content is None else lane_in(content.field(Label.LANE))
    form = known_form(statement.form or "")
    return named or (None if form is None else form.lane)


def travels(statement: Statement) -> bool:
    """Say whether a statement travels in a lane at all (NOTICE-140)."""
    form = known_form(statement.form or "")
    return statement.kind in LANED and (form is None or form.lane is not None)


def require_lane_open(record: Record, statement: Statement, content: Content, mode: int) -> None:
    """Raise OfficerError for what is to go in a lane that is suspended, or in none while one is
    (NOTICE-143)."""
    if not travels(statement):
        return
    lane, found = lane_of(statement, content), suspended(record, mode)
    known = [each.name for each in record.state.charter.policy.lanes]
    if lane is not None and lane not in known:
        raise OfficerError("unknown-lane", f"got {lane!a}, wanted one of {', '.join(known)}")
    standing = closed(found, lane, record.now)
    if standing is None:
        return
    who = party_name(record, standing.party)
    since = print_moment(standing.since or 0)
    if lane is None:
        raise OfficerError(
            "lane-unnamed",
            f"{who} has suspended the lane {standing.lane} since {since}: say with --lane in which "
            f"this goes, {', '.join(known)}",
        )
    raise OfficerError(
        "lane-suspended",
        f"{who} has suspended the lane {lane} since {since}; backchannel lane show says what "
        "stands, and --lane names another",
    )


def lane_marks(
    record: Record, stated: Stated, said: Said, content: Content | None
) -> Iterator[str]:
    """Yield that a statement was entered in a suspended lane (NOTICE-143)."""
    if not travels(said.statement):
        return
    lane = lane_of(said.statement, content)
    if lane is None:
        return
    # Within one second nobody knows which was first: the writer has the benefit of it.
    standing = closed(suspended(record, said.mode), lane, stated.time - 1)
    if standing is not None:
        yield f"IN A SUSPENDED LANE: {lane}, suspended by {party_name(record, standing.party)}"


def lane_reports(record: Record) -> tuple[LaneReport, ...]:
    """Return what is suspended, or announced to be, in each mode that this station speaks in."""
    return tuple(
        LaneReport(
            mode=Mode(mode).name,
            lane=each.lane,
            party=party_name(record, each.party),
            announced=each.first,
            since=each.since,
            until=each.until,
            closed=closed((each,), each.lane, record.now) is not None,
            entry=each.entry.hex(),
        )
        for mode in sorted(record.state.core.own)
        for each in suspended(record, mode)
    )


def lane_lamps(found: tuple[LaneReport, ...]) -> Iterator[Finding]:
    """Yield which lanes are closed, and what was announced."""
    for each in found:
        if each.closed:
            yield Finding(
                WARNING,
                "lane-suspended",
                f"{each.mode}: {each.party} has suspended the lane {each.lane}.",
                "What is about life and safety goes on; backchannel lane show says what stands.",
            )
        elif each.since is None:
            yield Finding(
                NOTE,
                "lane-announced",
                f"{each.mode}: {each.party} has announced to suspend the lane {each.lane}.",
                "It stays open until a second notice, and until the charter's delay has passed.",
            )
