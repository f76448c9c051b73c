"""A combo box in the look of the panel: an optional dot, a bold name, a muted description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import labelled
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.painted import PaintedButton, Words, say

Option = tuple[str, Words, Words]

_ROW = 32
_PITCH = 13.0  # of two lines in a field
_EDGE = 5
_FRAME = 6


class _Popup(Guarded, QWidget):
    """The open list. It lives as long as it is open."""

    picked = Signal(int)
    closed = Signal()  # not destroyed(): that comes while the combo box itself is being destroyed, and aborts

    def __init__(self, parent: QWidget, theme: Theme, options: Sequence[tuple[str, str]], current: int) -> None:
        flags = Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
        super().__init__(parent, flags)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMouseTracking(True)
        self._theme = theme
        self._options = options
        self._current = current
        self._row = current
        self._top = 0

    def open_under(self, owner: QWidget) -> None:
        """Show the list below ``owner``, or above where there is no room, as tall as the screen allows."""
        wanted = max(paint.text_width(a, 13, 600) + paint.text_width(b, 12) + 70 for a, b in self._options)
        width = max(owner.width(), round(wanted)) + 2 * _FRAME
        height = len(self._options) * _ROW + 2 * (_EDGE + _FRAME)
        screen = owner.screen().availableGeometry()
        below = owner.mapToGlobal(QPoint(-_FRAME, owner.height() + 4 - _FRAME))
        if below.y() + height > screen.bottom():
            above = owner.mapToGlobal(QPoint(0, 0)).y() - 4 - height + _FRAME
            below.setY(max(screen.top(), min(above, screen.bottom() - height)))
            height = min(height, screen.height())
        below.setX(max(screen.left(), min(below.x(), screen.right() - width)))
        self.setGeometry(QRect(below, QSize(width, height)))
        self._reveal()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _visible_rows(self) -> int:
        return max(1, (self.height() - 2 * (_EDGE + _FRAME)) // _ROW)

    def _reveal(self) -> None:
        rows = self._visible_rows()
        self._top = max(self._row - rows + 1, min(self._top, self._row))
        self._top = max(0, min(self._top, len(self._options) - rows))
        self.update()

    def _rect(self, index: int) -> QRectF:
        inside = _EDGE + _FRAME
        y = inside + (index - self._top) * _ROW
        return QRectF(inside, y, self.width() - 2 * inside, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)
            paint.fill_round(painter, frame.translated(0, 2).adjusted(-1, 0, 1, 1), 10, theme.color("shadow"))
            paint.fill_round(painter, frame, 9, theme.color("surface"))
            paint.stroke_round(painter, frame, 9, theme.color("line2"), 1)
            for index in range(self._top, min(len(self._options), self._top + self._visible_rows())):
                title, description = self._options[index]
                rect = self._rect(index)
                if index == self._row:
                    paint.fill_round(painter, rect, 6, theme.color("hover"))
                place = rect.adjusted(10, 0, -28, 0)
                strong = 600 if index == self._current else 500
                used = paint.draw_text(painter, place, title, theme.color("ink"), 13, strong) + 8
                paint.draw_text(painter, place.adjusted(used, 0, 0, 0), description, theme.color("muted"), 12)
                if index == self._current:
                    tick = QPointF(rect.right() - 16, rect.center().y())
                    paint.draw_icon(painter, "check", tick, 15, theme.color("ink"))

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def _at(self, event: QMouseEvent) -> int:
        for index in range(self._top, min(len(self._options), self._top + self._visible_rows())):
            if self._rect(index).contains(event.position()):
                return index
        return -1

    def _pick(self, index: int) -> None:
        self.close()
        self.picked.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._at(event)
        if index >= 0 and index != self._row:
            self._row = index
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.rect().contains(event.position().toPoint()):
            self.close()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._at(event)
        if index >= 0:
            self._pick(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        rows = self._visible_rows()
        step = -1 if event.angleDelta().y() > 0 else 1
        self._top = max(0, min(self._top + step, len(self._options) - rows))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._options) - 1
        match event.key():
            case Qt.Key.Key_Up:
                self._row = max(0, self._row - 1)
            case Qt.Key.Key_Down:
                self._row = min(last, self._row + 1)
            case Qt.Key.Key_Home:
                self._row = 0
            case Qt.Key.Key_End:
                self._row = last
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self._pick(self._row)
                return
            case Qt.Key.Key_Escape | Qt.Key.Key_Tab:
                self.close()
                return
            case _:
                typed = event.text().casefold()
                order = [*range(self._row + 1, last + 1), *range(self._row + 1)]
                if typed:
                    starts = (i for i in order if self._options[i][0].casefold().startswith(typed))
                    self._row = next(starts, self._row)
        self._reveal()


class Choice(PaintedButton):
    """``options`` are (key, title, description). Up and Down choose without opening the list."""

    chosen = Signal(str)
    tells = True  # its name, where the mouse rests; a form tells more

    HEIGHT = 34

    def __init__(self, parent: QWidget | None = None, *, name: Words = "") -> None:
        super().__init__(parent)
        self._options: list[Option] = []
        self._index = 0
        self._name = name
        self._dot: QColor | None = None
        self._popup: _Popup | None = None
        self.setFixedHeight(self.HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_list)

    @property
    def options(self) -> list[Option]:
        """What there is to choose from."""
        return self._options

    def set_options(self, options: Sequence[Option]) -> None:
        """Other options; the value stays where it is still among them."""
        before = self.value()
        self._options = list(options)
        self._index = 0
        self.set_value(before)
        self.retranslate()

    def value(self) -> str:
        """The key of the option that is shown."""
        return self._options[self._index][0] if self._options else ""

    def set_value(self, key: str) -> None:
        """Show this option, without a signal; an unknown key changes nothing."""
        for index, (own, *_) in enumerate(self._options):
            if own == key and index != self._index:
                self._index = index
                self.retranslate()

    def set_dot(self, color: QColor | None) -> None:
        """A dot in the colour of what is chosen."""
        if not paint.same_color(color, self._dot):
            self._dot = color
            self.update()

    def retranslate(self) -> None:
        title = say(self._options[self._index][1]) if self._options else ""
        name = say(self._name) if self._name else ""
        self.setAccessibleName(labelled(name, title) if name else title)
        if self.tells:
            self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.HEIGHT)

    def open_list(self) -> None:
        """Show the list of options."""
        if self._options and self._popup is None:
            texts = [(say(title), say(description)) for _, title, description in self._options]
            self._popup = _Popup(self, self.theme, texts, self._index)
            self._popup.picked.connect(self._choose)
            self._popup.closed.connect(self._closed)
            self._popup.open_under(self)

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the list along: one that still stands while its combo box is destroyed ends the process."""
        super().hideEvent(event)
        if self._popup is not None:
            self._popup.close()

    def _closed(self) -> None:
        self._popup = None

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._options) and index != self._index:
            self._index = index
            self.retranslate()
            self.chosen.emit(self.value())

    def paint(self, painter: QPainter) -> None:
        theme, rect = self.theme, QRectF(self.rect())
        ground = paint.mix(theme.color("sunken"), theme.color("hover"), self.glow)
        paint.fill_round(painter, rect, self.RADIUS, theme.color("hover") if self.isDown() else ground)
        x = 12.0
        if self._dot is not None:
            painter.setBrush(self._dot)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(QPointF(x + 5, rect.center().y()), 5, 5)
            x += 19
        paint.draw_icon(
            painter, "chevron-down", QPointF(rect.right() - 18, rect.center().y()), 18, theme.color("muted")
        )
        if self._options:
            _, title, description = self._options[self._index]
            place = QRectF(x, 0, rect.width() - x - 32, rect.height())
            for words in _arranged(say(title), say(description), place.width()):
                color, there = theme.color("ink" if words.weight == 600 else "muted"), place.adjusted(words.x, 0, 0, 0)
                paint.draw_text(painter, there.translated(0, words.y), words.text, color, words.px, words.weight)

    def key_pressed(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        match event.key():
            case Qt.Key.Key_F4:
                self.open_list()
            case Qt.Key.Key_Down if alt:
                self.open_list()
            case Qt.Key.Key_Up:
                self._choose(self._index - 1)
            case Qt.Key.Key_Down:
                self._choose(self._index + 1)
            case _:
                super().key_pressed(event)


class _Words(NamedTuple):
    """A text of one look, and where it stands from the left and from the middle of a field."""

    x: float
    y: float
    px: float
    weight: int
    text: str


def _arranged(title: str, description: str, width: float) -> list[_Words]:
    """A choice in one line, a little smaller where that does; else in two.

    A name without its end says nothing: of the paper's figures the end is what they differ in.
    """
    for px in (13, 12) if description else (13, 12, 11):
        line = [_Words(0, 0, px, 600, title)]
        if description:
            line.append(_Words(paint.text_width(title, px, 600) + 9, 0, px - 1, 400, description))
        last = line[-1]
        if last.x + paint.text_width(last.text, last.px, last.weight) <= width:
            return line
    rows = [(600, title), (400, description)]
    if not description:
        first, *rest = wrapped(title, 11, width, 600)
        rows = [(600, first), (600, " ".join(rest))]
    return [_Words(0, (row - 0.5) * _PITCH, 11, weight, text) for row, (weight, text) in enumerate(rows)]
