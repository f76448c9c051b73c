"""Regions of behaviour, and the hatch of what diverges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.ground import Ground
from qhm_gui.canvas.item import Field
from qhm_gui.canvas.stroke import Points, make_pen, path_of, polygon_path

HATCH_STEP = 7.5
HATCH_WIDTH = 1.1


def joined(parts: Sequence[tuple[Points, Points]]) -> tuple[Points, Points]:
    """Several polygons as one pair of arrays with NaN between them."""
    gap = np.array([np.nan])
    x = [piece for part in parts for piece in (part[0], gap)][:-1]
    y = [piece for part in parts for piece in (part[1], gap)][:-1]
    return np.concatenate(x), np.concatenate(y)


class Region(Field):
    """A tinted region, as 'where the roots are complex'. ``outline`` is a token for a line of 1 px, or None."""

    z = 2.0

    def __init__(self, fill_token: str, outline: str | None = None) -> None:
        super().__init__()
        self._fill, self._outline = fill_token, outline
        self._x = self._y = np.empty(0)

    def set_polygon(self, x: ArrayLike, y: ArrayLike) -> None:
        """One or more polygons in data values, parted by NaN."""
        self._x, self._y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self.changed()

    def path(self, frame: Frame) -> QPainterPath:
        """The polygons in pixels."""
        return polygon_path(frame.px_x(self._x), frame.px_y(self._y))

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Fill and outline."""
        outline = Qt.PenStyle.NoPen
        painter.setPen(outline)
        if self._outline is not None:
            painter.setPen(make_pen(frame.color(self._outline), frame.style.width(1)))
        painter.setBrush(frame.color(self._fill))
        painter.drawPath(self.path(frame))

    def ground_color(self, point: QPointF, frame: Frame) -> Ground | None:
        """The tint, where the region is."""
        if len(self._x) < 3 or not frame.plot.contains(point) or not self.path(frame).contains(point):
            return None
        return Ground(frame.color(self._fill))


class HatchRegion(Region):
    """Where a method diverges: a texture, never a colour, with the boundary as a line of ink."""

    z = 3.0

    def __init__(self, boundary: str = "ink") -> None:
        super().__init__("div")
        self._boundary = boundary
        self._bx = self._by = np.empty(0)

    def set_boundary(self, x: ArrayLike, y: ArrayLike) -> None:
        """The line to draw along the edge, in data values; NaN is a gap."""
        self._bx, self._by = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self.changed()

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Fill, hatch and boundary."""
        path = self.path(frame)
        painter.fillPath(path, frame.color("div"))
        draw_hatch(painter, path, frame)
        if len(self._bx):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(make_pen(frame.color(self._boundary), frame.style.width(2.2)))
            painter.drawPath(path_of(frame.px_x(self._bx), frame.px_y(self._by)))


def draw_hatch(painter: QPainter, path: QPainterPath, frame: Frame) -> None:
    """Lines of 45 degrees inside a path, as vectors."""
    area = path.boundingRect().intersected(frame.plot)
    if area.isEmpty():
        return
    hatch(painter, path, area, frame.color("hatch"), frame.style.width(HATCH_STEP), frame.style.width(HATCH_WIDTH))


def hatch(painter: QPainter, path: QPainterPath, area: QRectF, color: QColor, step: float, width: float) -> None:
    """Hatch what a path and a rectangle share. The lines of all areas on a canvas run on into each other."""
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(color, width))
    across = step * np.sqrt(2.0)
    first = int(np.floor((area.left() + area.top()) / across))
    last = int(np.ceil((area.right() + area.bottom()) / across))
    for k in range(first, last + 1):
        total = k * across  # x + y along the line
        painter.drawLine(QPointF(total - area.bottom(), area.bottom()), QPointF(total - area.top(), area.top()))
    painter.restore()
