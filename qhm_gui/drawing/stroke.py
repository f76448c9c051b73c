"""Lines in pixels. (pg.PlotCurveItem strokes its path at once, which is slow for wide lines that turn back.)

Fewer points where more would not show, and segments instead of one outline.

Qt's stroker takes 360 ms for a noisy line of 2000 points at any width above 1, because its one outline crosses
itself everywhere. The same segments drawn one by one with square caps take 4 ms and look the same, so long lines are
drawn that way onto pixels. A page of vectors gets the path itself.
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from qhm_gui.drawing.device import device_scale, is_raster
from qhm_gui.drawing.page_area import page_area, ring_within
from qhm_gui.drawing.pens import Dash, make_pen
from qhm_gui.drawing.thinning import Points, cut, pieces

MANY = 120  # points from which Qt's own stroker is no longer used; a third of that for lines that turn back
_ROUND = 4.0  # pixels of width from which one sees how a line ends
# So long a line that is so pale has no smooth edges: they would not show, and take six times as long (1 s at 4K).
_LONG, _FAINT = 10_000, 0.35
_MANY_ROUND = 1500  # segments from which round ends take .05 s; so many lie on each other, and no end shows
# Of so many segments of a noisy curve those that go up and down within a column of pixels have no smooth edges.
_MANY_STEEP, _STEEP = 1500, 0.75
SMOOTH = 100  # points of a draft whose segments have smooth edges
_MOST_SMOOTH = 12_000  # and of any line: what comes then lies on what is there, and twice as many took .14 s at 4K


def qt_array(kind: type, rows: NDArray[np.float64]) -> PrimitiveArray:
    """An array for QPainter.drawLines and its like, without an object for every row: pass ``*array.drawargs()``.

    The one private import from pyqtgraph: PySide has no public way to hand an array to these calls, and a list of
    2,000 QLineF takes as long as painting them. Qt reads the array's own memory, so it has to live that long.
    """
    array = PrimitiveArray(kind, rows.shape[1])
    array.resize(len(rows))
    array.ndarray()[:] = rows
    return array


def path_of(x: Points, y: Points) -> QPainterPath:
    """A path through the points with a gap at every NaN."""
    if len(x) < 2:
        return QPainterPath()
    return pg.arrayToQPath(np.ascontiguousarray(x), np.ascontiguousarray(y), connect="finite")


def polygon_path(x: Points, y: Points, area: QRectF | None = None) -> QPainterPath:
    """Polygons, parted by NaN, as one path to be filled by the odd-even rule; only what lies in ``area``, if given."""
    if area is not None:
        gap = np.full((1, 2), np.nan)
        rings = [ring_within(ring, area) for ring in pieces(np.column_stack((x, y))) if len(ring) > 2]
        x, y = np.concatenate([part for ring in rings for part in (ring, gap)]).T if rings else (x[:0], y[:0])
    path = path_of(x, y)
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


def stroke_line(painter: QPainter, pen: QPen, x: Points, y: Points) -> None:
    """Stroke points as one path with gaps at NaN; on a page of vectors without what its clip hides."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    area = page_area(painter, pen.widthF())
    if area is None or len(x) < 2:
        painter.drawPath(path_of(x, y))
    elif pen.style() != Qt.PenStyle.CustomDashLine:
        painter.drawPath(path_of(*cut(np.column_stack((x, y)), area).T))
    else:
        _stroke_dashes(painter, pen, x, y, area)


def _stroke_dashes(painter: QPainter, pen: QPen, x: Points, y: Points, area: QRectF) -> None:
    """Each piece that shows begins where in its dash it is."""
    width, begun = pen.widthF(), pen.dashOffset()
    period = sum(pen.dashPattern())
    for part in pieces(np.column_stack((x, y))):
        along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(part, axis=0).T))))
        for piece in pieces(cut(np.column_stack((part, along)), area)):
            pen.setDashOffset((begun + float(piece[0, 2]) / width) % period)
            painter.setPen(pen)
            painter.drawPath(path_of(piece[:, 0], piece[:, 1]))


