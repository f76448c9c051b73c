"""Many equal dots. On pixels a dot is drawn once for every sixteenth of a pixel and then copied."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from qhm_gui.canvas.frame import device_scale, is_raster
from qhm_gui.canvas.stroke import Points, qt_array

FEW = 40
PHASES = 4  # places within a pixel, across and down


def draw_dots(painter: QPainter, x: Points, y: Points, radius: float, color: QColor) -> None:
    """Dots about points in pixels."""
    if not len(x):
        return
    if len(x) <= FEW or not is_raster(painter):
        pen = QPen(color, 2 * radius)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        points = pg.functions.arrayToQPolygonF(x, y)
        if color.alpha() == 255 or is_raster(painter):
            painter.drawPoints(points)
            return
        for point in points.toList():  # in a PDF dots drawn at once are one shape and do not darken where they overlap
            painter.drawPoint(point)
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
