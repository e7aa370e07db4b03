"""What a drafter has at hand, and what a face that has shown something must prove.

This module must not enter anything: it reads the state and says who, which class, which heads.
"""

from backchannel.charter.credentials import CredentialKind
from backchannel.charter.roster import known_at, posts_of, require_unrevoked, standing_at
from backchannel.errors import BreachError, OfficerError
from backchannel.line.state import LineState
from backchannel.line.windows import is_open
from backchannel.station.asked import Told
from backchannel.station.judging import Record, own_journals
from backchannel.station.orders import order_nonce
from backchannel.station.reports import DeskReport, Officer, ReleaseClass
from backchannel.station.rungs import croot_shown, happened
from backchannel.station.standing import parties
from backchannel.wire.codec import decode
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.payload import Happening
from backchannel.wire.signing import Mode


def desk(record: Record, mode: Mode) -> DeskReport:
    """Return what somebody needs who drafts a statement. Raises OfficerError("no-such-mode")."""
    state = record.state
    require_mode(state, mode)
    return DeskReport(
        line=state.line.hex(),
        mode=mode.name,
        now=record.now,
        party=state.party,
        parties=parties(record),
        classes=release_classes(state),
        officers=officers(state),
        basis=basis(state, mode),
        asking=mode in state.core.asking,
        open=is_open(state.charter, mode, record.now),
        nonce=order_nonce(state, mode).hex(),
    )


def require_mode(state: LineState, mode: Mode) -> None:
    """Raise OfficerError("no-such-mode") unless this station speaks in a mode."""
    if mode not in state.core.own:
        raise OfficerError("no-such-mode", f"this station does not speak in mode {mode.name}")


def release_classes(state: LineState) -> tuple[ReleaseClass, ...]:
    """Return the classes of the charter as they stand for our party."""
    authority = state.authorities[state.party]
    return tuple(
        ReleaseClass(
            rule.name,
            tuple((int(each.kind), each.forms) for each in rule.covers),
            rule.powers,
            rule.signatures,
            rule.emergency,
        )
        for rule in standing_at(authority, authority.seq).rules
    )


def officers(state: LineState) -> tuple[Officer, ...]:
    """Return the officers of our party whose credentials stand, oldest first."""
    authority = state.authorities[state.party]
    return tuple(
        Officer(
            credential=each.id.hex(),
            name=each.credential.name,
            public=each.credential.ed25519.hex(),
            posts=tuple(post.credential.name for post in posts_of(authority, each)),
            modes=tuple(Mode(mode).name for mode in each.credential.modes),
            until=each.credential.until,
        )
        for each in authority.credentials.values()
        if each.credential.kind == CredentialKind.OFFICER
        and each.credential.ed25519 is not None
        and each.id not in authority.revocations
    )


def basis(state: LineState, mode: Mode) -> tuple[tuple[int, int, str], ...]:
    """Return the heads of the other stations in a mode: what lies on the drafter's desk."""
    ours = own_journals(state)
    return tuple(
        (journal.no, journal.seq, journal.head.hex())
        for journal in sorted(state.core.journals.values(), key=lambda j: j.no)
        if journal.mode == mode and journal.no not in ours and not journal.ended
    )


def posts_shown(state: LineState, credential: CredentialId) -> tuple[str, ...]:
    """Return the posts of an officer of ours, by his credential alone (NT66).

    Raises OfficerError for who is none.
    """
    authority = state.authorities[state.party]
    try:
        found = known_at(authority, credential, authority.seq)
        require_unrevoked(authority, found, authority.seq)
    except BreachError as fault:
        raise OfficerError(fault.reason, fault.text) from None
    return tuple(post.credential.name for post in posts_of(authority, found))


def already_shown(record: Record, entry: EntryId, croot: bytes, posts: tuple[str, ...]) -> bool:
    """Say whether our journal holds this very line event, at whatever time."""
    ours = own_journals(record.state)
    return any(
        event.row.kind == Happening.SHOWN
        and event.row.no in ours
        and croot_shown(event) == croot
        and decode(event.row.body)[2] == posts  # type: ignore[index]
        for event in happened(record, entry)
    )


def told_of(before: LineState, after: LineState) -> Told:
    """Return what a file by hand has brought."""
    authority = sum(after.authorities[p].seq - before.authorities[p].seq for p in after.authorities)
    journals = len(after.core.journals) - len(before.core.journals)
    return Told(
        bool(authority or journals),
        f"{authority} entries of authority journals and {journals} journals of stations are new",
    )
