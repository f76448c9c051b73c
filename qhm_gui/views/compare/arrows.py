"""The arrows of one step. (pg.ArrowItem is a head of one size in pixels: it has no length in data units.)

Data vectors from one point, magnified together where they would be too small to see.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from qhm_gui.canvas.frame import Frame, finite
from qhm_gui.canvas.label_placement import TextItem
from qhm_gui.canvas.label_places import NOTE, RESULT, Wish, area_at
from qhm_gui.drawing import markup
from qhm_gui.drawing.pens import dash_in_pixels, make_pen
from qhm_gui.drawing.thinning import around
from qhm_gui.text.numbers import fixed
from qhm_gui.text.round_numbers import round_above, round_below

#: Arrows whose longest is shorter than this are magnified, in pixels; to less where one would leave the plot, if they
#: are then not shorter than the other.
SHORTEST, _LEAST = 80.0, 30.0
#: Between the tips and the edge of the plot, in pixels.
_MARGIN = 6.0
_HEAD, _HALF = 9.0, 4.2
_LABEL_PX = 12.0
#: Where there is no room at a tip: so many pixels at type scale 1 away, in these directions, at the end of a line
#: unless it is short.
_FAR, _CLOSE = np.array((9.0, 34.0, 52.0, 70.0)), 40.0
_TURNS = np.array([(math.cos(math.pi * part / 6), math.sin(math.pi * part / 6)) for part in range(12)])
_STEPS = np.array((0, 1, -1, 2, -2, 3, -3))  # nine tenths of a line up and down
_BEHIND = -0.2  # the cosine of the angle to the arrow


@dataclass(frozen=True)
class Arrow:
    """A vector in data units, its colour (a token or a method's key), and the name at its tip (markup)."""

    dx: float
    dy: float
    color: str
    name: str
    dash: str = ""
    width: float = 2.0


def magnification(longest: float, room: float = math.inf) -> float:
    """1, 2, 5, 10, ...: the least that makes ``longest`` pixels long enough to see; at most 10⁶.

    room: how often longer the arrows may be to stay in the plot. Where less still shows them, it is less.
    """
    if not longest > 0:
        return 1.0
    wanted = min(max(round_above(SHORTEST / longest), 1.0), 1e6)
    if wanted <= room or room < 1.0:
        return wanted
    fits = round_below(room)
    return fits if fits * longest >= _LEAST else wanted


def _until_edge(start: QPointF, vector: QPointF, plot: QRectF) -> float:
    """How often a vector can be laid off from a point within a rectangle; inf for one without length."""
    found = math.inf
    for at, along, low, high in (
        (start.x(), vector.x(), plot.left(), plot.right()),
        (start.y(), vector.y(), plot.top(), plot.bottom()),
    ):
        if along != 0:
            found = min(found, ((high if along > 0 else low) - at) / along)
    return max(found, 0.0)


def _beside(tip: QPointF, vector: QPointF, width: float, height: float, unit: float) -> NDArray[np.float64]:
    """Places of a name at a tip (n, 4), best first: beside it and ahead of it, then behind, where the arrow is."""
    side, along = 1 if vector.x() >= 0 else -1, math.atan2(vector.y(), vector.x())
    behind = _TURNS @ (math.cos(along), math.sin(along)) < _BEHIND
    return _about(side, behind.tobytes(), width, height, unit) + np.array((tip.x(), tip.y(), tip.x(), tip.y()))


@lru_cache(maxsize=256)
def _about(side: int, behind: bytes, width: float, height: float, unit: float) -> NDArray[np.float64]:
    """The same about a tip at (0, 0): an arrow that turns while it plays asks for the same few again and again."""
    size = np.array((width, height))
    way = np.repeat((side, -side), len(_STEPS))
    beside = np.stack((way * (7 * unit) - (0.5 - 0.5 * way) * width, np.tile((0.9 * _STEPS - 0.5) * height, 2)), axis=1)
    rings = (_FAR[:, None, None] * unit * _TURNS - (0.5 - 0.5 * _TURNS) * size).reshape(-1, 2)
    away = np.tile(np.frombuffer(behind, dtype=np.bool_), len(_FAR))
    first, second = np.split(beside, 2)
    corners = np.concatenate((first, rings[~away], second, rings[away]))
    return np.hstack((corners, corners + size))


def _hold(areas: NDArray[np.float64], point: QPointF, air: float) -> NDArray[np.bool_]:
    """Which of them (n, 4) a point lies in, or so near to."""
    left, top, right, bottom = areas.T
    x, y = point.x(), point.y()
    return (left - air <= x) & (x <= right + air) & (top - air <= y) & (y <= bottom + air)


class Arrows(TextItem):
    """Arrows from one data point. Where they are magnified, a note in the corner says so ('arrows × 20')."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(6.0)
        self.companions = (MagnificationNote(self),)
        self._x = self._y = math.nan
        self._arrows: tuple[Arrow, ...] = ()
        self._note = ""

    @property
    def arrows(self) -> tuple[Arrow, ...]:
        """What is drawn, in data units."""
        return self._arrows

    @property
    def origin(self) -> tuple[float, float]:
        """Where they begin."""
        return self._x, self._y

    def set_arrows(self, x: float, y: float, arrows: Sequence[Arrow], note: str = "") -> None:
        """Draw these from a data point; ``note`` stands before the magnification."""
        new = (float(x), float(y), tuple(arrows), note)
        if new != (self._x, self._y, self._arrows, self._note):
            self._x, self._y, self._arrows, self._note = new
            self.moved()

    def own_area(self, frame: Frame) -> QRectF:
        """The arrows with their halos, within the plot."""
        start = frame.point(self._x, self._y)
        if not self._arrows or not finite(start):
            return QRectF()
        unit = frame.style.line_scale
        tips = [start, *(start + vector for _, vector in self.vectors(frame))]
        x, y = np.array([(tip.x(), tip.y()) for tip in tips]).T
        reach = (_HALF + 3) * unit + frame.style.width(max(arrow.width for arrow in self._arrows))
        return around(x, y, reach).intersected(frame.plot)

    @property
    def note(self) -> str:
        """What stands before the magnification."""
        return self._note

    def vectors(self, frame: Frame) -> list[tuple[Arrow, QPointF]]:
        """Each as it is drawn, in pixels."""
        factor = self.factor(frame)
        return [(arrow, self._vector(arrow, frame) * factor) for arrow in self._arrows]

    def factor(self, frame: Frame) -> float:
        """How much they are magnified in a frame."""
        return self.kept("factor", frame, self._factor)

    def _factor(self, frame: Frame) -> float:
        vectors = [self._vector(arrow, frame) for arrow in self._arrows]
        unit = frame.style.line_scale or 1.0
        inner = frame.plot.adjusted(_MARGIN * unit, _MARGIN * unit, -_MARGIN * unit, -_MARGIN * unit)
        start = frame.point(self._x, self._y)
        room = min((_until_edge(start, vector, inner) for vector in vectors), default=math.inf)
        return magnification(max((math.hypot(v.x(), v.y()) for v in vectors), default=0.0) / unit, room)

    def _vector(self, arrow: Arrow, frame: Frame) -> QPointF:
        """The arrow in pixels; both axes are linear."""
        (x0, x1), (y0, y1) = frame.x_span, frame.y_span
        vector = QPointF(arrow.dx * frame.plot.width() / (x1 - x0), -arrow.dy * frame.plot.height() / (y1 - y0))
        return vector if finite(vector) else QPointF()

    def wishes(self, frame: Frame) -> list[Wish]:
        """The name at each tip."""
        start = frame.point(self._x, self._y)
        if not finite(start):
            return []
        unit = frame.style.type_scale
        # one that leaves the plot is named where it does
        named = [
            (arrow, vector, start + vector * min(1.0, _until_edge(start, vector, frame.plot)))
            for arrow, vector in self.vectors(frame)
            if math.hypot(vector.x(), vector.y()) >= 1.0
        ]
        found: list[Wish] = []
        for arrow, vector, tip in named:
            size = markup.measure(arrow.name, frame.style, _LABEL_PX, 600)
            areas = _beside(tip, vector, size.width(), size.height(), unit)
            others = [other for _, _, other in named if other != tip]
            on_another = np.zeros(len(areas), dtype=bool)
            for other in others:
                on_another |= _hold(areas, other, 4 * unit)
            areas = np.concatenate((areas[~on_another], areas[on_another]))
            found.append(
                Wish(arrow.name, areas, RESULT, arrow.color, _LABEL_PX, 600, over=True, outside=True,
                     ends=np.tile((tip.x(), tip.y()), (len(areas), 1)), leader=True, close=_CLOSE * unit)
            )  # fmt: skip
        return found

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Halo, shaft and head of each; then the names."""
        start = frame.point(self._x, self._y)
        if not finite(start):
            return
        painter.save()
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        for arrow, vector in self.vectors(frame):
            length = math.hypot(vector.x(), vector.y())
            if length >= 1.0:
                self._draw(painter, frame, start, vector * (1.0 / length), length, arrow)
        painter.restore()
        super().draw(painter, frame)

    def _draw(
        self, painter: QPainter, frame: Frame, start: QPointF, along: QPointF, length: float, arrow: Arrow
    ) -> None:
        unit = frame.style.line_scale
        tip = start + along * length
        head = min(_HEAD * unit, 0.6 * length)
        neck, side = tip - along * head, QPointF(-along.y(), along.x()) * (head * _HALF / _HEAD)
        point = QPainterPath(tip)
        point.lineTo(neck + side)
        point.lineTo(neck - side)
        point.closeSubpath()
        halo = frame.color("surface")
        width = frame.style.width(arrow.width)
        painter.setPen(make_pen(halo, width + 2.4 * unit))
        painter.drawLine(QLineF(start, neck))
        painter.strokePath(point, make_pen(halo, 2.4 * unit))
        color = frame.color(arrow.color)
        painter.setPen(make_pen(color, width, dash_in_pixels(arrow.dash or None, width)))
        painter.drawLine(QLineF(start, neck))
        painter.fillPath(point, color)


class MagnificationNote(TextItem):
    """How much the arrows are magnified, in the corner of the plot: an item of its own, so that arrows that move have
    nothing painted as far as there."""

    steady = False

    def __init__(self, arrows: Arrows) -> None:
        super().__init__()
        self.setZValue(6.0)
        self._arrows = arrows

    def wishes(self, frame: Frame) -> list[Wish]:
        """Up from the corner, where at least one arrow is long enough to be named."""
        arrows = self._arrows
        if not arrows.note or not arrows.isVisible() or not arrows.wished(frame):
            return []
        factor = arrows.factor(frame)
        if factor <= 1:
            return []
        words, unit = f"{arrows.note} × {fixed(factor, 0)}", frame.style.type_scale
        size, corner = markup.measure(words, frame.style), frame.plot.bottomRight()
        right, bottom = corner.x() - 10 * unit, corner.y() - 10 * unit
        areas = [area_at(right, bottom - step * 16 * unit, size.width(), size.height(), (1, 1)) for step in range(4)]
        return [Wish(words, np.array(areas), NOTE, "text2", over=True, align=1.0)]
