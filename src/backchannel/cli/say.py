"""Saying something: a message, a translation, and drafts that two desks sign.

This module must not hold a rule; what an officer signs, the officer has seen in full.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer

from backchannel.charter.handling import read_handling
from backchannel.cli.drafts import (
    Terms,
    entry_of,
    kind_in_words,
    others,
    own_language,
    plan_of,
    read_precedence,
    released,
    require_enough,
    signed_draft,
    speak,
    tell_released,
)
from backchannel.cli.lateness import require_reason
from backchannel.cli.options import grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.phrased import notice_lines as form_lines
from backchannel.cli.reach import (
    Act,
    Named,
    desk_when_speaking,
    given_text,
    people,
    read_mode,
)
from backchannel.cli.wording import MODE_WIDTH, prefixed, wrapped
from backchannel.errors import OfficerError
from backchannel.line.draftfile import (
    Draft,
    add_signature,
    missing,
    pack_draft,
    parse_draft,
    read_words,
    require_draft_signature,
)
from backchannel.line.drafting import Lateness, ReplyWanted, Stage, message_body, translation_body
from backchannel.line.opened import language_of, text_of
from backchannel.notice.catalogue import Form, known_form
from backchannel.notice.filling import print_value
from backchannel.notice.informed import read_informed
from backchannel.notice.locales import language_in
from backchannel.notice.phrasebook import Phrasebook
from backchannel.notice.relations import STATED
from backchannel.station.client import Client
from backchannel.station.files import read_file, replace, write_new
from backchannel.station.listingreports import DirectoryQuery
from backchannel.station.reports import DeskReport
from backchannel.watch.directory import State
from backchannel.wire.codec import Value
from backchannel.wire.ids import CredentialId
from backchannel.wire.statement import Content, Kind, Label, Precedence, Statement

app = typer.Typer()

HOW_TO_TYPE = "Type the text; end it with Ctrl-D on a line of its own."


Told = Annotated[
    list[str] | None,
    typer.Option(
        metavar='"POST; TOLD; ACKNOWLEDGED"',
        help="Who of our own party was told, and when; again for more.",
    ),
]


class Saying(msgspec.Struct, frozen=True):
    """What kind of message it is, and for whom."""

    mode: Annotated[str, typer.Option(help="real, exercise or test.")] = "real"
    precedence: Annotated[
        str | None, typer.Option(help="flash, immediate, priority, routine or deferred.")
    ] = None
    language: Annotated[str | None, typer.Option(help="Language of the text; else ours.")] = None
    category: Annotated[
        str | None, typer.Option("--class", help="Class of the charter; else the one that fits.")
    ] = None
    to: Annotated[list[str] | None, typer.Option(help="Party; else all others.")] = None
    post: Annotated[list[str] | None, typer.Option(help="Post that it is for.")] = None
    reply: Annotated[
        str | None, typer.Option(help="none, ack, readback or answer; else by precedence.")
    ] = None
    ref: Annotated[list[str] | None, typer.Option(help="Statement it refers to.")] = None
    handling: Annotated[
        str | None, typer.Option(help="red, amber+strict, amber, green or clear (TLP 2.0).")
    ] = None
    despite: Annotated[
        str | None, typer.Option(help="Why a text stands that contradicts its mode.")
    ] = None
    lane: Annotated[
        str | None, typer.Option(help="Lane of the charter; else that of the form.")
    ] = None
    relation: Annotated[
        str | None,
        typer.Option(
            help="What it is to the first --ref: add, update, relate, confirm or discontinue."
        ),
    ] = None
    told: Told = None


class Matter(NamedTuple):
    """What opens a matter: its kind, its body from label 21, its usual precedence, its form, and
    the book of a language in which its drafter wants to see it, too, and why it comes late."""

    kind: Kind
    body: tuple[Value, ...]
    usual: str
    form: Form | None = None
    book: Phrasebook | None = None
    late: tuple[Lateness, str | None] | None = None


class Draftfile(msgspec.Struct, frozen=True):
    """A draft for another desk in place of a release."""

    draft: Annotated[Path | None, typer.Option(help="Write a draft, and release nothing.")] = None
    second: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Officer who signs the draft next.")
    ] = None


@app.command("say")
@grouped
def say_message(
    text: Annotated[str, typer.Argument(help="The text; - reads it from stdin.")],
    *,
    saying: Saying,
    draftfile: Draftfile,
    act: Act,
) -> None:
    """Send a message. It is released when as many officers have signed as its class wants."""
    body = message_body(given_text(text, HOW_TO_TYPE))
    put_forward(act, saying, draftfile, Matter(Kind.MESSAGE, body, Precedence.ROUTINE.name))


@app.command("translate")
@grouped
def translate(
    named: Named,
    text: Annotated[str, typer.Argument(help="The rendering; - reads it from stdin.")],
    *,
    language: Annotated[str, typer.Option(help="Language of the rendering.")],
    stage: Annotated[str, typer.Option(help="machine, sight, rough or official.")] = "sight",
    act: Act,
) -> None:
    """Render a statement in another language, under your own signature."""
    client = act.client()
    if stage not in list(Stage):
        raise OfficerError("unknown-stage", f"got {stage!a}, wanted one of {', '.join(Stage)}")
    about = client.show(named)
    desk = desk_when_speaking(client, about.line.words.mode)
    terms = Terms(desk.mode, Precedence[about.line.words.precedence], language)
    persons = people(act, desk)
    body = translation_body(given_text(text, HOW_TO_TYPE), Stage(stage))
    plan = plan_of(
        *(desk, terms, Kind.TRANSLATE),
        [each.credential for each in persons],
        to=others(desk),
        body=body,
        refs=(entry_of(about),),
    )
    speak(client, act, desk=desk, plan=plan, persons=persons)


@app.command("sign")
@grouped
def sign_draft(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The draft.")], *, act: Act
) -> None:
    """Read a draft in full and sign it: the very bytes that the first officer signed."""
    client = act.client()
    draft = parse_draft(read_file(file))
    desk = client.desk(draft.mode.name)
    require_this_line(desk, draft)
    tell_words(desk, draft)
    tell_signatures(desk, draft)
    act.confirm(f"Sign it, {draft.mode.name}?")
    for person in people(act, desk):
        draft = add_signature(draft, person.credential, person.keys.secret)
    replace(file, pack_draft(draft))
    tell_next(act, file, draft)


@app.command("release")
@grouped
def release_draft(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The draft.")], *, act: Act
) -> None:
    """Release a draft that all of its officers have signed."""
    client = act.client()
    draft = parse_draft(read_file(file))
    desk = desk_when_speaking(client, draft.mode.name)
    require_this_line(desk, draft)
    tell_words(desk, draft)
    act.confirm(f"Release it, {draft.mode.name}?")
    tell_released(act, draft, released(client, draft))


# --- What the commands above are made of ----------------------------------------------------------


def put_forward(act: Act, saying: Saying, draftfile: Draftfile, matter: Matter) -> None:
    """Sign and release what opens a matter, or write a draft for another desk to sign.

    Raises OfficerError.
    """
    client = act.client()
    mode = read_mode(saying.mode)
    desk = desk_when_speaking(client, mode)
    if matter.form is not None:
        require_reason(matter.form, matter.body, matter.late, now=desk.now)
    terms = Terms(
        mode,
        read_precedence(saying.precedence or matter.usual),
        own_language(desk, saying.language),
        saying.category,
    )
    persons = people(act, desk)
    plan = plan_of(
        *(desk, terms, matter.kind),
        [each.credential for each in persons] + seconds(desk, draftfile.second or ()),
        to=others(desk, saying.to or ()),
        body=matter.body,
        form=matter.form.code if matter.form is not None else None,
        lateness=matter.late,
        refs=tuple(entry_of(client.show(name)) for name in saying.ref or ()),
        to_posts=posts_reached(client, desk, terms, saying),
        reply_wanted=read_reply(saying.reply),
        handling=read_handling(saying.handling) if saying.handling else None,
        lane=saying.lane,
        remarks=saying.despite,
        relation=read_relation(saying.relation),
        informed=read_informed(saying.told or ()),
    )
    require_enough(desk, plan)
    draft = signed_draft(desk, plan, persons)
    tell_words(desk, draft)
    if matter.book is not None:
        tell_reading(draft, matter.book)
    if draftfile.draft is not None:
        write_new(draftfile.draft, pack_draft(draft))
        tell_next(act, draftfile.draft, draft)
        return
    if draftfile.second:
        raise OfficerError("draft-unnamed", "a second officer signs a draft: give --draft FILE")
    act.confirm(f"Release it to {addressed(desk, plan.to)}, {mode}?")
    tell_released(act, draft, released(client, draft))


def posts_reached(
    client: Client, desk: DeskReport, terms: Terms, saying: Saying
) -> tuple[str, ...]:
    """Return the posts that a statement is for. What is urgent goes to the deputies, too, of a post
    that was not proved to answer (NOTICE-163)."""
    posts = tuple(saying.post or ())
    if not posts or terms.precedence > Precedence.IMMEDIATE:
        return posts
    to = others(desk, saying.to or ())
    names = {each.name for n, each in enumerate(desk.parties) if to & 1 << n}
    found = client.directory(DirectoryQuery(desk.mode)).posts
    for each in found:
        if each.party in names and each.post in posts and each.state != State.PROVED:
            say(f"{visible(each.party)}, {visible(each.post)}: {each.state}; to its deputies, too")
            posts = (*posts, *each.deputies)
    return tuple(dict.fromkeys(posts))


def read_reply(word: str | None) -> ReplyWanted | None:
    """Return what a message asks for. Raises OfficerError("unknown-reply")."""
    if word is None:
        return None
    if word not in list(ReplyWanted):
        raise OfficerError("unknown-reply", f"got {word!a}, wanted {', '.join(ReplyWanted)}")
    return ReplyWanted(word)


def read_relation(word: str | None) -> str | None:
    """Return what a statement is to the one that it names. Raises OfficerError."""
    if word is not None and word not in STATED:
        raise OfficerError("unknown-relation", f"got {word!a}, wanted {', '.join(sorted(STATED))}")
    return word


def seconds(desk: DeskReport, names: list[str] | tuple[str, ...]) -> list[CredentialId]:
    """Return the credentials of officers who are to sign later. Raises OfficerError."""
    known = {each.name: each for each in desk.officers}
    for name in names:
        if name not in known:
            raise OfficerError("unknown-officer", f"got {name!a}, wanted one of {sorted(known)}")
    return [CredentialId(bytes.fromhex(known[name].credential)) for name in names]


def require_this_line(desk: DeskReport, draft: Draft) -> None:
    """Raise OfficerError("other-line") for a draft of another line."""
    if draft.line.hex() != desk.line:
        raise OfficerError("other-line", "the draft is of another line; check --station")


def addressed(desk: DeskReport, to: int) -> str:
    """Return the names of the parties in a bitmap."""
    return ", ".join(visible(each.name) for n, each in enumerate(desk.parties) if to & 1 << n)


def tell_words(desk: DeskReport, draft: Draft) -> None:
    """Print the whole of a draft on stderr: what is signed is what is seen."""
    statement, content = read_words(draft)
    kind = kind_in_words(statement.kind)
    what = f"{kind} {visible(statement.form)}" if statement.form else kind
    head = f"{what} to {addressed(desk, statement.to)}, {Precedence(statement.precedence).name}"
    names = {n: each.name for n, each in enumerate(desk.classes)}
    category = visible(names.get(statement.category, str(statement.category)))
    lines = [f"{head}, class {category}, {visible(language_of(content))}"]
    lines += wrapped(text_of(statement.kind, content), "| ") if statement.form is None else []
    lines += notice_lines(statement, content)
    say(*(f"{draft.mode.name:<{MODE_WIDTH}} {line}" for line in lines))


def tell_reading(draft: Draft, book: Phrasebook) -> None:
    """Print on stderr how a notice reads in another language (NOTICE-51)."""
    statement, content = read_words(draft)
    fields = content.values[Label.BODY - 1 :]
    language = language_in(book.cldr, book.language)
    say(book.line(book.say("reads_as", language=language)))
    lines = form_lines(book, statement.form or "", fields, language_of(content))
    say(*prefixed(draft.mode.name, lines))


def notice_lines(statement: Statement, content: Content) -> Iterator[str]:
    """Yield the fields of a notice, as the log will show them (NOTICE-9)."""
    if statement.kind == Kind.NOTICE:
        form = known_form(statement.form or "")
        for no, value in enumerate(content.values[Label.BODY - 1 :], 1):
            if value is not None:
                name, text = print_value(form, no, value)
                yield from wrapped(text, f"  {name}: ")


def tell_signatures(desk: DeskReport, draft: Draft) -> None:
    """Verify the signatures so far and say whose they are. Raises JunkError for a false one."""
    known = {each.credential: each for each in desk.officers}
    for signer in draft.signatures:
        officer = known.get(signer.hex())
        if officer is None:
            raise OfficerError(
                "unknown-officer", "the draft was signed by nobody whose credential stands here"
            )
        require_draft_signature(draft, signer, bytes.fromhex(officer.public))
        say(f"signed by {visible(officer.name)}")


def tell_next(act: Act, file: Path, draft: Draft) -> None:
    """Print who is still to sign a draft, and what comes next."""
    left = [each.hex() for each in missing(draft)]
    if act.json:
        show_json({"draft": str(file), "missing": left})
        return
    show(str(file))
    if left:
        say(f"{len(left)} still to sign: backchannel sign {file}. It holds the words in clear.")
    else:
        say(f"All have signed: backchannel release {file}")
