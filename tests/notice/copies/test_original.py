"""What goes into a copy, what stays here, and what every copy says of itself."""

import json

import msgspec
import pytest
from tests.notice.copies.originals import (
    CALL,
    ENTRY,
    LAUNCH,
    MOVEMENT,
    SITE,
    drill,
    original,
)

from backchannel.errors import OfficerError
from backchannel.notice.copies.formats import FORMATS, write_copy
from backchannel.notice.copies.original import (
    Window,
    enum_words,
    notes,
    places_of,
    require_understood,
    told,
    windows_of,
    withheld,
    words_of,
)

SECRETS = ("battery behind the wall", "their names")
ALL = {"T01": LAUNCH, "T03": SITE, "T04": MOVEMENT, "T18": CALL}


def written() -> list[tuple[str, str, bytes]]:
    """Every copy that there is of some notices, in EXERCISE."""
    made = []
    for form, filled in ALL.items():
        for name in FORMATS:
            try:
                made.append((form, name, write_copy(name, drill(form, filled))))
            except OfficerError:
                continue
    return made


def test_what_is_sealed_for_named_posts_stays_here_and_is_named() -> None:
    """NOTICE-100: a field of its own, or a part among others."""
    site, movement = original("T03", SITE), original("T04", MOVEMENT)
    assert withheld(site) == ("nearby military objects known",)
    assert withheld(movement) == ("people",)
    assert {field.no: text for field, text in told(movement)}[6] == "4 | driver"
    assert 9 not in {field.no for field, _ in told(site)}
    assert "Withheld, sealed for named posts: people." in words_of(movement)
    for _, _, raw in written():
        assert not any(secret in raw.decode() for secret in SECRETS)


def test_a_copy_says_what_it_is_in_every_format() -> None:
    """NOTICE-103: mode, entry, and that it is a copy."""
    made = written()
    assert {name for _, name, _ in made} == set(FORMATS)
    for form, name, raw in made:
        # A folded line of a calendar is put together again.
        text = raw.decode().replace("\r\n ", "")
        assert "EXERCISE" in text and ENTRY in text, (form, name)
        assert "Copy" in text and "not authoritative" in text, (form, name)
        assert "TLP:GREEN" in text, (form, name)


def test_the_same_notice_gives_the_same_bytes() -> None:
    """NOTICE-118: so a hash names what was handed on."""
    assert written() == written()


def test_a_copy_of_a_site_guarantees_nothing() -> None:
    """NOTICE-103."""
    assert "No guarantee of safety." in notes(original("T03", SITE))
    assert "No guarantee of safety." not in notes(original())


def test_a_label_that_nobody_gave_says_so() -> None:
    """NOTICE-102, NOTICE-103: and for whom the copy is."""
    said = notes(original(handling="TLP:AMBER", labelled=False, whom="the harbour office"))
    assert "Handling: TLP:AMBER (not labelled by its sender)." in said
    assert "Given to: the harbour office." in said


@pytest.mark.parametrize(
    "value",
    [
        "no area",
        (((91 * 100_000, 0), 5, None),),
        ((((0, 0), (0, 10), (10, 0), (10, 10)), None),),
    ],
)
def test_a_value_that_does_not_fit_its_form_stops_the_copy(value: object) -> None:
    """NOTICE-100: nothing is left out in silence."""
    whole = original()
    values = (*whole.values[:5], value, *whole.values[6:])
    broken = msgspec.structs.replace(whole, values=values)
    with pytest.raises(OfficerError, match="copy-not-understood"):
        require_understood(broken)
    with pytest.raises(OfficerError, match="copy-not-understood"):
        write_copy("geojson", broken)


def test_places_windows_and_codes_are_found_wherever_they_stand() -> None:
    emergency = original(
        "T13",
        {
            1: ["2026-12-01T10:00:00Z", "10.00000N 010.00000E", "chemical"],
            2: "works",
            6: [["10.10000N 010.10000E", "3 mg/m³", ""], ["", "", ""]],
            8: ["drifting", ["circle 10.00000N 010.00000E 100m", "unknown"]],
            9: "alert",
            10: "2026-12-01T12:00:00Z",
        },
    )
    assert [(each.no, each.nth, each.type) for each in places_of(emergency)] == [
        (1, 1, "position"),
        (6, 1, "position"),
        (8, 1, "area"),
    ]
    assert enum_words(emergency, 1) == ("chemical",)
    assert [each for _, each in windows_of(emergency, (1,))] == [Window(1_796_119_200, None)]
    assert len(windows_of(original("T18", CALL), (4,))) == 2


def test_what_is_nowhere_has_no_place() -> None:
    orbit = original("T01", {**LAUNCH, 5: "Western Sea", 6: ["orbital"]})
    assert places_of(orbit) == ()
    (feature,) = json.loads(write_copy("geojson", orbit))["features"]
    assert feature["geometry"] is None and feature["properties"]["name"] == "ALDER 0001 no place"
