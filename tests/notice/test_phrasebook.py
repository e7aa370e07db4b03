"""Phrasebooks: every phrase in every language, in its own letters, and nothing beside it."""

import re
import unicodedata
from itertools import combinations, product
from pathlib import Path

import msgspec
import pytest

import backchannel.notice
from backchannel.errors import OfficerError
from backchannel.notice.locales import plural_category
from backchannel.notice.phrasebook import (
    TAGS,
    Phrasebook,
    book_of,
    every_phrase,
    faults,
    phrasebook,
    runs_right_to_left,
)
from backchannel.notice.vocabulary import wanted

FILES = Path(backchannel.notice.__file__).parent / "phrases"
UNITED_NATIONS = {"en", "fr", "es", "ru", "zh", "ar"}
# Names of letters in Unicode by script; a book is in one of these and in Latin, for what is Latin
# everywhere: NOTAM, kW, T01.
LETTERS = {
    "Latn": "LATIN", "Cyrl": "CYRILLIC", "Hans": "CJK", "Arab": "ARABIC", "Kore": "HANGUL",
    "Deva": "DEVANAGARI",
}  # fmt: skip
SHARED = {"LATIN", "MICRO", "FULLWIDTH"}
FRAME = ("sentences", "rungs", "kinds", "verdicts", "stages", "words", "precedences", "labels")
ENGLISH = phrasebook("en")


def changed(section: str, **entries: object) -> Phrasebook:
    """English with other entries in one section; None takes one out."""
    held = {**getattr(ENGLISH, section), **entries}
    kept = {key: phrase for key, phrase in held.items() if phrase is not None}
    return msgspec.structs.replace(ENGLISH, **{section: kept})


def test_the_languages_of_the_united_nations_and_three_more() -> None:
    """NOTICE-40: each file is a book, and each book has a file."""
    assert {path.stem for path in FILES.iterdir()} == set(TAGS)
    assert set(TAGS) > UNITED_NATIONS and len(TAGS) == 9


@pytest.mark.parametrize("tag", TAGS)
def test_no_phrase_is_missing(tag: str) -> None:
    """NOTICE-41: nor is one too many, nor has one another hole than its English."""
    book = phrasebook(tag)
    assert list(faults(book)) == []
    assert book.language == tag
    assert {where.partition(".")[0] for where, _, _ in every_phrase(book)} == set(wanted())


@pytest.mark.parametrize(
    ("section", "entries", "fault"),
    [
        ("titles", {"T01": None}, "titles: 'T01' is missing"),
        ("codes", {"horse": "horse"}, "codes: nothing asks for 'horse'"),
        ("words", {"yes": ""}, "words.yes: a phrase is not empty and has no blanks around it"),
        ("words", {"yes": " yes"}, "words.yes: a phrase is not empty and has no blanks around it"),
        ("sentences", {"near": "near"}, "sentences.near: its holes are [], wanted ['name']"),
        ("fields", {"type": "{n}"}, "fields.type: its holes are ['n'], wanted []"),
        (
            "plurals",
            {"people": {"other": "{n} people"}},
            "plurals.people: wanted ['one', 'other']",
        ),
        ("plurals", {"people": None}, "plurals: 'people' is missing"),
        ("review", {"codes.horse": "a horse"}, "review: there is no codes.horse"),
    ],
)
def test_a_fault_of_a_book_is_found(section: str, entries: dict[str, object], fault: str) -> None:
    """NOTICE-41: with the place and what was wanted."""
    assert list(faults(changed(section, **entries))) == [fault]


def test_a_book_runs_as_its_language_does() -> None:
    """NOTICE-46: the direction is CLDR's, and Arabic is the one that runs from the right."""
    turned = msgspec.structs.replace(ENGLISH, direction="rtl")
    assert list(faults(turned)) == ["direction: CLDR says otherwise"]
    assert [tag for tag in TAGS if phrasebook(tag).direction == "rtl"] == ["ar"]


def test_a_review_names_phrases_that_there_are_and_says_why() -> None:
    """NOTICE-52: what is not sure stands in the book, with its reason."""
    for tag in TAGS:
        reasons = phrasebook(tag).review
        assert reasons and all(len(reason) > 8 for reason in reasons.values())


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("fr-CH", "fr"), ("FR", "fr"), ("zh-Hans", "zh"), ("zh-hans-SG", "zh")],
)
def test_a_region_reads_the_book_of_its_language(tag: str, language: str) -> None:
    """NOTICE-43: of the same script."""
    assert book_of(tag).language == language


