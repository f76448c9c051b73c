"""Three hints at the first start, on Explore, one at a time; never again after the last one or after "Close"."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.files.settings import Settings
from qhm_gui.guarded import Guarded
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import IconButton, TextButton
from qhm_gui.widgets.painted import Painted
from qhm_gui.window.window import Window

#: English; each has its translation.
HINTS = (
    "Drag the point on the stability region or on the rate map: every other picture follows.",
    "Drag the start on the contours, and press play to see the steps one by one.",
    "Ctrl+Z takes back every change, Ctrl+E exports the page, F5 holds the talk.",
)
_PAGE = "explore"
_HIGH, _ABOVE = 44, 12
#: The transport and the status line below the cards.
_FOOT = 92


class _Words(Painted):
    """One line of text."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.setMinimumWidth(round(paint.text_width(text, 13, 500)) + 4)
        self.update()

    def paint(self, painter: QPainter) -> None:
        paint.draw_text(painter, self.rect().toRectF(), self._text, self.theme.color("text"), 13, 500)


class Hints(Guarded, QWidget):
    """A bar at the foot of the page, over its cards."""

    def __init__(self, window: Window, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self.number = 0
        self.words = _Words()
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
        window.installEventFilter(self)
        self._theme: Theme = LIGHT
        self.retranslate()
        self._follow(window.store.state)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self.words.set_text(tr(HINTS[self.number]))
        self._next.setVisible(self.number + 1 < len(HINTS))
        self._place()

    def forward(self) -> None:
        """The next one."""
        self.number = min(self.number + 1, len(HINTS) - 1)
        self.retranslate()

    def end(self) -> None:
        """Close, and never come again."""
        self._settings.remember(hints="seen")
        self._window.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def _follow(self, state: State) -> None:
        self.setVisible(state.page == _PAGE)
        self._place()

    def _place(self) -> None:
        width = min(self.sizeHint().width(), self._window.width() - 32)
        below = self._window.height() - _HIGH - _ABOVE - _FOOT
        self.setGeometry((self._window.width() - width) // 2, below, width, _HIGH)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window has another size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """A bar on top of everything."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = self.rect().toRectF()
            paint.fill_round(painter, area, 10, self._theme.color("surface"))
            paint.stroke_round(painter, area, 10, self._theme.color("line2"), 1)
