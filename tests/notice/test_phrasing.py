"""Values in the words of a language: digits as they were signed, free text as it was written."""

import re
import unicodedata

import pytest

from backchannel.errors import JunkError
from backchannel.notice.catalogue import Part, part_of
from backchannel.notice.kinds import UNKNOWN, Bounds
from backchannel.notice.phrasebook import FSI, PDI, TAGS, phrasebook
from backchannel.notice.phrasing import SAYERS, Reader, listed, value_in_words
from backchannel.notice.values import TYPES, read_value
from backchannel.wire.codec import Value

CODES = Bounds(("strike", "not-stated", "shelter"), (), 0)
TEN = "2026-12-01T10:00:00Z"
TWO = "2026-12-01T14:00:00Z"


def reader(tag: str, language: str = "en", visible: str = "") -> Reader:
    """A reader of a language, to whom a text from outside is shown with marks around it."""
    return Reader(phrasebook(tag), lambda text: f"{visible}{text}{visible}", language)


def said(tag: str, kind: str, text: str, language: str = "en") -> str:
    """What a value reads like, given as it is filled in."""
    value = read_value(kind, text, CODES)
    return value_in_words(reader(tag, language), "T06", part_of(kind), value)


def without_isolates(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", text)


def test_every_type_can_be_said() -> None:
    assert set(SAYERS) == set(TYPES)


@pytest.mark.parametrize(
    ("tag", "kind", "text", "words"),
    [
        ("fr", "quantity", "3.5 MW", "3,5 MW (signé : 3.5 MW)"),
        ("en", "quantity", "3.5 MW", "3.5 MW"),
        ("ru", "quantity", "-12.25 MW", "-12,25 МВт (подписано: -12.25 MW)"),
        ("es", "quantity", "1234567 kg", "1234567 kg"),
        ("fr", "quantity", "2 parsec", "2 parsec"),
        ("uk", "speed", "12.5 m/s", "12,5 м/с (підписано: 12.5 m/s)"),
        ("en", "bearing", "270 deg", "270° true (signed: 270 deg)"),
        ("ru", "count", "12", "12"),
        ("ru", "count", "12 estimated", "12, оценочно (подписано: 12 estimated)"),
        ("ko", "count", "10-15", "10~15 (서명 원문: 10-15)"),
        ("hi", "distance", "500m", "500 m (हस्ताक्षरित: 500m)"),
        ("ru", "duration", "30 min", "30 минут (подписано: 30 min)"),
        ("es", "altitude", "300m amsl", None),
        ("ko", "number", "413", "413"),
    ],
)
def test_numbers_keep_their_digits(tag: str, kind: str, text: str, words: str | None) -> None:
    """NOTICE-44, NOTICE-47: ungrouped, with the mark of the language, and as signed beside it."""
    found = said(tag, kind, text).replace("\u00a0", " ")
    assert found == (words or f"300 m sobre el nivel medio del mar (firmado: {text})")


@pytest.mark.parametrize(
    ("tag", "day"),
    [
        ("en", "Tuesday, 1 December 2026, 10:00:00 UTC"),
        ("fr", "mardi 1 décembre 2026, 10:00:00 UTC"),
        ("es", "martes, 1 de diciembre de 2026, 10:00:00 UTC"),
        ("ru", "вторник, 1 декабря 2026 г., 10:00:00 UTC"),
        ("zh", "2026年12月1日星期二 10:00:00 UTC"),
        ("ar", "الثلاثاء، 1 ديسمبر 2026، 10:00:00 UTC"),
        ("ko", "2026년 12월 1일 화요일 10:00:00 UTC"),
        ("hi", "मंगलवार, 1 दिसंबर 2026, 10:00:00 UTC"),
        ("uk", "вівторок, 1 грудня 2026 р., 10:00:00 UTC"),
    ],
)
def test_a_moment_has_its_weekday_and_what_was_signed(tag: str, day: str) -> None:
    """NOTICE-44, NOTICE-47: as CLDR writes a date, in UTC."""
    found = re.sub("[\u00a0\u202f]", " ", without_isolates(said(tag, "utc-instant", TEN)))
    assert found.startswith(day) and TEN in found


@pytest.mark.parametrize("tag", TAGS)
def test_a_window_is_said_once_and_signed_once(tag: str) -> None:
    both = without_isolates(said(tag, "utc-window", f"{TEN} to {TWO}"))
    assert both.count("UTC") == 2 and both.count(f"{TEN} to {TWO}") == 1
    opened = without_isolates(said(tag, "utc-window", f"{TEN} to unknown"))
    assert opened.count("UTC") == 1 and f"{TEN} to unknown" in opened


@pytest.mark.parametrize("tag", TAGS)
def test_a_place_is_the_same_in_every_language(tag: str) -> None:
    """NOTICE-44: five decimals, a point, and the letter of its axis."""
    area = "polygon 01.00000N 002.00000E, 01.00000N 003.00000E, 02.00000S 002.00000W"
    for kind, text in (
        ("position", "59.93750N 030.30860E within 50m gnss near Old Bridge"),
        ("area", f"{area} surface-unlimited amsl"),
        ("route", f"start 59.93750N 030.30860E at {TEN}; end 60.00000N 030.40000E"),
    ):
        found = without_isolates(said(tag, kind, text))
        places = re.findall(r"\d\d\.\d{5}[NS] \d{3}\.\d{5}[EW]", text)
        assert re.findall(r"\d\d\.\d{5}[NS] \d{3}\.\d{5}[EW]", found) == places
    assert said("fr", "area", "orbital") == "orbital"
    assert said("ru", "area", "circle 01.00000N 002.00000E 50m") == (
        "круг, центр 01.00000N 002.00000E, радиус 50 м"
    )


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("kind", sorted(set(TYPES) - {"enum", "enum-set"}))
def test_no_digit_is_another_alphabet_s(tag: str, kind: str) -> None:
    """NOTICE-44: what is said has the digits of ASCII and no others."""
    found = said(tag, kind, TYPES[kind].example)
    assert [c for c in found if unicodedata.category(c).startswith("N") and not c.isascii()] == []


def test_codes_are_words_and_an_unknown_one_is_itself() -> None:
    """NOTICE-42, NOTICE-48: a code of a newer form is shown with a word that it is not known."""
    assert said("fr", "enum", "strike") == "frappe"
    assert said("fr", "enum-set", "strike, shelter") == "frappe, abri"
    assert said("zh", "enum-set", "strike, shelter") == "打击、避难所"
    assert said("fr", "enum", "other: a flare") == "autre\u00a0: [anglais] a flare"
    newer = value_in_words(reader("fr"), "T06", part_of("enum"), "moonbeam")
    assert newer == "moonbeam (code inconnu ici)"
    assert value_in_words(reader("ru"), "T06", part_of("yes-no"), "perhaps").startswith("perhaps (")


def test_a_homonym_is_said_as_its_form_means_it() -> None:
    """NOTICE-40: shelter is a building, a load, and an order to stay inside."""
    part = part_of("enum")
    words = [value_in_words(reader("en"), form, part, "shelter") for form in ("T03", "T04", "T13")]
    assert words == ["shelter", "shelter material", "take shelter"]


@pytest.mark.parametrize(
    ("tag", "language", "words"),
    [
        ("fr", "en", "[anglais] a flare"),
        ("fr", "fr-CH", "a flare"),
        ("fr", "zh-Hans", "[chinois simplifié] a flare"),
        ("fr", "", "[langue non indiquée] a flare"),
        ("fr", "qqx", "[qqx] a flare"),
        ("ko", "uk", "[우크라이나어] a flare"),
    ],
)
def test_free_text_says_in_which_language_it_is(tag: str, language: str, words: str) -> None:
    """NOTICE-42: it is never translated."""
    assert said(tag, "text", "a flare", language) == words


@pytest.mark.parametrize("kind", ["text", "word", "party", "post", "code", "enum", "quantity"])
def test_what_came_from_outside_is_made_visible(kind: str) -> None:
    value: Value = ("fur\u202elong", 1, 0) if kind == "quantity" else "fur\u202elong"
    found = value_in_words(reader("en", visible="|"), "T06", part_of(kind), value)
    assert "|fur\u202elong|" in found


def test_a_text_from_the_right_cannot_turn_its_line() -> None:
    """NOTICE-46: it is isolated in a book from the left, and Latin in one from the right."""
    assert said("en", "post", "مركز") == f"{FSI}مركز{PDI}"
    assert said("en", "post", "desk") == "desk"
    assert said("ar", "post", "desk") == f"{FSI}desk{PDI}"


def test_unknown_is_an_answer_and_a_misfit_is_none() -> None:
    """NOTICE-48: what fits none of its types is for the form to show raw."""
    assert value_in_words(reader("ru"), "T06", part_of("count"), UNKNOWN) == "неизвестно"
    with pytest.raises(JunkError):
        value_in_words(reader("ru"), "T06", part_of("count"), "twelve")
    assert value_in_words(reader("ru"), "T06", Part(("position", "text")), "Oslo").endswith("Oslo")


def test_posts_and_sealed_texts_are_said_part_by_part() -> None:
    contact = said("fr", "contact-post", "duty officer (call sign KITE; hours 0600-18)")
    assert contact.replace("\u00a0", " ") == ("duty officer ; indicatif : KITE ; heures : 0600-18")
    sealed = said("es", "sealed-text", "doctor / medic: words")
    assert sealed == "doctor, medic: [inglés] words"
    assert said("es", "language", "uk") == "ucraniano (uk)"
    assert listed(phrasebook("es"), []) == ""
