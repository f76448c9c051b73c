"""A dialog that tells something: paragraphs of plain text, and a button that closes it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.text.language import tr
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.painted import apply_theme

WIDTH, MARGIN = 520, 24


def paragraph(text: str, color: str, px: int, weight: int = 400) -> QLabel:
    """Plain text in as many lines as it needs."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setStyleSheet(f"color: {color}; font-size: {px}px; font-weight: {weight};")
    return label


class TextSheet(QDialog):
    """Closed with Esc or Enter. A subclass adds to ``column``, then calls :meth:`finish`."""

    def __init__(self, parent: QWidget, theme: Theme, title: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(MARGIN, 20, MARGIN, 18)

    def finish(self) -> None:
        """The button below all that was added."""
        close = TextButton(lambda: tr("Close"), solid=True)
        close.clicked.connect(self.accept)
        self.column.addSpacing(12)
        self.column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        apply_theme(self, self._theme)
        self.setFixedWidth(WIDTH)
