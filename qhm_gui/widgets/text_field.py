"""A field for a line of text: a label, or a formula that points at what it cannot read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from qhm_gui.widgets.value_field import ValueField

#: What a typed text means; ValueError with a sentence where it means nothing.
Reader = Callable[[str], str]


class Misread(ValueError):
    """A text that means nothing: the sentence, and the place of the character that it points at."""

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(sentence)
        self.position = position


class TextField(ValueField):
    """Text on the left; ``reader`` checks it before it is committed, and the character it points at is selected."""

    def __init__(self, reader: Reader | None = None, parent: QWidget | None = None) -> None:
        self._reader = reader
        super().__init__(parent=parent)
        self._edit.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    @property
    def selection(self) -> tuple[int, str]:
        """Where the selection begins, and its text."""
        return self._edit.selectionStart(), self._edit.selectedText()

    def type(self, text: str) -> None:
        """Put a text into the editor as if it were typed, without committing it."""
        self._edit.setText(text)
        self._edit.setModified(True)
        self._edited()

    def edit_all(self) -> None:
        """Take the keyboard with everything selected."""
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edit.selectAll()

    def _exact(self, value: str) -> str:
        return value

    def _parse(self, text: str) -> str:
        if self._reader is None:
            return text.strip()
        try:
            return self._reader(text)
        except Misread as reason:
            self._edit.setSelection(min(reason.position, max(0, len(text) - 1)), 1)
            raise
