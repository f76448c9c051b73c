"""The rail that stands for the panel in a narrow window: one button that unfolds it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.widgets.buttons import IconButton

WIDTH = 44


class Rail(Guarded, QWidget):
    """A strip at the left edge; ``toggled`` asks to fold or unfold the panel."""

    toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(7, 14, 8, 0)
        self._button = IconButton("panel", lambda: tr("Parameters"), glyph=20)
        self._button.clicked.connect(self.toggled)
        column.addWidget(self._button)
        column.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface, and a hairline at the right edge."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("surface"))
            painter.fillRect(self.width() - 1, 0, 1, self.height(), self._theme.color("line"))
