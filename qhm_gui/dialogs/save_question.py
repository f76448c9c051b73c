"""Questions in the look of the window: short, in sentences, answered with Enter or Esc."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.dialogs.text_sheet import paragraph
from qhm_gui.text.language import tr
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.painted import apply_theme

Answer = Literal["save", "discard", "cancel"]
Kept = Literal["mine", "another", "theirs", "cancel"]
_WIDTH = 420


class Question(QDialog):
    """A question, what follows from the answer, and a button for each. Enter is the last one, Esc goes back."""

    def __init__(
        self, parent: QWidget, theme: Theme, question: str, consequence: str, answers: tuple[tuple[str, str], ...]
    ) -> None:
        """``answers``: key and words from left to right; "cancel" stands before the last one."""
        super().__init__(parent)
        self.answer = "cancel"
        self.setWindowTitle(tr("QHM Explorer"))
        asked = paragraph(question, theme.ink, 16, 600)
        told = paragraph(consequence, theme.text2, 13)
        row = QHBoxLayout()
        row.setSpacing(8)
        *others, (last, words) = answers
        for key, text in others:
            self._add(row, key, text)
        row.addStretch(1)
        cancel = TextButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        row.addWidget(cancel)
        best = self._add(row, last, words, solid=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(8)
        column.addWidget(asked)
        column.addWidget(told)
        column.addSpacing(14)
        column.addLayout(row)
        apply_theme(self, theme)
        for label in (asked, told):
            label.ensurePolished()  # else its height is that of another type
        width = max(_WIDTH, row.sizeHint().width() + 48)
        self.setFixedSize(width, column.totalHeightForWidth(width))
        best.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, row: QHBoxLayout, key: str, words: str, *, solid: bool = False) -> TextButton:
        button = TextButton(words, solid=solid)
        button.clicked.connect(lambda: self._give(key))
        row.addWidget(button)
        return button

    def _give(self, answer: str) -> None:
        self.answer = answer
        self.accept()


def ask_to_save(parent: QWidget, theme: Theme, name: str) -> Answer:
    """Whether changes are to be saved before they are left."""
    question = tr("Save the changes to {name}?", name=name)
    consequence = tr("Otherwise the changes since the last save are lost.")
    return _ask(parent, theme, question, consequence, (("discard", tr("Discard")), ("save", tr("Save"))))


def ask_to_save_unkept(parent: QWidget, theme: Theme, reason: str) -> Answer:
    """Whether a session of which no copy can be kept is to be saved before the window closes."""
    question = tr("The session cannot be kept: {reason}.", reason=reason)
    consequence = tr("It is lost unless it is saved elsewhere.")
    return _ask(parent, theme, question, consequence, (("discard", tr("Discard")), ("save", tr("Save as…"))))


def ask_which_to_keep(parent: QWidget, theme: Theme, name: str, *, kept: bool = True) -> Kept:
    """What to do where the file that is to be saved has been changed by somebody else.

    ``kept``: ours come back under Recent where the other one is opened, as a session does.
    """
    question = tr("{name} has been changed meanwhile.", name=name)
    consequence = (
        "Another window or program has saved it. Overwriting loses those changes; opening it keeps yours under Recent."
        if kept
        else "Another window or program has saved it. Overwriting loses those changes; opening it loses yours."
    )
    answers = (("mine", tr("Overwrite")), ("theirs", tr("Open the file")), ("another", tr("Save as…")))
    return _ask(parent, theme, question, tr(consequence), answers)


def ask_to_overwrite(parent: QWidget, theme: Theme, name: str) -> bool:
    """Whether a file that is there already may be written over."""
    question = tr("{name} is there already.", name=name)
    consequence = tr("Overwriting replaces its content.")
    return _ask(parent, theme, question, consequence, (("overwrite", tr("Overwrite")),)) == "overwrite"


def _ask(parent: QWidget, theme: Theme, question: str, consequence: str, answers: tuple[tuple[str, str], ...]) -> Any:
    asked = Question(parent, theme, question, consequence, answers)
    asked.exec()
    asked.deleteLater()
    return asked.answer
