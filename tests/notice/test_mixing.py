"""Texts that contradict their mode are found in every language, and others are left alone."""

import tomllib

import pytest

from backchannel.notice.mixing import FILE, contradiction
from backchannel.wire.signing import Mode


def test_every_language_of_a_book_is_looked_at() -> None:
    """NOTICE-92: and each of its words is found in the other mode, and in that alone."""
    found = tomllib.loads(FILE.read_text("utf-8"))
    for kind, mode, other in (("drill", Mode.REAL, Mode.TEST), ("real", Mode.EXERCISE, Mode.REAL)):
        assert sorted(found[kind]) == ["ar", "en", "es", "fr", "hi", "ko", "ru", "uk", "zh"]
        for words in (each for texts in found[kind].values() for each in texts):
            assert contradiction(mode, ("a", (None, 3, (f"X {words} Y",)))) is not None
            assert contradiction(other, (words,)) is None, words


@pytest.mark.parametrize(
    ("mode", "text", "wanted"),
    [
        (Mode.EXERCISE, "Missile inbound. This is NOT a\n  drill.", "not a drill"),
        (Mode.EXERCISE, "Ce n\u2019est pas un exercice", "n'est pas un exercice"),
        (Mode.REAL, "Exercise, exercise exercise: all units", "exercise exercise"),
        (Mode.REAL, "Missile inbound. This is not a drill.", None),
        (Mode.REAL, "Our exercise stays south of the line.", None),
        (Mode.TEST, "The quick brown fox", None),
    ],
)
def test_a_text_against_its_mode(mode: Mode, text: str, wanted: str | None) -> None:
    """NOTICE-92."""
    assert contradiction(mode, (text,)) == wanted
