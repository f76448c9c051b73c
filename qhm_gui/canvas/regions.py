"""Regions of behaviour, and the hatch of what diverges. (pyqtgraph fills down to a level, not polygons with holes.)"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from qhm_gui.canvas.drawn import Drawn, DrawnArea
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Field
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing.background_colour import BackgroundColour
from qhm_gui.drawing.hatch import HATCH_STEP, HATCH_WIDTH, draw_hatch
from qhm_gui.drawing.page_area import page_area
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.polygons import rings_of
from qhm_gui.drawing.stroke import polygon_path, stroke_line

#: Pixels of a line round what is opaque on a page of vectors.
_FRINGE = 1.0


class Region(Field):
    """A tinted region, as 'where the roots are complex'. ``outline`` is a token for a line of 1 px, or None."""

    def __init__(self, fill_token: str, outline: str | None = None) -> None:
        super().__init__()
        self.setZValue(-18.0)
        self._fill, self._outline = fill_token, outline
        self._x = self._y = np.empty(0)

    def setData(self, x: ArrayLike, y: ArrayLike) -> None:
        """One or more polygons in data values, parted by NaN."""
        self.set_arrays(_x=x, _y=y)

    def set_fill(self, token: str) -> None:
        """Another colour."""
        self.set_look(_fill=token)

    def path(self, frame: Frame) -> QPainterPath:
        """The polygons in pixels."""
        return self.kept("path", frame, self._path)

    def _path(self, frame: Frame, area: QRectF | None = None) -> QPainterPath:
        return polygon_path(frame.px_x(self._x), frame.px_y(self._y), area)

    def shown_path(self, painter: QPainter, frame: Frame, margin: float = 0.0) -> QPainterPath:
        """The same; for a page of vectors what its clip leaves of it."""
        area = page_area(painter, margin)
        return self.path(frame) if area is None else self._path(frame, area)

    def drawn(self) -> list[Drawn]:
        return [DrawnArea(self._fill, self._x, self._y)]

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Fill and outline."""
        width = 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        if self._outline is not None:
            width = frame.style.width(1)
            painter.setPen(make_pen(frame.color(self._outline), width))
        painter.setBrush(frame.color(self._fill))
        painter.drawPath(self.shown_path(painter, frame, width))

    def background_at(self, point: QPointF, frame: Frame) -> BackgroundColour | None:
        """The tint, where the region is."""
        if len(self._x) < 3 or not frame.plot.contains(point) or not self.path(frame).contains(point):
            return None
        return BackgroundColour(frame.color(self._fill))


class UnstableRegion(Region):
    """Where a method diverges: a texture, never a colour, with the boundary as a line of ink."""

    def __init__(self, boundary: str = "ink") -> None:
        super().__init__("div")
        self.setZValue(-17.0)
        self._boundary = boundary
        self._bx = self._by = np.empty(0)

    def set_boundary(self, x: ArrayLike, y: ArrayLike) -> None:
        """The line to draw along the edge, in data values; NaN is a gap."""
        self.set_arrays(_bx=x, _by=y)

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """The boundary; and the hatch, for texts that keep off it."""
        if len(self._bx):
            obstacles.line(frame.px_x(self._bx), frame.px_y(self._by))
        obstacles.regions.append(self.path(frame))

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Fill, hatch and boundary."""
        shown = self.shown_path(painter, frame)
        painter.fillPath(shown, frame.color("div"))
        if page_area(painter) is not None:  # readers paint the pixels of a map beneath that an edge only touches
            painter.save()
            painter.setClipping(False)
            painter.strokePath(shown, make_pen(frame.color("div"), frame.style.width(_FRINGE)))
            painter.restore()
        outline = rings_of(frame.px_x(self._x), frame.px_y(self._y))
        step, width = frame.style.width(HATCH_STEP), frame.style.width(HATCH_WIDTH)
        draw_hatch(painter, outline, frame.plot, frame.color("hatch"), step, width)
        if len(self._bx):
            pen = make_pen(frame.color(self._boundary), frame.style.width(2.2))
            stroke_line(painter, pen, frame.px_x(self._bx), frame.px_y(self._by))
