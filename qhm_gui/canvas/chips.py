"""A few words on an ink ground. (pg.TextItem fills a box, but without round corners, a shadow or a place of its own.)

The value of a handle, the step of a playhead, the tooltip of a point.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from qhm_gui.canvas.frame import Frame, finite
from qhm_gui.canvas.item import PixelItem
from qhm_gui.canvas.label_placement import TextItem
from qhm_gui.canvas.label_places import Areas, area_at
from qhm_gui.drawing.ink_chip import chip_size, draw_chip


class Chip(TextItem):
    """A text on an ink ground where the placer has found room for it. Its wishes depend on what it belongs to."""

    steady = False

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """The ground and the words."""
        for wish, spot in self.spots():
            draw_chip(painter, spot.area, wish.text, frame.style)


def chip_areas(point: QPointF, text: str, frame: Frame, away: float) -> Areas:
    """The places of a chip beside a pixel that lie in the canvas, best first.

    Up left, up right, down left, down right; then straight above and below; then all these further away.
    """
    size, room = chip_size(text, frame.style), frame.bounds.adjusted(2, 2, -2, -2)
    ways = (((1, 1), -1, -1), ((0, 1), 1, -1), ((1, 0), -1, 1), ((0, 0), 1, 1), ((0.5, 1), 0, -1), ((0.5, 0), 0, 1))
    found = [
        sides
        for far in (away, away + size.height(), away + 2 * size.height())
        for anchor, sx, sy in ways
        for sides in (area_at(point.x() + sx * away, point.y() + sy * far, size.width(), size.height(), anchor),)
        if room.contains(QRectF(QPointF(*sides[:2]), QPointF(*sides[2:])))
    ]
    if not found:
        area = frame.keep_inside(QRectF(point.x() + away, point.y() + away, size.width(), size.height()), 2)
        found.append((area.left(), area.top(), area.right(), area.bottom()))
    return np.array(found)


class Tooltip(PixelItem):
    """A few lines on an ink ground beside a data point, kept in the canvas. Hidden until it has a place."""

    clipped = False

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(20.0)
        self.setVisible(False)
        self._text = ""
        self._x = self._y = math.nan

    @property
    def text(self) -> str:
        """What it says, markup."""
        return self._text

    def set_text(self, lines: Sequence[str]) -> None:
        """What it says, a line of markup each."""
        text = "\n".join(lines)
        if text != self._text:
            self._text = text
            self.moved()

    def set_position(self, x: float, y: float) -> None:
        """Show it at a data point."""
        if (x, y) != (self._x, self._y):
            self._x, self._y = float(x), float(y)
            self.moved()
        self.setVisible(True)

    def cover(self, frame: Frame) -> QRectF:
        """The chip."""
        area = self._area(frame)
        return QRectF() if area.isEmpty() else area.adjusted(-1, -1, 1, 3)

    def _area(self, frame: Frame) -> QRectF:
        point = frame.point(self._x, self._y)
        if not finite(point) or not self._text:
            return QRectF()
        size = chip_size(self._text, frame.style)
        away = 12 * frame.style.type_scale
        area = QRectF(point.x() + away, point.y() - away - size.height(), size.width(), size.height())
        if area.right() > frame.bounds.right() - 4:
            area.moveRight(point.x() - away)
        if area.top() < frame.bounds.top() + 4:
            area.moveTop(point.y() + away)
        return frame.keep_inside(area)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """The chip."""
        area = self._area(frame)
        if not area.isEmpty():
            draw_chip(painter, area, self._text, frame.style)
