"""A field for a list of numbers, typed or pasted; a long one is shown by its length and its ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from qhm_gui.text.eigenvalue_text import MOST_SHOWN, list_text, summary_text, typed_eigenvalues
from qhm_gui.text.numbers import short
from qhm_gui.widgets.value_field import ValueField

#: Ten thousand numbers of all their digits; QLineEdit cuts off what is pasted beyond 32,767.
_MOST_CHARACTERS = 300_000


class ListField(ValueField):
    """Numbers on the left. Of a long list the text says what it is: typing replaces it, and so does pasting."""

    def __init__(
        self, read: Callable[[str], tuple[float, ...]] = typed_eigenvalues, parent: QWidget | None = None
    ) -> None:
        self._read = read
        super().__init__(parent=parent)
        self._edit.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._edit.setMaxLength(_MOST_CHARACTERS)

    def needed_width(self) -> int:
        """It has a row of its own, and shortens what it shows."""
        return 0

    def _exact(self, value: Any) -> str:
        return list_text(value)

    def _at_rest(self) -> str:
        return "" if self._value is None else list_text(self._value)

    def _shorter(self, value: Any) -> Iterator[str]:
        for digits in (3, 2) if len(value) <= MOST_SHOWN else ():
            yield ", ".join(short(one, digits) for one in value)
        for digits in (3, 2, 1):
            yield summary_text(value, digits)

    def _parse(self, text: str) -> tuple[float, ...]:
        return self._read(text)
