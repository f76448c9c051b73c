"""A choice among a few words that lie side by side in a trough, or in a menu where the trough has no room for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.drawing.markup import plain_text
from qhm_gui.text.language import labelled
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.menu import make_menu
from qhm_gui.widgets.painted import Painted, Words, say

#: The room of the sign that there is a menu.
_CHEVRON = 18.0


class Segments(Painted):
    """``options`` are (value, markup); the arrow keys move, and moving chooses.

    With ``folds`` it may be narrower than its words: then it shows the chosen one, and a click opens a menu of all.
    """

    chosen = Signal(object)
    tells = True  # its name, where the mouse rests; a form tells more

    def __init__(
        self,
        options: Sequence[tuple[object, Words]],
        small: bool = False,
        parent: QWidget | None = None,
        *,
        name: Words = "",
        folds: bool = False,
    ) -> None:
        super().__init__(parent)
        self._folds = folds
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
        self.setAccessibleName(labelled(name, chosen) if name else chosen)
        if self.tells:
            self.setToolTip(self.accessibleName())

    def sizeHint(self) -> QSize:
        return QSize(round(sum(self._natural()) + 0.5) + 4, self._height)

    def minimumSizeHint(self) -> QSize:
        if self._folds:
            return QSize(round(max(self._natural(), default=0.0) + _CHEVRON), self._height)
        return QSize(self._narrowest(), self._height)

    def _narrowest(self) -> int:
        """Where all words can still be read beside each other."""
        return round(sum(width - self._pad for width in self._natural()) + 0.5) + 4

    @property
    def folded(self) -> bool:
        """Whether it shows the chosen word only."""
        return self._folds and self.width() < self._narrowest()

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
        if self.folded:
            self._paint_folded(painter)
            return
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

    def _paint_folded(self, painter: QPainter) -> None:
        rect = QRectF(self.rect()).adjusted(self._pad, 0, -_CHEVRON, 0)
        paint.draw_text(painter, rect, self._texts[self._index], self.theme.color("ink"), self._px, 500)
        middle = QPointF(self.width() - 0.6 * _CHEVRON, self.height() / 2)
        paint.draw_icon(painter, "chevron-down", middle, 16, self.theme.color("text2"))

    def _open(self) -> None:
        """All of them in a menu."""
        menu = make_menu(self, self.theme)
        for index, text in enumerate(self._texts):
            action = menu.addAction(plain_text(text).replace("&", "&&"), partial(self._choose, index))
            action.setCheckable(True)
            action.setChecked(index == self._index)
        menu.popup(self.mapToGlobal(QPoint(0, 0)) - QPoint(0, menu.sizeHint().height()))

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
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.folded:
            self._open()
        else:
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
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.folded:
                self._open()
            case Qt.Key.Key_Home:
                self._choose(0)
            case Qt.Key.Key_End:
                self._choose(last)
            case _:
                event.ignore()
