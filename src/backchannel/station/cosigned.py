"""Minutes as a person reads them: who proposed, who has cosigned, and who has not (PROOF-23).

This module must not judge: a cosignature that lacks is told, and so is a root unlike ours.
"""

from collections.abc import Sequence

from backchannel.errors import JunkError, OfficerError
from backchannel.limits import LOG_LINES_MAX
from backchannel.line.state import Journal, Proposed
from backchannel.station.judging import Record, party_name
from backchannel.station.minutereports import CosignerReport, MinuteReport
from backchannel.station.minutesigned import minute_officers
from backchannel.store.minutes import Minuted, minutes_between, minutes_named
from backchannel.store.queries import HEX_DIGITS, cosigned_roots
from backchannel.wire.ids import ID_BYTES, CredentialId
from backchannel.wire.minute import Proposal, parse_minute
from backchannel.wire.signing import Mode


def minute_report(record: Record, mode: int) -> MinuteReport | None:
    """Return the newest minute of a mode, or None while there was none."""
    minutes = record.state.core.minutes.get(mode)
    if minutes is None or minutes.newest is None:
        return None
    return report_of(record, mode, minutes.newest)


def minutes_log(
    record: Record, *, mode: int | None, since: int, before: int
) -> tuple[MinuteReport, ...]:
    """Return the minutes accepted in a stretch of arrivals, newest first, a bounded number."""
    custody = record.custody
    found = minutes_between(
        custody.database, custody.line, since=since, before=before, limit=LOG_LINES_MAX
    )
    return tuple(
        report_of(record, each.mode, proposed, each.arrival)
        for each, proposed in proposals(found)
        if mode in (None, each.mode)
    )


def minute_named(record: Record, prefix: str) -> MinuteReport:
    """Return the proposed minute whose entry id begins with these digits.

    Raises OfficerError("no-such-entry").
    """
    custody, digits = record.custody, prefix.lower()
    if digits and set(digits) <= HEX_DIGITS and len(digits) <= 2 * ID_BYTES:
        found = proposals(minutes_named(custody.database, custody.line, digits))
        if len(found) == 1:
            ((each, proposed),) = found
            return report_of(record, each.mode, proposed, each.arrival)
    raise OfficerError(
        "no-such-entry", f"no statement and no minute {prefix[:12]!a}; the log has their ids"
    )


def proposals(minutes: Sequence[Minuted]) -> list[tuple[Minuted, Proposed]]:
    """Return those of some minutes that propose, with what they propose."""
    found = []
    for each in minutes:
        try:
            said = parse_minute(each.payload)
        except JunkError:
            continue
        if isinstance(said, Proposal):
            found.append((each, Proposed(each.entry, each.no, said.n, each.time, said.sizes)))
    return found


def report_of(record: Record, mode: int, proposed: Proposed, arrival: int = 0) -> MinuteReport:
    """Return who has cosigned what was proposed. A journal that has ended stands among them only if
    its station has signed."""
    state = record.state
    signed = signed_roots(record, proposed)
    ours = signed.get(state.core.journals[state.core.own[mode]].credential, {})
    journals = sorted(state.core.journals.values(), key=lambda j: (j.party, j.no))
    proposer = state.core.journals[proposed.no]
    told: dict[CredentialId, CosignerReport] = {}
    for journal in journals:
        roots = signed.get(journal.credential, {})
        if journal.mode == mode and (roots or not journal.ended):
            told.setdefault(journal.credential, cosigner_report(record, journal, roots, ours))
    return MinuteReport(
        entry=proposed.entry.hex(),
        arrival=arrival,
        mode=Mode(mode).name,
        party=party_name(record, proposer.party),
        journal=proposed.no,
        n=proposed.n,
        time=proposed.time,
        checkpoints=len(proposed.sizes),
        cosigners=tuple(told.values()),
        officers=minute_officers(record, mode, proposed.entry),
    )


def signed_roots(record: Record, newest: Proposed) -> dict[CredentialId, dict[int, bytes]]:
    """Return the roots that each station has cosigned of what a proposal names, by journal."""
    custody = record.custody
    found: dict[CredentialId, dict[int, bytes]] = {}
    for no, size in newest.sizes:
        for credential, root in sorted(cosigned_roots(custody.database, custody.line, no, size)):
            found.setdefault(credential, {})[no] = root
    return found


def cosigner_report(
    record: Record, journal: Journal, roots: dict[int, bytes], ours: dict[int, bytes]
) -> CosignerReport:
    """Return how many checkpoints of a minute a station has cosigned, and how many unlike us."""
    issued = record.state.authorities[journal.party].credentials.get(journal.credential)
    return CosignerReport(
        name=issued.credential.name if issued is not None else journal.credential.hex()[:12],
        party=party_name(record, journal.party),
        signed=len(roots),
        differing=sum(ours.get(no, root) != root for no, root in roots.items()),
    )
