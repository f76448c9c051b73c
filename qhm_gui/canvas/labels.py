"""Texts on a canvas: labels, labels at the ends of lines, the scale bar, the playhead, tooltips, departures."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import markup
from qhm_gui.canvas.background_colour import text_colors
from qhm_gui.canvas.divergence_marks import Departure, Departures
from qhm_gui.canvas.frame import Frame, finite, snapped_x, snapped_y
from qhm_gui.canvas.item import Interactive, Item, Layer
from qhm_gui.canvas.label_spacing import spread
from qhm_gui.canvas.stroke import make_pen
from qhm_gui.canvas.value_chip import chip_size, draw_chip

__all__ = ["Departure", "Departures", "EndLabels", "Label", "Playhead", "ScaleBar", "Tooltip"]

END_GAP = 17.0
Anchor = tuple[float, float]


class Label(Item):
    """A text at a data point. ``color`` None is legible on what lies beneath; lines are parted by a newline.

    The ``anchor`` (0, 0) puts the point at the text's top left, (1, 1) at its bottom right.
    """

    clipped = False
    z = 6.0

    def __init__(
        self, text: str, color: str | None = None, px: float = 12, weight: int = 400, anchor: Anchor = (0.0, 0.5),
        halo: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self._text, self._color, self._px, self._weight = text, color, px, weight
        self._anchor, self._halo = anchor, halo
        self._x = self._y = math.nan
        self._dx = self._dy = 0.0
        self._leader: tuple[float, float] | None = None

    @property
    def text(self) -> str:
        """The markup shown."""
        return self._text

    def set_text(self, text: str) -> None:
        """Another text."""
        if text != self._text:
            self._text = text
            self.changed()

    def set_color(self, color: str | None) -> None:
        """A token, a method's key, '#hex', or None."""
        if color != self._color:
            self._color = color
            self.changed()

    def set_anchor(self, anchor: Anchor) -> None:
        """Another point of the text to stand on the place."""
        if anchor != self._anchor:
            self._anchor = anchor
            self.changed()

    def set_position(self, x: float, y: float, dx: float = 0.0, dy: float = 0.0) -> None:
        """A data point, and how many pixels the text stands away from it."""
        new = (float(x), float(y), dx, dy)
        if new != (self._x, self._y, self._dx, self._dy):
            self._x, self._y, self._dx, self._dy = new
            self.changed()

    @property
    def position(self) -> tuple[float, float]:
        """The data point that it stands at."""
        return self._x, self._y

    def set_leader(self, leader: tuple[float, float] | None) -> None:
        """A data point to which a thin line leads from the text."""
        if leader != self._leader:
            self._leader = leader
            self.changed()

    def area(self, frame: Frame) -> QRectF:
        """Where the text lies; empty without a place."""
        point = frame.point(self._x, self._y)
        if not finite(point):
            return QRectF()
        unit = frame.style.type_scale
        area = markup.box(
            point.x() + self._dx * unit, point.y() + self._dy * unit, self._text, frame.style,
            px=self._px, weight=self._weight, anchor=self._anchor,
        )  # fmt: skip
        return frame.keep_inside(area, 2)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """The leader first, then the text on its halo."""
        area = self.area(frame)
        if area.isEmpty() or not self._text:
            return
        beneath = self.canvas.ground_at(area.center()) if self.canvas else None
        ink, halo = text_colors(frame.theme, beneath, self._color, "text", "text")
        if self._leader is not None:
            self._draw_leader(painter, frame, area, ink if self._color else frame.color("ink"))
        markup.paint(
            painter, area.left(), area.top(), self._text, frame.style, ink, px=self._px, weight=self._weight,
            halo=halo if self._halo else None, align=self._anchor[0],
        )  # fmt: skip

    def _draw_leader(self, painter: QPainter, frame: Frame, area: QRectF, ink) -> None:
        assert self._leader is not None
        end = frame.point(*self._leader)
        if not finite(end):
            return
        pad = 2 * frame.style.type_scale
        near = area.adjusted(-2 * pad, -pad / 2, 2 * pad, pad / 2)
        start = QPointF(min(max(end.x(), near.left()), near.right()), min(max(end.y(), near.top()), near.bottom()))
        if near.left() < end.x() < near.right():
            start.setX(near.center().x() + 0.25 * (end.x() - near.center().x()))
        elif near.top() < end.y() < near.bottom():
            start.setY(near.center().y())
        line = QLineF(start, end)
        if line.length() > pad:
            painter.setPen(make_pen(ink, frame.style.width(1)))
            painter.drawLine(line)


