"""A chart as SVG: land, graticule, scale, north, and what a notice says, in black on white.

It holds no script, no style that a strict policy would refuse, and nothing from outside. What is
drawn twice, as sent and as read back, is on one sheet with one scale. This module must not decide
where something lies: the values say it.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape

from backchannel.desk.chart.coast import Degrees, land
from backchannel.desk.chart.globe import EARTH_KM, XY, View, view_of
from backchannel.desk.chart.letters import check_letters
from backchannel.desk.chart.shapes import Shape, degrees
from backchannel.notice.places import bearing, distance_m, print_point
from backchannel.wire.visible import visible

SIZE = 480
# Beneath the title, and above nothing that is drawn at the foot.
LABEL_ROW = 34
CAUTION = "land is coarse: not to steer by"
STEPS = (90, 45, 30, 15, 10, 5, 2, 1, 0.5, 0.25, 1 / 6, 1 / 12, 1 / 30, 1 / 60)
LENGTHS_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
KM_PER_NM = 1.852
DIFFERS = "DIFFERS"


def chart(shapes: Sequence[Shape], *, mode: str = "REAL", title: str = "") -> str:
    """Return a chart of some shapes as a whole SVG document. There must be one at least."""
    view = view_of([place for each in shapes for place in each.outline])
    panel = "".join(panel_marks(view, shapes, title=title, mode=mode))
    return document(panel)


def beside(sent: Sequence[Shape], read: Sequence[Shape], *, mode: str = "REAL") -> str:
    """Return two charts of one scale: what they sent, and what was read back, with each difference.

    Shapes are held against each other by their name. There must be one at least on each side.
    """
    ours, theirs = both(sent, read, mode)
    return document(f'{ours}<g transform="translate({SIZE},0)">{theirs}</g>', columns=2)


def stacked(sent: Sequence[Shape], read: Sequence[Shape], *, mode: str = "REAL") -> str:
    """Return the two charts of `beside` one above the other, for a narrow column."""
    ours, theirs = both(sent, read, mode)
    return document(f'{ours}<g transform="translate(0,{SIZE})">{theirs}</g>', rows=2)


def both(sent: Sequence[Shape], read: Sequence[Shape], mode: str) -> tuple[str, str]:
    """Return the sheet of what was sent, and of what was read back with each difference."""
    view = view_of([place for each in (*sent, *read) for place in each.outline])
    ours = "".join(panel_marks(view, sent, title="as it was sent", mode=mode))
    theirs = "".join(panel_marks(view, read, title="as it was read back", mode=mode))
    return ours, theirs + "".join(difference_marks(view, sent, read))


def document(marks: str, *, columns: int = 1, rows: int = 1) -> str:
    """Return marks as a document of its own."""
    width, height = SIZE * columns, SIZE * rows
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" font-size="11" role="img">'
        '<defs><pattern id="area" width="7" height="7" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><line y2="7" stroke="#000" stroke-width="0.8"/></pattern>'
        f'<clipPath id="sheet"><rect width="{SIZE}" height="{SIZE}"/></clipPath></defs>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{marks}</svg>\n'
    )


def panel_marks(view: View, shapes: Sequence[Shape], *, title: str, mode: str) -> Iterator[str]:
    """Yield one sheet."""
    yield '<g clip-path="url(#sheet)">'
    for ring in land():
        shore = view.shore(ring)
        if shore:
            yield f'<path d="{way(shore, closed=True)}" fill="#ddd" stroke="#999"/>'
    yield from graticule(view)
    for shape in shapes:
        yield from shape_marks(view, shape)
    yield "</g>"
    yield from scale_marks(view)
    yield '<path d="M455 42 l-6 16 h12 z" fill="#000"/>' + words(455, 70, "N", anchor="middle")
    yield f'<rect width="{SIZE}" height="{SIZE}" fill="none" stroke="#000"/>'
    head = f"{mode}  {title}" if mode == "REAL" else f"{mode} {mode}  {title}  {mode} {mode}"
    yield words(12, 22, head, bold=True)
    if mode != "REAL":
        yield (
            f'<rect x="4" y="4" width="{SIZE - 8}" height="{SIZE - 8}" fill="none" stroke="#000" '
            'stroke-width="7" stroke-dasharray="7 7"/>'
        )


def sheet(place: XY) -> XY:
    """Return where a point between -1 and 1 lies on the sheet."""
    return (place[0] + 1) * SIZE / 2, (place[1] + 1) * SIZE / 2


def way(points: Sequence[XY], *, closed: bool = False) -> str:
    """Return points as the data of a path."""
    steps = " ".join("{:.1f},{:.1f}".format(*sheet(each)) for each in points)
    return f"M{steps}{' Z' if closed else ''}"


def words(x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False) -> str:
    """Return a text on the sheet, readable on whatever lies beneath it."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight} stroke="#fff" '
        f'stroke-width="3" paint-order="stroke">{escape(visible(text))}</text>'
    )


# --- What is around -------------------------------------------------------------------------------


