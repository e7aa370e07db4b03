"""Who has cosigned the newest minute of a mode, and who has not (PROOF-23).

This module must not judge: a cosignature that lacks is told, and so is a root unlike ours.
"""

from backchannel.line.state import Journal, Proposed
from backchannel.station.judging import Record, party_name
from backchannel.station.reports import CosignerReport, MinuteReport
from backchannel.store.queries import cosigned_roots
from backchannel.wire.ids import CredentialId


def minute_report(record: Record, mode: int) -> MinuteReport | None:
    """Return the newest minute of a mode, or None while there was none."""
    state = record.state
    minutes = state.core.minutes.get(mode)
    if minutes is None or minutes.newest is None:
        return None
    newest = minutes.newest
    signed = signed_roots(record, newest)
    ours = signed.get(state.core.journals[state.core.own[mode]].credential, {})
    journals = sorted(state.core.journals.values(), key=lambda j: (j.party, j.no))
    return MinuteReport(
        entry=newest.entry.hex(),
        journal=newest.no,
        n=newest.n,
        time=newest.time,
        checkpoints=len(newest.sizes),
        cosigners=tuple(
            cosigner_report(record, journal, signed.get(journal.credential, {}), ours)
            for journal in journals
            if journal.mode == mode and not journal.ended
        ),
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
