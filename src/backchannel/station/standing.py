"""How the line stands at this station, and what a doctor says of it.

This module must not change anything or speak to anybody: it looks at state, store, path and disk.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from backchannel.limits import DISK_FREE_BYTES_LOW, DISK_FREE_BYTES_MIN, EVIDENCE_SHOWN_MAX
from backchannel.line.state import Journal
from backchannel.line.windows import is_open
from backchannel.path import StationName
from backchannel.path.choice import in_order
from backchannel.station.archived import archive_lamps, archive_report
from backchannel.station.beacons import Faults, beacon_lamps, beacon_report
from backchannel.station.contacts import stations_of
from backchannel.station.copyreports import PathReport
from backchannel.station.cosigned import minute_report
from backchannel.station.dispatch import Dispatch
from backchannel.station.duties import duty_lamps, duty_reports, manned
from backchannel.station.dutyreports import DutyReport
from backchannel.station.jointlist import joint_lamps
from backchannel.station.judging import Record, own_journals, party_name
from backchannel.station.lamps import ALARM, GOOD, NOTE, ORDER, WARNING, lamps
from backchannel.station.laning import lane_lamps, lane_reports
from backchannel.station.listings import directory_lamps
from backchannel.station.reports import (
    Breach,
    Finding,
    ModeReport,
    PartyReport,
    StationReport,
    StatusReport,
)
from backchannel.station.runner import Runner
from backchannel.station.trials import trial_lamps
from backchannel.station.uncosigned import uncosigned_lamps
from backchannel.store import queries
from backchannel.wire.moments import print_duration, print_moment
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence

NO_ADDRESS = "it has announced no address yet"


class Errands(NamedTuple):
    """What the errands of a station have met: faults of witnesses by name, findings about hooks."""

    faults: Faults
    hooks: tuple[Finding, ...]


def status(record: Record, runner: Runner, dispatch: Dispatch, errands: Errands) -> StatusReport:
    """Return how the line stands. Raises CustodyError if the store cannot be read."""
    custody, state = record.custody, record.state
    evidence = queries.evidence(custody.database, custody.line, limit=EVIDENCE_SHOWN_MAX)
    watch = duty_reports(record)
    return StatusReport(
        line=state.line.hex(),
        name=state.charter.name,
        party=party_name(record, state.party),
        now=record.now,
        parties=parties(record),
        modes=tuple(mode_report(record, mode, watch) for mode in sorted(state.core.own)),
        stations=stations(record, dispatch),
        lamps=all_lamps(record, runner, errands, watch),
        evidence=tuple(
            Breach(each.row.no, each.row.seq, each.row.reason, each.row.time) for each in evidence
        ),
        refused=dict(sorted(runner.refused.items())),
        path_counts=dict(sorted(dispatch.counts().items())),
        paths=tuple(path_reports(record, dispatch)),
        beacon=beacon_report(record, errands.faults),
        watch=watch,
        archive=archive_report(record),
        lanes=lane_reports(record),
        commit=record.state.core.version,
    )


def all_lamps(
    record: Record, runner: Runner, errands: Errands, watch: Sequence[DutyReport]
) -> tuple[Finding, ...]:
    """Return what is lit now, that of witnesses, hooks and the watch too, the worst first."""
    beside = (*beacon_lamps(record, errands.faults), *errands.hooks, *duty_lamps(record, watch))
    agreed = (
        *trial_lamps(record),
        *directory_lamps(record),
        *joint_lamps(record),
        *lane_lamps(lane_reports(record)),
        *uncosigned_lamps(record),
    )
    found = (*lamps(record, runner.failure), *archive_lamps(record), *agreed, *beside)
    return tuple(sorted(found, key=lambda each: ORDER.index(each.level)))


def parties(record: Record) -> tuple[PartyReport, ...]:
    """Return the parties of the charter in their order."""
    state = record.state
    founded = {journal.party for journal in state.core.journals.values()}
    return tuple(
        PartyReport(each.name, n == state.party, each.languages, n in founded)
        for n, each in enumerate(state.charter.parties)
    )


def mode_report(record: Record, mode: int, watch: Sequence[DutyReport]) -> ModeReport:
    """Return one mode at this station, with who is on watch."""
    state = record.state
    core = state.core
    journal = core.journals[core.own[mode]]
    asking = core.asking.get(mode)
    due = core.due.get(mode)
    return ModeReport(
        mode=Mode(mode).name,
        journal=journal.no,
        seq=journal.seq,
        head=journal.head.hex(),
        open=is_open(state.charter, mode, record.now),
        asking_s=None if asking is None else (core.elapsed - asking.since) // 1000,
        answered=len(asking.answers) if asking is not None else 0,
        receipts_owed=due.count if due is not None else 0,
        outbox=outbox(record, mode),
        manned=manned(watch, mode, party_name(record, state.party)),
        minute=minute_report(record, mode),
    )


def outbox(record: Record, mode: int) -> dict[str, int]:
    """Return how many entries of ours wait for a receipt that is due (RECORD-61), by precedence.

    Those that are still to be sealed count too; authority entries count in REAL.
    """
    custody, core = record.custody, record.state.core
    waiting = [
        (each.no, each.precedence, each.count)
        for each in queries.outgoing_count(custody.database, custody.line)
    ]
    waiting += [(no, p, 1) for no, slots in core.unsealed.items() for p in slots.values()]
    counts = dict.fromkeys((each.name for each in Precedence), 0)
    for no, precedence, count in waiting:
        journal = core.journals.get(no)
        if (journal.mode if journal is not None else Mode.REAL) == mode:
            counts[Precedence(precedence).name] += count
    return counts


def stations(record: Record, dispatch: Dispatch) -> tuple[StationReport, ...]:
    """Return the other stations, one report for each open journal."""
    state, custody = record.state, record.custody
    ours = own_journals(state)
    heard = {each.no: each.arrived for each in queries.heads(custody.database, custody.line)}
    names = {j.no: name for name, journals in stations_of(state).items() for j in journals}
    up = dispatch.stations_up()
    return tuple(
        station_report(record, journal, heard.get(journal.no), reach(names, up, dispatch, journal))
        for journal in sorted(state.core.journals.values(), key=lambda j: (j.party, j.no))
        if journal.no not in ours and not journal.ended
    )


def path_reports(record: Record, dispatch: Dispatch) -> Iterator[PathReport]:
    """Yield the paths of this station, the best first, with who can be spoken to on each."""
    parties = {name: journals[0].party for name, journals in stations_of(record.state).items()}
    for terms in in_order([path.terms for path in dispatch.paths.values()]):
        yield PathReport(
            number=terms.number,
            name=terms.name,
            kind=terms.kind,
            direction=terms.direction.value,
            latency=terms.latency.value,
            rate_bps=terms.rate_bps,
            unit_bytes=terms.unit_bytes,
            cost=terms.cost,
            up=tuple(
                party_name(record, party)
                for station, party in sorted(parties.items())
                if terms in dispatch.paths_up(station)
            ),
        )


def reach(
    names: dict[int, StationName],
    up: frozenset[StationName],
    dispatch: Dispatch,
    journal: Journal,
) -> tuple[bool, str]:
    """Return whether a journal's station can be spoken to, and why the last dialling failed."""
    name = names.get(journal.no)
    if name is None:
        return False, NO_ADDRESS
    return (True, "") if name in up else (False, dispatch.failure_of(name))


