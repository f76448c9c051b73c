"""How far along a line in pixels its points lie."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF

from qhm_gui.drawing.thinning import Points


def arc_length(x: Points, y: Points) -> Points:
    """From the first point to each, along the line."""
    return np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))


def longest(x: Points, y: Points) -> tuple[Points, Points]:
    """The longest of the pieces of a line that NaN parts."""
    gap = np.isnan(x)
    piece = np.cumsum(gap)
    lengths = np.bincount(piece[:-1], np.nan_to_num(np.hypot(np.diff(x), np.diff(y))), piece[-1] + 1)
    here = (piece == np.argmax(lengths)) & ~gap
    return x[here], y[here]


def subdivided(x: Points, y: Points, step: float, area: QRectF) -> tuple[Points, Points]:
    """The same line, with NaN for gaps, and in the area with a point at least every so many pixels. All of its pieces
    at once: an isoline of a coarse map has some fifty, and one by one they take a frame."""
    dx, dy = np.diff(x), np.diff(y)
    seen = np.isfinite(dx + dy)
    for line, low, high in ((x, area.left(), area.right()), (y, area.top(), area.bottom())):
        seen &= (np.maximum(line[1:], line[:-1]) >= low) & (np.minimum(line[1:], line[:-1]) <= high)
    count = np.ones(len(dx), dtype=np.intp)
    count[seen] = np.maximum(np.ceil(np.hypot(dx[seen], dy[seen]) / step), 1)
    begin = np.repeat(np.arange(len(dx)), count)
    share = (np.arange(len(begin)) - np.repeat(np.cumsum(count) - count, count)) / count[begin]
    dx, dy = np.where(seen, dx, 0.0), np.where(seen, dy, 0.0)
    return np.append(x[begin] + share * dx[begin], x[-1:]), np.append(y[begin] + share * dy[begin], y[-1:])
