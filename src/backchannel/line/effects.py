"""What follows from an accepted entry, ours or another's: what is indexed, opened, marked.

This module must not refuse an entry: by now it is part of the record. A payload that breaks its
rules raises BreachError, which becomes the entry's verdict. Clauses: RECORD-20 to RECORD-58.
"""

from collections.abc import Callable

import msgspec

from backchannel.errors import BreachError, JunkError
from backchannel.limits import ADDRESSES_MAX
from backchannel.line.archive import take_opening, take_seal
from backchannel.line.forks import accused
from backchannel.line.hours import WORDS_MISSED, count, key_of
from backchannel.line.leaves import take_leaves
from backchannel.line.minutes import note_statement, take_minute
from backchannel.line.offers import take_up
from backchannel.line.rows import ContentRow, EvidenceRow, HappenedRow, SaidRow
from backchannel.line.silence import take_non_answer
from backchannel.line.state import Address, HeldPrekey, Journal
from backchannel.line.verdicts import signatures_word
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType, Header, parse_header
from backchannel.wire.ids import EntryId, statement_id
from backchannel.wire.payload import (
    RECEIPT_PAYLOAD,
    Happening,
    LineEvent,
    Opening,
    Prekey,
    parse_fork,
    parse_offer,
    parse_prekey,
    parse_succession,
    prekey_signed_bytes,
    values_of,
)
from backchannel.wire.primitives import gcm_siv_seal
from backchannel.wire.signing import Alg, Context, Mode, Purpose, require_pq
from backchannel.wire.statement import Kind, Precedence

CONTENT_NONCE = bytes(12)


def take_effect(
    work: Work, journal: Journal, header: Header, payload: bytes | None, content: bytes | None
) -> None:
    """Act on an entry that has just been accepted. Raises BreachError for its verdict."""
    effect = EFFECTS.get(header.type)
    if effect is None:
        return
    try:
        effect(work, journal, header, payload or b"", content)
    except JunkError as fault:
        raise BreachError(fault.reason, fault.text) from None


