"""What the record says about one statement: verdict, signers, number, what it crossed.

This module must not write, or judge by itself: it gathers what the rules of the line need.
"""

from collections.abc import Iterator

import msgspec

from backchannel.charter.powers import Power
from backchannel.charter.roster import Authority, Issued, posts_of, standing_at
from backchannel.errors import OfficerError
from backchannel.limits import ANSWERS_SHOWN_MAX, CROSSED_SLOTS_MAX
from backchannel.line.drafting import Reference
from backchannel.line.opened import reference_of
from backchannel.line.state import LineState
from backchannel.line.verdicts import Said, VectorAt, Verdict, judge
from backchannel.station.reports import Judgement, Signer
from backchannel.station.runner import Custody
from backchannel.store import queries
from backchannel.store.minutes import minutes_named
from backchannel.store.queries import Stated, Stored
from backchannel.store.sequence import vector_of
from backchannel.wire.codec import decode
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.payload import Opening, parse_succession
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content, Kind, parse_content, parse_signed, parse_statement

NUMBER_MARK = {Mode.REAL: "", Mode.EXERCISE: "EX ", Mode.TEST: "TEST "}
ID_DIGITS = 12
# What these verdicts say is shown; the statement was duly released all the same.
RELEASED = ("valid", "contested", "regressing")
# Kinds that begin or change a matter: that an acknowledgement crossed something tells nobody more.
CROSSING = frozenset((Kind.MESSAGE, Kind.NOTICE, Kind.CORRECT, Kind.RECALL, Kind.DECIDE))


class Record(msgspec.Struct, frozen=True):
    """What one answer to a face is read from: the store, the state committed with it, our clock,
    and the running time in ms, where it is known closer than the state has it."""

    custody: Custody
    state: LineState
    now: int
    elapsed: int | None = None


class Receipt(msgspec.Struct, frozen=True):
    """The first entry of a journal whose seen covers a slot: its seq, and the time it claims."""

    seq: int
    time: int


def running_of(record: Record) -> int:
    """Return the running time of the station in ms."""
    return record.state.core.elapsed if record.elapsed is None else record.elapsed


def vectors(record: Record) -> VectorAt:
    """Return a look-up of folded seen that reads each slot once."""
    known: dict[tuple[int, int], dict[int, int]] = {}
    database, line = record.custody.database, record.custody.line

    def vector_at(no: int, seq: int) -> dict[int, int]:
        if (no, seq) not in known:
            known[no, seq] = vector_of(database, line, no, seq)
        return known[no, seq]

    return vector_at


def said_of(record: Record, stated: Stated) -> Said:
    """Return a statement as the rules judge it."""
    said = stated.said
    raw, _ = parse_signed(stated.payload or b"")
    vector: dict[int, int] = decode(stated.vector)  # type: ignore[assignment]
    party = record.state.core.journals[said.no].party
    return Said(
        *(parse_statement(raw), said.mode, party, said.no, said.seq),
        *(stated.time, vector, stated.verdict, said.signed),
    )


def verdict_of(record: Record, said: Said, vector_at: VectorAt) -> Verdict:
    """Return the verdict on a statement, as of what is held now (RECORD-91)."""
    return judge(said, record.state.authorities[said.party], vector_at)


def judgement(verdict: Verdict) -> Judgement:
    """Return a verdict as a face is told."""
    return Judgement(verdict.word, verdict.reason)


def opened(record: Record, stated: Stated) -> Content | None:
    """Return the words of a statement, or None where they are not held. Raises CustodyError."""
    if not stated.worded:
        return None
    custody = record.custody
    raw = queries.content(
        custody.database, custody.line, stated.said.entry, wrap_key=custody.wrap_key
    )
    return parse_content(raw)


def answers_to(record: Record, stated: Stated) -> tuple[Stated, ...]:
    """Return the statements of the same mode that name one, oldest first, a bounded number.

    What names it from another mode names it in vain (NT75).
    """
    custody = record.custody
    found = queries.answers(
        custody.database, custody.line, stated.said.entry, limit=ANSWERS_SHOWN_MAX
    )
    return tuple(each for each in found if each.said.mode == stated.said.mode)


