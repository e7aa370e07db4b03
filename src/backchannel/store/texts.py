"""SQL as files: numbered steps that make a schema, and named statements.

This module must not run any of it.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable

FOLDER = files("backchannel.store") / "sql"
STEPS = FOLDER / "sqlite"
WITNESS_STEPS = FOLDER / "witness"
NAME = "-- name: "


def numbered(folder: Traversable) -> tuple[str, ...]:
    """Return the texts of 0001.sql, 0002.sql ... in order: the n-th makes schema n."""
    found = sorted((each for each in folder.iterdir() if each.name.endswith(".sql")), key=name_of)
    wanted = [f"{number:04}.sql" for number in range(1, len(found) + 1)]
    assert [each.name for each in found] == wanted, f"schema files are not {wanted}"
    return tuple(each.read_text("utf-8") for each in found)


def name_of(file: Traversable) -> str:
    """Return the name by which files are sorted."""
    return file.name


def named(file_name: str) -> dict[str, str]:
    """Return the statements of one file by name, without its comments."""
    texts: dict[str, list[str]] = {}
    lines: list[str] = []
    for text in (FOLDER / file_name).read_text("utf-8").splitlines():
        if text.startswith(NAME):
            lines = texts.setdefault(text.removeprefix(NAME), [])
        elif not text.startswith("--"):
            lines.append(text)
    return {name: "\n".join(lines).strip() for name, lines in texts.items()}
