"""What an officer presses, whatever a terminal sends for it.

This module must not read a terminal.
"""

from enum import Enum
from typing import NamedTuple


class Key(Enum):
    """A key that is no letter."""

    ENTER = "enter"
    ESCAPE = "esc"
    TAB = "tab"
    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    PAGE_UP = "pgup"
    PAGE_DOWN = "pgdn"
    HOME = "home"
    END = "end"
    BACKSPACE = "backspace"
    DELETE = "delete"
    GO_ON = "ctrl-x"
    PRECEDENCE = "ctrl-p"
    REDRAW = "ctrl-l"


class Pasted(NamedTuple):
    """Text that a terminal says was pasted and not typed."""

    text: str


Pressed = Key | Pasted | str
CONTROLS = {
    "\r": Key.ENTER,
    "\n": Key.ENTER,
    "\t": Key.TAB,
    "\x08": Key.BACKSPACE,
    "\x7f": Key.BACKSPACE,
    "\x18": Key.GO_ON,
    "\x10": Key.PRECEDENCE,
    "\x0c": Key.REDRAW,
}
