"""Spans on real stores: which minutes are taken, what goes in, what is hidden or refused."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import open_line
from tests.station.spanned import (
    PROMISE,
    RENDERING,
    Span,
    not_proven,
    promised,
    report_of,
    wanted,
)

from backchannel.errors import BackchannelError, JunkError, OfficerError
from backchannel.line.events import AddressChanged, Shown
from backchannel.proof.disclosure import EntryPiece, FieldsPiece
from backchannel.proof.span import RangePiece, parse_span
from backchannel.station.minuted import Minutes, require_minutes
from backchannel.station.spanning import pack_span_wanted, parse_span_wanted, span_of
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.ids import EntryId
from backchannel.wire.signing import Mode


def reason_of(work: Any) -> str:
    with pytest.raises(BackchannelError) as caught:
        work()
    return caught.value.reason


@pytest.mark.parametrize("party", [ALDER, BIRCH])
def test_a_stranger_proves_every_claim(tmp_path: Path, party: int) -> None:
    """PROOF-101, PROOF-114: from the beginning and between two minutes, by either party."""
    span, _ = promised()
    record = span.record(tmp_path, party)
    whole = span_of(record, wanted())
    assert not_proven(whole) == {} and whole.since is None
    between = span_of(record, wanted(span.times[0] + 1))
    assert not_proven(between) == {}
    assert between.since is not None and between.since.time == span.times[0]
    assert len(whole.statements) == 5 and len(between.statements) == 4
    told = report_of(between)["statements"]
    words = [field["value"] for each in told for field in each["fields"]]
    assert PROMISE in words and RENDERING in words and "Said after all minutes." not in words


def test_what_is_long_and_of_no_use_to_a_stranger_stays_out(tmp_path: Path) -> None:
    """PROOF-101: payloads of keys, offers and cosignatures; the slots are there all the same."""
    span, _ = promised()
    found = parse_span(span_of(span.record(tmp_path), wanted()).raw)
    kinds: dict[int, set[bool]] = {}
    for piece in found.pieces:
        if isinstance(piece, EntryPiece):
            header = parse_header(piece.header)
            kinds.setdefault(header.type, set()).add(piece.payload is not None)
    assert kinds[EntryType.PREKEY] == kinds[EntryType.OFFER] == {False}
    assert kinds[EntryType.STATEMENT] == kinds[EntryType.SUCCESSION] == {True}
    # One minute ends the span and has its payload; the answers to it are links.
    assert kinds[EntryType.MINUTE] == {True, False}
    assert not [piece for piece in found.pieces if isinstance(piece, RangePiece)]


def test_where_a_station_can_be_reached_stays_out(tmp_path: Path) -> None:
    """PROOF-101: a line event goes in if it speaks of statements alone."""
    span = Span()
    alder = span.exchange.stations[ALDER]
    at = alder.clock.moment()
    alder.do(AddressChanged(at=at, path=1, text="alder.example:4000", certificate=seed("pin")))
    entry = span.talk.say(BIRCH, PROMISE)
    row = alder.said()[-1]
    alder.do(
        Shown(at=at, entry=entry, no=row.no, seq=row.seq, croot=row.croot, posts=("duty officer",))
    )
    span.exchange.run()
    span.minute()
    found = span_of(span.record(tmp_path), wanted())
    assert not_proven(found) == {}
    assert b"alder.example" not in found.raw and b"duty officer" in found.raw


def test_no_duress_mark_and_no_salt_of_a_content_is_shown(tmp_path: Path) -> None:
    """PROOF-105, PROOF-32."""
    span, _ = promised()
    found = parse_span(span_of(span.record(tmp_path), wanted()).raw)
    fields = [piece for piece in found.pieces if isinstance(piece, FieldsPiece)]
    assert len(fields) == 5
    for piece in fields:
        assert [each.label for each in piece.opened] == list(range(2, len(piece.commitments) + 1))


def test_a_statement_is_hidden_with_all_that_names_it(tmp_path: Path) -> None:
    """PROOF-105: a translation and a readback would say what is hidden."""
    span, entry = promised()
    record = span.record(tmp_path)
    found = span_of(record, wanted(0, 1 << 40, entry))
    assert not_proven(found) == {}
    for word in (PROMISE, RENDERING, "north of the line"):
        assert word.encode() not in found.raw
    assert len(found.hidden) == 4 and entry in found.hidden
    rows = report_of(found)["statements"]
    assert [each["words"] for each in rows].count("hidden") == 4
    assert all(each["verdict"] == "PROVEN" and each["officers"] for each in rows)


def test_a_repeat_of_what_is_hidden_is_hidden(tmp_path: Path) -> None:
    """PROOF-105: the same words under another entry; and what names that one."""
    span = Span()
    event = span.exchange.released(ALDER, PROMISE)
    first, second = (span.exchange.stations[ALDER].try_(event) for _ in range(2))
    assert isinstance(first, bytes) and isinstance(second, bytes)
    span.exchange.run()
    span.talk.translate(EntryId(second), RENDERING)
    span.minute()
    found = span_of(span.record(tmp_path), wanted(0, 1 << 40, EntryId(first)))
    assert PROMISE.encode() not in found.raw and RENDERING.encode() not in found.raw
    assert len(found.hidden) == 3


def test_what_is_not_in_the_span_cannot_be_hidden_in_it(tmp_path: Path) -> None:
    """PROOF-105."""
    span, entry = promised()
    record = span.record(tmp_path)
    other = wanted(0, 1 << 40, EntryId(seed("other")))
    assert reason_of(lambda: span_of(record, other)) == "not-in-span"
    before = wanted(0, span.times[0], entry)
    assert reason_of(lambda: span_of(record, before)) == "not-in-span"


def test_words_that_never_came_are_hidden(tmp_path: Path) -> None:
    """PROOF-105: nobody can show what he does not hold."""
    span, entry = promised()
    record = span.record(tmp_path)
    database = record.custody.database
    with database.transaction():
        database.rows("DELETE FROM keeping")
        database.rows("DELETE FROM content_key")
        database.rows("DELETE FROM content")
    found = span_of(record, wanted())
    # Whether words are held is looked up with the statement, so the store says the same of all.
    assert len(found.hidden) == len(found.statements) == 5
    assert not_proven(found) == {} and entry in found.hidden


def test_each_mode_has_its_own_span(tmp_path: Path) -> None:
    """PROOF-100."""
    span = Span()
    span.talk.say(0, "In earnest.")
    span.talk.say(0, "As a drill.", mode=Mode.EXERCISE)
    span.minute()
    span.minute(mode=Mode.EXERCISE)
    record = span.record(tmp_path)
    for mode, word in ((Mode.REAL, b"In earnest."), (Mode.EXERCISE, b"As a drill.")):
        found = span_of(record, wanted(mode=mode))
        assert not_proven(found) == {}
        assert [text in found.raw for text in (b"In earnest.", b"As a drill.")].count(True) == 1
        assert word in found.raw


# --- Which minutes --------------------------------------------------------------------------------


def chosen(minutes: Minutes, since: int, until: int) -> tuple[int | None, int]:
    """The times of the minutes that are taken for a period."""
    earlier, later = require_minutes(minutes, since, until)
    return None if earlier is None else earlier.time, later.time


def test_the_minutes_nearest_to_the_period_are_taken(tmp_path: Path) -> None:
    """PROOF-103."""
    span = Span()
    for text in ("One.", "Two.", "Three."):
        span.talk.say(0, text)
        span.pause()
        span.minute()
    minutes = Minutes(span.record(tmp_path), Mode.REAL)
    one, two, three = span.times
    assert chosen(minutes, 0, one) == (None, one)
    assert chosen(minutes, 0, one + 1) == (None, two)
    assert chosen(minutes, one, two) == (one, two)
    assert chosen(minutes, one - 1, two) == (None, two)
    assert chosen(minutes, two + 1, three) == (two, three)
    # Nothing is cosigned behind the third: it is the best there is.
    assert chosen(minutes, one + 1, three + 999) == (one, three)
    assert reason_of(lambda: chosen(minutes, three + 1, three + 2)) == "no-minute"


def test_a_minute_that_one_party_has_not_cosigned_is_not_taken(tmp_path: Path) -> None:
    """PROOF-103."""
    span = Span()
    span.talk.say(0, "Good morning.")
    span.minute(carried=False)
    record = span.record(tmp_path)
    assert Minutes(record, Mode.REAL).all
    assert reason_of(lambda: span_of(record, wanted())) == "no-minute"
    span.exchange.run()
    assert not_proven(span_of(span.record(tmp_path), wanted())) == {}


@pytest.mark.parametrize("who", ["16", "17"])
def test_a_cosignature_that_is_not_held_any_more(tmp_path: Path, who: str) -> None:
    """PROOF-103: that of the other party, and that of the journal's own station."""
    span, _ = promised()
    record = span.record(tmp_path)
    credential = record.state.core.journals[int(who)].credential.hex()
    with record.custody.database.transaction():
        record.custody.database.rows(
            f"DELETE FROM cosignature WHERE credential = x'{credential}' AND no = 16"
        )
    assert reason_of(lambda: span_of(record, wanted())) == "no-minute"


