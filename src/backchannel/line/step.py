"""The line as a pure function: one state and one event give the next state and rows.

All branching between events is here; the other modules compute. This module must not do anything
twice or keep anything between calls. Clauses: RECORD-80 to RECORD-84.
"""

from collections.abc import Callable, Sequence

from backchannel.errors import BackchannelError, JunkError
from backchannel.limits import PARTIES_MAX, PATH_EVENTS_AN_HOUR_MAX
from backchannel.line import beacon, proposals, succession
from backchannel.line.ageing import note_time
from backchannel.line.ahead import read_ahead
from backchannel.line.arrivals import arrive, is_due, take_frame
from backchannel.line.erasure import erase_old_keys
from backchannel.line.events import (
    AddressChanged,
    Answered,
    Arrived,
    AskedAgain,
    Beaten,
    Consented,
    Cosigned,
    DaySealed,
    Disclosed,
    EpochSealed,
    Escalated,
    Event,
    Given,
    HandedOn,
    KeySealed,
    MinuteOrdered,
    OpeningOrdered,
    Outcome,
    PathChanged,
    PrekeySigned,
    Released,
    ResumeOrdered,
    RootsRead,
    Shown,
    SlotRead,
    SpanDisclosed,
    Started,
    Swept,
    TimePassed,
    Took,
    Unanswered,
)
from backchannel.line.forks import convict, keep_branch, signed_of
from backchannel.line.hours import PATH_CHANGED, is_among, key_of
from backchannel.line.journal import Taken, complete, read
from backchannel.line.keeping import on_opening, on_sealed, on_swept
from backchannel.line.keying import on_consent, on_epoch, on_key, on_prekey
from backchannel.line.overdue import on_escalated, on_unanswered
from backchannel.line.readings import Read, Readings
from backchannel.line.recipients import is_open_to_all
from backchannel.line.release import release
from backchannel.line.roots import match
from backchannel.line.rows import Row
from backchannel.line.seen import settle
from backchannel.line.speak import (
    Words,
    append,
    may_speak,
    mode_of,
    no_longer_waits,
    receipt,
    seal,
    tell,
    tell_unopened,
    wait_for_seals,
)
from backchannel.line.state import LineState, Signed
from backchannel.line.telling import (
    on_disclosed,
    on_handed_on,
    on_shown,
    on_span_disclosed,
)
from backchannel.line.windows import is_open
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.envelope import parse_frame
from backchannel.wire.ids import EntryId, entry_id
from backchannel.wire.payload import (
    Countersign,
    Happening,
    LineEvent,
    Opening,
    pack_countersign,
    pack_fork,
    parse_succession,
)
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence

SIGN_OF_LIFE_MS = 600_000


def step(state: LineState, event: Event) -> tuple[LineState, tuple[Row, ...]]:
    """Return the next state and what to keep or send. Raises BackchannelError if refused."""
    work = Work(state)
    handle(work, event)
    return work.freeze(), tuple(work.rows)


def step_many(
    state: LineState, events: Sequence[Event]
) -> tuple[LineState, tuple[Row, ...], tuple[Outcome, ...]]:
    """Return what folding `step` over the events returns, and what became of each.

    A refused event leaves no trace: the batch is then done again, one event at a time.
    """
    work = Work(state)
    read_ahead(work, events)
    try:
        outcomes = [handle(work, event) for event in events]
        return work.freeze(), tuple(work.rows), tuple(outcomes)
    except BackchannelError:
        return fold(state, events, work.readings)


def fold(
    state: LineState, events: Sequence[Event], readings: Readings | None = None
) -> tuple[LineState, tuple[Row, ...], tuple[Outcome, ...]]:
    """Do each event by itself; the refused ones are thrown away whole."""
    rows: list[Row] = []
    outcomes: list[Outcome] = []
    version = state.core.version + 1
    for event in events:
        work = Work(state, readings)
        try:
            outcomes.append(handle(work, event))
        except BackchannelError as refused:
            outcomes.append(refused)
            continue
        state = work.freeze(version)
        rows += work.rows
    return state, tuple(rows), tuple(outcomes)


def handle(work: Work, event: Event) -> EntryId | None:
    """Handle one event, then whatever it has made due."""
    work.begin(event.at)
    note_time(work)
    made = HANDLERS[type(event)](work, event)
    finish(work)
    return made


