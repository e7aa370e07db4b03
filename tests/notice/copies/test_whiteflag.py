"""Whiteflag: held against the vectors of its own project where they are, and its field formats."""

import json
import re
from typing import Any

import pytest
from tests.notice.copies.originals import (
    HOSTILE,
    LAUNCH,
    MOVEMENT,
    SHARED,
    SITE,
    STRIKE,
    drill,
    needs_shared,
    original,
)

from backchannel.errors import OfficerError
from backchannel.notice.copies.formats import write_copy
from backchannel.notice.copies.original import Original
from backchannel.notice.copies.whiteflag import duration, encode

CODEC = SHARED / "whiteflag" / "codec.testvector.json"
# Standard 1, sections 4.2.1 and 4.3.1: how each field is written.
HEADER = {
    "Prefix": "WF",
    "Version": "1",
    "EncryptionIndicator": "0",
    "DuressIndicator": "0",
    "MessageCode": "[PEDSIMQT]",
    "ReferenceIndicator": "0",
    "ReferencedMessage": "0{64}",
}
BODY = {
    "SubjectCode": "[0-9A-F]{2}",
    "DateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "Duration": r"P\d\dD[0-2]\dH[0-5]\dM",
    "ObjectType": "[2-3][01]",
    "ObjectLatitude": r"[+-]\d\d\.\d{5}",
    "ObjectLongitude": r"[+-]\d{3}\.\d{5}",
    "ObjectSizeDim1": r"\d{4}",
    "ObjectSizeDim2": "0000",
    "ObjectOrientation": "000|999",
}
HERE = {**LAUNCH, 6: ["circle 59.93750N 030.30860E 5000m"]}


def messages(notice: Original) -> list[Any]:
    """The copy, each field in its format."""
    made = json.loads(write_copy("whiteflag", notice))
    for each in made:
        require_fields(each["MessageHeader"], HEADER)
        body = each["MessageBody"]
        require_fields(body.get("PseudoMessageBody", body), BODY)
    return list(made)


def require_fields(found: dict[str, str], wanted: dict[str, str]) -> None:
    """In their order, each as it is written."""
    assert list(found) == list(wanted)
    assert [n for n, text in found.items() if not re.fullmatch(wanted[n], text)] == []


def flat(message: dict[str, Any]) -> bytes:
    """A message of theirs, encoded by us."""
    body = message["MessageBody"]
    pseudo = body.get("PseudoMessageCode", "")
    return encode(message["MessageHeader"], pseudo, body.get("PseudoMessageBody", body))


@needs_shared
@pytest.mark.parametrize("case", ["2", "4"])
def test_signs_are_packed_as_their_own_project_packs_them(case: str) -> None:
    """NOTICE-111: a sign, and a test message that holds one."""
    vector = json.loads(CODEC.read_text())[case]
    assert flat(vector["wfMessage"]).hex() == vector["encodedMessage"]


def test_a_sign_is_packed_bit_by_bit() -> None:
    """NOTICE-111: 71 and 57 characters become 301 and 202 bits, and nine noughts at the end."""
    (sign,) = messages(original("T01", HERE))
    raw = bytes.fromhex(sign["MetaHeader"]["encodedMessage"])
    assert len(raw) == 63
    bits = f"{int.from_bytes(raw, 'big'):0504b}"
    assert raw[:4] == b"WF10" and bits[32] == "0"
    assert int(bits[33:41], 2) == ord("D") and int(bits[41:301], 2) == 0
    digits = "00" + "20261201100000" + "000400" + "21"
    assert bits[301 : 301 + 4 * len(digits)] == "".join(f"{int(each):04b}" for each in digits)
    assert bits[397] == "1" and int(bits[398:426], 2) == 0x5993750
    assert bits[426] == "1" and int(bits[427:459], 2) == 0x03030860
    assert int(bits[459:475], 2) == 0x5000 and bits[-1] == "0"


