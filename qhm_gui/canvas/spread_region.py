"""Dots for a method that is stable on average while its spread grows. (pyqtgraph fills with brushes: bitmaps.)

Between K = 1 and condition (13). What diverges has rising lines, what is not to be trusted falling ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QPainter

from qhm_gui.canvas.drawn import Drawn, DrawnArea, DrawnCurve
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Field
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing.hatch import DOT_DARK, DOT_LIGHT, draw_dotted
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.stroke import stroke_line
from qhm_gui.drawing.thinning import Points

_LINE = ((DOT_LIGHT, 4.6), (DOT_DARK, 2.0))
_DASH = (7.0, 3.5, 1.6, 3.5)


class SpreadRegion(Field):
    """Polygons of data values with dots, and a dash-dotted line along their edge."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-17.2)  # under the hatch of what diverges
        self._rings: list[Points] = []
        self._edge: Points = np.empty((0, 2))

    def set_rings(self, rings: Sequence[Points], edge: Points) -> None:
        """Polygons (n, 2), and the line (n, 2), in data values; NaN is a gap in it."""
        self._rings, self._edge = list(rings), np.asarray(edge, dtype=np.float64).reshape(-1, 2)
        self.changed()

    @property
    def rings(self) -> list[Points]:
        """What is dotted."""
        return self._rings

    def drawn(self) -> list[Drawn]:
        curve = [DrawnCurve("spread", self._edge[:, 0], self._edge[:, 1], _DASH)] if len(self._edge) else []
        return [*(DrawnArea("spread", ring[:, 0], ring[:, 1]) for ring in self._rings), *curve]

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """The line."""
        if len(self._edge):
            obstacles.line(frame.px_x(self._edge[:, 0]), frame.px_y(self._edge[:, 1]))

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Dots, then the line."""
        rings = [np.column_stack((frame.px_x(ring[:, 0]), frame.px_y(ring[:, 1]))) for ring in self._rings]
        unit = frame.style.width(1.0)
        draw_dotted(painter, [ring for ring in rings if np.isfinite(ring).all()], frame.plot, frame.color, unit)
        if len(self._edge):
            x, y = frame.px_x(self._edge[:, 0]), frame.px_y(self._edge[:, 1])
            for token, width in _LINE:
                pen = make_pen(frame.color(token), width * unit, tuple(part * unit for part in _DASH))
                stroke_line(painter, pen, x, y)
