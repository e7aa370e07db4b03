"""Tests of the line by officers, read from the record: how each came out, and what is due from us.

This module must not send a test: an officer does. Clauses: NOTICE-130 to NOTICE-134.
"""

from collections.abc import Iterator, Sequence

from backchannel.charter.charter import Charter
from backchannel.charter.paths import PathKind
from backchannel.limits import TRIALS_LOOKED_AT_MAX, TRIALS_MAX
from backchannel.notice.testing import answer_to, is_approved
from backchannel.station.courses import overdue
from backchannel.station.judging import Record, opened, party_name, said_of, signers_of, spoken
from backchannel.station.lamps import NOTE
from backchannel.station.reports import Finding
from backchannel.station.silence import Matter
from backchannel.station.timekeeper import read_matters
from backchannel.station.trialreports import ScoreReport, TrialReport, TrialsQuery, TrialsReport
from backchannel.store.forms import notices_of
from backchannel.store.queries import Stated
from backchannel.watch.clocks import Duty
from backchannel.watch.trials import (
    FORM,
    Trial,
    calls_missing,
    next_scheduled,
    outcome,
    random_moments,
    scores,
)
from backchannel.wire.codec import Value
from backchannel.wire.moments import month_around, print_moment
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Label

ADVICE = "backchannel test call sends one; the other room answers it within five minutes."


def trials_report(record: Record, query: TrialsQuery) -> TrialsReport:
    """Return the tests of a stretch of time, their scores, and what is ours to do."""
    every = trials(record)
    chosen = [each for each in every if query.since <= each[1].entered < query.until]
    made = [trial for _, trial in every]
    path, since = next_test(record, made)
    return TrialsReport(
        tuple(trial_report(record, *each) for each in chosen),
        tuple(
            ScoreReport(party_name(record, each.party), *each[1:])
            for each in scores(trial for _, trial in chosen)
        ),
        path_names(record.state.charter),
        1 + max((each.serial for each in made if each.caller == record.state.party), default=0),
        *(path, since),
        calls_due(record, made),
    )


def path_names(charter: Charter) -> tuple[str, ...]:
    """Return the names of the paths that are tested: kind and number."""
    return tuple(path_name(charter, each.id) for each in charter.paths) or (path_name(charter, 1),)


def path_name(charter: Charter, number: int) -> str:
    """Return the name of a path; without paths in the charter there is a direct one."""
    kinds = {each.id: PathKind(each.kind) for each in charter.paths}
    return f"{kinds.get(number, PathKind.DIRECT).name.lower()}-{number}"


# --- Reading --------------------------------------------------------------------------------------


def trials(record: Record) -> list[tuple[Stated, Trial]]:
    """Return the newest tests, one for each addressee, newest first."""
    custody = record.custody
    found = notices_of(custody.database, custody.line, Mode.TEST, FORM, limit=TRIALS_MAX)
    return [(each, trial) for each in found for trial in trials_in(record, each)]


def trials_in(record: Record, stated: Stated) -> Iterator[Trial]:
    """Yield a test with each addressee, if its words are held and are those of the form."""
    trial = called(record, stated)
    for matter in read_matters(record, stated) if trial is not None else ():
        assert trial is not None, "only a test is held against its answers"
        yield answered(record, matter, trial._replace(called=matter.facts.addressee))


def called(record: Record, stated: Stated) -> Trial | None:
    """Return a test as its caller entered it, if its words are held and are those of the form."""
    content = opened(record, stated)
    caller = record.state.core.journals[stated.said.no].party
    match content.values[Label.BODY - 1 :] if content is not None else ():
        case (int(serial), str(kind), str(path), _, str(word), *_):
            entry, time = stated.said.entry, stated.time
            return Trial(entry, serial, kind, path, caller, caller, time, answer_to(word))
    return None


def ours(record: Record) -> list[Trial]:
    """Return the newest tests that we called, without looking for answers: it is asked often."""
    custody = record.custody
    found = notices_of(custody.database, custody.line, Mode.TEST, FORM, limit=TRIALS_LOOKED_AT_MAX)
    made = (called(record, each) for each in found)
    return [each for each in made if each is not None and each.caller == record.state.party]


def answered(record: Record, matter: Matter, trial: Trial) -> Trial:
    """Return a test with its clock, and with the first answer to it that counts."""
    clock = next((each for each in matter.clocks if each.duty == Duty.ANSWER), None)
    if clock is not None:
        trial = trial._replace(due=clock.due, overdue=overdue(record, clock))
    for each in matter.heard:
        said = said_of(record, each)
        content = opened(record, each)
        if content is None or (said.statement.kind, said.statement.form) != (Kind.DECIDE, FORM):
            continue
        post, result, word = (text_at(content.values, no) for no in (6, 11, 12))
        return trial._replace(
            answered=each.time,
            word=word,
            result=result,
            post=post,
            fills=all(post in signer.posts for signer in signers_of(record, said)),
        )
    return trial


def text_at(values: Sequence[Value], no: int) -> str | None:
    """Return the text in a field, None without one."""
    value = values[Label.BODY + no - 2] if Label.BODY + no - 2 < len(values) else None
    return value if isinstance(value, str) else None


def trial_report(record: Record, stated: Stated, trial: Trial) -> TrialReport:
    """Return one test as a face is told."""
    content = opened(record, stated)
    assert content is not None, "a test was read from its words"
    code, text = "", ""
    match content.values[Label.BODY + 2]:
        case (str(code), str(text)):
            pass
    return TrialReport(
        entry=trial.entry.hex(),
        number=spoken(record, stated),
        serial=trial.serial,
        kind=trial.kind,
        path=trial.path,
        caller=party_name(record, trial.caller),
        called=party_name(record, trial.called),
        entered=trial.entered,
        challenge=text_at(content.values, 5) or "",
        intact=is_approved(code, text),
        due=trial.due,
        answered=trial.answered,
        outcome=outcome(trial),
    )


# --- What is due ----------------------------------------------------------------------------------


def next_test(record: Record, made: Sequence[Trial]) -> tuple[str, int | None]:
    """Return which path we test next, and since when it is due; None without an agreed interval."""
    practice = record.state.charter.policy.practice
    paths = path_names(record.state.charter)
    every_s = practice.test_s if practice is not None else 0
    path, since = next_scheduled(made, record.state.party, paths, every_s=every_s)
    return path, since if practice is not None else None


def calls_due(record: Record, made: Sequence[Trial]) -> int:
    """Return how many unannounced calls of this month are due from us."""
    practice, hand = record.state.charter.policy.practice, record.state.secrets.hands.get(Mode.TEST)
    if practice is None or hand is None:
        return 0
    month = month_around(record.now)
    moments = random_moments(hand.secret, month, practice.calls)
    return calls_missing(made, record.state.party, moments, record.now)


def trial_lamps(record: Record) -> Iterator[Finding]:
    """Yield which test of ours is due; nobody but us is told of an unannounced one before it
    (NOTICE-134)."""
    if record.state.charter.policy.practice is None:
        return
    made = ours(record)
    path, since = next_test(record, made)
    if since is not None and since <= record.now:
        last = f"since {print_moment(since)}" if since else "it was never tested by us"
        yield Finding(NOTE, "test-due", f"A test of path {path} is due: {last}.", ADVICE)
    calls = calls_due(record, made)
    if calls:
        text = f"{calls} unannounced test calls of this month are due from us now."
        yield Finding(NOTE, "call-due", text, f"{ADVICE} Give it --kind random-human.")
