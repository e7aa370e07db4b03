"""What a station does for its archive: days sealed, content keys dropped, openings entered.

A content key goes only when its wrap stands in an archive seal that was committed before. This
module must not see an archive key: it lives in the signer, for one answer. Clauses: RECORD-117,
RECORD-119 to RECORD-121, RECORD-123, KEYS-34 to KEYS-36.
"""

from backchannel.charter.oversight import circles_of
from backchannel.charter.policy import Policy
from backchannel.charter.warrants import At, require_warrant
from backchannel.errors import BreachError, JunkError, OfficerError
from backchannel.line.events import DaySealed, Looked, OpeningOrdered, Swept
from backchannel.line.rows import ArchivedRow, KeptRow, KeyGone
from backchannel.line.speak import Words, append, may_speak, require_voice
from backchannel.line.state import Keeping, LineState
from backchannel.line.wanted import SealDay
from backchannel.line.work import Work
from backchannel.wire.archive import parse_archive_opening
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId

SWEEP_MS = 60_000


# --- Sealing a day --------------------------------------------------------------------------------


def sweep_is_due(state: LineState) -> bool:
    """Say whether the content keys are to be looked through: once a minute of running time, where
    the charter names somebody who may come to read (RECORD-117)."""
    keeping = state.core.keeping
    if not circles_of(state.charter.oversight, state.party):
        return False
    return keeping is None or state.core.elapsed - keeping.swept >= SWEEP_MS


def to_seal_days(work: Work) -> list[SealDay]:
    """Return the requests to seal days that are over, one for each mode at a time (RECORD-117)."""
    wanted = []
    for mode, day in sorted(work.keeping.days.items() if work.keeping else ()):
        if may_speak(work, mode):
            own = work.own(mode)
            wanted.append(SealDay(mode, own.no, own.archived + 1, day, own.id))
    return wanted


def on_sealed(work: Work, event: DaySealed) -> None:
    """Enter an archive seal, and note which content keys lie in it (RECORD-117).

    An answer for another journal or number than our next one is thrown away: its archive key is
    gone, and so is nothing else.
    """
    if not may_speak(work, event.mode):
        return
    own = work.own(event.mode)
    if (event.no, event.n) != (own.no, own.archived + 1):
        return
    append(work, event.mode, Words(EntryType.ARCHIVE_SEAL, event.payload))
    stood = work.own(event.mode)
    for entry in event.entries:
        work.add(ArchivedRow(entry, stood.no, stood.seq))
    work.keeping = None  # there may be more of this day


# --- The hot window -------------------------------------------------------------------------------


def on_swept(work: Work, event: Swept) -> None:
    """Note which days are to be sealed, and drop the content keys whose hot window is over
    (RECORD-120)."""
    work.keeping = Keeping(work.at.elapsed, event.days)
    for looked in event.looked:
        work.add(kept_or_gone(work.charter.policy, work.at.elapsed, looked))


def kept_or_gone(policy: Policy, elapsed: int, looked: Looked) -> KeptRow | KeyGone:
    """Return what becomes of a content key whose wrap is durable (RECORD-119 to RECORD-121, NT88).

    The window is running time, and begins when the key is seen to be owed to nobody any more.
    """
    assert policy.hot_window_s is not None and policy.hot_cap_s is not None
    met = elapsed if looked.met is None else looked.met
    over = looked.over if looked.over is not None else elapsed if looked.is_over else None
    if over is not None and elapsed - over >= policy.hot_window_s * 1000:
        return KeyGone(looked.entry)
    if elapsed - met >= policy.hot_cap_s * 1000:
        return KeyGone(looked.entry)
    return KeptRow(looked.entry, met, over, elapsed)


# --- An opening -----------------------------------------------------------------------------------


def on_opening(work: Work, event: OpeningOrdered) -> EntryId:
    """Enter a warrant before anything is opened under it (RECORD-123, NT53).

    Raises OfficerError for a warrant that too few trustees signed, or that is not of this line.
    """
    if event.mode not in work.current:
        raise OfficerError("no-such-mode", f"this station does not speak in mode {event.mode}")
    require_voice(work, event.mode)
    authority = work.authorities[work.party]
    try:
        opening = parse_archive_opening(event.payload)
        require_warrant(opening, authority, At(event.mode, authority.seq, work.at.now))
    except (JunkError, BreachError) as fault:
        raise OfficerError(fault.reason, fault.text) from None
    return append(work, event.mode, Words(EntryType.OPENING, event.payload))
