"""One officer at one terminal: which mode and view are before him, who he is, what sounds.

Slow work, as opening a key or asking the station, runs beside the keyboard, so that the bell never
waits for it. This module must not keep a key: it keeps the name and where the key file lies.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar  # Any: what slow work returns

from backchannel.clock import Clock
from backchannel.desk.limits import KEYS_AHEAD_MAX
from backchannel.desk.terminal.bells import FLASH, IMMEDIATE, Bells
from backchannel.desk.terminal.cells import Glass, Look, Row, fitted, said
from backchannel.desk.terminal.editor import Place
from backchannel.desk.terminal.frame import FOOT_ROWS, HEAD_ROWS, STALE_S, Stand, edged, foot, head
from backchannel.desk.terminal.inbox import Item, inbox
from backchannel.desk.terminal.keys import Key, Pressed
from backchannel.desk.terminal.picture import Follower, Picture
from backchannel.errors import BackchannelError
from backchannel.station.client import Client

REAL = "REAL"

Done = TypeVar("Done")


class Officer(NamedTuple):
    """Who has signed on at this terminal, and where his key file lies; never the key."""

    name: str
    credential: str
    key_file: Path


class Drawn(NamedTuple):
    """What a view draws: its rows, and where the cursor stands, if it has one."""

    rows: list[Row]
    cursor: Place | None = None


class View(Protocol):
    """One view between head and foot."""

    keys: str

    def draw(self, session: "Session", height: int) -> Drawn:
        """Return the rows of the view; more than `height` are not seen."""
        ...

    def press(self, session: "Session", key: Pressed) -> None:
        """Take a key."""
        ...


class Interruption:
    """What is real has come into a drill: nothing but Esc leads on."""

    keys = "Esc goes on, in REAL"

    def __init__(self, item: Item, drill: str) -> None:
        self._item = item
        self._drill = drill

    def draw(self, session: "Session", height: int) -> Drawn:
        """Say what has come, in every row that there is."""
        what = said(session.glass, f"{self._item.precedence} {self._item.about}")
        rows = [
            Row(fitted(f"  REAL  REAL  REAL  {what}", session.glass.columns - 4), Look.INVERSE),
            Row(),
            Row(f"{self._drill} has left this screen. What you were typing there is kept."),
            Row("This is REAL. Press Esc, then A to go to it."),
        ]
        return Drawn(rows)

    def press(self, session: "Session", key: Pressed) -> None:
        """Take Esc, and nothing else."""
        if key is Key.ESCAPE:
            session.home()


class Session:
    """What lies before the officer."""

    def __init__(self, client: Client, clock: Clock, glass: Glass, home: View) -> None:
        self.client = client
        self.clock = clock
        self.glass = glass
        self.follower = Follower(client, clock)
        self.bells = Bells()
        self.views: list[View] = [home]
        self.mode = REAL
        self.officer: Officer | None = None
        self.note = ""
        self.items: tuple[Item, ...] = ()
        self.drafts: dict[str, str] = {}
        self.ended = False
        self._known_real: set[str] = set()
        self._begun = clock.running()
        self._work = ThreadPoolExecutor(1)
        self._ahead: list[Pressed] = []
        self._running: tuple[Future[Any], Callable[[Any], None]] | None = None  # as started

    # --- Views ------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The view that takes the keys."""
        return self.views[-1]

    def open(self, view: View) -> None:
        """Put a view before the officer."""
        self.views.append(view)

    def back(self, note: str = "") -> None:
        """Return to the view beneath."""
        if len(self.views) > 1:
            self.views.pop()
        self.note = note

    def home(self, note: str = "") -> None:
        """Return to the desk."""
        del self.views[1:]
        self.note = note

    # --- Slow work --------------------------------------------------------------------------------

    def busy(self) -> bool:
        """Say whether slow work is on its way."""
        return self._running is not None

    def start(self, work: Callable[[], Done], then: Callable[[Done], None], note: str) -> None:
        """Do slow work beside the keyboard, then go on; a failure becomes the note."""
        if not self.busy():
            self.note = note
            self._running = (self._work.submit(work), then)

    def settle(self) -> None:
        """Go on with slow work that has been done, then with the keys pressed meanwhile."""
        if self._running is None or not self._running[0].done():
            return
        done, then = self._running
        self._running = None
        self.note = ""
        try:
            then(done.result())
        except BackchannelError as fault:
            self.note = f"NOT DONE: {fault.text} [{fault.reason}]"
        self.follower.look_again()
        while self._ahead and not self.busy():
            self._take(self._ahead.pop(0))

    def beside(self, work: Callable[[], object]) -> None:
        """Do slow work that nothing waits for; a failure becomes the note."""

        def done() -> None:
            try:
                work()
            except BackchannelError as fault:
                self.note = f"{fault.text} [{fault.reason}]"

        self._work.submit(done)

    # --- The world --------------------------------------------------------------------------------

    @property
    def picture(self) -> Picture | None:
        """What the station said last."""
        return self.follower.picture

    def age_s(self) -> float:
        """Return how old that is."""
        since = self._begun if self.picture is None else self.picture.running
        return self.clock.running() - since

    def now(self) -> int:
        """Return the time of day by the station's clock, seconds UTC: what is due, is due by it."""
        if self.picture is None:
            return self.clock.now()
        return self.picture.status.now + int(self.age_s())

    def tick(self) -> int:
        """Let the world go on; return how many strokes of the bell are due."""
        self.settle()
        running = self.clock.running()
        if self.picture is not None:
            self.items = inbox(self.picture, running - self.picture.running)
            self._real_first()
        if self.age_s() > STALE_S:
            lost = Item("lost", "FLASH", "", "station lost", "", True, None, None)
            return self.bells.strokes((lost, *self.items), running)
        return self.bells.strokes(self.items, running)

    def _real_first(self) -> None:
        """Leave a drill when something real and urgent comes; what was being typed is kept."""
        urgent = [each for each in self.items if each.mode == REAL and each.rank <= IMMEDIATE]
        new = [each for each in urgent if each.key not in self._known_real]
        self._known_real = {each.key for each in urgent}
        if new and self.mode != REAL:
            drill, self.mode = self.mode, REAL
            self.home()
            # Whoever was typing must not press its keys by what he types.
            self._ahead.clear()
            self.open(Interruption(new[0], drill))

    def silence(self) -> None:
        """Silence the alarm in the bar, by the officer who has signed on."""
        sounding = self.sounding()
        if not sounding:
            self.note = "Nothing sounds."
        elif self.officer is None:
            self.note = "An alarm is silenced by a named officer: sign on with O first."
        else:
            now, running = self.now(), self.clock.running()
            self.bells.silence(sounding[0], self.officer.name, time=now, running=running)
            again = " FLASH sounds again in 30 s." if sounding[0].rank <= FLASH else ""
            self.note = f"Silenced by {self.officer.name}. Nothing was acknowledged.{again}"

    def sounding(self) -> tuple[Item, ...]:
        """Return the alarms that nobody has silenced."""
        return self.bells.sounding(self.items, self.clock.running())

    # --- Drawing ----------------------------------------------------------------------------------

    def draw(self) -> Drawn:
        """Return the whole screen."""
        name = self.officer.name if self.officer else ""
        stand = Stand(
            *(self.picture, self.mode, self.now(), self.age_s(), self.follower.trouble),
            *(name, self.sounding(), self.items),
        )
        height = self.glass.lines - HEAD_ROWS - FOOT_ROWS
        drawn = self.view.draw(self, height)
        body = [*drawn.rows[:height], *[Row()] * (height - len(drawn.rows))]
        rows = [
            *head(self.glass, stand),
            *(edged(row, self.mode) for row in body),
            *foot(self.glass, stand, self.note, self.view.keys),
        ]
        if drawn.cursor is None:
            return Drawn(rows)
        row, column = drawn.cursor
        return Drawn(rows, (row + HEAD_ROWS, column + 2))

    def press(self, key: Pressed) -> None:
        """Take a key; what is pressed while slow work is on its way waits its turn."""
        if not self.busy():
            self._take(key)
        elif len(self._ahead) < KEYS_AHEAD_MAX:
            self._ahead.append(key)

    def _take(self, key: Pressed) -> None:
        self.note = ""
        self.view.press(self, key)
