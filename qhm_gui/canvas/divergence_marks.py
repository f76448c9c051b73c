"""Methods whose curves leave the plot at its top. (pg.ScatterPlotItem marks data points, which these no longer are.)

Where they leave it, who, and at which step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from qhm_gui.canvas import markup
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.label_placement import RESULT, TextItem, Wish, area_at
from qhm_gui.canvas.label_spacing import spread
from qhm_gui.canvas.markers import shape_path
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.canvas.stroke import make_pen
from qhm_gui.text.language import tr


class Departure(NamedTuple):
    """Where a curve leaves the plot (x in data values), its colour and name, and the step to be told.

    ``diverges``: the run grew beyond all bounds at that step; otherwise only its curve is off the scale from there on.
    """

    x: float
    color: str
    name: str
    step: int
    diverges: bool = True


class DivergenceMarks(TextItem):
    """A triangle at the top for each, full where the run diverges, and 'QHM, diverges at 14', clear of each other."""

    def __init__(self) -> None:
        super().__init__()
        self._departures: list[Departure] = []

    @property
    def departures(self) -> list[Departure]:
        """What is marked."""
        return self._departures

    def set_departures(self, departures: Sequence[Departure]) -> None:
        """What to mark."""
        new = [departure for departure in departures if math.isfinite(departure.x)]
        if new != self._departures:
            self._departures = new
            self.moved()

    def _places(self, frame: Frame) -> list[float]:
        places = [float(frame.px_x(departure.x)) for departure in self._departures]
        return spread(places, 14 * frame.style.type_scale, frame.plot.left(), frame.plot.right())

    def _triangles(self, frame: Frame) -> list[QRectF]:
        unit = frame.style.type_scale
        return [QRectF(x - 7 * unit, frame.plot.top(), 14 * unit, 16 * unit) for x in self._places(frame)]

    def own_area(self, frame: Frame) -> QRectF:
        """The triangles with their rims."""
        area = QRectF()
        for mark in self._triangles(frame):
            area = area.united(mark.adjusted(-2, -2, 2, 2))
        return area

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """The triangles."""
        obstacles.areas.extend(self._triangles(frame))

    def wishes(self, frame: Frame) -> list[Wish]:
        """Each text right of its triangle, or left of it, or rows lower."""
        unit = frame.style.type_scale
        found: list[Wish] = []
        for departure, mark in zip(self._departures, self._triangles(frame), strict=True):
            text = f"{departure.name}\n{departure_words(departure)}"
            size = markup.measure(text, frame.style, 12, 600)
            areas = [
                area_at(x, mark.top() + row * (size.height() + 2 * unit), size.width(), size.height(), (anchor, 0))
                for row in range(8)
                for x, anchor in ((mark.right() + 4 * unit, 0), (mark.left() - 4 * unit, 1))
            ]
            rank = RESULT if departure.diverges else RESULT + 0.5
            found.append(Wish(text, np.array(areas), rank, departure.color, weight=600, over=True, outside=True))
        return found

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Triangles at the top edge, then the texts."""
        unit = frame.style.type_scale
        for departure, x in zip(self._departures, self._places(frame), strict=True):
            color = frame.color(departure.color)
            mark = shape_path("triangle", 6 * unit).translated(x, frame.plot.top() + 8 * unit)
            painter.strokePath(mark, make_pen(frame.color("surface"), 3 * unit))
            if departure.diverges:
                painter.fillPath(mark, color)
            else:
                painter.fillPath(mark, frame.color("surface"))
                painter.strokePath(mark, make_pen(color, 1.6 * unit))
        super().draw(painter, frame)


def departure_words(departure: Departure) -> str:
    """'diverges at 14', or 'off the scale from 14' where it is only the axis that ends."""
    if departure.diverges:
        return tr("diverges at {step}", step=departure.step)
    return tr("off the scale from {step}", step=departure.step)
