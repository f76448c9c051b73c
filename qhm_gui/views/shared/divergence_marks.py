"""Methods whose curves leave the plot for good. (pg.ScatterPlotItem marks data points, which these no longer are.)

Where they leave it, at the top or at the foot, who, and at which step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QTransform

from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.label_placement import TextItem
from qhm_gui.canvas.label_places import RESULT, Wish, area_at
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing import markup
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.shapes import shape_path
from qhm_gui.drawing.spacing import spread
from qhm_gui.text.language import tr


class Departure(NamedTuple):
    """Where a curve leaves the plot (x in data values), its colour and name, and the step to be told.

    ``diverges``: the run grew beyond all bounds at that step; otherwise only its curve is off the scale from there on.
    ``below``: it leaves at the foot instead, where it is exactly zero, negative, or lower than the axis reaches.
    ``last``: it does not leave the plot but ends at this height, since the loss is not defined from that step on.
    ``several``: the curve is the mean of several runs, and the step that of the first to diverge.
    """

    x: float
    color: str
    name: str
    step: int
    diverges: bool = True
    below: Literal["", "zero", "negative", "scale"] = ""
    last: float | None = None
    several: bool = False


class DivergenceMarks(TextItem):
    """A triangle at the edge for each, full where the run diverges, and 'QHM, diverges at 14', clear of each other.

    Where a curve ends inside the plot there is a cross instead.
    """

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

    def _triangles(self, frame: Frame) -> list[QRectF]:
        """Where each triangle stands, in the order of the departures; those of one edge beside each other."""
        unit = frame.style.type_scale
        found = [QRectF()] * len(self._departures)
        for foot, top in ((False, frame.plot.top()), (True, frame.plot.bottom() - 16 * unit)):
            at_edge = (i for i, departure in enumerate(self._departures) if departure.last is None)
            here = [i for i in at_edge if bool(self._departures[i].below) is foot]
            places = [frame.one_x(self._departures[i].x) for i in here]
            for i, x in zip(here, spread(places, 14 * unit, frame.plot.left(), frame.plot.right()), strict=True):
                found[i] = QRectF(x - 7 * unit, top, 14 * unit, 16 * unit)
        for i, departure in enumerate(self._departures):
            if departure.last is not None:
                x, y = frame.one_x(departure.x), frame.one_y(departure.last)
                y = min(max(y, frame.plot.top()), frame.plot.bottom()) if math.isfinite(y) else frame.plot.bottom()
                found[i] = QRectF(x - 7 * unit, y - 7 * unit, 14 * unit, 14 * unit)
        return found

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
        """Each text right of its triangle, or left of it, or rows further into the plot."""
        unit = frame.style.type_scale
        found: list[Wish] = []
        for departure, mark in zip(self._departures, self._triangles(frame), strict=True):
            text = f"{departure.name}\n{departure_words(departure)}"
            size = markup.measure(text, frame.style, 12, 600)
            upwards = departure.below or mark.center().y() > frame.plot.center().y()
            edge, inwards, side = (mark.bottom(), -1, 1) if upwards else (mark.top(), 1, 0)
            step = inwards * (size.height() + 2 * unit) / 2
            beyond = edge + inwards * (mark.height() + 4 * unit)
            areas = [
                area_at(x, start + row * step, size.width(), size.height(), (anchor, side))
                for row in range(16)
                for x, start, anchor in (
                    (mark.right() + 4 * unit, edge, 0.0),
                    (mark.left() - 4 * unit, edge, 1.0),
                    (mark.center().x(), beyond, 0.5),
                    (mark.center().x(), beyond, 0.8),
                )
            ]
            areas.sort(key=lambda area: area[0] < frame.plot.left())  # rather not over the numbers of the axis
            rank = RESULT if departure.diverges else RESULT + 0.5
            wish = Wish(text, np.array(areas), rank, departure.color, weight=600, over=True, outside=True)
            apart = _apart(wish, mark, unit)
            # beside its mark if it can be, else on a line from it; where a curve ends, clear of the others if it can be
            beside = replace(wish, fallback=replace(apart, over=True, fallback=None))
            found.append(beside if departure.last is None else apart)
        return found

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Triangles that point over their edge and crosses where curves end, then the texts."""
        unit = frame.style.type_scale
        for departure, area in zip(self._departures, self._triangles(frame), strict=True):
            color = frame.color(departure.color)
            if departure.last is not None:
                arms = area.adjusted(2 * unit, 2 * unit, -2 * unit, -2 * unit)
                for pen in (make_pen(frame.color("surface"), 5 * unit), make_pen(color, 2 * unit)):
                    painter.setPen(pen)
                    painter.drawLine(arms.topLeft(), arms.bottomRight())
                    painter.drawLine(arms.bottomLeft(), arms.topRight())
                continue
            mark = shape_path("triangle", 6 * unit)
            if departure.below:
                mark = QTransform.fromScale(1, -1).map(mark)
            mark = mark.translated(area.center().x(), area.center().y())
            painter.strokePath(mark, make_pen(frame.color("surface"), 3 * unit))
            if departure.diverges:
                painter.fillPath(mark, color)
            else:
                painter.fillPath(mark, frame.color("surface"))
                painter.strokePath(mark, make_pen(color, 1.6 * unit))
        super().draw(painter, frame)


def _apart(wish: Wish, mark: QRectF, unit: float) -> Wish:
    """The same text clear of all curves, on a thin line from its mark where it is not beside it.

    Other curves go on around a curve that ends.
    """
    shifts = np.array([[column, 0, column, 0] for column in (0, 40, 80, 120, 160, -40, -80)], dtype=float) * unit
    areas = (wish.areas[None] + shifts[:, None]).reshape(-1, 4)
    center = np.array([mark.center().x(), mark.center().y()])
    away = np.hypot(*(np.clip(center, areas[:, :2], areas[:, 2:]) - center).T)
    areas = areas[np.argsort(away, kind="stable")]
    ends = np.tile(center, (len(areas), 1))
    return replace(wish, areas=areas, ends=ends, leader=True, over=False, outside=False, fallback=wish)


def departure_words(departure: Departure) -> str:
    """'diverges at 14', 'off the scale from 14' where it is only the axis that ends, '0 from 14' and the like."""
    if departure.last is not None:
        return tr("not defined from {step}", step=departure.step)
    if departure.below == "zero":
        return tr("0 from {step}", step=departure.step)
    if departure.below == "negative":
        return tr("below 0 from {step}", step=departure.step)
    if departure.diverges and not departure.below:
        if departure.several:
            return tr("a run diverges at {step}", step=departure.step)
        return tr("diverges at {step}", step=departure.step)
    return tr("off the scale from {step}", step=departure.step)
