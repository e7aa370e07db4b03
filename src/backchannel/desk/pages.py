"""The pages of the desk: the conversation with what is to be done, writing, drafts.

Each page is drawn from the station's answers at that moment. This module must not hold a rule, and
must not keep anything from one page to the next.
"""

import re
from typing import Any  # what a template is given

from backchannel.desk import acts
from backchannel.desk.articles import (
    Article,
    Cell,
    Noticed,
    article,
    base,
    conversation,
    notice_cell,
)
from backchannel.desk.asking import Answer, Asked
from backchannel.desk.charted import charted, charted_readbacks
from backchannel.desk.draftbox import Waiting
from backchannel.desk.frame import Frame, frame_of, silence_seconds
from backchannel.desk.limits import DESK_LINES_MAX
from backchannel.errors import BackchannelError, OfficerError
from backchannel.line.drafting import message_body
from backchannel.notice.phrasebook import TAGS as BOOKS
from backchannel.station.asked import Drawn, LogQuery
from backchannel.station.planning import entry_of
from backchannel.station.reports import LogPage, Officer, StatementReport, StatusReport
from backchannel.wire.statement import Kind, Precedence

PRECEDENCES = tuple(each.name for each in Precedence)
DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
CHARACTERS_TYPED = 4
Values = dict[str, Any]  # what a template is given


# --- What every page has --------------------------------------------------------------------------


def framed(asked: Asked, fault: BackchannelError | None, **values: Any) -> Values:  # of a template
    """Return what every page has, with what one page adds. Raises OfficerError."""
    room, session = asked.room, asked.officer()
    page = values.pop("page", None) or room.client.log(LogQuery(asked.mode, DESK_LINES_MAX))
    drafts = room.box.all(asked.mode)
    frame = frame_of(room.client, room.pulse, asked.mode, drafts, page.lines, session)
    return {
        "frame": frame,
        "session": session,
        "fault": fault,
        "languages": languages_of(frame.status),
        "drafts": drafts,
        "asked": asked,
        **values,
    }


def languages_of(status: StatusReport) -> tuple[str, ...]:
    """Return the languages of the columns: ours first, then what else the others speak first."""
    own = [each.languages[0] for each in status.parties if each.ours]
    others = [each.languages[0] for each in status.parties if not each.ours]
    return tuple(dict.fromkeys((*own, *others)))


def opened(asked: Asked, entry: str) -> str:
    """Return the opened values of a statement. What was open once stays as it is."""
    known = asked.room.opened.get(entry)
    if known is None:
        known = asked.room.client.show(entry).content
        if known:
            asked.room.opened.put(entry, known)
    return str(known)


# --- The conversation -----------------------------------------------------------------------------


def home(asked: Asked, fault: BackchannelError | None = None) -> Answer:
    """Draw the desk: what is to be done, the conversation, one statement in full."""
    before = asked.asked("before")
    query = LogQuery(
        asked.mode, DESK_LINES_MAX, int(before) if before.isdecimal() and before else None
    )
    page = asked.room.client.log(query)
    values = framed(asked, fault, page=page)
    frame: Frame = values["frame"]
    chosen = asked.path[1] if asked.path[:1] == ("m",) else selected(frame, page)
    found = asked.room.client.show(chosen) if chosen else None
    values |= conversation_values(asked, values, page)
    values |= detail_values(asked, values, found)
    return Answer("home.html", values, code=400 if fault is not None else 200)


def conversation_values(asked: Asked, values: Values, page: LogPage) -> Values:
    """Return the articles of a page, the drafts among them, and where earlier ones are."""
    languages = values["languages"]
    articles = conversation(
        (*page.lines, *page.aside), languages, lambda entry: opened(asked, entry)
    )
    return {
        "articles": articles,
        "earlier": page.before,
    }


def detail_values(asked: Asked, values: Values, found: StatementReport | None) -> Values:
    """Return one statement in full, and what is owed on it."""
    if found is None:
        return {"found": None, "detail": None, "owed": None, "charted": None, "compared": {}}
    detail = article(found.line, values["languages"], lambda _: found.content)
    owed = next((a for a in values["frame"].alarms if a.entry == found.line.entry), None)
    client = asked.room.client
    return {
        "found": found,
        "detail": detail,
        "owed": owed,
        "charted": charted(client, found),
        "compared": charted_readbacks(client, found, lambda entry: opened(asked, entry)),
    }


def selected(frame: Frame, page: LogPage) -> str:
    """Return the statement that needs somebody most, else the newest that has words."""
    for item in frame.items:
        if item.entry and item.ours:
            return item.entry
    spoken = (each for each in page.lines if each.words.kind in ("message", "notice"))
    return next((each.entry for each in spoken), "")


def seconds_for(asked: Asked) -> tuple[Officer, ...]:
    """Return who else of our party can sign in this mode."""
    desk = asked.room.client.desk(asked.mode)
    mine = asked.officer().credential
    return tuple(
        each for each in desk.officers if each.credential != mine and asked.mode in each.modes
    )


# --- Small acts without a signature ---------------------------------------------------------------


def silence(asked: Asked) -> Answer:
    """Silence the horn for what rings now, under the officer's name; what comes next rings."""
    session, room = asked.officer(), asked.room
    frame: Frame = framed(asked, None)["frame"]
    for alarm in frame.alarms:
        if alarm.sound:
            room.pulse.silence(alarm.name, session.officer, silence_seconds(alarm))
    return Answer(to=back(asked))


