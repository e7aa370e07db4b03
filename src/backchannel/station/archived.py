"""How the archive stands at this station, and what is told of words that are sealed in it.

This module must not open, seal or drop anything. Clauses: RECORD-121, RECORD-122.
"""

from collections.abc import Iterator
from pathlib import Path

from backchannel.charter.oversight import Readers, circles_of
from backchannel.station.archivereports import ArchiveReport, CircleReport
from backchannel.station.judging import Record
from backchannel.station.reports import Finding
from backchannel.store import archive
from backchannel.store.queries import Stated
from backchannel.wire.archive import DAY_S, Role
from backchannel.wire.entry import EntryType
from backchannel.wire.moments import print_moment

NOTE, WARNING = "note", "warning"
NOUNS = {Role.TRUSTEE: "trustees", Role.CUSTODIAN: "custodians"}
# A day is sealed within minutes of its end; a station that was off needs as long after its start.
UNSEALED_DAYS = 2
DRILL_DAYS = 31


def circles(record: Record) -> tuple[Readers, ...]:
    """Return who may come to open what this station sealed away."""
    return circles_of(record.state.charter.oversight, record.state.party)


def who_opens(record: Record) -> str:
    """Return whom an opening needs, in words: trustees, or custodians where there are none."""
    for each in circles(record):
        return f"opening needs {each.threshold} of {len(each.readers)} {NOUNS[Role(each.role)]}"
    return "nobody is named any more who could open them"


def absent_words(record: Record, stated: Stated) -> str:
    """Return why the words of a statement cannot be read here (RECORD-122)."""
    custody = record.custody
    if archive.box_of(custody.database, custody.line, stated.said.entry) is None:
        return "unopened: its words are not held here"
    return f"sealed: {who_opens(record)}"


def archive_report(record: Record) -> ArchiveReport | None:
    """Return how the archive stands, or None where the charter names nobody for it."""
    found = circles(record)
    if not found:
        return None
    custody, policy = record.custody, record.state.charter.policy
    counts = archive.kept_count(custody.database, custody.line)
    return ArchiveReport(
        hot_window_s=policy.hot_window_s,
        hot_cap_s=policy.hot_cap_s,
        readable=counts.held,
        sealed=counts.sealed,
        unsealed_since=counts.first_unsealed,
        circles=tuple(
            CircleReport(
                NOUNS[Role(each.role)], each.threshold, tuple(r.name for r in each.readers)
            )
            for each in found
        ),
    )


def archive_lamps(record: Record) -> Iterator[Finding]:
    """Yield what is to be known of the archive: no hot window, a day unsealed, an old copy."""
    report = archive_report(record)
    if record.state.charter.policy.hot_window_s is None:
        yield Finding(
            NOTE,
            "no-hot-window",
            "There is no hot window yet: words are kept, sealed, for as long as the record.",
            "A charter that names custodians may have one: docs/guide/archive.md.",
        )
    if report is None:
        return
    first = report.unsealed_since
    if first is not None and record.now // DAY_S - first >= UNSEALED_DAYS:
        yield Finding(
            WARNING,
            "day-unsealed",
            f"Words since {print_moment(first * DAY_S)} are not in the archive yet; none is "
            "dropped before.",
            "A mode in which this station cannot write seals nothing: see the other lamps.",
        )
    if record.state.charter.policy.hot_window_s is not None:
        yield from old_copies(record)
    yield from drill_lamps(record)


def old_copies(record: Record) -> Iterator[Finding]:
    """Yield copies of the database beside it: they hold the keys of words that were dropped."""
    database = Path(record.custody.database.path)
    for copy in sorted(database.parent.glob(f"{database.name}.schema-*")):
        yield Finding(
            WARNING,
            "old-copy",
            f"{copy.name} was made before an upgrade and holds keys of words that are sealed by "
            "now.",
            "When the upgrade has proved itself, delete the file.",
        )


def drill_lamps(record: Record) -> Iterator[Finding]:
    """Yield that the opening of an archive was not practised for a month (PROOF-143)."""
    if circles(record)[0].role != Role.TRUSTEE:
        return
    custody = record.custody
    entered = archive.archive_entries(
        custody.database, custody.line, EntryType.OPENING, party=record.state.party
    )
    newest = max((each.time for each in entered), default=None)
    if newest is None or record.now - newest > DRILL_DAYS * DAY_S:
        yield Finding(
            NOTE,
            "opening-not-practised",
            f"No archive was opened within {DRILL_DAYS} days: nobody knows whether it can be.",
            "Open a day of TEST with the trustees: docs/guide/archive.md.",
        )
