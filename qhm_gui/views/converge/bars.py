"""Bars side by side. (Qt fills a path of n of them in a time that grows with n²: 1000 took 0.4 s, at first 1.4 s.)"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPainterPath

from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.regions import Region
from qhm_gui.drawing.device import is_raster
from qhm_gui.drawing.polygons import outline
from qhm_gui.drawing.stroke import polygon_path
from qhm_gui.drawing.thinning import Points, pieces

#: Bars in a path: few enough to be quick, and so many that hardly a pixel is shared by two paths, and so paler.
TOGETHER = 25


class Bars(Region):
    """Polygons that do not overlap, without an outline; in pixels filled some at a time."""

    def __init__(self, fill_token: str) -> None:
        super().__init__(fill_token)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """One path on a page of vectors, which only has to be written."""
        if not is_raster(painter):
            super().draw(painter, frame)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame.color(self._fill))
        for path in self.kept("paths", frame, self._paths):
            painter.drawPath(path)

    def _paths(self, frame: Frame) -> list[QPainterPath]:
        bars: list[Points] = pieces(np.column_stack((frame.px_x(self._x), frame.px_y(self._y))))
        return [polygon_path(*outline(bars[first : first + TOGETHER])) for first in range(0, len(bars), TOGETHER)]
