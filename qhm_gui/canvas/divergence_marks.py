"""Methods that leave the plot: where, who, and at which step."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from qhm_gui.canvas import markup
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Item
from qhm_gui.canvas.label_spacing import spread
from qhm_gui.canvas.markers import shape_path
from qhm_gui.canvas.stroke import make_pen
from qhm_gui.text.language import tr

DepartureSpec = tuple[float, str, str, int]


class Departures(Item):
    """Methods that leave the plot at its top: a triangle and 'QHM, leaves at 14', clear of each other."""

    clipped = False
    z = 7.0

    def __init__(self) -> None:
        super().__init__()
        self._items: list[DepartureSpec] = []

    def set_items(self, items: Sequence[DepartureSpec]) -> None:
        """(x in data values, colour, name, step at which it left) for every method that did."""
        new = [item for item in items if math.isfinite(item[0])]
        if new != self._items:
            self._items = new
            self.changed()

    def areas(self, frame: Frame) -> list[QRectF]:
        """Where the texts lie: each right of its triangle, or left of it, or a row lower when that is taken."""
        unit = frame.style.type_scale
        triangles = [QRectF(x - 7 * unit, frame.plot.top(), 14 * unit, 16 * unit) for x in self._places(frame)]
        taken = list(triangles)
        result: list[QRectF] = [QRectF()] * len(self._items)
        for index in sorted(range(len(self._items)), key=lambda i: self._items[i][0]):
            size = markup.measure(self._text(index), frame.style, 12, 600)
            mark = triangles[index]
            best: QRectF | None = None
            for row in range(12):
                top = mark.top() + row * (size.height() + 2 * unit)
                for left in (mark.right() + unit, mark.left() - unit - size.width()):
                    area = QRectF(left, top, size.width(), size.height())
                    if frame.keep_inside(area, 0) != area:
                        continue
                    clear = area.adjusted(-5 * unit, -unit, 5 * unit, unit)
                    if not any(clear.intersects(other) for other in taken if other is not mark):
                        best = area
                        break
                if best is not None:
                    break
            result[index] = best or frame.keep_inside(QRectF(mark.right(), mark.top(), size.width(), size.height()))
            taken.append(result[index])
        return result

    def _places(self, frame: Frame) -> list[float]:
        unit = frame.style.type_scale
        places = [float(frame.px_x(x)) for x, _, _, _ in self._items]
        return spread(places, 14 * unit, frame.plot.left(), frame.plot.right())

    def _text(self, index: int) -> str:
        _, _, name, step = self._items[index]
        return f"{name}\n{tr('leaves at {step}', step=step)}"

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Triangles at the top edge, then the texts."""
        unit = frame.style.type_scale
        for index, (x, area) in enumerate(zip(self._places(frame), self.areas(frame), strict=True)):
            color = frame.color(self._items[index][1])
            mark = shape_path("triangle", 6 * unit).translated(x, frame.plot.top() + 8 * unit)
            painter.strokePath(mark, make_pen(frame.color("surface"), 3 * unit))
            painter.fillPath(mark, color)
            on_left = area.right() < x
            markup.paint(
                painter, area.left(), area.top(), self._text(index), frame.style, color, px=12, weight=600,
                halo=frame.color("surface"), align=1.0 if on_left else 0.0,
            )  # fmt: skip


class Departure(Departures):
    """A single departure."""

    def __init__(self, color: str) -> None:
        super().__init__()
        self._color = color

    def set(self, x: float, name: str, step: int) -> None:
        """Where it left, who, and at which step."""
        self.set_items([(x, self._color, name, step)])
