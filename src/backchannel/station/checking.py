"""The check of our own record: each journal counted, then what was found, then one line.

This module must not change a byte, and must not call whole what it did not verify. It runs beside
a station that goes on writing: what came after it began is left for the next check.
"""

from collections import Counter
from collections.abc import Generator, Iterator
from itertools import chain
from pathlib import Path

import msgspec

from backchannel.errors import BackchannelError, CustodyError, OfficerError
from backchannel.limits import ENTRIES_AT_ONCE, PENDING_ENTRIES_MAX
from backchannel.line.state import Core
from backchannel.line.verdicts import Said, judge
from backchannel.station.asked import CheckNews, CheckReport, Damage, JournalCheck
from backchannel.station.replay import AUTHORITY_NUMBERS, Replay, damage_of
from backchannel.store import queries
from backchannel.store.lines import line_ids
from backchannel.store.queries import Stated
from backchannel.store.sequence import (
    Placed,
    all_cosignatures,
    entries_after,
    founding_of,
    happenings,
    receipts,
    statements_after,
)
from backchannel.store.sqlite import Database, open_reader
from backchannel.wire.codec import decode
from backchannel.wire.ids import LineId
from backchannel.wire.moments import print_moment
from backchannel.wire.signing import Mode
from backchannel.wire.statement import parse_signed, parse_statement

WHOLE, FINDINGS, DAMAGED = 0, 1, 2
VERDICTS = ("valid", "invalid", "contested", "regressing", "not understood", "pending")
OF_OTHERS = ("invalid", "contested", "regressing", "not understood")
NOT_OPENED = "; its words were not opened"


class Tally:
    """What is counted of one journal."""

    def __init__(self) -> None:
        self.entries = 0
        self.opened = 0
        self.unopened = 0
        self.time = 0
        self.head = b""
        self.verdicts: Counter[str] = Counter()


def check_file(
    path: Path, line: LineId, *, wrap_key: bytes | None
) -> Generator[CheckNews, None, None]:
    """Check a line in a database file or backup beside whoever writes it; report at the end.

    Without a wrap key the words stay sealed, and the report says so. Raises OfficerError for a
    file that cannot be opened, CustodyError for one that cannot be read.
    """
    with open_reader(path) as database:
        yield from check_record(database, line, wrap_key=wrap_key)


def check_record(
    database: Database, line: LineId, *, wrap_key: bytes | None
) -> Generator[CheckNews, None, None]:
    """Verify every entry of a line anew and yield progress, then the report (layouts of RECORD)."""
    founded, core = founding_of(database, line)
    total = sum(each.count for each in queries.counts(database, line))
    tallies: dict[int, Tally] = {}
    damage: Damage | None = None
    try:
        replay = Replay(founded, core)
    except BackchannelError as fault:
        empty = CheckReport((), (), (), (), damage_of(0, 0, fault), False, 0, "", DAMAGED)
        yield CheckNews(0, total, finished(empty))
        return
    checked = 0
    for placed, stated, sealed in pairs(database, line, replay, wrap_key):
        damage = sealed or taken(replay, tallies, placed, stated, opened=wrap_key is not None)
        if damage is not None:
            break
        checked += 1
        if checked % ENTRIES_AT_ONCE == 0:
            yield CheckNews(checked, total)
    if damage is None:
        lies = chain(
            replay.compare_state(receipts(database, line), happenings(database, line)),
            replay.compare_minutes(all_cosignatures(database, line)),
        )
        damage = next(lies, None)
    repeated = yield from judge_all(database, line, replay, tallies, CheckNews(checked, total))
    missing = gaps(database, line, core, tallies)
    report = CheckReport(
        journals=tuple(journal_check(replay, no, tallies[no]) for no in sorted(tallies)),
        forks=forks(core, database, line),
        gaps=missing,
        repeats=repeated,
        damage=damage,
        words_opened=wrap_key is not None,
        upto=max((each.time for each in tallies.values()), default=0),
        summary="",
        outcome=WHOLE,
    )
    yield CheckNews(checked, total, finished(report))


Pair = tuple[Placed, Stated | None, Damage | None]


def pairs(
    database: Database, line: LineId, replay: Replay, wrap_key: bytes | None
) -> Iterator[Pair]:
    """Yield entries in order with what is looked up of their statements, or the first fault.

    An entry whose words do not open ends it.
    """
    after, limit = 0, ENTRIES_AT_ONCE
    while True:
        try:
            page = entries_after(database, line, after=after, limit=limit, wrap_key=wrap_key)
        except CustodyError as fault:
            if fault.reason != "content-unopened":
                raise
            if limit == 1:
                (placed,) = entries_after(database, line, after=after, limit=1)
                yield placed, None, damage_of(placed.no, placed.seq, fault)
                return
            limit = 1
            continue
        if not page:
            return
        found = statements_after(
            database, line, after=after, limit=len(page), upto=page[-1].arrival
        )
        said = {each.arrival: each for each in found}
        for placed in page:
            if replay.is_newer(placed):
                replay.newer.add(placed.entry)
            else:
                yield placed, said.get(placed.arrival), None
        after = page[-1].arrival


def taken(
    replay: Replay,
    tallies: dict[int, Tally],
    placed: Placed,
    stated: Stated | None,
    *,
    opened: bool,
) -> Damage | None:
    """Verify and count one entry; return what is wrong with it, if anything."""
    try:
        replay.take(placed, stated, opened=opened)
    except BackchannelError as fault:
        return damage_of(placed.no, placed.seq, fault)
    tally = tallies.setdefault(placed.no, Tally())
    tally.entries += 1
    tally.time = placed.time
    tally.head = placed.entry
    if stated is None:
        tally.verdicts[word_of_slot(placed.verdict)] += 1
    elif placed.worded:
        tally.opened += placed.frame.content is not None  # else its key was erased, or not asked
    else:
        tally.unopened += 1
    return None


