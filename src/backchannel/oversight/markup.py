"""HTML that cannot be broken by what it holds: a text becomes text, and only markup is markup.

This module must not know what a sheet says. A character that would not be seen is drawn as its
number, so that no text can turn the direction of another or hide a word (PROOF-122).
"""

from html import escape

from backchannel.wire.visible import is_unseen

VOID = frozenset(("meta",))
NEW_LINE = "\n"


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = Markup | str


def safe(text: str) -> Markup:
    """Return text from outside as HTML; lines stay, and every other character can be seen."""
    return Markup("".join(map(safe_character, text)))


def safe_character(character: str) -> str:
    """Return one character as HTML."""
    if character == NEW_LINE or not is_unseen(character):
        return escape(character)
    return f'<span class="unseen">U+{ord(character):04X}</span>'


def tag(element: str, /, *children: Child, **attributes: str) -> Markup:
    """Return an element. Children that are no markup are made safe; `class_` stands for class."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    if element in VOID:
        return Markup(f"<{element}{written}>")
    return Markup(f"<{element}{written}>{joined(*children)}</{element}>")


def joined(*children: Child) -> Markup:
    """Return markup one behind the other."""
    return Markup("".join(each if isinstance(each, Markup) else safe(each) for each in children))


def table(heads: tuple[str, ...], rows: list[tuple[Child, ...]]) -> Markup:
    """Return a table with a head that is printed on each page."""
    head = tag("thead", tag("tr", *(tag("th", each, scope="col") for each in heads)))
    body = tag("tbody", *(tag("tr", *(tag("td", each) for each in row)) for row in rows))
    return tag("table", head, body)


def definitions(rows: list[tuple[str, Child]]) -> Markup:
    """Return terms, each with what it stands for."""
    return tag("dl", *(joined(tag("dt", term), tag("dd", said)) for term, said in rows))


def listed(items: list[Child]) -> Markup:
    """Return a list."""
    return tag("ul", *(tag("li", each) for each in items))


def name(text: str) -> Markup:
    """Return a name, whose direction does not touch that of what stands beside it."""
    return tag("bdi", text)
