"""What a canvas shows, as data: for tests, for accessible descriptions, and for whoever scripts a view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawnCurve:
    """A line through data points (NaN is a gap): its colour (a token or a method's key), dash and opacity."""

    color: str
    x: Values
    y: Values
    dash: object = None
    alpha: float = 1.0


@dataclass(frozen=True, eq=False)
class DrawnArea:
    """A filled area: a band between ``lower`` and ``upper`` over x, or polygons (``lower`` is None) parted by NaN."""

    color: str
    x: Values
    upper: Values
    lower: Values | None = None


@dataclass(frozen=True, eq=False)
class DrawnMap:
    """A map: ``values`` (ny, nx) as they are coloured, over the extents in data values."""

    values: Values
    x_extent: tuple[float, float]
    y_extent: tuple[float, float]


@dataclass(frozen=True, eq=False)
class DrawnMarks:
    """Marks of one kind ('Head', 'Handle', 'MinimumMark' ...) at data points."""

    kind: str
    color: str
    x: Values
    y: Values


@dataclass(frozen=True)
class DrawnText:
    """A text (markup), and where it is drawn: left, top, width, height in pixels."""

    text: str
    area: tuple[float, float, float, float]


Drawn = DrawnCurve | DrawnArea | DrawnMap | DrawnMarks | DrawnText


def marks(kind: str, color: str, x: float, y: float) -> list[Drawn]:
    """One mark; nothing where it has no place."""
    if not np.isfinite([x, y]).all():
        return []
    return [DrawnMarks(kind, color, np.array([x]), np.array([y]))]
