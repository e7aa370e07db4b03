"""Status, findings and checks as lines of text.

This module must not print or compute anything. What came over the line goes through `visible`.
"""

from collections.abc import Iterator, Sequence

from backchannel.cli.copylines import path_line
from backchannel.cli.dues import status_due_lines
from backchannel.cli.output import visible
from backchannel.cli.wording import MODE_WIDTH
from backchannel.desk.telling import moment
from backchannel.station.archivereports import ArchiveReport
from backchannel.station.asked import CheckReport, JournalCheck
from backchannel.station.dutyreports import DutyReport
from backchannel.station.minutereports import CosignerReport, MinuteOfficer, MinuteReport
from backchannel.station.reports import (
    DoctorReport,
    Finding,
    ModeReport,
    StationReport,
    StatusReport,
)
from backchannel.station.watchreports import BeaconReport
from backchannel.wire.moments import print_duration

LEVEL_WIDTH = len("WARNING")
ID_DIGITS = 12


def status_lines(found: StatusReport) -> Iterator[str]:
    """Yield how the line stands."""
    yield f"{visible(found.name)}: {visible(found.party)} at {moment(found.now)}"
    yield f"line {found.line}"
    yield ""
    for mode in found.modes:
        yield f"{mode.mode:<{MODE_WIDTH}} {mode_line(mode)}"
        if mode.minute is not None:
            yield f"{'':<{MODE_WIDTH}} {minute_line(mode.minute)}"
    if found.beacon is not None:
        yield from beacon_lines(found.beacon)
    if found.archive is not None:
        yield from archive_lines(found.archive)
    yield ""
    if found.watch:
        yield from map(duty_line, found.watch)
        yield ""
    for station in found.stations:
        yield f"{station.mode:<{MODE_WIDTH}} {station_line(station, found)}"
    for path in found.paths:
        yield f"{'':<{MODE_WIDTH}} {path_line(path)}"
    for party in found.parties:
        if not party.founded:
            yield f"{visible(party.name)}: its founding file is not here yet"
    yield ""
    if found.dues is not None and (found.dues.open or found.dues.reading):
        yield from status_due_lines(found.dues)
        yield ""
    for lamp in found.lamps:
        yield from finding_lines(lamp)
    for each in found.evidence:
        slot = f"journal {each.journal}, slot {each.seq}"
        yield f"EVIDENCE {slot}: {visible(each.reason)}, met at {moment(each.time)}"
    for reason, count in found.refused.items():
        yield f"refused  {visible(reason)}: {count}"
    for reason, count in found.path_counts.items():
        yield f"path     {visible(reason)}: {count}"


def duty_line(duty: DutyReport) -> str:
    """Return who is on watch at a post, since when, and which authority can be had there."""
    where = f"{duty.mode:<{MODE_WIDTH}} {visible(duty.party)}, {visible(duty.post)}:"
    if not duty.officer:
        return f"{where} NOT MANNED since {moment(duty.since)}"
    said = [f"manned since {moment(duty.since)} by {visible(duty.officer)}"]
    said += [f"level {visible(duty.level)}"] if duty.level else []
    if duty.principal_s is not None:
        said.append(f"principal in {print_duration(duty.principal_s)}")
    if duty.due is not None:
        said.append(f"next change due {moment(duty.due)}")
    said += ["NO HAND-OVER ENTERED"] if duty.long else []
    return f"{where} {'; '.join(said)}"


def archive_lines(archive: ArchiveReport) -> Iterator[str]:
    """Yield what is readable here, until when, and who may open the rest."""
    yield (
        f"{'':<{MODE_WIDTH}} archive: {archive.readable} texts are readable here, "
        f"{archive.sealed} of them sealed for later"
    )
    if archive.hot_window_s is not None and archive.hot_cap_s is not None:
        yield (
            f"{'':<{MODE_WIDTH}}   hot window: {print_duration(archive.hot_window_s)} after a "
            f"matter is over, {print_duration(archive.hot_cap_s)} at most"
        )
    for each in archive.circles:
        names = ", ".join(map(visible, each.names))
        yield (
            f"{'':<{MODE_WIDTH}}   opened by {each.threshold} of {len(each.names)} {each.who}: "
            f"{names}"
        )


def beacon_lines(beacon: BeaconReport) -> Iterator[str]:
    """Yield how far our beacon is witnessed, by whom, and the key that witnesses must know."""
    if beacon.trouble:
        yield f"{'':<{MODE_WIDTH}} beacon: THE WITNESS POLICY CANNOT BE READ"
        return
    when = "" if beacon.time is None else f", by {moment(beacon.time)}"
    short = beacon.leaves - beacon.witnessed
    met = "a quorum has cosigned all" if not short else f"NO QUORUM for the newest {short}"
    yield f"{'':<{MODE_WIDTH}} beacon: {beacon.leaves} leaves; {met}{when}"
    for each in beacon.witnesses:
        last = "never" if each.time is None else moment(each.time)
        why = f" ({visible(each.fault)})" if each.fault else ""
        where = "" if each.url else " (no address in the charter)"
        yield (
            f"{'':<{MODE_WIDTH}} witness {visible(each.name)}: {each.size} leaves, last {last}"
            f"{where}{why}"
        )


