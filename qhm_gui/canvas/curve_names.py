"""Names beside curves: each where it covers nothing, near its curve or at the end of a thin line that leads to it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter

from qhm_gui.canvas import markup
from qhm_gui.canvas.background_colour import text_colors
from qhm_gui.canvas.errorbars import ErrorBars
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.grid_and_ticks import TITLE_PX
from qhm_gui.canvas.handle import RADIUS, Handle
from qhm_gui.canvas.item import Item
from qhm_gui.canvas.labels import Label, ScaleBar
from qhm_gui.canvas.lines import Polyline
from qhm_gui.canvas.regions import HatchRegion
from qhm_gui.canvas.stroke import Points, make_pen

_PX = 12
_GAP = 7.0
_SHARES = np.linspace(0.03, 0.97, 32)
_AROUND = ((0.0, -1.0), (0.0, 1.0), (1.0, -0.5), (-1.0, -0.5), (1.0, 0.5), (-1.0, 0.5))


@dataclass(frozen=True, eq=False)
class Name:
    """A text for a curve of data values, or for one point. ``near``: the share of the curve where it best stands.

    ``reach``: how many pixels away it stands at the end of a line; 0 sets it right beside the curve.
    """

    text: str
    color: str | None  # None: legible on what lies beneath
    x: Points
    y: Points
    near: float = 0.5
    reach: float = 0.0
    weight: int = 500


class Names(Item):
    """Places its names when it paints, in the order given; one without any room is left out."""

    clipped = False
    z = 8.0

    def __init__(self) -> None:
        super().__init__()
        self._names: list[Name] = []

    def set_names(self, names: Sequence[Name]) -> None:
        """What to write."""
        self._names = list(names)
        self.changed()

    def places(self, frame: Frame) -> list[tuple[Name, QRectF, QPointF] | None]:
        """For every name where its text lies and where its line ends."""
        points, taken = self._obstacles(frame)
        found: list[tuple[Name, QRectF, QPointF] | None] = []
        for name in self._names:
            best: tuple[int, QRectF, QPointF] | None = None
            placed = [place for place in found if place is not None]
            for area, end in _candidates(name, frame):
                count = _covered(area, points, taken, frame)
                if count is not None and any(_crossed(name, area, end, *place) for place in placed):
                    continue
                if count is not None and (best is None or count < best[0]):
                    best = count, area, end
                    if count == 0:
                        break
            if best is not None and best[0] <= 12:
                taken.append(best[1])
                found.append((name, best[1], best[2]))
            else:
                found.append(None)
        return found

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Lines first, then the texts on their halos."""
        for place in self.places(frame):
            if place is None:
                continue
            name, area, end = place
            beneath = self.canvas.ground_at(area.center()) if self.canvas else None
            ink, halo = text_colors(frame.theme, beneath, name.color, "text", "text")
            if name.reach:
                near = area.adjusted(-3, -1, 3, 1)
                start = QPointF(
                    min(max(end.x(), near.left() + near.width() / 4), near.right() - near.width() / 4),
                    min(max(end.y(), near.top()), near.bottom()),
                )
                painter.setPen(make_pen(frame.color("ink"), frame.style.width(1)))
                painter.drawLine(QLineF(start, end))
            markup.paint(
                painter, area.left(), area.top(), name.text, frame.style, ink, px=_PX, weight=name.weight, halo=halo,
                align=0.0,
            )  # fmt: skip

    def _obstacles(self, frame: Frame) -> tuple[Points, list[QRectF]]:
        """Pixels (n, 2) that no text should cover, and areas that none may touch."""
        points: list[Points] = [np.empty((0, 2))]
        taken: list[QRectF] = []
        unit = frame.style.type_scale
        for item in self.canvas.items() if self.canvas else ():
            if not item.isVisible():
                continue
            if isinstance(item, Polyline):
                points.append(_dense(*item.pixels(frame)))
            elif isinstance(item, ErrorBars):
                for x, _, upper, lower in zip(*(part.tolist() for part in item.pixels(frame)), strict=True):
                    taken.append(QRectF(x - 4 * unit, upper, 8 * unit, max(lower - upper, 1)))
            elif isinstance(item, Label):
                taken.append(item.area(frame))
            elif isinstance(item, ScaleBar):
                corner = frame.plot.bottomLeft()
                taken.append(
                    QRectF(corner.x(), corner.y() - 42 * unit, 24 * unit + 0.15 * frame.plot.width(), 42 * unit)
                )
            elif isinstance(item, HatchRegion):
                taken.append(item.path(frame).boundingRect())
            elif isinstance(item, Handle):
                place, reach = frame.point(*item.position), (RADIUS + 3) * unit
                taken.append(QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach))
        for title, x, y, anchor in (
            (frame.y.title, frame.plot.left() + 8 * unit, frame.plot.top() + 5 * unit, (0.0, 0.0)),
            (frame.x.title, frame.plot.right() - 8 * unit, frame.plot.bottom() - 4 * unit, (1.0, 1.0)),
        ):
            if title:
                taken.append(markup.box(x, y, title, frame.style, px=TITLE_PX, anchor=anchor))
        return np.concatenate(points), [area for area in taken if not area.isEmpty()]


