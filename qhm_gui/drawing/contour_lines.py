"""Where values on a grid have a level, in data values: found beside the window, since it takes longer than a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import ArrayLike

from qhm_gui.drawing.thinning import Points

#: A line this near to an end of the map's scale would follow where values are cut off, cell by cell.
END = 0.005


class Isoline(NamedTuple):
    """Where the value of a map, between 0 and 1, is ``level``, in data values; NaN between its parts."""

    level: float
    x: Points
    y: Points


def find_isolines(xs: ArrayLike, ys: ArrayLike, z: ArrayLike, levels: Sequence[float]) -> list[Isoline]:
    """Those of values z (ny, nx) at the nodes xs, ys (data values); none of a level that is not met, or too near to an
    end of the map's scale."""
    values = np.ma.masked_invalid(np.asarray(z, dtype=np.float64))
    if not values.count():
        return []
    across, up = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
    generator = contour_generator(across, up, values, line_type=LineType.ChunkCombinedNan)
    found = [Isoline(level, *line_of(generator.lines(level))) for level in levels if END <= level <= 1 - END]
    return [line for line in found if len(line.x)]


def line_of(result: object) -> tuple[Points, Points]:
    """What contourpy gives as LineType.ChunkCombinedNan, in one chunk."""
    points = result[0][0]  # type: ignore[index]
    if points is None:
        return np.empty(0), np.empty(0)
    return points[:, 0], points[:, 1]