def mode_line(mode: ModeReport) -> str:
    """Return one mode of ours in words."""
    if mode.asking_s is not None:
        speaks = f"STILL ASKING for {mode.asking_s} s, {mode.answered} answered"
    else:
        speaks = "may speak" if mode.open else "closed: no window is open"
    waiting = sum(mode.outbox.values())
    urgent = ", ".join(f"{n} {name}" for name, n in mode.outbox.items() if n)
    return (
        f"{speaks}; journal {mode.journal} at slot {mode.seq}; "
        f"{waiting} without a receipt{f' ({urgent})' if urgent else ''}; "
        f"{mode.receipts_owed} receipts owed; manned: {'yes' if mode.manned else 'no'}"
    )


def minute_lines(minute: MinuteReport) -> Iterator[str]:
    """Yield a minute as a log shows it: who proposed it, then each station, signed or missing."""
    mode = f"{minute.mode:<{MODE_WIDTH}}"
    yield (
        f"{mode} minute {minute.n} by {visible(minute.party)}  journal {minute.journal}  "
        f"{minute.checkpoints} checkpoints  {moment(minute.time)}  [{minute.entry[:ID_DIGITS]}]"
    )
    for each in minute.cosigners:
        yield f"{mode}   {cosigner_line(each, minute.checkpoints)}"
    for signed in minute.officers:
        yield f"{mode}   {officer_line(signed)}"


def cosigner_line(each: CosignerReport, checkpoints: int) -> str:
    """Return what one station has cosigned of a minute."""
    if not each.signed:
        said = "MISSING: has not cosigned"
    elif each.signed < checkpoints:
        said = f"cosigned {each.signed} of {checkpoints}"
    else:
        said = "cosigned"
    other = f", {each.differing} WITH OTHER ROOTS THAN OURS" if each.differing else ""
    return f"{listed([each])}: {said}{other}"


def officer_line(signed: MinuteOfficer) -> str:
    """Return which officers of a party have signed a minute (PROOF-173)."""
    if signed.time is None:
        return f"{visible(signed.party)}: MISSING: no officer has signed"
    who = " and ".join(map(visible, signed.by))
    return f"{visible(signed.party)}: signed by {who}, {moment(signed.time)}"


def minute_line(minute: MinuteReport) -> str:
    """Return the newest minute in words: who has cosigned it, and whose cosignature lacks."""
    whole = [each for each in minute.cosigners if each.signed == minute.checkpoints]
    parts = [f"cosigned by {listed(whole)}" if whole else "cosigned by nobody yet"]
    for each in minute.cosigners:
        if 0 < each.signed < minute.checkpoints:
            parts.append(f"{listed([each])}: {each.signed} of {minute.checkpoints} checkpoints")
        if each.differing:
            parts.append(f"{listed([each])} HAS {each.differing} OTHER ROOTS")
    missing = [each for each in minute.cosigners if not each.signed]
    if missing:
        parts.append(f"missing: {listed(missing)}")
    parts += map(officer_line, minute.officers)
    return (
        f"minute {minute.n} of journal {minute.journal}, {moment(minute.time)}: {'; '.join(parts)}"
    )


def listed(cosigners: Sequence[CosignerReport]) -> str:
    """Return parties and stations, one after the other."""
    return ", ".join(f"{visible(each.party)} ({visible(each.name)})" for each in cosigners)


def station_line(station: StationReport, found: StatusReport) -> str:
    """Return another station in words: reachable or why not, what it holds of ours."""
    reached = "connected" if station.up else "NO CONNECTION"
    why = f" ({visible(station.failure)})" if station.failure and not station.up else ""
    own = next((each.seq for each in found.modes if each.mode == station.mode), -1)
    heard = "never" if station.heard is None else moment(station.heard)
    extra = "; FORKED" if station.forked else ""
    extra += f"; {station.unopened} unopened there" if station.unopened else ""
    return (
        f"{visible(station.name)} of {visible(station.party)}: {reached}{why}; holds ours up to "
        f"slot {station.held} of {own}; its journal {station.journal} at slot {station.seq}, last "
        f"heard {heard}{extra}"
    )


def finding_lines(finding: Finding) -> Iterator[str]:
    """Yield a finding, its level first and in words, and what to do."""
    yield f"{finding.level.upper():<{LEVEL_WIDTH}} {visible(finding.text)}"
    if finding.advice:
        yield f"{'':<{LEVEL_WIDTH}} {visible(finding.advice)}"


def doctor_lines(found: DoctorReport) -> Iterator[str]:
    """Yield all findings, worst first."""
    for each in found.findings:
        yield from finding_lines(each)


# --- A check --------------------------------------------------------------------------------------


def check_lines(report: CheckReport) -> Iterator[str]:
    """Yield the report of a check: each journal, what was found, then one line."""
    for each in report.journals:
        yield from journal_lines(each)
    for name, found in (("fork", report.forks), ("gap", report.gaps), ("repeat", report.repeats)):
        for text in found:
            yield f"{name:<7} {visible(text)}"
    yield visible(report.summary)


def journal_lines(each: JournalCheck) -> Iterator[str]:
    """Yield what was counted of one journal."""
    head = each.head[:ID_DIGITS]
    yield (
        f"journal {each.journal}: {visible(each.party)} {each.mode}, {each.entries} entries, "
        f"head {head}{', FORKED' if each.forked else ''}"
    )
    yield (
        f"        signed {each.signed}, chained {each.chained}, opened {each.opened}, "
        f"unopened {each.unopened}, pending {each.pending}"
    )
    yield (
        f"        valid {each.valid}, invalid {each.invalid}, contested {each.contested}, "
        f"regressing {each.regressing}, not understood {each.not_understood}"
    )
