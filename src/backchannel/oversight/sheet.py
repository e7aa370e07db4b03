"""The oversight pack as one page of HTML that carries its own evidence and gives no verdict.

This module must not compute what it shows, and must not let anything in that runs, loads or leads
elsewhere: its policy closes the page, and only its own style has a place in it. Clause: PROOF-122.
"""

import base64
import hashlib
from pathlib import Path

from backchannel.oversight.holding import held_fast
from backchannel.oversight.markup import (
    Child,
    Markup,
    definitions,
    joined,
    listed,
    name,
    table,
    tag,
)
from backchannel.oversight.pack import ID_DIGITS, Folder, Promise, called, moment
from backchannel.oversight.transcript import statement_article
from backchannel.station.accountreports import PromiseReport
from backchannel.station.packs import MinutePoint, Pack
from backchannel.station.reports import Signer

STYLE = Path(__file__).with_name("sheet.css")
CARRIES = "application/x-backchannel-disclosure"
LINE_BYTES = 76
YES, NO = "yes", "no"
NOT_SHOWN = (
    "It does not show that what was said was true.",
    "It does not show what was said elsewhere, on another line or in another mode.",
    "Who signed is a key; that a person held it is the word of those who issued the credential.",
    "Times are the word of those who signed them.",
)


def sheet(folder: Folder, evidence: bytes) -> bytes:
    """Return the page. `evidence` is the file that it carries, and that `folder` describes."""
    pack = folder.station
    style = STYLE.read_text("utf-8").replace("MODE-WORD", pack.mode)
    body = tag(
        "body",
        tag("header", tag("p", pack.mode, class_="mode"), tag("h1", "Oversight pack"),
            tag("p", name(pack.name), class_="line")),
        tag("main", *sections(folder)),
        tag("footer", tag("p", f"{pack.mode} \u00b7 {folder.evidence.sha256}")),
        carried(evidence),
        class_=pack.mode.lower(),
    )  # fmt: skip
    page = joined(
        Markup("<!doctype html>\n"),
        tag("html", head(pack, style), body, lang="en"),
        Markup("\n"),
    )
    return page.encode()


