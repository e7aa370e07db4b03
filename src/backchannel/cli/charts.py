"""Charts of notices: what a form or a statement says of places, drawn as SVG and said in words.

This module must not hold a rule; what is drawn is what the values say.
"""

from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.blank import read_filled
from backchannel.cli.options import grouped
from backchannel.cli.output import say, show
from backchannel.cli.reach import Look
from backchannel.desk.chart.drawing import beside, chart, place_lines
from backchannel.desk.chart.shapes import Shape, shapes_of
from backchannel.errors import OfficerError
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import fill
from backchannel.notice.places import Point, read_point
from backchannel.station.files import write_new
from backchannel.wire.codec import decode

app = typer.Typer()


@app.command("map")
@grouped
def draw_map(
    what: Annotated[
        str, typer.Argument(metavar="FILE_OR_ID", help="A form, filled in; or a notice's number.")
    ],
    *,
    svg: Annotated[Path | None, typer.Option(help="Write the chart here, as SVG.")] = None,
    against: Annotated[
        Path | None, typer.Option(help="A second form, drawn beside it with each difference.")
    ] = None,
    near: Annotated[
        str | None, typer.Option(metavar='"NAME=PLACE"', help="Say distance and bearing from it.")
    ] = None,
    mode: Annotated[str, typer.Option(help="real, exercise or test: of a form.")] = "real",
    look: Look,
) -> None:
    """Draw the places of a notice on a chart, and print them with check letters. It needs no
    network. The signed content is the list of coordinates, never the picture."""
    shapes, spoken = shapes_in_file(Path(what)), mode.upper()
    if shapes is None:
        shapes, spoken = shapes_of_notice(look, what)
    if not shapes:
        raise OfficerError("no-place", f"{what} names no place that can be drawn")
    show(*place_lines(shapes, read_near(near)))
    other = None if against is None else shapes_in_file(against)
    if svg is not None:
        drawn = chart(shapes, mode=spoken) if not other else beside(shapes, other, mode=spoken)
        write_new(svg, drawn.encode())
        say(f"{svg}: open it in a browser, or print it.")


def shapes_in_file(path: Path) -> tuple[Shape, ...] | None:
    """Return the shapes of a form that is filled in, None if there is no such file."""
    if not path.is_file():
        return None
    form, filled = read_filled(path)
    return shapes_of(form, fill(form, filled))


def shapes_of_notice(look: Look, named: str) -> tuple[tuple[Shape, ...], str]:
    """Return the shapes of a notice as it stands now, and its mode. Raises OfficerError."""
    client = look.client()
    matter = client.matter(named)
    values = decode(bytes.fromhex(matter.values))
    if not matter.form or not isinstance(values, tuple):
        raise OfficerError("no-place", f"{named} is no notice: only the fields of one are drawn")
    mode = client.show(named).line.words.mode
    return shapes_of(form_named(matter.form), values), mode


def read_near(text: str | None) -> tuple[str, Point] | None:
    """Return a named place. Raises OfficerError("near-shape"), JunkError("bad-place")."""
    if text is None:
        return None
    name, equals, place = text.rpartition("=")
    if not equals or not name:
        raise OfficerError("near-shape", f'got {text!a}, wanted "HARBOUR=59.93750N 030.30860E"')
    return name, read_point(place)
