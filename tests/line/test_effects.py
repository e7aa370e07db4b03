"""What follows from an accepted entry: what is indexed, opened and marked, and what is a breach."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, CEDAR, seed
from tests.exchange import Station, open_line
from tests.line.hostile import Hostile, hostile_birch

from backchannel.limits import ADDRESSES_MAX
from backchannel.line.rows import HappenedRow
from backchannel.wire.codec import Value, encode
from backchannel.wire.entry import EntryType, pack_header, parse_header
from backchannel.wire.envelope import pack_frame
from backchannel.wire.ids import statement_id
from backchannel.wire.payload import Happening, parse_line_events
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence


def told(station: Station, kind: Happening, mode: Mode = Mode.REAL) -> list[tuple[Value, ...]]:
    """The values of all line events of a kind that a station has written."""
    return [
        event.values
        for (no, _), row in station.entries.items()
        if no == station.own(mode).no and row.type == EntryType.LINE_EVENTS
        for event in parse_line_events(row.payload or b"")
        if event.kind == kind
    ]


def test_a_statement_is_indexed_with_its_words_apart() -> None:
    """RECORD-23: what is looked up is bytes that were signed, what is read lies under a key."""
    birch = hostile_birch()
    refs = (birch.victim.own().head,)
    value, content = birch.statement("indexed", refs=refs, precedence=Precedence.FLASH)
    entry = birch.enter(value, EntryType.STATEMENT, content=content)
    row = birch.victim.said()[-1]
    assert isinstance(value, tuple) and isinstance(value[0], bytes)
    assert row.statement == statement_id(birch.cast.line, Mode.REAL, value[0])
    assert (row.entry, row.refs, row.precedence, row.signed) == (entry, refs, 1, "good")
    words = birch.victim.contents[entry]
    assert b"indexed" not in words.box and len(words.key) == 32


def test_a_second_entry_of_one_statement_is_a_repeat() -> None:
    """NT82, RECORD-27: both are in the record under one statement id."""
    birch = hostile_birch()
    value, content = birch.statement("twice")
    first = birch.enter(value, EntryType.STATEMENT, content=content)
    second = birch.enter(value, EntryType.STATEMENT, content=content)
    one, two = birch.victim.said()[-2:]
    assert first != second and one.statement == two.statement


def test_the_same_words_in_another_mode_are_another_statement() -> None:
    """NT74, RECORD-27."""
    exchange = open_line()
    real = Hostile(exchange)
    drill = Hostile(exchange, BIRCH, Mode.EXERCISE)
    value, content = drill.statement("an exercise")
    drill.enter(value, EntryType.STATEMENT, content=content)
    real.enter(value, EntryType.STATEMENT, content=content)
    in_drill, lifted = exchange.stations[ALDER].said()[-2:]
    assert in_drill.statement != lifted.statement
    # The officer signed it for the exercise: in REAL his signature does not hold.
    assert (in_drill.signed, lifted.signed) == ("good", "bad")


@pytest.mark.parametrize(
    ("value", "kind", "verdict"),
    [
        ((), EntryType.STATEMENT, "invalid: signed-shape"),
        ((b"", ()), EntryType.STATEMENT, "invalid: truncated"),
        ((1,), EntryType.RECEIPT, "invalid: receipt-payload"),
        ((), EntryType.PREKEY, "invalid: prekey-shape"),
        ((), EntryType.OFFER, "invalid: offer-shape"),
        ((), EntryType.SUCCESSION, "invalid: succession-shape"),
        ((), EntryType.FORK, "invalid: fork-shape"),
        ((), EntryType.LINE_EVENTS, "invalid: events-shape"),
    ],
)
def test_a_misshapen_payload_takes_its_slot_with_a_verdict(
    value: Value, kind: int, verdict: str
) -> None:
    """RECORD-9, RECORD-50: what a key signed is kept, and the line goes on."""
    birch = hostile_birch()
    birch.enter(value, kind)
    assert birch.verdict() == verdict
    assert birch.victim.evidence()[-1] == verdict.removeprefix("invalid: ")
    birch.enter((), EntryType.RECEIPT)
    assert birch.verdict() == ""


def test_words_that_are_absent_or_do_not_fit_are_listed_before_their_receipt() -> None:
    """RECORD-58: the list stands in the journal before the seen that first covers them."""
    for words in (None, b"", encode((b"s" * 16, (1,)))):
        birch = hostile_birch()
        value, _ = birch.statement("lost words", precedence=Precedence.FLASH)
        entry = birch.enter(value, EntryType.STATEMENT, content=words)
        alder = birch.victim
        assert told(alder, Happening.UNOPENED) == [((entry,),)]
        own = alder.own()
        list_at = next(
            seq
            for (no, seq), row in alder.entries.items()
            if no == 16 and row.payload == encode(((3, (entry,)),))
        )
        cites = parse_header(alder.entries[16, list_at].header).seen
        assert all(no != 17 for no, _, _ in cites)
        assert own.seen[17][1] == birch.known().seq and own.seq > list_at


def test_the_list_comes_first_whatever_else_is_said() -> None:
    """RECORD-58: a fork that the same frame proves is told after it."""
    birch = hostile_birch()
    value, _ = birch.statement("no words")
    held = birch.known().seq
    birch.send(birch.frame(encode(()), EntryType.RECEIPT, seq=held + 2, prev=seed("branch")))
    entry = birch.enter(value, EntryType.STATEMENT)
    alder = birch.victim
    kinds = [row.type for (no, _), row in alder.entries.items() if no == 16][-2:]
    assert kinds == [EntryType.LINE_EVENTS, EntryType.FORK]
    assert told(alder, Happening.UNOPENED)[-1] == ((entry,),)


def test_where_we_do_not_speak_nothing_is_said_about_words() -> None:
    """RECORD-58: a station without an EXERCISE journal gives no receipts there."""
    exchange = open_line(modes=(Mode.REAL,))
    drill = Hostile(exchange, ALDER, Mode.EXERCISE)
    birch = exchange.stations[BIRCH]
    drill.victim = birch
    value, _ = drill.statement("drill")
    frame = drill.frame(encode(value), EntryType.STATEMENT)
    before = birch.own().seq
    assert birch.arrive(drill.seal(pack_frame(frame), Mode.REAL)) is None
    assert birch.said()[-1].mode == Mode.EXERCISE
    assert birch.own().seq == before


def test_prekeys_rise_and_are_signed_for_their_journal() -> None:
    """NT2, NT3, KEYS-3, KEYS-4."""
    birch = hostile_birch()
    birch.enter(birch.prekey("third", 3), EntryType.PREKEY)
    assert birch.known().prekey is not None and birch.known().prekey.n == 3
    for n in (3, 2):
        birch.enter(birch.prekey("replayed", n), EntryType.PREKEY)
        assert birch.verdict() == "invalid: prekey-number"
        assert birch.known().prekey.n == 3  # type: ignore[union-attr]
    good = birch.prekey("fourth", 4)
    assert isinstance(good, tuple)
    # The same key with a signature over something else: of another line, number or journal.
    birch.enter((5, *good[1:]), EntryType.PREKEY)
    assert birch.verdict() == "invalid: bad-signature"
    birch.enter(good, EntryType.PREKEY)
    assert birch.verdict() == ""


def test_an_opening_stands_at_the_first_slot_only() -> None:
    """RECORD-51."""
    birch = hostile_birch()
    birch.enter((0, bytes(16), birch.known().credential, "again", ()), EntryType.SUCCESSION)
    assert birch.verdict() == "invalid: opening-late"
    assert birch.victim.own().seq == birch.exchange.stations[ALDER].own().seq


def test_addresses_are_the_newest_few() -> None:
    """NT89, RECORD-56: a station's word about itself costs bounded memory."""
    birch = hostile_birch()
    for n in range(ADDRESSES_MAX + 3):
        birch.enter(((8, 1, f"192.0.2.{n}:7100", seed("certificate")),), EntryType.LINE_EVENTS)
    texts = [address.text for address in birch.known().addresses]
    assert texts == [f"192.0.2.{n}:7100" for n in range(3, ADDRESSES_MAX + 3)]
    birch.enter(((8, 1, texts[0], seed("another")),), EntryType.LINE_EVENTS)
    assert [a.text for a in birch.known().addresses] == [*texts[1:], texts[0]]