def finish(work: Work) -> None:
    """Say what is to be told, pay receipts that are due, let go of what all hold."""
    news = work.settles or work.told or work.unopened_news or work.closed
    if not news and not [mode for mode in work.due if is_due(work, mode)]:
        return
    for mode in sorted(work.current):
        if work.own(mode).ended:
            succession.go_on_anew(work, mode, "an entry of ours turned up that this disk lacks")
        if not may_speak(work, mode):
            continue
        if mode == Mode.REAL and work.told:
            told, work.told = tuple(work.told), []
            tell(work, mode, *told)
        if mode in work.unopened_news:
            work.unopened_news.discard(mode)
            tell_unopened(work, mode)
        if mode in work.closed:
            proposals.propose(work, mode)
        if is_due(work, mode):
            receipt(work, mode)
        if work.settles:
            settle(work, mode)


def on_started(work: Work, event: Started) -> None:
    """Ask before signing anything."""
    succession.start(work, clean=event.clean, mark=event.mark)


def on_answered(work: Work, event: Answered) -> None:
    """Hear another station's answer to our question."""
    succession.hear(work, event.answer, event.signature)


def on_resume(work: Work, event: ResumeOrdered) -> None:
    """Go on because officers say so."""
    officers = len(set(event.officers))
    succession.order(work, event.mode, officers=officers, new_journal=event.new_journal)


def on_given(work: Work, event: Given) -> None:
    """Take frames that came by hand, and pass on what our own office wrote."""
    work.by_hand = True
    for raw in event.frames:
        got = read(raw)
        taken = take_frame(work, got)
        consider(work, taken)
        for entry in taken.entries:
            if entry.header.no == work.party and may_speak(work, Mode.REAL):
                slot = (entry.header.no, entry.header.seq)
                seal(work, Mode.REAL, slot, entry.frame, precedence=Precedence.IMMEDIATE)
    try_waiting(work)


def on_arrived(work: Work, event: Arrived) -> EntryId:
    """Open an envelope and take in its frame. Returns the id of the entry that it held."""
    taken, held = arrive(work, event.envelope)
    work.settles = not (taken.entries and all(map(is_plain, taken.entries)))
    consider(work, taken)
    return held


def is_plain(entry: Read) -> bool:
    """Say whether an entry is a statement that cites nothing new: it moves no receipt."""
    return entry.header.type == EntryType.STATEMENT and not entry.header.seen


def consider(work: Work, taken: Taken) -> None:
    """Act on accepted entries that ask for more than a receipt: forks, successions, authority."""
    if taken.fork is not None:
        enter_fork(work, pack_fork(taken.fork), taken.fork.proof[0][0])
    for entry in taken.entries:
        if entry.header.type == EntryType.SUCCESSION and not entry.header.seq:
            countersign(work, entry)
        if entry.header.no < PARTIES_MAX:
            try_waiting(work)


def enter_fork(work: Work, payload: bytes, header: bytes) -> None:
    """Write the proof of a fork into our journal of the same mode (RECORD-65)."""
    mode = mode_of(work, parse_header(header).no)
    if may_speak(work, mode):
        words = Words(EntryType.FORK, payload, precedence=Precedence.IMMEDIATE)
        append(work, mode, words)


def countersign(work: Work, entry: Read) -> None:
    """Say how far we hold the journals that another party's new journal follows (RECORD-72)."""
    word = parse_succession(entry.frame.payload or b"")
    journal = work.journals[entry.header.no]
    if not isinstance(word, Opening) or not word.ends or journal.party == work.party:
        return  # a founding follows nothing, and who succeeds in our own party is our office's word
    if not may_speak(work, journal.mode):
        return
    held = tuple(h for h in (work.head_of(no) for no, _, _ in word.ends) if h is not None)
    payload = pack_countersign(Countersign(entry.id, held))
    append(work, journal.mode, Words(EntryType.SUCCESSION, payload))


def try_waiting(work: Work) -> None:
    """Try again the frames whose writer was not known."""
    waiting, work.waiting = work.waiting, ()
    for raw in waiting:
        try:
            taken = take_frame(work, read(raw))
        except JunkError:
            continue
        consider(work, taken)


def on_released(work: Work, event: Released) -> EntryId:
    """Enter a statement that officers have released. Nobody's receipt moves by it."""
    work.settles = False
    return release(work, event)


