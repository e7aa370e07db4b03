"""Envelopes: which are ours to open, when an index is spent, and what a receipt is owed for."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, CEDAR, OPEN_WINDOWS
from tests.exchange import Envelope as Mail
from tests.exchange import Exchange, open_line
from tests.line.hostile import Hostile, hostile_birch, reason

from backchannel.charter.policy import Policy
from backchannel.line.epochs import key_context, message_key
from backchannel.line.rows import OutgoingRow
from backchannel.line.state import InEpoch
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import Envelope, Form, pack_frame, parse_envelope, seal_envelope
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence

EMPTY = encode(())


def last_mail(exchange: Exchange, party: int) -> Mail:
    return exchange.stations[party].mail[-1]


def chain_of(exchange: Exchange, holder: int, no: int) -> tuple[int, InEpoch]:
    """The newest epoch of a journal as one of its readers holds it."""
    chains = exchange.stations[holder].state.secrets.incoming[no]
    return max(chains), chains[max(chains)]


def box_of_a_fellow(exchange: Exchange, no: int, frame: bytes) -> bytes:
    """A box under the next index of a sender's epoch, made by another reader of that epoch."""
    epoch, chain = chain_of(exchange, CEDAR, no)
    journal = exchange.stations[CEDAR].journal(no)
    context = key_context(exchange.cast.line, journal.id, epoch)
    empty = Envelope(Form.EPOCH, no, b"", epoch=epoch, index=chain.index)
    return seal_envelope(exchange.cast.line, message_key(chain.chain, context), empty, frame)


@pytest.mark.parametrize("inside", ["nonsense", "cedars-own", "replayed", "forwarded"])
def test_a_fellow_reader_cannot_spend_the_senders_index(inside: str) -> None:
    """NT97, KEYS-27: he knows the chain, and holds true frames of all kinds."""
    exchange = open_line(3)
    alder = exchange.stations[ALDER]
    cedar = Hostile(exchange, CEDAR)
    frame = {
        "nonsense": b"nonsense",
        "cedars-own": pack_frame(cedar.frame(EMPTY, EntryType.RECEIPT)),
        "replayed": pack_frame(alder.frame(17, alder.journal(17).seq)),
        "forwarded": exchange.cast.offices[BIRCH].frames[0],
    }[inside]
    before = chain_of(exchange, ALDER, 17)
    alder.arrive(box_of_a_fellow(exchange, 17, frame))
    assert chain_of(exchange, ALDER, 17) == before
    # The real box with that index opens afterwards.
    entry = exchange.say(BIRCH, "the real one")
    assert chain_of(exchange, ALDER, 17)[1].index == index_of(last_mail(exchange, BIRCH))
    exchange.run()
    assert entry in alder.contents


def index_of(mail: Mail) -> int:
    return parse_envelope(mail.envelope).index


def test_an_envelope_opens_once() -> None:
    """NT71, KEYS-28: the same bytes again change nothing."""
    exchange = open_line()
    exchange.say(ALDER, "hello")
    mail = last_mail(exchange, ALDER)
    birch = exchange.stations[BIRCH]
    assert birch.arrive(mail.envelope) is None
    state = birch.state
    assert reason(birch.arrive(mail.envelope)) == "box-spent"
    assert birch.state.core.journals == state.core.journals


def test_our_own_envelope_proves_nothing() -> None:
    """NT70: it came back as another's."""
    exchange = open_line()
    exchange.say(ALDER, "hello")
    alder = exchange.stations[ALDER]
    assert reason(alder.arrive(last_mail(exchange, ALDER).envelope)) == "reflected"
    # Nor does our own entry in another's envelope: it is a repeat.
    birch = Hostile(exchange)
    rows = len(alder.rows)
    assert birch.send(alder.frame(16, alder.own().seq)) is None
    assert len(alder.rows) == rows


def test_what_is_not_for_us_is_not_opened() -> None:
    """KEYS-20 to KEYS-22."""
    exchange = open_line(3)
    birch = Hostile(exchange)
    alder, cedar = exchange.stations[ALDER], exchange.stations[CEDAR]
    envelope = birch.seal(pack_frame(birch.frame(EMPTY, EntryType.RECEIPT)))
    assert reason(cedar.arrive(envelope)) == "not-for-us"
    assert reason(alder.arrive(encode((0, 33, 1, 1, b"x")))) == "unknown-journal"
    assert reason(alder.arrive(encode((1, 33, b"x", b"y")))) == "unknown-journal"


def test_a_mode_that_we_do_not_speak_is_nobodys_fault() -> None:
    """KEYS-20: a station of one mode is sent envelopes of another."""
    exchange = open_line(modes=(Mode.REAL,))
    birch = exchange.stations[BIRCH]
    assert reason(birch.arrive(encode((0, 144, 1, 1, b"x")))) == "mode-not-spoken"
    assert reason(birch.arrive(encode((1, 144, b"x", b"y")))) == "mode-not-spoken"


