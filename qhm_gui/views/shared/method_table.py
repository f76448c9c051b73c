"""A table whose rows each begin with the mark of a method: Qt's table view, its model, and how a cell is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QLineF, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from qhm_gui.appearance.theme import Shape, Style
from qhm_gui.drawing import markup
from qhm_gui.drawing.background_colour import resolve
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.drawing.pens import dash_in_pixels, make_pen
from qhm_gui.drawing.shapes import shape_path
from qhm_gui.guarded import Guarded

#: Sizes of type that are tried, the largest that fits is taken; headings are smaller by one.
SIZES = (13.0, 12.0, 11.0, 10.5)
#: Beyond them, where type is larger than usual: down to the least size of usual type.
_SMALLER = (1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0)
#: Heights of a row and of the headings, at type scale 1.
TALLEST, LOWEST, HEAD = 38.0, 22.0, 30.0
_MARK = 34.0
_GAP = 9.0
_SIDE, _END = 6.0, 8.0
Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


@dataclass(frozen=True)
class TableRow:
    """The cells of a row (markup); its mark; ``strong`` for the row that the rest of the page is about."""

    cells: tuple[str, ...]
    color: str
    shape: Shape
    dash: tuple[float, ...] | None = None
    strong: bool = False


class MethodTableModel(Guarded, QAbstractTableModel):
    """Headings and rows. What Qt reads of them, and with it a screen reader, is the text without its markup."""

    def __init__(self) -> None:
        super().__init__()
        self.heads: tuple[str, ...] = ()
        self.rows: tuple[TableRow, ...] = ()

    def set_rows(self, heads: Sequence[str], rows: Sequence[TableRow]) -> bool:
        """List these; whether that is a change."""
        new = (tuple(heads), tuple(rows))
        if new == (self.heads, self.rows):
            return False
        self.beginResetModel()
        self.heads, self.rows = new
        self.endResetModel()
        return True

    def rowCount(self, parent: Index = _NONE) -> int:
        """The number of methods."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        """The number of headings."""
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell."""
        if role != Qt.ItemDataRole.DisplayRole or not index.isValid():
            return None
        return markup.plain_text(self.rows[index.row()].cells[index.column()])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a heading; a row is headed by its first cell, the method's name."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        texts = self.heads if orientation == Qt.Orientation.Horizontal else [row.cells[0] for row in self.rows]
        return markup.plain_text(texts[section]) if section < len(texts) else None


