"""The lamp of minutes that lack signatures for too long: what they cover rests on Ed25519 alone.

This module must not call for a minute: it tells what stands, and who is missing. Clause: PROOF-24.
"""

from collections.abc import Iterator

from backchannel.limits import MINUTES_LOOKED_AT_MAX, UNCOSIGNED_SECONDS_MAX
from backchannel.station.cosigned import proposals, report_of
from backchannel.station.judging import Record
from backchannel.station.lamps import WARNING
from backchannel.station.minutereports import MinuteReport
from backchannel.station.reports import Finding
from backchannel.store.minutes import minutes_between
from backchannel.wire.moments import print_duration, print_moment

ARRIVALS_END = 1 << 62


def uncosigned_lamps(record: Record) -> Iterator[Finding]:
    """Yield the modes in which a minute has lacked a station's signature for longer than a day."""
    custody = record.custody
    found = proposals(
        minutes_between(
            *(custody.database, custody.line),
            since=0,
            before=ARRIVALS_END,
            limit=MINUTES_LOOKED_AT_MAX,
        )
    )
    for mode in sorted(record.state.core.own):
        oldest: MinuteReport | None = None
        for each, proposed in found:
            if each.mode != mode:
                continue
            report = report_of(record, mode, proposed)
            if not missing(report):
                break
            oldest = report
        if oldest is not None and record.now - oldest.time > UNCOSIGNED_SECONDS_MAX:
            yield Finding(
                WARNING,
                "not-cosigned",
                f"{oldest.mode}: {' and '.join(missing(oldest))} has not cosigned the minute of "
                f"{print_moment(oldest.time)}, nor one since; what it covers has no post-quantum "
                f"signature of theirs for more than {print_duration(UNCOSIGNED_SECONDS_MAX)}.",
                "See whether the path is up and their station runs; ask the other room.",
            )


def missing(report: MinuteReport) -> list[str]:
    """Return the stations that have not cosigned all that a minute names."""
    return [
        f"{each.name} of {each.party}"
        for each in report.cosigners
        if each.signed < report.checkpoints
    ]
