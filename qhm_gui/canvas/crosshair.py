"""Crosshair and playhead: pg.InfiniteLine on whole pixels. (Its pg.InfLineLabel may cover numbers and other texts.)"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath

from qhm_gui.canvas.chips import Chip
from qhm_gui.canvas.drawn import Drawn, marks
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Coloured, InPixels
from qhm_gui.canvas.label_places import FIXED, Wish
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing.device import snapped_x, snapped_y
from qhm_gui.drawing.ink_chip import chip_size
from qhm_gui.drawing.pens import CROSSHAIR_DASH, make_pen
from qhm_gui.text.numbers import grouped

_RIM = "rgba(23,32,42,.28)"
_GRIP = 6.0  # pixels on both sides of the playhead in which the mouse takes it


class CrosshairLine(Coloured, pg.InfiniteLine):
    """A dashed line from a point to its axis: vertical down to x, horizontal left to y."""

    def __init__(self, angle: int, color: str, cased: bool) -> None:
        super().__init__(angle=angle)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(4.0)
        self._color, self._cased = color, cased
        self._x = self._y = math.nan

    def set_position(self, x: float, y: float) -> None:
        """Begin at a data point."""
        if (x, y) != (self._x, self._y):
            self._x, self._y = float(x), float(y)
            self.moved()

    def _ends(self, frame: Frame) -> tuple[QPointF, QPointF]:
        point = frame.point(self._x, self._y)
        if self.angle == 90:
            return point, QPointF(point.x(), frame.plot.bottom())
        return point, QPointF(frame.plot.left(), point.y())

    def cover(self, frame: Frame) -> QRectF:
        """The line and its rim."""
        start, end = self._ends(frame)
        area = QRectF(start, end).normalized().adjusted(-3, -3, 3, 3)
        return area if math.isfinite(area.x() + area.y()) else QRectF()

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """The line."""
        area = self.cover(frame)
        if not area.isEmpty():
            obstacles.areas.append(area.adjusted(2, 2, -2, -2).intersected(frame.plot))

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """On whole pixels; a dark rim round the dashes on a map."""
        start, end = self._ends(frame)
        if not math.isfinite(start.x() + start.y()):
            return
        scale = frame.style.line_scale
        if self.angle == 90:
            x = snapped_x(painter, start.x(), scale)
            start, end = QPointF(x, start.y()), QPointF(x, end.y())
        else:
            y = snapped_y(painter, start.y(), scale)
            start, end = QPointF(start.x(), y), QPointF(end.x(), y)
        dash = tuple(part * scale for part in CROSSHAIR_DASH)
        if self._cased:
            painter.setPen(make_pen(frame.color(_RIM), scale, dash, casing=0.8 * scale))
            painter.drawLine(start, end)
        painter.setPen(make_pen(frame.color(self._color), scale, dash))
        painter.drawLine(start, end)


class Crosshair:
    """Both lines from a point to the axes. ``cased`` puts a dark rim round them, for maps."""

    def __init__(self, color: str, cased: bool = False) -> None:
        self.companions = (CrosshairLine(90, color, cased), CrosshairLine(0, color, cased))

    def set_position(self, x: float, y: float) -> None:
        """Cross at a data point."""
        for line in self.companions:
            line.set_position(x, y)

    def set_color(self, color: str) -> None:
        """A token, a method's key or '#hex'."""
        for line in self.companions:
            line.set_color(color)

    def setVisible(self, visible: bool) -> None:
        """Show or hide both."""
        for line in self.companions:
            line.setVisible(visible)


