"""A loss as filled contours. (pyqtgraph's IsocurveItem takes 30 times as long, without fills, half a pixel off.)"""

from __future__ import annotations

import numpy as np
from contourpy import FillType, LineType, contour_generator
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter

from qhm_gui.appearance import colour_maps
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Field
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing.background_colour import BackgroundColour
from qhm_gui.drawing.contour_lines import line_of
from qhm_gui.drawing.page_area import page_area
from qhm_gui.drawing.polygons import joined, outline
from qhm_gui.drawing.stroke import polygon_path
from qhm_gui.drawing.thinning import Points


class ContourLines(PlotCurve):
    """The isolines of a loss, one curve with gaps. Texts may lie on them."""

    def __init__(self) -> None:
        super().__init__("c_line", 1.0)
        self.setZValue(-19.0)

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """Nothing: they are faint."""


class ContourField(Field):
    """A loss as filled bands, light at the minimum, with isolines on it."""

    def __init__(self) -> None:
        super().__init__()
        self._bands: list[tuple[Points, Points]] = []
        self.lines = ContourLines()
        self.companions = (self.lines,)

    def setData(self, xs: ArrayLike, ys: ArrayLike, z: ArrayLike, levels: ArrayLike) -> None:
        """Loss values z (ny, nx) at the nodes xs, ys (data values) with rising levels. NaN and inf count as outside."""
        xs, ys = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
        values = np.asarray(z, dtype=np.float64)
        rising = np.unique(np.asarray(levels, dtype=np.float64))
        values = np.ma.masked_invalid(values)
        self._bands = []
        lines: list[tuple[Points, Points]] = [(np.empty(0), np.empty(0))]
        if values.count():
            generator = contour_generator(
                xs, ys, values, fill_type=FillType.ChunkCombinedOffset, line_type=LineType.ChunkCombinedNan
            )
            for level in rising:
                self._bands.append(_filled(generator.filled(-np.inf, level)))
                lines.append(line_of(generator.lines(level)))
        self.lines.setData(*joined(lines))
        self.changed()

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Each band is laid on the wider one below it, so no seam shows between two."""
        tints = _tints(frame, len(self._bands) + 1)
        painter.fillRect(frame.plot, tints[0])
        painter.setPen(Qt.PenStyle.NoPen)
        area = page_area(painter)
        for tint, (x, y) in zip(tints[1:], reversed(self._bands), strict=True):
            painter.setBrush(tint)
            painter.drawPath(polygon_path(frame.px_x(x), frame.px_y(y), area))

    def background_at(self, point: QPointF, frame: Frame) -> BackgroundColour | None:
        """The middle tint: near enough for a halo."""
        if not frame.plot.contains(point):
            return None
        return self.kept("middle", frame, _middle)


def _middle(frame: Frame) -> BackgroundColour:
    return BackgroundColour(_tints(frame, 3)[1])


def _filled(result: object) -> tuple[Points, Points]:
    points, offsets = result  # type: ignore[misc]
    if not points or points[0] is None:
        return np.empty(0), np.empty(0)
    rings = [points[0][a:b] for a, b in zip(offsets[0][:-1], offsets[0][1:], strict=True)]
    return outline(rings)


def _tints(frame: Frame, count: int) -> list[QColor]:
    """So many, from the outermost."""
    ends = frame.color("c_out").name(), frame.color("c_in").name()
    return [QColor(*rgb.tolist()) for rgb in colour_maps.blend(ends, count)]
