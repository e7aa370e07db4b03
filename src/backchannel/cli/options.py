"""Options that many commands share, in groups, and the questions that commands ask.

A command takes a group as one argument; `grouped` shows Typer the single options. This module must
not know what a command does with them.
"""

import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar, get_type_hints  # Any: what Typer hands on

import msgspec
import typer

from backchannel.cli.output import say
from backchannel.errors import OfficerError
from backchannel.station.enrolment import USUAL_POWERS
from backchannel.station.keyring import PASSPHRASE_VARIABLE, given_passphrase

P = ParamSpec("P")
R = TypeVar("R")


class Printing(msgspec.Struct, frozen=True):
    """How data is printed."""

    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False


class Keys(msgspec.Struct, frozen=True):
    """Where passphrases come from."""

    passphrase_file: Annotated[
        Path | None,
        typer.Option(help=f"Read the passphrase here; else from {PASSPHRASE_VARIABLE}, else ask."),
    ] = None

    def ask(self, what: str) -> str:
        """Return the passphrase of something that is sealed already. Raises OfficerError."""
        given = given_passphrase(self.passphrase_file, os.environ)
        if given is not None:
            return given
        answer: str = typer.prompt(f"Passphrase of {what}", hide_input=True, err=True)
        return answer

    def choose(self, what: str) -> str:
        """Return a passphrase for something that is about to be sealed. Raises OfficerError."""
        given = given_passphrase(self.passphrase_file, os.environ)
        if given is not None:
            return given
        say("Choose six words or more that nobody would guess. A lost passphrase is lost for good.")
        answer: str = typer.prompt(
            f"New passphrase of {what}", hide_input=True, confirmation_prompt=True, err=True
        )
        return answer


class Consent(msgspec.Struct, frozen=True):
    """Whether a question has been answered in advance."""

    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: the answer is yes.")] = False

    def require(self, question: str) -> None:
        """Ask, on stderr. Raises OfficerError("not-confirmed") unless the answer is yes."""
        if self.yes:
            return
        say(f"{question} [y/N]")
        # Typer's own question would leave a blank in the data on stdout.
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise OfficerError("not-confirmed", "the answer was not yes; nothing was changed")


class Signing(msgspec.Struct, frozen=True):
    """Who signs an entry of the authority journal."""

    root: Annotated[
        list[int] | None,
        typer.Option(help="Number of a root that signs; else as many as must, the first ones."),
    ] = None
    issuer: Annotated[
        list[Path] | None,
        typer.Option(help="Key file of an officer who signs in place of the roots."),
    ] = None


class MandateWords(msgspec.Struct, frozen=True):
    """What an officer or a post may do, in words."""

    powers: Annotated[str, typer.Option(help="Powers, with commas between.")] = USUAL_POWERS
    classes: Annotated[
        str, typer.Option(help="Classes of the charter, with commas between; else all.")
    ] = ""
    modes: Annotated[str, typer.Option(help="Modes.")] = "real,exercise,test"
    days: Annotated[int, typer.Option(help="How long it is valid.")] = 365


def grouped(command: Callable[P, R]) -> Callable[..., R]:
    """Return a command that Typer sees with the single options of its groups."""
    hints = get_type_hints(command, include_extras=True)
    signature = inspect.signature(command)
    groups = {n: hints[n] for n in signature.parameters if is_group(hints[n])}

    @functools.wraps(command)
    def called(**values: Any) -> R:  # each value has the type that Typer read from the signature
        taken = {
            name: group(**{field: values.pop(field) for field in group.__struct_fields__})
            for name, group in groups.items()
        }
        return command(**values, **taken)  # type: ignore[call-arg]

    called.__signature__ = inspect.Signature(list(single(signature, hints)))  # type: ignore[attr-defined]
    called.__annotations__ = {
        each.name: each.annotation
        for each in called.__signature__.parameters.values()  # type: ignore[attr-defined]
    }
    return called


def is_group(hint: object) -> bool:
    """Tell a group of options from a single one."""
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


def single(
    signature: inspect.Signature,
    hints: dict[str, Any],  # types, as typing returns them
) -> Iterator[inspect.Parameter]:
    """Yield the single options of a command, those of a group in the place of the group."""
    for name, parameter in signature.parameters.items():
        if not is_group(hints[name]):
            yield parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
            continue
        fields = get_type_hints(hints[name], include_extras=True)
        for field in msgspec.structs.fields(hints[name]):
            yield inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if field.required else field.default,
                annotation=fields[field.name],
            )
