"""Who is on watch in each room, read from the record, and what must catch the eye about it.

This module must not take the presence of a station for that of an officer, or the other way round.
"""

from collections.abc import Iterator, Sequence

from backchannel.limits import WATCH_NOTICES_MAX, WATCH_SECONDS_MAX
from backchannel.station.dutyreports import DutyReport
from backchannel.station.judging import (
    RELEASED,
    Record,
    opened,
    party_name,
    said_of,
    signers_of,
    vectors,
    verdict_of,
)
from backchannel.station.lamps import NOTE, WARNING
from backchannel.station.reports import Finding
from backchannel.store.forms import notices_of
from backchannel.store.queries import Stated
from backchannel.watch.duty import FORM, Change, Duty, Hand, duties
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_duration, print_moment
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Label


def duty_reports(record: Record) -> tuple[DutyReport, ...]:
    """Return every post that was ever manned, in each mode that this station speaks in."""
    return tuple(
        report(record, mode, duty)
        for mode in sorted(record.state.core.own)
        for _, duty in sorted(duties(changes(record, mode)).items())
    )


def changes(record: Record, mode: int) -> Iterator[Change]:
    """Yield what the newest notices of the watch say, those that were duly released."""
    custody = record.custody
    vector_at = vectors(record)
    for stated in notices_of(custody.database, custody.line, mode, FORM, limit=WATCH_NOTICES_MAX):
        if verdict_of(record, said_of(record, stated), vector_at).word in RELEASED:
            yield from change(record, stated)


def change(record: Record, stated: Stated) -> Iterator[Change]:
    """Yield what one notice says, if its words are held and are those of the form."""
    content = opened(record, stated)
    said = said_of(record, stated)
    match content.values[Label.BODY - 1 :] if content is not None else ():
        case (str(turn), str(post), int(since), level, principal, due, matters, _):
            yield Change(
                party=said.party,
                no=said.no,
                seq=said.seq,
                time=stated.time,
                entry=stated.said.entry,
                turn=turn,
                post=post,
                since=since,
                hands=tuple(
                    Hand(bytes.fromhex(each.credential), each.name, each.posts)
                    for each in signers_of(record, said)
                ),
                level=level if isinstance(level, str) else None,
                principal_s=whole(principal),
                due=whole(due),
                open=len(matters) if isinstance(matters, tuple) else 0,
            )


def whole(value: Value) -> int | None:
    """Return a value if it is a whole number."""
    return value if type(value) is int else None


def report(record: Record, mode: int, duty: Duty) -> DutyReport:
    """Return one post as a face is told."""
    change, officer = duty
    end = change.time + WATCH_SECONDS_MAX
    if change.due is not None:
        end = min(end, change.due)
    return DutyReport(
        mode=Mode(mode).name,
        party=party_name(record, change.party),
        post=change.post,
        officer=officer.name if officer is not None else "",
        since=change.since,
        time=change.time,
        level=change.level or "",
        principal_s=change.principal_s,
        due=change.due,
        open=change.open,
        long=officer is not None and record.now > end,
        entry=change.entry.hex(),
    )


def manned(found: Sequence[DutyReport], mode: int, party: str) -> bool:
    """Say whether an officer of a party is on watch in a mode."""
    return any(
        each.officer and (each.mode, each.party) == (Mode(mode).name, party) for each in found
    )


def duty_lamps(record: Record, found: Sequence[DutyReport]) -> Iterator[Finding]:
    """Yield rooms that are not manned in mode REAL, and watches that nobody has handed over."""
    for party in range(len(record.state.charter.parties)):
        name = party_name(record, party)
        if manned(found, Mode.REAL, name):
            continue
        ours = party == record.state.party
        advice = "Sign on: backchannel watch on." if ours else "They can be rung by another way."
        yield Finding(NOTE, "not-manned", f"Nobody of {name} has signed on to the watch.", advice)
    for each in found:
        if each.long:
            yield Finding(
                WARNING,
                "long-watch",
                f"{each.mode}: {each.officer}, {each.post} of {each.party}, is on watch since "
                f"{print_moment(each.since)}: longer than {print_duration(WATCH_SECONDS_MAX)}, "
                "or past the change that was due.",
                "Hand over: backchannel watch hand-over. If they are silent, ring them.",
            )
