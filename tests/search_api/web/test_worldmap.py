from __future__ import annotations

import json
import re
from itertools import pairwise
from math import cos, radians

import pytest

from scripts.land import MOST, arcs, area, parted, path, thinned
from search_api.web.assets import assets
from search_api.web.projection import HEIGHT, WIDTH, project
from search_api.web.worldmap import Spot, world_map


@pytest.mark.parametrize(
    ("latitude", "longitude", "x", "y"),
    [
        (0, 0, 0.0, 0.0),
        (0, 180, 2.7066, 0.0),
        (90, 0, 0.0, 1.3173),
    ],
)
def test_the_projection_agrees_with_equal_earth(
    latitude: float, longitude: float, x: float, y: float
) -> None:
    """On the unit sphere, from the paper's polynomials; the equator's half length is 2.7066."""
    across, down = project(latitude, longitude)
    middle, equator = project(0, 0)
    scale = WIDTH / 2 / 2.70662998
    assert (across - middle) / scale == pytest.approx(x, abs=1e-3)
    assert (equator - down) / scale == pytest.approx(y, abs=1e-3)


@pytest.mark.parametrize("latitude", [-50, -20, 0, 33, 60, 80])
def test_the_projection_keeps_areas(latitude: float) -> None:
    """A small square of the sphere has the same area on the map wherever it lies."""
    step, scale = 1e-4, WIDTH / 2 / 2.70662998
    across = (project(latitude, 100 + step)[0] - project(latitude, 100)[0]) / scale
    down = (project(latitude, 100)[1] - project(latitude + step, 100)[1]) / scale
    expected = radians(step) ** 2 * cos(radians(latitude))
    assert across * down == pytest.approx(expected, rel=1e-3)


def spot(name: str, latitude: float, longitude: float, weight: int = 1) -> Spot:
    return Spot(name, f"/?city={name}", latitude, longitude, weight)


def test_a_map_shows_what_holds_all_points_and_no_less_than_two_fifths_of_the_world() -> None:
    one = world_map([spot("Durban", -29.86, 31.03)])
    assert (one.width, one.height) == (400, 400 * HEIGHT / WIDTH)
    assert one.target == 14.1  # 12 pixels of 340
    wide = world_map([spot("Lima", -12.04, -77.03, 4), spot("Auckland", -36.85, 174.76, 9)])
    assert wide.width > 800
    for point in wide.points:
        assert wide.left < point.x < wide.left + wide.width
        assert wide.top < point.y < wide.top + wide.height
    assert [point.label for point in wide.points] == ["Auckland", "Lima"]  # small ones on top
    assert re.fullmatch(r"\d+ \d+ \d+ \d+", wide.box)


def test_the_outline_is_small_and_lies_within_the_map() -> None:
    outline = assets()["land.svg"].body.decode()
    assert len(outline) <= MOST
    assert f'viewBox="0 0 {WIDTH} {HEIGHT}"' in outline
    starts = re.findall(r"M(-?\d+) (-?\d+)", outline) or re.findall(r"M(\d+)[ -](\d+)", outline)
    assert len(starts) > 50
    assert all(0 <= int(x) <= WIDTH and 0 <= int(y) <= HEIGHT for x, y in starts)


def test_arcs_are_decoded_from_their_steps() -> None:
    topology = json.loads(
        '{"transform": {"scale": [2, 1], "translate": [-180, -90]}, "arcs": [[[1, 2], [3, -1]]]}'
    )
    assert arcs(topology) == [[(-178, -88), (-172, -89)]]


def test_a_ring_across_the_180th_meridian_is_parted_there() -> None:
    ring = [(170.0, 0.0), (179.0, 0.0), (-179.0, 10.0), (-170.0, 10.0)]
    parts = sorted(parted(ring))
    assert parts == [[(-179.0, 10.0), (-170.0, 10.0)], [(170.0, 0.0), (179.0, 0.0)]]
    whole = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    assert list(parted(whole)) == [whole]


def test_a_coast_is_drawn_by_its_bends() -> None:
    points = [(0, 0), (5, 0), (10, 0), (10, 10), (0, 10)]
    assert thinned(points) == [(0, 0), (10, 0), (10, 10), (0, 10)]
    assert all(a != b for a, b in pairwise(thinned(points)))
    assert area(points) == 100
    assert path(points) == "M0 0l5 0 5 0 0 10-10 0z"
