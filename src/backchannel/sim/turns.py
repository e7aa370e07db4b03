"""The event loop of one simulated process: coroutines of the product run on virtual time.

It has what tasks, timers and events of asyncio ask of their loop, and no thread and no socket. A
callback runs as an act of the process, so that a power cut ends the process in the middle of it.
This module must not know what runs.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable, Coroutine
from typing import cast

Later = Callable[[int, Callable[[], None]], None]
"""Do something as this process after so many milliseconds, if it still lives."""


class Turns:
    """One process's turns. What it runs ends with it: `close` lets that come to its end."""

    def __init__(self, later: Later, running: Callable[[], float]) -> None:
        self._later = later
        self._running = running
        self._ready: deque[asyncio.Handle] = deque()
        self._planned = False
        self._main: asyncio.Task[None] | None = None
        # Of the many calls that a loop has, those that nobody here makes are left out.
        self._loop = cast(asyncio.AbstractEventLoop, self)
        self.call_exception_handler = self._stumbled

    def begin(self, work: Coroutine[object, object, None]) -> None:
        """Run a coroutine. What it raises ends the process that is at its turn."""
        self._main = self.create_task(work)

    def close(self) -> None:
        """Cancel what runs and let it come to its end, at once; nothing is planned any more."""
        if self._main is not None:
            self._main.cancel()
        self._main, self._planned = None, True
        self._drain()

    def _turn(self) -> None:
        self._planned = False
        self._drain()
        if self._main is not None and self._main.done():
            self._main.result()

    def _drain(self) -> None:
        asyncio._set_running_loop(self._loop)
        try:
            while self._ready:
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            asyncio._set_running_loop(None)

    def _plan(self) -> None:
        if not self._planned:
            self._planned = True
            self._later(0, self._turn)

    # --- What asyncio asks of its loop ------------------------------------------------------------

    def time(self) -> float:
        """Return seconds of running time."""
        return self._running()

    def call_soon(
        self,
        callback: Callable[..., object],
        *args: object,
        context: contextvars.Context | None = None,
    ) -> asyncio.Handle:
        """Plan a callback for the next turn."""
        handle = asyncio.Handle(callback, args, self._loop, context)
        self._ready.append(handle)
        self._plan()
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: object,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Plan a callback for a turn after `delay` seconds."""
        handle = asyncio.TimerHandle(self.time() + delay, callback, args, self._loop, context)

        def due() -> None:
            self._ready.append(handle)
            self._turn()

        self._later(round(delay * 1000), due)
        return handle

    def create_future(self) -> "asyncio.Future[object]":
        """Return a future of this loop."""
        return asyncio.Future(loop=self._loop)

    def create_task(
        self, work: Coroutine[object, object, None], **named: object
    ) -> "asyncio.Task[None]":
        """Return a task of this loop, begun with the next turn."""
        return asyncio.Task(work, loop=self._loop)

    def get_debug(self) -> bool:
        """Say that nothing is traced."""
        return False

    def _stumbled(self, context: dict[str, object]) -> None:
        """Raise what a callback raised. What a task raised is for whoever waits for it."""
        fault = context.get("exception")
        if "handle" in context and isinstance(fault, BaseException):
            raise fault

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """A cancelled timer is skipped when it is due."""
