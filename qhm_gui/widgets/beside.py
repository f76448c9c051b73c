"""Two widgets side by side."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget


def beside(widget: QWidget, narrow: QWidget) -> QWidget:
    """A widget that fills its place, and at its right one that is as wide as it needs to be: a map and its bar."""
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(widget, 1)
    row.addWidget(narrow, 0, Qt.AlignmentFlag.AlignRight)
    return both
