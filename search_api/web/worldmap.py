"""Where the cities of an answer lie on the map of the land."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search_api.web.projection import HEIGHT, WIDTH, project

SHOWN = 340
"""Pixels that the map is wide beside an answer; on larger screens points are no smaller."""

TARGET = 12
"""Pixels from the middle of a point that still are its link (WCAG 2.2, 2.5.8: 24 across)."""

NARROWEST = 0.4
"""Share of the world's width that is shown at least: the outline is too coarse for more."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to mark: `label` is what its link says."""

    label: str
    url: str
    latitude: float
    longitude: float
    weight: int


@dataclass(frozen=True, slots=True)
class Point:
    """A marked place on the map, in its units."""

    label: str
    url: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class WorldMap:
    """A part of the map and the points on it."""

    left: float
    top: float
    width: float
    height: float
    target: float
    points: list[Point]

    @property
    def box(self) -> str:
        """As `viewBox` takes it."""
        return f"{self.left:.0f} {self.top:.0f} {self.width:.0f} {self.height:.0f}"


def world_map(spots: Sequence[Spot]) -> WorldMap:
    """Show the part of the world that holds all spots; a point grows with its weight's root."""
    placed = [project(spot.latitude, spot.longitude) for spot in spots]
    left, top, width = _frame(placed)
    unit = width / SHOWN
    points = [
        Point(spot.label, spot.url, round(x, 1), round(y, 1), round(unit * _radius(spot), 1))
        for spot, (x, y) in zip(spots, placed, strict=True)
    ]
    points.sort(key=lambda point: -point.radius)  # small ones lie on top
    return WorldMap(left, top, width, width * HEIGHT / WIDTH, round(unit * TARGET, 1), points)


def _radius(spot: Spot) -> float:
    return min(3.5 + 1.5 * float(spot.weight**0.5), 10.0)


def _frame(placed: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Left, top and width of the smallest part with a margin around all points."""
    xs, ys = [x for x, _ in placed], [y for _, y in placed]
    margin = 0.12
    across = (max(xs) - min(xs)) * (1 + 2 * margin)
    down = (max(ys) - min(ys)) * (1 + 2 * margin) * WIDTH / HEIGHT
    width = min(max(across, down, NARROWEST * WIDTH), WIDTH)
    height = width * HEIGHT / WIDTH
    left = (max(xs) + min(xs) - width) / 2
    top = (max(ys) + min(ys) - height) / 2
    return _within(left, WIDTH - width), _within(top, HEIGHT - height), width


def _within(value: float, most: float) -> float:
    return min(max(value, 0.0), most)
