"""Elements of XML with text that cannot break out of them.

What XML cannot hold, and what a reader cannot see, is spelled out. This module must not take
markup: what it is given is text. Clause: NOTICE-106.
"""

from xml.etree.ElementTree import Element, tostring

from backchannel.wire.visible import visible_lines


def element(
    name: str, /, *children: "Element | None", text: str = "", **attributes: str
) -> Element:
    """Return an element with what is not None of its children."""
    made = Element(name, {each: visible_lines(value) for each, value in attributes.items()})
    made.text = visible_lines(text) or None
    made.extend(child for child in children if child is not None)
    return made


def leaf(name: str, text: str | None, /, **attributes: str) -> Element | None:
    """Return an element of a text, or None where there is none."""
    return None if text is None or text == "" else element(name, text=text, **attributes)


def document(root: Element) -> bytes:
    """Return a whole document in UTF-8."""
    written: bytes = tostring(root, "utf-8", xml_declaration=True)
    return written + b"\n"


def line(root: Element) -> bytes:
    """Return an element as one line of UTF-8."""
    written: bytes = tostring(root, "utf-8")
    return written.replace(b"\n", b"&#10;") + b"\n"