def test_line_events_are_indexed_by_the_entry_they_speak_of() -> None:
    """RECORD-57: those of unknown kinds are kept in the entry and not indexed."""
    birch = hostile_birch()
    entry = birch.victim.own().head
    events = ((2, entry, seed("croot"), ("duty officer",), 5), (5, 1, "x", 0), (77, 1), (12, 4))
    birch.enter(events, EntryType.LINE_EVENTS)
    rows = [row for row in birch.victim.rows if isinstance(row, HappenedRow) and row.no == 17]
    assert [(row.place, row.kind, row.subject) for row in rows[-3:]] == [
        (0, Happening.SHOWN, entry),
        (1, Happening.PATH, None),
        (3, Happening.NUMBER_VOID, None),
    ]


def test_what_others_cannot_open_is_known() -> None:
    """RECORD-58: the full list each time."""
    birch = hostile_birch()
    ours = birch.victim.own().head
    birch.enter(((3, (ours,)),), EntryType.LINE_EVENTS)
    assert birch.known().unopened == (ours,)
    birch.enter(((3, ()),), EntryType.LINE_EVENTS)
    assert birch.known().unopened == ()


def test_a_third_partys_proof_marks_a_fork() -> None:
    """NT36, RECORD-64: found at the first contact, though Alder saw one branch only."""
    exchange = open_line(3)
    birch, cedar = Hostile(exchange, BIRCH), Hostile(exchange, CEDAR)
    shown_to_alder = birch.frame(encode(()), EntryType.RECEIPT)
    shown_to_cedar = birch.frame(encode(()), EntryType.RECEIPT, time=1)
    birch.send(shown_to_alder)
    proof = tuple((f.header, f.signature) for f in (shown_to_alder, shown_to_cedar))
    cedar.enter((1, proof), EntryType.FORK)  # type: ignore[arg-type]
    assert cedar.verdict() == "" and birch.known().forked


