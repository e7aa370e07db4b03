"""Coming back: what a restarted station asks, what the others answer, what it may sign then.

Only a header that we signed proves that our disk is old; a bare number proves nothing. This
module must not resume a journal that anything proves stale. Clauses: RECORD-70 to RECORD-78.

    query  = [1, nonce 16, credential id, [journal no]]
    answer = [1, nonce, credential id, [no, seq, head], [[no, header / null, signature / null]]]
"""

from collections.abc import Collection
from typing import NamedTuple

import msgspec

from backchannel.errors import JunkError, OfficerError
from backchannel.limits import ANSWER_BYTES_MAX, STATION_JOURNALS_MAX
from backchannel.line.forks import prove, require_written
from backchannel.line.rows import EvidenceRow
from backchannel.line.speak import Words, append, tell, tell_unopened
from backchannel.line.state import Asking, Journal, LineState, Signed
from backchannel.line.work import Work
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import (
    EntryType,
    Head,
    parse_header,
    parse_heads,
    require_hash,
    require_number,
)
from backchannel.wire.ids import entry_id, journal_id
from backchannel.wire.payload import (
    NONCE_BYTES,
    Happening,
    LineEvent,
    Opening,
    pack_fork,
    pack_opening,
)
from backchannel.wire.signing import Context, Mode, Purpose, require_signature, sign

VERSION = 1
# What a header may take of an answer; the rest is at most 64 numbers, two ids and a signature.
HEADER_SHOWN_BYTES = ANSWER_BYTES_MAX - 1_024
# With a goodbye or a run mark behind us we wait this long for anybody to object, else this long
# for anybody to speak at all (RECORD-74).
VOUCHED_PATIENCE_MS = 3_000
SIEGE_PATIENCE_MS = 120_000


class Query(NamedTuple):
    """A station's question about its own journals, in one mode."""

    nonce: bytes
    credential: bytes
    numbers: tuple[int, ...]


class Answer(NamedTuple):
    """What another station holds of them: its own head, and the newest headers it can show."""

    nonce: bytes
    credential: bytes
    head: Head
    shown: tuple[tuple[int, Signed | None], ...]


def start(work: Work, *, clean: bool, mark: dict[int, int] | None) -> None:
    """Begin a start: ask in every mode, or leave a journal that the run mark proves stale
    (RECORD-70, RECORD-76)."""
    work.starts += 1
    work.began = work.at.elapsed
    for mode in sorted(work.current):
        own, numbers = work.own(mode), work.hand(mode).numbers
        marked = {no: seq for no, seq in (mark or {}).items() if no in numbers}
        beyond = {no for no in marked if numbers.index(no) > numbers.index(own.no)}
        work.asking[mode] = Asking(
            work.chance(b"nonce")[:NONCE_BYTES], work.at.elapsed, clean or own.no in marked
        )
        if beyond or marked.get(own.no, own.seq) > own.seq:
            reason = "the run mark shows a newer entry than this disk"
            go_on_anew(work, mode, reason, spent=beyond)


def ask(state: LineState, mode: int) -> tuple[bytes, bytes] | None:
    """Return our question in a mode and its signature, or None while there is nothing to ask."""
    asking = state.core.asking.get(mode)
    if asking is None:
        return None
    hand = state.secrets.hands[mode]
    query = encode((VERSION, asking.nonce, hand.credential, hand.numbers))
    return query, sign(hand.secret, Context(Purpose.QUERY, state.line, Mode(mode)), query)


def answer(state: LineState, query: bytes, signature: bytes) -> tuple[bytes, bytes]:
    """Return our answer to another station's question, and its signature (RECORD-71).

    It shows the newest header of the last journal of the asker that we hold: that one alone says
    how far it went. Raises JunkError if the question is not signed by the writer of the journals
    it names, and where we do not speak in its mode.
    """
    asked = parse_query(query)
    journals = [j for no in asked.numbers if (j := state.core.journals.get(no))]
    if not journals or any(j.credential != asked.credential for j in journals):
        raise JunkError("query-journals", "a question about journals that are not the asker's")
    last = journals[-1]
    mode = Mode(last.mode)
    require_signature(last.public, signature, Context(Purpose.QUERY, state.line, mode), query)
    if mode not in state.core.own:
        raise JunkError("mode-not-spoken", f"this station has no journal in mode {mode.name}")
    own = state.core.journals[state.core.own[mode]]
    hand = state.secrets.hands[mode]
    shown = tuple((no, *shown_of(last, no)) for no in asked.numbers)
    raw = encode((VERSION, asked.nonce, hand.credential, (own.no, own.seq, own.head), shown))
    return raw, sign(hand.secret, Context(Purpose.ANSWER, state.line, mode), raw)