def head(pack: Pack, style: str) -> Markup:
    """Return the head: a policy under which nothing is loaded and nothing runs, then the style."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{pack.mode}: oversight pack of {pack.party}, {moment(pack.upto.time)}"),
        Markup(f"<style>{style}</style>"),
    )


def carried(evidence: bytes) -> Markup:
    """Return the evidence as data that no browser runs; the verifier finds it there."""
    packed = base64.b64encode(evidence).decode()
    lines = (packed[at : at + LINE_BYTES] for at in range(0, len(packed), LINE_BYTES))
    return Markup(f'<script type="{CARRIES}">\n{chr(10).join(lines)}\n</script>')


def sections(folder: Folder) -> list[Child]:
    """Return the sections in their order."""
    pack = folder.station
    found = [
        ("What this is", about(folder)),
        ("Who took part", participants(pack)),
        ("Under what authority", authority(pack)),
        ("What was said", joined(*map(statement_article, pack.statements))),
        ("Who was informed, and when", informed(folder)),
        ("What was promised", promised(folder)),
        ("What was disclosed", disclosed(pack)),
        ("What is complete", complete(pack)),
        ("What the station's own check found", checked(pack)),
        ("What could not be known", listed([*folder.unknown])),
        ("What this cannot show", listed([*NOT_SHOWN])),
    ]
    return [
        tag("section", tag("h2", f"{number}  {title}"), body)
        for number, (title, body) in enumerate(found, 1)
    ]


def about(folder: Folder) -> Markup:
    """Return what the sheet is, who ordered it, and how it is checked."""
    pack, evidence = folder.station, folder.evidence
    asked = moment(pack.asked_since) if pack.asked_since else "the beginning"
    rows: list[tuple[str, Child]] = [
        ("Line", tag("code", pack.line)),
        ("Parties", joined_names(pack.parties)),
        ("Mode", pack.mode),
        ("Asked for", f"{asked} to {moment(pack.asked_until)}"),
        ("Covered from", minute_words(pack.since)),
        ("Covered to", minute_words(pack.upto)),
        ("Made", f"{moment(pack.made)}, by the station of {pack.party}"),
        ("Ordered by", "; ".join(person(each) for each in pack.ordered_by)),
        ("Purpose", pack.purpose or "none given"),
        ("Evidence", joined(f"{evidence.file}, {evidence.bytes} bytes, SHA-256 ",
                            tag("code", evidence.sha256))),
    ]  # fmt: skip
    return joined(
        definitions(rows),
        tag(
            "p",
            "This page gives no verdict: it says what the station of one party says. What can be "
            "proven of it is in the evidence, which stands beside this page and inside it. Check "
            "either with the verifier, a separate program, and with fingerprints of the roots "
            "that came to you by another way:",
            class_="note",
        ),
        tag("pre", f"backchannel-verifier {evidence.file} --roots ROOTS"),
    )


def minute_words(minute: MinutePoint | None) -> str:
    """Return one end of a span."""
    if minute is None:
        return "the beginning of the line"
    where = f"journal {minute.journal}, slot {minute.seq}"
    return f"the minute of {minute.party} at {moment(minute.time)} ({where})"


def joined_names(names: tuple[str, ...]) -> Markup:
    """Return names, each with its own direction."""
    return joined(*(joined(", " if at else "", name(each)) for at, each in enumerate(names)))


def person(signer: Signer) -> str:
    """Return an officer with his posts."""
    return f"{signer.name} ({', '.join(signer.posts)})" if signer.posts else signer.name


# --- Who, and by what authority -------------------------------------------------------------------


def participants(pack: Pack) -> Markup:
    """Return the officers who signed something, and the stations of the mode."""
    officers = [
        (name(each.party), name(person(each.signer)), str(each.statements))
        for each in pack.participants
    ]
    stations = [
        (name(each.party), name(each.name), moment(each.since), moment(each.until),
         "" if each.revoked is None else moment(each.revoked))
        for each in pack.stations
    ]  # fmt: skip
    return joined(
        table(("Party", "Officer and posts", "Statements signed"), [*officers]),
        tag("h3", "Stations"),
        table(("Party", "Station", "From", "Until", "Revoked"), [*stations]),
    )


def authority(pack: Pack) -> Markup:
    """Return the mandates of those who signed, and the charters that were in force."""
    mandates = [
        (
            name(each.party),
            name(person(each.signer)),
            ", ".join(each.signer.powers),
            ", ".join(each.signer.classes),
            f"{moment(each.signer.since)} to {moment(each.signer.until)}",
            name(each.signer.granted_by),
            "" if each.signer.revoked is None else moment(each.signer.revoked),
        )
        for each in pack.participants
    ]
    charters = [
        (
            tag("code", each.charter),
            str(each.entry),
            moment(each.time) if each.time else "at founding",
            f"{moment(each.since)} to {moment(each.until)}",
            each.third_party or "nothing",
        )
        for each in pack.charters
    ]
    heads = ("Party", "Officer", "Powers", "Classes", "Valid", "Granted by", "Revoked")
    return joined(
        table(heads, [*mandates]),
        tag("h3", "Charters"),
        table(("Charter", "Entry", "In force", "Valid", "Says of third parties"), [*charters]),
    )


# --- What follows ---------------------------------------------------------------------------------


def informed(folder: Folder) -> Markup:
    """Return who learnt of what, by time."""
    rows = [
        (moment(each.time), name(each.statement), name(each.addressee), each.rung, name(each.by),
         "late" if each.late else "")
        for each in folder.informed
    ]  # fmt: skip
    return table(("Time", "Statement", "Party", "Rung", "By the word of", "Late"), [*rows])


def promised(folder: Folder) -> Markup:
    """Return what could be held up as a promise, and what this list is not."""
    rows = [
        (
            joined(name(each.statement), " ", moment(each.time)),
            joined(name(each.party), " to ", joined_names(each.to)),
            YES if each.commits else NO,
            words_of(each),
            joined(*(tag("p", name(line)) for line in each.acknowledged)) or "nobody",
            joined(*(tag("p", mark) for mark in each.marks)),
        )
        for each in folder.promises
    ]
    heads = ("Statement", "From and to", "Commits", "Words", "Acknowledged", "Marks")
    return joined(
        tag("p", folder.promises_note, class_="note"),
        register(folder.station.register),
        tag("h3", "Messages and notices"),
        table(heads, [*rows]),
    )


def register(promises: tuple[PromiseReport, ...]) -> Markup:
    """Return the register of promises."""
    if not promises:
        return tag("p", "No notice of this period states a promise in a field for promises.")
    rows = [
        (
            each.state,
            joined(name(each.statement), f" promise {each.place}, ", moment(each.time)),
            joined(name(each.party), " to ", joined_names(each.to)),
            tag("span", each.text, dir="auto", class_="words"),
            name(each.owner),
            tag("span", each.scope, dir="auto"),
            "" if each.expiry is None else moment(each.expiry),
            ended(each),
        )
        for each in promises
    ]
    heads = (
        "State",
        "Stated in",
        "From and to",
        "Promise",
        "Owner",
        "Scope",
        "Expires",
        "Ended by",
    )
    return table(heads, [*rows])


def ended(promise: PromiseReport) -> Markup:
    """Return what withdrew a promise, and until when it holds then."""
    if promise.ended is None or promise.holds_until is None:
        return joined()
    what = f"{promise.ended.how} {moment(promise.ended.time)}, holds until "
    entry = tag("code", promise.ended.entry[:ID_DIGITS])
    return joined(what, moment(promise.holds_until), ", ", name(promise.ended.by), " ", entry)


def words_of(promise: Promise) -> Markup:
    """Return what was promised in the words of a notice, or all the words of a message."""
    if promise.hidden:
        return tag("p", "hidden")
    said = promise.promised or promise.text or "see the notice"
    form = tag("p", f"notice {promise.form}") if promise.form else joined()
    return joined(form, tag("span", said, dir="auto", class_="words"))


def disclosed(pack: Pack) -> Markup:
    """Return what stations say they have shown to strangers."""
    single: list[Child] = [
        joined(name(called(each)), ": ", text)
        for each in pack.statements
        for text in each.report.line.disclosed
    ]
    spans: list[Child] = [
        f"{each.party} disclosed a span at {moment(each.time)}, {each.shown} statements with "
        f"words, {each.hidden} without: {each.purpose or 'no purpose given'}"
        for each in pack.spans_disclosed
    ]
    if not single and not spans:
        return tag("p", "Nothing, before this pack. This pack is itself entered as a disclosure.")
    return joined(
        listed([*single, *spans]), tag("p", "This pack is itself entered as a disclosure.")
    )


def complete(pack: Pack) -> Markup:
    """Return from where to where each journal goes, and what witnesses hold fast of it."""
    rows = [
        (str(each.journal), name(each.party), "office" if each.office else "station",
         str(each.start), str(each.end - 1) if each.end > each.start else "nothing new")
        for each in pack.stretches
    ]  # fmt: skip
    return joined(
        tag(
            "p",
            "Every slot of these journals stands in the evidence. Both ends are cosigned by "
            "stations of all parties, so a slot that is left out, put in or altered is found by "
            "the verifier, which names it.",
        ),
        table(("Journal", "Party", "Of", "From slot", "To slot"), [*rows]),
        tag("h3", "Witnesses"),
        tag("p", held_fast(pack)),
    )


def checked(pack: Pack) -> Markup:
    """Return what the check of the whole record found: forks, gaps, verdicts."""
    check = pack.check
    rows = [
        (str(n.journal), name(n.party), n.mode, str(n.entries), str(n.invalid), str(n.contested),
         str(n.regressing), str(n.not_understood), str(n.pending), str(n.unopened))
        for n in check.journals
    ]  # fmt: skip
    heads = ("Journal", "Party", "Mode", "Entries", "Invalid", "Contested", "Regressing",
             "Not understood", "Pending", "Unopened")  # fmt: skip
    found: list[Child] = [
        *(f"Fork: {each}" for each in check.forks),
        *(f"Gap: {each}" for each in check.gaps),
        *(f"Repeat: {each}" for each in check.repeats),
    ]
    return joined(
        tag("p", check.summary),
        listed(found) if found else tag("p", "No fork, no gap, no repeat."),
        table(heads, [*rows]),
    )
