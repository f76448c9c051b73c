"""A table of texts on a canvas. (pg.TableWidget is a widget with cells to edit: it cannot be drawn into a figure.)

A heading, and rows that each begin with the mark of a method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Shape
from qhm_gui.canvas import markup
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import PixelItem
from qhm_gui.canvas.markers import shape_path
from qhm_gui.canvas.stroke import dash_in_pixels, make_pen

#: Sizes of type that are tried, the largest that fits is taken; headings are smaller by one.
SIZES = (13.0, 12.0, 11.0, 10.5)
TALLEST, LOWEST = 38.0, 22.0
_MARK = 34.0
_GAP = 9.0


@dataclass(frozen=True)
class TableRow:
    """The cells of a row; its mark; ``strong`` for the row that the rest of the page is about."""

    cells: tuple[str, ...]
    color: str
    shape: Shape
    dash: tuple[float, ...] | None = None
    strong: bool = False


class Table(PixelItem):
    """Columns share the width; the first is left-aligned and wide, the others right-aligned."""

    clipped = False

    def __init__(self) -> None:
        super().__init__()
        self._heads: tuple[str, ...] = ()
        self._rows: tuple[TableRow, ...] = ()

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """What is listed."""
        return self._rows

    @property
    def heads(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self._heads

    def set_rows(self, heads: Sequence[str], rows: Sequence[TableRow]) -> None:
        """List these."""
        if (tuple(heads), tuple(rows)) != (self._heads, self._rows):
            self._heads, self._rows = tuple(heads), tuple(rows)
            self.changed()

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Headings, a hairline, rows; a hairline between rows."""
        if not self._heads:
            return
        plot, unit, style = frame.plot, frame.style.type_scale, frame.style
        pitch = min(TALLEST * unit, max(LOWEST * unit, (plot.height() - 30 * unit) / max(1, len(self._rows))))
        edges, px = self._edges(frame)
        top = plot.top() + 15 * unit
        for index, head in enumerate(self._heads):
            x, anchor = (plot.left() + 6 * unit, 0.0) if index == 0 else (edges[index], 1.0)
            markup.paint(painter, x, top, head, style, frame.color("muted"), px=head_px(px), anchor=(anchor, 0.5))
        y = plot.top() + 32 * unit
        for row in self._rows:
            painter.setPen(make_pen(frame.color("line"), style.width(1)))
            painter.drawLine(QLineF(plot.left(), y, plot.right(), y))
            if row.strong:
                painter.fillRect(QRectF(plot.left(), y + unit, plot.width(), pitch - unit), frame.color("sunken", 0.7))
            self._paint_row(painter, frame, row, y + pitch / 2, edges, px)
            y += pitch

    def _edges(self, frame: Frame) -> tuple[list[float], float]:
        """The right edge of each column and the size of the type.

        Each column gets what its widest text needs, and an even share of the rest.
        """
        unit, plot = frame.style.type_scale, frame.plot
        needed, room, px = [0.0], 0.0, SIZES[0]
        for px in SIZES:
            needed = [self._width(index, frame, px) for index in range(len(self._heads))]
            room = plot.width() - sum(needed) - 8 * unit
            if room >= _GAP * unit * (len(needed) - 1):
                break
        share = room / max(1, len(needed) - 1)
        edges, x = [], plot.left()
        for index, width in enumerate(needed):
            x += width + (share if index else 0.0)
            edges.append(x)
        return edges, px

    def _width(self, index: int, frame: Frame, px: float) -> float:
        cells = [markup.measure(row.cells[index], frame.style, px, 600).width() for row in self._rows]
        widest = max([markup.measure(self._heads[index], frame.style, head_px(px)).width(), *cells])
        return widest + (0.0 if index else (_MARK + 6) * frame.style.type_scale)

    def _paint_row(
        self, painter: QPainter, frame: Frame, row: TableRow, y: float, edges: list[float], px: float
    ) -> None:
        unit, style = frame.style.type_scale, frame.style
        left = frame.plot.left() + 6 * unit
        color = frame.color(row.color)
        width = style.width(2.0)
        painter.setPen(make_pen(color, width, dash_in_pixels(row.dash, width)))
        painter.drawLine(QLineF(left, y, left + 22 * unit, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(shape_path(row.shape, 4.4 * unit).translated(QPointF(left + 11 * unit, y)), color)
        for index, cell in enumerate(row.cells):
            x, anchor = (left + (_MARK - 6) * unit, 0.0) if index == 0 else (edges[index], 1.0)
            ink = frame.color("ink" if index == 0 else "text2")
            weight = 600 if index == 0 or row.strong else 400
            markup.paint(painter, x, y, cell, style, ink, px=px, weight=weight, anchor=(anchor, 0.5))


def head_px(px: float) -> float:
    """The size of a heading over cells of size ``px``."""
    return max(SIZES[-1], px - 1.0)