def shown_of(last: Journal, no: int) -> tuple[bytes | None, bytes | None]:
    """Return what an answer shows for a number: the newest header of one journal, else nothing."""
    if no != last.no or last.last is None or len(last.last.header) > HEADER_SHOWN_BYTES:
        return None, None
    return last.last.header, last.last.signature


def parse_query(raw: bytes) -> Query:
    """Return the question in `raw`. Raises JunkError (RECORD-71)."""
    match decode(raw):
        case (int(version), bytes(nonce), bytes(credential), tuple(numbers)):
            require_version(version)
            require_hash(credential)
            if len(nonce) == NONCE_BYTES and 0 < len(numbers) <= STATION_JOURNALS_MAX:
                for no in numbers:
                    require_number(no)
                return Query(nonce, credential, numbers)  # type: ignore[arg-type]
    raise JunkError("query-shape", "a question is [1, nonce, credential, [journal no]]")


def require_version(version: object) -> None:
    """Raise JunkError unless a question or answer is of version 1."""
    if type(version) is not int or version != VERSION:
        raise JunkError("query-version", f"got version {version!r}, this line speaks 1")


def parse_answer(raw: bytes) -> Answer:
    """Return the answer in `raw`. Raises JunkError (RECORD-71)."""
    if len(raw) > ANSWER_BYTES_MAX:
        raise JunkError("answer-too-long", f"got {len(raw)} bytes, at most {ANSWER_BYTES_MAX}")
    match decode(raw):
        case (int(version), bytes(nonce), bytes(credential), head, tuple(shown)):
            require_version(version)
            heads = parse_heads((head,))
            return Answer(nonce, credential, heads[0], tuple(map(parse_shown, shown)))
    raise JunkError("answer-shape", "an answer is [1, nonce, credential, head, [shown]]")


def parse_shown(value: Value) -> tuple[int, Signed | None]:
    """Return one number of an answer with the header shown for it. Raises JunkError."""
    match value:
        case (int(no), None, None):
            require_number(no)
            return no, None
        case (int(no), bytes(header), bytes(signature)):
            require_number(no)
            return no, Signed(header, signature)
    raise JunkError("answer-shape", "shown is [journal no, header / null, signature / null]")


def hear(work: Work, raw: bytes, signature: bytes) -> None:
    """Take another station's answer. Raises JunkError for one that proves nothing (NT84).

    A header of ours beyond our disk opens a new journal; agreement lets us go on once a station
    of each other party has answered.
    """
    said = parse_answer(raw)
    speaker = work.journals.get(said.head[0])
    if speaker is None or speaker.credential != said.credential or speaker.no in work.ours:
        raise JunkError("answer-speaker", "an answer by a station that we do not know")
    mode = speaker.mode
    context = Context(Purpose.ANSWER, work.line, Mode(mode))
    require_signature(speaker.public, signature, context, raw)
    asking = work.asking.get(mode)
    if asking is None or asking.nonce != said.nonce:
        raise JunkError("answer-old", "an answer to another question than ours")
    if tuple(no for no, _ in said.shown) != work.hand(mode).numbers:
        raise JunkError("answer-journals", "an answer about other journals than we asked for")
    stale = [no for no, shown in said.shown if shown and contradicts(work, mode, no, shown)]
    if stale:
        reason = "another station holds an entry that this disk lacks"
        go_on_anew(work, mode, reason, spent=stale)
        return
    work.asking[mode] = msgspec.structs.replace(asking, answers={**asking.answers, speaker.no: raw})
    if all_answered(work, mode):
        go_on(work, mode)


def contradicts(work: Work, mode: int, no: int, shown: Signed) -> bool:
    """Say whether a header proves our disk stale: signed by us, and beyond or beside our record.

    Beyond it lies also every journal after the one that we write. Raises JunkError if we never
    signed it. Beside our record it is also kept as E1.
    """
    own, numbers = work.own(mode), work.hand(mode).numbers
    header = parse_header(shown.header)
    if header.no != no:
        raise JunkError("answer-journal", "the header shown is of another journal")
    require_written(work, own, shown)
    if no != own.no:
        return numbers.index(no) > numbers.index(own.no)
    if header.seq > own.seq:
        return True
    ours = work.trails.get(own.no, {}).get(header.seq)
    if ours is None or ours == entry_id(shown.header):
        return False
    if own.last is not None and header.seq == own.seq:
        proof = pack_fork(prove(own.last, shown))
        work.add(EvidenceRow(own.no, header.seq, "fork-e1", proof, work.at.now))
    return True


