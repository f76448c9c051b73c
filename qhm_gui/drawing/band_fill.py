"""Fills between two curves, pixel by pixel. (QPainter fills a path, which takes 4 ms where its edges are noisy.)"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from qhm_gui.drawing.thinning import Points

Part = tuple[Points, Points, Points]  # rising x, and both edges, in pixels


def parts(x: Points, low: Points, high: Points) -> Iterator[Part]:
    """What lies between two edges, cut where one of them has a gap (NaN)."""
    whole = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    for part in np.split(np.arange(len(x)), np.flatnonzero(np.diff(whole)) + 1):
        if len(part) > 1 and whole[part[0]]:
            yield x[part], low[part], high[part]


def fill_between(painter: QPainter, found: Iterator[Part], color: QColor, area: QRectF) -> bool:
    """Fill ``found`` within ``area`` without smooth edges: the pixels whose centres lie inside, as QPainter does.

    False, with nothing done, where the painter turns or mirrors.
    """
    onto = painter.deviceTransform()
    if onto.m12() or onto.m21() or onto.m11() <= 0 or onto.m22() <= 0:
        return False
    room = onto.mapRect(area).toAlignedRect()
    if room.isEmpty():
        return True
    begins, ends = np.zeros((2, room.width()), dtype=np.int16)
    for x, low, high in found:
        columns, first, last = _rows(x * onto.m11() + onto.dx() - room.left(), room.width(),
                                     *(edge * onto.m22() + onto.dy() - room.top() for edge in (low, high)))  # fmt: skip
        begins[columns], ends[columns] = np.clip((first, last), 0, room.height())
    filled = np.flatnonzero(ends > begins)
    if not len(filled):
        return True
    columns = slice(int(filled[0]), int(filled[-1]) + 1)
    top, bottom = int(begins[filled].min()), int(ends[filled].max())
    rows = np.arange(top, bottom, dtype=np.int16)[:, None]
    pixels = ((rows >= begins[columns]) & (rows < ends[columns])) * _premultiplied(color)
    height, width = pixels.shape
    picture = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    painter.save()
    painter.resetTransform()
    painter.setTransform(painter.deviceTransform().inverted()[0])
    painter.drawImage(QPoint(room.left() + columns.start, room.top() + top), picture)
    painter.restore()
    return True


def _premultiplied(color: QColor) -> np.uint32:
    """As QPainter rounds it: from 16 bits."""
    exact = color.rgba64().premultiplied()
    parts = (exact.alpha(), exact.red(), exact.green(), exact.blue())
    return np.uint32(sum(round(part / 257) << shift for part, shift in zip(parts, (24, 16, 8, 0), strict=True)))


def _rows(x: Points, count: int, low: Points, high: Points) -> tuple[slice, NDArray[np.int64], NDArray[np.int64]]:
    """Of ``count`` columns those whose centres lie over x; of each the first filled row and the first below."""
    left, right = (int(min(max(np.ceil(end - 0.5), 0), count)) for end in (x[0], x[-1]))
    centres = np.arange(left, max(left, right)) + 0.5
    one, other = (np.interp(centres, x, edge) for edge in (low, high))
    first, last = (np.ceil(edge - 0.5).astype(np.int64) for edge in (np.minimum(one, other), np.maximum(one, other)))
    return slice(left, max(left, right)), first, last
