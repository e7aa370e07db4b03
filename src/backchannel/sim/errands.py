"""The errand to the witnesses as a simulated process runs it: the product's own, on virtual time.

It must not decide what a witness is shown, or when.
"""

from typing import TYPE_CHECKING

from backchannel.line.rows import Row
from backchannel.line.state import LineState
from backchannel.sim.turns import Turns
from backchannel.sim.witnesses import Witnesses
from backchannel.station.beaconlog import log_key
from backchannel.station.errand import Answer
from backchannel.station.witnessing import Witnessing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backchannel.sim.shell import Shell


class Errands:
    """All errands of one process, from its boot until it ends."""

    def __init__(self, shell: "Shell", witnesses: Witnesses) -> None:
        self._shell = shell
        self._witnesses = witnesses
        self._turns = Turns(shell.later, shell.clock.running)
        self._witnessing = Witnessing(shell, self._ask)
        self._told = ""
        shell.listen(self._tell)

    def begin(self) -> None:
        """Begin to ask."""
        self._tell(self._shell.state, ())
        self._turns.begin(self._witnessing.run())

    def end(self) -> None:
        """Ask nobody any more."""
        self._turns.close()

    def _tell(self, state: LineState, rows: "Sequence[Row]") -> None:
        """Have the witnesses told of our log, and of each new one."""
        key = log_key(state)
        if key is not None and key.name != self._told:
            self._told = key.name
            self._witnesses.tell_of(key)

    async def _ask(self, url: str, body: bytes) -> Answer:
        self._shell.machine.pass_point()
        return await self._witnesses.ask(self._shell.name, url, body)
