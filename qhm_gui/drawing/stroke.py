"""Lines in pixels. (pg.PlotCurveItem strokes its path at once, which is slow for wide lines that turn back.)

Fewer points where more would not show, and segments instead of one outline.

Qt's stroker takes 360 ms for a noisy line of 2000 points at any width above 1, because its one outline crosses
itself everywhere, and 100 ms for one of 40 that goes up and down the plot. The same segments drawn one by one take 4 ms
and look the same, so long lines are drawn that way onto pixels. A page of vectors gets the path itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from qhm_gui.drawing.arc_length import arc_length
from qhm_gui.drawing.device import device_scale, is_raster
from qhm_gui.drawing.dots import FEW, draw_dots
from qhm_gui.drawing.page_area import page_area, ring_within
from qhm_gui.drawing.pens import Dash, make_pen
from qhm_gui.drawing.qt_array import draw_lines
from qhm_gui.drawing.thinning import Points, around, cut, near_rows, pieces

MANY = 120  # points from which Qt's own stroker is no longer used; a third of that for lines that turn back
_LENGTH = 1500.0  # device pixels of a line for which the same holds
_ROUND = 4.0  # device pixels of width from which one sees the corners of a line
# So long a line that is so pale has no smooth edges: they would not show, and take six times as long (1 s at 4K).
_LONG, _FAINT = 10_000, 0.35
# Of so many segments of a noisy curve those that go up and down within a column of pixels have no smooth edges.
_MANY_STEEP, _STEEP = 1500, 0.75
SMOOTH = 100  # points of a draft whose segments have smooth edges
_MOST_SMOOTH = 12_000  # and of any line: what comes then lies on what is there, and twice as many took .14 s at 4K


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
        along = arc_length(*part.T)
        for piece in pieces(cut(np.column_stack((part, along)), area)):
            pen.setDashOffset((begun + float(piece[0, 2]) / width) % period)
            painter.setPen(pen)
            painter.drawPath(path_of(piece[:, 0], piece[:, 1]))


def directions(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors (n, 2) of length one; zero for one of no length, which has no direction."""
    lengths = np.hypot(vectors[:, 0], vectors[:, 1])[:, None]
    return vectors / np.where(lengths > 0, lengths, 1.0)


def is_short(x: Points, y: Points, scale: float) -> bool:
    """Whether Qt's own stroker draws a line onto pixels, with round joins; ``scale``: device pixels per pixel."""
    if len(x) > MANY // (1 if np.all(x[1:] >= x[:-1]) else 3):
        return False
    with np.errstate(invalid="ignore"):
        return bool(np.nansum(np.abs(np.diff(x)) + np.abs(np.diff(y))) * scale <= _LENGTH)


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
    short: bool | None = None,
) -> None:
    """Draw points as one line: those that :func:`thinned` has left.

    ``area`` bounds what can be seen of it; ``casing`` as in :func:`make_pen`. As a ``draft`` a long line has its
    weight, but smooth edges only where it begins. ``short``: whether the line is whose beginning this is.
    """
    if len(x) < 2 or color.alpha() == 0 or not np.isfinite(y).any():
        return
    if not is_raster(painter):
        stroke_line(painter, make_pen(color, width, dash_px, casing=casing), x, y)
        return
    scale = device_scale(painter)
    short = is_short(x, y, scale) if short is None else short
    if dash_px and dashes_cut(short, width, dash_px, casing) and color.alpha() == 255:
        if draft:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        draw_dashes(painter, dash_rows(x, y, dash_px, area), color, width)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return
    if short or dash_px is not None or width * scale <= 1.0:
        stroke_line(painter, make_pen(color, width, dash_px, casing=casing), x, y)
    elif color.alpha() == 255 and draft and len(x) > SMOOTH:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        _draw_segments(painter, x[SMOOTH - 1 :], y[SMOOTH - 1 :], color, width + 2 * casing)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_segments(painter, x[:SMOOTH], y[:SMOOTH], color, width + 2 * casing)
    elif color.alpha() == 255:
        _draw_segments(painter, x, y, color, width + 2 * casing)
    else:
        _draw_veiled(painter, x, y, color, width + 2 * casing, area)


