"""The command that verifies a disclosure or evidence. It is the verifier's own.

This module must not import anything else of the product.
"""

from typing import Annotated

import typer

from backchannel.verifier.__main__ import NAMES, main

app = typer.Typer()


@app.command("verify")
def verify(
    file: Annotated[str, typer.Argument(help="The disclosure, or the evidence.", metavar="FILE")],
    roots: Annotated[
        str | None,
        typer.Option(
            help="A file of the fingerprints that you trust, one a line.", metavar="ROOTS"
        ),
    ] = None,
    ask: Annotated[
        list[str] | None,
        typer.Option(
            help=f"A claim that must be proven, as often as you like: {', '.join(NAMES)}."
            " All of them if none is named.",
            metavar="CLAIM",
        ),
    ] = None,
    quote: Annotated[
        list[str] | None,
        typer.Option(
            help="What is quoted elsewhere, as often as you like: each sentence becomes a claim.",
            metavar="TEXT",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say of each claim of a disclosure, of a sheet that carries one, or of evidence whether it is
    proven. Ends with 1 if one is not."""
    arguments = [
        *([f"--roots={roots}"] if roots else []),
        *(f"--ask={claim}" for claim in ask or ()),
        *(f"--quote={text}" for text in quote or ()),
        *(["--json"] if json else []),
        "--",
        file,
    ]
    raise typer.Exit(main(arguments, "backchannel verify"))
