"""XML from outside: what a document type can do is not done, and size is bounded first."""

import socket
from pathlib import Path

import pytest

from backchannel.errors import JunkError
from backchannel.limits import COPY_FILE_BYTES_MAX, XML_DEPTH_MAX, XML_ELEMENTS_MAX
from backchannel.notice.copies.xmlin import read_xml

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY l3 "&l2;&l2;&l2;&l2;&l2;&l2;&l2;&l2;"><!ENTITY l4 "&l3;&l3;&l3;&l3;&l3;&l3;&l3;&l3;">]>
<alert>&l4;</alert>"""
PARAMETERS = b"""<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><a/>"""
OUTER = b"""<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>"""


def test_elements_come_with_their_namespaces_and_texts() -> None:
    root = read_xml(b'<?xml version="1.0"?><a xmlns="urn:x"><b k="v">t&amp;u</b><c xmlns=""/></a>')
    assert root.tag == "{urn:x}a"
    assert [(each.tag, each.text, each.attrib) for each in root] == [
        ("{urn:x}b", "t&u", {"k": "v"}),
        ("c", None, {}),
    ]


@pytest.mark.parametrize("raw", [LAUGHS, PARAMETERS, OUTER])
def test_a_document_type_is_refused_before_it_is_read(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NOTICE-112: neither the network nor the disk is touched."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("something was opened")

    monkeypatch.setattr(socket.socket, "connect", never)
    monkeypatch.setattr(Path, "open", never)
    monkeypatch.setattr("builtins.open", never)
    with pytest.raises(JunkError, match="xml-document-type"):
        read_xml(raw)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b" " * (COPY_FILE_BYTES_MAX + 1), "copy-too-large"),
        (b"<a>" * (XML_DEPTH_MAX + 1), "xml-too-large"),
        (b"<a>" + b"<b/>" * XML_ELEMENTS_MAX + b"</a>", "xml-too-large"),
        (b"<a><b></a>", "bad-xml"),
        (b"", "bad-xml"),
        (b"<a>&undeclared;</a>", "bad-xml"),
        (b"<a/><b/>", "bad-xml"),
        (b"<a>\xff</a>", "bad-xml"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "bad-xml"),
    ],
)
def test_what_is_too_large_or_no_xml_is_refused(raw: bytes, reason: str) -> None:
    """NOTICE-112."""
    with pytest.raises(JunkError, match=reason):
        read_xml(raw)


def test_the_bounds_are_met_from_within() -> None:
    """NOTICE-112."""
    deep = b"<a>" * XML_DEPTH_MAX + b"</a>" * XML_DEPTH_MAX
    assert read_xml(deep).tag == "a"
    assert (
        len(read_xml(b"<a>" + b"<b/>" * (XML_ELEMENTS_MAX - 1) + b"</a>")) == XML_ELEMENTS_MAX - 1
    )
