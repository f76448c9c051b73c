"""A choice among a few words that lie side by side in a trough."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.drawing.markup import plain_text
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.painted import Painted, Words, say


class Segments(Painted):
    """``options`` are (value, markup); the arrow keys move, and moving chooses."""

    chosen = Signal(object)
    tells = True  # its name, where the mouse rests; a form tells more

    def __init__(
        self,
        options: Sequence[tuple[object, Words]],
        small: bool = False,
        parent: QWidget | None = None,
        *,
        name: Words = "",
    ) -> None:
        super().__init__(parent)
        self._options = list(options)
        self._name = name
        self._small = small
        self._measure(1.0)
        self._index = 0
        self._hover = -1
        self.RADIUS = 7.0 if small else 8.0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.retranslate()

    def set_type(self, scale: float) -> None:
        """Words, and what is round them, so many times as large as usual: for a room."""
        self._measure(scale)
        self.updateGeometry()
        self.update()

    def _measure(self, scale: float) -> None:
        high, pad = (26, 9) if self._small else (30, 12)
        self._height, self._pad, self._px = round(high * scale), pad * scale, 12 * scale
        self.setFixedHeight(self._height)

    def set_options(self, options: Sequence[tuple[object, Words]]) -> None:
        """Other options; the value stays where it is still among them."""
        before = self.value()
        self._options = list(options)
        self._index = 0
        self.set_value(before)
        self.retranslate()

    def value(self) -> object:
        """The value of the option that is shown as chosen."""
        return self._options[self._index][0] if self._options else None

    def set_value(self, value: object) -> None:
        """Show this option as chosen, without a signal; an unknown value changes nothing."""
        for index, (key, _) in enumerate(self._options):
            if key == value and index != self._index:
                self._index = index
                self._describe()
                self.update()

    def retranslate(self) -> None:
        self._texts = [say(words) for _, words in self._options]
        self._describe()
        self.updateGeometry()
        self.update()

    def _describe(self) -> None:
        chosen = plain_text(self._texts[self._index]) if self._options else ""
        name = say(self._name) if self._name else ""
        self.setAccessibleName(f"{name}: {chosen}" if name else chosen)
        if self.tells:
            self.setToolTip(self.accessibleName())

    def sizeHint(self) -> QSize:
        return QSize(round(sum(self._natural()) + 0.5) + 4, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(sum(width - self._pad for width in self._natural()) + 0.5) + 4, self._height)

    def _natural(self) -> list[float]:
        return [paint.text_width(text, self._px, 500) + 2 * self._pad for text in self._texts]

    def _rects(self) -> list[QRectF]:
        """Where each option lies: its natural width plus an equal share of what is left."""
        widths = self._natural()
        if not widths:
            return []
        share = (self.width() - 4 - sum(widths)) / len(widths)
        rects, x = [], 2.0
        for width in widths:
            rects.append(QRectF(x, 2, width + share, self.height() - 4))
            x += width + share
        return rects

    def paint(self, painter: QPainter) -> None:
        theme = self.theme
        paint.fill_round(painter, QRectF(self.rect()), self.RADIUS, theme.color("sunken"))
        for index, rect in enumerate(self._rects()):
            active = index == self._index
            if active:
                paint.fill_round(painter, rect.translated(0, 1), self.RADIUS - 2, theme.color("shadow"))
                ground = theme.color("surface" if theme.key == "light" else "hover")
                paint.fill_round(painter, rect, self.RADIUS - 2, ground)
            hot = active or (index == self._hover and self.isEnabled())
            tint = theme.color("ink" if active else "text2" if hot else "muted")
            inner = rect.adjusted(4, 0, -4, 0)
            paint.draw_text(painter, inner, self._texts[index], tint, self._px, 500, "center")

    def _at(self, event: QMouseEvent) -> int:
        for index, rect in enumerate(self._rects()):
            if rect.contains(event.position()):
                return index
        return -1

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._options) and index != self._index:
            self._index = index
            self._describe()
            self.update()
            self.chosen.emit(self.value())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._at(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event)
        self.update()

    def leaveEvent(self, event) -> None:
        self._hover = -1
        super().leaveEvent(event)

    def key_pressed(self, event: QKeyEvent) -> None:
        last = len(self._options) - 1
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                self._choose(max(0, self._index - 1))
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                self._choose(min(last, self._index + 1))
            case Qt.Key.Key_Home:
                self._choose(0)
            case Qt.Key.Key_End:
                self._choose(last)
            case _:
                event.ignore()
