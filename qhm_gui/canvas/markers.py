"""Marks of a fixed size. (pg.ScatterPlotItem draws a mark as a picture, with an outline but no halo, even in a PDF.)

Heads in the shape of their method, step dots, the minimum and the optimum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from qhm_gui.appearance.theme import Shape
from qhm_gui.canvas.drawn import Drawn, DrawnMarks
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Coloured, PixelItem, PointItem
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.canvas.offer import Offer
from qhm_gui.drawing.device import device_scale
from qhm_gui.drawing.dots import draw_dots
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.shapes import shape_path, star
from qhm_gui.drawing.thinning import Points, around


class MinimumMark(PointItem):
    """A plus where the loss is least."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(3.0)

    def draw_mark(self, painter: QPainter, frame: Frame) -> None:
        """Arms of 6 px on a halo."""
        for color, width in (("surface", 5.0), ("ink", 1.8)):
            pen = QPen(frame.color(color), width)
            pen.setCapStyle(Qt.PenCapStyle.SquareCap if color == "surface" else Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(-6, 0), QPointF(6, 0))
            painter.drawLine(QPointF(0, -6), QPointF(0, 6))


class OptimumStar(Offer):
    """A white four-point star with an ink edge where something is best, which can be taken over."""

    radius = 11.0

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(4.0)

    def draw_mark(self, painter: QPainter, frame: Frame) -> None:
        """The same in both themes: it stands on maps."""
        painter.setPen(make_pen(frame.color("#17202A"), 1.8))
        painter.setBrush(frame.color("#FFFFFF"))
        painter.drawPath(star([10.0, 3.6] * 4))


class OptimumDot(Offer):
    """A white dot with an ink edge where a curve of what is best meets the current point; it can be taken over."""

    radius = 5.3

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(3.5)

    def draw_mark(self, painter: QPainter, frame: Frame) -> None:
        """Smaller than the star of the best of all, and the same in both themes."""
        painter.setPen(make_pen(frame.color("#17202A"), 1.6))
        painter.setBrush(frame.color("#FFFFFF"))
        painter.drawEllipse(QPointF(0, 0), 4.5, 4.5)


class MethodOffer(Offer):
    """A named method's parameters in its shape and colour, which can be taken over."""

    _MARK, _HALO = 6.0, 2.2
    radius = _MARK + _HALO
    close = 4.0  # there are several

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(4.0)
        self._shape: Shape = "circle"
        self.color = "ink"

    def set_look(self, color: str, shape: Shape) -> None:
        """A token, a method's key or '#hex', and the shape."""
        if (color, shape) != (self.color, self._shape):
            self.color, self._shape = color, shape
            self.changed()

    def draw_mark(self, painter: QPainter, frame: Frame) -> None:
        """As a head: the shape on a halo of the surface."""
        path = shape_path(self._shape, self._MARK)
        painter.strokePath(path, make_pen(frame.color("surface"), 2 * self._HALO))
        painter.fillPath(path, frame.color(self.color))


class Head(PointItem):
    """Where a method is now: its shape in its colour with a halo of the surface."""

    def __init__(self, shape: Shape, color: str, radius: float = 5.0) -> None:
        super().__init__()
        self.setZValue(5.0)
        self._shape: Shape = shape
        self._color, self._radius = color, radius

    def set_shape(self, shape: Shape) -> None:
        """Another method's shape."""
        self.set_look(_shape=shape)

    def draw_mark(self, painter: QPainter, frame: Frame) -> None:
        """The halo is a stroke twice its width under the shape."""
        path = shape_path(self._shape, self._radius)
        painter.strokePath(path, make_pen(frame.color("surface"), 4.4))
        painter.fillPath(path, frame.color(self._color))


class StepDots(Coloured, PixelItem):
    """A dot for every step. (pg.ScatterPlotItem keeps a record for each: 500 dots take 0.5 ms to set, these none.)"""

    def __init__(self, color: str, radius: float = 2.1, alpha: float = 1.0) -> None:
        super().__init__()
        self.setZValue(1.0)
        self._color, self._radius, self._alpha = color, radius, alpha
        self._x = self._y = np.empty(0)
        self._split: int | None = None
        self._ghost = 0.25

    def setData(self, x: ArrayLike, y: ArrayLike) -> None:
        """The places in data values."""
        if self.set_arrays(_x=x, _y=y):
            self.setFlag(self.GraphicsItemFlag.ItemHasNoContents, not len(self._x))  # a long path has no dots

    def set_split(self, index: int | None, ghost_alpha: float = 0.25) -> None:
        """Draw what comes after point ``index`` as ghosts; None draws all in full."""
        if (index, ghost_alpha) == (self._split, self._ghost):
            return
        before, self._split, self._ghost = (self._split, self._ghost), index, ghost_alpha
        if not len(self._x):
            return
        if None in (index, before[0]) or before[1] != ghost_alpha or self.canvas is None:
            self.recoloured()
            return
        frame, (low, high) = self.canvas.frame(), sorted((max(index or 0, 0), max(before[0] or 0, 0)))
        x, y = frame.px_x(self._x[low : high + 1]), frame.px_y(self._y[low : high + 1])
        self.recoloured(around(x, y, 1.0 + frame.style.width(self._radius)))

    def set_radius(self, radius: float) -> None:
        """The radius in pixels."""
        self.set_look(_radius=radius)

    def set_alpha(self, alpha: float) -> None:
        """The opacity of every dot."""
        self.set_look(_alpha=alpha)

    def drawn(self) -> list[Drawn]:
        return [DrawnMarks(type(self).__name__, self._color, self._x, self._y)] if len(self._x) else []

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Dots in the same half pixel count once where they are opaque."""
        x, y = frame.px_x(self._x), frame.px_y(self._y)
        if self._split is None:
            self._draw(painter, frame, x, y, self._alpha)
            return
        at = max(self._split, 0) + 1
        self._draw(painter, frame, x[at:], y[at:], self._alpha * self._ghost)
        self._draw(painter, frame, x[:at], y[:at], self._alpha)

    def _draw(self, painter: QPainter, frame: Frame, x: Points, y: Points, alpha: float) -> None:
        radius = frame.style.width(self._radius)
        room = frame.plot.adjusted(-radius, -radius, radius, radius)
        seen = (x > room.left()) & (x < room.right()) & (y > room.top()) & (y < room.bottom())
        x, y = x[seen], y[seen]
        if alpha == 1.0 and len(x):
            cells = np.round((x + 1j * y) * 2 * device_scale(painter))
            _, first = np.unique(cells, return_index=True)
            x, y = x[first], y[first]
        draw_dots(painter, x, y, radius, frame.color(self._color, alpha), len(self._x))


class DataDots(StepDots):
    """Dots each of which counts, as those of steps do not: no text covers one of the first two hundred."""

    _MOST = 200

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """A square about each."""
        reach = frame.style.width(self._radius)
        x, y = frame.px_x(self._x[: self._MOST]), frame.px_y(self._y[: self._MOST])
        for left, top in zip((x - reach).tolist(), (y - reach).tolist(), strict=True):
            obstacles.areas.append(QRectF(left, top, 2 * reach, 2 * reach))
