"""What leaves a station as a file or reads the whole record: disclosures, packs, checks, backups.

Each is made beside the writer, with a reader and a thread of its own. This module must not let the
first byte of a disclosure leave before it is entered.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from backchannel.errors import OfficerError
from backchannel.line.events import Disclosed, Moment, SpanDisclosed
from backchannel.line.rows import SaidRow
from backchannel.station.accusing import evidence_file
from backchannel.station.asked import CheckNews, Order, SpanQuery, Told
from backchannel.station.besides import besides_of
from backchannel.station.checking import check_file
from backchannel.station.disclosing import disclosure_of, require_wanted
from backchannel.station.judging import Record
from backchannel.station.opening import archive_file, entered_before, opening_ordered
from backchannel.station.packing import packed_span
from backchannel.station.packs import PackNews
from backchannel.station.reading import require_held
from backchannel.station.runner import Runner
from backchannel.station.spanning import Gathered, SpanWanted, require_span, require_span_wanted
from backchannel.station.threads import beside_writer, in_thread, write_backup
from backchannel.station.transcript import Span, transcript
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.signing import Mode

# A span goes to its face in pieces of this size.
PIECE_BYTES = 1_048_576


class Files:
    """The files that one line of this station hands out."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def _record(self) -> Record:
        """Return what a file is made from, as of now."""
        return Record(self._runner.custody, self._runner.state, self._runner.clock.now())

    async def disclose(self, order: Order) -> AsyncIterator[bytes]:
        """Yield the file of a disclosure that officers of ours have ordered.

        It is made beside the writer, and entered before its first byte leaves, with each statement
        whose words it shows (PROOF-33, PROOF-164). Raises OfficerError, JunkError.
        """
        runner = self._runner
        signed = [(CredentialId(bytes.fromhex(c)), bytes.fromhex(s)) for c, s in order.signatures]
        record = self._record()
        wanted = require_wanted(record.state, bytes.fromhex(order.order), signed, record.now)
        stated = require_held(record, wanted.entry)
        made = await asyncio.to_thread(beside_writer, record, partial(disclosure_of, wanted=wanted))
        besides = besides_of(record, stated, wanted.beside)
        opened = ((stated, wanted.labels), *((each.stated, each.labels) for each in besides))
        for each, labels in opened:
            await runner.submit(disclosed(runner.moment(), each.said, labels, wanted.purpose))
        yield made

    async def accuse(self, name: str) -> AsyncIterator[bytes]:
        """Yield the file that proves what is kept under a number. Raises OfficerError."""
        yield await asyncio.to_thread(
            beside_writer, self._record(), partial(evidence_file, name=name)
        )

    async def oversight(self, order: Order) -> AsyncIterator[PackNews]:
        """Yield how far the check is, then what officers of ours have ordered: a pack and its span.

        It is made beside the writer, and entered before its first byte leaves (PROOF-104). Raises
        OfficerError, JunkError.
        """
        runner = self._runner
        signed = [(CredentialId(bytes.fromhex(c)), bytes.fromhex(s)) for c, s in order.signatures]
        record = self._record()
        wanted = require_span_wanted(record.state, bytes.fromhex(order.order), signed, record.now)
        # What cannot be made is refused before a long check.
        await asyncio.to_thread(beside_writer, record, partial(require_span, wanted=wanted))
        checked = CheckNews(0, 0)
        async for checked in self.check():
            if checked.report is None:
                yield PackNews(checked.checked, checked.of)
        assert checked.report is not None, "a check ends with its report"
        by, check = [each for each, _ in signed], checked.report
        work = partial(packed_span, wanted=wanted, ordered_by=by, check=check)
        made, gathered = await asyncio.to_thread(beside_writer, self._record(), work)
        await runner.submit(disclosed_span(runner.moment(), wanted, gathered))
        yield PackNews(checked.checked, checked.of, pack=made)
        for at in range(0, len(gathered.raw), PIECE_BYTES):
            piece = gathered.raw[at : at + PIECE_BYTES]
            yield PackNews(checked.checked, checked.of, piece=piece)

    async def opening(self, raw: bytes) -> Told:
        """Enter a warrant that holders have signed, once; the text is the id of its entry.

        Raises OfficerError, JunkError (RECORD-123).
        """
        runner, record = self._runner, self._record()
        ordered = opening_ordered(record, raw, runner.moment())
        known = entered_before(record, ordered.payload)
        if known is not None:
            return Told(False, known.hex())
        entry = await runner.submit(ordered)
        assert isinstance(entry, bytes)
        return Told(True, entry.hex())

    async def archive(self, opening: str) -> AsyncIterator[bytes]:
        """Yield the archive file of an opening that was entered. Raises OfficerError (NT53)."""
        yield await asyncio.to_thread(
            beside_writer, self._record(), partial(archive_file, prefix=opening)
        )

    def check(self) -> AsyncIterator[CheckNews]:
        """Verify our own record from the disk; progress, then the report."""
        custody = self._runner.custody
        path = Path(custody.database.path)
        return in_thread(check_file(path, custody.line, wrap_key=custody.wrap_key))

    def transcript(self, query: SpanQuery) -> AsyncIterator[bytes]:
        """Return a stretch of the record as a file, piece by piece."""
        custody = self._runner.custody
        span = Span(Mode[query.mode], query.since, query.until)
        path = Path(custody.database.path)
        return in_thread(transcript(path, custody.line, span, wrap_key=custody.wrap_key))

    async def backup(self, target: Path) -> Told:
        """Write the record without any secret into a new file. Raises OfficerError."""
        if not target.is_absolute():
            raise OfficerError("path-relative", f"got {target}, wanted a path that begins with /")
        if not target.name:
            raise OfficerError("path-no-file", f"got {target}, wanted the path of a new file")
        await asyncio.to_thread(write_backup, Path(self._runner.custody.database.path), target)
        return Told(True, f"{target}: the record, without any key")


def disclosed(at: Moment, said: SaidRow, labels: tuple[int, ...], purpose: str) -> Disclosed:
    """Return the event by which a statement is entered as disclosed (PROOF-33)."""
    return Disclosed(
        at=at, entry=said.entry, no=said.no, seq=said.seq, labels=labels, purpose=purpose
    )


def disclosed_span(at: Moment, wanted: SpanWanted, gathered: Gathered) -> SpanDisclosed:
    """Return the event by which a span is entered as disclosed (PROOF-104)."""
    no, seq, entry = gathered.upto.head
    return SpanDisclosed(
        at=at,
        entry=EntryId(entry),
        no=no,
        seq=seq,
        since=() if gathered.since is None else (gathered.since.entry,),
        shown=len(gathered.statements) - len(gathered.hidden),
        hidden=len(gathered.hidden),
        purpose=wanted.purpose,
    )