def dashes_cut(short: bool, width: float, dash_px: Dash | None, casing: float = 0.0) -> bool:
    """Whether the dashes of an opaque line are cut by hand on pixels, and lie where they do whatever of it is painted:
    those of Qt's stroker begin where its clip does."""
    return dash_px is not None and dash_px[0] > width and not short and not casing


def _draw_segments(painter: QPainter, x: Points, y: Points, color: QColor, width: float) -> None:
    _draw_rows(painter, _rows(x, y), color, width, dense=is_dense(x, width))


def is_dense(x: Points, width: float) -> bool:
    """Whether so many points of a line that goes to the right stand within its width that no corner or dash shows."""
    return len(x) > _MANY_STEEP and len(x) * width > 4 * float(x[-1] - x[0]) and bool(np.all(x[1:] >= x[:-1]))


def _rows(x: Points, y: Points) -> NDArray[np.float64]:
    """The segments (n, 4) between points that are both there."""
    ends = np.column_stack((x[:-1], y[:-1], x[1:], y[1:]))
    return ends[np.isfinite(ends).all(axis=1)]


def _draw_rows(
    painter: QPainter,
    rows: NDArray[np.float64],
    color: QColor,
    width: float,
    *,
    dense: bool = False,
    goes_on: bool = False,
) -> None:
    """One by one with square ends, or where one sees that with flat ones and dots between them. (Qt's round ends look
    the same, and take a hundred times as long: 4.7 s for a wide line of 2,000 points at 4K.) The last of very many,
    which lie on the others, and those of a dense line that go up and down within a column have no smooth edges.
    ``goes_on``: the dot that the first begins at has been drawn."""
    wide = width * device_scale(painter) >= _ROUND and not dense
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if wide else Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    if dense or len(rows) > _MOST_SMOOTH:
        rough = np.arange(len(rows)) >= _MOST_SMOOTH
        if dense:
            rough |= np.abs(rows[:, 2] - rows[:, 0]) < _STEEP
        if rough.any() and painter.testRenderHint(QPainter.RenderHint.Antialiasing):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            draw_lines(painter, rows[rough])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rows = rows[~rough]
    draw_lines(painter, rows)
    if wide and len(rows):
        points = rows[:, 2:] if goes_on else np.concatenate((rows[:1, :2], rows[:, 2:]))
        draw_dots(painter, points[:, 0], points[:, 1], width / 2, color, FEW + 1)  # alike, however few are in this part


def with_ends(x: Points, y: Points, ends: Sequence[tuple[float, float]]) -> tuple[Points, Points]:
    """Points and some more, one by one."""
    return (np.append(x, [end[0] for end in ends]), np.append(y, [end[1] for end in ends])) if ends else (x, y)