def station_report(
    record: Record, journal: Journal, heard: int | None, reached: tuple[bool, str]
) -> StationReport:
    """Return another station as it is known in one mode."""
    state = record.state
    issued = state.authorities[journal.party].credentials.get(journal.credential)
    own = state.core.own.get(journal.mode, -1)
    return StationReport(
        name=issued.credential.name if issued is not None else journal.credential.hex()[:12],
        party=party_name(record, journal.party),
        mode=Mode(journal.mode).name,
        journal=journal.no,
        seq=journal.seq,
        up=reached[0],
        failure=reached[1],
        held=journal.holds.get(own, -1),
        heard=heard,
        forked=journal.forked,
        unopened=len(journal.unopened),
    )


# --- The doctor -----------------------------------------------------------------------------------


def doctor(
    record: Record, runner: Runner, dispatch: Dispatch, errands: Errands
) -> tuple[Finding, ...]:
    """Return what works and what does not, in words, worst first."""
    found = [
        *all_lamps(record, runner, errands, duty_reports(record)),
        *disk_findings(record),
        *mark_findings(record),
        *station_findings(record, dispatch),
        *clock_findings(record),
        *window_findings(record),
    ]
    return tuple(sorted(found, key=lambda each: ORDER.index(each.level)))


def disk_findings(record: Record) -> Iterator[Finding]:
    """Yield how much room the disk of the database has."""
    folder = Path(record.custody.database.path).parent
    free = shutil.disk_usage(folder).free
    text = f"{free // 1_048_576} MiB are free on the disk of {folder}."
    if free < DISK_FREE_BYTES_MIN:
        yield Finding(ALARM, "disk-nearly-full", text, "Make room at once.")
    elif free < DISK_FREE_BYTES_LOW:
        yield Finding(WARNING, "disk-low", text, "Make room soon.")
    else:
        yield Finding(GOOD, "disk", text, "")


