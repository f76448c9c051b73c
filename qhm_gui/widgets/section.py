"""Parts of a panel: a section's title line, and the hairline between sections."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.guarded import Guarded
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import LinkButton
from qhm_gui.widgets.painted import Words, say


class Hairline(Guarded, QWidget):
    """One line of the token ``line``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self.setFixedHeight(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("line"))


class SectionTitle(Guarded, QWidget):
    """A section's name on the left; on the right a muted note (markup) or a quiet action such as Reset."""

    action_triggered = Signal()

    def __init__(self, title: Words, action: Words = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._title = title
        self._note: Words = ""
        self._link = LinkButton(action, self) if action else None
        if self._link:
            self._link.clicked.connect(self.action_triggered)
        self.setFixedHeight(22)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_note(self, markup: Words) -> None:
        """What is said on the right, as "*κ* = 25"."""
        if markup != self._note:
            self._note = markup
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        if self._link:
            self._link.retranslate()  # before its width is asked for
        self._place()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 22)

    def _place(self) -> None:
        if self._link:
            size = self._link.sizeHint()
            self._link.setGeometry(self.width() - size.width(), 0, size.width(), 22)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            paint.draw_text(painter, rect, say(self._title), self._theme.color("ink"), 13, 600)
            if self._note:
                paint.draw_text(painter, rect, say(self._note), self._theme.color("muted"), 12, 400, "right")