def shown(asked: Asked) -> Answer:
    """Report that a page has drawn the whole of a statement before the officer."""
    found = asked.room.client.show(asked.typed("entry"))
    drawn = Drawn(found.line.entry, found.croot, asked.officer().credential)
    asked.room.client.shown(drawn)
    return Answer(code=204)


def back(asked: Asked, entry: str = "") -> str:
    """Return the address of the conversation, at one statement or at its top."""
    mode = asked.mode.lower()
    return f"/{mode}/m/{entry}" if entry else f"/{mode}"


def settings(asked: Asked, fault: BackchannelError | None = None) -> Answer:
    """Draw what a reader can choose for himself, the sounds, and the keys."""
    return Answer("settings.html", framed(asked, fault))


# --- Writing --------------------------------------------------------------------------------------


def write(asked: Asked, fault: BackchannelError | None = None) -> Answer:
    """Draw the page on which a message or a reply is written."""
    about = asked.asked("about") or asked.typed("about")
    found = asked.room.client.show(about) if about else None
    values = framed(asked, fault, found=found, seconds=seconds_for(asked), precedences=PRECEDENCES)
    if found is not None:
        values |= detail_values(asked, values, found)
    return Answer("write.html", values, code=400 if fault is not None else 200)


def do_write(asked: Asked) -> Answer:
    """Sign a message: release it, or keep it for a second officer."""
    room = asked.room
    about = asked.typed("about")
    refs = (entry_of(room.client.show(about)),) if about else ()
    wanted = acts.Wanted(
        mode=asked.mode,
        precedence=read_precedence(asked.typed("precedence")),
        kind=Kind.MESSAGE,
        body=message_body(asked.typed("text")),
        refs=refs,
        second=tuple(each for each in asked.form.get("second", ()) if each),
        alone=bool(asked.typed("alone")),
    )
    act = acts.sign_for(room.client, asked.officer(), asked.mode, asked.typed("passphrase"))
    return said(asked, acts.put_forward(act, room.box, wanted))


def read_precedence(word: str) -> str:
    """Return a precedence by its name. Raises OfficerError("unknown-precedence")."""
    if word not in PRECEDENCES:
        raise OfficerError("unknown-precedence", f"got {word!a}, wanted {', '.join(PRECEDENCES)}")
    return word


def said(asked: Asked, made: acts.Said, entry: str = "") -> Answer:
    """Go where what was done is seen."""
    asked.room.pulse.tell()
    if made.draft:
        return Answer(to=f"/{asked.mode.lower()}/d/{made.draft}")
    assert made.entered is not None, "an act is entered, or it is a draft"
    return Answer(to=back(asked, entry or made.entered.entry))


# --- Drafts ---------------------------------------------------------------------------------------


def draft(asked: Asked, fault: BackchannelError | None = None) -> Answer:
    """Draw a draft in full for who is to sign it; once it is gone, the conversation."""
    try:
        waiting = asked.room.box.get(asked.path[1])
    except OfficerError:
        return Answer(to=back(asked))
    values = framed(asked, fault, waiting=waiting, challenge=challenge(waiting))
    names = {each.credential: each.name for each in asked.room.client.desk(asked.mode).officers}
    values["names"] = {**{each: each[:12] for each in waiting.missing + waiting.signed}, **names}
    values["cells"] = draft_cells(waiting, values["languages"])
    values["about"] = [in_full(each, values["languages"], asked) for each in waiting.about]
    return Answer("draft.html", values, code=400 if fault is not None else 200)


def in_full(entry: str, languages: tuple[str, ...], asked: Asked) -> Article:
    """Return one statement as it stands in the conversation."""
    found = asked.room.client.show(entry)
    return article(found.line, languages, lambda _: found.content)


def draft_cells(waiting: Waiting, languages: tuple[str, ...]) -> list[Cell]:
    """Return a draft as it would stand in each column."""
    if waiting.statement.form is None:
        return []
    notice = Noticed(waiting.statement.form, waiting.language, waiting.body)
    return [notice_cell(notice, base(each)) for each in languages if base(each) in BOOKS]


def challenge(waiting: Waiting) -> tuple[str, int, str]:
    """Return what is to be typed from a draft: "number", "word" or "start", which one, and it.

    Another one for each draft, so that nobody signs by habit.
    """
    chance = waiting.statement.croot[0]
    for what, found in (("number", DIGITS.findall(waiting.text)), ("word", waiting.text.split())):
        if len(found) > 2 or (found and what == "number"):
            place = chance % len(found)
            return what, place + 1, found[place]
    if waiting.text:
        return "start", CHARACTERS_TYPED, waiting.text.strip()[:CHARACTERS_TYPED]
    return "kind", 0, (waiting.statement.form or waiting.letter).partition("/")[0]


def do_draft(asked: Asked) -> Answer:
    """Sign a draft, or throw it away."""
    room = asked.room
    waiting = room.box.get(asked.path[1])
    if asked.typed("discard"):
        room.box.discard(waiting.letter)
        room.pulse.tell()
        return Answer(to=back(asked))
    what, _, wanted = challenge(waiting)
    if asked.typed("typed").strip() != wanted:
        raise OfficerError("not-read", f"what you typed is not that {what}: read the draft again")
    act = acts.sign_for(room.client, asked.officer(), asked.mode, asked.typed("passphrase"))
    return said(asked, acts.sign_draft(act, room.box, waiting))