@pytest.mark.parametrize("spoil", ["kind", "signature", "same", "journals", "unknown"])
def test_a_proof_that_proves_nothing_convicts_nobody(spoil: str) -> None:
    """RECORD-65, NT83: it holds two signatures of the accused key, or it is a breach itself."""
    exchange = open_line(3)
    birch, cedar = Hostile(exchange, BIRCH), Hostile(exchange, CEDAR)
    one = birch.frame(encode(()), EntryType.RECEIPT)
    two = birch.frame(encode(()), EntryType.RECEIPT, time=1)
    kind, reasons = 1, {"fork-unproven", "bad-signature", "fork-kind", "fork-journals"}
    if spoil == "kind":
        kind = 2
    elif spoil == "signature":
        two = replace(two, signature=bytes(64))
        reasons = {"low-order-nonce-point", "non-canonical-nonce-point", "bad-signature"}
    elif spoil == "same":
        two = one
    elif spoil == "journals":
        two = cedar.frame(encode(()), EntryType.RECEIPT)
        reasons = {"bad-signature"}
    else:
        one, two = (replace(f, header=birch_header(birch, 33, n)) for n, f in enumerate((one, two)))
        reasons = {"fork-unknown"}
    proof = ((one.header, one.signature), (two.header, two.signature))
    cedar.enter((kind, proof), EntryType.FORK)  # type: ignore[arg-type]
    assert cedar.verdict().removeprefix("invalid: ") in reasons
    assert not birch.known().forked


def birch_header(birch: Hostile, no: int, time: int) -> bytes:
    """A header of a journal that nobody has opened."""
    return pack_header(birch.header(b"", EntryType.RECEIPT, no=no, time=time))
