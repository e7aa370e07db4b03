"""Commands that found a station: made, certified by its office, introduced to the others by files.

The station does not run meanwhile. This module must not hold a rule.
"""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.charter.credentials import parse_body
from backchannel.cli.options import Keys, Printing, grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.pages import credential_line
from backchannel.clock import SystemClock
from backchannel.station import founding, keyring
from backchannel.station.authorities import read_papers
from backchannel.station.files import read_file
from backchannel.station.settings import RUN_MARK, Settings

app = typer.Typer(help="A station.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="STATION", help="Folder of the station.")]


class StationWords(msgspec.Struct, frozen=True):
    """What a new station is told about itself."""

    party: Annotated[str, typer.Option(help="Name of its party in the charter.")]
    listen: Annotated[list[str], typer.Option(help="HOST:PORT to listen on.")]
    announce: Annotated[
        list[str] | None, typer.Option(help="HOST:PORT that others dial; else as --listen.")
    ] = None
    name: Annotated[str, typer.Option(help="Name of the station within its party.")] = "one"
    run_mark: Annotated[
        Path | None,
        typer.Option(help="File of the run mark: best on another medium than the database."),
    ] = None


class Certified(msgspec.Struct, frozen=True):
    """What a new station asks its office for."""

    days: Annotated[int, typer.Option(help="How long it asks to be certified.")] = (
        founding.STATION_DAYS
    )
    numbers: Annotated[
        int | None,
        typer.Option(help="Its first journal number; else the next free one that it knows of."),
    ] = None
    under: Annotated[
        str | None, typer.Option(help="Name of the officer who will sign in place of the roots.")
    ] = None


@app.command("new")
@grouped
def new_station(
    folder: Folder,
    *,
    charter: Annotated[
        Path, typer.Option(help="The signed charter; or the office's authority file.")
    ],
    words: StationWords,
    certified: Certified,
    keys: Keys,
) -> None:
    """Make a station with its keys, and a request for its office."""
    settings = Settings(
        name=f"{words.party} {words.name}",
        party=words.party,
        listen=tuple(words.listen),
        announce=tuple(words.announce or ()),
        run_mark=str(words.run_mark.absolute()) if words.run_mark else RUN_MARK,
    )
    request = founding.make_station(
        folder,
        settings,
        wanted=founding.Wanted(certified.days, certified.numbers, certified.under),
        papers=read_file(charter),
        ask=keys.choose,
        clock=SystemClock(),
    )
    say(*(credential_line(parse_body(subject.body)) for subject in request.subjects))
    say(f"{folder / founding.REQUEST}: carry it to the office, bring its authority file back.")


@app.command("join")
@grouped
def join(
    folder: Folder,
    *,
    authority: Annotated[Path, typer.Option(help="The authority file of the station's office.")],
    keys: Keys,
) -> None:
    """Write the first entries, once the office has certified the station."""
    frames = founding.join(folder, read_file(authority), ask=keys.ask, clock=SystemClock())
    say(f"{folder / founding.FRAMES}: {len(frames)} entries; the office makes the founding file.")


@app.command("import")
@grouped
def import_files(
    folder: Folder,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="Founding or authority files.")
    ] = None,
    *,
    courier: Annotated[Path | None, typer.Option(help="A courier package.")] = None,
    package_passphrase_file: Annotated[
        Path | None, typer.Option(help="Passphrase of the package; else as for the station.")
    ] = None,
    keys: Keys,
    printing: Printing,
) -> None:
    """Take in files that came by hand. The station must not be running."""
    clock = SystemClock()
    raw = [read_file(path) for path in files or ()]
    package = None
    if courier is not None:
        opener = Keys(package_passphrase_file or keys.passphrase_file)
        package = keyring.open_package(courier, opener.ask(courier.name))
    with founding.at_rest(folder, keys.ask) as custody:
        state = founding.take_in(custody, raw, package, clock)
    lacking = founding.lacking_parties(state)
    if printing.json:
        generation = max(state.secrets.courier, default=0)
        show_json({"line": state.line, "courier": generation, "lacking": lacking})
        return
    for name in lacking:
        show(f"still lacking: the founding file of {visible(name)}")
    if not lacking:
        show("every party's founding file is here")


@app.command("courier")
@grouped
def make_package(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Package file to write.")],
    *,
    charter: Annotated[Path, typer.Option(help="The signed charter, or an authority file.")],
    generation: Annotated[int, typer.Option(help="1, and one more for each later package.")] = 1,
    keys: Keys,
) -> None:
    """Make a courier package. Both rooms take it home, apart from all else."""
    line = read_papers(read_file(charter)).line
    keyring.new_package(
        file, keys.choose(file.name), line=line, generation=generation, clock=SystemClock()
    )
    say(f"{file}: hand it over in person. Import it at every station, then destroy the copies.")
