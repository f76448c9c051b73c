"""Three hints at the first start, on Explore, one at a time; never again after the last one or after "Close"."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.files.settings import Settings
from qhm_gui.guarded import Guarded
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.widgets.buttons import IconButton, TextButton
from qhm_gui.window.window import Window

#: English; each has its translation.
HINTS = (
    "Drag the point on the stability region or on the rate map: every other picture follows.",
    "Drag the start on the contours, and press play to see the steps one by one.",
    "Ctrl+Z takes back every change, Ctrl+E exports the page, F5 holds the talk.",
)
_PAGE = "explore"
_HIGH = 44


class Hints(Guarded, QWidget):
    """A line between the page and the status line."""

    def __init__(self, window: Window, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self.number = 0
        self.words = QLabel()
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._next = TextButton(lambda: tr("Next"))
        self._close = IconButton("close", lambda: tr("Close"))
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 6, 8, 6)
        line.setSpacing(10)
        for widget in (self.words, self._next, self._close):
            line.addWidget(widget)
        self._next.clicked.connect(self.forward)
        self._close.clicked.connect(self.end)
        window.store.changed.connect(self._follow)
        self.setFixedHeight(_HIGH)
        window.add_above_status(self)
        self._theme: Theme = LIGHT
        self.retranslate()
        self._follow(window.store.state)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self.words.setText(tr(HINTS[self.number]))
        self._next.setVisible(self.number + 1 < len(HINTS))

    def forward(self) -> None:
        """The next one."""
        self.number = min(self.number + 1, len(HINTS) - 1)
        self.retranslate()

    def end(self) -> None:
        """Close, and never come again."""
        self._settings.remember(hints="seen")
        self.hide()
        self.deleteLater()

    def _follow(self, state: State) -> None:
        self.setVisible(state.page == _PAGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line above it."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("surface"))
            painter.fillRect(QRectF(0, 0, self.width(), 1), self._theme.color("line"))
