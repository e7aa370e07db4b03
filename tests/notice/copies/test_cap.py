"""CAP: held against the order, words and formats of the standard, written down here anew."""

import re
from xml.etree.ElementTree import Element

import pytest
from tests.notice.copies.originals import (
    CIRCLE,
    ENTRY,
    HOSTILE,
    LAUNCH,
    STRIKE,
    TRIANGLE,
    drill,
    original,
    texts,
    tree,
)

from backchannel.errors import OfficerError
from backchannel.notice.copies.cap import NAMESPACE
from backchannel.notice.copies.formats import write_copy
from backchannel.notice.copies.original import Original

# CAP 1.2, section 3.4: elements in their order; those that must stand there end with an !.
ALERT = (
    "identifier! sender! sent! status! msgType! source scope! restriction addresses code note "
    "references incidents info"
)
INFO = (
    "language category! event! responseType urgency! severity! certainty! audience eventCode "
    "effective onset expires senderName headline description instruction web contact parameter "
    "resource area"
)
AREA = "areaDesc! polygon circle geocode altitude ceiling"
OFTEN = {"code", "info", "category", "responseType", "eventCode", "parameter", "resource", "area"}
OFTEN |= {"polygon", "circle", "geocode"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
PAIR = r"-?\d+\.\d{5},-?\d+\.\d{5}"


def message(notice: Original) -> Element:
    """The copy, after the judge has seen it."""
    root = tree(write_copy("cap", notice))
    require_order(root, ALERT)
    for info in root.iter(f"{{{NAMESPACE}}}info"):
        require_order(info, INFO)
    for area in root.iter(f"{{{NAMESPACE}}}area"):
        require_order(area, AREA)
    for name in ("identifier", "sender"):
        assert not re.search(r"[\s,<&]", said(root, name))
    for name in ("sent", "onset", "expires"):
        for each in root.iter(f"{{{NAMESPACE}}}{name}"):
            assert INSTANT.fullmatch(each.text or ""), name
    for each in root.iter(f"{{{NAMESPACE}}}polygon"):
        pairs = (each.text or "").split()
        assert len(pairs) >= 4 and pairs[0] == pairs[-1]
        assert all(re.fullmatch(PAIR, pair) for pair in pairs)
    for each in root.iter(f"{{{NAMESPACE}}}circle"):
        assert re.fullmatch(rf"{PAIR} \d+\.\d+", each.text or "")
    return root


def require_order(parent: Element, wanted: str) -> None:
    """What a schema of a sequence would refuse."""
    names = [each.rstrip("!") for each in wanted.split()]
    found = [each.tag.removeprefix(f"{{{NAMESPACE}}}") for each in parent]
    assert found == sorted(found, key=names.index)
    assert {each.rstrip("!") for each in wanted.split() if each.endswith("!")} <= set(found)
    assert all(found.count(each) == 1 for each in found if each not in OFTEN)


def said(root: Element, name: str) -> str:
    """The text of the first element of a name, "" for none."""
    each = next(root.iter(f"{{{NAMESPACE}}}{name}"), None)
    return (each.text or "") if each is not None else ""


def every(root: Element, name: str) -> list[str]:
    """The texts of all elements of a name."""
    return [each.text or "" for each in root.iter(f"{{{NAMESPACE}}}{name}")]


def test_a_launch_is_a_message_of_cap() -> None:
    """NOTICE-108."""
    root = message(original())
    assert root.tag == f"{{{NAMESPACE}}}alert"
    assert said(root, "identifier") == f"backchannel.{ENTRY}"
    assert said(root, "sent") == "2026-12-01T00:00:00-00:00"
    assert every(root, "category") == ["Safety", "Transport"]
    assert (said(root, "event"), said(root, "urgency")) == ("Launch", "Expected")
    assert (said(root, "severity"), said(root, "certainty")) == ("Unknown", "Likely")
    assert said(root, "onset") == "2026-12-01T10:00:00-00:00"
    assert said(root, "expires") == "2026-12-01T14:00:00-00:00"
    assert said(root, "circle") == "59.93750,30.30860 5.000"
    assert said(root, "polygon").startswith("10.00000,10.00000 11.00000,10.00000 ")
    assert (said(root, "altitude"), said(root, "ceiling")) == ("0.00", "9842.52")
    assert "generic class" not in said(root, "description"), "what is not told stays here"


@pytest.mark.parametrize(
    ("mode", "status", "begins"),
    [
        ("REAL", "Actual", "Launch"),
        ("EXERCISE", "Exercise", "EXERCISE: "),
        ("TEST", "Test", "TEST: "),
    ],
)
def test_a_drill_is_one_in_status_and_in_words(mode: str, status: str, begins: str) -> None:
    """NOTICE-103."""
    root = message(original(mode=mode))
    assert said(root, "status") == status
    assert said(root, "event").startswith(begins)
    marked = [*every(root, "headline"), *every(root, "areaDesc"), *every(root, "source")]
    assert all(each.startswith("" if mode == "REAL" else begins) for each in marked)
    assert f"mode {mode}" in said(root, "note")


@pytest.mark.parametrize(
    ("precedence", "urgency"),
    [("FLASH", "Immediate"), ("IMMEDIATE", "Immediate"), ("ROUTINE", "Future")],
)
def test_precedence_says_how_urgent(precedence: str, urgency: str) -> None:
    """NOTICE-108."""
    assert said(message(original(precedence=precedence)), "urgency") == urgency


def test_the_label_says_how_far_it_goes() -> None:
    """NOTICE-108: and the label itself goes along."""
    green = message(original(handling="TLP:GREEN"))
    assert (said(green, "scope"), said(green, "restriction")) == ("Restricted", "TLP:GREEN")
    clear = message(original(handling="TLP:CLEAR"))
    assert (said(clear, "scope"), said(clear, "addresses")) == ("Public", "")
    amber = message(original(handling="TLP:AMBER", whom='the "harbour" office'))
    assert said(amber, "scope") == "Private"
    assert said(amber, "addresses") == "\"the 'harbour' office\""
    assert every(amber, "code") == ["TLP:AMBER"]


def test_what_was_recalled_is_cancelled() -> None:
    """NOTICE-108: naming the message that it cancels, and without its content."""
    before, root = message(drill()), message(drill(recalled=1_796_090_400))
    assert (said(root, "msgType"), said(root, "status")) == ("Cancel", "Exercise")
    assert said(root, "sent") == "2026-12-01T02:00:00-00:00"
    named = ",".join(said(before, name) for name in ("sender", "identifier", "sent"))
    assert said(root, "references") == named
    assert said(root, "identifier") != said(before, "identifier")
    assert every(root, "info") == []


@pytest.mark.parametrize(
    "band", ["surface-3000m agl", "100m-unlimited amsl", "100m-200m ellipsoid", ""]
)
def test_a_height_that_cap_cannot_say_is_in_words_alone(band: str) -> None:
    """NOTICE-108: feet above mean sea level, or none."""
    text = f"circle 59.93750N 030.30860E 5000m {band}".rstrip()
    root = message(original("T06", {**STRIKE, 4: text}))
    assert (said(root, "altitude"), said(root, "ceiling")) == ("", "")
    assert said(root, "areaDesc").endswith(text)


def test_an_encounter_is_told_only_where_help_is_needed() -> None:
    """NOTICE-104."""
    encounter = {
        1: ["2026-12-01T10:00:00Z", "5 min"],
        2: ["10.00000N 010.00000E within 500m", "300m amsl"],
        3: ["ship", "patrol"],
        4: ["aircraft", "grey", "likely"],
        5: ["30m", "10 deg", "12.5 m/s"],
        7: [["ch 16", "en", "keep clear"]],
        11: ["none", ""],
    }
    with pytest.raises(OfficerError, match="no-copy-of-form"):
        write_copy("cap", original("T05", encounter))  # type: ignore[arg-type]
    helped = original("T05", {**encounter, 11: ["needed", "a doctor"]})  # type: ignore[arg-type]
    root = message(helped)
    assert every(root, "category") == ["Rescue"]
    assert said(root, "circle") == "10.00000,10.00000 0.500"


def test_text_from_outside_stays_text() -> None:
    """NOTICE-106: no element, no attribute, no line of its own."""
    notice = original(party=HOSTILE, language=HOSTILE, whom=HOSTILE, handling="TLP:AMBER")
    plain = [each.tag for each in message(original(whom="x", handling="TLP:AMBER")).iter()]
    root = message(notice)
    assert [each.tag for each in root.iter()] == [
        each for each in plain if each != f"{{{NAMESPACE}}}language"
    ]
    assert not any(c in each for each in texts(root) for c in "\u202e\u2066\x1b\r")
    assert HOSTILE.replace("\\", "\\\\").split("\r")[0] in said(root, "senderName")


def test_each_area_says_what_it_is_a_copy_of() -> None:
    """NOTICE-114: as form, field, type and text."""
    codes = every(message(original()), "geocode")
    assert len(codes) == 2
    values = [each for each in every(message(original()), "value") if each.startswith("T01/1 ")]
    assert values == [f"T01/1 6 area {CIRCLE}", f"T01/1 6 area {TRIANGLE}"]


def test_a_launch_without_areas_is_told_without_them() -> None:
    """NOTICE-108: what is unknown or in orbit has no shape."""
    assert every(message(original("T01", {**LAUNCH, 6: ["orbital"]})), "area") == []
