"""What texts on a canvas keep clear of. (pyqtgraph's texts and labels of lines know nothing of each other.)"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

Points = NDArray[np.float64]

#: Pixels of a cell of the grid in which curves are counted.
CELL = 2.0


@dataclass
class Obstacles:
    """What texts keep clear of: areas that none may touch, and pixels along curves that they should not cover."""

    areas: list[QRectF] = field(default_factory=list)
    curves: list[Points] = field(default_factory=list)
    regions: list[QPainterPath] = field(default_factory=list)  # hatched: only texts that ask for it keep off

    def line(self, x: Points, y: Points) -> None:
        """A curve in pixels, as points no more than a cell apart."""
        self.curves.append(dense(x, y))


def dense(x: Points, y: Points) -> Points:
    """A curve in pixels as points (n, 2) about a cell apart; gaps (NaN) stay gaps."""
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return np.empty((0, 2))
    x, y = np.clip(x[known], -1e4, 1e4), np.clip(y[known], -1e4, 1e4)
    if len(x) < 2:
        return np.column_stack((x, y))
    joined = np.diff(np.flatnonzero(known)) == 1
    lengths = np.where(joined, np.hypot(np.diff(x), np.diff(y)), 0.0)
    along = np.concatenate(([0.0], np.cumsum(lengths)))
    places = np.linspace(0, along[-1], min(6000, max(2, int(along[-1] / (1.5 * CELL)))))
    return np.column_stack((np.interp(places, along, x), np.interp(places, along, y)))
