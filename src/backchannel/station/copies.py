"""Which copies came by which path and left by which, gathered and written once a second.

This module must not delay what it counts, nor take it for arrival. Clause: PATH-63.
"""

import asyncio
from collections.abc import Iterator

from backchannel.charter.charter import Charter
from backchannel.charter.paths import PathKind
from backchannel.errors import CustodyError
from backchannel.limits import COPIES_SECONDS
from backchannel.line.events import Arrived
from backchannel.line.verdicts import Said
from backchannel.station.copyreports import CopyReport, ReceiptReport
from backchannel.station.firstwords import direct_path
from backchannel.station.judging import Record, first_receipt, party_name
from backchannel.station.runner import Runner
from backchannel.store import queries
from backchannel.store.copies import Times, Way, add_copies, copies_of
from backchannel.wire.ids import EntryId
from backchannel.wire.primitives import sha256

ENVELOPE_HASH_BYTES = 16


class Copies:
    """What one station saw of copies, until it is written."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._came: dict[tuple[bytes, bytes, int], Times] = {}
        self._again: dict[tuple[bytes, int], Times] = {}
        self._sent: dict[tuple[int, int, int], Times] = {}
        self._timer: asyncio.TimerHandle | None = None

    def came(self, event: Arrived, entry: EntryId | None) -> None:
        """A path has brought a copy of an entry; None if the envelope was opened before."""
        envelope = sha256(event.envelope)[:ENVELOPE_HASH_BYTES]
        if entry is None:
            place = (envelope, event.path)
            self._again[place] = self._counted(self._again.get(place), event.path)
        else:
            known = (entry, envelope, event.path)
            self._came[known] = self._counted(self._came.get(known), event.path)

    def sent(self, path: int, no: int, seq: int) -> None:
        """A path has taken an entry of ours, or of another's that we carry on."""
        slot = (no, seq, path)
        self._sent[slot] = self._counted(self._sent.get(slot), path)

    def _counted(self, before: Times | None, path: int) -> Times:
        """Return the times with one copy more, to be written soon."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(COPIES_SECONDS, self.keep)
        now = self._runner.clock.now()
        return Times(path, before.first if before else now, now, before.copies + 1 if before else 1)

    def keep(self) -> None:
        """Write what was counted. What cannot be written is lost: it proves nothing."""
        if self._timer is None:
            return
        self._timer.cancel()
        self._timer = None
        custody = self._runner.custody
        try:
            add_copies(
                custody.database,
                custody.line,
                came=[(entry, envelope, t) for (entry, envelope, _), t in self._came.items()],
                again=[(envelope, t) for (envelope, _), t in self._again.items()],
                sent=[(no, seq, t) for (no, seq, _), t in self._sent.items()],
            )
        except CustodyError as fault:
            self._runner.refused[fault.reason] += 1
        self._came, self._again, self._sent = {}, {}, {}


def copy_reports(record: Record, entry: bytes) -> tuple[CopyReport, ...]:
    """Return by which paths an entry came and left, as a face is told."""
    custody, charter = record.custody, record.state.charter
    return tuple(
        CopyReport(
            path_name(charter, each.path),
            each.path,
            each.way == Way.CAME,
            each.first,
            each.last,
            each.copies,
        )
        for each in copies_of(custody.database, custody.line, entry)
    )


def receipt_reports(record: Record, said: Said) -> Iterator[ReceiptReport]:
    """Yield the receipts of other stations for a statement, with the paths by which they came."""
    custody, core = record.custody, record.state.core
    for journal in core.journals.values():
        if journal.mode != said.mode or journal.no in (said.no, *core.own.values()):
            continue
        receipt = first_receipt(record, journal.no, said.no, said.seq)
        found = receipt and queries.slot(custody.database, custody.line, journal.no, receipt.seq)
        if found:
            copies = copy_reports(record, found.entry)
            party = party_name(record, journal.party)
            yield ReceiptReport(party, found.entry.hex(), copies)


def path_name(charter: Charter, number: int) -> str:
    """Return the word for a path: its kind in the charter, which need not name the direct one."""
    kinds = {direct_path(charter): PathKind.DIRECT, **{p.id: p.kind for p in charter.paths}}
    return PathKind(kinds[number]).name.lower() if number in kinds else "unnamed"
