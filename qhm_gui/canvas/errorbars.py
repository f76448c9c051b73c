"""Measured values with their uncertainty: a mark in the method's shape on a bar with caps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Shape
from qhm_gui.canvas.drawn import Drawn, DrawnArea
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Coloured
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.shapes import shape_path
from qhm_gui.drawing.thinning import Points

CAP = 6.0
MARK = 3.6


class ErrorBars(Coloured, pg.ErrorBarItem):
    """Bars of 1.6 px with caps of 6 px from y - error to y + error."""

    clipped = False  # a cap at the edge of the plot is drawn whole

    def __init__(self, shape: Shape, color: str) -> None:
        self._x = self._y = self._error = np.empty(0)
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(4.0)
        self._shape: Shape = shape
        self._color = color

    def setData(self, x: ArrayLike = (), y: ArrayLike = (), height: ArrayLike = (), **options: Any) -> None:
        """Places, values and whole lengths in data values; without a finite value there is nothing to draw."""
        self._x, self._y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self._error = np.asarray(height, dtype=np.float64) / 2
        super().setData(x=self._x, y=self._y, height=2 * self._error, **options)
        self.changed()

    def drawn(self) -> list[Drawn]:
        return [DrawnArea(self._color, self._x, self._y + self._error, self._y - self._error)] if len(self._x) else []

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """The bars with their caps."""
        half = 4 * frame.style.type_scale
        for x, _, upper, lower in zip(*(part.tolist() for part in self.pixels(frame)), strict=True):
            obstacles.areas.append(QRectF(x - half, upper, 2 * half, max(lower - upper, 1.0)))

    def set_shape(self, shape: Shape) -> None:
        """Another method's shape."""
        self.set_look(_shape=shape)

    def pixels(self, frame: Frame) -> tuple[Points, Points, Points, Points]:
        """x, y, and the upper and lower ends of the bars that can be seen, in pixels."""
        known = np.isfinite(self._x) & np.isfinite(self._y)
        x, y, error = self._x[known], self._y[known], np.nan_to_num(self._error[known])
        px, py = frame.px_x(x), frame.px_y(y)
        upper, lower = frame.px_y(y + error), frame.px_y(y - error)
        lower = np.where(np.isnan(lower), frame.plot.bottom() + 1e3, lower)  # below 0 on a log axis
        seen = (px >= frame.plot.left() - 1) & (px <= frame.plot.right() + 1) & np.isfinite(py)
        seen &= (upper <= frame.plot.bottom()) & (lower >= frame.plot.top())
        return px[seen], py[seen], upper[seen], lower[seen]

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """The bar, its caps, and the mark upon it."""
        width = frame.style.width(1.6)
        half = frame.style.width(CAP) / 2
        color = frame.color(self._color)
        mark = shape_path(self._shape, frame.style.width(MARK))
        for x, y, upper, lower in zip(*(part.tolist() for part in self.pixels(frame)), strict=True):
            top, bottom = max(upper, frame.plot.top()), min(lower, frame.plot.bottom())
            pen = make_pen(color, width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(QLineF(x, top, x, bottom))
            for end, edge in ((upper, top), (lower, bottom)):
                if end == edge:
                    painter.drawLine(QLineF(x - half, end, x + half, end))
            if frame.plot.top() <= y <= frame.plot.bottom():
                painter.fillPath(mark.translated(x, y), color)
