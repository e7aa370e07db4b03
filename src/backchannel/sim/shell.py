"""A process of a simulated station: the product's runner, with the simulation for its loop.

Load, step, commit, run mark and refusal are the runner's own code; what it leaves to an event loop
(timers, the signer's thread, the path) is done here on virtual time. This module must not let
anything leave that the runner has not committed.
"""

from asyncio import Future
from collections.abc import Callable, Sequence

from backchannel.errors import BackchannelError, CustodyError, JunkError
from backchannel.line.beacon import next_due
from backchannel.line.events import Event, Outcome
from backchannel.line.rows import Row
from backchannel.line.state import LineState
from backchannel.line.step import step
from backchannel.line.wanted import Request
from backchannel.path import StationName
from backchannel.path.messages import LENGTH_BYTES, Message, frame, parse
from backchannel.sim.cast import Office
from backchannel.sim.disk import PowerCut
from backchannel.sim.errands import Errands
from backchannel.sim.faults import Chance
from backchannel.sim.links import Links
from backchannel.sim.loop import Loop
from backchannel.sim.machine import Machine
from backchannel.sim.observed import Kept, Observed
from backchannel.sim.traffic import Traffic
from backchannel.sim.witnesses import Witnesses
from backchannel.station.runner import Runner
from backchannel.station.signer import Computed, Signer, compute
from backchannel.wire.ids import LineId

TICK_MS = 5_000
HEADS_MS = 10_000
WANT_MS = 2_000
GROUP_MS_MAX = 150
SIGNER_MS_MAX = 60

Action = Callable[[], None]
Died = Callable[["Shell", bool], None]
Group = Sequence[tuple[Event, Future[Outcome] | None]]


class Outside:
    """What surrounds all stations: time, links, the log, and who is known by which name."""

    def __init__(self, line: LineId, loop: Loop, links: Links, observed: Observed) -> None:
        self.line = line
        self.loop = loop
        self.links = links
        self.observed = observed
        self.stations: dict[StationName, str] = {}
        self.offices: list[Office] = []
        self.witnesses: Witnesses | None = None
        self.ill = True
        """Whether who means harm still does it."""


class Sealer(Signer):
    """The product's signer, whose answers come after some virtual time, without a thread."""

    def __init__(self, shell: "Shell") -> None:
        super().__init__(shell)
        self._shell = shell
        self._free_ms = 0

    def _begin(self, request: Computed) -> None:
        shell = self._shell
        event = compute(request, self._question(request))
        # One after the other, as its one thread does it.
        now_ms = shell.outside.loop.now_ms
        self._free_ms = max(self._free_ms, now_ms) + shell.chance.between(1, SIGNER_MS_MAX)
        shell.later(self._free_ms - now_ms, lambda: self._done(request, event))

    def _in_turn(self, action: Action) -> None:
        self._shell.later(1, action)

    def _done(self, request: Request, event: Event) -> None:
        self._under_way.discard(request)
        self._runner.answer(event)


