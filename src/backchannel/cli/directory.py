"""The directory of posts: who can be reached for what, and entries of our own posts.

This module must not hold a rule.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from backchannel.cli.drafts import Terms, others, own_language, plan_of, require_enough, speak
from backchannel.cli.options import grouped
from backchannel.cli.output import Code, end, say, show, show_json, visible
from backchannel.cli.reach import Act, Look, desk_when_speaking, people, read_mode
from backchannel.desk.telling import moment
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import Filled, fill
from backchannel.station.listingreports import DirectoryQuery, PostReport, ReachReport
from backchannel.watch.directory import FORM, LISTED, WITHDRAWN
from backchannel.wire.moments import print_moment, read_moment
from backchannel.wire.statement import Kind, Precedence

app = typer.Typer(help="Posts: who can be reached for what.", no_args_is_help=True)

InMode = Annotated[str, typer.Option("--mode", help="real, exercise or test.")]
PostName = Annotated[str, typer.Argument(metavar="POST", help="One of our posts.")]


class Ways(msgspec.Struct, frozen=True):
    """How a post is reached, and for what."""

    deputy: Annotated[list[str] | None, typer.Option(help="Post that stands in; again.")] = None
    path: Annotated[list[str] | None, typer.Option(help="Path, the first first; again.")] = None
    call_sign: Annotated[str | None, typer.Option(help="Call sign on the radio.")] = None
    language: Annotated[list[str] | None, typer.Option(help="Language spoken; again.")] = None
    hours: Annotated[str | None, typer.Option(help="Hours, if not all day.")] = None
    subject: Annotated[list[str] | None, typer.Option(help="What it answers for; again.")] = None
    until: Annotated[
        str | None, typer.Option(help="Until when it holds, as 2026-12-01T00:00:00Z.")
    ] = None


@app.command("show")
@grouped
def show_directory(*, mode: InMode = "real", look: Look) -> None:
    """Print every post that is listed, or that the charter requires, and how it stands."""
    found = look.client().directory(DirectoryQuery(read_mode(mode)))
    if look.json:
        show_json(msgspec.to_builtins(found))
        return
    show(*(line for each in found.posts for line in post_lines(each)))
    if not found.posts:
        say("No post is listed, and the charter requires none.")


@app.command("find")
@grouped
def find(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="As charter or entries say.")],
    *,
    mode: InMode = "real",
    look: Look,
) -> None:
    """Print whom to reach for a subject in each room: the first that answered a test in time. Exit
    code 1 if there is nobody."""
    found = look.client().directory(DirectoryQuery(read_mode(mode), subject))
    if look.json:
        show_json(msgspec.to_builtins(found))
    else:
        show(*(line for each in found.reached for line in reach_lines(each)))
    if not any(each.first for each in found.reached):
        say(f"THERE IS NOBODY who was proved to answer for: {subject}")
        end(Code.NEGATIVE)


@app.command("enter")
@grouped
def enter_post(post: PostName, *, ways: Ways, mode: InMode = "real", act: Act) -> None:
    """Enter a post of ours, with its deputies and how it is reached; a new entry replaces the one
    before."""
    parts = {
        "deputies": ", ".join(ways.deputy or ()),
        "paths": ", ".join(ways.path or ()),
        "call sign": ways.call_sign or "",
        "languages": ", ".join(ways.language or ()),
        "hours": ways.hours or "",
    }
    said = "; ".join(f"{name} {text}" for name, text in parts.items() if text)
    fields: dict[int, Filled] = {1: LISTED, 2: f"{post} ({said})" if said else post}
    if ways.subject:
        fields[3] = list(ways.subject)
    if ways.until:
        fields[4] = print_moment(read_moment(ways.until))
    enter(act, mode, fields)


@app.command("withdraw")
@grouped
def withdraw(post: PostName, *, mode: InMode = "real", act: Act) -> None:
    """Take a post of ours out of the directory."""
    enter(act, mode, {1: WITHDRAWN, 2: post})


# --- What the commands above are made of ----------------------------------------------------------


def enter(act: Act, mode: str, fields: dict[int, Filled]) -> None:
    """Sign and enter an entry of the directory. Raises OfficerError."""
    client = act.client()
    desk = desk_when_speaking(client, read_mode(mode))
    persons = people(act, desk)
    form = form_named(FORM)
    terms = Terms(desk.mode, Precedence[form.precedence], own_language(desk, None))
    plan = plan_of(
        *(desk, terms, Kind.NOTICE),
        [each.credential for each in persons],
        to=others(desk),
        form=form.code,
        body=fill(form, fields),
    )
    require_enough(desk, plan)
    act.confirm(f"Enter {fields[1]}: {fields[2]}, {desk.mode}?")
    speak(client, act, desk=desk, plan=plan, persons=persons)


def post_lines(post: PostReport) -> Iterator[str]:
    """Yield a post, how it stands, and what its entry says."""
    proved = "" if post.proved is None else f", last answered {moment(post.proved)}"
    yield f"{visible(post.party)}, {visible(post.post)}: {post.state.upper()}{proved}"
    if post.reach:
        yield f"  {visible(post.reach)}"
    if post.subjects:
        yield f"  answers for: {visible(', '.join(post.subjects))}"
    if post.until is not None:
        yield f"  valid until {moment(post.until)}"


def reach_lines(found: ReachReport) -> Iterator[str]:
    """Yield whom to reach in one room, and how the others of the entry stand."""
    party = visible(found.post.party)
    yield f"{party}: {visible(found.first) or 'NOBODY who was proved to answer'}"
    for each in (found.post, *found.deputies):
        yield f"  {visible(each.post)}: {each.state}"
