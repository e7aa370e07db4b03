"""Evidence against a key that lied: what this station holds, and a file that proves it.

It shows no words, so no officer has to release it. This module must not judge, or write over a
file.
"""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.cli.options import grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Look
from backchannel.desk.telling import moment
from backchannel.station.files import require_absent, write_new
from backchannel.station.reports import Proof

app = typer.Typer(
    help="What is kept against keys that said two things, and files that prove it.",
    no_args_is_help=True,
)

Number = Annotated[int, typer.Argument(min=1, metavar="NUMBER", help="As the list has it.")]


@app.command("list")
@grouped
def list_evidence(*, look: Look) -> None:
    """Print what this station keeps against keys, newest first, and which of it convicts."""
    found = look.client().evidence()
    if look.json:
        show_json(msgspec.to_builtins(found))
        return
    show(*(line for each in found.proofs for line in proof_lines(each)))
    if not found.proofs:
        say("Nothing is kept against any key.")


@app.command("export")
@grouped
def export_evidence(
    number: Number,
    *,
    out: Annotated[Path, typer.Option(help="File to write; it must not be there yet.")],
    look: Look,
) -> None:
    """Write a file by which a stranger sees a key sign two things that exclude each other."""
    require_absent(out)
    made = look.client().accuse(number)
    write_new(out, made)
    if look.json:
        show_json({"file": str(out), "bytes": len(made)})
    else:
        show(str(out))
    say(f"{len(made)} bytes. Check it as a stranger would: backchannel verify {out} --roots FILE")


def proof_lines(proof: Proof) -> list[str]:
    """Return one note in words: about whom, what was met, and what it is good for."""
    who = f"station {visible(proof.station)} of {visible(proof.party)}" if proof.station else (
        f"the office of {visible(proof.party)}"
    )  # fmt: skip
    good = f"a file proves: {proof.proves}" if proof.proves else "it convicts nobody"
    return [
        f"{proof.number:>4} {proof.mode} {who}, journal {proof.journal}, slot {proof.seq}",
        f"     {visible(proof.reason)}, met at {moment(proof.time)}; {good}",
    ]
