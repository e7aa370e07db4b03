"""How far our beacon log is witnessed, and which witness lags or refuses (PROOF-75).

This module must not judge or hide: a quorum that is not met is told, and so is each reason.
"""

from collections.abc import Iterator, Mapping

import msgspec

from backchannel.errors import JunkError, OfficerError
from backchannel.line.leaves import MODE
from backchannel.proof.policy import Policy, Witness, parse_policy
from backchannel.proof.vkey import time_in
from backchannel.station.beaconlog import cosigned_names, log_key, newest_quorum
from backchannel.station.judging import Record
from backchannel.station.reports import Finding
from backchannel.station.watchreports import BeaconReport, WitnessReport
from backchannel.store.witnessed import Witnessed, witnessed_at, witnessed_size
from backchannel.wire.moments import print_duration

ALARM, WARNING, NOTE = "alarm", "warning", "note"
# Reasons that speak against our own disk or key, and not only against a path.
ALARMING = ("witness-ahead", "witness-contradicts")
# A leaf that has just been made is still on its way.
LAG_LEAVES = 2

Faults = Mapping[str, OfficerError]
"""Why the last attempt at each witness failed, by its name in the policy."""


def beacon_report(record: Record, faults: Faults) -> BeaconReport | None:
    """Return how far our log is witnessed, or None where we keep none."""
    state, custody = record.state, record.custody
    key = log_key(state)
    if key is None:
        return None
    journal = state.core.journals[state.core.own[MODE]]
    period_s = state.charter.beacon_period_s
    bare = BeaconReport(key.text(), journal.leaves, period_s, 0, None, (), "")
    try:
        policy = parse_policy(state.charter.witness_policy)
    except JunkError as fault:
        return msgspec.structs.replace(bare, trouble=str(fault))
    found = newest_quorum(custody.database, custody.line, journal.no, policy)
    return msgspec.structs.replace(
        bare,
        witnessed=found[0].size if found else journal.leaves if policy.meets(()) else 0,
        time=met_at(policy, found),
        witnesses=tuple(
            witness_report(record, journal.no, each, faults.get(each.name))
            for each in policy.witnesses
        ),
    )


def witness_report(
    record: Record, no: int, witness: Witness, fault: OfficerError | None
) -> WitnessReport:
    """Return how far one witness has cosigned our log."""
    custody = record.custody
    name, key_id = witness.key.name, witness.key.key_id()
    size = witnessed_size(custody.database, custody.line, no, name=name, key_id=key_id)
    lines = witnessed_at(custody.database, custody.line, no, size)
    times = [time_in(each.line) for each in lines if witness.key.wrote(each.line)]
    return WitnessReport(
        name=witness.name,
        url=witness.url,
        size=size,
        time=times[0] if times else None,
        fault="" if fault is None else str(fault),
    )


def met_at(policy: Policy, found: tuple[Witnessed, ...]) -> int | None:
    """Return the earliest time by which a quorum says it had seen a checkpoint (PROOF-66)."""
    timed = sorted(found, key=lambda each: time_in(each.line))
    for end in range(1, len(timed) + 1):
        if policy.meets(cosigned_names(policy, tuple(timed[:end]))):
            return time_in(timed[end - 1].line)
    return None


def beacon_lamps(record: Record, faults: Faults) -> Iterator[Finding]:
    """Yield what is wrong with our beacon and its witnesses."""
    report = beacon_report(record, faults)
    if report is None:
        return
    if report.trouble:
        yield Finding(
            WARNING,
            "witness-policy",
            f"The witness policy of the charter cannot be read: {report.trouble}.",
            "No witness is asked. Amend the charter.",
        )
        return
    behind = report.leaves - report.witnessed
    if behind >= LAG_LEAVES:
        yield Finding(
            WARNING,
            "not-witnessed",
            f"No quorum of witnesses has cosigned the newest {behind} leaves of our beacon, of "
            f"about {print_duration(behind * report.period_s)}.",
            "It is caught up in one step when they can be reached; until then times are proved "
            "less narrowly.",
        )
    for name, fault in sorted(faults.items()):
        level = ALARM if fault.reason in ALARMING else NOTE
        advice = "It is asked again by itself."
        if level == ALARM:
            advice = "Do not go on without knowing why: docs/guide/witness.md."
        yield Finding(level, fault.reason, f"Witness {name}: {fault.text}.", advice)