def mark_findings(record: Record) -> Iterator[Finding]:
    """Yield whether the run mark lies on a medium of its own; that there is none is a lamp."""
    mark = record.custody.mark
    if mark is None:
        return
    if mark.path.stat().st_dev == Path(record.custody.database.path).stat().st_dev:
        yield Finding(
            WARNING,
            "run-mark-same-disk",
            f"The run mark {mark.path} lies on the disk of the database: an image of that disk "
            "that is put back brings both, and looks new.",
            "Put it on another medium: a second disk, a stick that stays plugged in.",
        )
    else:
        yield Finding(GOOD, "run-mark", "The run mark lies on a medium of its own.", "")


def station_findings(record: Record, dispatch: Dispatch) -> Iterator[Finding]:
    """Yield which stations can be spoken to, and why others cannot."""
    for each in stations(record, dispatch):
        if each.mode != Mode.REAL.name:
            continue
        who = f"{each.party}, station {each.name}"
        if each.up:
            yield Finding(GOOD, "station-up", f"{who}: connected.", "")
            continue
        heard = "never" if each.heard is None else print_moment(each.heard)
        why = each.failure or "no attempt has been answered yet"
        yield Finding(
            ALARM,
            "station-down",
            f"{who}: no connection ({why}); last heard {heard}.",
            "It is tried again by itself. Look at your network, then ring them.",
        )


def clock_findings(record: Record) -> Iterator[Finding]:
    """Yield whose clock disagrees with ours by more than the charter allows."""
    custody, state = record.custody, record.state
    ours, skew = own_journals(state), state.charter.policy.max_skew_s
    for each in queries.heads(custody.database, custody.line):
        journal = state.core.journals.get(each.no)
        if journal is None or journal.ended or each.no in ours:
            continue
        ahead = each.time - each.arrived
        if ahead > skew:
            yield Finding(
                WARNING,
                "clock-skew",
                f"Journal {each.no} of {party_name(record, journal.party)} was "
                f"{print_duration(ahead)} ahead of our clock when its newest entry came.",
                "Compare both clocks by voice. No key and no deadline depends on them.",
            )
        elif ahead < -skew:
            yield Finding(
                NOTE,
                "clock-or-delay",
                f"The newest entry of journal {each.no} of {party_name(record, journal.party)} "
                f"came {print_duration(-ahead)} after the time it claims.",
                "It was long under way, or one of the clocks is wrong.",
            )


def window_findings(record: Record) -> Iterator[Finding]:
    """Yield which modes may be used now."""
    for mode in sorted(record.state.core.own):
        name = Mode(mode).name
        if is_open(record.state.charter, mode, record.now):
            yield Finding(GOOD, "window-open", f"{name} may be used now.", "")
        else:
            yield Finding(
                NOTE,
                "window-closed",
                f"{name} is closed: no window of the charter is open now.",
                "The charter names the windows; an amendment opens others.",
            )
