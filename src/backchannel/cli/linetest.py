"""Testing the line: an officer calls, an officer of the other room answers, both see the scores.

This module must not hold a rule, and must not let a test leave the mode TEST.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from backchannel.cli.answer import answer, enter
from backchannel.cli.drafts import (
    Terms,
    others,
    own_language,
    plan_of,
    read_precedence,
    speak,
)
from backchannel.cli.options import Printing, grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Act, Look, Named, desk_when_speaking, people
from backchannel.cli.watch import post_of
from backchannel.clock import SystemClock
from backchannel.desk.telling import moment
from backchannel.errors import OfficerError
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import fill
from backchannel.notice.testing import approved, text_for
from backchannel.station.client import Client
from backchannel.station.trialreports import ScoreReport, TrialReport, TrialsQuery, TrialsReport
from backchannel.watch.trials import FORM, Outcome, TrialKind
from backchannel.wire.moments import read_moment, spelled
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

app = typer.Typer(help="Test the line: call, answer, scores.", no_args_is_help=True)


@app.command("call")
@grouped
def call(
    *,
    kind: Annotated[str, typer.Option(help=f"{', '.join(TrialKind)}.")] = TrialKind.SCHEDULED.value,
    path: Annotated[
        str | None, typer.Option(help="Path under test; else the one whose turn it is.")
    ] = None,
    precedence: Annotated[str, typer.Option(help="Precedence under test.")] = "routine",
    remarks: Annotated[str | None, typer.Option(help="Of equipment and service.")] = None,
    act: Act,
) -> None:
    """Send a test in both rooms' scripts, with a word that an officer there answers."""
    if kind not in list(TrialKind):
        raise OfficerError("unknown-test", f"got {kind!a}, wanted one of {', '.join(TrialKind)}")
    client = act.client()
    desk = desk_when_speaking(client, Mode.TEST.name)
    known = client.trials(TrialsQuery())
    persons = people(act, desk)
    form = form_named(FORM)
    code, text = text_for(tuple(each.languages[0] for each in desk.parties))
    fields = {
        1: str(known.serial),
        2: kind,
        3: path_named(known, path),
        4: [code, text],
        5: challenge(),
        **({} if remarks is None else {9: remarks}),
    }
    terms = Terms(desk.mode, read_precedence(precedence), own_language(desk, None))
    plan = plan_of(
        *(desk, terms, Kind.NOTICE),
        [each.credential for each in persons],
        to=others(desk),
        form=form.code,
        body=fill(form, fields),
    )
    say(f"TEST {known.serial}, {kind}, path {fields[3]}; the word is {fields[5]}")
    speak(client, act, desk=desk, plan=plan, persons=persons)


@app.command("answer")
@grouped
def answer_test(
    named: Named,
    *,
    word: Annotated[str, typer.Option(help="The word that answers theirs: backchannel test words")],
    garbled: Annotated[
        str | None, typer.Option(help="What was wrong with the text as you read it.")
    ] = None,
    post: Annotated[str | None, typer.Option(help="Post; else the only one you fill.")] = None,
    act: Act,
) -> None:
    """Answer a test of the other room. What your desk finds garbled is called so by itself."""
    room = enter(named, act, of_others=True)
    trial = trial_of(room.client, room.about.line.entry)
    if not trial.intact:
        say("TEST     The text is NOT the approved one.")
    errors = garbled or ("" if trial.intact else "not the approved text")
    fields = {
        **({6: post_of(room.persons, post)} if post or room.persons[0].posts else {}),
        7: ["", f"{max(0, room.desk.now - trial.entered)} s"],
        **({8: errors} if errors else {}),
        11: Outcome.GARBLED.value if errors else Outcome.GOOD.value,
        12: word,
    }
    form = form_named(FORM)
    act.confirm("Answer so?")
    answer(act, room, Kind.DECIDE, body=fill(form, fields, answer=True), form=form.code)


@app.command("words")
@grouped
def show_words(*, printing: Printing) -> None:
    """Print the words in their order: each is answered by the one after it, the last by the first.
    Keep them on paper beside the desk."""
    words = approved().words
    if printing.json:
        show_json({"words": list(words)})
        return
    for word, after in zip(words, (*words[1:], words[0]), strict=True):
        show(f"{word:<10} {after}")


@app.command("score")
@grouped
def show_scores(
    *,
    since: Annotated[str | None, typer.Option(help="From, as 2026-12-01T00:00:00Z.")] = None,
    until: Annotated[str | None, typer.Option(help="Before, likewise.")] = None,
    look: Look,
) -> None:
    """Print how each room answered: scheduled and unannounced tests apart, path by path."""
    query = TrialsQuery()
    if since is not None:
        query = msgspec.structs.replace(query, since=read_moment(since))
    if until is not None:
        query = msgspec.structs.replace(query, until=read_moment(until))
    found = look.client().trials(query)
    if look.json:
        show_json(msgspec.to_builtins(found))
        return
    show(*score_lines(found))


# --- What the commands above are made of ----------------------------------------------------------


def path_named(known: TrialsReport, path: str | None) -> str:
    """Return the path that is tested. Raises OfficerError("unknown-path")."""
    if path is None:
        return known.next_path
    if path not in known.paths:
        raise OfficerError("unknown-path", f"got {path!a}, wanted one of {', '.join(known.paths)}")
    return path


def challenge() -> str:
    """Return a word that nobody could foresee."""
    words = approved().words
    return words[int.from_bytes(SystemClock().entropy()[:8]) % len(words)]


def trial_of(client: Client, entry: str) -> TrialReport:
    """Return the test that a statement is. Raises OfficerError("no-test")."""
    found = [each for each in client.trials(TrialsQuery()).trials if each.entry == entry]
    if not found:
        raise OfficerError("no-test", "this statement is no test of the line; answer it with ack")
    return found[0]


def score_lines(found: TrialsReport) -> Iterator[str]:
    """Yield the tests, then a line for each score."""
    for each in reversed(found.trials):
        head = f"{visible(each.number)}  {visible(each.kind)}, {visible(each.path)}"
        yield f"{head}: {each.outcome}  ({visible(each.caller)}, {moment(each.entered)})"
    for score in found.scores:
        yield score_line(score)
    if not found.scores:
        yield "No test was answered, or ran out, in this time."


def score_line(score: ScoreReport) -> str:
    """Return one score in words."""
    counts = {
        "late": score.late,
        "garbled": score.garbled,
        "wrong": score.wrong,
        "not answered": score.silent,
    }
    faults = "".join(f", {count} {word}" for word, count in counts.items() if count)
    took = "" if score.median_s is None else f"; median {spelled(score.median_s)}"
    head = f"{visible(score.party)}, {visible(score.kind)}, {visible(score.path)}"
    return f"{head}: {score.good} of {score.calls} good{faults}{took}"
