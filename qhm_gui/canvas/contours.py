"""Areas: the contour field here, and with it heat maps with isolines and regions of behaviour."""

from __future__ import annotations

import numpy as np
from contourpy import FillType, LineType, contour_generator
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter

from qhm_gui.canvas import colormaps
from qhm_gui.canvas.background_colour import Ground
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.heatmap import HeatMap
from qhm_gui.canvas.isolines import Isolines
from qhm_gui.canvas.item import Field
from qhm_gui.canvas.regions import HatchRegion, Region, joined
from qhm_gui.canvas.stroke import Points, make_pen, path_of, polygon_path

__all__ = ["ContourField", "HatchRegion", "HeatMap", "Isolines", "Region"]


class ContourField(Field):
    """A loss as filled bands, light at the minimum, with isolines."""

    def __init__(self) -> None:
        super().__init__()
        self._bands: list[tuple[Points, Points]] = []
        self._lines: list[tuple[Points, Points]] = []
        self._key: tuple[str, Frame] | None = None

    def set_field(self, xs: ArrayLike, ys: ArrayLike, z: ArrayLike, levels: ArrayLike) -> None:
        """Loss values z (ny, nx) at the nodes xs, ys (data values) with rising levels. NaN and inf count as outside."""
        xs, ys = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
        values = np.asarray(z, dtype=np.float64)
        rising = np.unique(np.asarray(levels, dtype=np.float64))
        values = np.ma.masked_invalid(values)
        self._bands, self._lines = [], []
        if values.count():
            generator = contour_generator(
                xs, ys, values, fill_type=FillType.ChunkCombinedOffset, line_type=LineType.ChunkCombinedNan
            )
            floor = float(values.min()) - 1.0
            for level in rising:
                self._bands.append(_filled(generator.filled(min(floor, level - 1.0), level)))
                self._lines.append(_line(generator.lines(level)))
        self.changed()

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Each band is laid on the wider one below it, so no seam shows between two."""
        count = len(self._bands)
        tints = colormaps.blend((_hex(frame, "c_out"), _hex(frame, "c_in")), count + 1)
        painter.fillRect(frame.plot, _color(tints[0]))
        painter.setPen(Qt.PenStyle.NoPen)
        for tint, (x, y) in zip(tints[1:], reversed(self._bands), strict=True):
            painter.setBrush(_color(tint))
            painter.drawPath(polygon_path(frame.px_x(x), frame.px_y(y)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(make_pen(frame.color("c_line"), frame.style.width(1)))
        for x, y in self._lines:
            painter.drawPath(path_of(frame.px_x(x), frame.px_y(y)))

    def ground_color(self, point: QPointF, frame: Frame) -> Ground | None:
        """The middle tint: near enough for a halo."""
        if not frame.plot.contains(point):
            return None
        return Ground(_color(colormaps.blend((_hex(frame, "c_out"), _hex(frame, "c_in")), 3)[1]))


def _filled(result: object) -> tuple[Points, Points]:
    points, offsets = result  # type: ignore[misc]
    if not points or points[0] is None:
        return np.empty(0), np.empty(0)
    rings = [points[0][a:b] for a, b in zip(offsets[0][:-1], offsets[0][1:], strict=True)]
    return joined([(ring[:, 0], ring[:, 1]) for ring in rings])


def _line(result: object) -> tuple[Points, Points]:
    points = result[0][0]  # type: ignore[index]
    if points is None:
        return np.empty(0), np.empty(0)
    return points[:, 0], points[:, 1]


def _hex(frame: Frame, token: str) -> str:
    return frame.color(token).name()


def _color(rgb: NDArray[np.uint8]) -> QColor:
    return QColor(int(rgb[0]), int(rgb[1]), int(rgb[2]))
