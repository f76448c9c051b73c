"""Who gets the mouse and the keys on a canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent

from qhm_gui.canvas.item import Interactive, Item

if TYPE_CHECKING:
    from qhm_gui.canvas.canvas import Canvas

SLOP = 4.0  # pixels that a click may wander
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class Pointer:
    """Hands events to the interactive item that is nearest, and turns the rest into the canvas's signals."""

    def __init__(self, canvas: Canvas, ground_cursor: Qt.CursorShape) -> None:
        self.canvas = canvas
        self.zoomable = False
        self._ground_cursor = ground_cursor
        self._hovered: Interactive | None = None
        self._dragged: Interactive | None = None
        self._focused: Interactive | None = None
        self._pressed: QPointF | None = None  # on the ground
        self._panned = QPointF()
        self._inside = False
        canvas.setCursor(ground_cursor)
        self._answers = {
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.MouseButtonDblClick: self._double_click,
            QEvent.Type.Wheel: self._wheel,
            QEvent.Type.ContextMenu: self._menu,
            QEvent.Type.Leave: self._leave,
            QEvent.Type.KeyPress: self._key_press,
            QEvent.Type.KeyRelease: self._key_release,
            QEvent.Type.FocusIn: self._focus_in,
            QEvent.Type.FocusOut: self._focus_out,
        }

    def handle(self, event: QEvent) -> bool:
        """Answer an event; True when it is used up."""
        answer = self._answers.get(event.type())
        return bool(answer and answer(event))

    def forget(self, item: Item) -> None:
        """The item has left the canvas."""
        self._hovered = None if self._hovered is item else self._hovered
        self._dragged = None if self._dragged is item else self._dragged
        self._focused = None if self._focused is item else self._focused

    def focus_item(self, item: Interactive, *, visible: bool = True) -> None:
        """Give an item the keyboard."""
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._set_focused(item, visible)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_next(self, forward: bool) -> bool:
        """Move the keyboard to the next item; False past the last."""
        items = self._focusable()
        if self._focused not in items:
            return False
        index = items.index(self._focused) + (1 if forward else -1)
        if not 0 <= index < len(items):
            return False
        self._set_focused(items[index], True)
        return True

    def _focusable(self) -> list[Interactive]:
        return [i for i in self._interactive() if i.focusable]

    def _interactive(self) -> list[Interactive]:
        return [item for item in self.canvas.items() if isinstance(item, Interactive) and item.isVisible()]

    def _at(self, point: QPointF) -> Interactive | None:
        frame = self.canvas.frame()
        best: tuple[float, Interactive] | None = None
        for item in reversed(self._interactive()):
            distance = item.hit(point, frame)
            if distance is not None and (best is None or distance < best[0]):
                best = distance, item
        return best[1] if best else None

    def _set_hovered(self, item: Interactive | None) -> None:
        if item is self._hovered:
            return
        if self._hovered is not None:
            self._hovered.hover(False)
        self._hovered = item
        if item is not None:
            item.hover(True)
        self.canvas.setCursor(item.cursor if item is not None else self._ground_cursor)

    def _set_focused(self, item: Interactive | None, visible: bool) -> None:
        if self._focused is not None and self._focused is not item:
            self._focused.focus(False, False)
        self._focused = item
        if item is not None:
            item.focus(True, visible)

    # Mouse

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        point = event.position()
        item = self._at(point)
        if item is None:
            self._pressed = self._panned = point
            return True
        self._set_hovered(item)
        self._dragged = item
        if item.focusable:
            self.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
            self._set_focused(item, False)
        self.canvas.setCursor(item.drag_cursor)
        item.press(point, _fine(event))
        return True

    def _move(self, event: QMouseEvent) -> bool:
        point = event.position()
        if self._dragged is not None:
            self._dragged.drag(point, _fine(event))
            return True
        if self._pressed is not None and self.zoomable and _apart(point, self._pressed):
            self.canvas.pan(point - self._panned)
            self._panned = point
            return True
        self._set_hovered(self._at(point))
        inside = self.canvas.frame().plot.contains(point)
        if inside:
            self.canvas.hovered.emit(*self.canvas.from_pixels(point))
        elif self._inside:
            self.canvas.left.emit()
        self._inside = inside
        return True

    def _release(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        point = event.position()
        if self._dragged is not None:
            item, self._dragged = self._dragged, None
            item.release()
            self._hovered = item
            self.canvas.setCursor(item.cursor)
            self._set_hovered(self._at(point))
        elif self._pressed is not None:
            pressed, self._pressed = self._pressed, None
            if not _apart(point, pressed) and self.canvas.frame().plot.contains(point):
                self.canvas.clicked.emit(*self.canvas.from_pixels(point))
        return True

    def _double_click(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        item = self._at(event.position())
        if item is not None:
            item.double_click()
        elif self.canvas.frame().plot.contains(event.position()):
            if self.zoomable:
                self.canvas.reset_zoom()
            self.canvas.double_clicked.emit(*self.canvas.from_pixels(event.position()))
        return True

    def _wheel(self, event: QWheelEvent) -> bool:
        if not self.zoomable or not self.canvas.frame().plot.contains(event.position()):
            event.ignore()
            return False
        self.canvas.zoom(0.9985 ** event.angleDelta().y(), event.position())
        event.accept()
        return True

    def _menu(self, event: QContextMenuEvent) -> bool:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        item = self._focused if by_key else self._at(QPointF(event.pos()))
        place: QPoint = event.globalPos()
        if item is None or not item.menu(place):
            self.canvas.context_requested.emit(place)
        return True

    def _leave(self, event: QEvent) -> bool:
        if self._dragged is None:
            self._set_hovered(None)
        if self._inside:
            self._inside = False
            self.canvas.left.emit()
        return False

    # Keyboard

    def _key_press(self, event: QKeyEvent) -> bool:
        return self._focused is not None and self._focused.isVisible() and self._focused.key_press(event)

    def _key_release(self, event: QKeyEvent) -> bool:
        if self._focused is not None:
            self._focused.key_release(event)
        return False

    def _focus_in(self, event: QFocusEvent) -> bool:
        if event.reason() in _BY_KEY:
            items = self._focusable()
            back = event.reason() == Qt.FocusReason.BacktabFocusReason
            self._set_focused((items[-1] if back else items[0]) if items else None, True)
        return False

    def _focus_out(self, event: QFocusEvent) -> bool:
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._set_focused(None, False)
        return False


def _fine(event: QMouseEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


def _apart(a: QPointF, b: QPointF) -> bool:
    return (a - b).manhattanLength() > SLOP
