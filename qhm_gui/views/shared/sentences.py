"""Sentences under a table, a paragraph each. The widget paints itself: no label of Qt's stays text in a PDF."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.drawing import markup
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import in_a_row

#: Sizes of type that are tried, the largest that fits is taken.
SIZES = (13.0, 12.0, 11.0, 10.5)
#: Air on either side and above, and between two sentences in lines.
_SIDE, _TOP, _BETWEEN = 8.0, 12.0, 0.4


class Sentences(Guarded, QWidget):
    """Sentences (markup) one below the other, each in as many lines as it needs."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._sentences: tuple[str, ...] = ()
        self._style = style
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is said."""
        return self._sentences

    @property
    def crowded(self) -> bool:
        """Whether they do not fit in the least size of type."""
        return self._height(SIZES[-1]) > self.height()

    def say(self, sentences: Sequence[str]) -> None:
        """Show these."""
        if tuple(sentences) != self._sentences:
            self._sentences = tuple(sentences)
            self.setAccessibleName(in_a_row(*map(markup.plain_text, self._sentences)))
            self.update()

    def set_style(self, style: Style) -> None:
        """Paint in this theme and at this scale of type."""
        self._style = style
        self.update()

    def _lines(self, px: float) -> list[list[str]]:
        unit = self._style.type_scale
        room = max(60.0, self.width() - 2 * _SIDE * unit)
        return [wrapped(text, px * unit, room) for text in self._sentences]

    def _height(self, px: float) -> float:
        lines = self._lines(px)
        count = sum(len(part) for part in lines) + _BETWEEN * len(lines)
        return _TOP * self._style.type_scale + count * markup.line_pitch(self._style, px)

    def paintEvent(self, event: QPaintEvent) -> None:
        """From the top, in the largest size that fits."""
        style = self._style
        px = next((size for size in SIZES if self._height(size) <= self.height()), SIZES[-1])
        pitch, y = markup.line_pitch(style, px), _TOP * style.type_scale
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            for part in self._lines(px):
                for line in part:
                    markup.paint(painter, _SIDE * style.type_scale, y, line, style, style.theme.color("text2"), px=px)
                    y += pitch
                y += _BETWEEN * pitch