def reference(record: Record, stated: Stated) -> Reference | None:
    """Return what an answer says it is about, or None where its words are not held."""
    content = opened(record, stated)
    return reference_of(content) if content is not None else None


# --- Who signed -----------------------------------------------------------------------------------


def party_name(record: Record, party: int) -> str:
    """Return the name of a party."""
    return record.state.charter.parties[party].name


def signer_names(record: Record, said: Said) -> tuple[str, ...]:
    """Return each signer as people read it: name and posts, from the credential alone (NT66)."""
    return tuple(
        f"{each.name} ({', '.join(each.posts)})" if each.posts else each.name
        for each in signers_of(record, said)
    )


def signers_of(record: Record, said: Said) -> tuple[Signer, ...]:
    """Return the officers behind a statement with their mandates."""
    authority = record.state.authorities[said.party]
    return tuple(signer(authority, CredentialId(each)) for each in said.statement.signers)


def signer(authority: Authority, credential_id: CredentialId) -> Signer:
    """Return one officer; of a credential that is not held, nothing but its id is known."""
    found = authority.credentials.get(credential_id)
    if found is None:
        unknown = f"credential {credential_id.hex()[:ID_DIGITS]}, not held here"
        return Signer(credential_id.hex(), unknown, (), (), (), (), 0, 0, "", None)
    credential = found.credential
    ended = authority.revocations.get(credential_id)
    return Signer(
        credential=credential_id.hex(),
        name=credential.name,
        posts=tuple(post.credential.name for post in posts_of(authority, found)),
        powers=power_words(credential.powers),
        classes=class_names(authority, credential.classes),
        modes=tuple(Mode(mode).name for mode in credential.modes),
        since=credential.since,
        until=credential.until,
        granted_by=granted_by(authority, found),
        revoked=ended.time if ended is not None else None,
    )


def power_words(powers: int) -> tuple[str, ...]:
    """Return the names of powers."""
    return tuple(str(power.name).lower() for power in Power if powers & power)


def class_names(authority: Authority, classes: tuple[int, ...]) -> tuple[str, ...]:
    """Return the names of classes in the newest release table."""
    rules = standing_at(authority, authority.seq).rules
    return tuple(rules[each].name if each < len(rules) else str(each) for each in classes)


def granted_by(authority: Authority, found: Issued) -> str:
    """Return who granted a credential."""
    parent = found.credential.parent
    if parent is None:
        return "roots"
    issuer = authority.credentials.get(parent)
    return issuer.credential.name if issuer is not None else parent.hex()[:ID_DIGITS]


# --- How it is spoken of --------------------------------------------------------------------------


def spoken(record: Record, stated: Stated) -> str:
    """Return a statement's number as people say it, `ALDER EX 0001`; "" for what has none."""
    if not stated.number:
        return ""
    custody, said = record.custody, stated.said
    follows = followed(record, said.no)
    number: int | None = stated.number
    if follows:
        number = queries.number_of(custody.database, custody.line, said.entry, follows=follows)
    party = party_name(record, record.state.core.journals[said.no].party)
    return f"{party.upper()} {NUMBER_MARK[Mode(said.mode)]}{number:04}"


def followed(record: Record, no: int) -> dict[int, int]:
    """Return the journals that a journal follows, each with the slot up to which it counts."""
    follows: dict[int, int] = {}
    todo = [no]
    while todo:
        for ended, seq in ends(record, todo.pop()):
            if ended not in follows:
                follows[ended] = seq
                todo.append(ended)
    return follows


def ends(record: Record, no: int) -> Iterator[tuple[int, int]]:
    """Yield the journals that the first entry of a journal ends, and how far each goes."""
    custody = record.custody
    first = queries.slot(custody.database, custody.line, no, 0)
    if first is None:
        return
    word = parse_succession(first.frame.payload or b"")
    if isinstance(word, Opening):
        for ended, seq, _ in word.ends:
            yield ended, seq