def graticule(view: View) -> Iterator[str]:
    """Yield meridians and parallels, each with its degrees."""
    reach = math.degrees(view.reach_km / EARTH_KM)
    step = step_for(reach)
    lat0, lon0 = view.centre
    most = min(90.0, abs(lat0) + reach)
    wide = 180.0 if most >= 89 else min(180.0, reach / math.cos(math.radians(most)))
    south, north = max(-90.0, lat0 - reach * 1.5), min(90.0, lat0 + reach * 1.5)
    fine = reach / 20
    rows = range(math.ceil(south / step), math.floor(north / step) + 1)
    turn = step_for(wide)
    count = math.ceil(1.5 * wide / turn)
    first = round(lon0 / turn)
    every = range(first - count, first + count + 1)
    for latitude in (n * step for n in rows if abs(n * step) < 90):
        line = [(latitude, lon0 + d * wide * 1.5 / 60) for d in range(-60, 61)]
        yield from grid_line(view, line, angle(latitude, "NS"), down=False)
    turned = {round((n * turn + 540) % 360 - 180, 6) for n in every}
    for longitude in sorted(turned):
        steps = int((north - south) / fine)
        line = [(south + k * (north - south) / steps, longitude) for k in range(steps + 1)]
        yield from grid_line(view, line, angle(longitude, "EW"), down=True)


def step_for(reach: float) -> float:
    """Return the degrees between two lines, so that a few of them cross a sheet."""
    return next((each for each in STEPS if each <= reach / 1.5), STEPS[-1])


def grid_line(view: View, line: Sequence[Degrees], label: str, *, down: bool) -> Iterator[str]:
    """Yield a line of the graticule, and its label where it leaves the sheet."""
    points = [view.flat(each) for each in line]
    seen = [each for each in points if max(map(abs, each)) <= 1.0]
    if len(seen) < 2:
        return
    yield f'<path d="{way(points)}" fill="none" stroke="#999" stroke-width="0.5"/>'
    if down:
        low = [each for each in seen if sheet(each)[1] >= LABEL_ROW] or seen
        x, y = sheet(min(low, key=lambda each: each[1]))
        yield words(x + 3, y + 4, label)
    else:
        x, y = sheet(min(seen, key=lambda each: each[0]))
        yield words(x + 10, y - 3, label)


def angle(value: float, letters: str) -> str:
    """Return a latitude or longitude in degrees and minutes."""
    if abs(value) == 180:
        return "180°"
    degrees_, minutes = divmod(round(abs(value) * 60), 60)
    tail = f"{minutes:02}'" if minutes else ""
    return f"{degrees_}°{tail}{letters[value < 0]}"


def scale_marks(view: View) -> Iterator[str]:
    """Yield a scale, in kilometres and in nautical miles; true in the middle of the sheet."""
    length = max((each for each in LENGTHS_KM if each <= view.reach_km * 0.6), default=1)
    pixels = length / view.reach_km * SIZE / 2
    y = SIZE - 14
    yield f'<path d="M12 {y - 5} V{y} H{12 + pixels:.1f} v-5" fill="none" stroke="#000"/>'
    yield words(18 + pixels, y, f"{length} km = {length / KM_PER_NM:.1f} NM")
    yield words(SIZE - 12, y, CAUTION, anchor="end")


# --- What is said ---------------------------------------------------------------------------------


def shape_marks(view: View, shape: Shape) -> Iterator[str]:
    """Yield one shape: a hatched area, a line, or a cross, with its name."""
    points = [view.flat(each) for each in shape.outline]
    if shape.area:
        yield (
            f'<path d="{way(points, closed=True)}" fill="url(#area)" stroke="#000" '
            'stroke-width="2"/>'
        )
    elif len(points) > 1:
        yield f'<path d="{way(points)}" fill="none" stroke="#000" stroke-width="3"/>'
    for n, point in enumerate(shape.points, 1):
        x, y = sheet(view.flat(degrees(point)))
        yield f'<path d="M{x - 5:.1f},{y:.1f} h10 m-5,-5 v10" stroke="#000" stroke-width="2"/>'
        name = shape.name if len(shape.points) == 1 else f"{shape.name}-{n}"
        yield words(x + 7, y - 5, name, bold=True)


def difference_marks(view: View, sent: Sequence[Shape], read: Sequence[Shape]) -> Iterator[str]:
    """Yield, onto the right sheet, where something was sent that was read back elsewhere."""
    known = {each.name: each for each in read}
    for shape in sent:
        other = known.get(shape.name)
        if other == shape:
            continue
        points = [view.flat(each) for each in shape.outline]
        yield (
            f'<path d="{way(points)}" fill="none" stroke="#000" stroke-width="1.5" '
            'stroke-dasharray="3 4"/>'
        )
        for start, end in zip(shape.points, other.points if other else (), strict=False):
            if start != end:
                a, b = (view.flat(degrees(each)) for each in (start, end))
                yield f'<path d="{way([a, b])}" stroke="#000" stroke-width="4"/>'
                x, y = sheet(b)
                yield words(x + 7, y + 14, f"{DIFFERS} {off(start, end)}", bold=True)


def off(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return how far and in which direction one point lies from another."""
    return f"{round(distance_m(start, end))} m, bearing {bearing(start, end):03}"


# --- In words -------------------------------------------------------------------------------------


def place_lines(
    shapes: Sequence[Shape], reference: tuple[str, tuple[int, int]] | None = None
) -> Iterator[str]:
    """Yield each point with its check letters, and how it lies from a named place."""
    for shape in shapes:
        for n, point in enumerate(shape.points, 1):
            name = shape.name if len(shape.points) == 1 else f"{shape.name}-{n}"
            round_ = f" radius {shape.radius_m}m" if shape.radius_m else ""
            text = f"{name}  {print_point(point)} {check_letters(point)}{round_}"
            if reference is not None:
                text += f"  {off(reference[1], point)} from {visible(reference[0])}"
            yield text