def say(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Index a statement and keep its words sealed under a key of their own (RECORD-23).

    It is indexed by its statement id: a second entry of it is a repeat (RECORD-27).
    """
    stated = work.readings.stated(payload)
    statement = stated.statement
    made = journal_entry(journal)
    work.add(
        SaidRow(
            header.no,
            header.seq,
            made,
            statement_id(work.line, journal.mode, stated.raw),
            journal.mode,
            statement.kind,
            statement.form,
            statement.to,
            statement.precedence,
            statement.category,
            statement.drafted,
            statement.refs,
            statement.croot,
            signatures_word(work, journal, stated),
        )
    )
    note_statement(work, journal, header)
    if statement.kind == Kind.CLOSE and journal.no == work.current.get(journal.mode):
        work.closed.add(journal.mode)
    if statement.precedence <= Precedence.IMMEDIATE:
        work.urgent.add(made)
    if content is None or not work.readings.fits(content, statement.croot):
        if journal.no not in work.ours:
            miss(work, journal, made)
        return
    key = work.chance(b"content" + made)
    work.add(ContentRow(made, gcm_siv_seal(key, CONTENT_NONCE, content, made), key))


def journal_entry(journal: Journal) -> EntryId:
    """Return the id of the entry that a journal now stands at."""
    return EntryId(journal.head)


def miss(work: Work, journal: Journal, entry: EntryId) -> None:
    """Mark an entry whose content is absent or does not fit; our journal says so before its
    receipt does (RECORD-58). Where we do not speak in its mode we give no receipt either."""
    if journal.mode not in work.current:
        return
    own = work.own(journal.mode)
    unopened = (*own.unopened, entry)
    work.unopened_news.add(journal.mode)
    count(work, key_of(WORDS_MISSED, own.no))
    work.journals[own.no] = msgspec.structs.replace(own, unopened=unopened)


def publish_prekey(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Take a station's newer prekey; a lower number is never used again (KEYS-4, NT2)."""
    prekey = parse_prekey(payload)
    if journal.prekey is not None and prekey.n <= journal.prekey.n:
        raise BreachError("prekey-number", f"prekey {prekey.n} after {journal.prekey.n}")
    require_prekey_signature(work, journal, prekey)
    held = HeldPrekey(prekey.n, prekey.public, prekey.until, header.seq)
    work.journals[journal.no] = msgspec.structs.replace(work.journals[journal.no], prekey=held)
    work.readers_changed(journal.mode)


def require_prekey_signature(work: Work, journal: Journal, prekey: Prekey) -> None:
    """Raise JunkError unless the station's ML-DSA-44 key signed the prekey (KEYS-3, NT3)."""
    context = Context(Purpose.PREKEY, work.line, Mode(journal.mode))
    signed = prekey_signed_bytes(journal.id, prekey)
    require_pq(Alg.ML_DSA_44, journal.pq_public, prekey.signature, context, signed)


def open_offer(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Note an offer's number, and keep its epoch. Numbers rise within a journal (KEYS-18)."""
    offer = parse_offer(payload)
    if offer.epoch <= journal.offered:
        raise BreachError("offer-number", f"epoch {offer.epoch} after {journal.offered}")
    known = work.journals[journal.no]
    work.journals[journal.no] = msgspec.structs.replace(known, offered=offer.epoch)
    take_up(work, journal, journal_entry(journal), offer)


def succeed(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Close the journals that a station's new one follows (RECORD-72)."""
    word = parse_succession(payload)
    if not isinstance(word, Opening):
        return
    if header.seq:
        raise BreachError("opening-late", "a journal opens at its first slot only")
    ends = [work.journals[no] for no, _, _ in word.ends if no in work.journals]
    for ended in ends:
        if ended.party != journal.party or ended.mode != journal.mode:
            raise BreachError("succession-foreign", f"{ended.no} is not the writer's to end")
        if ended.no == journal.no:
            raise BreachError("succession-self", "a journal does not follow itself")
    for ended in (*ends, *written_before(work, journal)):
        work.journals[ended.no] = msgspec.structs.replace(ended, ended=True)
    work.readers_changed(journal.mode)


def written_before(work: Work, journal: Journal) -> tuple[Journal, ...]:
    """Return the journals that a station wrote before this one: it writes one at a time."""
    issued = work.authorities[journal.party].credentials[journal.credential]
    numbers = issued.credential.journals
    place = numbers.index(journal.no)
    return tuple(work.journals[no] for no in numbers[:place] if no in work.journals)


def prove_fork(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Mark a journal that another station proves forked (RECORD-64, NT36).

    If it is the one that we write, another machine signs with our key: it ends (NT39).
    """
    fork = parse_fork(payload)
    no = accused(work, fork)
    known = work.journals[no]
    if not known.forked:
        seq = parse_header(fork.proof[1][0]).seq
        work.add(EvidenceRow(no, seq, f"fork-e{fork.kind}", payload, work.at.now))
    current = work.current.get(known.mode) == no
    work.journals[no] = msgspec.structs.replace(known, forked=True, ended=known.ended or current)


def happen(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Index line events, and act on those that say where a station is or what it missed."""
    for place, (event, packed) in enumerate(work.readings.line_events(payload)):
        kind = int(event.kind)
        if kind not in KNOWN:
            continue
        subject = event.values[0] if kind in ABOUT_AN_ENTRY else None
        assert subject is None or isinstance(subject, bytes)
        body = values_of(event, packed)
        work.add(HappenedRow(header.no, header.seq, place, kind, subject, body))
        if kind in NOTED:
            note_event(work, journal.no, event)


# Plain numbers: looking one up does not ask the class of each.
KNOWN = frozenset(map(int, Happening))
SUBJECTS = (
    Happening.SENT,
    Happening.SHOWN,
    Happening.OFFER_REFUSED,
    Happening.ESCALATED,
    Happening.DISCLOSED,
    Happening.SPAN_DISCLOSED,
    Happening.HANDED_ON,
)
ABOUT_AN_ENTRY = frozenset(map(int, SUBJECTS))
NOTED = frozenset(map(int, (Happening.ADDRESS, Happening.UNOPENED)))


def note_event(work: Work, no: int, event: LineEvent) -> None:
    """Keep what a line event changes in what we know of its journal: the newest addresses, and
    the list of what it holds without words."""
    known = work.journals[no]
    match event.kind, event.values:
        case Happening.ADDRESS, (int(path), str(text), bytes(certificate)):
            kept = [a for a in known.addresses if (a.path, a.text) != (path, text)]
            newest = (*kept, Address(path, text, certificate))[-ADDRESSES_MAX:]
            work.journals[no] = msgspec.structs.replace(known, addresses=newest)
        case Happening.UNOPENED, (tuple(entries),) if no not in work.ours:
            work.journals[no] = msgspec.structs.replace(known, unopened=entries)


def hold_receipt(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Require that a bare receipt says nothing else. Raises BreachError (RECORD-50)."""
    if payload != RECEIPT_PAYLOAD:
        raise BreachError("receipt-payload", "a bare receipt has an empty list for its payload")


EFFECTS: dict[int, Callable[[Work, Journal, Header, bytes, bytes | None], None]] = {
    EntryType.STATEMENT: say,
    EntryType.RECEIPT: hold_receipt,
    EntryType.PREKEY: publish_prekey,
    EntryType.OFFER: open_offer,
    EntryType.MINUTE: take_minute,
    EntryType.ARCHIVE_SEAL: take_seal,
    EntryType.SUCCESSION: succeed,
    EntryType.FORK: prove_fork,
    EntryType.OPENING: take_opening,
    EntryType.LINE_EVENTS: happen,
    EntryType.BEACON_OPENING: take_leaves,
    EntryType.NON_ANSWER: take_non_answer,
}
