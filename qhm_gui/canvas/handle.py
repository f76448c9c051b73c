"""The draggable point: a pg.TargetItem with bounds and keys. (Its pg.TargetLabel does not keep within the canvas.)"""

from __future__ import annotations

import math
from typing import Any, Literal

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath

from qhm_gui.canvas.chips import Chip, chip_areas
from qhm_gui.canvas.frame import Frame, finite
from qhm_gui.canvas.item import AtPoint, draw_ring
from qhm_gui.canvas.key_cursor import ARROWS
from qhm_gui.canvas.label_places import CHIP, Wish
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing.pens import make_pen

RADIUS = 9.0
HIT_RADIUS = 22.0
HALO = 8.0
FINE = 0.1
_TYPE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class Handle(AtPoint, pg.TargetItem):
    """A point of the state: drag it, nudge it with the arrow keys (1 px, with Shift a tenth), double-click to type.

    It moves itself and says where; the owner may put it elsewhere at once with :meth:`set_position`. It stays in the
    range of both axes. Dragging with Shift goes at a tenth of the speed. ``pos()`` is in the coordinates of the view,
    :attr:`position` in data values: they differ on a log axis.
    """

    began = Signal()
    moved_to = Signal(float, float)
    ended = Signal()
    double_clicked = Signal()
    context_requested = Signal(QPoint)  # where to open a menu, in screen coordinates
    held = Signal()  # the mouse has taken hold of it

    def __init__(self, color: str, movable: bool = True, kind: Literal["point", "start"] = "point") -> None:
        super().__init__(size=int(2 * RADIUS), movable=movable)
        self.setZValue(10.0)
        self._color = color
        self._kind: Literal["point", "start"] = kind
        self._tied = False
        self._hovered = self._dragging = self._focused = False
        self._anchor: tuple[QPointF, QPointF, bool] | None = None  # mouse and handle where this stretch began
        self._keys: set[int] = set()
        self._chip = ValueChip(self)
        self.companions = (self._chip,)
        self.set_movable(movable)

    @property
    def kind(self) -> Literal["point", "start"]:
        """Whether it is the point of the parameters or the start of the runs."""
        return self._kind

    def set_movable(self, movable: bool) -> None:
        """Whether it can be dragged."""
        self.movable = movable
        self.setCursor(Qt.CursorShape.OpenHandCursor if movable else Qt.CursorShape.ArrowCursor)

    @property
    def dragging(self) -> bool:
        """Whether a drag or a nudge is under way."""
        return self._dragging

    @property
    def active(self) -> bool:
        """Whether it is hovered or dragged."""
        return self._hovered or self._dragging

    @property
    def shows_chip(self) -> bool:
        """Whether the value chip beside it is seen."""
        return bool(self._chip.text) and (self.active or self._focused)

    def moved(self) -> None:
        """Another data point, range or scale: take the place in the view that belongs to it."""
        if self.canvas is not None:
            frame = self.canvas.frame()
            place = float(frame.x.to_axis(self._x)), float(frame.y.to_axis(self._y))
            if all(math.isfinite(part) for part in place):
                self.setPos(*place)
        super().moved()
        self._chip.changed()

    def set_chip(self, text: str) -> None:
        """What the chip beside it says (markup) while it is hovered, dragged or nudged; '' for no chip."""
        self._chip.set_text(text)

    def set_tied(self, tied: bool) -> None:
        """Pale, because it follows something else until it is moved."""
        self.set_look(_tied=tied)

    def set_state(self, *, hovered: bool = False, dragging: bool = False, focused: bool = False) -> None:
        """Show a state that the mouse and the keys would bring; for pictures and linked canvases."""
        if (hovered, dragging, focused) != (self._hovered, self._dragging, self._focused):
            self._hovered, self._dragging, self._focused = hovered, dragging, focused
            self.changed()
            self._chip.changed()

    # Painting

    def cover(self, frame: Frame) -> QRectF:
        """The rings."""
        return self.about(frame, max((RADIUS + HALO + 2) * frame.style.line_scale, HIT_RADIUS))

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """The disc and its ring."""
        obstacles.areas.append(self.about(frame, (RADIUS + 1) * frame.style.line_scale))

    def shape(self) -> QPainterPath:
        """Where the mouse takes hold of it."""
        path = QPainterPath()
        if self.canvas is None or not self.movable:
            return path
        point = self.place(self.canvas.frame())
        if finite(point):
            path.addEllipse(point, HIT_RADIUS, HIT_RADIUS)
        return self.mapFromScene(path)

    def draw_mark(self, painter: QPainter, frame: Frame) -> None:
        """Halo, focus ring, disc, coloured ring and dot."""
        if self._kind == "start":
            self._draw_start(painter, frame)
        else:
            self._draw_point(painter, frame)
        if self._focused:
            painter.setOpacity(1.0)
            draw_ring(painter, frame, QPointF(0, 0), RADIUS + 4.2)

    def _draw_point(self, painter: QPainter, frame: Frame) -> None:
        color = frame.color(self._color)
        origin = QPointF(0, 0)
        painter.setOpacity(0.45 if self._tied and not self.active else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.active:
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

    def _draw_start(self, painter: QPainter, frame: Frame) -> None:
        origin = QPointF(0, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame.color("ink", 0.18 if self.active else 0.08))
        grow = HALO if self.active else HALO - 2
        painter.drawEllipse(origin, RADIUS + grow, RADIUS + grow)
        painter.setBrush(frame.color("surface"))
        painter.setPen(make_pen(frame.color("ink"), 2.0))
        painter.drawEllipse(origin, RADIUS - 1.8, RADIUS - 1.8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame.color("ink"))
        painter.drawEllipse(origin, 2.4, 2.4)

    # Mouse and keys

    def hoverEvent(self, ev: Any) -> None:
        """The halo and the chip follow the mouse; a click or a drag here is the handle's."""
        inside = not ev.isExit() and self._takes(ev.scenePos()) and ev.acceptDrags(Qt.MouseButton.LeftButton)
        if inside and self._is_clicked(ev.scenePos()):
            ev.acceptClicks(Qt.MouseButton.LeftButton)
        if inside != self._hovered and not self._dragging:
            self.set_state(hovered=inside, dragging=self._dragging, focused=self._focused)

    def mouseDragEvent(self, ev: Any) -> None:
        """Follow the mouse, at a tenth of its speed while Shift is down."""
        own = self._anchor is not None or self._takes(ev.buttonDownScenePos())
        if not own or ev.button() != Qt.MouseButton.LeftButton:
            ev.ignore()
            return
        ev.accept()
        fine = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if ev.isStart():
            self._take(QPointF(ev.buttonDownScenePos()), fine)
        self._drag(QPointF(ev.scenePos()), fine)
        if ev.isFinish():
            self._anchor = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self._finish()

    def mouseClickEvent(self, ev: Any) -> None:
        """A click gives it the keys; a double click asks to type a value."""
        if not self._is_clicked(ev.scenePos()) or ev.button() != Qt.MouseButton.LeftButton:
            return
        ev.accept()
        if ev.double():
            self.double_clicked.emit()
        else:
            self.held.emit()

    def _takes(self, point: QPointF) -> bool:
        """Whether the mouse at a pixel is its own, and not another handle's that is nearer."""
        return self.movable and self.canvas is not None and self.canvas.keyboard.handle_at(QPointF(point)) is self

    def _is_clicked(self, point: QPointF) -> bool:
        """Whether a click at a pixel is its own, and not an offer's that is nearer."""
        return self._takes(point) and self.canvas is not None and self.canvas.keyboard.item_at(QPointF(point)) is self

    def _take(self, point: QPointF, fine: bool) -> None:
        assert self.canvas is not None
        self._anchor = point, self.canvas.to_pixels(self._x, self._y), fine
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.held.emit()
        self.set_state(hovered=self._hovered, dragging=True, focused=self._focused)
        self.began.emit()

    def _drag(self, point: QPointF, fine: bool) -> None:
        if self._anchor is None or self.canvas is None:
            return
        mouse, start, was_fine = self._anchor
        if fine != was_fine:
            mouse, start = point, self.canvas.to_pixels(self._x, self._y)
            self._anchor = mouse, start, fine
        if point != mouse:
            self._move_to(start + (point - mouse) * (FINE if fine else 1.0))

    def focus(self, inside: bool, visible: bool) -> None:
        """The keys have come or gone; the ring shows when a key brought them."""
        if not inside and self._keys:
            self._finish()
        self.set_state(hovered=self._hovered, dragging=self._dragging, focused=inside and visible)

    def key_press(self, event: QKeyEvent) -> bool:
        """Arrows move, Return asks to type."""
        if event.key() in _TYPE_KEYS:
            self.double_clicked.emit()
            return True
        arrow = ARROWS.get(Qt.Key(event.key()))
        if arrow is None or self.canvas is None:
            return False
        self.set_state(hovered=self._hovered, dragging=True, focused=True)
        if not self._keys:
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
        self.set_state(hovered=self._hovered, dragging=False, focused=self._focused)
        self.ended.emit()

    def _move_to(self, point: QPointF) -> None:
        assert self.canvas is not None
        x, y = self.canvas.from_pixels(point)
        x, y = self.canvas.x_axis.clip(x), self.canvas.y_axis.clip(y)
        if (x, y) != (self._x, self._y):
            self.set_position(x, y)
            self.moved_to.emit(x, y)


class ValueChip(Chip):
    """What a handle's value is, on an ink ground beside it."""

    def __init__(self, handle: Handle) -> None:
        super().__init__()
        self.setZValue(19.0)
        self._handle = handle
        self.text = ""

    def set_text(self, text: str) -> None:
        """Markup; '' for no chip."""
        self.set_look(text=text)

    def wishes(self, frame: Frame) -> list[Wish]:
        """In one of the four corners about the handle."""
        point = self._handle.place(frame)
        if not (self._handle.shows_chip and self._handle.isVisible() and finite(point)):
            return []
        areas = chip_areas(point, self.text, frame, 15 * frame.style.line_scale)
        return [Wish(self.text, areas, CHIP, needed=True, over=True, outside=True)]
