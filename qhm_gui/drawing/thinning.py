"""Which points of a line show, in pixels: the rest need not be drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

Points = NDArray[np.float64]
_ROUGH = 0.95  # see _straight
COVERED = 2000  # points from which it pays to look for segments that lie on others
_CELL, _OF_WIDTH = 1.5, 0.8  # device pixels of a cell that a drawn segment fills: less than a line is wide
_LOOKS, _FILLS = (np.linspace(0, 1, count, dtype=np.float32)[:, None] for count in (4, 40))  # along a segment
LONG = 120_000  # points from which not all are looked at
_IN_FULL, _BLOCKS = 20_000, 20_000
_BESIDE = 1000.0  # pixels beside a plot at which a line is cut
_SEEN = -500.0, 4500.0  # pixels; what is farther away is on no screen


def thinned(x: Points, y: Points, scale: float = 1.0, *, cover: bool = False, width: float = 0.0) -> NDArray[np.intp]:
    """Which points `draw_polyline` draws of a line, in order: found once for a line that is drawn in parts.

    With ``cover`` segments are left out of a long line that turns back where what comes before has covered them
    already: the first of them is drawn, and -i - 1 stands for a gap after it, up to point i. ``width``: of the line.
    """
    with np.errstate(invalid="ignore"):
        kept = visible(x, y, scale)
        if cover and len(kept) > COVERED and not np.all(np.diff(x) >= 0):
            seen = uncovered(x[kept], y[kept], scale, width)
            return _with_gaps(kept, seen)
        return kept[_straight(x[kept], y[kept], scale)]


def fewer(x: Points, y: Points) -> NDArray[np.intp] | None:
    """Which points of a very long line are drawn at whatever size, in order; None for all.

    Beyond the first ``_IN_FULL`` (on a log axis they lie far apart) the leftmost, rightmost, lowest and highest of
    every block of points, so that no extreme is lost; and all of a block that a gap begins or ends in. A million points
    take 10 to 20 ms.
    """
    if len(x) <= LONG:
        return None
    size = -(-(len(x) - _IN_FULL) // _BLOCKS)
    end = _IN_FULL + (len(x) - 1 - _IN_FULL) // size * size
    first = np.arange(_IN_FULL, end, size)
    blocks = [line[_IN_FULL:end].reshape(-1, size) for line in (x, y)]
    ends = [first + find(block, axis=1) for block in blocks for find in (np.argmin, np.argmax)]
    whole = np.flatnonzero(~np.isfinite(x[ends[0]] + x[ends[1]] + y[ends[2]] + y[ends[3]]))  # NaN is the least
    broken = whole[np.isfinite(blocks[0][whole] + blocks[1][whole]).any(axis=1)]
    kept = np.zeros(len(x), dtype=bool)
    for some in (*ends, (first[broken, None] + np.arange(size)).ravel()):
        kept[some] = True
    kept[:_IN_FULL] = kept[end:] = True
    return np.flatnonzero(kept)


def uncovered(x: Points, y: Points, scale: float = 1.0, width: float = 0.0) -> NDArray[np.bool_]:
    """Of each segment of a line whether it shows where those before it have been drawn, (n - 1).

    Drawn segments fill cells of about the width of a line, and one that lies in full cells adds nothing. They are
    looked at in batches, each half as long again as the one before, so that of 100,000 steps that stay about a minimum
    some thousands are drawn.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        places = np.clip(np.stack((x, y)), *_SEEN) * (scale / max(_CELL, _OF_WIDTH * width * scale))
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
        begin, size = begin + size, 3 * size // 2
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


def around(x: Points, y: Points, reach: float) -> QRectF:
    """What lies within ``reach`` of the box of some points; empty for none."""
    there = np.isfinite(x) & np.isfinite(y)
    x, y = x[there], y[there]
    if not len(x):
        return QRectF()
    left, top = float(x.min()), float(y.min())
    return QRectF(left, top, float(x.max()) - left, float(y.max()) - top).adjusted(-reach, -reach, reach, reach)


def near(x: Points, y: Points, area: QRectF) -> tuple[Points, Points]:
    """A line in pixels without what lies far outside ``area``: it is cut there, which does not show.

    What diverges jumps from side to side a million pixels away, and Qt takes 30 ms for a stroke that long.
    """
    points = np.column_stack((x, y))
    kept = near_rows(points, area)
    return (x, y) if kept is points else (kept[:, 0], kept[:, 1])


def near_rows(points: Points, area: QRectF) -> Points:
    """The same of rows (n, k), of which the first two are the place."""
    reach = area.adjusted(-_BESIDE, -_BESIDE, _BESIDE, _BESIDE)
    low, high = (reach.left(), reach.top()), (reach.right(), reach.bottom())
    far = (points[:, :2] < low) | (points[:, :2] > high)
    return cut(points, reach) if far.any() else points


def pieces(points: Points) -> list[Points]:
    """The rows (n, k) between those that are not finite."""
    finite = np.isfinite(points).all(axis=1)
    ends = np.flatnonzero(np.diff(finite, prepend=False, append=False)).tolist()  # of a thousand in a row are not, too
    return [points[begin:end] for begin, end in zip(ends[::2], ends[1::2], strict=True)]


def cut(points: Points, area: QRectF) -> Points:
    """What of a line (n, k) lies in an area: its first two columns are the place, what the others hold goes with it."""
    low, high = np.array((area.left(), area.top())), np.array((area.right(), area.bottom()))
    start, way = points[:-1], np.diff(points, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.stack(((low - start[:, :2]) / way[:, :2], (high - start[:, :2]) / way[:, :2]))
        on_edge = np.isnan(share).any(axis=0) & np.isfinite(start[:, :2] + way[:, :2])  # along it: 0 / 0
        met = np.sort(np.where(on_edge, [[[-np.inf]], [[np.inf]]], share), axis=0)  # of the way, to each edge
        enters, leaves = np.maximum(met[0].max(axis=1), 0.0), np.minimum(met[1].min(axis=1), 1.0)
        seen = enters < leaves
        first = start + enters[:, None] * way
        last = np.where(leaves[:, None] < 1, start + leaves[:, None] * way, points[1:])
    begins = seen & ~(np.append(False, seen[:-1] & (leaves[:-1] == 1)) & (enters == 0))
    rows = np.stack((np.full_like(first, np.nan), first, last), axis=1)
    return rows[np.stack((begins, begins, seen), axis=1)][1:]
