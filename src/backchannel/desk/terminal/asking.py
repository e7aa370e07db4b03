"""Small views: a question with one or more lines to be typed, and a text to be read.

This module must not know what a question is for.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from backchannel.desk.terminal.cells import Look, Row, cut, said
from backchannel.desk.terminal.editor import Editor
from backchannel.desk.terminal.keys import Key, Pressed
from backchannel.desk.terminal.session import Drawn, Session


class Line(NamedTuple):
    """One line to be typed: what it is for, whether it stays hidden, what stands there already."""

    label: str
    hidden: bool = False
    text: str = ""


class Asking:
    """A question; `then` gets what was typed, a text for each line."""

    keys = "Enter goes on  Esc back"

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        then: Callable[[Session, tuple[str, ...]], None],
        *,
        why: str = "",
    ) -> None:
        self._title = title
        self._why = why
        self._lines = tuple(lines)
        self._then = then
        self._typed = [Editor(each.text, lines=False) for each in lines]
        self._at = 0

    def at(self, line: int) -> "Asking":
        """Return the question with the cursor in a later line."""
        self._at = line
        return self

    def draw(self, session: Session, height: int) -> Drawn:
        """Return the question."""
        glass = session.glass
        room = glass.columns - 4
        rows = [Row(said(glass, self._title), Look.BOLD), Row()]
        rows += [Row(each) for each in cut(glass, self._why, room)]
        cursor = (0, 0)
        for n, (line, editor) in enumerate(zip(self._lines, self._typed, strict=True)):
            label = f"{line.label}: "
            text = "*" * len(editor.text) if line.hidden else said(glass, editor.text)
            shown = text[-(room - len(label) - 1) :]
            if n == self._at:
                cursor = (len(rows), len(label) + len(shown))
            rows.append(Row(label + shown))
        return Drawn(rows, cursor)

    def press(self, session: Session, key: Pressed) -> None:
        """Take a key."""
        if key is Key.ESCAPE:
            session.back()
        elif key is Key.ENTER and self._at + 1 < len(self._lines):
            self._at += 1
        elif key is Key.ENTER:
            self._then(session, tuple(each.text for each in self._typed))
        elif key is Key.UP:
            self._at = max(0, self._at - 1)
        else:
            self._typed[self._at].press(key)


class Telling:
    """A text to be read."""

    keys = "Up Down PgUp PgDn  Esc back"

    def __init__(self, title: str, text: str) -> None:
        self._title = title
        self._text = text
        self._top = 0

    def draw(self, session: Session, height: int) -> Drawn:
        """Return the text from where it was scrolled to."""
        rows = [Row(each) for each in cut(session.glass, self._text, session.glass.columns - 4)]
        self._top = max(0, min(self._top, len(rows) - height + 2))
        head = Row(said(session.glass, self._title), Look.BOLD)
        return Drawn([head, Row(), *rows[self._top : self._top + height - 2]])

    def press(self, session: Session, key: Pressed) -> None:
        """Take a key."""
        if key in (Key.ESCAPE, Key.ENTER):
            session.back()
        else:
            self._top += scrolled(key, session.glass.lines // 2)


def scrolled(key: Pressed, page: int) -> int:
    """Return by how many rows a key scrolls."""
    moves = {Key.UP: -1, Key.DOWN: 1, Key.PAGE_UP: -page, Key.PAGE_DOWN: page}
    return moves.get(key, 0) if isinstance(key, Key) else 0
