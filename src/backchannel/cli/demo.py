"""The command that a newcomer runs first. This module holds no rule."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from backchannel.charter.moments import print_moment
from backchannel.cli.output import show
from backchannel.clock import SystemClock
from backchannel.drill.story import play
from backchannel.errors import OfficerError

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
    play(folder, window, show)


def clear(folder: Path) -> None:
    """Make an empty folder in the place of an earlier demo's. Raises OfficerError."""
    if folder.exists():
        if not (folder / MARK).is_file():
            raise OfficerError("file-exists", f"{folder} was not made by a demo; name another one")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
