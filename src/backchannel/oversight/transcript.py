"""One statement on a sheet: its exact words, each rendering linked to them, and every rung.

This module must not shorten or mend a text, and must not compute a rung. Clause: PROOF-122.
"""

from backchannel.oversight.markup import Child, Markup, definitions, joined, name, table, tag
from backchannel.oversight.pack import called, moment
from backchannel.station.ladderreports import Ladder
from backchannel.station.packs import Packed
from backchannel.station.reports import Rendering, Repeated

HIDDEN = "The words are hidden. Their commitment stands in the evidence."
NEVER = "The words never came to this station."


def statement_article(each: Packed) -> Markup:
    """Return one statement with all that belongs to it."""
    line, words = each.report.line, each.report.line.words
    parts: list[Child] = [
        tag("h3", name(called(each)), " ", tag("span", words.precedence, class_="precedence")),
        tag("p", moment(line.time), " \u00b7 ", name(words.party), " to ", *recipients(words.to),
            f" \u00b7 {words.kind}{f' {words.form}' if words.form else ''}", class_="route"),
        original(each),
        *(rendering(one, called(each)) for one in line.renderings),
        *(readback(one) for one in each.report.readbacks),
        fields(each),
        *(tag("p", mark, class_="mark") for mark in line.marks),
        *(ladder(one) for one in line.ladders),
    ]  # fmt: skip
    return tag("article", *parts, id=anchor(line.entry))


def anchor(entry: str) -> str:
    """Return the name of a statement's place on the sheet."""
    return f"entry-{entry}"


def recipients(parties: tuple[str, ...]) -> list[Child]:
    """Return the names of parties, each with its own direction."""
    return [joined(", " if at else "", name(each)) for at, each in enumerate(parties)]


def original(each: Packed) -> Markup:
    """Return the words as they were signed, and whose they are."""
    words = each.report.line.words
    who = joined("original, signed by ", name(" and ".join(words.by)))
    if each.hidden:
        hidden = NEVER if any(n.startswith("unopened") for n in each.report.line.marks) else HIDDEN
        return tag("figure", tag("figcaption", who), tag("p", hidden), class_="original")
    if not words.text:
        return tag("figure", tag("figcaption", who), class_="original")
    return tag(
        "figure",
        tag("figcaption", tag("span", words.language, class_="language"), " ", who),
        quoted(words.text, words.language),
        class_="original",
    )


def quoted(text: str, language: str) -> Markup:
    """Return exact words. Their direction is that of their first strong letter."""
    if language:
        return tag("blockquote", text, dir="auto", lang=language)
    return tag("blockquote", text, dir="auto")


def rendering(one: Rendering, of: str) -> Markup:
    """Return a translation, linked to what it renders."""
    who = joined(
        tag("span", one.language, class_="language"),
        f" {one.stage} rendering of ",
        name(of),
        " by ",
        name(f"{one.by}, {one.party}"),
        f", {moment(one.time)} \u00b7 {one.verdict.word} ",
        tag("a", "its own entry", href=f"#{anchor(one.entry)}"),
    )
    words = quoted(one.text, one.language) if one.text else tag("p", HIDDEN)
    return tag("figure", tag("figcaption", who), words, class_="rendering")


def readback(one: Repeated) -> Markup:
    """Return a readback with the places where it departs from the original."""
    who = joined("read back by ", name(one.by), f", {moment(one.time)}")
    words = quoted(one.text, one.language) if one.text else tag("p", HIDDEN)
    rows = [(str(n.word), n.original, n.repeated) for n in one.departures]
    differs = table(("Where", "Original", "Repeated"), [*rows]) if rows else joined()
    return tag("figure", tag("figcaption", who), words, differs, class_="rendering")


def fields(each: Packed) -> Markup:
    """Return the other fields, the mandates behind them, and the station's judgement."""
    report, line = each.report, each.report.line
    rows: list[tuple[str, Child]] = [
        (field.name, tag("span", field.value, dir="auto")) for field in line.words.fields
    ]
    rows += [
        ("class", f"{line.words.category} ({each.rule})" if each.rule else line.words.category),
        ("authority", f"as of entry {report.authority_entry} of the office of {line.words.party}"),
        ("judged here", f"{line.verdict.word} {line.verdict.reason}".rstrip()),
        ("names", ", ".join(line.about)),
        ("drafted", moment(report.drafted)),
        ("slot", f"journal {report.journal}, slot {report.seq}"),
        ("entry", tag("code", line.entry)),
    ]
    return definitions([(term, said) for term, said in rows if said])


def ladder(one: Ladder) -> Markup:
    """Return every rung that was reached with one party, and when."""
    rows = [
        (each.rung, moment(each.time), name(each.by), "late" if each.late else "")
        for each in one.rungs
    ]
    told = f"Ladder for {one.addressee}: {one.top}"
    if one.ack_due is not None:
        told += f", acknowledgement due {moment(one.ack_due)}"
    if one.overdue:
        told += ", OVERDUE"
    heads = ("Rung", "Time", "By the word of", "Late")
    return joined(tag("p", told, class_="ladder"), table(heads, [*rows]))
