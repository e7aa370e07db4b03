"""Test texts and words: approved, whole, harmless to a bad line's letters."""

import pytest

from backchannel.notice.testing import answer_to, approved, is_approved, text_for


def test_every_language_of_a_book_has_its_text() -> None:
    """NOTICE-130: with digits and punctuation."""
    texts = approved().texts
    assert sorted(texts) == ["ar", "en", "es", "fr", "hi", "ko", "ru", "uk", "zh"]
    assert all("0123456789" in text and "?" in text.replace("؟", "?") for text in texts.values())


def test_a_test_is_in_both_scripts_and_any_other_letter_is_seen() -> None:
    """NOTICE-130."""
    code, text = text_for(("en", "zh-Hans"))
    assert code == "en+zh"
    assert is_approved(code, text)
    assert not is_approved(code, text.replace("dog", "d0g"))
    assert not is_approved("zh+en", text)
    assert text_for(("en", "en"))[0] == "en"
    assert text_for(("sw", "fr"))[0] == "en+fr"


@pytest.mark.parametrize(
    ("word", "wanted"), [("anchor", "bottle"), ("yellow", "anchor"), ("Anchor", None)]
)
def test_a_word_is_answered_by_the_next(word: str, wanted: str | None) -> None:
    """NOTICE-131."""
    assert answer_to(word) == wanted
    assert len(set(approved().words)) == len(approved().words)
