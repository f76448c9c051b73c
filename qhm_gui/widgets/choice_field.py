"""An editor for one of a few words: side by side where they are short, else a list that opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from qhm_gui.widgets.combo_box import Choice
from qhm_gui.widgets.painted import Words
from qhm_gui.widgets.segments import Segments

LIST_WIDTH = 158
LIST_HEIGHT = 30


class ChoiceField(QWidget):
    """Answers like a :class:`ValueField`, so that a form need not tell them apart; it refuses nothing."""

    committed = Signal(object)
    refused = Signal(str)
    corrected = Signal()
    action_triggered = Signal()

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QWidget | None = None, *, name: Words = "") -> None:
        super().__init__(parent)
        self._value: Any = None
        self._error = ""
        segments = Segments(choices, small=True, name=name)
        self._editor: Segments | Choice = segments
        if segments.sizeHint().width() > LIST_WIDTH:
            segments.deleteLater()
            self._editor = Choice(name=name)
            self._editor.set_options([(value, words, "") for value, words in choices])
            self._editor.setFixedSize(LIST_WIDTH, LIST_HEIGHT)
        self._editor.tells = False
        self._editor.setToolTip("")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._editor)
        self._editor.chosen.connect(self._choose)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def editor(self) -> Segments | Choice:
        """The control inside."""
        return self._editor

    def value(self) -> Any:
        """What is shown as chosen."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show this as chosen, silently."""
        self._value = value
        self._error = ""
        self._editor.set_value(value)

    def error(self) -> str:
        """Why the choice was not taken over, or an empty text."""
        return self._error

    def set_error(self, sentence: str) -> None:
        """Another rule refused the choice: show what holds again."""
        self._error = sentence
        self._editor.set_value(self._value)

    def text(self) -> str:
        """The value as text."""
        return str(self._value)

    def take_focus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """To the control inside."""
        self._editor.setFocus(reason)

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key stops at."""
        return [self._editor]

    def needed_width(self) -> int:
        """A choice keeps its width."""
        return self.sizeHint().width()

    def set_accessible(self, name: str) -> None:
        """The control names itself; it tells its value with it."""

    def set_prefix(self, prefix: Words) -> None:
        """A choice has its name beside it."""

    def set_formatter(self, formatter: object) -> None:
        """Words are shown as they are."""

    def set_tied(self, markup: str | None) -> None:
        """A choice that follows another one is disabled."""
        self.setEnabled(markup is None)

    def set_action(self, icon: str, tooltip: Words) -> None:
        """There is no room for an icon in it."""

    def _choose(self, value: object) -> None:
        self.committed.emit(value)
