"""The shapes of the methods, on canvases, in legends and in the panel."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from qhm_gui.appearance.theme import Shape


def _regular(corners: int, radius: float, turn: float = -90.0) -> QPainterPath:
    return star([radius] * corners, turn)


def star(radii: list[float], turn: float = -90.0) -> QPainterPath:
    """A closed polygon about the origin: a corner at each radius, evenly turned, the first one on top."""
    angles = [math.radians(turn + 360.0 * i / len(radii)) for i in range(len(radii))]
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]))
    path.closeSubpath()
    return path


def _circle(radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(0, 0), radius, radius)
    return path


def _square(radius: float) -> QPainterPath:
    side = 0.88 * radius
    path = QPainterPath()
    path.addRect(QRectF(-side, -side, 2 * side, 2 * side))
    return path


def _triangle(radius: float) -> QPainterPath:
    return _regular(3, 1.22 * radius).translated(0, 0.18 * radius)


def _cross(radius: float) -> QPainterPath:
    arm, half = 1.05 * radius, 0.34 * radius
    path = QPainterPath()
    path.addRect(QRectF(-arm, -half, 2 * arm, 2 * half))
    upright = QPainterPath()
    upright.addRect(QRectF(-half, -arm, 2 * half, 2 * arm))
    path = path.united(upright)
    turned = QPainterPath()
    for polygon in path.toSubpathPolygons():
        turned.addPolygon(QPolygonF([_rotated(p, 45) for p in polygon.toList()]))
    return turned


def _rotated(point: QPointF, degrees: float) -> QPointF:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return QPointF(c * point.x() - s * point.y(), s * point.x() + c * point.y())


_SHAPES: dict[str, Callable[[float], QPainterPath]] = {
    "circle": lambda r: _circle(0.96 * r),
    "square": _square,
    "triangle": _triangle,
    "diamond": lambda r: _regular(4, 1.18 * r),
    "pentagon": lambda r: _regular(5, 1.08 * r),
    "cross": _cross,
    "star": lambda r: star([1.3 * r, 0.56 * r] * 5),
    "hexagon": lambda r: _regular(6, 1.06 * r),
}


@lru_cache(maxsize=128)
def shape_path(shape: Shape, radius: float) -> QPainterPath:
    """A method's shape about the origin, to be drawn and not to be changed; all look equally large at one radius."""
    return _SHAPES[shape](radius)
