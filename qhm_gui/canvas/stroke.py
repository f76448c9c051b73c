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
from qhm_gui.drawing.pens import Dash, make_pen

Points = NDArray[np.float64]
MANY = 120  # points from which Qt's own stroker is no longer used; a third of that for lines that turn back
_ROUND = 4.0  # pixels of width from which one sees how a line ends
_ROUGH = 0.95  # see _straight
SMOOTH = 100  # points of a draft whose segments have smooth edges
COVERED = 2000  # points from which it pays to look for segments that lie on others
_CELL = 1.5  # device pixels of a cell that a drawn segment fills: less than a line is wide
_LOOKS, _FILLS = (np.linspace(0, 1, count, dtype=np.float32)[:, None] for count in (4, 40))  # along a segment
_BESIDE = 1000.0  # pixels beside a plot at which a line is cut
_SEEN = -500.0, 4500.0  # pixels; what is farther away is on no screen
# In line widths. Round caps add a width to every dash and take it from every gap.
DASHES: dict[str, tuple[float, ...]] = {"theory": (5.0, 4.0), "approx": (0.2, 3.6), "dot": (0.01, 2.4)}
CROSSHAIR_DASH = (3.0, 3.0)


def qt_array(kind: type, rows: NDArray[np.float64]) -> PrimitiveArray:
    """An array for QPainter.drawLines and its like, without an object for every row: pass ``*array.drawargs()``.

    The one private import from pyqtgraph: PySide has no public way to hand an array to these calls, and a list of
    2,000 QLineF takes as long as painting them. Qt reads the array's own memory, so it has to live that long.
    """
    array = PrimitiveArray(kind, rows.shape[1])
    array.resize(len(rows))
    array.ndarray()[:] = rows
    return array


def thinned(x: Points, y: Points, scale: float = 1.0, *, cover: bool = False) -> NDArray[np.intp]:
    """Which points :func:`draw_polyline` draws of a line, in order: found once for a line that is drawn in parts.

    With ``cover`` segments are left out of a long line that turns back where what comes before has covered them
    already: the first of them is drawn, and -i - 1 stands for a gap after it, up to point i.
    """
    kept = visible(x, y, scale)
    if cover and len(kept) > COVERED and not np.all(np.diff(x) >= 0):
        seen = uncovered(x[kept], y[kept], scale)
        return _with_gaps(kept, seen)
    return kept[_straight(x[kept], y[kept], scale)]


def uncovered(x: Points, y: Points, scale: float = 1.0) -> NDArray[np.bool_]:
    """Of each segment of a line whether it shows where those before it have been drawn, (n - 1).

    Drawn segments fill cells of about the width of a line, and one that lies in full cells adds nothing. They are
    looked at in batches, each twice as long as the one before, so that of 100,000 steps that stay about a minimum some
    thousands are drawn.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        places = np.clip(np.stack((x, y)), *_SEEN) * (scale / _CELL)
    finite: NDArray[np.bool_] = np.isfinite(x) & np.isfinite(y)
    low = np.floor(places[:, finite].min(axis=1, initial=np.inf)) if finite.any() else np.zeros(2)
    places = np.where(finite, places - low[:, None], 0.0).astype(np.float32)  # which cell it is, it tells as well
    columns = int(places[0].max()) + 1
    full = np.zeros(columns * (int(places[1].max()) + 1), dtype=bool)
    shows = finite[:-1] & finite[1:]
    begin, size = 0, COVERED
    while begin < len(shows):
        here = begin + np.flatnonzero(shows[begin : begin + size])
        if begin:
            hidden = np.logical_and.reduce([full[_cells(places, here, share, columns)] for share in _LOOKS])
            shows[here[hidden]] = False
            here = here[~hidden]
        last = begin + size >= len(shows)  # nothing comes that it could cover
        for part in () if last else np.array_split(here, len(here) // COVERED + 1):
            full[_cells(places, part, _FILLS, columns)] = True
        begin, size = begin + size, 2 * size
    return shows


def _cells(
    places: NDArray[np.float32], segments: NDArray[np.intp], share: NDArray[np.float32], columns: int
) -> NDArray[np.int32]:
    """The cells at a share, or (shares, 1), of the way along each segment."""
    x, y = (line[segments] + share * (line[segments + 1] - line[segments]) for line in places)
    return y.astype(np.int32) * np.int32(columns) + x.astype(np.int32)


def _with_gaps(kept: NDArray[np.intp], shows: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The points of the segments that show; -i - 1 before the point i that a gap ends at."""
    before, after = np.append(False, shows), np.append(shows, False)
    needed = before | after
    needed[[0, -1]] = True
    starts = needed & ~before
    starts[0] = False
    count = needed.astype(np.intp) + starts
    points = np.repeat(kept, count)
    points[np.cumsum(count)[starts] - 2] = -kept[starts] - 1
    return points


