"""The playhead's slider."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from qhm_gui.text.numbers import fixed
from qhm_gui.widgets.slider import ParameterSlider


class ScrubSlider(ParameterSlider):
    """The playhead over whole steps, in ink, with tick marks at round numbers."""

    TRACK_Y = 30.0
    TICK_Y = 48.5

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("whole", 0, 1, parent)
        self.setFixedHeight(60)

    def _tint(self) -> QColor:
        return self.theme.color("ink")

    def _dot(self) -> QColor:
        return self.theme.color("ink" if self.theme.key == "light" else "onink")

    def _ticks(self) -> list[tuple[float, str]]:
        span = max(1.0, self._scale.high - self._scale.low)
        room = max(2.0, self._track().width() / 90)
        step = 10.0 ** math.ceil(math.log10(span / room))
        step = max(1.0, next((step / k for k in (5, 2) if span / (step / k) <= room), step))
        count = math.floor(span / step + 1e-9)
        return [(self._scale.low + k * step, fixed(self._scale.low + k * step, 0)) for k in range(count + 1)]

    def _paint_ticks(self, painter: QPainter) -> None:
        painter.setPen(QPen(self.theme.color("line2"), 1))
        for value, _ in self._ticks():
            x = round(self._x(value)) + 0.5
            painter.drawLine(QLineF(x, self.TRACK_Y + 7.5, x, self.TRACK_Y + 11.5))
        super()._paint_ticks(painter)
