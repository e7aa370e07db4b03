"""The terminal itself: rows out, keys in, the bell. By curses, for whatever terminfo knows.

Only rows that have changed are sent, for a serial line is slow. This module must not know what a
row means or a key does.
"""

import contextlib
import curses
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backchannel.desk.terminal.cells import COLUMNS, LINES, Glass, Look, Row
from backchannel.desk.terminal.editor import Place
from backchannel.desk.terminal.keys import CONTROLS, Key, Pasted, Pressed
from backchannel.errors import OfficerError
from backchannel.limits import TEXT_BYTES_MAX

if TYPE_CHECKING:
    from _curses import window as Window  # noqa: N812

# For so long a key is waited for before the clock in the frame goes on.
WAIT_MS, ESCAPE_MS = 200, 50
ESCAPE = "\x1b"
# What a control sequence goes on with; anything else is the next key.
OPENERS = ("[", "O")
PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
PASTE_BEGINS, PASTE_ENDS = "[200~", "\x1b[201~"
SEQUENCE_CHARACTERS = 16
LOOKS = {Look.PLAIN: curses.A_NORMAL, Look.BOLD: curses.A_BOLD, Look.INVERSE: curses.A_REVERSE}
NAMED = {
    curses.KEY_ENTER: Key.ENTER,
    curses.KEY_UP: Key.UP,
    curses.KEY_DOWN: Key.DOWN,
    curses.KEY_LEFT: Key.LEFT,
    curses.KEY_RIGHT: Key.RIGHT,
    curses.KEY_PPAGE: Key.PAGE_UP,
    curses.KEY_NPAGE: Key.PAGE_DOWN,
    curses.KEY_HOME: Key.HOME,
    curses.KEY_END: Key.END,
    curses.KEY_BACKSPACE: Key.BACKSPACE,
    curses.KEY_DC: Key.DELETE,
    curses.KEY_RESIZE: Key.REDRAW,
}


@contextlib.contextmanager
def screen(*, ascii_only: bool) -> Iterator["Screen"]:
    """Take the terminal over; give it back as it was, whatever happens.

    Raises OfficerError("no-terminal") where there is none that can place a cursor.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise OfficerError("no-terminal", "the desk wants a terminal; commands can be piped")
    try:
        window = curses.initscr()
    except curses.error:
        window = None
    if window is None or not curses.tigetstr("cup"):
        raise OfficerError(
            "no-terminal", "this terminal cannot place a cursor; set TERM, such as vt100 or xterm"
        )
    curses.noecho()
    curses.raw()
    curses.nonl()
    curses.set_escdelay(ESCAPE_MS)
    window.keypad(True)
    window.timeout(WAIT_MS)
    utf8 = window.encoding.lower().replace("-", "") == "utf8"
    try:
        yield Screen(window, ascii_only=ascii_only or not utf8)
    finally:
        send(PASTE_OFF)
        window.keypad(False)
        curses.noraw()
        curses.echo()
        curses.endwin()


def send(sequence: str) -> None:
    """Send the terminal what terminfo has no name for."""
    sys.stdout.write(sequence)
    sys.stdout.flush()


class Screen:
    """A terminal that has been taken over."""

    def __init__(self, window: "Window", *, ascii_only: bool) -> None:
        self._window = window
        self._ascii = ascii_only
        self._before: list[Row] = []
        send(PASTE_ON)

    def glass(self) -> Glass:
        """Return what this terminal can show now; never less than the desk wants."""
        lines, columns = self._window.getmaxyx()
        return Glass(max(columns, COLUMNS), max(lines, LINES), self._ascii)

    def too_small(self) -> str:
        """Return what to do about a terminal that is too small, or nothing."""
        lines, columns = self._window.getmaxyx()
        if lines >= LINES and columns >= COLUMNS:
            return ""
        return f"Make it {COLUMNS} x {LINES}: it is {columns} x {lines}."

    def forget(self) -> None:
        """Draw everything anew the next time."""
        self._before = []
        self._window.clear()

    def draw(self, rows: Sequence[Row], cursor: Place | None) -> None:
        """Draw the rows that have changed."""
        lines, columns = self._window.getmaxyx()
        if small := self.too_small():
            rows, cursor = [Row(small)], None
        before = [*self._before, *[Row("\0")] * len(rows)]
        for y, row in enumerate(rows):
            if row != before[y]:
                self._draw_row(y, row)
        self._before = list(rows)
        with contextlib.suppress(curses.error):  # not every terminal can hide its cursor
            curses.curs_set(0 if cursor is None else 1)
        y, x = cursor or (lines - 1, 0)
        self._window.move(min(y, lines - 1), min(x, columns - 1))
        self._window.refresh()

    def _draw_row(self, y: int, row: Row) -> None:
        """Draw one row. A terminal and we may differ on how wide a letter is: what is not ASCII is
        sent whole, so that nothing of an older row stays."""
        self._window.move(y, 0)
        self._window.clrtoeol()
        # What runs over is drawn over by the row beneath; the last cell of all cannot be written.
        with contextlib.suppress(curses.error):
            self._window.addstr(y, 0, row.text, LOOKS[row.look])
        if not row.text.isascii():
            self._window.redrawln(y, 1)

    def ring(self) -> None:
        """Sound the bell."""
        curses.beep()

    # --- Keys -------------------------------------------------------------------------------------

    def key(self) -> Pressed | None:
        """Return what was pressed, or None when nothing was for a while."""
        try:
            got = self._window.get_wch()
        except curses.error:
            return None
        if isinstance(got, int):
            return NAMED.get(got)
        if got == ESCAPE:
            return self._escaped()
        if got in CONTROLS:
            return CONTROLS[got]
        return got if got.isprintable() else None

    def _next(self) -> str:
        """Return the character that follows at once, or nothing."""
        self._window.timeout(ESCAPE_MS)
        try:
            got = self._window.get_wch()
        except curses.error:
            return ""
        finally:
            self._window.timeout(WAIT_MS)
        return got if isinstance(got, str) else ""

    def _escaped(self) -> Pressed | None:
        """Return the key of a sequence that terminfo does not know; Esc if nothing follows."""
        sequence = self._next()
        if sequence not in OPENERS:
            if sequence:
                curses.unget_wch(sequence)
            return Key.ESCAPE
        while len(sequence) < SEQUENCE_CHARACTERS and not ends(sequence):
            more = self._next()
            if not more:
                break
            sequence += more
        return self._pasted() if sequence == PASTE_BEGINS else None

    def _pasted(self) -> Pasted:
        """Return what is pasted, up to the mark of its end; more than a text can hold is let go."""
        text = ""
        while (got := self._next()) and not (text := text + got).endswith(PASTE_ENDS):
            text = text[-TEXT_BYTES_MAX - len(PASTE_ENDS) :]
        plain = text.removesuffix(PASTE_ENDS).replace("\r", "\n")
        return Pasted("".join(each for each in plain if each == "\n" or each.isprintable()))


def ends(sequence: str) -> bool:
    """Say whether a control sequence is complete (ECMA-48, 5.4)."""
    return sequence not in OPENERS and "@" <= sequence[-1] <= "~"