def take(x: Points, y: Points, points: NDArray[np.intp]) -> tuple[Points, Points]:
    """The coordinates of points, NaN where a gap is noted."""
    gap = points < 0
    if not gap.any():
        return x[points], y[points]
    return np.where(gap, np.nan, x[points]), np.where(gap, np.nan, y[points])


def visible(x: Points, y: Points, scale: float = 1.0) -> NDArray[np.intp]:
    """Which points show. Gaps (NaN) stay, and no extreme is lost.

    Monotone x: the lowest and highest point of every device pixel column. Else: points in the same third of a pixel
    as the one before go. ``scale`` is device pixels per pixel.
    """
    if len(x) < 3:
        return np.arange(len(x))
    steps = np.diff(x)
    if bool(np.all(steps >= 0)):  # False with NaN
        if len(x) <= 2 * (x[-1] - x[0]) * scale:
            return np.arange(len(x))
        return _columns(x, y, scale)
    cell_x, cell_y = np.floor(x * scale * 3), np.floor(y * scale * 3)
    with np.errstate(invalid="ignore"):
        keep = np.concatenate(([True], (np.diff(cell_x) != 0) | (np.diff(cell_y) != 0)))
    keep[-1] = True
    return np.flatnonzero(keep)


def _columns(x: Points, y: Points, scale: float) -> NDArray[np.intp]:
    column = np.floor(x * scale)
    gap = np.isnan(y)
    group = np.concatenate(([0], np.cumsum((np.diff(column) != 0) | (np.diff(gap) != 0))))
    starts = np.flatnonzero(np.concatenate(([True], np.diff(group) != 0)))
    low, high = np.fmin.reduceat(y, starts)[group], np.fmax.reduceat(y, starts)[group]
    extreme = (y == low) | (y == high)
    extreme[1:] &= (y[1:] != y[:-1]) | (group[1:] != group[:-1])  # of those in a row that are equal the first
    extreme[starts] |= gap[starts]
    extreme[[0, -1]] = True
    return np.flatnonzero(extreme)


def _straight(x: Points, y: Points, scale: float) -> NDArray[np.intp]:
    """Which points are not within a twentieth of a device pixel of the line through their neighbours.

    Of two neighbours at most one goes in a pass, and there are eight at most, so the errors cannot add up to what
    shows. A line of which a pass leaves nearly all is rough, and the next would leave as much.
    """
    index = np.arange(len(x))
    for turn in range(8):
        if len(x) < 8:
            break
        dx, dy = x[2:] - x[:-2], y[2:] - y[:-2]
        ahead_x, ahead_y = x[1:-1] - x[:-2], y[1:-1] - y[:-2]
        length = dx * dx + dy * dy
        with np.errstate(invalid="ignore"):
            off = (dx * ahead_y - dy * ahead_x) * scale
            along = dx * ahead_x + dy * ahead_y
            straight = (off * off <= 0.0025 * length) & (along >= 0) & (along <= length)
        straight[turn % 2 :: 2] = False
        keep = np.concatenate(([True], ~straight, [True]))
        rough = np.count_nonzero(keep) > _ROUGH * len(keep)
        x, y, index = x[keep], y[keep], index[keep]
        if rough:
            break
    return index


def envelope(x: Points, lower: Points, upper: Points, scale: float = 1.0) -> tuple[Points, Points, Points]:
    """A band thinned to one place a device pixel column, with the extremes of the column."""
    if len(x) < 3 or len(x) <= 2 * (x[-1] - x[0]) * scale or np.any(np.diff(x) < 0):
        return x, lower, upper
    column = np.floor(x * scale)
    starts = np.flatnonzero(np.concatenate(([True], np.diff(column) != 0)))
    ends = np.concatenate((starts[1:], [len(x)])) - 1
    middle = (x[starts] + x[ends]) / 2
    middle[0], middle[-1] = x[0], x[-1]
    return middle, np.fmin.reduceat(lower, starts), np.fmax.reduceat(upper, starts)


