"""A hatch that lets the map beneath show. (pg.FillBetweenItem fills with a brush, and Qt's hatches are bitmaps.)

It stands where a formula is not to be trusted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
from contourpy import FillType, contour_generator
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPainterPath

from qhm_gui.canvas.drawn import Drawn, DrawnArea
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Field
from qhm_gui.canvas.label_places import Spot, Wish
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.canvas.text import Label
from qhm_gui.drawing import markup
from qhm_gui.drawing.hatch import DARK, HATCH_STEP, HATCH_WIDTH, draw_map_hatch
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.polygons import outline
from qhm_gui.drawing.stroke import polygon_path, stroke_line
from qhm_gui.drawing.thinning import Points

_CARD_X, _CARD_Y = 7.0, 3.0


def rings_above(xs: ArrayLike, ys: ArrayLike, values: ArrayLike) -> list[Points]:
    """Polygons (n, 2) round the nodes (ny, nx) whose value is above 0; holes are rings of their own."""
    grid = np.asarray(values, dtype=np.float64)
    if min(grid.shape) < 2 or not (grid > 0).any():
        return []
    generator = contour_generator(
        np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64), grid, fill_type=FillType.OuterOffset
    )
    polygons, offsets = cast(tuple[list[Points], list[NDArray[np.uint32]]], generator.filled(0.0, np.inf))
    return [
        np.asarray(polygon[first:last])
        for polygon, ends in zip(polygons, offsets, strict=True)
        for first, last in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]


class HatchedRegionLabel(Label):
    """Says on a small card what is wrong where a map is hatched: letters would drown in the hatch."""

    def wishes(self, frame: Frame) -> list[Wish]:
        """The card needs its margin too."""
        margin = np.array([-_CARD_X, -_CARD_Y, _CARD_X, _CARD_Y]) * frame.style.type_scale
        return [replace(wish, areas=wish.areas + margin) for wish in super().wishes(frame)]

    def draw_text(self, painter: QPainter, frame: Frame, wish: Wish, spot: Spot) -> None:
        """The card, then the text."""
        unit = frame.style.type_scale
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame.color("surface", 0.9))
        painter.drawRoundedRect(spot.area, 5 * unit, 5 * unit)
        x, y = spot.area.left() + _CARD_X * unit, spot.area.top() + _CARD_Y * unit
        markup.paint(painter, x, y, wish.text, frame.style, frame.color("text"), px=12, weight=600)


class HatchedRegion(Field):
    """Hatches polygons of data values, and draws a thin line round them.

    Its lines fall to the right: those of what diverges rise.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-17.5)
        self._rings: list[Points] = []

    def set_rings(self, rings: list[Points]) -> None:
        """Polygons (n, 2) in data values; holes are rings inside others."""
        self._rings = rings
        self.changed()

    @property
    def rings(self) -> list[Points]:
        """What is hatched."""
        return self._rings

    def drawn(self) -> list[Drawn]:
        return [DrawnArea("hatch", ring[:, 0], ring[:, 1]) for ring in self._rings]

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """The hatch, for texts that lie beneath it: it would cut them."""
        if self._rings:
            obstacles.regions.append(self.kept("path", frame, self._path))

    def _path(self, frame: Frame) -> QPainterPath:
        x, y = outline(self._rings)
        return polygon_path(frame.px_x(x), frame.px_y(y), None)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        rings = [np.column_stack((frame.px_x(ring[:, 0]), frame.px_y(ring[:, 1]))) for ring in self._rings]
        rings = [ring for ring in rings if np.isfinite(ring).all()]
        step, width = frame.style.width(HATCH_STEP), frame.style.width(HATCH_WIDTH)
        draw_map_hatch(painter, rings, frame.plot, frame.color, step, width)
        pen = make_pen(frame.color(DARK), frame.style.width(1))
        for ring in rings:
            stroke_line(painter, pen, ring[:, 0], ring[:, 1])
