"""What a text wishes for, and which of its places is the best: arrays of rectangles, without a canvas.

A text that has no place that is clear of marks and other texts is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.obstacles import CELL
from qhm_gui.drawing import markup
from qhm_gui.drawing.thinning import Points

Areas = NDArray[np.float64]  # (n, 4): left, top, right, bottom in pixels
Table = NDArray[np.int32]  # how many cells lie above and left of each corner of a grid

#: Pixels between a text and the line of another text, at a type scale of 1: a line that near is a letter of it.
BESIDE_LEADER = 4.0
#: Air about a text, in pixels at type scale 1.
_AIR_X, _AIR_Y = 2.0, 0.5
#: A text may cover so many cells of curves before it is left out: its halo lifts it off a line that it crosses once.
_MOST_COVERED = 26
#: What it costs to touch a curve at all, in cells; what a place further down the list does; how far that counts; and
#: what it is worth to stay.
_TOUCHED, _FURTHER, _FURTHEST, _STAY = 8.0, 0.35, 40, 5.0
#: And what a line costs that leads across the mark of something else; so many places are tried for a better one.
_ACROSS, _TRIES = 30.0, 24

#: Ranks: what is placed first. Between these, views may use any number.
FIXED, CHIP, MARK, TITLE, RESULT, NAME, NOTE = 0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0


@dataclass(frozen=True, eq=False)
class Wish:
    """A text of one look with its places, best first; ``areas`` are measured with :func:`area_at`.

    ``ends``: for each place the pixel that a thin line leads to, where ``leader`` is set; it stops ``short_of`` pixels
    before it, at the edge of the mark there, and is left out where it would be shorter than ``close``. A ``needed``
    text is drawn at its first place even where that covers something; ``over`` lets it lie on curves. ``outside``
    allows places beyond the plot; ``fallback`` is tried where there is no place.
    """

    text: str
    areas: Areas
    rank: float = NAME
    color: str | None = None
    px: float = 12
    weight: int = 400
    align: float = 0.0
    halo: bool = True
    ends: Points | None = None
    leader: bool = False
    short_of: float = 0.0
    close: float = 0.0
    needed: bool = False
    over: bool = False
    outside: bool = False
    off_regions: bool = False
    fallback: Wish | None = None

    def line(self, spot: Spot, unit: float) -> QLineF | None:
        """The line that leads from a place of this text to what it names; None where there is none."""
        if not self.leader or spot.end is None:
            return None
        return leader_line(spot.area, spot.end, unit, self.short_of, self.close)


class Spot(NamedTuple):
    """Where a text stands, and where its line leads to."""

    area: QRectF
    end: QPointF | None
    index: int


def area_at(x: float, y: float, width: float, height: float, anchor: tuple[float, float]) -> tuple[float, ...]:
    """Left, top, right and bottom of a text whose ``anchor`` stands at a pixel: (0, 0) top left, (1, 1) the other."""
    left, top = x - anchor[0] * width, y - anchor[1] * height
    return left, top, left + width, top + height


def fixed(
    text: str, style: Style, at: tuple[float, float], anchor: tuple[float, float], px: float, weight: int, **look: Any
) -> Wish:
    """A text that stands where it is put, whatever is there."""
    size = markup.measure(text, style, px, weight)
    areas = np.array([area_at(*at, size.width(), size.height(), anchor)])
    return Wish(text, areas, FIXED, px=px, weight=weight, needed=True, over=True, **look)


class Choice(NamedTuple):
    """Which of the ``count`` places of a wish, or of its fallback, is taken; None for no place."""

    index: int | None
    count: int
    fallback: bool = False

    def of(self, wish: Wish) -> Wish:
        """What is written."""
        return wish.fallback if self.fallback and wish.fallback is not None else wish

    def fits(self, wish: Wish, frame: Frame) -> bool:
        """Whether another wish can take the same place as this one, on the canvas."""
        wish = self.of(wish)
        if len(wish.areas) != self.count:
            return False
        if self.index is None:
            return True
        left, top, right, bottom = wish.areas[self.index].tolist()
        return frame.bounds.contains(QRectF(left, top, right - left, bottom - top))


def choose(
    wish: Wish,
    frame: Frame,
    taken: Areas,
    marks: int,
    counts: Table | None,
    previous: int,
    barred: Table | None = None,
) -> int | None:
    """The first place that is clear, the one that was taken before if it still is, else the one that covers least.

    ``taken``: first the ``marks``, then the numbers of the axes and the texts that have a place. Where nothing is
    clear, a needed text covers marks rather than texts. Without ``counts`` a text may lie on curves. It lies on nothing
    that is ``barred``: on a hatch a number of a map reads as one of the hatch.
    """
    if not len(wish.areas):
        return None
    unit = frame.style.type_scale
    wide = wish.areas + np.array([-_AIR_X, -_AIR_Y, _AIR_X, _AIR_Y]) * unit
    room = frame.bounds if wish.outside else frame.plot.adjusted(2, 1, -2, -1)
    left, top, right, bottom = wish.areas.T  # axis by axis: NumPy is slow where the last one has few entries
    inside = (left >= room.left()) & (top >= room.top()) & (right <= room.right()) & (bottom <= room.bottom())
    if barred is not None:
        inside &= _covered(barred, wish.areas) == 0
    if len(taken):
        left, top, right, bottom = wide.T
        lefts, tops, rights, bottoms = taken.T[..., None]
        apart = (left >= rights) | (right <= lefts) | (top >= bottoms) | (bottom <= tops)  # (taken, places)
        clear = inside & apart.all(axis=0)
        if wish.needed and not clear.any():
            touched = len(taken) * (~apart[marks:]).sum(axis=0) + (~apart[:marks]).sum(axis=0)
            return int(np.argmin(np.where(inside, touched, np.inf)))
        inside = clear
    leads = wish.leader and wish.ends is not None
    if leads and len(taken) > marks:
        texts = taken[marks:] + np.array([-BESIDE_LEADER, 0.0, BESIDE_LEADER, 0.0]) * unit
        inside &= ~_crossing(wish, np.arange(len(wish.areas)), texts, unit).any(axis=1)
    if not inside.any():
        return 0 if wish.needed else None
    covered = np.zeros(len(wish.areas)) if counts is None else _covered(counts, wide).astype(np.float64)
    score = covered + _TOUCHED * (covered > 0) + _FURTHER * np.minimum(np.arange(len(covered)), _FURTHEST)
    if 0 <= previous < len(score):
        score[previous] -= _STAY
    score[~inside] = np.inf
    best = int(np.argmin(score))
    for _ in range(_TRIES if leads and marks else 0):
        if not (_crossing(wish, np.array([best]), taken[:marks], unit)[0] & ~_named(wish, best, taken[:marks])).any():
            break
        score[best] += _ACROSS
        best = int(np.argmin(score))
    shorter = wish.fallback is not None and wish.rank == NAME and wish.fallback.text != wish.text
    most = 0 if shorter else _MOST_COVERED  # rather a shorter name than one on a curve
    return best if wish.needed or covered[best] <= most else None


def _crossing(wish: Wish, places: NDArray[np.intp], areas: Areas, unit: float) -> NDArray[np.bool_]:
    """Whether the line from each of these places (n) leads through each of the areas (m), as (n, m)."""
    left, top, right, bottom = areas.T[..., None]  # axis by axis, and the points last, of which there are many
    x, y = np.moveaxis(leader_points(wish, places, unit), -1, 0)[:, :, None]
    return ((x > left) & (x < right) & (y > top) & (y < bottom)).any(axis=-1)


def _named(wish: Wish, place: int, marks: Areas) -> NDArray[np.bool_]:
    """In which marks the line from this place ends."""
    assert wish.ends is not None
    (x, y), (left, top, right, bottom) = wish.ends[place], marks.T
    return (x >= left) & (x <= right) & (y >= top) & (y <= bottom)


def leader_points(wish: Wish, places: NDArray[np.intp], unit: float) -> Points:
    """Points (n, 64, 2) along each :func:`leader_line` from these places; NaN where there is none."""
    assert wish.ends is not None
    shares, ends = np.linspace(0.0, 1.0, 64)[None, :, None], wish.ends[places]
    near = wish.areas[places] + np.array([-4.0, -1.0, 4.0, 1.0]) * unit
    starts, middles = np.clip(ends, near[:, :2], near[:, 2:]), (near[:, :2] + near[:, 2:]) / 2
    across, down = ((near[:, :2] < ends) & (ends < near[:, 2:])).T
    starts[:, 0] = np.where(across, middles[:, 0] + 0.25 * (ends[:, 0] - middles[:, 0]), starts[:, 0])
    starts[:, 1] = np.where(down & ~across, middles[:, 1], starts[:, 1])
    starts[np.hypot(*(ends - starts).T) <= wish.short_of + wish.close] = np.nan
    return starts[:, None, :] + shares * (ends - starts)[:, None, :]


def leader_line(area: QRectF, end: QPointF, unit: float, short_of: float = 0.0, close: float = 0.0) -> QLineF | None:
    """A thin line from the edge of a text to what it names, or to ``short_of`` pixels before it; None where they
    touch or are as near as ``close``."""
    pad = 2 * unit
    near = area.adjusted(-2 * pad, -pad / 2, 2 * pad, pad / 2)
    start = QPointF(min(max(end.x(), near.left()), near.right()), min(max(end.y(), near.top()), near.bottom()))
    if near.left() < end.x() < near.right():
        start.setX(near.center().x() + 0.25 * (end.x() - near.center().x()))
    elif near.top() < end.y() < near.bottom():
        start.setY(near.center().y())
    line = QLineF(start, end)
    line.setLength(max(0.0, line.length() - short_of))
    return line if abs(line.dx()) + abs(line.dy()) > pad and line.length() > close else None


def count_table(curves: Sequence[Points], frame: Frame) -> Table:
    """How many cells of curves lie above and left of each corner of the grid: a summed-area table."""
    columns, rows = int(frame.bounds.width() / CELL) + 2, int(frame.bounds.height() / CELL) + 2
    grid = np.zeros((rows, columns), dtype=bool)
    for points in curves:
        across, down = (points[:, 0] / CELL).astype(np.int64), (points[:, 1] / CELL).astype(np.int64)
        seen = (across >= 0) & (across < columns) & (down >= 0) & (down < rows)
        grid[down[seen], across[seen]] = True
    return _summed(grid)


def region_table(paths: Sequence[QPainterPath], frame: Frame) -> Table:
    """The same for what regions fill."""
    columns, rows = int(frame.bounds.width() / CELL) + 2, int(frame.bounds.height() / CELL) + 2
    if paths:
        image = QImage(columns, rows, QImage.Format.Format_Grayscale8)
        image.fill(0)
        with QPainter(image) as painter:
            painter.scale(1 / CELL, 1 / CELL)
            for path in paths:
                painter.fillPath(path, Qt.GlobalColor.white)
        pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(rows, image.bytesPerLine())[:, :columns]
        return _summed(pixels > 0)
    return np.zeros((rows + 1, columns + 1), dtype=np.int32)


def _summed(cells: NDArray[np.bool_]) -> Table:
    """The summed-area table of cells: row by row, since memory lies that way."""
    table = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), dtype=np.int32)
    np.cumsum(cells, axis=1, dtype=np.int32, out=table[1:, 1:])
    for above, row in pairwise(table):
        row += above
    return table


def _covered(table: Table, areas: Areas) -> Table:
    """Cells of curves in each area."""
    rows, columns = table.shape
    cells = np.floor(areas / CELL).astype(np.int64)
    left, right = (np.clip(part, 0, columns - 1) for part in (cells[:, 0], cells[:, 2] + 1))
    top, bottom = (np.clip(part, 0, rows - 1) for part in (cells[:, 1], cells[:, 3] + 1))
    return table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left]


def as_areas(rects: Sequence[QRectF]) -> Areas:
    sides = [(r.left(), r.top(), r.right(), r.bottom()) for r in rects if not r.isEmpty()]
    return np.array(sides, dtype=np.float64).reshape(-1, 4)
