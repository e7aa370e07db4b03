"""What an officer types: every letter stays, and the cursor stands where it seems to."""

from hypothesis import given
from hypothesis import strategies as st

from backchannel.desk.terminal.cells import Glass, width
from backchannel.desk.terminal.editor import Editor
from backchannel.desk.terminal.keys import Key, Pasted

GLASS = Glass()


def test_letters_go_in_at_the_cursor_and_come_out_again() -> None:
    editor = Editor()
    for key in ("a", "c", Key.LEFT, "b", Key.END, Key.ENTER, "d", Key.HOME, Key.BACKSPACE):
        assert editor.press(key)
    assert editor.text == "abcd"
    editor.press(Key.DELETE)
    assert (editor.text, editor.at) == ("abc", 3)
    assert not editor.press(Key.ESCAPE)


def test_one_line_takes_no_second_one() -> None:
    editor = Editor(lines=False)
    editor.press(Pasted("key\nenter"))
    assert not editor.press(Key.ENTER)
    assert editor.text == "key"


@given(st.text(alphabet="ab \n漢é", max_size=80), st.data())
def test_every_row_fits_and_the_cursor_stands_on_its_letter(text: str, data: st.DataObject) -> None:
    editor = Editor(text)
    editor.at = data.draw(st.integers(0, len(text)))
    rows, places = editor.lay(GLASS, 10)
    assert "".join(row.text for row in rows) == text.replace("\n", "")
    assert max(width(row.text) for row in rows) <= 9
    row, column = places[editor.at]
    assert column <= width(rows[row].text)
    window, (at_row, at_column) = editor.window(GLASS, 10, 3)
    assert len(window) <= 3 and 0 <= at_row < len(window) and at_column == column


def test_up_and_down_keep_to_the_column_as_far_as_a_row_goes() -> None:
    editor = Editor("long line\nx\nlong line")
    editor.at = 5
    editor.step(GLASS, 40, 1)
    assert editor.at == len("long line\nx")
    editor.step(GLASS, 40, 1)
    assert editor.at == len("long line\nx\nl")
    editor.step(GLASS, 40, 1)
    assert editor.at == len("long line\nx\nl"), "there is no row beneath"
