"""What the opened words of a statement say, field by field of those that all kinds share.

This module must not judge, and must not raise for words of a later version.
"""

from backchannel.line.drafting import TEXT, Reference
from backchannel.wire.codec import Value
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import (
    Content,
    Kind,
    Label,
)


def reference_of(content: Content) -> Reference | None:
    """Return what an answer says it is about, or None where its first field is no reference."""
    match content.field(TEXT):
        case (bytes(entry), bytes(croot)):
            return Reference(EntryId(entry), croot)
    return None


def croot_named(content: Content, entry: EntryId) -> bytes | None:
    """Return the croot that an answer names beside this entry; None for another entry (NT30)."""
    reference = reference_of(content)
    return reference.croot if reference is not None and reference.entry == entry else None


def language_of(content: Content) -> str:
    """Return the language of a statement's words, or nothing."""
    language = content.field(Label.LANGUAGE)
    return language if isinstance(language, str) else ""


def reply_wanted_of(content: Content) -> str | None:
    """Return what a statement asks for, or None where its precedence says."""
    match content.field(Label.REPLY_WANTED):
        case (str(wanted), _):
            return wanted
    return None


def lateness_of(content: Content) -> str:
    """Return why a notice comes late, as its writer says; nothing if he does not."""
    match content.field(Label.LATENESS):
        case (str(why), str(words)):
            return f"{why}: {words}"
        case (str(why), None):
            return why
    return ""


def text_of(kind: int, content: Content) -> str:
    """Return the words of a message, a readback or a translation; nothing for other kinds."""
    if kind in (Kind.MESSAGE, Kind.TRANSLATE):
        text = content.field(TEXT)
        return text if isinstance(text, str) else ""
    if kind == Kind.READBACK:
        match content.field(TEXT + 3):
            case ((int(label), str(text)),) if label == TEXT:
                return text
    return ""


def rekeyed_of(content: Content) -> dict[int, Value]:
    """Return the fields of a notice that a readback repeats, by number; rows of no such shape are
    left out."""
    rows = content.field(TEXT + 3)
    found: dict[int, Value] = {}
    for row in rows if isinstance(rows, tuple) else ():
        match row:
            case (int(label), value) if label >= TEXT:
                found[label - TEXT + 1] = value
    return found


def stage_of(content: Content) -> str:
    """Return the stage of a translation, or nothing."""
    stage = content.field(TEXT + 1)
    return stage if isinstance(stage, str) else ""
