"""The command that a newcomer runs first. This module holds no rule."""

import contextlib
import io
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.output import show
from backchannel.clock import SystemClock
from backchannel.drill.rooms import PASSPHRASE, PASSPHRASE_VARIABLE
from backchannel.drill.story import play
from backchannel.errors import OfficerError
from backchannel.wire.moments import print_moment

app = typer.Typer()

DAY_S = 86_400
MARK = "made-by-backchannel-demo"


@app.command("demo")
def demo(
    folder: Annotated[
        Path, typer.Option(help="Folder for the two rooms; what an earlier demo left is removed.")
    ] = Path("build/demo"),
) -> None:
    """Found two rooms on this machine, let them talk, kill one, check both. A drill."""
    clear(folder)
    now = SystemClock().now()
    window = f"{print_moment(now - 60)}/{print_moment(now + DAY_S)}"
    os.environ[PASSPHRASE_VARIABLE] = PASSPHRASE
    play(folder, window, run_inside, show)


def run_inside(*words: object, codes: Sequence[int] = (0,)) -> str:
    """Run one of our commands in this process and return what it prints.

    Raises OfficerError with what it said if it ended with another code: a process for each would
    spend most of its time on starting.
    """
    # Only here: the tree of commands holds this one too.
    from backchannel.cli.main import app

    out, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
        code = app([str(word) for word in words], standalone_mode=False) or 0
    if code not in codes:
        raise OfficerError("drill-command", told.getvalue().strip().removeprefix("backchannel: "))
    return out.getvalue()


def clear(folder: Path) -> None:
    """Make an empty folder in the place of an earlier demo's. Raises OfficerError."""
    if folder.exists():
        if not (folder / MARK).is_file():
            raise OfficerError("file-exists", f"{folder} was not made by a demo; name another one")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
