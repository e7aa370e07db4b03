"""Readback of a notice: what was keyed otherwise, by how much, and what was left out."""

import pytest

from backchannel.errors import OfficerError
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import Filled, fill, value_in
from backchannel.notice.readback import Difference
from backchannel.notice.rekeying import compare, critical_fields, offset, rekey

T06S = form_named("T06-S")
SENT: dict[int, Filled] = {
    1: "a hospital",
    2: "15.50000N 032.56000E within 100m imagery near Old Bridge",
    3: "2026-12-01T10:00:00Z",
    4: ["duty officer", "likely"],
    5: "30 min",
}
CRITICAL = {no: text for no, text in SENT.items() if no in (1, 2, 5)}
VALUES = fill(T06S, SENT)


def differences(**keyed: Filled | None) -> tuple[Difference, ...]:
    """What is found when some critical fields are keyed otherwise, given as f2="..."."""
    changed = {**CRITICAL, **{int(name[1:]): text for name, text in keyed.items()}}
    filled = {no: text for no, text in changed.items() if text is not None}
    return compare(T06S, VALUES, rekey(T06S, filled))


def test_critical_fields_are_the_sender_s() -> None:
    """NOTICE-30: fields of the answer are not keyed by who answers."""
    assert [field.no for field in critical_fields(T06S)] == [1, 2, 5]


def test_the_same_values_differ_in_nothing() -> None:
    """NOTICE-32."""
    assert differences() == ()


def test_a_place_is_off_by_metres_and_in_a_direction() -> None:
    """NOTICE-33: coordinates nine kilometres off are seen as nine kilometres."""
    (found,) = differences(f2="15.58000N 032.56000E within 100m imagery near Old Bridge")
    assert found.word == 2
    assert found.original == SENT[2]
    assert found.repeated.endswith("(8896 m off, bearing 0)")


def test_what_is_left_out_is_read_back_as_not_stated() -> None:
    """NOTICE-32."""
    (found,) = differences(f5=None)
    assert found == Difference(5, "30 min", "not stated")


def test_words_in_a_field_differ_by_a_letter() -> None:
    """NOTICE-32, NT31."""
    (found,) = differences(f1="a Hospital")
    assert (found.original, found.repeated) == ("a hospital", "a Hospital")


def test_times_are_off_by_a_duration() -> None:
    """NOTICE-33: of a window both ends, of a moment itself."""
    form = form_named("T05")
    field = {1: ["2026-12-01T10:00:00Z", "5 min"], 2: ["15.50000N 032.56000E", "300m amsl"]}
    values = fill(
        form,
        {**field, 3: ["ship", "a tug"], 4: ["ship", "grey"], 5: ["50m"], 7: []}
        | {7: [["VHF 16", "en", "turn away"]]},
    )
    keyed = rekey(form, {**field, 1: ["2026-12-01T08:30:00Z", "5 min"], 4: ["ship", "grey"]})
    (found,) = compare(form, values, keyed)
    assert found.repeated.endswith("(90 min earlier)")
    launch = form_named("T02-X")
    window = "2026-12-01T10:00:00Z to 2026-12-01T14:00:00Z"
    sent = {1: window, 2: "all-forms", 3: "stop", 4: "all-watches", 5: "none", 6: "desk"}
    slip = {**{no: sent[no] for no in (1, 2, 3)}, 1: window.replace("14:00", "14:05")}
    (found,) = compare(launch, fill(launch, sent), rekey(launch, slip))
    assert found.repeated.endswith("end (5 min later)")


def test_only_critical_fields_are_read_back() -> None:
    """NOTICE-31."""
    with pytest.raises(OfficerError, match="is not read back"):
        rekey(T06S, {3: "2026-12-01T10:00:00Z"})


def test_a_value_that_does_not_fit_is_still_compared() -> None:
    """NOTICE-5, NOTICE-32: what another program sent raw is held against what was keyed."""
    odd = ("x", *VALUES[1:4], b"\1")
    found = compare(T06S, odd, rekey(T06S, CRITICAL))
    assert [each.word for each in found] == [1, 5]
    assert found[1].original == "01"


def area_off(form: str, no: int, original: Filled, repeated: Filled) -> str:
    """By how much an area of a form is off when it is keyed otherwise."""
    made = form_named(form)
    field = made.field(no)
    assert field is not None
    return offset(field, value_in(made, field, original), value_in(made, field, repeated))


def test_an_area_is_off_by_its_centre_or_its_worst_corner() -> None:
    """NOTICE-33: nine kilometres in an area are seen as in a place; of a list, which one it is."""
    here = "circle 35.33000N 040.14000E 5000m"
    off = "circle 35.41090N 040.14000E 5000m"
    assert area_off("T06", 4, here, off) == " (8996 m off, bearing 0)"
    assert area_off("T06", 4, here, here.replace("5000m", "9000m")) == ""
    corners = "polygon 10.00000N 010.00000E, 10.00000N 011.00000E, 11.00000N 010.50000E"
    moved = corners.replace("011.00000E", "011.10000E").replace("10.50000E", "10.51000E")
    assert area_off("T06", 4, corners, moved) == " (10951 m off, bearing 90)"
    assert area_off("T06", 4, corners, here) == ""
    assert area_off("T01", 6, [here, here], [here, off]) == " no. 2 (8996 m off, bearing 0)"
    assert area_off("T01", 6, [here, here], [here]) == " (1 in place of 2)"
    assert area_off("T01", 6, [here], "unknown") == ""
    assert area_off("T01", 6, ["orbital"], [here]) == ""
