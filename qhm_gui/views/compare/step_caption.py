"""The numbers of one step, term by term, under a plot.

The widget paints itself, because no label of Qt's keeps a formula as text in a PDF.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.drawing import markup
from qhm_gui.guarded import Guarded

#: Sizes of type that are tried, with the air between two terms.
SIZES = ((12.0, 16.0), (11.0, 12.0))
LINE = 18.0
#: Its height, for three lines, and the air left and right, at type scale 1.
HEIGHT, SIDE = 64.0, 12.0


class StepCaption(Guarded, QWidget):
    """A heading and terms such as '*β* *d* = (0.1, −0.3)', flowed into lines."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._heading = ""
        self._terms: tuple[str, ...] = ()
        self.set_style(style)

    @property
    def heading(self) -> str:
        """The method and the step."""
        return self._heading

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms, markup."""
        return self._terms

    def set_text(self, heading: str, terms: Sequence[str] = ()) -> None:
        """Show these."""
        if (heading, tuple(terms)) != (self._heading, self._terms):
            self._heading, self._terms = heading, tuple(terms)
            self.setAccessibleName(markup.plain_text(heading))
            self.setAccessibleDescription("; ".join(markup.plain_text(term) for term in self._terms))
            self.update()

    def set_style(self, style: Style) -> None:
        """Paint in this theme and at this scale of type; the height is that of three lines."""
        self._style = style
        self.setFixedHeight(round(HEIGHT * style.type_scale))
        self.update()

    def layout_of_terms(self) -> tuple[list[tuple[str, QPointF, int]], float]:
        """Every text with the middle of its left edge and its weight, and the size of the type.

        Where there is no room for all, first the type is smaller, then terms before the last are left out: the last is
        the step itself.
        """
        terms = list(self._terms)
        sizes = [size for size in SIZES if self._style.may_be(size[0])] or SIZES[:1]
        while True:
            for px, between in sizes:
                placed, fits = self._flow((self._heading, *terms), px, between)
                if fits or (px == sizes[-1][0] and len(terms) < 2):
                    return placed, px
            del terms[-2]

    def _flow(self, texts: Sequence[str], px: float, between: float) -> tuple[list[tuple[str, QPointF, int]], bool]:
        unit = self._style.type_scale
        left, right = SIDE * unit, self.width() - SIDE * unit
        x, y = left, (6 + LINE / 2) * unit
        found: list[tuple[str, QPointF, int]] = []
        for index, text in enumerate(texts):
            weight = 600 if index == 0 else 400
            width = markup.measure(text, self._style, px, weight).width()
            if x > left and x + width > right:
                x, y = left, y + LINE * unit
            found.append((text, QPointF(x, y), weight))
            x += width + between * unit
        return found, y + LINE / 2 * unit <= self.height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The heading in ink, the terms in grey."""
        style = self._style
        placed, px = self.layout_of_terms()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            for text, place, weight in placed:
                color = style.theme.color("ink" if weight == 600 else "text2")
                markup.paint(painter, place.x(), place.y(), text, style, color, px=px, weight=weight, anchor=(0, 0.5))
