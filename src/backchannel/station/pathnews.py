"""Entering which paths come up and go down, seldom enough that nobody fills the journal by that.

What a former run entered counts until it is known better, and what comes while the station asks
waits until it may sign. This module must not decide by which path something goes. Clauses:
RECORD-18, NOTICE-95.
"""

import asyncio
from collections.abc import Callable, Sequence

from backchannel.line.events import PathChanged
from backchannel.line.rows import Row
from backchannel.line.state import LineState
from backchannel.path import StationName
from backchannel.station.pathwords import End, begins, newest_words
from backchannel.station.runner import Runner
from backchannel.wire.signing import Mode

FLAP_S = 60.0
Pair = tuple[int, StationName]


class PathNews:
    """What the record says of our paths to other stations, kept to what is so."""

    def __init__(self, runner: Runner, is_up: Callable[[Pair], bool]) -> None:
        self._runner = runner
        self._is_up = is_up
        self._told: dict[Pair, tuple[bool, float]] = {}
        self._waiting: set[Pair] = set()
        self._before = ends_up(runner)
        runner.listen(self._committed)

    def begin(self, pair: Pair) -> None:
        """Look after a path to a station. If a former run left it as up, it has a while to come up
        again before the record says otherwise."""
        end = (pair[0], begins(pair[1]))
        if end in self._before:
            self._before.remove(end)
            loop = asyncio.get_running_loop()
            self._told[pair] = (True, -FLAP_S)
            loop.call_later(FLAP_S, self.look, pair)

    def look(self, pair: Pair) -> None:
        """Enter what a path has come to, if that is new; flapping is entered once a minute."""
        loop, up = asyncio.get_running_loop(), self._is_up(pair)
        told, since = self._told.get(pair, (False, -FLAP_S))
        if up == told:
            return
        if Mode.REAL in self._runner.state.core.asking:
            self._waiting.add(pair)
        elif loop.time() - since < FLAP_S:
            loop.call_later(FLAP_S, self.look, pair)
        else:
            self._told[pair] = (up, loop.time())
            moment, name = self._runner.moment(), begins(pair[1])
            self._runner.post(PathChanged(at=moment, path=pair[0], station=name, up=up))

    def _committed(self, state: LineState, _: Sequence[Row]) -> None:
        """Enter what has waited for the answers to our question."""
        while self._waiting and Mode.REAL not in state.core.asking:
            self.look(self._waiting.pop())


def ends_up(runner: Runner) -> set[End]:
    """Return what a former run has left as up in the record."""
    state = runner.state
    no = state.core.own.get(Mode.REAL)
    if no is None:
        return set()
    seq, now = state.core.journals[no].seq, runner.clock.now()
    found = newest_words(runner.custody, state, no, seq, time=now)
    return {end for end, each in found.items() if each.up}
