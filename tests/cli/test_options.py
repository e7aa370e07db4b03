"""Groups of options, passphrases and questions."""

from pathlib import Path
from typing import Annotated

import msgspec
import pytest
import typer
import typer.testing

from backchannel.cli.options import Consent, Keys, grouped
from backchannel.cli.output import CommandTree, show
from backchannel.station.keyring import PASSPHRASE_VARIABLE

RUNNER = typer.testing.CliRunner()


class Pair(msgspec.Struct, frozen=True):
    """Two options, one of them required."""

    left: Annotated[str, typer.Option(help="The left one.")]
    right: Annotated[list[int] | None, typer.Option()] = None


def tree() -> typer.Typer:
    """Commands that show what they were given."""
    app = typer.Typer(cls=CommandTree, pretty_exceptions_enable=False)

    @app.command()
    @grouped
    def group(first: Annotated[Path, typer.Argument()], pair: Pair, *, last: int = 7) -> None:
        """Show a group."""
        show(f"{first} {pair.left} {pair.right} {last}")

    @app.command()
    @grouped
    def ask(*, keys: Keys) -> None:
        """Ask for a passphrase."""
        show(keys.ask("root-1.key"))

    @app.command()
    @grouped
    def choose(*, keys: Keys) -> None:
        """Ask for a new passphrase."""
        show(keys.choose("root-1.key"))

    @app.command()
    @grouped
    def consent(*, consent: Consent) -> None:
        """Ask a question."""
        consent.require("Enter it?")
        show("entered")

    return app


def test_a_group_is_shown_as_single_options_and_arrives_as_one() -> None:
    result = RUNNER.invoke(tree(), ["group", "f", "--left", "l", "--right", "1", "--right", "2"])
    assert result.stdout == "f l [1, 2] 7\n"
    assert RUNNER.invoke(tree(), ["group", "f", "--left", "l"]).stdout == "f l None 7\n"
    text = RUNNER.invoke(tree(), ["group", "--help"]).stdout
    assert "--left" in text and "The left one." in text and "--pair" not in text
    assert "Show a group." in text


def test_what_a_group_requires_is_required() -> None:
    assert RUNNER.invoke(tree(), ["group", "f"]).exit_code == 2


def test_a_passphrase_comes_from_a_file_before_the_environment_before_a_question(
    tmp_path: Path,
) -> None:
    file = tmp_path / "passphrase"
    file.write_text("of the file\n")
    told = {PASSPHRASE_VARIABLE: "of the environment"}
    for command in ("ask", "choose"):
        words = [command, "--passphrase-file", str(file)]
        assert RUNNER.invoke(tree(), words, env=told).stdout == "of the file\n"
        assert RUNNER.invoke(tree(), [command], env=told).stdout == "of the environment\n"
    asked = RUNNER.invoke(tree(), ["ask"], input="typed\n", env={PASSPHRASE_VARIABLE: None})
    assert asked.stdout.split() == ["typed"]
    assert "root-1.key" in asked.stderr and "typed" not in asked.stderr


def test_a_new_passphrase_is_typed_twice() -> None:
    nothing = {PASSPHRASE_VARIABLE: None}
    asked = RUNNER.invoke(tree(), ["choose"], input="one\ntwo\nsame\nsame\n", env=nothing)
    assert asked.stdout.split() == ["same"]
    assert "six words" in asked.stderr


def test_a_passphrase_file_that_is_missing_is_named(tmp_path: Path) -> None:
    result = RUNNER.invoke(tree(), ["ask", "--passphrase-file", str(tmp_path / "none")])
    assert result.exit_code == 2 and "file-missing" in result.stderr


@pytest.mark.parametrize(
    ("words", "answer", "code", "shown"),
    [
        (["consent", "--yes"], None, 0, "entered\n"),
        (["consent"], "y\n", 0, "entered\n"),
        (["consent"], "n\n", 2, ""),
        (["consent"], "\n", 2, ""),
        (["consent"], "", 2, ""),
    ],
)
def test_nothing_happens_without_a_yes(
    words: list[str], answer: str | None, code: int, shown: str
) -> None:
    result = RUNNER.invoke(tree(), words, input=answer)
    assert (result.exit_code, result.stdout) == (code, shown)
