"""The tree of commands: every group is there, and each command says what it does."""

import subprocess
import sys
from collections.abc import Iterator

import typer.main

from backchannel.cli.main import app


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every command with its help."""
    children = getattr(command, "commands", {})
    if not children:
        yield path, getattr(command, "help", None) or ""
    for name, child in children.items():
        yield from commands(child, (*path, name))


def test_every_command_says_what_it_does() -> None:
    found = dict(commands(typer.main.get_command(app)))
    assert {path[0] for path in found} >= {"party", "charter", "officer", "station"}
    assert [path for path, text in found.items() if not text.strip().endswith(".")] == []


def test_the_program_runs_and_reports_without_a_traceback() -> None:
    program = "from backchannel.cli.main import run; run()"
    result = subprocess.run(
        [sys.executable, "-c", program, "party", "show", "nowhere"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "backchannel: refused: nowhere is no office: it has no section.toml [no-office]\n"
    )