class Segments:
    """An opaque line without dashes that is drawn, on pixels, up to a point that moves on: what :func:`draw_polyline`
    makes of it, made once. ``x`` and ``y`` are the points that :func:`thinned` has left."""

    def __init__(self, x: Points, y: Points, short: bool) -> None:
        finite = np.isfinite(x[:-1] + y[:-1] + x[1:] + y[1:])
        self._x, self._y, self._rows, self._short = x, y, _rows(x, y), short
        self._before = np.concatenate(([0], np.cumsum(finite)))  # how many end at or before each point
        self._rises = bool(np.all(x[1:] >= x[:-1]))
        self._dense: dict[float, bool] = {}  # by width

    def draw(
        self,
        painter: QPainter,
        count: int,
        ends: Sequence[tuple[float, float]],
        color: QColor,
        width: float,
        shown: tuple[float, float],
    ) -> None:
        """Draw the first ``count`` points, and from there to the ``ends``; beside the pixels from and to that are
        ``shown`` a line that goes to the right may be left out."""
        low, high = 0, count
        if self._rises:  # the pieces before and after, and one more for its join
            first, last = self._x[:count].searchsorted((shown[0] - 2 * width, shown[1] + 2 * width)).tolist()
            low, high = max(first - 2, 0), min(last + 2, count)
        if self._short or width * device_scale(painter) <= 1.0:
            x, y = with_ends(self._x[low:high], self._y[low:high], ends if high == count else ())
            stroke_line(painter, make_pen(color, width), x, y)
            return
        rows = self._rows[self._before[low] : self._before[max(high - 1, 0)]]
        if ends and count:
            rows = np.vstack((rows, self._to_ends(count, ends)))
        if width not in self._dense:
            self._dense[width] = is_dense(self._x, width)
        _draw_rows(painter, rows, color, width, dense=self._dense[width])

    def _to_ends(self, count: int, ends: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
        return _rows(*with_ends(self._x[count - 1 : count], self._y[count - 1 : count], ends))

    def apart(self, painter: QPainter, width: float) -> bool:
        """Whether each is drawn for itself, as all others are: then a line can be drawn from any point of it on."""
        few = len(self._rows) <= _MOST_SMOOTH and not self._rises
        return few and not self._short and width * device_scale(painter) > 1.0

    def area(self, width: float) -> QRectF:
        """The pixels that all of it can touch."""
        return around(self._x, self._y, 2.0 + width)

    def draw_from(self, painter: QPainter, begun: int, count: int, color: QColor, width: float) -> None:
        """Draw on from the first ``begun`` points to the first ``count``, where it is :meth:`apart`."""
        rows = self._rows[self._before[max(begun - 1, 0)] : self._before[max(count - 1, 0)]]
        _draw_rows(painter, rows, color, width, goes_on=begun > 1)

    def draw_ends(
        self, painter: QPainter, count: int, ends: Sequence[tuple[float, float]], color: QColor, width: float
    ) -> None:
        """Draw on from the first ``count`` points to the ends, where it is :meth:`apart`."""
        if ends and count:
            _draw_rows(painter, self._to_ends(count, ends), color, width, goes_on=count > 1)


def dash_rows(x: Points, y: Points, dash_px: Dash, area: QRectF | None) -> NDArray[np.float64]:
    """The dashes of a line as segments (n, 4), cut by hand: Qt's stroker makes outlines of them, which takes ten times
    as long. Where an area is given none of those far from it: a line that diverges has a hundred thousand."""
    found: list[NDArray[np.float64]] = []
    ends = np.cumsum(dash_px)  # where on and off change within a period
    for part in pieces(np.column_stack((x, y))):
        line = np.column_stack((part, arc_length(*part.T)))
        for piece_x, piece_y, along in (piece.T for piece in pieces(line if area is None else near_rows(line, area))):
            first, last = (int(end / ends[-1]) for end in along[[0, -1]])
            turns = (np.arange(first, last + 1)[:, None] * ends[-1] + ends).ravel()
            cuts = np.sort(np.concatenate((along, turns[(turns > along[0]) & (turns < along[-1])])))
            on = np.searchsorted(ends, (cuts[1:] + cuts[:-1]) / 2 % ends[-1], side="right") % 2 == 0
            at_x, at_y = np.interp(cuts, along, piece_x), np.interp(cuts, along, piece_y)
            found.append(np.column_stack((at_x[:-1], at_y[:-1], at_x[1:], at_y[1:]))[on])
    return np.concatenate(found) if found else np.empty((0, 4))


def draw_dashes(painter: QPainter, rows: NDArray[np.float64], color: QColor, width: float) -> None:
    """Draw what :func:`dash_rows` has cut."""
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    draw_lines(painter, rows)


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