def test_a_seal_to_a_journal_that_is_over_is_not_ours() -> None:
    """KEYS-22: its prekeys went with it."""
    birch = hostile_birch()
    alder = birch.victim
    envelope = birch.seal(pack_frame(birch.frame(EMPTY, EntryType.RECEIPT)))
    journals = {
        no: replace(j, ended=True) if no == 16 else j for no, j in alder.state.core.journals.items()
    }
    core = replace(alder.state.core, journals=journals)
    alder.state = replace(alder.state, core=core)
    assert reason(alder.arrive(envelope)) == "not-for-us"


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (EntryType.STATEMENT, True),
        (EntryType.RECEIPT, False),
        (EntryType.PREKEY, True),
        (EntryType.OFFER, True),
        (EntryType.MINUTE, True),
        (EntryType.ARCHIVE_SEAL, True),
        (EntryType.SUCCESSION, True),
        (EntryType.FORK, True),
        (EntryType.OPENING, True),
        (EntryType.LINE_EVENTS, False),
        (EntryType.TIME_EVIDENCE, False),
        (EntryType.BEACON_OPENING, False),
        (EntryType.NON_ANSWER, True),
        (77, False),
    ],
)
def test_a_receipt_is_owed_by_type(kind: int, due: bool) -> None:
    """RECORD-61: so nothing feeds itself (NT90)."""
    birch = hostile_birch(policy=Policy(windows=OPEN_WINDOWS, receipt_delay_ms=5_000))
    alder = birch.victim
    before = alder.own()
    birch.enter((), kind)
    owed = Mode.REAL in alder.state.core.due or alder.own().seq > before.seq
    assert owed is due


def test_a_receipt_waits_for_its_delay_or_for_many() -> None:
    """RECORD-61: 50 ms, or 32 entries, whichever is first."""
    birch = hostile_birch()
    alder, policy = birch.victim, birch.victim.state.charter.policy
    held = alder.own().seq
    for n in range(policy.receipt_entries - 1):
        value, content = birch.statement(f"routine {n}")
        birch.enter(value, EntryType.STATEMENT, content=content)
        alder.clock.elapsed += 1
    assert alder.own().seq == held
    due = alder.state.core.due[Mode.REAL]
    assert (due.count, due.by - alder.clock.elapsed) == (31, policy.receipt_delay_ms - 31)
    value, content = birch.statement("the last of many")
    birch.enter(value, EntryType.STATEMENT, content=content)
    assert alder.own().seq == held + 1 and Mode.REAL not in alder.state.core.due
    value, content = birch.statement("one more")
    birch.enter(value, EntryType.STATEMENT, content=content)
    alder.clock.elapsed += policy.receipt_delay_ms - 1
    alder.pass_time()
    assert alder.own().seq == held + 1
    alder.clock.elapsed += 1
    alder.pass_time()
    assert alder.own().seq == held + 2


@pytest.mark.parametrize("what", ["flash", "immediate", "prekey", "offer"])
def test_what_is_urgent_has_its_receipt_at_once(what: str) -> None:
    """RECORD-61."""
    birch = hostile_birch()
    held = birch.victim.own().seq
    content: bytes | None = None
    if what == "prekey":
        value, kind = birch.prekey("next", 2), int(EntryType.PREKEY)
    elif what == "offer":
        value, kind = (9, 0, ((18, 1, bytes(1168)),)), int(EntryType.OFFER)
    else:
        value, content = birch.statement(what, precedence=Precedence[what.upper()])
        kind = int(EntryType.STATEMENT)
    birch.enter(value, kind, content=content)
    assert birch.victim.own().seq == held + 1
    assert birch.victim.entries[16, held + 1].type == EntryType.RECEIPT


def test_no_receipt_is_owed_where_we_do_not_speak() -> None:
    """RECORD-61: an entry of another mode that came with a REAL one."""
    exchange = open_line(modes=(Mode.REAL,))
    birch = exchange.stations[BIRCH]
    drill = Hostile(exchange, ALDER, Mode.EXERCISE)
    drill.victim = birch
    prekey = drill.frame(encode(drill.prekey("next", 2)), EntryType.PREKEY)
    assert birch.arrive(drill.seal(pack_frame(prekey), Mode.REAL)) is None
    assert birch.journal(144).prekey is not None
    assert birch.state.core.due == {}


def test_lost_envelopes_are_skipped_and_come_late() -> None:
    """KEYS-28, RECORD-10: what was lost is opened when it comes after all."""
    exchange = open_line()
    birch = exchange.stations[BIRCH]
    for n in range(5):
        exchange.say(ALDER, f"message {n}")
    mail = [row for row in exchange.stations[ALDER].mail[-5:] if isinstance(row, OutgoingRow)]
    outcomes = [birch.arrive(row.envelope) for row in (mail[4], mail[0], mail[2], mail[1], mail[3])]
    assert outcomes == [None] * 5
    assert len(birch.said()) == 5
