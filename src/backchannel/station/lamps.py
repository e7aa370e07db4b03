"""What must catch a person's eye: derived from the state and the record, kept nowhere.

This module must not stop anything: a lamp never keeps an officer from writing or reading.
"""

from collections.abc import Iterable, Iterator

from backchannel.charter.credentials import CredentialKind
from backchannel.errors import BackchannelError
from backchannel.limits import ENDING_SOON_SECONDS
from backchannel.line.roots import TWO_ROOTS
from backchannel.line.state import Journal
from backchannel.notice.catalogue import catalogue_hash
from backchannel.station.judging import Record, own_journals, party_name
from backchannel.station.reports import Finding
from backchannel.store import queries
from backchannel.wire.moments import print_duration, print_moment
from backchannel.wire.signing import Mode

ALARM, WARNING, NOTE, GOOD = "alarm", "warning", "note", "good"
ORDER = (ALARM, WARNING, NOTE, GOOD)


def lamps(record: Record, failure: BackchannelError | None) -> tuple[Finding, ...]:
    """Return what is lit now, the worst first. `failure` is why nothing can be kept, if so."""
    found = [
        *custody_lamps(record, failure),
        *asking_lamps(record),
        *party_lamps(record),
        *journal_lamps(record),
        *key_lamps(record),
        *catalogue_lamps(record),
        *ending_lamps(record),
    ]
    return worst_first(found)


def worst_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order in which a person should see them."""
    return tuple(sorted(found, key=lambda each: ORDER.index(each.level)))


def custody_lamps(record: Record, failure: BackchannelError | None) -> Iterator[Finding]:
    """Yield what is wrong with our own disk and keys."""
    if failure is not None:
        silent = "Nothing can be kept, so nothing is sent."
        yield Finding(ALARM, failure.reason, silent, failure.text)
    if record.custody.mark is None:
        yield Finding(
            WARNING,
            "no-run-mark",
            "There is no run mark: an old disk that is put back could go unnoticed.",
            "Name a file on another medium as run_mark in the settings.",
        )


def asking_lamps(record: Record) -> Iterator[Finding]:
    """Yield the modes that may not speak yet."""
    core = record.state.core
    for mode, asking in sorted(core.asking.items()):
        waited = (core.elapsed - asking.since) // 1000
        yield Finding(
            WARNING,
            "still-asking",
            f"{Mode(mode).name}: the station asks the others how far its own journal went, for "
            f"{waited} s now; {len(asking.answers)} answered.",
            "Wait, or order it to go on: backchannel station resume.",
        )


def party_lamps(record: Record) -> Iterator[Finding]:
    """Yield the parties that are not there yet, or whose office has been silent too long."""
    state = record.state
    founded = {journal.party for journal in state.core.journals.values()}
    for party in range(len(state.charter.parties)):
        name = party_name(record, party)
        if party not in founded:
            yield Finding(
                ALARM,
                "no-founding-file",
                f"The founding file of {name} has not been taken in: it cannot be spoken to.",
                f"Ask {name} for it, and hand it over: backchannel station give FILE.",
            )
    yield from fresh_lamps(record)


def fresh_lamps(record: Record) -> Iterator[Finding]:
    """Yield the parties whose office has not called its journal current for too long."""
    custody, state = record.custody, record.state
    period = state.charter.policy.fresh_s
    newest = {each.no: each.time for each in queries.heads(custody.database, custody.line)}
    for party, authority in sorted(state.authorities.items()):
        said = max(authority.fresh or 0, newest.get(party, 0))
        if said and record.now - said > period:
            name = party_name(record, party)
            yield Finding(
                WARNING,
                "not-fresh",
                f"The office of {name} last called its credentials current at "
                f"{print_moment(said)}; every {print_duration(period)} was agreed. A revocation "
                "may be missing here.",
                f"Ask {name}: backchannel party fresh, and carry or send its authority file.",
            )


def journal_lamps(record: Record) -> Iterator[Finding]:
    """Yield journals that said two things, and words that could not be opened."""
    for journal in record.state.core.journals.values():
        if journal.forked:
            yield Finding(
                ALARM,
                "fork",
                f"Journal {journal.no} of {party_name(record, journal.party)} says two things in "
                "one place. Both are kept and shown, and the proof is in the record.",
                "Speak to the other room, by the line and by another way: docs/guide/recover.md.",
            )
        yield from root_lamps(record, journal)
    for no in sorted(record.state.core.own.values()):
        waiting = len(record.state.core.journals[no].unopened)
        if waiting:
            yield Finding(
                WARNING,
                "unopened",
                f"{waiting} statements lie here without their words.",
                "They have been asked for. If it lasts, ask the other room to say them again.",
            )


def root_lamps(record: Record, journal: Journal) -> Iterator[Finding]:
    """Yield that a station's cosignatures contradict each other, or our record (PROOF-95, 96)."""
    who = f"The station of journal {journal.no} of {party_name(record, journal.party)}"
    for reason, no, size in journal.contradictions:
        if reason == TWO_ROOTS:
            text = f"{who} cosigned two roots of journal {no} at {size} entries."
            advice = "One of them is a lie, and both are signed: backchannel evidence list."
        else:
            text = f"{who} cosigned journal {no} at {size} entries with another root than ours."
            advice = "Its record, or ours, is not what it was: backchannel check; evidence list."
        yield Finding(ALARM, reason, text, advice)


