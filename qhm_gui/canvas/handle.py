"""The draggable point, and the crosshair through it."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from qhm_gui.canvas.frame import Frame, finite, snapped_x, snapped_y
from qhm_gui.canvas.item import Interactive, Item, Layer
from qhm_gui.canvas.stroke import CROSSHAIR_DASH, make_pen
from qhm_gui.canvas.value_chip import chip_size, draw_chip

RADIUS = 9.0
HIT_RADIUS = 22.0
HALO = 8.0
FINE = 0.1
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_TYPE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class Handle(Interactive):
    """A point of the state: drag it, nudge it with the arrow keys (1 px, with Shift a tenth), double-click to type.

    It moves itself and says where; the owner may put it elsewhere at once with :meth:`set_position`. It stays in the
    range of both axes. Dragging with Shift goes at a tenth of the speed.
    """

    began = Signal()
    moved = Signal(float, float)
    ended = Signal()
    double_clicked = Signal()
    context_requested = Signal(QPoint)  # where to open a menu, in screen coordinates

    z = 10.0

    def __init__(self, color: str, movable: bool = True, kind: Literal["point", "start"] = "point") -> None:
        super().__init__()
        self._color = color
        self._kind: Literal["point", "start"] = kind
        self._x = self._y = math.nan
        self._chip = ""
        self._tied = False
        self._hovered = self._dragging = self._focused = False
        self._anchor: tuple[QPointF, QPointF, bool] | None = None  # mouse and handle where this stretch began
        self._keys: set[int] = set()
        self.movable = movable

    @property
    def kind(self) -> Literal["point", "start"]:
        """Whether it is the point of the parameters or the start of the runs."""
        return self._kind

    @property
    def movable(self) -> bool:
        """Whether it can be dragged."""
        return self.focusable

    @movable.setter
    def movable(self, movable: bool) -> None:
        self.focusable = movable
        self.cursor = Qt.CursorShape.OpenHandCursor if movable else Qt.CursorShape.ArrowCursor
        self.drag_cursor = Qt.CursorShape.ClosedHandCursor if movable else Qt.CursorShape.ArrowCursor

    @property
    def position(self) -> tuple[float, float]:
        """Where it stands in data values."""
        return self._x, self._y

    @property
    def dragging(self) -> bool:
        """Whether a drag or a nudge is under way."""
        return self._dragging

    def set_position(self, x: float, y: float) -> None:
        """Move it to a data point, without a signal."""
        if (x, y) != (self._x, self._y):
            self._x, self._y = float(x), float(y)
            self.changed()

    def set_color(self, color: str) -> None:
        """A token, a method's key or '#hex'."""
        if color != self._color:
            self._color = color
            self.changed()

    def set_chip(self, text: str) -> None:
        """What the chip beside it says (markup) while it is hovered, dragged or nudged; '' for no chip."""
        if text != self._chip:
            self._chip = text
            self.changed()

    def set_tied(self, tied: bool) -> None:
        """Pale, because it follows something else until it is moved."""
        if tied != self._tied:
            self._tied = tied
            self.changed()

    def set_state(self, *, hovered: bool = False, dragging: bool = False, focused: bool = False) -> None:
        """Show a state that the mouse and the keys would bring; for pictures and linked canvases."""
        if (hovered, dragging, focused) != (self._hovered, self._dragging, self._focused):
            self._hovered, self._dragging, self._focused = hovered, dragging, focused
            self.changed()

    # Painting

    @property
    def _active(self) -> bool:
        return self._hovered or self._dragging

    def cover(self, frame: Frame) -> QRectF:
        """The rings, and the chip while it is shown."""
        point = frame.point(self._x, self._y)
        if not finite(point):
            return QRectF()
        reach = (RADIUS + HALO + 2) * frame.style.line_scale
        area = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        return area.united(self._chip_area(point, frame).adjusted(-1, -1, 1, 2)) if self._shows_chip else area

    @property
    def _shows_chip(self) -> bool:
        return bool(self._chip) and (self._active or self._focused)

    def _chip_area(self, point: QPointF, frame: Frame) -> QRectF:
        size = chip_size(self._chip, frame.style)
        away = 15 * frame.style.line_scale
        area = QRectF(point.x() - away - size.width(), point.y() - away - size.height(), size.width(), size.height())
        if area.left() < frame.bounds.left() + 4:
            area.moveLeft(point.x() + away)
        if area.top() < frame.bounds.top() + 2:
            area.moveTop(point.y() + away)
        return frame.keep_inside(area, 2)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Halo, focus ring, disc, coloured ring and dot; then the chip."""
        point = frame.point(self._x, self._y)
        if not finite(point):
            return
        painter.save()
        painter.translate(point)
        painter.scale(frame.style.line_scale, frame.style.line_scale)
        if self._kind == "start":
            self._draw_start(painter, frame)
        else:
            self._draw_point(painter, frame)
        painter.restore()
        if self._shows_chip:
            draw_chip(painter, self._chip_area(point, frame), self._chip, frame)

    def _draw_point(self, painter: QPainter, frame: Frame) -> None:
        color = frame.color(self._color)
        origin = QPointF(0, 0)
        painter.setOpacity(0.45 if self._tied and not self._active else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._active:
            painter.setBrush(frame.color(self._color, 0.22))
            grow = HALO if self._dragging else HALO - 2
            painter.drawEllipse(origin, RADIUS + grow, RADIUS + grow)
        painter.setBrush(frame.color("shadow"))
        painter.drawEllipse(QPointF(0, 0.7), RADIUS + 1.6, RADIUS + 1.6)
        painter.setBrush(frame.color("#FFFFFF"))
        painter.drawEllipse(origin, RADIUS + 1.2, RADIUS + 1.2)
        painter.setPen(make_pen(color, 2.4))
        painter.drawEllipse(origin, RADIUS - 1.2, RADIUS - 1.2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(origin, 3.6, 3.6)
        if self._focused:
            painter.setOpacity(1.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(make_pen(frame.color("surface"), 5.0))
            painter.drawEllipse(origin, RADIUS + 4.2, RADIUS + 4.2)
            painter.setPen(make_pen(frame.color("ink"), 2.0))
            painter.drawEllipse(origin, RADIUS + 4.2, RADIUS + 4.2)

    def _draw_start(self, painter: QPainter, frame: Frame) -> None:
        origin = QPointF(0, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame.color("ink", 0.18 if self._active else 0.08))
        grow = HALO if self._active else HALO - 2
        painter.drawEllipse(origin, RADIUS + grow, RADIUS + grow)
        painter.setBrush(frame.color("surface"))
        painter.setPen(make_pen(frame.color("ink"), 2.0))
        painter.drawEllipse(origin, RADIUS - 1.8, RADIUS - 1.8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame.color("ink"))
        painter.drawEllipse(origin, 2.4, 2.4)
        if self._focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(make_pen(frame.color("ink"), 2.0))
            painter.drawEllipse(origin, RADIUS + 3.2, RADIUS + 3.2)

    # Mouse and keys

    def hit(self, point: QPointF, frame: Frame) -> float | None:
        """Near enough within the hit radius."""
        place = frame.point(self._x, self._y)
        if not self.movable or not finite(place):
            return None
        distance = math.hypot(point.x() - place.x(), point.y() - place.y())
        return distance if distance <= HIT_RADIUS else None

    def hover(self, inside: bool) -> None:
        """The halo and the chip follow the mouse."""
        self._hovered = inside
        self.changed()

    def focus(self, inside: bool, visible: bool) -> None:
        """The ring shows when a key brought the focus."""
        if not inside and self._keys:
            self._finish()
        self._focused = inside and visible
        self.changed()

    def press(self, point: QPointF, fine: bool) -> None:
        """Take hold of it."""
        assert self.canvas is not None
        self._anchor = point, self.canvas.to_pixels(self._x, self._y), fine
        self._dragging = True
        self.changed()
        self.began.emit()

    def drag(self, point: QPointF, fine: bool) -> None:
        """Follow the mouse, at a tenth of its speed while Shift is down."""
        if self._anchor is None or self.canvas is None:
            return
        mouse, start, was_fine = self._anchor
        if fine != was_fine:
            mouse, start = point, self.canvas.to_pixels(self._x, self._y)
            self._anchor = mouse, start, fine
        if point != mouse:
            self._move_to(start + (point - mouse) * (FINE if fine else 1.0))

    def release(self) -> None:
        """Let go."""
        self._anchor = None
        self._finish()

    def double_click(self) -> None:
        """Someone wants to type a value."""
        self.double_clicked.emit()

    def menu(self, place: QPoint) -> bool:
        """A right click."""
        self.context_requested.emit(place)
        return True

    def key_press(self, event: QKeyEvent) -> bool:
        """Arrows move, Return asks to type."""
        if event.key() in _TYPE_KEYS:
            self.double_clicked.emit()
            return True
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if arrow is None or self.canvas is None:
            return False
        self._focused = True
        if not self._keys:
            self._dragging = True
            self.began.emit()
        self._keys.add(event.key())
        step = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self._move_to(self.canvas.to_pixels(self._x, self._y) + QPointF(arrow[0] * step, arrow[1] * step))
        return True

    def key_release(self, event: QKeyEvent) -> None:
        """A nudge ends when its last key comes up."""
        if event.isAutoRepeat() or event.key() not in self._keys:
            return
        self._keys.discard(event.key())
        if not self._keys:
            self._finish()

    def _finish(self) -> None:
        self._keys.clear()
        self._dragging = False
        self.changed()
        self.ended.emit()

    def _move_to(self, point: QPointF) -> None:
        assert self.canvas is not None
        x, y = self.canvas.from_pixels(point)
        x, y = self.canvas.x_axis.clip(x), self.canvas.y_axis.clip(y)
        if (x, y) != (self._x, self._y):
            self.set_position(x, y)
            self.moved.emit(x, y)


class Crosshair(Item):
    """Dashed lines from a point to both axes. ``cased`` puts a dark rim round them, for maps."""

    layer = Layer.TOP
    z = 4.0

    def __init__(self, color: str, cased: bool = False) -> None:
        super().__init__()
        self._color, self._cased = color, cased
        self._x = self._y = math.nan

    def set_position(self, x: float, y: float) -> None:
        """Cross at a data point."""
        if (x, y) != (self._x, self._y):
            self._x, self._y = float(x), float(y)
            self.changed()

    def set_color(self, color: str) -> None:
        """A token, a method's key or '#hex'."""
        if color != self._color:
            self._color = color
            self.changed()

    def cover(self, frame: Frame) -> QRectF:
        """From the point to the lower left corner of the plot."""
        point = frame.point(self._x, self._y)
        if not finite(point):
            return QRectF()
        corner = frame.plot.bottomLeft()
        return QRectF(point, corner).normalized().adjusted(-3, -3, 3, 3)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Both lines end at the axes."""
        point = frame.point(self._x, self._y)
        if not finite(point):
            return
        scale = frame.style.line_scale
        on, off = (part * scale for part in CROSSHAIR_DASH)
        x, y = snapped_x(painter, point.x(), scale), snapped_y(painter, point.y(), scale)
        lines = (
            (QPointF(x, y), QPointF(frame.plot.left(), y)),
            (QPointF(x, y), QPointF(x, frame.plot.bottom())),
        )
        if self._cased:
            rim = make_pen(frame.color("rgba(23,32,42,.28)"), scale, (on, off), casing=0.8 * scale)
            painter.setPen(rim)
            for line in lines:
                painter.drawLine(*line)
        painter.setPen(make_pen(frame.color(self._color), scale, dash_px=(on, off)))
        for line in lines:
            painter.drawLine(*line)
