"""Isolines on a heat map, each with its value on it. (pg.IsocurveItem has one colour and no value.)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from qhm_gui.appearance import colour_maps
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.heat_map import HeatMap
from qhm_gui.canvas.label_placement import TextItem
from qhm_gui.canvas.label_places import NOTE, Spot, Wish
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing import markup
from qhm_gui.drawing.arc_length import arc_length, subdivided
from qhm_gui.drawing.background_colour import INK, THRESHOLD, on_map
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.polygons import joined
from qhm_gui.drawing.stroke import stroke_line
from qhm_gui.drawing.thinning import Points

#: A line this near to an end of the map's scale would follow where values are cut off, cell by cell.
END = 0.005
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
        self._lines: list[tuple[list[Points], list[Points], str]] = []
        self._levels: list[float] = []
        self._pixels: tuple[Frame, list[_Line]] | None = None

    @property
    def lines(self) -> list[tuple[list[Points], list[Points], str]]:
        """The parts of each line in data values, and its label."""
        return self._lines

    def setData(
        self, xs: ArrayLike, ys: ArrayLike, z: ArrayLike, levels: Sequence[float], labels: Sequence[str]
    ) -> None:
        """Values z (ny, nx) at the nodes xs, ys (data values), the levels to draw and their labels ('' for none).

        Levels are those of the map, between 0 and 1.
        """
        values = np.ma.masked_invalid(np.asarray(z, dtype=np.float64))
        self._lines, self._levels, self._pixels = [], [], None
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
                    self._levels.append(level)
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
        dense = [_dense(line.parts, frame.plot) for line in lines]
        for number, (label, _, (x, y)) in enumerate(lines):
            if not label:
                continue
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
        for (label, parts, _), level in zip(self._in_pixels(frame), self._levels, strict=True):
            if label in gaps:
                gap = gaps[label].adjusted(-2, 0, 2, 0)
                parts = [_interrupted(*part, gap) if _meets(*part, gap) else part for part in parts]
            stroke_line(painter, make_pen(self._line_color(level, frame), frame.style.width(1)), *joined(parts))
        painter.restore()
        super().draw(painter, frame)

    def draw_text(self, painter: QPainter, frame: Frame, wish: Wish, spot: Spot) -> None:
        """A number on the map."""
        beneath = self._map.background_at(spot.area.center(), frame)
        color = on_map(beneath.color) if beneath else frame.color("text2")
        weight = 600 if color.lightness() > 128 else 500
        markup.paint(painter, spot.area.left(), spot.area.top(), wish.text, frame.style, color, px=12, weight=weight)

    def _in_pixels(self, frame: Frame) -> list[_Line]:
        """The lines in pixels, kept until the data or the frame changes."""
        if self._pixels is None or self._pixels[0] is not frame:
            found: list[_Line] = []
            for xs, ys, label in self._lines:
                ends = np.cumsum([len(x) for x in xs])[:-1]
                across, down = frame.px_x(np.concatenate(xs)), frame.px_y(np.concatenate(ys))
                parts = list(zip(np.split(across, ends), np.split(down, ends), strict=True))
                found.append(_Line(label, parts, _longest(parts)))
            self._pixels = frame, found
        return self._pixels[1]

    def _line_color(self, level: float, frame: Frame) -> QColor:
        """White or ink, by what the map shows beneath: along its whole length the colour of its own level."""
        light = colour_maps.luminance(colour_maps.sample(self._map.colormap, level, frame.theme.key)) > 2 * THRESHOLD
        return frame.color(INK if light else "#FFFFFF", 0.40 if light else 0.45)


class _Line(NamedTuple):
    """An isoline in pixels."""

    label: str
    parts: list[tuple[Points, Points]]
    longest: tuple[Points, Points]


def _meets(x: Points, y: Points, area: QRectF) -> bool:
    """Whether a line could run through an area."""
    across = x.max() > area.left() and x.min() < area.right()
    return bool(across and y.max() > area.top() and y.min() < area.bottom())


def _dense(parts: Sequence[tuple[Points, Points]], plot: QRectF) -> tuple[Points, Points]:
    """Points of a line in the plot so near to each other that none steps over a letter."""
    x, y = (np.concatenate(axis) for axis in zip(*(subdivided(*part, _STEP) for part in parts), strict=True))
    inside = (x >= plot.left()) & (x <= plot.right()) & (y >= plot.top()) & (y <= plot.bottom())
    return x[inside], y[inside]


def _met(areas: Points, lines: Sequence[tuple[Points, Points]]) -> NDArray[np.bool_]:
    """Through which areas (left, top, right, bottom) one of these lines runs."""
    if not lines or not len(areas):
        return np.zeros(len(areas), dtype=bool)
    x, y = (np.concatenate(axis) for axis in zip(*lines, strict=True))
    left, top, right, bottom = (edge[:, np.newaxis] for edge in areas.T)
    return ((x > left) & (x < right) & (y > top) & (y < bottom)).any(axis=1)


def _longest(parts: Sequence[tuple[Points, Points]]) -> tuple[Points, Points]:
    return max(parts, key=lambda part: float(arc_length(*part)[-1]))


def _half(width: float, height: float) -> Points:
    return np.array([-width / 2, -height / 2, width / 2, height / 2])


def _interrupted(x: Points, y: Points, area: QRectF) -> tuple[Points, Points]:
    """A line in pixels with a gap where a text stands on it."""
    x, y = subdivided(x, y, 1.0)
    inside = (x > area.left()) & (x < area.right()) & (y > area.top()) & (y < area.bottom())
    return np.where(inside, np.nan, x), np.where(inside, np.nan, y)
