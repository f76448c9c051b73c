"""The points of a line that show, found once for a line that is drawn in parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from qhm_gui.drawing.pens import Dash
from qhm_gui.drawing.stroke import Segments, dash_rows, is_short
from qhm_gui.drawing.thinning import Points, near, take, thinned


class ShownPoints:
    """Of a line in pixels, by :func:`thinned`: their coordinates, with NaN for a gap, and their places in the line.

    ``known``: the device pixels of a pixel, whether what is covered may be left out, and the width of the line.
    """

    def __init__(self, x: Points, y: Points, known: tuple[float, bool, float]) -> None:
        self.of, self.known = x, known
        self.points: NDArray[np.intp] = thinned(x, y, known[0], cover=known[1], width=known[2])
        self.places = np.where(self.points < 0, -self.points - 1, self.points)
        self.x, self.y = take(x, y, self.points)
        self.short = is_short(self.x, self.y, known[0])
        self._segments: tuple[QRectF, Segments | None] | None = None
        self._dashes: tuple[tuple[Dash, QRectF], NDArray[np.float64]] | None = None

    def segments(self, plot: QRectF) -> Segments | None:
        """All of them; None for a line that is drawn without what lies far from the plot."""
        if self._segments is None or self._segments[0] != plot:
            far = near(self.x, self.y, plot)[0] is not self.x
            self._segments = plot, None if far else Segments(self.x, self.y, self.short)
        return self._segments[1]

    def dashes(self, dash: Dash, plot: QRectF) -> NDArray[np.float64]:
        """Those of all of the line that is not far from the plot, as segments."""
        if self._dashes is None or self._dashes[0] != (dash, plot):
            self._dashes = (dash, plot), dash_rows(self.x, self.y, dash, plot)
        return self._dashes[1]
