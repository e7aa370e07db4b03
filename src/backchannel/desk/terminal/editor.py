"""Text that an officer types: what it is, where the cursor stands, and how it lies in rows.

What is typed is what is sent. This module must not mend a text, and must not take what was pasted
where something is to be keyed anew: its owner decides that.
"""

from backchannel.desk.terminal.cells import Glass, Row, is_mark, letter, width
from backchannel.desk.terminal.keys import Key, Pasted

Place = tuple[int, int]
"""Row and column of a cursor."""


class Editor:
    """A text of several lines, or of one."""

    def __init__(self, text: str = "", *, lines: bool = True) -> None:
        self.text = text
        self.at = len(text)
        self._lines = lines

    def press(self, key: Key | Pasted | str) -> bool:
        """Take a key; say whether it was one for the text."""
        match key:
            case Pasted(text):
                self.put(text if self._lines else text.partition("\n")[0])
            case Key.ENTER if self._lines:
                self.put("\n")
            case Key.BACKSPACE if self.at:
                self.text = self.text[: self.at - 1] + self.text[self.at :]
                self.at -= 1
            case Key.DELETE:
                self.text = self.text[: self.at] + self.text[self.at + 1 :]
            case Key.LEFT:
                self.at = max(0, self.at - 1)
            case Key.RIGHT:
                self.at = min(len(self.text), self.at + 1)
            case Key.HOME:
                self.at = self.text.rfind("\n", 0, self.at) + 1
            case Key.END:
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            case str(typed) if not isinstance(key, Key):
                self.put(typed)
            case _:
                return False
        return True

    def put(self, text: str) -> None:
        """Put text in at the cursor."""
        self.text = self.text[: self.at] + text + self.text[self.at :]
        self.at += len(text)

    def lay(self, glass: Glass, columns: int) -> tuple[list[Row], list[Place]]:
        """Return the rows of the text, cut where they are full, and the place of each character,
        then of what would come behind the last."""
        rows, places, row, used = [], [], "", 0
        for character in f"{self.text}\n":
            drawn = "" if character == "\n" else letter(glass, character)
            if used + width(drawn) > columns - 1 and not is_mark(character):
                rows.append(Row(row))
                row, used = "", 0
            places.append((len(rows), used))
            if character == "\n":
                rows.append(Row(row))
                row, used = "", 0
            else:
                row, used = row + drawn, used + width(drawn)
        return rows, places

    def window(self, glass: Glass, columns: int, height: int) -> tuple[list[Row], Place]:
        """Return as many rows as there is room for, those around the cursor, and its place."""
        rows, places = self.lay(glass, columns)
        row, column = places[self.at]
        first = max(0, min(row - height // 2, len(rows) - height))
        return rows[first : first + height], (row - first, column)

    def step(self, glass: Glass, columns: int, by: int) -> None:
        """Move the cursor by rows, as near to its column as that goes."""
        _, places = self.lay(glass, columns)
        row, column = places[self.at]
        there = [n for n, place in enumerate(places) if place[0] == row + by]
        if there:
            self.at = max((n for n in there if places[n][1] <= column), default=there[0])