class Playhead(InPixels, pg.InfiniteLine):
    """A vertical line at a step with a chip on top; drag it to scrub. ``value()`` is the step."""

    dragged_to = Signal(float)
    began = Signal()
    ended = Signal()

    clipped = False

    def __init__(self, color: str = "ink", symbol: str = "*k*") -> None:
        super().__init__(angle=90, movable=True)
        self.setZValue(3.0)
        self._color, self.symbol = color, symbol
        self._grip = 0.0
        self._k = math.nan
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.chip = StepChip(self)
        self.companions = (self.chip,)

    @property
    def position(self) -> float:
        """The step that it stands at."""
        return self._k

    def set_position(self, k: float) -> None:
        """Stand at a step, without a signal."""
        if k != self._k:
            self._k = float(k)
            self.setValue(self._k)
            self.moved()
            self.chip.changed()

    @property
    def text(self) -> str:
        """What the chip says."""
        return f"{self.symbol} = {grouped(self._k)}"

    def pixel_x(self, frame: Frame) -> float:
        """Where it stands, in pixels."""
        return frame.one_x(self._k)

    def cover(self, frame: Frame) -> QRectF:
        """The line and what the mouse takes hold of."""
        x = self.pixel_x(frame)
        if not math.isfinite(x):
            return QRectF()
        return QRectF(x - _GRIP, frame.plot.top(), 2 * _GRIP, frame.plot.height() + 2)

    def drawn(self) -> list[Drawn]:
        return marks("Playhead", self._color, self._k, 0.0)

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """The line."""
        x = self.pixel_x(frame)
        if math.isfinite(x):
            obstacles.areas.append(QRectF(x - 0.5, frame.plot.top(), 1.0, frame.plot.height()))

    def shape(self) -> QPainterPath:
        """The line with a grip, and the chip."""
        path = QPainterPath()
        if self.canvas is not None and self.movable:
            frame = self.canvas.frame()
            path.addRect(self.cover(frame))
            path.addRect(self.chip.place(frame))
        return self.mapFromScene(path)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """The line runs from the chip to the bottom of the plot."""
        x, width = self.pixel_x(frame), frame.style.width(1)
        if math.isfinite(x):
            x = snapped_x(painter, x, width)
            painter.setPen(make_pen(frame.color(self._color), width))
            painter.drawLine(QPointF(x, self.chip.place(frame).bottom()), QPointF(x, frame.plot.bottom()))

    def hoverEvent(self, ev: Any) -> None:
        """Ask for drags here."""
        if self.movable and not ev.isExit():
            ev.acceptDrags(Qt.MouseButton.LeftButton)

    def mouseDragEvent(self, ev: Any) -> None:
        """Follow the mouse from step to step within the axis."""
        if not self.movable or ev.button() != Qt.MouseButton.LeftButton or self.canvas is None:
            ev.ignore()
            return
        ev.accept()
        frame = self.canvas.frame()
        if ev.isStart():
            self._grip = ev.buttonDownScenePos().x() - self.pixel_x(frame)
            self.began.emit()
        k, _ = frame.data(QPointF(ev.scenePos().x() - self._grip, ev.scenePos().y()))
        k = float(round(self.canvas.x_axis.clip(k)))
        if k != self._k:
            self.set_position(k)
            self.dragged_to.emit(k)
        if ev.isFinish():
            self.ended.emit()


class StepChip(Chip):
    """The step of a playhead, on an ink ground at the top of the plot."""

    def __init__(self, playhead: Playhead) -> None:
        super().__init__()
        self.setZValue(18.0)
        self._playhead = playhead

    def place(self, frame: Frame) -> QRectF:
        """On the playhead, within the plot: beside it stand the numbers of the axis and the names of the lines."""
        x = self._playhead.pixel_x(frame)
        if not math.isfinite(x):
            return QRectF()
        size = chip_size(self._playhead.text, frame.style)
        top = frame.plot.top() + 2 * frame.style.type_scale
        left = max(min(x - size.width() / 2, frame.plot.right() - size.width()), frame.plot.left())
        return QRectF(left, top, size.width(), size.height())

    def wishes(self, frame: Frame) -> list[Wish]:
        """At the top of the line."""
        area = self.place(frame)
        if area.isEmpty() or not self._playhead.isVisible():
            return []
        return [Wish(self._playhead.text, np.array([area.getCoords()]), FIXED, needed=True, over=True, outside=True)]