@pytest.mark.parametrize("tag", ["zh-Hant", "de", "", "ar-Latn", "x", "en_GB", "../en"])
def test_no_book_stands_in_for_another(tag: str) -> None:
    """NOTICE-43: another script or language is refused, and told what there is."""
    with pytest.raises(OfficerError) as caught:
        book_of(tag)
    assert caught.value.reason == "no-phrasebook" and "en, fr, es" in caught.value.text


@pytest.mark.parametrize("tag", TAGS)
def test_a_book_is_written_in_its_own_letters(tag: str) -> None:
    """A Cyrillic letter in a Latin word looks right and is wrong, and is searched for in vain."""
    book = phrasebook(tag)
    own = LETTERS[book.script]
    for where, phrase, _ in every_phrase(book):
        for word in re.findall(r"\w+", re.sub(r"\{\w+\}", " ", phrase)):
            names = {unicodedata.name(letter).split()[0] for letter in word if letter.isalpha()}
            assert names <= {own, *SHARED}, f"{where}: {word}"
            assert own != "CYRILLIC" or len(names) < 2, f"{where}: {word} mixes letters"


@pytest.mark.parametrize("tag", TAGS)
def test_a_book_holds_no_digit_but_ours_and_nothing_that_turns_text(tag: str) -> None:
    """NOTICE-44, NOTICE-46: isolates come from the program, where they are closed again."""
    text = (FILES / f"{tag}.toml").read_text()
    assert [c for c in text if c.isdigit() and not c.isascii() and c != "³"] == []
    assert [c for c in text if unicodedata.category(c) == "Cf" and c != "\u200d"] == []
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_real_never_reads_like_an_exercise(tag: str) -> None:
    """The words of the modes share no word, and what stands around a form says none of them."""
    book = phrasebook(tag)
    words = [word.casefold() for word in book.modes.values()]
    assert all(a not in b and b not in a for a, b in combinations(words, 2))
    unreal = {book.modes["EXERCISE"].casefold(), book.modes["TEST"].casefold()}
    for section, word in product(FRAME, unreal):
        held: dict[str, str] = getattr(book, section)
        # Chinese and Korean write words without blanks; elsewhere получение is no учение.
        found = re.compile(word if book.script in ("Hans", "Kore") else rf"\b{word}\b")
        assert [phrase for phrase in held.values() if found.search(phrase.casefold())] == []


def test_no_word_for_real_is_another_language_s_word_for_a_drill() -> None:
    books = [phrasebook(tag) for tag in TAGS]
    real = {book.modes["REAL"].casefold() for book in books}
    assert real.isdisjoint(
        book.modes[mode].casefold() for book in books for mode in ("EXERCISE", "TEST")
    )


@pytest.mark.parametrize("tag", TAGS)
def test_words_that_decide_are_told_apart(tag: str) -> None:
    """Within a closed list no two codes read alike."""
    book = phrasebook(tag)
    for section in ("modes", "precedences", "rungs", "verdicts", "stages", "titles"):
        held: dict[str, str] = getattr(book, section)
        assert len(set(held.values())) == len(held), section


@pytest.mark.parametrize(
    ("tag", "number", "phrase"),
    [
        ("en", 1, "1 minute"),
        ("en", 2, "2 minutes"),
        ("fr", 0, "0 minute"),
        ("fr", 1_000_000, "1000000 minutes"),
        ("ru", 1, "1 минута"),
        ("ru", 3, "3 минуты"),
        ("ru", 11, "11 минут"),
        ("ru", 21, "21 минута"),
        ("uk", 22, "22 хвилини"),
        ("zh", 5, "5 分钟"),
        ("ko", 5, "5분"),
        ("hi", 2, "2 मिनट"),
    ],
)
def test_a_number_is_counted_as_the_language_counts(tag: str, number: int, phrase: str) -> None:
    """NOTICE-45: by the rules of CLDR."""
    assert phrasebook(tag).count("duration_min", number) == phrase


def test_arabic_counts_in_six_categories() -> None:
    """NOTICE-45: and its digits are isolated (NOTICE-46)."""
    numbers = {0: "zero", 1: "one", 2: "two", 3: "few", 11: "many", 100: "other"}
    assert {n: plural_category("ar", n) for n in numbers} == numbers
    assert phrasebook("ar").count("duration_h", 3) == "\u20683\u2069 ساعات"


def test_letters_from_the_right_are_known() -> None:
    assert runs_right_to_left("a ש b") and runs_right_to_left("مركز")
    assert not runs_right_to_left("ALDER 12 привет")
