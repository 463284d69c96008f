"""Make the map's outline of the land from Natural Earth's, as world-atlas hands it out.

`npm pack world-atlas@2.0.2`, unpack it, then
`python -m scripts.land package/land-110m.json`. Natural Earth is in the public domain,
world-atlas has the ISC licence.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import accumulate, pairwise
from math import hypot
from pathlib import Path
from typing import Any

from search_api.web.projection import HEIGHT, NORTH, SOUTH, WIDTH, project

OUTLINE = Path(__file__).parent.parent / "search_api/web/static/land.svg"
MOST = 15_000
NEAREST = 0.5
"""Units within which a bend of the coast is left out."""

SMALLEST = 3.0
"""Square units under which an island is left out: it would be a speck."""

Point = tuple[int, int]


def arcs(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """Decode the arcs of a TopoJSON file to longitudes and latitudes."""
    (a, b), (c, d) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        xs, ys = (accumulate(steps) for steps in zip(*arc, strict=True))
        decoded.append([(x * a + c, y * b + d) for x, y in zip(xs, ys, strict=True)])
    return decoded


def rings(topology: dict[str, Any]) -> Iterator[list[tuple[float, float]]]:
    """Every ring of the land; a negative number names an arc that is run backwards."""
    decoded = arcs(topology)
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                runs = [decoded[n] if n >= 0 else decoded[~n][::-1] for n in ring]
                yield from parted([point for run in runs for point in run[1:]])


def parted(ring: list[tuple[float, float]]) -> Iterator[list[tuple[float, float]]]:
    """A ring as it is, or, where it crosses the 180th meridian, its part on each side of that."""
    turns = [0.0]
    for (a, _), (b, _) in pairwise(ring):
        turns.append(turns[-1] - 360 * round((b - a) / 360))
    unrolled = [(x + turn, y) for (x, y), turn in zip(ring, turns, strict=True)]
    for turn in {0.0, -max(turns), -min(turns)}:
        yield [(x + turn, y) for x, y in unrolled if abs(x + turn) <= 180]


def drawn(ring: list[tuple[float, float]]) -> list[Point]:
    """A ring on the map in whole units, without points that lie on the one before."""
    points: list[Point] = []
    for longitude, latitude in ring:
        x, y = project(min(max(latitude, SOUTH), NORTH), longitude)
        point = round(x), round(y)
        if not points or point != points[-1]:
            points.append(point)
    return points


def thinned(points: list[Point]) -> list[Point]:
    """Leave out what lies within `NEAREST` of the line between what is kept.

    Douglas, Peucker, "Algorithms for the reduction of the number of points", 1973.
    """
    (a, b), (c, d) = points[0], points[-1]
    length = hypot(c - a, d - b)

    def off(point: Point) -> float:
        x, y = point
        if not length:
            return hypot(x - a, y - b)
        return abs((c - a) * (b - y) - (a - x) * (d - b)) / length

    if len(points) < 3:
        return points
    farthest = max(range(1, len(points) - 1), key=lambda n: off(points[n]))
    if off(points[farthest]) <= NEAREST:
        return [points[0], points[-1]]
    return thinned(points[: farthest + 1])[:-1] + thinned(points[farthest:])


def area(points: list[Point]) -> float:
    """Of a polygon, by the shoelace formula, in square units."""
    closed = [*points, *points[:1]]
    return abs(sum(a * d - b * c for (a, b), (c, d) in pairwise(closed))) / 2


def path(points: list[Point]) -> str:
    """A ring as an SVG path in relative steps, which are short to write."""
    (x, y), *_ = points
    steps = (f"{c - a} {d - b}" for (a, b), (c, d) in pairwise(points))
    return f"M{x} {y}l{' '.join(steps)}z".replace(" -", "-")


def outline(topology: dict[str, Any]) -> str:
    """The whole file."""
    north = (ring for ring in rings(topology) if max((y for _, y in ring), default=-90) > SOUTH)
    shown = map(drawn, north)
    land = "".join(path(thinned(points)) for points in shown if area(points) >= SMALLEST)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path id="land" d="{land}"/></svg>\n'
    )


def main(source: Path) -> int:
    """Write the outline; refuse one that is too large to be sent with a page."""
    made = outline(json.loads(source.read_text(encoding="utf-8")))
    if len(made) > MOST:
        sys.stderr.write(f"{len(made)} bytes are more than {MOST}; drop more islands\n")
        return 1
    OUTLINE.write_text(made, encoding="utf-8")
    sys.stdout.write(f"{OUTLINE}: {len(made)} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