def key_lamps(record: Record) -> Iterator[Finding]:
    """Yield what is less than it should be about keys: prekeys, epoch 0, the courier package."""
    state = record.state
    ours = own_journals(state)
    for journal in state.core.journals.values():
        if is_stale(record, journal):
            whose = "Our" if journal.no in ours else f"{party_name(record, journal.party)}'s"
            yield Finding(
                WARNING,
                "prekey-expired",
                f"{whose} prekey of journal {journal.no} is past its time and still used.",
                "A newer one could not be made or has not come: see whether the path is up.",
            )
    for mode in sorted(state.core.consent):
        yield Finding(
            WARNING,
            "epoch-zero",
            f"{Mode(mode).name}: epoch 0 is allowed; what is sealed in it rests on the courier "
            "package alone.",
            "It ends by itself as soon as prekeys have been exchanged.",
        )
    if not state.secrets.courier:
        yield Finding(
            NOTE,
            "no-courier-package",
            "There is no courier package: secrecy rests on prekeys alone.",
            "Carry one by hand when you can: docs/guide/start.md.",
        )


def is_stale(record: Record, journal: Journal) -> bool:
    """Say whether the newest prekey of an open journal is past its time by our clock."""
    return not journal.ended and journal.prekey is not None and journal.prekey.until <= record.now


def catalogue_lamps(record: Record) -> Iterator[Finding]:
    """Yield that our forms are not those that the charter names (NOTICE-91)."""
    practice = record.state.charter.policy.practice
    if practice is not None and practice.catalogue != catalogue_hash():
        yield Finding(
            WARNING,
            "other-catalogue",
            "The forms and test texts of this station are not those that the charter names.",
            "Read with care what is marked as raw. Run the version that the rooms agreed on, or "
            "amend the charter.",
        )


def ending_lamps(record: Record) -> Iterator[Finding]:
    """Yield what ends soon or has ended: the charter, our own credentials, journal numbers."""
    state = record.state
    yield from ending(record, "The charter", state.charter.until)
    authority = state.authorities[state.party]
    credentials = {hand.credential for hand in state.secrets.hands.values()}
    for each in authority.credentials.values():
        if each.id in authority.revocations:
            continue
        if each.credential.kind == CredentialKind.OFFICER:
            yield from ending(
                record, f"The mandate of {each.credential.name}", each.credential.until
            )
        elif each.id in credentials:
            yield from ending(
                record, f"The credential of {each.credential.name}", each.credential.until
            )
    for mode, no in sorted(state.core.own.items()):
        numbers = state.secrets.hands[mode].numbers
        if no == numbers[-1]:
            yield Finding(
                WARNING,
                "no-number-left",
                f"{Mode(mode).name}: journal {no} is the last that this station was granted.",
                "Have the office issue a new credential before the next old disk or fork.",
            )


def ending(record: Record, what: str, until: int) -> Iterator[Finding]:
    """Yield that something ends soon or has ended."""
    if until - record.now > ENDING_SOON_SECONDS:
        return
    over = until <= record.now
    text = f"{what} {'ended' if over else 'ends'} at {print_moment(until)}."
    yield Finding(WARNING, "ended" if over else "ends-soon", text, "Have it renewed.")