class CellPainter(Guarded, QStyledItemDelegate):
    """Paints the cells of one table."""

    def __init__(self, table: MethodTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A hairline above, the ground of a strong row, the mark in the first column, the text."""
        area, row = QRectF(option.rect), self._table.model().rows[index.row()]  # type: ignore[attr-defined]
        self._table.paint_cell(painter, area, row, index.column())


class Headings(Guarded, QHeaderView):
    """The headings of one table, in grey over their columns."""

    def __init__(self, table: MethodTable) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(1)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """The text of a heading, aligned as its column."""
        self._table.paint_heading(painter, QRectF(rect), logicalIndex)

    def mouseMoveEvent(self, event: Any) -> None:
        """Nothing: no section can be dragged."""


class MethodTable(Guarded, QTableView):
    """Columns share the width; the first is left-aligned and wide, the others right-aligned.

    Rows share the height between bounds, and the type is as large as fits the width.
    """

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._rows = MethodTableModel()
        self._px = SIZES[0]
        self._tight = False
        self._cell_painter = CellPainter(self)
        self._headings = Headings(self)
        self.setModel(self._rows)
        self.setItemDelegate(self._cell_painter)
        self.setHorizontalHeader(self._headings)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QTableView, QHeaderView { background: transparent; border: none; }")
        self.set_look(style)

    def setAccessibleName(self, name: str) -> None:
        """A screen reader hears the name at the headings, too."""
        super().setAccessibleName(name)
        self._headings.setAccessibleName(name)

    @property
    def heads(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self._rows.heads

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """What is listed."""
        return self._rows.rows

    @property
    def crowded(self) -> bool:
        """Whether columns overlap, or rows are cut off."""
        needed = (HEAD + LOWEST * len(self.rows)) * self._look.type_scale
        return bool(self.heads) and (self._tight or self.height() < needed)

    def set_rows(self, heads: Sequence[str], rows: Sequence[TableRow]) -> None:
        """List these."""
        if self._rows.set_rows(heads, rows):
            self._fit()

    def set_look(self, style: Style) -> None:
        """Paint in this theme and at this scale of type."""
        self._look = style
        self._fit()
        self.viewport().update()
        self._headings.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        unit, heads = self._look.type_scale, self._rows.heads
        self._headings.setFixedHeight(round(HEAD * unit))
        if not heads:
            return
        widths: list[float] = []
        left_over = 0.0
        sizes = (*SIZES, *(SIZES[-1] / share for share in _SMALLER if share <= unit))
        for self._px in [px for px in sizes if self._look.may_be(px)] or SIZES[:1]:
            widths = [self._width(column, self._px) for column in range(len(heads))]
            left_over = self.width() - sum(widths) - _END * unit
            if left_over >= _GAP * unit * (len(widths) - 1):
                break
        self._tight = left_over < 0
        share = left_over / max(1, len(widths) - 1)
        edges = [0]
        for column, width in enumerate(widths):
            edges.append(round(sum(widths[: column + 1]) + share * column) if column else round(width))
        edges[-1] = max(self.width(), edges[-2] + 1)  # the ground of a strong row reaches the end
        for column in range(len(widths)):
            self._headings.resizeSection(column, max(1, edges[column + 1] - edges[column]))
        rows = max(1, len(self._rows.rows))
        pitch = min(TALLEST * unit, max(LOWEST * unit, (self.height() - HEAD * unit) / rows))
        self.verticalHeader().setDefaultSectionSize(int(pitch))

    def _width(self, column: int, px: float) -> float:
        """What the widest text of a column needs."""
        style = self._look
        cells = [markup.measure(row.cells[column], style, px, 600).width() for row in self._rows.rows]
        widest = max([markup.measure(self._rows.heads[column], style, self._head_px(px)).width(), *cells])
        return widest + (0.0 if column else (_MARK + _SIDE) * style.type_scale)

    def _head_px(self, px: float) -> float:
        small = head_px(px)
        return small if self._look.may_be(small) else px

    def _place(self, area: QRectF, column: int, indent: float) -> tuple[float, float]:
        """Where the text of a cell stands, and its anchor: 0 left, 1 right."""
        if column == 0:
            return area.left() + indent * self._look.type_scale, 0.0
        end = _END * self._look.type_scale if column == len(self.heads) - 1 else 0.0
        return area.right() - end, 1.0

    def paint_heading(self, painter: QPainter, area: QRectF, column: int) -> None:
        """Paint a heading in its section."""
        if column >= len(self.heads):
            return
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        x, anchor = self._place(area, column, _SIDE)
        style = self._look
        markup.paint(
            painter, x, area.center().y(), self.heads[column], style, style.theme.color("muted"),
            px=self._head_px(self._px), anchor=(anchor, 0.5),
        )  # fmt: skip

    def paint_cell(self, painter: QPainter, area: QRectF, row: TableRow, column: int) -> None:
        """Paint a cell in its place."""
        style = self._look
        theme, unit, y = style.theme, style.type_scale, area.center().y()
        painter.save()
        painter.setRenderHints(SMOOTH)
        line = style.width(1)
        if row.strong:
            painter.fillRect(area.adjusted(0, line, 0, 0), theme.color("sunken", 0.7))
        painter.fillRect(QRectF(area.left(), area.top(), area.width(), line), theme.color("line"))
        if column == 0:
            self._paint_mark(painter, QPointF(area.left() + _SIDE * unit, y), row)
        x, anchor = self._place(area, column, _MARK)
        color = theme.color("ink" if column == 0 else "text2")
        weight = 600 if column == 0 or row.strong else 400
        text = row.cells[column]
        markup.paint(painter, x, y, text, style, color, px=self._px, weight=weight, anchor=(anchor, 0.5))
        painter.restore()

    def _paint_mark(self, painter: QPainter, left: QPointF, row: TableRow) -> None:
        style = self._look
        unit, color, width = style.type_scale, resolve(style.theme, row.color), style.width(2.0)
        painter.setPen(make_pen(color, width, dash_in_pixels(row.dash, width)))
        painter.drawLine(QLineF(left, left + QPointF(22 * unit, 0)))
        painter.fillPath(shape_path(row.shape, 4.4 * unit).translated(left + QPointF(11 * unit, 0)), color)


def head_px(px: float) -> float:
    """The size of a heading over cells of size ``px``."""
    return max(min(SIZES[-1], px), px - 1.0)
