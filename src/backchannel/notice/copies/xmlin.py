"""XML from outside as a tree, within bounds and without anything that a document type can do.

This module must not open, fetch or expand anything: a document type is refused before what it
declares is read, so there are no entities but those of XML itself. Clause: NOTICE-112.
"""

from typing import Any  # the parser of the library has no type of its own
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from backchannel.errors import JunkError
from backchannel.limits import COPY_FILE_BYTES_MAX, XML_DEPTH_MAX, XML_ELEMENTS_MAX


def read_xml(raw: bytes) -> Element:
    """Return the root of a document; names are `{namespace}local`. Raises JunkError."""
    if len(raw) > COPY_FILE_BYTES_MAX:
        raise JunkError("copy-too-large", f"got {len(raw)} bytes, at most {COPY_FILE_BYTES_MAX}")
    reading = _Reading()
    parser: Any = expat.ParserCreate(namespace_separator="}")  # has no type of its own
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_document_type
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.builder.data
    try:
        parser.Parse(raw, True)
    # A text may name an encoding that there is not, or that the library cannot read piece by piece.
    except (expat.ExpatError, LookupError, ValueError) as fault:
        raise JunkError("bad-xml", f"it is no XML: {fault}") from None
    root: Element = reading.builder.close()
    return root


def refuse_document_type(name: str, *_: object) -> None:
    """Raise JunkError("xml-document-type")."""
    raise JunkError(
        "xml-document-type",
        "it declares a document type, which can name files and addresses: take the declaration "
        "out, or ask its sender for the message alone",
    )


class _Reading:
    """What is being read: how deep it is, and how many elements there were."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self._depth = 0
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > XML_DEPTH_MAX or self._elements > XML_ELEMENTS_MAX:
            raise JunkError(
                "xml-too-large",
                f"wanted at most {XML_ELEMENTS_MAX} elements, {XML_DEPTH_MAX} deep",
            )
        self.builder.start(qualified(name), attributes)

    def end(self, name: str) -> None:
        self._depth -= 1
        self.builder.end(qualified(name))


def qualified(name: str) -> str:
    """Return a name as `{namespace}local`, or as it stands without one."""
    return f"{{{name}" if "}" in name else name