def name_of(record: Record, entry: EntryId) -> str:
    """Return how a statement is spoken of, or the beginning of its entry's id."""
    custody = record.custody
    try:
        stated = queries.statement(custody.database, custody.line, entry)
    except OfficerError:
        if minutes_named(custody.database, custody.line, entry.hex()):
            return f"minute {entry.hex()[:ID_DIGITS]}"
        return f"{entry.hex()[:ID_DIGITS]}, not held here"
    return spoken(record, stated) or f"{kind_word(stated.said.kind)} {entry.hex()[:ID_DIGITS]}"


def kind_word(kind: int) -> str:
    """Return a kind of statement in words; one of a later version by its number."""
    return Kind(kind).name.lower().replace("_", " ") if kind in list(Kind) else f"kind {kind}"


# --- What had been seen ---------------------------------------------------------------------------


def first_receipt(record: Record, holder: int, no: int, seq: int) -> Receipt | None:
    """Return the first entry of journal `holder` whose seen covers a slot, or None so far.

    A receipt that came before what it covers, as after a restore, is found in the entries.
    """
    custody, state = record.custody, record.state
    ours = holder in own_journals(state)
    rows = () if ours else queries.held(custody.database, custody.line, no, seq)
    for row in rows:
        if row.by == holder:
            return Receipt(row.by_seq, row.time)
    low, high = 0, state.core.journals[holder].seq + 1
    while low < high:
        middle = (low + high) // 2
        if vector_of(custody.database, custody.line, holder, middle).get(no, -1) >= seq:
            high = middle
        else:
            low = middle + 1
    found = queries.slot(custody.database, custody.line, holder, low)
    if found is None or not (ours or cites(record, found, no)):
        return None
    return Receipt(low, found.time)


def cites(record: Record, stored: Stored, no: int) -> bool:
    """Say whether an entry's seen names the very entry that stands in a journal here."""
    custody = record.custody
    for other, seq, head in parse_header(stored.frame.header).seen:
        if other == no:
            there = queries.slot(custody.database, custody.line, no, seq)
            return there is not None and there.entry == head
    return False


def own_journals(state: LineState) -> frozenset[int]:
    """Return the numbers of the journals that this station writes or wrote."""
    credentials = {hand.credential for hand in state.secrets.hands.values()}
    return frozenset(j.no for j in state.core.journals.values() if j.credential in credentials)


def crossed(record: Record, said: Said) -> tuple[Stated, ...]:
    """Return the statements that were written without sight of this one, nor this of them (R6).

    Only kinds that begin or change a matter count.
    """
    if said.statement.kind not in CROSSING:
        return ()
    found: list[Stated] = []
    for journal in record.state.core.journals.values():
        if journal.mode == said.mode and journal.no != said.no:
            first = said.vector.get(journal.no, -1) + 1
            if first <= journal.seq:
                receipt = first_receipt(record, journal.no, said.no, said.seq)
                end = receipt.seq if receipt is not None else journal.seq + 1
                found += statements_between(record, journal.no, first, end)
    return tuple(found)


def statements_between(record: Record, no: int, first: int, end: int) -> Iterator[Stated]:
    """Yield the statements of a journal in a stretch of slots that count as crossing."""
    custody = record.custody
    if first >= end:
        return
    slots = min(end - first, CROSSED_SLOTS_MAX)
    for each in queries.entries(custody.database, custody.line, no, from_seq=first, limit=slots):
        if each.type == EntryType.STATEMENT and each.seq < end:
            stated = statement_at(record, each.entry)
            if stated is not None and stated.said.kind in CROSSING:
                yield stated


def statement_at(record: Record, entry: EntryId) -> Stated | None:
    """Return the statement of an entry, or None where none could be read from it."""
    custody = record.custody
    try:
        return queries.statement(custody.database, custody.line, entry)
    except OfficerError:
        return None
