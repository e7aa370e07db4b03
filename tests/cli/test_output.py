"""What is printed: data apart from talk, text from outside escaped, exit codes as documented."""

import io
import json
import re
import sys
import unicodedata
from pathlib import Path

import pytest
import typer
import typer.testing
from hypothesis import given
from hypothesis import strategies as st

from backchannel.cli import output
from backchannel.cli.output import Code, CommandTree, visible, visible_lines
from backchannel.errors import (
    BackchannelError,
    BreachError,
    CustodyError,
    JunkError,
    OfficerError,
    ProofError,
)
from backchannel.wire.visible import JOINERS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b[31mREAL", r"\x1b[2J\x1b[31mREAL"),
        ("a\nEntered.", r"a\x0aEntered."),
        ("a\rb\x00\x7f\x9b", r"a\x0db\x00\x7f\x9b"),
        ("100\u202e001", r"100\u202e001"),
        ("\u2066\u200b\u00ad\ufeff", r"\u2066\u200b\xad\ufeff"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\U000e0041\ue000", r"\U000e0041\ue000"),
        ("\ud800", r"\ud800"),
        (r"\x1b", r"\\x1b"),
        ("Señor Öğe 東京 🙂", "Señor Öğe 東京 🙂"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_steers_or_hides_is_made_visible(text: str, shown: str) -> None:
    """NT66: no text from outside moves the cursor, turns the direction or forges a line."""
    assert visible(text) == shown


@given(st.text())
def test_every_text_is_shown_without_a_steering_character_and_without_loss(text: str) -> None:
    """NT66."""
    shown = visible(text)
    left = {unicodedata.category(c) for c in shown if c not in JOINERS}
    assert left.isdisjoint({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    escape = re.compile(r"\\(\\|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
    assert escape.sub(lambda m: "\\" if m[1] == "\\" else chr(int(m[1][1:], 16)), shown) == text


def test_lines_stay_lines_where_they_are_ours() -> None:
    assert visible_lines("one\ntwo\x1b\n") == "one\ntwo\\x1b\n"


def test_data_goes_to_stdout_and_talk_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output.show("data")
    output.say("talk")
    output.show_json({"line": b"\xab", "name": "é\x1b"})
    out, err = capsys.readouterr()
    assert err == "talk\n"
    assert out.startswith("data\n") and "\x1b" not in out and out.isascii()
    assert json.loads(out.removeprefix("data\n")) == {"line": "ab", "name": "é\x1b"}


def command_that(fault: BackchannelError | None) -> typer.Typer:
    """A tree of commands, one of which ends with an error."""
    app = typer.Typer(cls=CommandTree, pretty_exceptions_enable=False)

    @app.command()
    def fail() -> None:
        if fault is not None:
            raise fault

    @app.command()
    def other() -> None:
        output.end(Code.NEGATIVE)

    return app


@pytest.mark.parametrize(
    ("kind", "code", "whose"),
    [
        (OfficerError, 2, "refused"),
        (JunkError, 2, "ask for it again"),
        (BreachError, 2, "rules of the line"),
        (ProofError, 1, "not proven"),
        (CustodyError, 3, "our own disk"),
    ],
)
def test_an_error_is_one_sentence_on_stderr(
    kind: type[BackchannelError], code: int, whose: str
) -> None:
    fault = kind("some-reason", "got \x1b[1m,\nwanted nothing")
    result = typer.testing.CliRunner().invoke(command_that(fault), ["fail"])
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr
    assert whose in result.stderr and result.stderr.endswith(" [some-reason]\n")


def test_every_kind_of_error_has_its_words() -> None:
    assert set(output.WHOSE) == set(BackchannelError.__subclasses__())


def test_our_own_bugs_are_not_caught() -> None:
    app = typer.Typer(cls=CommandTree, pretty_exceptions_enable=False)

    @app.command()
    def fail() -> None:
        raise AssertionError("a bug")

    @app.command()
    def other() -> None:
        pass

    assert isinstance(typer.testing.CliRunner().invoke(app, ["fail"]).exception, AssertionError)


def test_a_negative_answer_and_a_typing_error_have_codes_of_their_own() -> None:
    runner = typer.testing.CliRunner()
    assert runner.invoke(command_that(None), ["fail"]).exit_code == Code.DONE
    assert runner.invoke(command_that(None), ["other"]).exit_code == Code.NEGATIVE
    assert runner.invoke(command_that(None), ["fail", "--odd"]).exit_code == Code.REFUSED


def test_the_page_of_commands_lists_exactly_these_codes() -> None:
    codes = re.findall(r"^\| (\d+) \|", PAGE.read_text(), re.MULTILINE)
    assert codes == [str(int(code)) for code in Code]


def test_a_terminal_without_the_letters_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    output.prepare_streams()
    stream.write("é")
    stream.flush()
    assert stream.buffer.getvalue() == b"\\xe9"  # type: ignore[attr-defined]
