"""The legend in a card's header: a line, a shape and a name for each method."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance.theme import Shape
from qhm_gui.drawing.shapes import shape_path
from qhm_gui.text.language import listed, tr
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.painted import Painted

Item = tuple[str, str, QColor | str, Shape, Sequence[float] | None]

#: Pixels at the usual size of type.
_LINE, _GAP, _PAD, _PX, _HIGH = 19.0, 5.0, 5.0, 12.0, 26


class LegendChips(Painted):
    """A click hides or shows a method, Alt-click shows it alone, hovering lifts it."""

    toggled = Signal(str)
    solo = Signal(str)
    hovered = Signal(str)

    RADIUS = 6.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[Item] = []
        self._hidden: frozenset[str] = frozenset()
        self._hover = ""
        self._current = 0
        self._scale = 1.0
        self.setFixedHeight(_HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.retranslate()

    def set_items(self, items: Sequence[Item]) -> None:
        """(key, name, colour, shape, dash pattern in pen widths or None) for each chip."""
        if list(items) == self._items:
            return
        self._items = list(items)
        self._current = min(self._current, max(0, len(items) - 1))
        self._describe()
        self.updateGeometry()
        self.update()

    def set_type(self, scale: float) -> None:
        """So many times as large as usual: for a room."""
        self._scale = scale
        self.setFixedHeight(round(_HIGH * scale))
        self.updateGeometry()
        self.update()

    def set_hidden(self, keys: Iterable[str]) -> None:
        """These are struck through."""
        if frozenset(keys) != self._hidden:
            self._hidden = frozenset(keys)
            self._describe()
            self.update()

    def retranslate(self) -> None:
        self.setToolTip(tr("Click hides or shows a method, Alt-click shows it alone."))
        self._describe()

    def _describe(self) -> None:
        shown = listed(*(name for key, name, *_ in self._items if key not in self._hidden))
        self.setAccessibleName(tr("Shown: {names}", names=shown))

    def sizeHint(self) -> QSize:
        rects = self._rects()
        return QSize(round(rects[-1].right() + 0.5) if rects else 0, self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _rects(self) -> list[QRectF]:
        rects, x = [], 0.0
        for _, name, *_ in self._items:
            width = (2 * _PAD + _LINE + _GAP) * self._scale + paint.text_width(name, _PX * self._scale, 500)
            rects.append(QRectF(x, 1, width, self.height() - 2))
            x += width
        return rects

    def ring_rect(self) -> tuple[QRectF, float]:
        rects = self._rects()
        return (rects[self._current] if rects else QRectF(self.rect())), self.RADIUS

    def paint(self, painter: QPainter) -> None:
        theme, scale = self.theme, self._scale
        shown = [key for key, *_ in self._items if key not in self._hidden]
        for rect, (key, name, tint, shape, dash) in zip(self._rects(), self._items, strict=True):
            off = key in self._hidden
            alone = shown == [key] and len(self._items) > 1
            if key == self._hover:
                paint.fill_round(painter, rect, self.RADIUS, theme.color("hover"))
            elif alone:
                paint.fill_round(painter, rect, self.RADIUS, theme.color("sunken"))
            color = theme.color("line2") if off else QColor(tint)
            y = rect.center().y()
            x = rect.left() + _PAD * scale
            pen = QPen(color, 2 * scale)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap if not dash else Qt.PenCapStyle.FlatCap)
            if dash:
                pen.setDashPattern([part / 2 for part in dash])
            painter.setPen(pen)
            painter.drawLine(QLineF(x + 1, y, x + _LINE * scale - 1, y))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPath(shape_path(shape, 4.2 * scale).translated(x + _LINE * scale / 2, y))
            place = rect.adjusted((_PAD + _LINE + _GAP) * scale, 0, 0, 0)
            ink = theme.color("muted" if off else "text2")
            width = paint.draw_text(painter, place, name, ink, _PX * scale, 500)
            if off:
                painter.setPen(QPen(ink, 1.2))
                painter.drawLine(QLineF(place.left() - 2, y + 0.5, place.left() + width + 2, y + 0.5))

    def _at(self, position: QPointF) -> int:
        for index, rect in enumerate(self._rects()):
            if rect.contains(position):
                return index
        return -1

    def _press(self, index: int, alone: bool) -> None:
        if 0 <= index < len(self._items):
            key = self._items[index][0]
            (self.solo if alone else self.toggled).emit(key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            index = self._at(event.position())
            self._press(index, bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        self._set_hover(self._items[index][0] if index >= 0 else "")

    def leaveEvent(self, event) -> None:
        self._set_hover("")
        super().leaveEvent(event)

    def _set_hover(self, key: str) -> None:
        if key != self._hover:
            self._hover = key
            self.update()
            self.hovered.emit(key)

    def key_pressed(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        match event.key():
            case Qt.Key.Key_Left:
                self._current = max(0, self._current - 1)
            case Qt.Key.Key_Right:
                self._current = min(len(self._items) - 1, self._current + 1)
            case Qt.Key.Key_Space | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._press(self._current, alt)
            case _:
                event.ignore()
                return
        self.ring_moved()
        self.update()
