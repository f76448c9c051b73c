"""pg.AxisItem with the labels of :mod:`axis`: no box, no spine. (Its grid lies above the data: here it lies below.)"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from qhm_gui.canvas.axis import Axis, Tick, visible_ticks
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Field
from qhm_gui.canvas.plot_item import QuietAxis
from qhm_gui.drawing import markup
from qhm_gui.drawing.device import snapped_y
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import between_groups

TICK_PX = 12
#: Between a plot and the numbers beside it, in pixels at type scale 1.
GAP = 7
#: The same below it: half a line, which the lowest number beside the plot reaches down.
BELOW = 7.5


class PlotAxis(Guarded, QuietAxis):
    """The numbers beside a plot, without spine or ticks: the densest reasonable set whose labels keep clear."""

    def __init__(self, orientation: Literal["left", "bottom"]) -> None:
        super().__init__(orientation, maxTickLength=0)
        self._ticks: tuple[str, list[Tick]] | None = None  # and what stands between groups of digits in them

    @property
    def _frame(self) -> Frame:
        canvas: Any = self.getViewWidget()
        return canvas.frame()

    @property
    def width_needed(self) -> float:
        """Pixels of the widest number with the gap beside it, at the left of a plot."""
        style = self._frame.style
        widest = max((markup.measure(text, style, TICK_PX).width() for _, text in self.visible_ticks), default=0.0)
        return math.ceil(widest + GAP * style.type_scale)

    revision = 0  # counts how often its looks have changed

    def changed(self) -> None:
        """Another range, scale, size or look."""
        self._ticks = None
        self.update()

    def update(self, *area: Any) -> None:
        """Have it painted again."""
        self.revision += 1
        super().update(*area)

    @property
    def visible_ticks(self) -> list[Tick]:
        """(data value, label) of what is shown."""
        if self._ticks is None or self._ticks[0] != between_groups():
            frame = self._frame
            canvas: Any = self.getViewWidget()
            ticks = x_ticks(frame) if self.orientation == "bottom" else y_ticks(frame, canvas.asked_left)
            self._ticks = between_groups(), ticks
        return self._ticks[1]

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """The ticks in axis coordinates, as one level."""
        frame = self._frame
        axis = frame.x if self.orientation == "bottom" else frame.y
        return [(1.0, [float(axis.to_axis(value)) for value, _ in self.visible_ticks])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Their labels, as markup."""
        return [text for _, text in self.visible_ticks]

    def boundingRect(self) -> QRectF:
        """The margin that it stands in, and half a label over both ends."""
        area = self.rect()
        return area.adjusted(0, -12, 0, 12) if self.orientation == "left" else area.adjusted(-60, 0, 60, 0)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """The numbers, in pixels of the canvas."""
        canvas: Any = self.getViewWidget()
        if canvas is None or id(self) in canvas.painted:
            return
        frame = self._frame
        color = frame.color("muted")
        painter.save()
        painter.translate(-self.scenePos())
        for text, x, y, anchor in self._numbers(frame):
            markup.paint(painter, x, y, text, frame.style, color, px=TICK_PX, anchor=anchor)
        painter.restore()

    def areas(self, frame: Frame) -> list[QRectF]:
        """Where the numbers stand, in pixels of the canvas."""
        return [
            markup.box(x, y, text, frame.style, px=TICK_PX, anchor=anchor)
            for text, x, y, anchor in self._numbers(frame)
        ]

    def _numbers(self, frame: Frame) -> Iterator[tuple[str, float, float, tuple[float, float]]]:
        """Each label with the pixel that it is anchored at."""
        gap, below = GAP * frame.style.type_scale, BELOW * frame.style.type_scale
        for value, text in self.visible_ticks:
            if self.orientation == "bottom":
                yield text, frame.one_x(value), frame.plot.bottom() + below, (0.5, 0.0)
            else:
                yield text, frame.plot.left() - gap, frame.one_y(value), (1.0, 0.5)


def x_ticks(frame: Frame) -> list[Tick]:
    """The labelled ticks of the x axis."""
    low, high = frame.x.from_axis(frame.x_span)
    axis = frame.x.with_range(float(low), float(high))
    return [*_beside(axis, frame.plot.width(), TICK_PX * frame.style.type_scale, None, between_groups())]


def y_ticks(frame: Frame, left: float) -> list[Tick]:
    """The labelled ticks of the y axis; narrow enough for so many pixels at the left of the plot, where some are."""
    low, high = frame.y.from_axis(frame.y_span)
    axis = frame.y.with_range(float(low), float(high))
    room = left - GAP * frame.style.type_scale
    return [*_beside(axis, frame.plot.height(), TICK_PX * frame.style.type_scale, room, between_groups())]


@lru_cache(512)
def _beside(axis: Axis, length: float, size: float, room: float | None, _groups: str) -> tuple[Tick, ...]:
    """The ticks beside so many pixels, with ``room`` for those of a y axis: a canvas that is laid out asks again and
    again. What stands between groups of digits is part of them."""
    if room is None:
        return (*visible_ticks(axis, length, lambda text: markup.layout(text, size).width, 1.2 * size),)

    def has_room(text: str) -> bool:
        return markup.layout(text, size).width <= room

    return (*visible_ticks(axis, length, lambda text: markup.layout(text, size).height, 1.6 * size, has_room),)


class GridLines(Field):
    """Hairlines at the ticks of the y axis, below the data. (AxisItem.setGrid and GridItem draw above or between.)"""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-100)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """One line a labelled tick, on whole pixels."""
        width = frame.style.width(1)
        painter.setPen(QPen(frame.color("grid"), width))
        for value, _ in self.canvas.plot_item.getAxis("left").visible_ticks if self.canvas else ():
            y = snapped_y(painter, frame.one_y(value), width)
            painter.drawLine(QPointF(frame.plot.left(), y), QPointF(frame.plot.right(), y))
