"""Isolines on a heat map, each with its value on it. (pg.IsocurveItem has one colour and no value.)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from qhm_gui.appearance import colour_maps
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.heat_map import HeatMap
from qhm_gui.canvas.label_placement import TextItem
from qhm_gui.canvas.label_places import NOTE, Spot, Wish
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing import markup
from qhm_gui.drawing.arc_length import arc_length, longest, subdivided
from qhm_gui.drawing.background_colour import INK, THRESHOLD, on_map
from qhm_gui.drawing.contour_lines import Isoline
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.stroke import stroke_line
from qhm_gui.drawing.thinning import Points

#: Pixels between two points of a line that is looked for in a text.
_STEP = 3.0
#: Pixels, both sides together, that another line keeps off a number.
_BESIDE = 4.0
_SHARES = np.linspace(0.06, 0.94, 45)


class Isolines(TextItem):
    """Lines of equal value, white on the dark part of the map and ink on the light part, their values on the lines."""

    def __init__(self, heat_map: HeatMap) -> None:
        super().__init__()
        self.setZValue(-18.5)
        self._map = heat_map
        self._lines: Sequence[Isoline] = ()
        self._labels: Mapping[float, str] = {}
        self._pixels: tuple[Frame, list[tuple[Points, Points, str]]] | None = None

    @property
    def lines(self) -> list[tuple[Points, Points, str]]:
        """Each line in data values, with NaN between its parts, and its label."""
        return [(line.x, line.y, self._labels.get(line.level, "")) for line in self._lines]

    def setData(self, lines: Sequence[Isoline], labels: Mapping[float, str]) -> None:
        """What :func:`~qhm_gui.drawing.contour_lines.find_isolines` has found, with the labels of their levels."""
        self._lines, self._labels, self._pixels = lines, labels, None
        self.moved()

    def own_area(self, frame: Frame) -> QRectF:
        """The plot."""
        return QRectF(frame.plot) if self._lines else QRectF()

    def wishes(self, frame: Frame) -> list[Wish]:
        """Each number on its own line, low in the plot if it can, where numbers stand in a row; and where no other line
        runs through it, whose number it might be."""
        found: list[Wish] = []
        level = frame.plot.bottom() - 0.22 * frame.plot.height()
        lines = self._in_pixels(frame)
        dense = [_dense(x, y, frame.plot) for x, y, _ in lines]
        for number, (x, y, label) in enumerate(lines):
            if not label:
                continue
            x, y = longest(x, y)
            size = markup.measure(label, frame.style, 12, 600)
            length = arc_length(x, y)
            if length[-1] < 3 * size.width():
                continue
            places = _SHARES * length[-1]
            px, py = np.interp(places, length, x), np.interp(places, length, y)
            order = np.argsort(np.abs(py - level), kind="stable")
            areas = np.column_stack((px, py, px, py))[order] + _half(size.width(), size.height())
            beside = areas + _half(_BESIDE, 0.0) * frame.style.type_scale
            areas = areas[~_met(beside, [other for i, other in enumerate(dense) if i != number])]
            found.append(Wish(label, areas, NOTE, weight=600, halo=False, over=True, off_regions=True))
        return found

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """Nothing: texts may lie on them, and their numbers are texts themselves."""

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Each line with a gap where its number stands; then the numbers."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        gaps = {wish.text: spot.area for wish, spot in self.spots()}
        painter.save()
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        for (x, y, label), line in zip(self._in_pixels(frame), self._lines, strict=True):
            if label in gaps:
                x, y = _interrupted(x, y, gaps[label].adjusted(-2, 0, 2, 0))
            stroke_line(painter, make_pen(self._line_color(line.level, frame), frame.style.width(1)), x, y)
        painter.restore()
        super().draw(painter, frame)

    def draw_text(self, painter: QPainter, frame: Frame, wish: Wish, spot: Spot) -> None:
        """A number on the map."""
        beneath = self._map.background_at(spot.area.center(), frame)
        color = on_map(beneath.color) if beneath else frame.color("text2")
        weight = 600 if color.lightness() > 128 else 500
        markup.paint(painter, spot.area.left(), spot.area.top(), wish.text, frame.style, color, px=12, weight=weight)

    def _in_pixels(self, frame: Frame) -> list[tuple[Points, Points, str]]:
        """The :attr:`lines` in pixels, kept until the data or the frame changes."""
        if self._pixels is None or self._pixels[0] is not frame:
            self._pixels = frame, [(frame.px_x(x), frame.px_y(y), label) for x, y, label in self.lines]
        return self._pixels[1]

    def _line_color(self, level: float, frame: Frame) -> QColor:
        """White or ink, by what the map shows beneath: along its whole length the colour of its own level."""
        light = colour_maps.luminance(colour_maps.sample(self._map.colormap, level, frame.theme.key)) > 2 * THRESHOLD
        return frame.color(INK if light else "#FFFFFF", 0.40 if light else 0.45)


def _dense(x: Points, y: Points, plot: QRectF) -> tuple[Points, Points]:
    """Points of a line in the plot so near to each other that none steps over a letter."""
    x, y = subdivided(x, y, _STEP, plot)
    inside = (x >= plot.left()) & (x <= plot.right()) & (y >= plot.top()) & (y <= plot.bottom())
    return x[inside], y[inside]


def _met(areas: Points, lines: Sequence[tuple[Points, Points]]) -> NDArray[np.bool_]:
    """Through which areas (left, top, right, bottom) one of these lines runs."""
    if not lines or not len(areas):
        return np.zeros(len(areas), dtype=bool)
    x, y = (np.concatenate(axis) for axis in zip(*lines, strict=True))
    left, top, right, bottom = (edge[:, np.newaxis] for edge in areas.T)
    return ((x > left) & (x < right) & (y > top) & (y < bottom)).any(axis=1)


def _half(width: float, height: float) -> Points:
    return np.array([-width / 2, -height / 2, width / 2, height / 2])


def _interrupted(x: Points, y: Points, area: QRectF) -> tuple[Points, Points]:
    """A line in pixels with a gap where a text stands on it."""
    x, y = subdivided(x, y, 1.0, area)
    inside = (x > area.left()) & (x < area.right()) & (y > area.top()) & (y < area.bottom())
    return np.where(inside, np.nan, x), np.where(inside, np.nan, y)
