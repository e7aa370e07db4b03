"""Text in cells: nothing that came over the line can reach beyond its row."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from backchannel.desk.terminal.cells import Glass, cut, fitted, letters, said, width
from backchannel.wire.visible import visible

HOSTILE = (
    "\x1b[2J\x07",
    "\u202egnp.exe",
    "漢字" * 40,
    "مرحبا بالعالم 0413",
    "W" * 300,
    "z" + "\u0301" * 40,
    "\u0301leads",
    "ᄀ" + "ᅡ" * 50,
    "a\u200db",
    "",
)


@given(st.text(max_size=200), st.integers(8, 90), st.booleans())
@example("\u0301" * 30, 8, False)
def test_no_row_is_wider_than_it_may_be_and_no_character_is_lost(
    text: str, columns: int, ascii_only: bool
) -> None:
    glass = Glass(ascii=ascii_only)
    rows = list(cut(glass, text, columns))
    assert max(map(width, rows)) <= columns
    drawn = "".join(said(glass, text.replace("\n", " ")).split())
    assert "".join("".join(rows).split()) == drawn


@given(st.text(max_size=100))
def test_nothing_that_is_drawn_steers_a_terminal(text: str) -> None:
    steering = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    drawn = said(Glass(), text).replace("\u200c", "").replace("\u200d", "")
    assert not steering.intersection(map(unicodedata.category, drawn))
    assert said(Glass(ascii=True), text).isascii()


def test_marks_that_pile_up_are_spelled_out_and_what_a_script_needs_stays() -> None:
    assert said(Glass(), "z" + "\u0301" * 6) == "z" + "\u0301" * 4 + "\\u0301" * 2
    assert said(Glass(), "\u0301x") == "\\u0301x", "it would be drawn upon a label of ours"
    assert said(Glass(), "ệ بِسْمِ") == "ệ بِسْمِ"


def test_hostile_text_stays_within_its_rows() -> None:
    for text in HOSTILE:
        for row in cut(Glass(), text, 20):
            assert width(row) <= 20
            assert "\x1b" not in row and "\u202e" not in row


def test_long_words_are_cut_at_letters_and_words_at_blanks() -> None:
    assert list(cut(Glass(), "a convoy of six", 8)) == ["a convoy", "of six"]
    assert list(cut(Glass(), "漢字漢字漢", 4)) == ["漢字", "漢字", "漢"]
    assert list(cut(Glass(), "one\n\ntwo", 8)) == ["one", "", "two"]


def test_a_label_of_ours_fills_its_cells() -> None:
    assert fitted("abc", 5) == "abc  "
    assert fitted("漢字", 3) == "漢 "
    assert "".join(letters(Glass(), "a\tb")) == visible("a\tb")
