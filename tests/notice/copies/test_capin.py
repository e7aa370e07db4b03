"""CAP from outside: the public samples get their verdicts; nothing is lost, nothing believed."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.notice.copies.originals import (
    CIRCLE,
    HARBOUR,
    LAUNCH,
    SHARED,
    TRIANGLE,
    drill,
    needs_shared,
    original,
)

from backchannel.errors import JunkError
from backchannel.notice.copies.capin import read_cap
from backchannel.notice.copies.formats import write_copy
from backchannel.notice.copies.found import Found, Place

NOON = "2026-12-01T12:00:00-00:00"
INFO = (
    "<category>Met</category><event>Wind</event><urgency>Future</urgency>"
    "<severity>Minor</severity><certainty>Likely</certainty>"
)


def cap(area: str = "", *, info: str = INFO, more: str = "", head: str = "") -> bytes:
    """A message, with an area in it."""
    areas = f"<area><areaDesc>there</areaDesc>{area}</area>" if area else ""
    return (
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier>'
        "<sender>b</sender><sent>2026-12-01T10:00:00-00:00</sent><status>Actual</status>"
        f"<msgType>Alert</msgType><scope>Public</scope>{head}"
        f"<info>{info}{more}{areas}</info></alert>"
    ).encode()


def only(raw: bytes) -> Found:
    """What the one message of a file says."""
    (found,) = read_cap(raw)
    assert isinstance(found, Found), found
    return found


def refusal(raw: bytes) -> str:
    """Why the one message of a file is none."""
    (fault,) = read_cap(raw)
    assert isinstance(fault, JunkError), fault
    return fault.reason


@needs_shared
def test_the_public_samples_get_their_verdicts() -> None:
    """NOTICE-115: ten accepted, four refused, one in part."""
    expected = json.loads((SHARED / "expected.json").read_text())["cap/samples.json"]
    for case in json.loads((SHARED / "cap" / "samples.json").read_text()):
        name = case["file"].rpartition("/")[2]
        raw = case["text"].encode() if "text" in case else base64.b64decode(case["base64"])
        try:
            found = read_cap(raw)
        except JunkError as fault:
            assert (name, fault.reason) == ("xee.cap", "xml-document-type")
            continue
        good = [n for n, each in enumerate(found) if isinstance(each, Found)]
        part = expected["accept_in_part"].get(name)
        if part is not None:
            assert len(found) == part["alerts"] and good == part["accept"]
        else:
            assert (len(good) == len(found)) == (name in expected["accept"]), name
            assert len(found) == expected["alerts_inside"].get(name, 1)


@needs_shared
def test_the_public_samples_lose_nothing() -> None:
    """NOTICE-115: a text that is no UTF-8, two languages, all references."""
    cases = {
        c["file"].rpartition("/")[2]: c
        for c in json.loads((SHARED / "cap" / "samples.json").read_text())
    }
    latin = only(base64.b64decode(cases["earthquake-iso8859-1.cap"]["base64"]))
    assert any("\u00e1" in word for word in latin.words if word.startswith("areaDesc: "))
    canada = only(cases["canada.cap"]["text"].encode())
    assert [w for w in canada.words if w.startswith("language: ")] == [
        "language: en-CA",
        "language: fr-CA",
    ]
    signed = only(cases["canada_signed.cap"]["text"].encode())
    assert "it has an XML signature, which nobody has checked" in signed.words
    (references,) = [word for word in signed.words if word.startswith("references: ")]
    assert references.count(",") == 18 or len(references) == len("references: ") + 400 - 12


def test_what_we_write_comes_back_as_it_was() -> None:
    """NOTICE-114: the same places, bands too, and the window."""
    found = only(write_copy("cap", drill()))
    assert found.places == (
        Place("area", CIRCLE, "T01/1", 6),
        Place("area", TRIANGLE, "T01/1", 6),
    )
    assert found.window == "2026-12-01T10:00:00Z to 2026-12-01T14:00:00Z"
    assert "status: Exercise" in found.words


AREAS = st.builds(
    "circle {:02}.{:05}{} {:03}.{:05}{} {}m{}".format,
    st.integers(0, 89),
    st.integers(0, 99_999),
    st.sampled_from("NS"),
    st.integers(0, 179),
    st.integers(0, 99_999),
    st.sampled_from("EW"),
    st.integers(0, 40_000_000),
    st.sampled_from(["", " surface-9m agl", " 0m-12345m amsl", " 7m-unlimited amsl"]),
).filter(lambda text: " 00.00000S" not in text and " 000.00000W" not in text)


@given(st.lists(AREAS, min_size=1, max_size=5, unique=True))
def test_every_circle_comes_back_as_it_was(areas: list[str]) -> None:
    """NOTICE-114."""
    found = only(write_copy("cap", original("T01", {**LAUNCH, 6: areas})))
    assert [each.text for each in found.places] == areas


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<circle>59.93750,30.30860 5.000", "<circle>30.30860,59.93750 5.000"),
        ("<circle>59.93750,30.30860 5.000", "<circle>59.93750,30.30860 6.000"),
        ("<polygon>10.00000,10.00000", "<polygon>10.00001,10.00000"),
        ("<ceiling>9842.52", "<ceiling>98425.20"),
        ("T01/1 6 area circle 59.93750N", "T01/1 6 area circle 60.93750N"),
    ],
)
def test_a_drawing_that_says_otherwise_than_its_words_is_refused(before: str, after: str) -> None:
    """NOTICE-114: changed, or its axes swapped."""
    raw = write_copy("cap", original()).decode()
    assert before in raw
    assert refusal(raw.replace(before, after).encode()) == "places-differ"


@pytest.mark.parametrize(
    "text",
    ["T01/1 6 route start 10.00000N 010.00000E", "T01/1 6 word x", "x", "T01/1 6 area \u202e"],
)
def test_words_beside_an_area_that_are_no_place_are_refused(text: str) -> None:
    """NOTICE-114."""
    code = f"<geocode><valueName>backchannel:place</valueName><value>{text}</value></geocode>"
    assert refusal(cap(code)) in ("bad-place", "bad-area", "control-character")


def test_places_of_others_are_read_latitude_first() -> None:
    """NOTICE-113: to the fifth decimal; kilometres, feet, and offsets from UTC."""
    shapes = (
        "<polygon>38.47,-120.14 38.34,-119.95 38.52,-119.74 38.47,-120.14</polygon>"
        "<circle>32.9525 -115.5527 0</circle>".replace("32.9525 -", "32.952549,-")
    )
    more = "<effective>2026-12-01T10:00:00+02:00</effective>"
    heights = "<altitude>1000</altitude><ceiling>2000.5</ceiling>"
    found = only(cap(shapes + heights, more=more))
    assert [each.text for each in found.places] == [
        "polygon 38.47000N 120.14000W, 38.34000N 119.95000W, 38.52000N 119.74000W 305m-610m amsl",
        "circle 32.95255N 115.55270W 0m 305m-610m amsl",
    ]
    assert found.window == "2026-12-01T08:00:00Z to unknown"


def test_a_height_alone_stands_in_words() -> None:
    """NOTICE-113: a form's band has two ends."""
    found = only(cap("<circle>10,10 1.5</circle><altitude>1000</altitude>"))
    assert [each.text for each in found.places] == ["circle 10.00000N 010.00000E 1500m"]
    assert "altitude: 1000" in found.words


