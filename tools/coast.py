"""Turn the land of Natural Earth, as the package world-atlas carries it, into the chart's file.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/coast.py package/land-50m.json

Natural Earth is in the public domain. The file holds rings in hundredths of a degree, which is a
kilometre: enough to see where one is, never to steer by. It must not hold borders: they take sides.
"""

import hashlib
import json
import sys
import zlib
from pathlib import Path

from backchannel.desk.chart.coast import FILE, pack_rings


def rings_of(topology: dict[str, object]) -> list[list[tuple[int, int]]]:
    """Return the rings of a TopoJSON of land, [longitude, latitude] in hundredths of a degree."""
    transform = topology["transform"]
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]  # type: ignore[index]
    arcs = []
    for arc in topology["arcs"]:  # type: ignore[attr-defined]
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append(
                (round((x * scale_x + move_x) * 100), round((y * scale_y + move_y) * 100))
            )
        arcs.append(points)
    (land,) = topology["objects"]["land"]["geometries"]  # type: ignore[index]
    found = []
    for polygon in land["arcs"]:
        for ring in polygon:
            points = []
            for n in ring:
                points += arcs[n] if n >= 0 else arcs[~n][::-1]
            found.append(
                [p for p, before in zip(points, [None, *points], strict=False) if p != before]
            )
    return [ring for ring in found if len(ring) > 3]


def main() -> None:
    """Write the file and say how large it is."""
    raw = Path(sys.argv[1]).read_bytes()
    rings = rings_of(json.loads(raw))
    packed = zlib.compress(pack_rings(rings), 9)
    target = Path(__file__).parents[1] / "src" / "backchannel" / "desk" / "chart" / FILE
    target.write_bytes(packed)
    points = sum(map(len, rings))
    print(f"{target.name}: {len(rings)} rings, {points} points, {len(packed)} bytes")
    print(f"from SHA-256 {hashlib.sha256(raw).hexdigest()}")


if __name__ == "__main__":
    main()
