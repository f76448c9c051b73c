"""Many equal dots: copies of a picture on pixels, a few paths on a page."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from qhm_gui.drawing.device import device_scale, is_raster
from qhm_gui.drawing.page_area import page_area
from qhm_gui.drawing.qt_array import qt_array
from qhm_gui.drawing.thinning import Points

#: From so many on, dots on pixels are copies of a picture.
FEW = 40
_SPECK = 0.01
PHASES = 4  # places within a pixel, across and down


def draw_dots(painter: QPainter, x: Points, y: Points, radius: float, color: QColor, count: int = 0) -> None:
    """Equal dots about points in pixels. On pixels one is drawn for every sixteenth of a pixel, and then copied; what
    is only a part of ``count`` dots is drawn as all of them are.

    On a page dots are a few paths: what is drawn at once is one shape, which would not darken where dots overlap, so a
    path of translucent dots has none that do.
    """
    if not len(x):
        return
    if (count or len(x)) <= FEW or not is_raster(painter):
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