class EndLabels(Item):
    """The names of lines at their right ends, apart from each other. Reserves the margin that they need."""

    clipped = False
    z = 6.0

    def __init__(self, px: float = 13, weight: int = 600) -> None:
        super().__init__()
        self._labels: list[tuple[str, float, str]] = []
        self._px, self._weight = px, weight

    def set_labels(self, labels: Sequence[tuple[str, float, str]]) -> None:
        """(text, y value, colour) for every line; those without a finite y are left out."""
        new = [label for label in labels if math.isfinite(label[1])]
        if new != self._labels:
            self._labels = new
            self.changed()

    def reserved_right(self, style: Style) -> float:
        """The widest label and the air about it."""
        if not self._labels:
            return 0.0
        widest = max(markup.measure(text, style, self._px, self._weight).width() for text, _, _ in self._labels)
        return widest + 24 * style.type_scale

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Beside the plot, each as near to its line as the others let it."""
        unit = frame.style.type_scale
        shown = [(t, float(frame.px_y(y)), c) for t, y, c in self._labels]
        shown = [label for label in shown if math.isfinite(label[1])]
        half = END_GAP * unit / 2
        places = spread([y for _, y, _ in shown], END_GAP * unit, frame.plot.top() + half, frame.plot.bottom() - half)
        for (text, _, color), y in zip(shown, places, strict=True):
            markup.paint(
                painter, frame.plot.right() + 9 * unit, y, text, frame.style, frame.color(color),
                px=self._px, weight=self._weight, anchor=(0, 0.5),
            )  # fmt: skip


def nice_length(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above ``value``."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(m * power for m in (1, 2, 5) if m * power <= value * (1 + 1e-9))


class ScaleBar(Item):
    """How long a unit is, at the bottom left of a contour plot."""

    clipped = False
    z = 6.0

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """A bar of a round length, about a tenth of the plot, with its value above."""
        unit = frame.style.type_scale
        span = abs(frame.x_span[1] - frame.x_span[0])
        length = nice_length(0.14 * span)
        pixels = length / span * frame.plot.width()
        left = frame.plot.left() + 18 * unit
        y = snapped_y(painter, frame.plot.bottom() - 15 * unit, frame.style.width(1.5))
        color = frame.color("text2")
        painter.setPen(make_pen(color, frame.style.width(1.5)))
        painter.drawLine(QPointF(left, y), QPointF(left + pixels, y))
        middle = QPointF(left + pixels / 2, y - 4 * unit)
        beneath = self.canvas.ground_at(middle) if self.canvas else None
        markup.paint(
            painter, middle.x(), middle.y(), f"{length:g}", frame.style, color, px=12, weight=500, anchor=(0.5, 1),
            halo=beneath.color if beneath else None,
        )  # fmt: skip


class Playhead(Interactive):
    """A vertical line at a step with a chip on top; drag it to scrub."""

    moved = Signal(float)
    began = Signal()
    ended = Signal()
    cursor = Qt.CursorShape.SizeHorCursor
    drag_cursor = Qt.CursorShape.SizeHorCursor
    z = 3.0

    def __init__(self, color: str = "ink", symbol: str = "*k*") -> None:
        super().__init__()
        self._color, self._symbol = color, symbol
        self._k = math.nan
        self._grip = 0.0

    @property
    def position(self) -> float:
        """The step that it stands at."""
        return self._k

    def set_position(self, k: float) -> None:
        """Stand at a step, without a signal."""
        if k != self._k:
            self._k = float(k)
            self.changed()

    def _x(self, frame: Frame) -> float:
        return float(frame.px_x(self._k))

    def _text(self) -> str:
        return f"{self._symbol} = {self._k:g}"

    def _chip(self, frame: Frame) -> QRectF:
        size = chip_size(self._text(), frame.style)
        top = frame.plot.top() + 2 * frame.style.type_scale
        return frame.keep_inside(QRectF(self._x(frame) - size.width() / 2, top, size.width(), size.height()), 2)

    def cover(self, frame: Frame) -> QRectF:
        """The line and the chip."""
        x = self._x(frame)
        if not math.isfinite(x):
            return QRectF()
        line = QRectF(x - 2, frame.plot.top(), 4, frame.plot.height() + 2)
        return line.united(self._chip(frame).adjusted(-1, -1, 1, 2))

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """The line runs from the chip to the bottom of the plot."""
        x = self._x(frame)
        if not math.isfinite(x):
            return
        chip = self._chip(frame)
        width = frame.style.width(1)
        x = snapped_x(painter, x, width)
        painter.setPen(make_pen(frame.color(self._color), width))
        painter.drawLine(QPointF(x, chip.bottom()), QPointF(x, frame.plot.bottom()))
        draw_chip(painter, chip, self._text(), frame)

    def hit(self, point: QPointF, frame: Frame) -> float | None:
        """On the chip, or within 6 px of the line."""
        x = self._x(frame)
        if not math.isfinite(x):
            return None
        if self._chip(frame).contains(point):
            return 0.0
        away = abs(point.x() - x)
        return away if away <= 6 and frame.plot.top() <= point.y() <= frame.plot.bottom() else None

    def press(self, point: QPointF, fine: bool) -> None:
        """Take hold of it where it was touched."""
        assert self.canvas is not None
        self._grip = point.x() - self._x(self.canvas.frame())
        self.began.emit()

    def drag(self, point: QPointF, fine: bool) -> None:
        """Follow the mouse from step to step within the axis."""
        assert self.canvas is not None
        k, _ = self.canvas.from_pixels(QPointF(point.x() - self._grip, point.y()))
        k = float(round(self.canvas.x_axis.clip(k)))
        if k != self._k:
            self.set_position(k)
            self.moved.emit(k)

    def release(self) -> None:
        """Let go."""
        self.ended.emit()


class Tooltip(Item):
    """A few lines on an ink ground beside a data point, kept in the canvas. Hidden until it has a place."""

    layer = Layer.TOP
    clipped = False
    z = 20.0

    def __init__(self) -> None:
        super().__init__()
        self._visible = False
        self._text = ""
        self._x = self._y = math.nan

    def set_text(self, lines: Sequence[str]) -> None:
        """What it says, a line of markup each."""
        text = "\n".join(lines)
        if text != self._text:
            self._text = text
            self.changed()

    def set_position(self, x: float, y: float) -> None:
        """Show it at a data point."""
        self._x, self._y = float(x), float(y)
        self._visible = True
        self.changed()

    def hide(self) -> None:
        """Take it away until the next place."""
        self.setVisible(False)

    def _area(self, frame: Frame) -> QRectF:
        point = frame.point(self._x, self._y)
        if not finite(point) or not self._text:
            return QRectF()
        size = chip_size(self._text, frame.style)
        away = 12 * frame.style.type_scale
        area = QRectF(point.x() + away, point.y() - away - size.height(), size.width(), size.height())
        if area.right() > frame.bounds.right() - 4:
            area.moveRight(point.x() - away)
        if area.top() < frame.bounds.top() + 4:
            area.moveTop(point.y() + away)
        return frame.keep_inside(area)

    def cover(self, frame: Frame) -> QRectF:
        """The chip."""
        area = self._area(frame)
        return QRectF() if area.isEmpty() else area.adjusted(-1, -1, 1, 2)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """The chip."""
        area = self._area(frame)
        if not area.isEmpty():
            draw_chip(painter, area, self._text, frame)
