"""The rules for everything that is printed.

    data          to stdout: what was asked for, and nothing else
    all the rest  to stderr: questions, progress, errors
    --json        on every command that prints data: one object, ASCII, for programs
    text from outside  is escaped, so that it can neither steer a terminal nor look like ours
    exit codes    0 done; 1 a negative answer, or findings; 2 refused: the command line, a file, a
                  right, all of it yours to mend; 3 could not: our disk or keys, or nobody answers

No meaning is carried by colour. This module must not decide what is said.
"""

import json
import sys
from collections.abc import Mapping
from enum import IntEnum
from typing import Any  # a JSON object, and what Typer hands through

import typer
from typer.core import TyperGroup

from backchannel.errors import (
    BackchannelError,
    BreachError,
    CustodyError,
    JunkError,
    OfficerError,
    ProofError,
)
from backchannel.wire.visible import visible as visible
from backchannel.wire.visible import visible_lines as visible_lines

PROGRAM = "backchannel"


class Code(IntEnum):
    """What a command tells the shell. docs/reference/cli.md lists them."""

    DONE = 0
    NEGATIVE = 1
    REFUSED = 2
    UNABLE = 3


WHOSE = {
    OfficerError: ("refused", Code.REFUSED),
    JunkError: ("damaged, or not what its name says: ask for it again", Code.REFUSED),
    BreachError: ("against the rules of the line", Code.REFUSED),
    ProofError: ("not proven", Code.NEGATIVE),
    CustodyError: ("our own disk or keys, call the administrator", Code.UNABLE),
}

# Yours to mend, but nothing could be asked: a script may try again.
OF_REASON = {"no-station-answers": Code.UNABLE}


def show(*lines: str) -> None:
    """Print data. What came from outside has gone through `visible` by now."""
    for line in lines:
        typer.echo(line)


def show_bytes(made: bytes) -> None:
    """Print a file as it is. Its writer has made every character of it visible."""
    typer.echo(made, nl=False)


def show_json(value: Mapping[str, Any]) -> None:  # whatever JSON can hold
    """Print data as one JSON object. Bytes are hexadecimal; ASCII escapes what is not safe."""
    typer.echo(json.dumps(value, default=bytes.hex, indent=2))


def say(*lines: str) -> None:
    """Print what is no data: what was done, what comes next."""
    for line in lines:
        typer.echo(line, err=True)


def report(fault: BackchannelError) -> Code:
    """Print an error as one sentence: whose it is, what we got and wanted, and its reason."""
    whose, code = WHOSE[type(fault)]
    code = OF_REASON.get(fault.reason, code)
    say(f"{PROGRAM}: {whose}: {visible(fault.text)} [{fault.reason}]")
    return code


class CommandTree(TyperGroup):
    """The tree of commands, from whose root no error of ours escapes as a traceback."""

    def invoke(self, ctx: Any) -> Any:  # Typer's own types here are private to it
        """Run a command; on an error of ours, report it and end with its exit code."""
        try:
            return super().invoke(ctx)
        except BackchannelError as fault:
            raise typer.Exit(report(fault)) from None


def end(code: Code) -> None:
    """End a command with a code other than 0."""
    raise typer.Exit(code)


def prepare_streams() -> None:
    """See to it that a terminal without the right letters gets escapes and no crash."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