def word_of_slot(verdict: str) -> str:
    """Return the word of a slot's verdict; "" stands for nothing to say: valid."""
    return verdict.partition(":")[0] or "valid"


def judge_all(
    database: Database, line: LineId, replay: Replay, tallies: dict[int, Tally], news: CheckNews
) -> Generator[CheckNews, None, tuple[str, ...]]:
    """Count the verdicts on all statements that were verified; return the repeats among them.

    Yields the news after each page: whoever waits for the report sees that it goes on.
    """
    seen: dict[bytes, str] = {}
    repeats: list[str] = []
    after = 0
    while page := statements_after(database, line, after=after, limit=ENTRIES_AT_ONCE):
        for each in page:
            said = each.said
            if (said.no, said.seq) not in replay.vectors:
                continue
            tallies[said.no].verdicts[verdict_on(replay, each)] += 1
            place = f"journal {said.no} slot {said.seq}"
            if said.statement in seen:
                repeats.append(f"{place} repeats {seen[said.statement]}")
            seen.setdefault(said.statement, place)
        after = page[-1].arrival
        yield news
    return tuple(repeats)


def verdict_on(replay: Replay, stated: Stated) -> str:
    """Return the word of the verdict on one statement, as of all that was verified."""
    said = stated.said
    party = replay.work.journals[said.no].party
    vector: dict[int, int] = decode(stated.vector)  # type: ignore[assignment]
    statement = parse_statement(parse_signed(stated.payload or b"")[0])
    judged = Said(
        *(statement, said.mode, party, said.no, said.seq),
        *(stated.time, vector, stated.verdict, said.signed),
    )
    return judge(judged, replay.work.authorities[party], replay.vector_at).word


# --- The report -----------------------------------------------------------------------------------


def journal_check(replay: Replay, no: int, tally: Tally) -> JournalCheck:
    """Return what was counted of one journal. Every entry counted is signed and chained."""
    journal = replay.work.journals.get(no)
    party = no if journal is None else journal.party
    counts = {name.replace(" ", "_"): tally.verdicts[name] for name in VERDICTS}
    return JournalCheck(
        journal=no,
        party=replay.work.charter.parties[party].name,
        mode="AUTHORITY" if journal is None else Mode(journal.mode).name,
        entries=tally.entries,
        head=tally.head.hex(),
        signed=tally.entries,
        chained=tally.entries,
        opened=tally.opened,
        unopened=tally.unopened,
        forked=no in replay.core.journals and replay.core.journals[no].forked,
        **counts,
    )


def forks(core: Core, database: Database, line: LineId) -> tuple[str, ...]:
    """Return the journals that said two things."""
    found = [f"journal {j.no} of party {j.party}" for j in core.journals.values() if j.forked]
    beside = queries.branches(database, line, limit=PENDING_ENTRIES_MAX)
    authority = sorted({each.no for each in beside if each.no < AUTHORITY_NUMBERS})
    return (*found, *(f"authority journal of party {no}" for no in authority))


def gaps(
    database: Database, line: LineId, core: Core, tallies: dict[int, Tally]
) -> tuple[str, ...]:
    """Return the journals in which an earlier entry is missing, and count what waits for it."""
    waiting = queries.pending(database, line, limit=PENDING_ENTRIES_MAX)
    first: dict[int, int] = {}
    for each in waiting:
        first.setdefault(each.no, each.seq)
        tallies.setdefault(each.no, Tally()).verdicts["pending"] += 1
    found = []
    for no, seq in sorted(first.items()):
        held = core.journals[no].seq if no in core.journals else tallies[no].entries - 1
        found.append(f"journal {no}: slots {held + 1} to {seq - 1} are missing")
    return tuple(found)


def finished(report: CheckReport) -> CheckReport:
    """Return a report with its last line and its outcome."""
    outcome = outcome_of(report)
    return msgspec.structs.replace(report, outcome=outcome, summary=summary_of(report, outcome))


def outcome_of(report: CheckReport) -> int:
    """Return 2 for a damaged record of ours, 1 for findings of others' making, else 0."""
    if report.damage is not None:
        return DAMAGED
    bad = any(
        getattr(each, word.replace(" ", "_")) for each in report.journals for word in OF_OTHERS
    )
    return FINDINGS if bad or report.forks or report.gaps or report.repeats else WHOLE


def summary_of(report: CheckReport, outcome: int) -> str:
    """Return the last line of a check."""
    if report.damage is not None:
        slot = f"journal {report.damage.journal}, slot {report.damage.seq}"
        return (
            f"DAMAGED at {slot}: {report.damage.text} [{report.damage.clause}, "
            f"{report.damage.reason}]"
        )
    findings = "; with findings of others' making, above" if outcome == FINDINGS else ""
    sealed = "" if report.words_opened else NOT_OPENED
    return f"whole and verified up to {print_moment(report.upto)}{sealed}{findings}"


def lines_in(path: Path) -> tuple[LineId, ...]:
    """Return the lines in a database file or backup. Raises OfficerError("no-such-line")."""
    with open_reader(path) as database:
        found = line_ids(database)
    if not found:
        raise OfficerError("no-such-line", f"{path} holds no line; check the path")
    return found
