"""Text beside and below an editor: a symbol with its name, and the sentence for a text that was refused."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.drawing import markup
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import language
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.painted import Words, say

_SYMBOL_PX = 15
_NAME_X = 18.0


def in_line(label: str) -> str:
    """A label after its symbol: English in lower case, unless it starts with a name such as "L2"."""
    if language() == "en" and label[1:2].islower():
        return label[:1].lower() + label[1:]
    return label


class FieldLabel(Guarded, QWidget):
    """The symbol in ink and the name in grey; a name without symbol stands alone."""

    def __init__(self, symbol: str, name: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._symbol = symbol
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            x, name = 0.0, say(self._name)
            if self._symbol:
                symbol = f"*{self._symbol}*"
                x = max(_NAME_X, paint.text_width(symbol, _SYMBOL_PX, 500) + 5)
                paint.draw_text(painter, rect, symbol, self._theme.color("ink"), _SYMBOL_PX, 500)
                name = in_line(name)
            paint.draw_text(painter, rect.adjusted(x, 1, -6, 1), name, self._theme.color("muted"), 12)


class HelpLine(Guarded, QWidget):
    """One sentence (no markup) under a field, in as many lines as it needs; not there while there is nothing to say."""

    LINE = 16

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._sentence = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def say(self, sentence: str) -> None:
        """Show the sentence; an empty one takes the line away."""
        if sentence != self._sentence:
            self._sentence = sentence
            self._fit()
            self.setVisible(bool(sentence))
            self.update()

    def text(self) -> str:
        """The sentence, or an empty text."""
        return self._sentence

    def _lines(self) -> list[str]:
        words = markup.with_raised_digits(markup.escaped(self._sentence))
        return wrapped(words, 12, max(60, self.width()))

    def _fit(self) -> None:
        self.setFixedHeight(max(1, len(self._lines())) * self.LINE + 6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for index, line in enumerate(self._lines()):
                place = QRectF(0, 3 + index * self.LINE, self.width(), self.LINE)
                paint.draw_text(painter, place, line, self._theme.color("text2"), 12)