def _dense(x: Points, y: Points) -> Points:
    """A curve in pixels as points no more than a few pixels apart."""
    known = np.isfinite(x) & np.isfinite(y)
    x, y = np.clip(x[known], -1e5, 1e5), np.clip(y[known], -1e5, 1e5)
    if len(x) < 2:
        return np.column_stack((x, y))
    along = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    places = np.linspace(0, along[-1], min(2000, max(2, int(along[-1] / 3))))
    return np.column_stack((np.interp(places, along, x), np.interp(places, along, y)))


def _candidates(name: Name, frame: Frame) -> Iterator[tuple[QRectF, QPointF]]:
    """Areas for the text, best first, each with the pixel of the curve that it names."""
    x, y = frame.px_x(name.x), frame.px_y(name.y)
    inside = np.isfinite(x) & np.isfinite(y) & (y >= frame.plot.top()) & (y <= frame.plot.bottom())
    inside &= (x >= frame.plot.left() - 1) & (x <= frame.plot.right() + 1)
    x, y = x[inside], y[inside]
    if not len(x):
        return
    size = markup.measure(name.text, frame.style, _PX, name.weight)
    unit = frame.style.type_scale
    shares = sorted(_SHARES.tolist(), key=lambda share: abs(share - name.near)) if len(x) > 1 else [0.0]
    centre = float(x.mean()), float(y.mean())
    for share in shares:
        at = round(share * (len(x) - 1))
        px, py = float(x[at]), float(y[at])
        out_x, out_y = px - centre[0], py - centre[1]
        length = math.hypot(out_x, out_y)
        if name.reach and length > 1:
            ways = [(out_x / length, out_y / length, far) for far in (1.0, 0.7, 1.5, 2.2)]
        elif name.reach:
            ways = [(a, b, far) for b in (-1, 1) for far in (1.0, 0.7, 1.5, 2.2) for a in (-0.5, 0.5, 0.0)]
        else:
            ways = [(a, b, far) for far in (1.0, 2.0) for a, b in _AROUND]
        for a, b, far in ways:
            ux, uy = a / math.hypot(a, b), b / math.hypot(a, b)
            away = (name.reach or _GAP) * unit * far
            middle_x = px + ux * (away + size.width() / 2 * abs(ux) ** 0.5)
            middle_y = py + uy * (away + size.height() / 2)
            area = QRectF(middle_x - size.width() / 2, middle_y - size.height() / 2, size.width(), size.height())
            yield area, QPointF(px, py)


def _crossed(name: Name, area: QRectF, end: QPointF, other: Name, its_area: QRectF, its_end: QPointF) -> bool:
    """Whether the line of either of two names runs through the other's text."""

    def through(start: QRectF, to: QPointF, text: QRectF) -> bool:
        wide = text.adjusted(-3, -1, 3, 1)
        middle = start.center()
        return any(wide.contains(middle + (to - middle) * (step / 16)) for step in range(17))

    return bool((name.reach and through(area, end, its_area)) or (other.reach and through(its_area, its_end, area)))


def _covered(area: QRectF, points: Points, taken: Sequence[QRectF], frame: Frame) -> int | None:
    """How many points of curves a text would cover; None where it must not stand."""
    room = frame.plot.adjusted(4, 2, 30, -2).intersected(frame.bounds.adjusted(4, 2, -14, -2))
    if not room.contains(area):
        return None
    wide = area.adjusted(-4, -2, 4, 2)
    if any(wide.intersects(other) for other in taken):
        return None
    x, y = points[:, 0], points[:, 1]
    return int(((x > wide.left()) & (x < wide.right()) & (y > wide.top()) & (y < wide.bottom())).sum())