def near(x: Points, y: Points, area: QRectF) -> tuple[Points, Points]:
    """A line in pixels without what lies far outside ``area``: it is cut there, which does not show.

    What diverges jumps from side to side a million pixels away, and Qt takes 30 ms for a stroke that long.
    """
    reach = area.adjusted(-_BESIDE, -_BESIDE, _BESIDE, _BESIDE)
    low, high = np.array((reach.left(), reach.top())), np.array((reach.right(), reach.bottom()))
    if not any(((line < first) | (line > last)).any() for line, first, last in zip((x, y), low, high, strict=True)):
        return x, y
    points = np.column_stack((x, y))
    start, way = points[:-1], np.diff(points, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        met = np.sort(
            np.stack(((low - start) / way, (high - start) / way)), axis=0
        )  # the share of the way to each edge
        enters, leaves = np.maximum(met[0].max(axis=1), 0.0), np.minimum(met[1].min(axis=1), 1.0)
        seen = enters < leaves
        first = start + enters[:, None] * way
        last = np.where(leaves[:, None] < 1, start + leaves[:, None] * way, points[1:])
    begins = seen & ~(np.append(False, seen[:-1] & (leaves[:-1] == 1)) & (enters == 0))
    rows = np.stack((np.full_like(first, np.nan), first, last), axis=1)
    cut = rows[np.stack((begins, begins, seen), axis=1)][1:]
    return cut[:, 0], cut[:, 1]


def path_of(x: Points, y: Points) -> QPainterPath:
    """A path through the points with a gap at every NaN."""
    if len(x) < 2:
        return QPainterPath()
    return pg.arrayToQPath(np.ascontiguousarray(x), np.ascontiguousarray(y), connect="finite")


def polygon_path(x: Points, y: Points) -> QPainterPath:
    """Polygons, parted by NaN, as one path to be filled by the odd-even rule."""
    path = path_of(x, y)
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


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
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(make_pen(color, width, dash_px, casing=casing))
        painter.drawPath(path_of(x, y))
    elif color.alpha() == 255 and draft and len(x) > SMOOTH:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        _draw_segments(painter, x[SMOOTH - 1 :], y[SMOOTH - 1 :], color, width + 2 * casing)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_segments(painter, x[:SMOOTH], y[:SMOOTH], color, width + 2 * casing)
    elif color.alpha() == 255:
        _draw_segments(painter, x, y, color, width + 2 * casing)
    else:
        _draw_veiled(painter, x, y, color, width + 2 * casing, area)


def _draw_segments(painter: QPainter, x: Points, y: Points, color: QColor, width: float) -> None:
    ends = np.column_stack((x[:-1], y[:-1], x[1:], y[1:]))
    ends = ends[np.isfinite(ends).all(axis=1)]
    lines = qt_array(QLineF, ends)
    pen = QPen(color, width)
    round_ends = width >= _ROUND and not crowded(x, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if round_ends else Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    painter.drawLines(*lines.drawargs())  # pyright: ignore


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
        aside.setRenderHint(QPainter.RenderHint.Antialiasing)
        aside.translate(-rect.left(), -rect.top())
        _draw_segments(aside, x, y, opaque, width)
    painter.save()
    painter.setOpacity(color.alphaF())
    painter.drawImage(QPointF(rect.topLeft()), veil)
    painter.restore()


def on_paper(color: QColor, paper: QColor) -> QColor:
    """What a translucent colour looks like on paper, opaque: a draft of many segments needs no veil."""
    share = color.alphaF()
    red, green, blue = (
        (1 - share) * under + share * over
        for under, over in (
            (paper.redF(), color.redF()),
            (paper.greenF(), color.greenF()),
            (paper.blueF(), color.blueF()),
        )
    )
    return QColor.fromRgbF(red, green, blue)


def dash_in_pixels(dash: str | Dash | None, width: float) -> Dash | None:
    """A dash, by name or in line widths, for a line of that width."""
    if dash is None:
        return None
    return tuple(part * width for part in (DASHES[dash] if isinstance(dash, str) else dash))
