"""A number with two arrows for dialogs: Qt's, but read as every number is."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QToolTip, QWidget

from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import NumberError, exact_text, parse_number
from qhm_gui.widgets.painted import announce

#: More decimals than a double has: the box rounds nothing.
_DECIMALS = 17


class NumberBox(Guarded, QDoubleSpinBox):
    """Qt's own box reads 1,5 as 15. What is refused is told beside the box, and the number before it comes back."""

    def __init__(self, low: float, high: float, step: float, parent: QWidget | None = None) -> None:
        super().__init__(parent, minimum=low, maximum=high, singleStep=step, decimals=_DECIMALS)
        self.setKeyboardTracking(False)  # half of what is typed is no value

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        fine = not self._fault(text)
        return QValidator.State.Acceptable if fine else QValidator.State.Intermediate, text, position

    def valueFromText(self, text: str) -> float:
        try:
            return parse_number(text)
        except NumberError:
            return self.value()

    def textFromValue(self, value: float) -> str:
        return exact_text(value)

    def fixup(self, text: str) -> str:
        if fault := self._fault(text):
            announce(self, fault)
            QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), fault, self)
        return text

    def _fault(self, text: str) -> str:
        """Why a text is refused, one sentence; empty where it is not."""
        try:
            value = parse_number(text)
        except NumberError as error:
            return str(error)
        if self.minimum() <= value <= self.maximum():
            return ""
        low, high = exact_text(self.minimum()), exact_text(self.maximum())
        return tr("It must be from {low} to {high}.", low=low, high=high)
