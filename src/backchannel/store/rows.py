"""Rows into tables: what one step asks to keep, written in groups of one kind.

This module must not begin or end a transaction: its caller does, so that all rows of a step and
the state that justifies them are kept together or not at all.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from msgspec.structs import astuple

from backchannel.line.rows import (
    ArchivedRow,
    BranchRow,
    ContentRow,
    CosignatureRow,
    EntryRow,
    EvidenceRow,
    HappenedRow,
    HeldRow,
    KeptRow,
    KeyGone,
    NonAnswerRow,
    OutgoingRow,
    PendingGone,
    PendingRow,
    ResealedRow,
    Row,
    SaidRow,
    Settled,
)
from backchannel.store.keeping import add_keeping, change_keeping
from backchannel.store.sealing import Wrap, split_frame, wrap_content_keys
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import Kind

SQL = named("lines.sql")
NUMBERED = (Kind.MESSAGE, Kind.NOTICE)

# The order of rows matters within these only: what was put in may be taken out, or the reverse.
ORDERED = (PendingRow, PendingGone, OutgoingRow, Settled)
ADDED = (
    *(EntryRow, SaidRow, ContentRow, HappenedRow, HeldRow, BranchRow, EvidenceRow),
    *(CosignatureRow, NonAnswerRow, ArchivedRow, KeptRow, KeyGone),
)
DAY_S = 86_400
NOT_KEPT = (ResealedRow,)

Slot = tuple[int, int]
Place = tuple[int, int]  # arrival, and the time that the entry claims
Group = list[Any]  # rows of one kind, which is the key of the group
Columns = tuple[Any, ...]  # STRICT tables: a column's type is the one in its schema file


def insert(database: Database, line: int, wrap: Wrap, rows: Sequence[Row]) -> None:
    """Write all rows of one step.

    An entry, content or line event that is there already is our own bug: AssertionError. So is a
    kind of row that no table takes.
    """
    groups: dict[type, Group] = {kind: [] for kind in (*ADDED, *NOT_KEPT)}
    ordered: list[Row] = []
    for row in rows:
        if type(row) in ORDERED:
            ordered.append(row)
        else:
            assert type(row) in groups, f"no table takes a {type(row).__name__}"
            groups[type(row)].append(row)
    entries: list[EntryRow] = groups[EntryRow]
    arrivals = add_entries(database, line, entries)
    places = {row.entry: (arrivals[row.entry], row.time) for row in entries}
    add_said(database, line, places, groups[SaidRow])
    add_content(database, line, wrap, arrivals, groups[ContentRow])
    add_kept(database, line, wrap, groups)
    change_keeping(
        database,
        line,
        archived=groups[ArchivedRow],
        kept=groups[KeptRow],
        gone=groups[KeyGone],
    )
    for kind, run in groupby(ordered, type):
        change(database, line, wrap, kind, list(run))


def add_entries(database: Database, line: int, rows: list[EntryRow]) -> dict[bytes, int]:
    """Write accepted entries; return the arrival of each."""
    if not rows:
        return {}
    (before,) = database.rows(SQL["last-arrival"])[0]
    database.write_many(
        SQL["add-entry"],
        [(arrival, line, *astuple(row)) for arrival, row in enumerate(rows, before + 1)],
    )
    counted = Counter((row.no, row.type, row.verdict) for row in rows)
    database.write_many(SQL["add-tally"], [(line, *key, n) for key, n in counted.items()])
    return {row.entry: arrival for arrival, row in enumerate(rows, before + 1)}


def add_said(
    database: Database, line: int, places: Mapping[EntryId, Place], rows: list[SaidRow]
) -> None:
    """Write what is looked up of statements, each with its number in its journal and year."""
    said: list[Columns] = []
    references = []
    numbers: dict[tuple[int, int], int] = {}
    years: dict[int, int] = {}
    for row in sorted(rows, key=slot_of):
        arrival, time = places.get(row.entry) or place_of(database, line, row)
        day = time // DAY_S
        year = years.get(day) or years.setdefault(day, utc_year(time))
        number = next_number(database, line, numbers, row.no, year) if numbered(row) else 0
        said.append(
            (
                *(arrival, line, row.no, row.seq, row.statement, row.mode, row.kind),
                *(row.form or "", row.to, row.precedence, row.category, row.drafted),
                *(b"".join(row.refs), row.croot, row.signed, year, number),
            )
        )
        references += [(line, target, arrival) for target in row.refs]
    database.write_many(SQL["add-said"], said)
    database.write_many(SQL["add-clock"], [(line, row[0]) for row in said if row[-1]])
    database.write_many(SQL["add-reference"], references)


def slot_of(row: SaidRow) -> Slot:
    """Return the slot in which a statement stands."""
    return row.no, row.seq


def numbered(row: SaidRow) -> bool:
    """Say whether a statement is of a kind that has a number."""
    return row.kind in NUMBERED


def place_of(database: Database, line: int, row: SaidRow) -> Place:
    """Return where the entry of a statement stands, if it was accepted in an earlier step."""
    found = database.row(SQL["place-of-slot"], {"line": line, "no": row.no, "seq": row.seq})
    assert found is not None, f"a statement without its entry: journal {row.no} slot {row.seq}"
    return found[0], found[1]


def next_number(
    database: Database, line: int, numbers: dict[tuple[int, int], int], no: int, year: int
) -> int:
    """Return the number of the next message or notice of a journal in a year, and count it."""
    if (no, year) not in numbers:
        found = database.row(SQL["last-number"], {"line": line, "no": no, "year": year})
        numbers[no, year] = found[0] if found else 0
    numbers[no, year] += 1
    return numbers[no, year]


def add_content(
    database: Database, line: int, wrap: Wrap, arrivals: dict[bytes, int], rows: list[ContentRow]
) -> None:
    """Write sealed words, and their keys apart from them. `arrivals` are the entries of this step;
    words may also come for an earlier one."""
    if not rows:
        return
    where = [arrivals.get(row.entry) or arrival_of(database, line, row.entry) for row in rows]
    wrapped = wrap_content_keys(wrap, ((row.entry, row.key) for row in rows))
    database.write_many(SQL["add-content"], zip(where, (row.box for row in rows), strict=True))
    database.write_many(SQL["add-content-key"], zip(where, wrapped, strict=True))
    add_keeping(database, where)


def arrival_of(database: Database, line: int, entry: bytes) -> int:
    """Return the arrival of an entry that was accepted in an earlier step."""
    found = database.row(SQL["arrival-of-entry"], {"line": line, "entry": entry})
    assert found is not None, f"content without its entry {entry.hex()[:12]}"
    return int(found[0])


def add_kept(database: Database, line: int, wrap: Wrap, groups: dict[type, Group]) -> None:
    """Write what is only ever added: line events, receipts, branches, evidence, cosignatures."""
    happened: list[HappenedRow] = groups[HappenedRow]
    database.write_many(
        SQL["add-happened"],
        [(line, r.no, r.seq, r.place, r.kind, r.subject or b"", r.body) for r in happened],
    )
    database.write_many(SQL["add-held"], [(line, *astuple(row)) for row in groups[HeldRow]])
    database.write_many(SQL["add-branch"], [aside(line, wrap, row) for row in groups[BranchRow]])
    evidence = [(line, *astuple(row)) for row in groups[EvidenceRow]]
    database.write_many(SQL["add-evidence"], evidence)
    cosigned = [(line, *astuple(row)) for row in groups[CosignatureRow]]
    database.write_many(SQL["add-cosignature"], cosigned)
    silent: list[NonAnswerRow] = groups[NonAnswerRow]
    database.write_many(
        SQL["add-non-answer"],
        [(line, r.asked, r.no, r.seq, r.entry, r.deadline, r.due) for r in silent],
    )


def change(database: Database, line: int, wrap: Wrap, kind: type, rows: Group) -> None:
    """Put into, or take out of, the tables from which rows also leave."""
    if kind is PendingRow:
        database.write_many(SQL["put-pending"], [aside(line, wrap, row) for row in rows])
    elif kind is PendingGone:
        database.write_many(SQL["drop-pending"], [(line, row.no, row.seq) for row in rows])
    elif kind is OutgoingRow:
        database.write_many(SQL["put-outgoing"], [(line, *astuple(row)) for row in rows])
    else:
        upto = [(line, row.no, row.upto) for row in rows]
        database.write_many(SQL["drop-outgoing"], upto)
        database.write_many(SQL["put-settled"], upto)


def aside(line: int, wrap: Wrap, row: PendingRow | BranchRow) -> Columns:
    """Return the columns of a frame that is kept but not accepted."""
    bare, content = split_frame(wrap, row.entry, row.frame)
    return line, row.no, row.seq, row.entry, row.arrived, bare, content


def utc_year(seconds: int) -> int:
    """Return the UTC year of a time, for any that a header can claim (up to 2^48 s).

    Counts from 1 March of year 0, so that a leap day ends its year; 400 years are 146,097 days.
    """
    eras, day = divmod(seconds // DAY_S + 719_468, 146_097)
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day_of_year = day - (365 * year + year // 4 - year // 100)
    return eras * 400 + year + (1 if day_of_year >= 306 else 0)