@pytest.mark.parametrize(
    ("area", "reason"),
    [
        ("<circle>120.5,10 1</circle>", "bad-place"),
        ("<circle>10 10 1</circle>", "bad-place"),
        ("<circle>10,10 far</circle>", "bad-distance"),
        ("<circle>10,10 -1</circle>", "bad-distance"),
        ("<circle>10,10 1e9</circle>", "bad-distance"),
        ("<circle>10,10 NaN</circle>", "bad-distance"),
        ("<polygon>0,0 0,1 1,1</polygon>", "area-open"),
        ("<polygon>0,0 0,0</polygon>", "area-corners"),
        ("<polygon>0,0 1,1 0,1 1,0 0,0</polygon>", "area-crossed"),
        ("<polygon>0,179 0,-179 1,-179 0,179</polygon>", "area-antimeridian"),
        (f"<polygon>{'0,0 ' * 100_000}</polygon>", "area-corners"),
    ],
)
def test_a_shape_that_is_none_is_refused(area: str, reason: str) -> None:
    """NOTICE-113: as it is where an officer types it."""
    assert refusal(cap(area)) == reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (cap().replace(b"<sender>b", b"<sender>b c"), "cap-text"),
        (cap().replace(b"<scope>Public</scope>", b""), "cap-missing"),
        (cap().replace(b"Public", b"All"), "cap-word"),
        (cap().replace(b"-00:00", b""), "bad-moment"),
        (cap(head="<scope>Public</scope>"), "cap-twice"),
        (cap(head="<references> </references>"), "cap-text"),
        (cap(info=INFO.replace("Met", "Weather")), "cap-word"),
        (cap(info=INFO.replace("<category>Met</category>", "")), "cap-missing"),
        (cap(more=f"<onset>{NOON}</onset><expires>{NOON}</expires>"), "window-order"),
        (cap("<circle>1,1 1</circle>" + "</area><area>" * 256), "copy-too-many"),
        (cap("".join(f"<circle>1,{n} 1</circle>" for n in range(65))), "copy-too-many"),
    ],
)  # fmt: skip
def test_what_is_no_message_of_cap_is_refused(raw: bytes, reason: str) -> None:
    """NOTICE-115."""
    assert refusal(raw) == reason


def test_a_file_without_a_message_is_refused() -> None:
    """NOTICE-115."""
    with pytest.raises(JunkError, match="no-cap-message"):
        read_cap(b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.0"/>')


def test_words_are_cut_and_made_visible() -> None:
    """NOTICE-116: no line of a file becomes a line of the form."""
    more = (
        "<description>a\nb \u202e" + "x" * 1000 + "</description>" + "<headline>h</headline>" * 90
    )
    found = only(cap(info=INFO + more))
    assert "\n" not in "".join(found.words) and "\u202e" not in "".join(found.words)
    assert max(map(len, found.words)) < 450 and found.words[-1].startswith("and ")


def test_the_harbour_is_a_point_with_its_accuracy() -> None:
    """NOTICE-114: a position is a circle to CAP, and comes back as what it was."""
    emergency = {
        1: ["2026-12-01T10:00:00Z", HARBOUR, "fire"],
        2: "works",
        9: "alert",
        10: "2026-12-01T12:00:00Z",
    }
    found = only(write_copy("cap", original("T13", emergency)))  # type: ignore[arg-type]
    assert found.places == (Place("position", HARBOUR, "T13/1", 1),)