def test_a_root_that_is_not_ours_does_not_count(tmp_path: Path) -> None:
    """PROOF-103, PROOF-12."""
    span, _ = promised()
    record = span.record(tmp_path)
    with record.custody.database.transaction():
        record.custody.database.rows("UPDATE cosignature SET root = randomblob(32) WHERE no = 17")
    assert reason_of(lambda: span_of(record, wanted())) == "no-minute"


def test_a_forked_journal_has_no_whole_minute(tmp_path: Path) -> None:
    """PROOF-103: what said two things cannot be shown to be complete."""
    span, _ = promised()
    record = span.record(tmp_path)
    journals = record.state.core.journals
    journals[17] = msgspec.structs.replace(journals[17], forked=True)
    assert reason_of(lambda: span_of(record, wanted())) == "no-minute"


def test_a_longer_span_than_a_reader_takes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PROOF-100."""
    span, _ = promised()
    record = span.record(tmp_path)
    monkeypatch.setattr("backchannel.station.spanning.FILE_OBJECTS_MAX", 20)
    with pytest.raises(OfficerError, match="span-too-long: got 37 entries, wanted fewer than 20"):
        span_of(record, wanted())
    monkeypatch.setattr("backchannel.station.spanning.FILE_OBJECTS_MAX", 100_000)
    monkeypatch.setattr("backchannel.station.spanning.SPAN_BYTES_MAX", 4_096)
    assert reason_of(lambda: span_of(record, wanted())) == "span-too-long"


# --- The order ------------------------------------------------------------------------------------


def test_an_order_is_read_as_it_was_written() -> None:
    """PROOF-104."""
    order = wanted(3, 9, EntryId(seed("one")), nonce=b"now")
    assert parse_span_wanted(pack_span_wanted(order)) == order


@pytest.mark.parametrize(
    "fields",
    [
        ("backchannel/1/disclose", 1, b"", 0, 1, (), ""),
        ("backchannel/1/disclose-span", 0, b"", 0, 1, (), ""),
        ("backchannel/1/disclose-span", 1, b"", 2, 1, (), ""),
        ("backchannel/1/disclose-span", 1, b"", 0, 1, (7,), ""),
        ("backchannel/1/disclose-span", 1, b"", 0, 1, ()),
    ],
)
def test_what_is_no_order_is_refused(fields: tuple[Any, ...]) -> None:
    """PROOF-104."""
    with pytest.raises(JunkError, match="order-shape"):
        parse_span_wanted(encode(fields))


def test_a_purpose_is_one_short_line() -> None:
    """PROOF-104: it goes into the record."""
    with pytest.raises(OfficerError, match="purpose-not-a-line"):
        parse_span_wanted(pack_span_wanted(wanted(purpose="two\nlines")))


def test_a_line_without_any_minute(tmp_path: Path) -> None:
    """PROOF-103."""
    span = Span(open_line())
    span.talk.say(0, "Good morning.")
    assert reason_of(lambda: span_of(span.record(tmp_path), wanted())) == "no-minute"
