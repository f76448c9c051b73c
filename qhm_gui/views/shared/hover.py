"""Which step of which line is under the mouse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF

from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.plot import Canvas

RADIUS = 14.0


def nearest_vertex(
    point: QPointF, lines: Sequence[tuple[ArrayLike, ArrayLike]], radius: float = RADIUS
) -> tuple[int, int] | None:
    """(line, step) of the vertex nearest to a pixel among lines in pixels, within ``radius``; later lines win ties."""
    best, found = radius**2, None
    for index, (x, y) in enumerate(lines):
        if np.size(x) == 0:
            continue
        distance = (np.asarray(x) - point.x()) ** 2 + (np.asarray(y) - point.y()) ** 2
        if np.isnan(distance).all():
            continue
        step = int(np.nanargmin(distance))
        if distance[step] <= best:
            best, found = float(distance[step]), (index, step)
    return found


def nearest_step(
    canvas: Canvas, lines: Sequence[PlotCurve], x: float, y: float, radius: float = RADIUS
) -> tuple[int, int] | None:
    """The same for a place in data values, as :attr:`Canvas.hovered` gives it. Hidden lines are left out."""
    frame = canvas.frame()
    pixels = [line.pixels(frame) if line.isVisible() else (np.empty(0), np.empty(0)) for line in lines]
    found = nearest_vertex(canvas.to_pixels(x, y), pixels, radius)
    return None if found is None else (found[0], lines[found[0]].point_of(found[1]))
