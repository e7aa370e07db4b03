"""The desk's own words: whole in each language, and none that nothing asks for."""

import re
from itertools import chain
from pathlib import Path

import pytest

from backchannel.desk import words
from backchannel.desk.words import TAGS, TEXTS, faults_of, words_of
from backchannel.station.clocking import DUTY_WORDS

DESK = Path(words.__file__).parent
ASKED = re.compile(r"""\bt\(\(?["']([a-z_]+)["'](?: ~ )?""")
NAMED = re.compile(r"""["']([a-z]+(?:_[a-z]+)+|lamp|print|reply|desk|write|silence)["']""")


def asked_for() -> tuple[set[str], set[str]]:
    """The keys that templates and code ask for: whole ones, and how others begin."""
    files = chain(DESK.glob("*.py"), DESK.glob("templates/*.html"))
    texts = [path.read_text() for path in files]
    found = {key for text in texts for key in (*ASKED.findall(text), *NAMED.findall(text))}
    starts = {each for each in found if each.endswith("_")}
    return found - starts, starts | {"owe_", "wait_", "late_", "wait_for_", "type_", "change_"}


def test_every_word_is_asked_for_and_every_one_asked_for_is_there() -> None:
    known = words_of("en").words.keys()
    whole, starts = asked_for()
    duties = {word.replace(" ", "_") for word in DUTY_WORDS.values()}
    kinds = ("owe_", "wait_", "wait_for_", "late_", "bar_", "bar_late_")
    assert {f"{kind}{duty}" for kind in kinds for duty in duties} <= known
    unused = {key for key in known if key not in whole and not key.startswith(tuple(starts))}
    assert unused == set()
    files = DESK.glob("templates/*.html")
    literal = {key for path in files for key in ASKED.findall(path.read_text())}
    assert {key for key in literal if not key.endswith("_")} <= known


@pytest.mark.parametrize("tag", TAGS)
def test_a_language_has_every_word_and_every_hole(tag: str) -> None:
    found = words_of(tag)
    assert found.language == tag and list(faults_of(found)) == []
    assert all(phrase.strip() == phrase != "" for phrase in found.words.values())


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert {each.name for each in TEXTS.iterdir()} == {f"{tag}.toml" for tag in TAGS}


def test_a_value_cannot_add_markup_or_turn_a_sentence() -> None:
    said = words_of("en").say("signed_by_name", name="<b>\u202e")
    assert said == "Signed by <bdi>&lt;b&gt;\u202e</bdi>"
