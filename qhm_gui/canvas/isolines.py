"""Isolines on a heat map, each with its value beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from qhm_gui.canvas import colormaps, markup
from qhm_gui.canvas.background_colour import INK, THRESHOLD, on_map
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.heatmap import HeatMap
from qhm_gui.canvas.item import Field
from qhm_gui.canvas.labels import Label
from qhm_gui.canvas.lines import Polyline
from qhm_gui.canvas.regions import HatchRegion, joined
from qhm_gui.canvas.stroke import Points, make_pen, path_of

#: A line this near to an end of the map's scale would follow where values are cut off, cell by cell.
END = 0.005
_PLACES = tuple(i / 24 for i in range(2, 23))


class Isolines(Field):
    """Lines of equal value: white on the dark part of the map, ink on the light part."""

    z = 1.5

    def __init__(self, heat_map: HeatMap) -> None:
        super().__init__()
        self._map = heat_map
        self._lines: list[tuple[list[Points], list[Points], str]] = []

    def set_data(
        self, xs: ArrayLike, ys: ArrayLike, z: ArrayLike, levels: Sequence[float], labels: Sequence[str]
    ) -> None:
        """Values z (ny, nx) at the nodes xs, ys (data values), the levels to draw and their labels ('' for none).

        Levels are those of the map, between 0 and 1.
        """
        values = np.ma.masked_invalid(np.asarray(z, dtype=np.float64))
        self._lines = []
        if values.count():
            generator = contour_generator(
                np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64), values,
                line_type=LineType.Separate,
            )  # fmt: skip
            for level, label in zip(levels, labels, strict=True):
                if not END <= level <= 1 - END:
                    continue
                parts = [np.asarray(part) for part in generator.lines(level)]
                if parts:
                    self._lines.append(([p[:, 0] for p in parts], [p[:, 1] for p in parts], label))
        self.changed()

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Lines first, then every label where it is clear of the edge and of the other labels."""
        taken: list[QRectF] = []
        painter.setBrush(Qt.BrushStyle.NoBrush)
        labels: list[tuple[Points, Points, str]] = []
        for xs, ys, label in self._lines:
            parts = [(frame.px_x(x), frame.px_y(y)) for x, y in zip(xs, ys, strict=True)]
            longest = max(parts, key=lambda part: float(np.hypot(np.diff(part[0]), np.diff(part[1])).sum()))
            painter.setPen(make_pen(self._line_color(*longest, frame), frame.style.width(1)))
            painter.drawPath(path_of(*joined(parts)))
            if label:
                labels.append((*longest, label))
        for x, y, label in labels:
            area = self._place(x, y, label, frame, taken)
            if area is None:
                continue
            taken.append(area)
            beneath = self._map.ground_color(area.center(), frame)
            color = on_map(beneath.color) if beneath else frame.color("text2")
            weight = 600 if color.lightness() > 128 else 500
            markup.paint(painter, area.left(), area.top(), label, frame.style, color, px=12, weight=weight)

    def _line_color(self, x: Points, y: Points, frame: Frame) -> QColor:
        shades: list[float] = []
        for i in np.linspace(0, len(x) - 1, min(len(x), 9)).astype(int):
            beneath = self._map.ground_color(QPointF(float(x[i]), float(y[i])), frame)
            if beneath is not None:
                shades.append(colormaps.luminance(beneath.color))
        light = bool(shades) and float(np.median(shades)) > 2 * THRESHOLD
        return frame.color(INK if light else "#FFFFFF", 0.40 if light else 0.45)

    def _place(self, x: Points, y: Points, label: str, frame: Frame, taken: list[QRectF]) -> QRectF | None:
        size = markup.measure(label, frame.style, 12, 600)
        gap = 6 * frame.style.type_scale
        length = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
        if length[-1] < 2 * size.height():
            return None
        room = frame.plot.adjusted(gap, gap, -gap, -gap)
        spots = [min(int(np.searchsorted(length, share * length[-1])), len(x) - 1) for share in _PLACES]
        level = frame.plot.bottom() - 0.22 * frame.plot.height()  # low, where labels stand in a row
        for at in sorted(spots, key=lambda spot: (not _is_steep(x, y, spot), abs(y[spot] - level))):
            px, py = float(x[at]), float(y[at])
            if _is_steep(x, y, at):
                area = QRectF(px - gap - size.width(), py - size.height() / 2, size.width(), size.height())
            else:
                area = QRectF(px - size.width() / 2, py - size.height() - gap / 3, size.width(), size.height())
            clear = area.adjusted(-gap, -gap, gap, gap)
            if room.contains(area) and not any(clear.intersects(other) for other in taken) and self._clear(area, frame):
                return area
        return None

    def _clear(self, area: QRectF, frame: Frame) -> bool:
        """Whether no line of the canvas runs through an area, no label stands there, and the map is not hatched."""
        for item in self.canvas.items() if self.canvas else ():
            if isinstance(item, Label) and item.isVisible() and item.area(frame).intersects(area):
                return False
            if isinstance(item, HatchRegion) and item.isVisible() and item.path(frame).intersects(area):
                return False
            if not isinstance(item, Polyline) or not item.isVisible():
                continue
            x, y = item.pixels(frame)
            if len(x) > 1:
                places = np.linspace(0, len(x) - 1, 400)
                x, y = (np.interp(places, np.arange(len(x)), part) for part in (x, y))
                inside = (abs(x - area.center().x()) < area.width() / 2 + 4) & (
                    abs(y - area.center().y()) < area.height() / 2 + 2
                )
                if inside.any():
                    return False
        return True


def _is_steep(x: Points, y: Points, at: int) -> bool:
    """Whether a line runs up rather than across near one of its points: then its label goes beside it."""
    near = slice(max(at - 2, 0), min(at + 3, len(x)))
    return float(np.ptp(y[near])) >= float(np.ptp(x[near]))
