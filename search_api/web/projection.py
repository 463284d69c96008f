"""The Equal Earth projection: areas keep their share, so no continent looks larger than it is.

Šavrič, Patterson, Jenny, "The Equal Earth map projection", International Journal of Geographical
Information Science 33 (2019), equations 1 to 3.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_RATIO = sqrt(3) / 2

WIDTH = 1000
NORTH, SOUTH = 84.0, -57.0
"""Degrees of latitude that the map shows: no city lies beyond."""


def _plane(latitude: float, longitude: float) -> tuple[float, float]:
    theta = asin(_RATIO * sin(radians(latitude)))
    square = theta * theta
    sixth = square**3
    y = theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
    slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
    return radians(longitude) * cos(theta) / (_RATIO * slope), y


_SCALE = WIDTH / (2 * _plane(0, 180)[0])
_TOP = _plane(NORTH, 0)[1]
HEIGHT = round((_TOP - _plane(SOUTH, 0)[1]) * _SCALE)


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the point of a place on a map of `WIDTH` by `HEIGHT`, its origin at the top left."""
    x, y = _plane(latitude, longitude)
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE
