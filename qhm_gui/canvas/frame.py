"""The frame of a canvas: where its plot lies in pixels and how data values come there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from qhm_gui.appearance.theme import Style, Theme
from qhm_gui.canvas.axis import Axis
from qhm_gui.drawing.background_colour import resolve

Span = tuple[float, float]
FAR = 1e6  # pixels: further out nothing is told apart, and Qt's rasteriser overflows


@dataclass(frozen=True, eq=False)
class Frame:
    """Everything an item needs to draw itself. ``x_span`` and ``y_span`` are what is shown, in axis coordinates."""

    style: Style
    bounds: QRectF
    plot: QRectF
    x: Axis
    y: Axis
    x_span: Span
    y_span: Span

    @property
    def theme(self) -> Theme:
        """The colour tokens in force."""
        return self.style.theme

    def color(self, name: str, alpha: float | None = None) -> QColor:
        """A token, a method's key or any colour text, optionally with another alpha."""
        return resolve(self.theme, name, alpha)

    def px_x(self, values: ArrayLike) -> NDArray[np.float64]:
        """Data values on the x axis as pixels from the left of the canvas."""
        return self.axis_px_x(self.x.to_axis(values))

    def px_y(self, values: ArrayLike) -> NDArray[np.float64]:
        """Data values on the y axis as pixels from the top of the canvas."""
        return self.axis_px_y(self.y.to_axis(values))

    def axis_px_x(self, values: ArrayLike) -> NDArray[np.float64]:
        """Axis coordinates as pixels from the left."""
        return _places(values, self.x_span, self.plot.left(), self.plot.width())

    def axis_px_y(self, values: ArrayLike) -> NDArray[np.float64]:
        """Axis coordinates as pixels from the top."""
        return _places(values, self.y_span, self.plot.bottom(), -self.plot.height())

    def one_x(self, value: float) -> float:
        """The same as :meth:`px_x`, without an array for the number: a paint asks for some hundred."""
        return _place(self.x.place(float(value)), self.x_span, self.plot.left(), self.plot.width())

    def one_y(self, value: float) -> float:
        """The same as :meth:`px_y`."""
        return _place(self.y.place(float(value)), self.y_span, self.plot.bottom(), -self.plot.height())

    def point(self, x: float, y: float) -> QPointF:
        """A data point in pixels; NaN where the axis has no place for it."""
        return QPointF(self.one_x(x), self.one_y(y))

    def data(self, point: QPointF) -> tuple[float, float]:
        """A pixel as data values."""
        across = (point.x() - self.plot.left()) / self.plot.width()
        up = (self.plot.bottom() - point.y()) / self.plot.height()
        x = self.x.from_axis(self.x_span[0] + across * (self.x_span[1] - self.x_span[0]))
        y = self.y.from_axis(self.y_span[0] + up * (self.y_span[1] - self.y_span[0]))
        return float(x), float(y)

    def keep_inside(self, area: QRectF, pad: float = 4.0) -> QRectF:
        """``area`` moved so that it lies in the canvas."""
        left = min(max(area.left(), self.bounds.left() + pad), self.bounds.right() - pad - area.width())
        top = min(max(area.top(), self.bounds.top() + pad), self.bounds.bottom() - pad - area.height())
        return QRectF(left, top, area.width(), area.height())


def _place(value: float, span: Span, start: float, length: float) -> float:
    """An axis coordinate in pixels: the lower end of the span lies at ``start``."""
    pixel = start + (value - span[0]) * (length / (span[1] - span[0]))
    return min(max(pixel, -FAR), FAR) if pixel == pixel else pixel  # NaN stays


def _places(values: ArrayLike, span: Span, start: float, length: float) -> NDArray[np.float64]:
    """The same of many. What is beyond all pixels is cut off before it can overflow: to have NumPy say nothing of it
    takes as long as the rest."""
    scale = length / (span[1] - span[0])
    if not 0 < abs(scale) < math.inf:  # a plot without room
        with np.errstate(over="ignore", invalid="ignore"):
            return np.clip(start + (np.asarray(values, dtype=np.float64) - span[0]) * scale, -FAR, FAR)
    one, other = (span[0] + (end - start) / scale for end in (-FAR, FAR))
    seen = np.minimum(np.maximum(np.asarray(values, dtype=np.float64), min(one, other)), max(one, other))
    return start + (seen - span[0]) * scale


def finite(point: QPointF) -> bool:
    """Whether both coordinates are numbers."""
    return math.isfinite(point.x()) and math.isfinite(point.y())
