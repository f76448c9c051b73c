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
        low, high = self.x_span
        scale = self.plot.width() / (high - low)
        with np.errstate(over="ignore", invalid="ignore"):  # that is far, too; and nowhere in a plot without room
            return np.clip(self.plot.left() + (np.asarray(values, dtype=np.float64) - low) * scale, -FAR, FAR)

    def axis_px_y(self, values: ArrayLike) -> NDArray[np.float64]:
        """Axis coordinates as pixels from the top."""
        low, high = self.y_span
        scale = self.plot.height() / (high - low)
        with np.errstate(over="ignore", invalid="ignore"):  # that is far, too; and nowhere in a plot without room
            return np.clip(self.plot.bottom() - (np.asarray(values, dtype=np.float64) - low) * scale, -FAR, FAR)

    def point(self, x: float, y: float) -> QPointF:
        """A data point in pixels; NaN where the axis has no place for it. (The same as :meth:`px_x` and
        :meth:`px_y`, without an array for each number: a paint asks for some hundred.)"""
        plot = self.plot
        (left, right), (low, high) = self.x_span, self.y_span
        across = (self.x.place(float(x)) - left) * (plot.width() / (right - left))
        up = (self.y.place(float(y)) - low) * (plot.height() / (high - low))
        return QPointF(_near(plot.left() + across), _near(plot.bottom() - up))

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


def _near(pixel: float) -> float:
    return min(max(pixel, -FAR), FAR) if pixel == pixel else pixel  # NaN stays


def finite(point: QPointF) -> bool:
    """Whether both coordinates are numbers."""
    return math.isfinite(point.x()) and math.isfinite(point.y())
