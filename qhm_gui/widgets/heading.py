"""The question that heads a page, and a sentence beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.drawing.markup import plain_text
from qhm_gui.guarded import Guarded
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.painted import Words, say


class Heading(Guarded, QWidget):
    """22/600 display type, then 14/400 in ``text2`` on the same line; the sentence is elided first."""

    def __init__(self, question: Words, lead: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._question, self._lead = question, lead
        self.setFixedHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self.setAccessibleName(f"{say(self._question)} {plain_text(say(self._lead))}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Question, gap, sentence."""
        with QPainter(self) as painter:
            line = QRectF(self.rect()).adjusted(6, 0, -6, 0)
            used = paint.draw_text(painter, line, say(self._question), self._theme.color("text"), 22, 600)
            rest = line.adjusted(used + 18, 3, 0, 0)
            paint.draw_text(painter, rest, say(self._lead), self._theme.color("text2"), 14)
