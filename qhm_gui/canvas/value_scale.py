"""A second scale at the right end. (A pg.AxisItem needs a second ViewBox for it, laid over the first by hand.)"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis, Tick, visible_ticks
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.label_placement import TextItem
from qhm_gui.canvas.label_places import Wish, fixed
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.canvas.plot_axis import TICK_PX
from qhm_gui.drawing import markup
from qhm_gui.drawing.pens import make_pen

_DASH, _GAP, _AIR = 5.0, 8.0, 10.0


class ValueScale(TextItem):
    """The numbers of a quantity with a scale of its own, beside the right edge of the plot; hidden without one.

    Its axis reaches from the low to the high end of the canvas' y axis: :meth:`to_canvas` places values there.
    """

    def __init__(self, color: str = "muted") -> None:
        super().__init__()
        self._axis: Axis | None = None
        self._color = color

    @property
    def axis(self) -> Axis | None:
        """The scale that is shown."""
        return self._axis

    def set_axis(self, axis: Axis | None) -> None:
        """Another scale, or none."""
        if axis != self._axis:
            self._axis = axis
            self.moved()
            if self.canvas is not None:
                self.canvas.room_changed()

    def to_canvas(self, values: np.ndarray) -> np.ndarray:
        """Values of this scale as y values of the canvas, which must be linear."""
        assert self._axis is not None and self.canvas is not None
        (low, high), y = self._axis.span, self.canvas.y_axis
        return y.low + (self._axis.to_axis(values) - low) / (high - low) * (y.high - y.low)

    def reserved_right(self, style: Style) -> float:
        """The dash, the widest number and air."""
        if self._axis is None:
            return 0.0
        size = TICK_PX * style.type_scale
        texts = [text for _, text in visible_ticks(self._axis, 300.0, lambda _: size, size)]
        widest = max((markup.measure(text, style, TICK_PX).width() for text in texts), default=0.0)
        return widest + (_GAP + _AIR) * style.type_scale

    def _ticks(self, frame: Frame) -> list[tuple[Tick, float]]:
        """Each number that has room, with its pixel from the top."""
        if self._axis is None:
            return []
        size = TICK_PX * frame.style.type_scale
        height = abs(frame.one_y(frame.y.high) - frame.one_y(frame.y.low))
        ticks = visible_ticks(self._axis, height, lambda text: markup.layout(text, size).height, 1.6 * size)
        places = frame.px_y(self.to_canvas(np.array([value for value, _ in ticks])))
        top, bottom = frame.plot.top() - 1, frame.plot.bottom() + 1
        return [(tick, y) for tick, y in zip(ticks, places.tolist(), strict=True) if top <= y <= bottom]

    def own_area(self, frame: Frame) -> QRectF:
        """The dashes."""
        plot = frame.plot
        return QRectF(plot.right(), plot.top() - 2, _GAP * frame.style.type_scale, plot.height() + 4)

    def wishes(self, frame: Frame) -> list[Wish]:
        """Each number beside its dash."""
        x = frame.plot.right() + _GAP * frame.style.type_scale
        look = {"color": self._color, "halo": False, "outside": True}
        return [
            fixed(text, frame.style, (x, y), (0.0, 0.5), TICK_PX, 400, **look) for (_, text), y in self._ticks(frame)
        ]

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """Nothing but its numbers, which are texts."""

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """A dash at each number, then the numbers."""
        painter.setPen(make_pen(frame.color(self._color), frame.style.width(1)))
        left, unit = frame.plot.right(), frame.style.type_scale
        for _, y in self._ticks(frame):
            painter.drawLine(QPointF(left, y), QPointF(left + _DASH * unit, y))
        super().draw(painter, frame)
