"""Two canvases in one card: side by side where it is wide, one above the other where it is tall."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from qhm_gui.guarded import Guarded


class Pair(Guarded, QWidget):
    """``aspect`` is how much wider than tall a canvas is at its best; ``bar`` the width that stands beside each."""

    def __init__(self, first: QWidget, second: QWidget, aspect: float, bar: float = 0.0) -> None:
        super().__init__()
        self._aspect, self._bar, self._both = aspect, bar, (first, second)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(first, 1)
        self._layout.addWidget(second, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the direction in which a canvas of the wanted shape comes out larger."""
        super().resizeEvent(event)
        width, height = self.width(), self.height()
        beside = min(width / 2 - self._bar, height * self._aspect)
        below = min(width - self._bar, height / 2 * self._aspect)
        least = sum(each.minimumWidth() for each in self._both)
        abreast = beside >= below and width >= least
        direction = QBoxLayout.Direction.LeftToRight if abreast else QBoxLayout.Direction.TopToBottom
        if direction != self._layout.direction():
            self._layout.setDirection(direction)
            self._layout.activate()  # at once: what was laid out before this event stood beside each other
