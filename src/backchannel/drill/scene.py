"""What a scenario is: a failure of a real line, and a script that shows what this line does.

This module must not play anything.
"""

from collections.abc import Callable
from typing import NamedTuple

from backchannel.drill.stage import Stage

Tell = Callable[[str], None]
"""Prints one sentence of what happens."""


class Scenario(NamedTuple):
    """One failure: its number, its name, what happened in two lines, where that stands, and the
    script. A script raises OfficerError if something does not come out."""

    number: str
    title: str
    fact: tuple[str, str]
    source: str
    play: Callable[[Stage, Tell], None]
