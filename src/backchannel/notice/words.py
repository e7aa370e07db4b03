"""Fields that hold words: text, codes, posts, references to statements and files.

What is printed is read back into the same value. This module must not judge what is said. Clauses:
NOTICE-11.
"""

import re
from unicodedata import category

from backchannel.errors import JunkError
from backchannel.limits import WORD_WORDS_MAX
from backchannel.notice.kinds import Bounds, one_of, wanted
from backchannel.notice.numbers import read_number
from backchannel.wire.codec import Value

OTHER = "other"
YES_NO = ("yes", "no")
CONFIDENCES = ("confirmed", "likely", "possible", "doubtful")
CONTACT_PARTS = ("deputies", "paths", "call sign", "languages", "hours")

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,63}", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
HEX_32 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def plain(text: str) -> str:
    """Return words as they came, if a screen can show them. Raises JunkError."""
    if not text.strip():
        raise JunkError("field-value", "there is no text")
    if any(category(character) == "Cc" and character != "\n" for character in text):
        raise JunkError("control-character", f"{text!a} holds one, which no screen shows as text")
    return text


def read_text(text: str, bounds: Bounds) -> Value:
    """Return free text within its limit."""
    plain(text)
    if bounds.most and len(text) > bounds.most:
        raise JunkError("field-too-long", f"{len(text)} characters, at most {bounds.most}")
    return text


def show_text(value: Value) -> str:
    """Return text, or a code."""
    wanted(value, str, "text")
    return str(value)


def read_word(text: str, bounds: Bounds) -> Value:
    """Return a short phrase that is spoken over a bad line."""
    if not 0 < len(text.split(" ")) <= WORD_WORDS_MAX or not text.strip():
        raise JunkError("field-value", f"got {text!a}, wanted at most {WORD_WORDS_MAX} words")
    return read_text(text, bounds)


def read_code(text: str, _: Bounds) -> Value:
    """Return an identifier: letters, digits and ._/+- without blanks."""
    if not CODE.fullmatch(text):
        raise JunkError("field-value", f"got {text!a}, wanted a code without blanks")
    return text


def read_language(text: str, _: Bounds) -> Value:
    """Return a language tag (RFC 5646)."""
    if not LANGUAGE.fullmatch(text):
        raise JunkError("field-value", f"got {text!a}, wanted a tag such as en or zh-Hans")
    return text


def read_enum(text: str, bounds: Bounds) -> Value:
    """Return a code of the form's list, or `other` with a text."""
    before, colon, after = text.partition(": ")
    if before == OTHER and colon:
        return (OTHER, read_text(after, bounds))
    return one_of(text, (*bounds.codes, f"{OTHER}: TEXT"), "one of")


def show_enum(value: Value) -> str:
    """Return a code; one of a newer version is shown as it came."""
    match value:
        case (str(word), str(text)) if word == OTHER:
            return f"{OTHER}: {text}"
    return show_text(value)


def read_enum_set(text: str, bounds: Bounds) -> Value:
    """Return several codes of the form's list, each once, as they stand there."""
    codes = text.split(", ")
    if len(set(codes)) != len(codes):
        raise JunkError("field-value", f"got {text!a}: a code stands twice")
    return tuple(read_enum(code, bounds) for code in codes)


def show_enum_set(value: Value) -> str:
    """Return several codes."""
    wanted(value, tuple, "a list of codes")
    return ", ".join(map(show_enum, value))  # type: ignore[arg-type]


def read_yes_no(text: str, _: Bounds) -> Value:
    """Return yes or no."""
    return one_of(text, YES_NO, "one of")


def read_confidence(text: str, _: Bounds) -> Value:
    """Return how sure the drafter is."""
    return one_of(text, CONFIDENCES, "one of")


def read_contact(text: str, bounds: Bounds) -> Value:
    """Return [post, then each of CONTACT_PARTS / null]."""
    post, bracket, rest = text.partition(" (")
    rest = rest.removesuffix(")")
    given: dict[str, str] = {}
    for part in rest.split("; ") if bracket else ():
        name = next((each for each in CONTACT_PARTS if part.startswith(f"{each} ")), None)
        if name is None or name in given:
            raise JunkError(
                "field-value", f"got {part!a}, wanted once each: {', '.join(CONTACT_PARTS)}"
            )
        given[name] = plain(part.removeprefix(f"{name} "))
    return (read_text(post, bounds), *(given.get(name) for name in CONTACT_PARTS))


def show_contact(value: Value) -> str:
    """Return a post that can be reached, and how."""
    match value:
        case (str(post), *parts) if len(parts) == len(CONTACT_PARTS):
            said = [
                f"{name} {show_text(part)}"
                for name, part in zip(CONTACT_PARTS, parts, strict=True)
                if part is not None
            ]
            return f"{post} ({'; '.join(said)})" if said else post
    raise JunkError("field-value", f"got {value!r}, wanted a contact post of six parts")


def read_sealed(text: str, bounds: Bounds) -> Value:
    """Return [[post], text]: a text that a station shows only at the posts it names."""
    posts, colon, words = text.partition(": ")
    if not colon:
        raise JunkError("field-value", f"got {text!a}, wanted POST / POST: TEXT")
    return (tuple(map(plain, posts.split(" / "))), read_text(words, bounds))


def show_sealed(value: Value) -> str:
    """Return a text for named posts."""
    match value:
        case ((*posts,), str(words)):
            return f"{' / '.join(map(show_text, posts))}: {words}"
    raise JunkError("field-value", f"got {value!r}, wanted [[post], text]")


def read_ref(text: str, _: Bounds) -> Value:
    """Return the id of the entry that holds another statement."""
    if not HEX_32.fullmatch(text):
        raise JunkError("field-value", f"got {text!a}, wanted an entry id of 64 digits")
    return bytes.fromhex(text)


def show_ref(value: Value) -> str:
    """Return an entry id."""
    wanted(value, bytes, "an entry id")
    return bytes(value).hex()  # type: ignore[arg-type]


def read_hash(text: str, bounds: Bounds) -> Value:
    """Return [SHA-256, name, media type, size in bytes] of an attachment."""
    parts = text.split(" ")
    if len(parts) != 4:
        raise JunkError("field-value", f"got {text!a}, wanted SHA256 NAME MEDIA-TYPE BYTES")
    digest, name, media, size = parts
    return (read_ref(digest, bounds), plain(name), plain(media), read_number(size, bounds))


def show_hash(value: Value) -> str:
    """Return what names an attachment."""
    match value:
        case (bytes(digest), str(name), str(media), int(size)):
            return f"{digest.hex()} {name} {media} {size}"
    raise JunkError("field-value", f"got {value!r}, wanted [hash, name, media type, size]")
