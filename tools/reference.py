"""Print docs/reference/cli.md: every command with what its --help says.

The page's own opening, down to the mark, is kept as it stands and never written here. With --write
the page is renewed.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

# Plain help of one width, whatever terminal this runs in; read when typer is imported.
os.environ |= {"TYPER_USE_RICH": "0", "COLUMNS": "88", "TERM": "dumb", "NO_COLOR": "1"}

import typer
import typer.testing

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "cli.md"
MARK = "<!-- From here on printed from --help by `make reference`. -->\n"
PROGRAM = "backchannel"


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command below one, itself included, as the words that call it."""
    yield path
    for name, child in sorted(getattr(command, "commands", {}).items()):
        if not child.hidden:
            yield from commands(child, (*path, name))


def help_text(app: typer.Typer, path: tuple[str, ...]) -> str:
    """Return what a command prints for --help. Exits if it does not print it."""
    result = typer.testing.CliRunner().invoke(app, [*path, "--help"], prog_name=PROGRAM)
    if result.exit_code != 0:
        sys.exit(f"reference: {' '.join((PROGRAM, *path))} --help: {result.output}")
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


def page(app: typer.Typer) -> str:
    """Return the whole page: the opening that stands in it, and the help of every command."""
    opening, mark, _ = PAGE.read_text().partition(MARK)
    if not mark:
        sys.exit(f"reference: {PAGE.name} has lost its mark: {MARK.strip()}")
    lines = [opening + mark]
    for path in commands(typer.main.get_command(app)):
        lines += [f"## {' '.join((PROGRAM, *path))}\n", f"```\n{help_text(app, path)}\n```\n"]
    return "\n".join(lines)


if __name__ == "__main__":
    text = page(importlib.import_module("backchannel.cli.main").app)
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(text)
    else:
        print(text, end="")
