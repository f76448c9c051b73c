"""The numbers of one step, term by term, under a plot. (pg.LabelItem has HTML, whose formulas no PDF keeps as text.)"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from qhm_gui.canvas import markup
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import PixelItem

#: Sizes of type that are tried, with the air between two terms.
SIZES = ((12.0, 16.0), (11.0, 12.0))
LINE = 18.0


class Narration(PixelItem):
    """A heading and terms such as '*β* *d* = (0.1, −0.3)', flowed into lines in the margin below the plot."""

    clipped = False

    def __init__(self) -> None:
        super().__init__()
        self._heading = ""
        self._terms: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Who is told of, and which step."""
        return self._heading

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms, markup."""
        return self._terms

    def set_text(self, heading: str, terms: Sequence[str] = ()) -> None:
        """Tell this."""
        if (heading, tuple(terms)) != (self._heading, self._terms):
            self._heading, self._terms = heading, tuple(terms)
            self.changed()

    def cover(self, frame: Frame) -> QRectF:
        """The margin below the plot."""
        bounds = frame.bounds
        return QRectF(bounds.left(), frame.plot.bottom(), bounds.width(), bounds.bottom() - frame.plot.bottom())

    def layout(self, frame: Frame) -> tuple[list[tuple[str, QPointF, int]], float]:
        """Every text with the middle of its left edge and its weight, and the size of the type.

        Where the margin has no room for all, first the type is smaller, then terms before the last are left out: the
        last is the step itself.
        """
        terms = list(self._terms)
        while True:
            for px, between in SIZES:
                placed, fits = self._flow(frame, (self._heading, *terms), px, between)
                if fits or (px == SIZES[-1][0] and len(terms) < 2):
                    return placed, px
            del terms[-2]

    def _flow(
        self, frame: Frame, texts: Sequence[str], px: float, between: float
    ) -> tuple[list[tuple[str, QPointF, int]], bool]:
        unit, style = frame.style.type_scale, frame.style
        left, right = frame.plot.left() + 4 * unit, frame.plot.right() - 4 * unit
        x, y = left, frame.plot.bottom() + (6 + LINE / 2) * unit
        found: list[tuple[str, QPointF, int]] = []
        for index, text in enumerate(texts):
            weight = 600 if index == 0 else 400
            width = markup.measure(text, style, px, weight).width()
            if x > left and x + width > right:
                x, y = left, y + LINE * unit
            found.append((text, QPointF(x, y), weight))
            x += width + between * unit
        return found, y + LINE / 2 * unit <= frame.bounds.bottom()

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """The heading in ink, the terms in grey."""
        placed, px = self.layout(frame)
        for text, place, weight in placed:
            color = frame.color("ink" if weight == 600 else "text2")
            markup.paint(painter, place.x(), place.y(), text, frame.style, color, px=px, weight=weight, anchor=(0, 0.5))
