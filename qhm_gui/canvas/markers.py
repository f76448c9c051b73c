"""Marks of a fixed size. (pg.ScatterPlotItem draws a mark as a picture, with an outline but no halo, even in a PDF.)

Heads in the shape of their method, step dots, the minimum and the optimum.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from qhm_gui.appearance.theme import Shape
from qhm_gui.canvas.drawn import Drawn, DrawnMarks
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Coloured, PixelItem, PointItem
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.canvas.offer import Offer
from qhm_gui.drawing.device import device_scale, is_raster
from qhm_gui.drawing.page_area import page_area
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.shapes import shape_path, star
from qhm_gui.drawing.stroke import qt_array
from qhm_gui.drawing.thinning import Points

#: From so many on, dots on pixels are copies of a picture.
FEW = 40
_SPECK = 0.01
PHASES = 4  # places within a pixel, across and down


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
        self.set_arrays(_x=x, _y=y)

    def set_split(self, index: int | None, ghost_alpha: float = 0.25) -> None:
        """Draw what comes after point ``index`` as ghosts; None draws all in full."""
        if (index, ghost_alpha) != (self._split, self._ghost):
            self._split, self._ghost = index, ghost_alpha
            self.recoloured()

    def set_radius(self, radius: float) -> None:
        """The radius in pixels."""
        self.set_look(_radius=radius)

    def set_alpha(self, alpha: float) -> None:
        """The opacity of every dot."""
        self.set_look(_alpha=alpha)

    def drawn(self) -> list[Drawn]:
        return [DrawnMarks("StepDots", self._color, self._x, self._y)] if len(self._x) else []

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
        draw_dots(painter, x, y, radius, frame.color(self._color, alpha))


class DataDots(StepDots):
    """Dots each of which counts, as those of steps do not: no text covers one of the first two hundred."""

    _MOST = 200

    def drawn(self) -> list[Drawn]:
        return [DrawnMarks("DataDots", self._color, self._x, self._y)] if len(self._x) else []

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """A square about each."""
        reach = frame.style.width(self._radius)
        x, y = frame.px_x(self._x[: self._MOST]), frame.px_y(self._y[: self._MOST])
        for left, top in zip((x - reach).tolist(), (y - reach).tolist(), strict=True):
            obstacles.areas.append(QRectF(left, top, 2 * reach, 2 * reach))


def draw_dots(painter: QPainter, x: Points, y: Points, radius: float, color: QColor) -> None:
    """Equal dots about points in pixels. On pixels one is drawn for every sixteenth of a pixel, and then copied.

    On a page dots are a few paths: what is drawn at once is one shape, which would not darken where dots overlap, so a
    path of translucent dots has none that do.
    """
    if not len(x):
        return
    if len(x) <= FEW or not is_raster(painter):
        pen = QPen(color, 2 * radius)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if is_raster(painter):
            painter.drawPoints(pg.functions.arrayToQPolygonF(x, y))
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if (area := page_area(painter, radius)) is not None:
            shown = (x >= area.left()) & (x <= area.right()) & (y >= area.top()) & (y <= area.bottom())
            x, y = x[shown], y[shown]
        together = np.zeros(len(x), int) if color.alpha() == 255 else apart(x, y, 2 * radius)
        order = np.argsort(together, kind="stable")
        for part in np.split(order, np.flatnonzero(np.diff(together[order])) + 1):
            painter.drawPath(_specks(x[part], y[part]))
        return
    transform = painter.deviceTransform()
    scale = device_scale(painter)
    sheet, cell = _sheet(radius * scale, color.rgba())
    steps_x = np.round((x * transform.m11() + transform.dx()) * PHASES)
    steps_y = np.round((y * transform.m22() + transform.dy()) * PHASES)
    pixel_x, pixel_y = np.floor(steps_x / PHASES), np.floor(steps_y / PHASES)
    table = np.empty((len(x), 10))
    table[:, 0] = (pixel_x - transform.dx()) / transform.m11()  # where the middle of the copy goes
    table[:, 1] = (pixel_y - transform.dy()) / transform.m22()
    table[:, 2] = (steps_x - PHASES * pixel_x) * cell
    table[:, 3] = (steps_y - PHASES * pixel_y) * cell
    table[:, 4:6] = cell
    table[:, 6:8] = 1 / scale
    table[:, 8:] = 0.0, 1.0
    copies = qt_array(QPainter.PixmapFragment, table)
    painter.drawPixmapFragments(*copies.drawargs(), sheet)  # pyright: ignore


def apart(x: Points, y: Points, distance: float) -> npt.NDArray[np.intp]:
    """The number of a group, from 0 on, for every point: two points of a group are further apart than ``distance``.

    Squares of that side are coloured as on a chessboard of four colours. Between two squares of a colour lies another
    one, and of each square a group takes one point.
    """
    i, j = np.floor(x / distance).astype(np.intp), np.floor(y / distance).astype(np.intp)
    _, square = np.unique(np.stack((i, j)), axis=1, return_inverse=True)
    order = np.argsort(square, kind="stable")
    first = np.searchsorted(square[order], np.arange(square.max() + 1))
    rank = np.empty(len(x), np.intp)
    rank[order] = np.arange(len(x)) - first[square[order]]
    group = 4 * rank + 2 * (i % 2) + j % 2
    return np.unique(group, return_inverse=True)[1]


def _specks(x: Points, y: Points) -> QPainterPath:
    """Lines of next to no length, which round ends make dots. (Some readers draw nothing for those of none at all.)"""
    ends = np.stack((x, x + _SPECK), axis=1).ravel(), np.repeat(y, 2)
    return pg.functions.arrayToQPath(*ends, connect="pairs")


@lru_cache(maxsize=64)
def _sheet(radius: float, rgba: int) -> tuple[QPixmap, int]:
    """A dot in a square of even side for every phase, and that side. The pixel meant is right below the middle."""
    cell = 2 * math.ceil(radius + 1.5)
    sheet = QPixmap(cell * PHASES, cell * PHASES)
    sheet.fill(Qt.GlobalColor.transparent)
    with QPainter(sheet) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor.fromRgba(rgba))
        for i in range(PHASES):
            for j in range(PHASES):
                middle = QPointF((i + 0.5) * cell + i / PHASES, (j + 0.5) * cell + j / PHASES)
                painter.drawEllipse(middle, radius, radius)
    return sheet, cell