def on_took(work: Work, event: Took) -> None:
    """Enter which paths took our statements."""
    if not may_speak(work, event.mode):
        return
    events = (LineEvent(Happening.SENT, (entry, (event.path,))) for entry in event.entries)
    tell(work, event.mode, *events)


def on_path(work: Work, event: PathChanged) -> None:
    """Enter that a path came up or went down; not each time for one that flaps (RECORD-18)."""
    key = key_of(PATH_CHANGED, event.path)
    if may_speak(work, Mode.REAL) and is_among(work, key, PATH_EVENTS_AN_HOUR_MAX):
        tell(work, Mode.REAL, LineEvent(Happening.PATH, (event.path, event.station, int(event.up))))


def on_address(work: Work, event: AddressChanged) -> None:
    """Enter where this station can be reached, in every mode: modes share one certificate."""
    for mode in sorted(work.current):
        if may_speak(work, mode):
            values = (event.path, event.text, event.certificate)
            tell(work, mode, LineEvent(Happening.ADDRESS, values))


def on_slot(work: Work, event: SlotRead) -> None:
    """Compare what arrived for a slot with what stands there: a repeat, or a fork (NT33)."""
    claim = (event.no, event.seq, event.frame)
    if claim not in work.compare:
        return
    work.compare = tuple(c for c in work.compare if c != claim)
    got = read(event.frame)
    journal = work.journals[event.no]
    if entry_id(event.header) == got.id:
        complete(work, journal, got)
        return
    fork = convict(work, journal, Signed(event.header, event.signature), signed_of(got.frame))
    keep_branch(work, event.no, event.seq, event.frame)
    if event.no in work.ours and work.current.get(journal.mode) == event.no:
        succession.go_on_anew(work, journal.mode, "another machine signs with this station's key")
    if fork is not None:
        enter_fork(work, pack_fork(fork), event.header)


def on_asked(work: Work, event: AskedAgain) -> None:
    """Seal a frame anew for a station that lost it or could not open it (RECORD-63)."""
    mode = mode_of(work, event.no)
    if not may_speak(work, mode):
        return
    slot = (event.no, event.seq)
    waited = no_longer_waits(work, *slot)
    precedence = Precedence.ROUTINE if waited is None else waited
    if event.unopened and not is_open_to_all(work, mode):
        wait_for_seals(work, slot, precedence)
    else:
        seal(work, mode, slot, parse_frame(event.frame), precedence=precedence)


def on_minute(work: Work, event: MinuteOrdered) -> EntryId:
    """Propose a minute because a person asks for it."""
    return proposals.order(work, event.mode)


def on_cosigned(work: Work, event: Cosigned) -> None:
    """Enter what the signer has cosigned, unless it is no longer wanted."""
    proposals.cosign(work, event)


def on_time(work: Work, event: TimePassed) -> None:
    """Decide what has waited too long, give a sign of life, propose a minute, erase old keys."""
    for mode in sorted(work.current):
        if mode in work.asking:
            succession.wait_no_longer(work, mode)
        silent = work.at.elapsed - work.spoke.get(mode, 0) >= SIGN_OF_LIFE_MS
        if silent and may_speak(work, mode) and is_open(work.charter, mode, work.at.now):
            receipt(work, mode)
        proposals.propose_if_due(work, mode)
        erase_old_keys(work, mode)
    beacon.call(work)


HANDLERS: dict[type[Event], Callable[..., EntryId | None]] = {
    Started: on_started,
    Answered: on_answered,
    ResumeOrdered: on_resume,
    Given: on_given,
    Arrived: on_arrived,
    Released: on_released,
    Shown: on_shown,
    Disclosed: on_disclosed,
    SpanDisclosed: on_span_disclosed,
    HandedOn: on_handed_on,
    Unanswered: on_unanswered,
    Escalated: on_escalated,
    Took: on_took,
    PathChanged: on_path,
    AddressChanged: on_address,
    EpochSealed: on_epoch,
    PrekeySigned: on_prekey,
    KeySealed: on_key,
    SlotRead: on_slot,
    AskedAgain: on_asked,
    Consented: on_consent,
    MinuteOrdered: on_minute,
    Cosigned: on_cosigned,
    RootsRead: match,
    Beaten: beacon.beat,
    Swept: on_swept,
    DaySealed: on_sealed,
    OpeningOrdered: on_opening,
    TimePassed: on_time,
}