def test_a_danger_area_is_a_sign() -> None:
    """NOTICE-111."""
    (sign,) = messages(original("T06", STRIKE))
    body = sign["MessageBody"]
    assert (sign["MessageHeader"]["MessageCode"], body["SubjectCode"]) == ("D", "00")
    assert (body["ObjectType"], body["ObjectSizeDim1"]) == ("21", "5000")
    assert (body["DateTime"], body["Duration"]) == ("2026-12-01T10:00:00Z", "P00D04H00M")
    assert (body["ObjectLatitude"], body["ObjectLongitude"]) == ("+59.93750", "+030.30860")


def test_a_hospital_is_protected_only_under_an_emblem_that_it_names() -> None:
    """NOTICE-104, NOTICE-111: and infrastructure in any case."""
    protected, built = messages(original("T03", SITE))
    assert (protected["MessageHeader"]["MessageCode"], built["MessageHeader"]["MessageCode"]) == (
        "P",
        "I",
    )
    assert protected["MessageBody"]["SubjectCode"] == "12"
    assert built["MessageBody"]["SubjectCode"] == "51"
    assert {each["MessageBody"]["ObjectType"] for each in (protected, built)} == {"30"}
    assert protected["MessageBody"]["ObjectOrientation"] == "999"
    unmarked = {no: value for no, value in SITE.items() if no != 6}
    assert [m["MessageHeader"]["MessageCode"] for m in messages(original("T03", unmarked))] == ["I"]
    with pytest.raises(OfficerError, match="no-sign-of-notice"):
        write_copy("whiteflag", original("T03", {**unmarked, 3: "warehouse"}))


@pytest.mark.parametrize("mode", ["EXERCISE", "TEST"])
def test_what_is_not_real_is_a_test_message(mode: str) -> None:
    """NOTICE-103, NOTICE-111: there is no mark for an exercise, and no reader takes it for one."""
    (sign,) = messages(original("T01", HERE, mode=mode))
    assert sign["MessageHeader"]["MessageCode"] == "T"
    assert sign["MessageBody"]["PseudoMessageCode"] == "D"
    assert sign["MetaHeader"]["mode"] == mode
    assert len(bytes.fromhex(sign["MetaHeader"]["encodedMessage"])) == 64


@pytest.mark.parametrize(
    "area",
    [
        "polygon 10.00000N 010.00000E, 11.00000N 010.00000E, 11.00000N 011.00000E",
        "circle 10.00000N 010.00000E 10000m",
    ],
)
def test_a_shape_that_whiteflag_does_not_have_is_refused(area: str) -> None:
    """NOTICE-111: never made larger or smaller."""
    with pytest.raises(OfficerError, match="no-shape-in-whiteflag"):
        write_copy("whiteflag", original("T06", {**STRIKE, 4: area}))


def test_south_and_west_have_their_signs() -> None:
    """NOTICE-111."""
    area = {**STRIKE, 4: "circle 00.00001S 180.00000W 1m"}
    body = messages(original("T06", area))[0]["MessageBody"]
    assert (body["ObjectLatitude"], body["ObjectLongitude"]) == ("-00.00001", "-180.00000")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "P00D00H00M"),
        (1, "P00D00H01M"),
        (60, "P00D00H01M"),
        (86_399, "P01D00H00M"),
        (99 * 86_400 + 86_340, "P99D23H59M"),
        (400 * 86_400, "P99D23H59M"),
    ],
)
def test_a_duration_is_rounded_up_to_minutes(seconds: int, text: str) -> None:
    """NOTICE-111."""
    assert duration(seconds) == text


def test_what_was_recalled_is_recalled_there() -> None:
    """NOTICE-111: only that client knows the transaction."""
    with pytest.raises(OfficerError, match="no-recall-in-whiteflag"):
        write_copy("whiteflag", drill("T01", HERE, recalled=1_796_090_400))
    with pytest.raises(OfficerError, match="no-copy-of-form"):
        write_copy("whiteflag", original("T04", MOVEMENT))


def test_text_from_outside_stays_in_the_notes() -> None:
    """NOTICE-106."""
    raw = write_copy("whiteflag", original("T01", HERE, whom=HOSTILE))
    assert not any(c in raw.decode() for c in "\u202e\u2066\x1b\r")
    assert len(messages(original("T01", HERE, whom=HOSTILE))) == 1