def all_answered(work: Work, mode: int) -> bool:
    """Say whether a station of every other party has answered in a mode."""
    answered = {work.journals[no].party for no in work.asking[mode].answers}
    others = {
        j.party
        for j in work.journals.values()
        if j.mode == mode and j.party != work.party and not j.ended
    }
    return bool(others) and others <= answered


def go_on(work: Work, mode: int) -> None:
    """Go on in the journal we have, and enter the answers that we relied on (RECORD-73).

    Each is an event of its own: together they may be too long for one entry.
    """
    answers = tuple(work.asking.pop(mode).answers.values())
    if work.own(mode).unopened:
        tell_unopened(work, mode)
    told = tuple((each,) for each in answers) or ((),)
    tell(work, mode, *(LineEvent(Happening.STARTED, (each,)) for each in told))


def wait_no_longer(work: Work, mode: int) -> None:
    """Decide alone when patience is over (RECORD-74).

    Vouched for by a goodbye or a run mark, or answered by some and denied by none: go on. Else a
    new journal, so that a crash under siege does not silence the line.
    """
    asking = work.asking[mode]
    waited = work.at.elapsed - asking.since
    if waited >= VOUCHED_PATIENCE_MS and asking.vouched:
        go_on(work, mode)
    elif waited >= SIEGE_PATIENCE_MS and next_number(work, mode) is not None:
        go_on_anew(work, mode, "nobody could say how far the old journal went")


def order(work: Work, mode: int, *, officers: int, new_journal: bool) -> None:
    """Carry out the officers' order to go on. Raises OfficerError (RECORD-75)."""
    if mode not in work.asking:
        raise OfficerError("not-asking", "the station already speaks in this mode")
    if new_journal and next_number(work, mode) is None:
        raise OfficerError(
            "no-number-left",
            "this station was granted no further journal; two officers may resume the old one, "
            "or its office certifies a new station",
        )
    if new_journal:
        go_on_anew(work, mode, "ordered by an officer")
    elif officers < 2:
        raise OfficerError(
            "two-officers", "resuming the old journal takes two officers; one may open a new one"
        )
    else:
        go_on(work, mode)


def next_number(work: Work, mode: int, spent: Collection[int] = ()) -> int | None:
    """Return the next number that we were granted and that no journal of ours has used.

    `spent` are numbers that we used in a past that this disk has lost.
    """
    numbers = work.hand(mode).numbers
    used = max(numbers.index(no) for no in (*work.ours, *spent) if no in numbers)
    return numbers[used + 1] if used + 1 < len(numbers) else None


def go_on_anew(work: Work, mode: int, reason: str, *, spent: Collection[int] = ()) -> None:
    """End our journal of a mode and open the next number that we were granted (RECORD-72).

    Where none is left the journal only ends: the station hears and can no longer speak.
    """
    old = work.own(mode)
    hand = work.hand(mode)
    work.journals[old.no] = msgspec.structs.replace(old, ended=True)
    no = next_number(work, mode, spent)
    if no is None:
        return
    work.asking.pop(mode, None)
    nonce = work.chance(b"journal")[:NONCE_BYTES]
    identity = journal_id(work.line, work.party, mode, public=old.public, nonce=nonce)
    work.journals[no] = Journal(
        no=no,
        party=work.party,
        mode=mode,
        id=identity,
        public=old.public,
        pq_public=old.pq_public,
        credential=old.credential,
        head=identity,
        unopened=old.unopened,
    )
    work.ours.add(no)
    work.current[mode] = no
    # Who has not heard of the new journal seals to the old one, perhaps the news of his own.
    former = {**hand.former, old.no: hand.prekeys}
    work.set_hand(mode, epochs=(), prekeys=(), zero=None, former=former)
    opening = Opening(nonce, hand.credential, reason, ((old.no, old.seq, old.head),))
    append(work, mode, Words(EntryType.SUCCESSION, pack_opening(opening)))
    if work.own(mode).unopened:
        tell_unopened(work, mode)
