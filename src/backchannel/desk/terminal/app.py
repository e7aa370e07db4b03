"""The terminal desk put together: it draws, rings, takes a key, and begins again.

This module must not decide anything.
"""

from pathlib import Path

from backchannel.clock import Clock
from backchannel.desk.terminal.home import Home
from backchannel.desk.terminal.keys import Key
from backchannel.desk.terminal.screen import screen
from backchannel.desk.terminal.session import Session
from backchannel.desk.terminal.signing_on import sign_on
from backchannel.station.client import Client


def sit(client: Client, clock: Clock, *, key_file: Path | None, ascii_only: bool) -> None:
    """Sit at the desk until the officer leaves it. Raises OfficerError."""
    with screen(ascii_only=ascii_only) as terminal:
        session = Session(client, clock, terminal.glass(), Home())
        session.follower.start()
        if key_file is not None:
            sign_on(session, key_file)
        try:
            while not session.ended:
                strokes = session.tick()
                drawn = session.draw()
                terminal.draw(drawn.rows, drawn.cursor)
                if strokes:
                    terminal.ring()
                key = terminal.key()
                if key is Key.REDRAW:
                    terminal.forget()
                    session.glass = terminal.glass()
                elif key is not None:
                    session.press(key)
        finally:
            session.follower.stop()
