"""Reading a line: what each question answers, in which order, and how far."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from tests.store import samples as s

from backchannel.errors import CustodyError, OfficerError
from backchannel.line.rows import NonAnswerRow, Row
from backchannel.store import clocks, queries, sqlite
from backchannel.store.lines import commit, create_line
from backchannel.store.sqlite import Database
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId, LineId, StatementId
from backchannel.wire.payload import Happening
from backchannel.wire.statement import Kind, Precedence

EXERCISE = 2


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with sqlite.open(tmp_path / "station.db") as opened:
        for line in (s.LINE, LineId(s.digest("other line"))):
            founded = msgspec.structs.replace(s.FOUNDED, line=line)
            create_line(opened, founded, wrap_key=s.WRAP_KEY, core=s.core(0), secrets=s.secrets(0))
        yield opened


def keep(database: Database, *rows: Row, line: LineId = s.LINE) -> None:
    """Commit rows."""
    ((version,),) = database.rows("SELECT version FROM line WHERE line_id = ?", (line,))
    commit(
        database,
        line,
        wrap_key=s.WRAP_KEY,
        core=s.core(version + 1),
        secrets=s.secrets(version + 1),
        rows=rows,
    )


def slots(found: tuple[queries.Stated, ...]) -> list[tuple[int, int]]:
    """Return the slots of statements."""
    return [(each.said.no, each.said.seq) for each in found]


def test_the_heads_are_the_newest_slots(database: Database) -> None:
    keep(database, *(s.entry(s.THEIRS, seq) for seq in range(4)), s.entry(s.ALDER, 0))
    keep(database, s.entry(s.OURS, 0), s.entry(s.OURS, 1))
    found = [(head.no, head.seq, head.entry, head.mode) for head in queries.heads(database, s.LINE)]
    assert found == [
        (s.ALDER, 0, s.entry_id(s.ALDER, 0), 0),
        (s.OURS, 1, s.entry_id(s.OURS, 1), s.REAL),
        (s.THEIRS, 3, s.entry_id(s.THEIRS, 3), s.REAL),
    ]
    assert queries.heads(database, LineId(s.digest("other line"))) == ()


def test_a_statement_comes_back_with_its_entry(database: Database) -> None:
    said = s.said(
        s.OURS, 0, form="T06-S/1", refs=(s.entry_id(s.THEIRS, 2), s.entry_id(s.THEIRS, 1))
    )
    row = s.entry(s.OURS, 0, verdict="invalid: late")
    keep(database, row, said)
    found = queries.statement(database, s.LINE, row.entry)
    assert found == queries.Stated(
        said,
        arrival=1,
        number=1,
        time=row.time,
        arrived=row.arrived,
        header=row.header,
        payload=row.payload,
        vector=row.vector,
        verdict=row.verdict,
        worded=False,
    )
    keep(database, s.content(s.OURS, 0))
    assert queries.statement(database, s.LINE, row.entry).worded


def test_statements_come_newest_first_and_page_by_page(database: Database) -> None:
    for seq in range(5):
        keep(database, s.entry(s.OURS, seq), s.said(s.OURS, seq))
        keep(database, s.entry(s.THEIRS, seq), s.said(s.THEIRS, seq))
    expected = [(no, seq) for seq in (4, 3, 2, 1, 0) for no in (s.THEIRS, s.OURS)]
    assert slots(queries.statements(database, s.LINE, limit=99)) == expected
    pages, before = [], queries.NEWEST
    while page := queries.statements(database, s.LINE, limit=3, before=before):
        assert len(page) <= 3
        pages += slots(page)
        before = page[-1].arrival
    assert pages == expected


def test_statements_of_one_mode(database: Database) -> None:
    keep(database, *s.message(s.OURS, 0))
    keep(database, s.entry(32, 0, mode=EXERCISE), s.said(32, 0, mode=EXERCISE))
    for mode, no in ((s.REAL, s.OURS), (EXERCISE, 32)):
        assert slots(queries.statements(database, s.LINE, limit=9, mode=mode)) == [(no, 0)]
    assert queries.statements(database, s.LINE, limit=9, mode=3) == ()


def test_another_line_is_another_record(database: Database) -> None:
    other = LineId(s.digest("other line"))
    keep(database, *s.message(s.OURS, 0), s.evidence(s.OURS, 0), line=other)
    assert queries.statements(database, s.LINE, limit=9) == ()
    assert queries.outgoing(database, s.LINE, s.OURS, limit=9) == ()
    assert queries.evidence(database, s.LINE, limit=9) == ()
    with pytest.raises(OfficerError, match="no-such-entry"):
        queries.statement(database, s.LINE, s.entry_id(s.OURS, 0))
    with pytest.raises(OfficerError, match="no-such-line"):
        queries.heads(database, LineId(s.digest("unknown")))


def test_a_question_without_a_limit_is_our_bug(database: Database) -> None:
    questions: list[Callable[[int], object]] = [
        lambda limit: queries.statements(database, s.LINE, limit=limit),
        lambda limit: queries.answers(database, s.LINE, b"", limit=limit),
        lambda limit: queries.entries(database, s.LINE, 16, from_seq=0, limit=limit),
        lambda limit: queries.outgoing(database, s.LINE, 16, limit=limit),
    ]
    for question in questions:
        for limit in (0, -1):
            with pytest.raises(AssertionError, match="limit"):
                question(limit)


# --- Ids ------------------------------------------------------------------------------------------


def test_a_statement_is_found_by_the_beginning_of_its_id(database: Database) -> None:
    first, second = EntryId(b"\xab\xcd" + bytes(30)), EntryId(b"\xab\xce" + bytes(30))
    silent = EntryId(b"\xab\xcf" + bytes(30))
    keep(
        database,
        s.entry(s.OURS, 0, entry=first),
        s.said(s.OURS, 0),
        s.entry(s.OURS, 1, entry=second),
        s.said(s.OURS, 1),
        s.entry(s.OURS, 2, entry=silent),
    )
    for prefix in ("abcd", "ABCD", first.hex(), "abcd0"):
        assert queries.statement_named(database, s.LINE, prefix) == first
    assert queries.statement_named(database, s.LINE, "abce") == second
    for prefix, reason in [
        ("abc", "ambiguous-id"),
        ("ab", "ambiguous-id"),
        ("abcf", "no-such-entry"),
        ("00", "no-such-entry"),
        ("", "not-an-id"),
        ("xyz", "not-an-id"),
        ("ab cd", "not-an-id"),
        (first.hex() + "0", "not-an-id"),
    ]:
        with pytest.raises(OfficerError, match=reason):
            queries.statement_named(database, s.LINE, prefix)


def test_the_words_of_an_entry_open_under_the_wrap_key(database: Database) -> None:
    keep(database, *s.message(s.OURS, 0), s.entry(s.OURS, 1))
    ours = s.entry_id(s.OURS, 0)
    assert queries.content(database, s.LINE, ours, wrap_key=s.WRAP_KEY) == s.words(s.OURS, 0)
    with pytest.raises(CustodyError, match="content-unopened"):
        queries.content(database, s.LINE, ours, wrap_key=bytes(32))
    for entry in (s.entry_id(s.OURS, 1), s.entry_id(s.OURS, 9)):
        with pytest.raises(OfficerError, match="no-content"):
            queries.content(database, s.LINE, entry, wrap_key=s.WRAP_KEY)


# --- What follows on a statement ------------------------------------------------------------------


def test_answers_are_the_statements_that_name_an_entry(database: Database) -> None:
    question = s.entry_id(s.OURS, 0)
    keep(database, *s.message(s.OURS, 0))
    for seq, refs in enumerate([(question,), (), (s.entry_id(s.OURS, 8), question)]):
        keep(
            database,
            s.entry(s.THEIRS, seq),
            s.said(s.THEIRS, seq, refs=refs, kind=int(Kind.ACK)),
        )
    found = queries.answers(database, s.LINE, question, limit=9)
    assert slots(found) == [(s.THEIRS, 0), (s.THEIRS, 2)]
    assert slots(queries.answers(database, s.LINE, question, limit=1)) == [(s.THEIRS, 0)]


def test_repeats_come_in_the_order_in_which_they_were_accepted(database: Database) -> None:
    same = StatementId(s.digest("said twice"))
    drafted = s.NEW_YEAR
    first = s.said(s.THEIRS, 0, statement=same, drafted=drafted)
    keep(database, s.entry(s.THEIRS, 0), first)
    keep(database, s.entry(s.THEIRS, 1), s.said(s.THEIRS, 1, drafted=drafted))
    keep(database, s.entry(s.OURS, 0), s.said(s.OURS, 0, statement=same, drafted=drafted))
    expected = (s.entry_id(s.THEIRS, 0), s.entry_id(s.OURS, 0))
    assert queries.repeats(database, s.LINE, first, limit=9) == expected
    assert queries.repeats(database, s.LINE, first, limit=1) == expected[:1]


def test_held_is_the_first_receipt_of_each_holder_that_covers_a_slot(database: Database) -> None:
    receipts = [
        s.held(s.THEIRS, 2, s.OURS, 3),
        s.held(s.THEIRS, 5, s.OURS, 8),
        s.held(s.THEIRS, 6, s.OURS, 9),
        s.held(33, 1, s.OURS, 8),
        s.held(49, 1, s.OURS, 2),
        s.held(s.THEIRS, 7, 32, 99),
    ]
    keep(database, *receipts)
    assert queries.held(database, s.LINE, s.OURS, 4) == (receipts[1], receipts[3])
    assert queries.held(database, s.LINE, s.OURS, 9) == (receipts[2],)
    assert queries.held(database, s.LINE, s.OURS, 2) == (receipts[0], receipts[3], receipts[4])
    assert queries.held(database, s.LINE, s.OURS, 10) == ()
    assert queries.held(database, s.LINE, 48, 0) == ()


def test_what_happened_to_an_entry(database: Database) -> None:
    subject = s.entry_id(s.OURS, 0)
    sent = s.happened(s.OURS, 1, 0, Happening.SENT, subject)
    shown = s.happened(s.THEIRS, 0, 1, Happening.SHOWN, subject)
    path = s.happened(s.THEIRS, 0, 0, Happening.PATH, None)
    disclosed = s.happened(s.THEIRS, 0, 2, Happening.DISCLOSED, subject)
    keep(database, *s.message(s.OURS, 0), s.entry(s.OURS, 1), sent)
    keep(database, s.entry(s.THEIRS, 0), path, shown, disclosed)
    found = queries.happened(database, s.LINE, subject, limit=9)
    assert [each.row for each in found] == [sent, shown, disclosed]
    assert found[1].time == s.entry(s.THEIRS, 0).time
    # However much else happened to it, a disclosure is found (PROOF-33).
    assert (
        queries.happened_of_kind(database, s.LINE, subject, Happening.DISCLOSED, limit=1)
        == found[2:]
    )
    assert queries.happened_of_kind(database, s.LINE, b"", Happening.DISCLOSED, limit=9) == ()
    assert queries.happened(database, s.LINE, b"", limit=9) == ()


def test_no_flood_of_one_party_hides_what_another_said(database: Database) -> None:
    """PROOF-33, RECORD-130: each party has its own part of what is read."""
    subject = s.entry_id(s.OURS, 0)
    ours = [s.happened(s.OURS, 1, n, Happening.DISCLOSED, subject) for n in range(3)]
    theirs = s.happened(s.THEIRS, 0, 0, Happening.DISCLOSED, subject)
    silent = [
        NonAnswerRow(no, seq, s.entry_id(no, seq), subject, 17, 5)
        for no, seq in ((s.OURS, 1), (s.OURS, 2), (s.THEIRS, 0))
    ]
    keep(database, *s.message(s.OURS, 0), s.entry(s.OURS, 1), s.entry(s.OURS, 2), *ours)
    keep(database, s.entry(s.THEIRS, 0), theirs, *silent)
    found = queries.happened_of_kind(database, s.LINE, subject, Happening.DISCLOSED, limit=2)
    assert [each.row for each in found] == [*ours[:2], theirs]
    assert [e.row for e in queries.happened(database, s.LINE, subject, limit=1)] == [
        ours[0],
        theirs,
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clocks, "NON_ANSWERS_SHOWN_MAX", 1)
        kept = clocks.non_answers(database, s.LINE, subject)
    assert [(each.no, each.seq) for each in kept] == [(s.OURS, 1), (s.THEIRS, 0)]


def test_a_number_counts_on_through_the_journals_of_a_station(database: Database) -> None:
    later = 48
    for no, count in ((s.OURS, 4), (later, 2)):
        for seq in range(count):
            kind = Kind.ACK if seq == 1 and no == s.OURS else Kind.MESSAGE
            keep(database, s.entry(no, seq), s.said(no, seq, kind=int(kind)))

    def number(no: int, seq: int, **follows: int) -> int | None:
        journals = {int(name[1:]): upto for name, upto in follows.items()}
        return queries.number_of(database, s.LINE, s.entry_id(no, seq), follows=journals)

    assert [number(s.OURS, seq) for seq in range(4)] == [1, None, 2, 3]
    assert [number(later, seq, _16=3) for seq in range(2)] == [4, 5]
    # The old journal ended, as far as known, before its last message.
    assert number(later, 0, _16=2) == 3
    assert number(later, 0, _16=0, _32=7) == 2
    assert number(later, 0) == 1
    assert number(s.OURS, 77) is None


def test_a_number_of_the_new_year_forgets_the_old(database: Database) -> None:
    keep(database, s.entry(s.OURS, 0, time=s.NEW_YEAR - 1), s.said(s.OURS, 0))
    keep(database, s.entry(48, 0, time=s.NEW_YEAR), s.said(48, 0))
    entry = s.entry_id(48, 0)
    assert queries.number_of(database, s.LINE, entry, follows={s.OURS: 0}) == 1


# --- Frames, evidence, the outbox -----------------------------------------------------------------


def test_pending_and_branches_come_with_words_under_the_wrap_key(database: Database) -> None:
    keep(database, s.pending(s.THEIRS, 5), s.pending(s.THEIRS, 4), s.branch(s.THEIRS, 2))
    whole = queries.pending(database, s.LINE, limit=9, wrap_key=s.WRAP_KEY)
    assert whole == (s.pending(s.THEIRS, 4), s.pending(s.THEIRS, 5))
    bare = queries.pending(database, s.LINE, limit=1)
    assert [row.frame for row in bare] == [s.frame(s.THEIRS, 4, worded=False)]
    (branch,) = queries.branches(database, s.LINE, limit=9, wrap_key=s.WRAP_KEY)
    assert branch == s.branch(s.THEIRS, 2)
    with pytest.raises(CustodyError, match="content-unopened"):
        queries.pending(database, s.LINE, limit=9, wrap_key=bytes(32))


def test_evidence_comes_newest_first_and_page_by_page(database: Database) -> None:
    keep(database, *(s.evidence(s.THEIRS, seq) for seq in range(3)))
    first = queries.evidence(database, s.LINE, limit=2)
    assert [each.row.seq for each in first] == [2, 1]
    rest = queries.evidence(database, s.LINE, limit=2, before=first[-1].evidence)
    assert [each.row for each in rest] == [s.evidence(s.THEIRS, 0)]


def test_entries_come_with_all_their_parts(database: Database) -> None:
    beside = encode(((1, bytes(32), b"pq"),))
    keep(database, *(s.entry(s.OURS, seq, attachments=beside) for seq in range(4)))
    keep(database, s.content(s.OURS, 2))
    found = queries.entries(database, s.LINE, s.OURS, from_seq=1, limit=2, wrap_key=s.WRAP_KEY)
    assert [each.seq for each in found] == [1, 2]
    assert [each.frame.content for each in found] == [None, s.words(s.OURS, 2)]
    frame, row = found[0].frame, s.entry(s.OURS, 1)
    assert (frame.header, frame.payload) == (row.header, row.payload)
    assert encode(frame.signature) == row.signature
    assert frame.attachments == ((1, bytes(32), b"pq"),)
    closed = queries.entries(database, s.LINE, s.OURS, from_seq=2, limit=1)
    assert closed[0].frame.content is None


def test_a_slot_is_read_or_is_not_there(database: Database) -> None:
    keep(database, s.entry(s.OURS, 0), s.entry(s.OURS, 2), s.content(s.OURS, 2))
    found = queries.slot(database, s.LINE, s.OURS, 2, wrap_key=s.WRAP_KEY)
    assert found is not None
    assert (found.entry, found.frame.content) == (s.entry_id(s.OURS, 2), s.words(s.OURS, 2))
    assert queries.slot(database, s.LINE, s.OURS, 1) is None
    assert queries.slot(database, s.LINE, s.OURS, 3) is None


def test_the_outbox_is_read_by_slot_or_by_precedence(database: Database) -> None:
    flashes = (1, 4)
    rows = [
        s.outgoing(s.OURS, seq, Precedence.FLASH if seq in flashes else Precedence.ROUTINE)
        for seq in range(6)
    ]
    types = [EntryType.STATEMENT] * 5 + [EntryType.RECEIPT]
    entries = [s.entry(s.OURS, seq, type=kind) for seq, kind in enumerate(types)]
    keep(database, *entries, s.entry(s.ALDER, 0), *rows, s.outgoing(s.ALDER, 0))
    found = queries.outgoing(database, s.LINE, s.OURS, limit=3)
    assert found == tuple(rows[:3])
    assert queries.outgoing(database, s.LINE, s.OURS, limit=9, after_seq=2) == tuple(rows[3:])
    urgent = queries.outgoing(database, s.LINE, s.OURS, limit=9, precedence=Precedence.FLASH)
    assert [row.seq for row in urgent] == list(flashes)
    waiting = [(w.no, w.precedence, w.count) for w in queries.outgoing_count(database, s.LINE)]
    # A bare receipt in the last slot: for it none is due (RECORD-61).
    assert waiting == [(s.ALDER, 4, 1), (s.OURS, 1, 2), (s.OURS, 4, 3)]


def test_the_leaves_of_a_journal_come_in_the_order_of_its_slots(database: Database) -> None:
    """PROOF-1."""
    keep(database, *(s.entry(s.THEIRS, seq) for seq in range(5)), s.entry(s.OURS, 0))
    ids = [s.entry_id(s.THEIRS, seq) for seq in range(5)]
    found = queries.leaves(database, s.LINE, s.THEIRS, from_seq=0, limit=9)
    assert list(found) == ids
    found = queries.leaves(database, s.LINE, s.THEIRS, from_seq=2, limit=2)
    assert list(found) == ids[2:4]


def test_cosignatures_come_from_a_size_on_and_the_first_of_a_station_stays(
    database: Database,
) -> None:
    rows = [s.cosignature(s.OURS, size, by) for size in (3, 7, 9) for by in ("ours", "theirs")]
    again = msgspec.structs.replace(rows[0], signature=b"made anew", entry=s.entry_id(s.OURS, 8))
    keep(database, *rows, again, s.cosignature(s.THEIRS, 8))
    found = queries.cosignatures(database, s.LINE, s.OURS, from_size=4)
    assert set(found) == set(rows[2:])
    assert [row.size for row in found] == [7, 7, 9, 9]
    found = queries.cosignatures(database, s.LINE, s.OURS, from_size=1)
    assert set(found) == set(rows)
    assert len(queries.cosignatures(database, s.LINE, s.OURS, from_size=1, limit=2)) == 2
    both = queries.cosigned_roots(database, s.LINE, s.OURS, 7)
    assert both == {(row.credential, row.root) for row in rows[2:4]}
    assert queries.cosigned_roots(database, s.LINE, s.OURS, 8) == frozenset()
