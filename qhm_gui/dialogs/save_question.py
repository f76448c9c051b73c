"""Questions in the look of the window: short, in sentences, answered with Enter or Esc."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.text.language import tr
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.painted import apply_theme

Answer = Literal["save", "discard", "cancel"]
_WIDTH = 420


class SaveQuestion(QDialog):
    """Whether changes are to be saved before they are left. Enter saves, Esc goes back."""

    def __init__(self, parent: QWidget, theme: Theme, name: str) -> None:
        super().__init__(parent)
        self.answer: Answer = "cancel"
        self.setWindowTitle(tr("QHM Explorer"))
        self.setFixedWidth(_WIDTH)
        question = QLabel(tr("Save the changes to {name}?", name=name))
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setWordWrap(True)
        question.setStyleSheet(f"color: {theme.ink}; font-size: 16px; font-weight: 600;")
        consequence = QLabel(tr("Otherwise what was changed since the last time is lost."))
        consequence.setWordWrap(True)
        consequence.setStyleSheet(f"color: {theme.text2};")
        discard = TextButton(tr("Discard"))
        cancel = TextButton(tr("Cancel"))
        save = TextButton(tr("Save"), solid=True)
        discard.clicked.connect(lambda: self._give("discard"))
        cancel.clicked.connect(self.reject)
        save.clicked.connect(lambda: self._give("save"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(discard)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(save)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(8)
        column.addWidget(question)
        column.addWidget(consequence)
        column.addSpacing(14)
        column.addLayout(row)
        apply_theme(self, theme)
        save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self, answer: Answer) -> None:
        self.answer = answer
        self.accept()


def ask_to_save(parent: QWidget, theme: Theme, name: str) -> Answer:
    """The person's answer to :class:`SaveQuestion`."""
    question = SaveQuestion(parent, theme, name)
    question.exec()
    question.deleteLater()
    return question.answer