def directions(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors (n, 2) of length one; zero for one of no length, which has no direction."""
    lengths = np.hypot(vectors[:, 0], vectors[:, 1])[:, None]
    return vectors / np.where(lengths > 0, lengths, 1.0)


def draw_polyline(
    painter: QPainter,
    x: Points,
    y: Points,
    color: QColor,
    width: float,
    dash_px: Dash | None = None,
    area: QRectF | None = None,
    casing: float = 0.0,
    draft: bool = False,
) -> None:
    """Draw points as one line: those that :func:`thinned` has left.

    ``area`` bounds what can be seen of it; ``casing`` as in :func:`make_pen`. As a ``draft`` a long line has its
    weight, but smooth edges only where it begins.
    """
    if len(x) < 2 or color.alpha() == 0 or not np.isfinite(y).any():
        return
    scale = device_scale(painter)
    hair = width * scale <= 1.0
    if dash_px and dash_px[0] > width and len(x) > MANY and not casing and is_raster(painter) and color.alpha() == 255:
        if draft:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        _draw_dashes(painter, x, y, color, width, dash_px)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return
    if not is_raster(painter) or dash_px is not None or hair or len(x) <= MANY // (1 if np.all(x[1:] >= x[:-1]) else 3):
        stroke_line(painter, make_pen(color, width, dash_px, casing=casing), x, y)
    elif color.alpha() == 255 and len(x) > (smooth := SMOOTH if draft else _MOST_SMOOTH):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        _draw_segments(painter, x[smooth - 1 :], y[smooth - 1 :], color, width + 2 * casing)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_segments(painter, x[:smooth], y[:smooth], color, width + 2 * casing)
    elif color.alpha() == 255:
        _draw_segments(painter, x, y, color, width + 2 * casing)
    else:
        _draw_veiled(painter, x, y, color, width + 2 * casing, area)


def _draw_segments(painter: QPainter, x: Points, y: Points, color: QColor, width: float) -> None:
    ends = np.column_stack((x[:-1], y[:-1], x[1:], y[1:]))
    ends = ends[np.isfinite(ends).all(axis=1)]
    dense = crowded(x, width)
    pen = QPen(color, width)
    round_ends = width >= _ROUND and len(ends) < _MANY_ROUND and not dense
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if round_ends else Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    if dense and len(ends) > _MANY_STEEP and painter.testRenderHint(QPainter.RenderHint.Antialiasing):
        steep = np.abs(ends[:, 2] - ends[:, 0]) < _STEEP
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawLines(*qt_array(QLineF, ends[steep]).drawargs())  # pyright: ignore
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ends = ends[~steep]
    painter.drawLines(*qt_array(QLineF, ends).drawargs())  # pyright: ignore


def crowded(x: Points, width: float) -> bool:
    """Whether so many points of a line that goes to the right stand within its width that no corner shows: then round
    ends, which take ten times as long (0.7 s for a curve of 100,000 steps), look as square ones do."""
    return bool(np.all(x[1:] >= x[:-1])) and len(x) * width > 4 * float(x[-1] - x[0])


def _draw_dashes(painter: QPainter, x: Points, y: Points, color: QColor, width: float, dash_px: Dash) -> None:
    """Dashes cut by hand: Qt's stroker makes outlines of them, which takes ten times as long."""
    for part in np.split(np.arange(len(x)), np.flatnonzero(~np.isfinite(x + y))):
        part = part[np.isfinite(x[part] + y[part])]
        if len(part) < 2:
            continue
        along = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x[part]), np.diff(y[part])))))
        ends = np.cumsum(dash_px)  # where on and off change within a period
        turns = (np.arange(int(along[-1] / ends[-1]) + 1)[:, None] * ends[-1] + ends).ravel()
        cuts = np.sort(np.concatenate((along, turns[turns < along[-1]])))
        on = np.searchsorted(ends, (cuts[1:] + cuts[:-1]) / 2 % ends[-1], side="right") % 2 == 0
        at_x, at_y = np.interp(cuts, along, x[part]), np.interp(cuts, along, y[part])
        lines = qt_array(QLineF, np.column_stack((at_x[:-1], at_y[:-1], at_x[1:], at_y[1:]))[on])
        pen = QPen(color, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines(*lines.drawargs())  # pyright: ignore


def _draw_veiled(painter: QPainter, x: Points, y: Points, color: QColor, width: float, area: QRectF | None) -> None:
    """Segments drawn one by one would darken where they meet: draw them opaque aside and lay them on as a whole."""
    with np.errstate(invalid="ignore"):
        left, top = float(np.nanmin(x)), float(np.nanmin(y))
        seen = QRectF(left, top, float(np.nanmax(x)) - left, float(np.nanmax(y)) - top)
    seen = seen.adjusted(-width, -width, width, width)
    rect: QRect = (seen.intersected(area) if area is not None else seen).toAlignedRect()
    if rect.isEmpty():
        return
    scale = device_scale(painter)
    size = QRectF(0, 0, rect.width() * scale, rect.height() * scale).toAlignedRect().size()
    veil = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    veil.setDevicePixelRatio(scale)
    veil.fill(Qt.GlobalColor.transparent)
    opaque = QColor(color)
    opaque.setAlpha(255)
    with QPainter(veil) as aside:
        aside.setRenderHint(QPainter.RenderHint.Antialiasing, len(x) < _LONG or color.alphaF() > _FAINT)
        aside.translate(-rect.left(), -rect.top())
        _draw_segments(aside, x, y, opaque, width)
    painter.save()
    painter.setOpacity(color.alphaF())
    painter.drawImage(QPointF(rect.topLeft()), veil)
    painter.restore()