class Shell(Runner):
    """One run of a station's process, from its boot until the power goes or it is stopped."""

    def __init__(self, machine: Machine, outside: Outside, *, chance: Chance, died: Died) -> None:
        super().__init__(machine.open(outside.line), machine.clock)
        self.machine = machine
        self.name = machine.name
        self.chance = chance
        self.alive = True
        self.outside = outside
        self._died = died
        self._signer = Sealer(self)
        self._group_planned = False
        self._due_at: int | None = None
        self._leaf_at: int | None = None
        outside.observed.booted(self.name, self.state, machine.kept)
        machine.kept = (Kept(self.state.core, self.state.secrets),)
        self.traffic = Traffic(self, self.send)
        self.listen(self._spoken)
        self.hear_refusals(self._refused_one)
        witnesses = outside.witnesses
        self.errands = Errands(self, witnesses) if witnesses is not None else None

    def boot(self) -> None:
        """Ask the others before anything is signed, and begin to beat."""
        clean = self.machine.goodbye == self.state.core.version
        self.machine.goodbye = None
        self.outside.links.attach(self.name, self._arrived)
        self.begin(clean=clean, mark=self.machine.mark())
        for every_ms, action in (
            (TICK_MS, self._time_passed),
            (HEADS_MS, self.traffic.beat),
            (WANT_MS, self.traffic.ask),
        ):
            self._repeat(every_ms, action)
        if self.errands is not None:
            self.errands.begin()

    def stop(self) -> None:
        """Stop in good order, and leave word of it."""
        self.guarded(self.custody.database.close)
        if self.alive:
            if self.failure is None:
                self.machine.goodbye = self.state.core.version
            self.end()

    def end(self) -> None:
        """Be no more: nothing that was planned happens."""
        self.alive = False
        self._signer.stop()
        if self.errands is not None:
            self.errands.end()
        self.outside.links.detach(self.name)

    def guarded(self, action: Action) -> None:
        """Do something as this process; if the power goes meanwhile or the disk fails, it ends."""
        if not self.alive:
            return
        self.outside.observed.boxes.station = self.name
        try:
            with self.machine.disk.powered():
                action()
        except PowerCut:
            self.end()
            self.outside.observed.note(self.name, "power cut")
            self._died(self, True)
        except CustodyError as fault:
            # Outside a commit the product's process ends on it; whoever minds it starts it again.
            self.end()
            self.outside.observed.note(self.name, f"stops: {fault.reason}")
            self._died(self, False)

    def later(self, delay_ms: int, action: Action) -> None:
        """Do something as this process after some time, if it still lives."""
        self.outside.loop.after(delay_ms, lambda: self.guarded(action))

    def post(self, event: Event) -> None:
        """Hand over an event; a group is handled together a moment later."""
        super().post(event)
        self._plan_group()

    def answer(self, event: Event) -> None:
        """Hand over what the line has asked for; it is handled with the next group."""
        super().answer(event)
        self._plan_group()

    def _plan_group(self) -> None:
        if not self._group_planned:
            self._group_planned = True
            self.later(self.chance.between(1, GROUP_MS_MAX), self._groups)

    def try_out(self, event: Event) -> BackchannelError | None:
        """Return why the line would refuse an event now, or nothing. Nothing is kept."""
        try:
            step(self.state, event)
        except BackchannelError as refused:
            return refused
        return None

    def send(self, name: StationName, message: Message) -> None:
        """Put a message on the link to another station; the power may go before each."""
        self.machine.pass_point()
        receiver = self.outside.stations[name]
        raw = frame(message)[LENGTH_BYTES:]
        self.outside.observed.sent(self.name, receiver, message, raw)
        self.outside.links.send(self.name, receiver, raw)

    def busy(self) -> bool:
        """Say whether it asks, owes a receipt, or has something to do that it has not done."""
        core = self.state.core
        return bool(self.waits() or core.asking or core.due or core.unsealed or self.underway())

    def underway(self) -> bool:
        """Say whether its signer works on something."""
        return bool(self._signer._under_way)

    def _groups(self) -> None:
        self._group_planned = False
        while self.waits():
            self._handle_group()

    def _refuse(self, group: Group, fault: CustodyError) -> None:
        self.outside.observed.note(self.name, f"keeps nothing: {fault.reason}")
        super()._refuse(group, fault)

    def _spoken(self, state: LineState, rows: Sequence[Row]) -> None:
        self.machine.checkpoint(self.custody.database)
        self.machine.pass_point()
        self.traffic.committed(state, rows)

    def _refused_one(self, event: Event, fault: BackchannelError) -> None:
        self.outside.observed.note(self.name, f"refuses {type(event).__name__}: {fault.reason}")
        self.traffic.refused(event, fault)

    def _arrived(self, sender: str, parcel: bytes) -> None:
        try:
            message = parse(parcel)
        except JunkError:
            self.outside.observed.note(self.name, f"drops junk from {sender}")
            return
        name = next(n for n, station in self.outside.stations.items() if station == sender)
        self.guarded(lambda: self.hear(name, message))

    def hear(self, name: StationName, message: Message) -> None:
        """Take a message that has come from another station."""
        self.traffic.heard(name, message)

    def _repeat(self, every_ms: int, action: Action) -> None:
        def again() -> None:
            action()
            self.later(every_ms, again)

        self.later(self.chance.between(1, every_ms), again)

    def _set_timer(self) -> None:
        due = [due.by for due in self.state.core.due.values()]
        leaf = next_due(self.state)
        if leaf is not None and leaf != self._leaf_at:
            self._leaf_at = leaf
            self.later(max(1, leaf - self.elapsed()), self._time_passed)
        if not due or self._due_at == min(due):
            return
        self._due_at = at = min(due)

        def fall_due() -> None:
            if self._due_at == at:
                self._due_at = None
                self._time_passed()

        self.later(max(1, at - self.elapsed()), fall_due)
