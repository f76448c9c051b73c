"""Hatching as lines that end at the outline.

Clipping an endless hatch would be shorter, but not every vector format and reader clips.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from qhm_gui.drawing.pens import make_pen

Points = NDArray[np.float64]

#: A hatch on a map: a dark line with a light one beside it is seen on every colour.
DARK, LIGHT = "rgba(23,32,42,.55)", "rgba(255,255,255,.45)"
#: A dark dot on a light one.
DOT_DARK, DOT_LIGHT = "rgba(23,32,42,.9)", "rgba(255,255,255,.65)"
_DOTS = ((DOT_LIGHT, 3.4), (DOT_DARK, 1.8))
HATCH_STEP = 7.5
HATCH_WIDTH = 1.1


def hatch_lines(rings: Sequence[Points], area: QRectF, step: float) -> list[QLineF]:
    """Lines of 45 degrees, ``step`` apart, inside polygons (odd-even rule) and a rectangle, in pixels.

    The lines of all areas on a canvas run on into each other. With u = x + y, a line has the number u / across, and
    v = x - y runs along it.
    """
    across = step * np.sqrt(2.0)
    numbers: list[Points] = []
    places: list[Points] = []
    for ring in rings:
        u, v = (ring[:, 0] + ring[:, 1]) / across, ring[:, 0] - ring[:, 1]
        u1, v1 = np.roll(u, -1), np.roll(v, -1)
        first, past = np.ceil(np.minimum(u, u1)), np.ceil(np.maximum(u, u1))  # half open: a corner counts once
        first = np.maximum(first, np.ceil((area.left() + area.top()) / across))
        past = np.minimum(past, np.floor((area.right() + area.bottom()) / across) + 1)
        count = np.maximum(past - first, 0).astype(int)
        edge = np.repeat(np.arange(len(ring)), count)
        k = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
        numbers.append(k)
        places.append(v[edge] + (k - u[edge]) / (u1 - u)[edge] * (v1 - v)[edge])
    if not numbers:
        return []
    k, v = np.concatenate(numbers), np.concatenate(places)
    order = np.lexsort((v, k))
    k, v = k[order], v[order]
    u, start, end = k[::2] * across, v[::2], v[1::2]  # every polygon is crossed an even number of times
    start = np.maximum(start, np.maximum(2 * area.left() - u, u - 2 * area.bottom()))
    end = np.minimum(end, np.minimum(2 * area.right() - u, u - 2 * area.top()))
    inside = start < end
    u, start, end = u[inside], start[inside], end[inside]
    ends = np.column_stack(((u + start) / 2, (u - start) / 2, (u + end) / 2, (u - end) / 2))
    return [QLineF(*line) for line in ends.tolist()]


def draw_hatch(
    painter: QPainter,
    rings: Sequence[Points],
    area: QRectF,
    color: QColor,
    step: float,
    width: float,
    falling: bool = False,
    dash: tuple[float, float] | None = None,
) -> None:
    """Hatch what polygons and a rectangle share, with lines that rise, or fall, to the right, whole or dashed."""
    if falling:  # mirrored there and back
        mirrored = QRectF(-area.right(), area.top(), area.width(), area.height())
        found = hatch_lines([ring * np.array([-1.0, 1.0]) for ring in rings], mirrored, step)
        lines = [QLineF(-line.x1(), line.y1(), -line.x2(), line.y2()) for line in found]
    else:
        lines = hatch_lines(rings, area, step)
    if lines:
        painter.setPen(QPen(color, width) if dash is None else make_pen(color, width, dash))
        painter.drawLines(lines)


def draw_map_hatch(
    painter: QPainter,
    rings: Sequence[Points],
    area: QRectF,
    color_of: Callable[[str], QColor],
    step: float,
    width: float,
) -> None:
    """A hatch that is seen on every colour: dark lines that fall to the right, each with a light one beside it."""
    for color, shift in ((LIGHT, width), (DARK, 0.0)):
        moved = [ring + np.array([shift, 0.0]) for ring in rings]
        painter.save()
        painter.translate(-shift, 0.0)
        draw_hatch(painter, moved, area.translated(shift, 0.0), color_of(color), step, width, falling=True)
        painter.restore()


def draw_dotted(
    painter: QPainter, rings: Sequence[Points], area: QRectF, color: Callable[[str], QColor], unit: float
) -> None:
    """Dots along falling lines inside polygons (odd-even rule) and a rectangle, in pixels."""
    step = HATCH_STEP * unit
    for token, width in _DOTS:
        draw_hatch(painter, rings, area, color(token), step, width * unit, falling=True, dash=(0.01, step))


def hatch_path(painter: QPainter, path: QPainterPath, color: QColor, step: float, width: float) -> None:
    """Hatch what a path holds with lines that rise to the right, ``step`` pixels apart."""
    rings = [np.array([(p.x(), p.y()) for p in ring.toList()]) for ring in path.toSubpathPolygons()]
    draw_hatch(painter, rings, path.boundingRect(), color, step, width)
