"""Finds texts of an exported figure that cover each other, are cut off or too small, and cards that overlap.

Like :mod:`label_checks` it looks at rectangles, and asks nothing of what lays the figure out. Indices and exponents may
be smaller than the type that they belong to.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.drawing import markup
from qhm_gui.export.figure import Drawing, Sheet
from qhm_gui.export.page import PageDrawing
from qhm_gui.views.converge.checklist import Checklist
from qhm_gui.views.shared.method_table import MethodTable
from tests.gui.label_checks import faults
from tests.gui.walk_labels import bar_faults

_SLACK = 2.0


def sheet_faults(sheet: Sheet, least: float) -> list[str]:
    """A sentence for each fault; none where all is well. ``least`` is the smallest type in units."""
    found: list[str] = []
    drawings = sheet.drawings if isinstance(sheet, PageDrawing) else [sheet]
    if isinstance(sheet, PageDrawing):
        found += list(_cards(sheet))
    for drawing in drawings:
        assert isinstance(drawing, Drawing)
        found += [f"{drawing.view.key}: {fault}" for fault in _of_view(drawing)]
    with _recorded() as texts:
        image = QImage(8, 8, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            sheet.paint(painter)
    found += [f"“{text}” is {px:.1f} units high." for text, px, _ in texts if px < least - 0.01 and text.strip()]
    page = QRectF(0, 0, *sheet.size).adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK)
    around = [(text, area) for text, _, area in texts if area is not None]
    found += [f"“{text}” is cut off at {area}." for text, area in around if not page.contains(area)]
    for (one, first), (other, second) in itertools.combinations(around, 2):
        if first.adjusted(1, 2, -1, -2).intersects(second.adjusted(1, 2, -1, -2)):
            found.append(f"“{one}” and “{other}” around the pictures cover each other.")
    return found


def _cards(sheet: PageDrawing) -> Iterator[str]:
    areas = sheet.figure.areas()
    page = QRectF(0, 0, *sheet.size).adjusted(-1, -1, 1, 1)
    for area in areas:
        if not page.contains(area):
            yield f"A card at {area} is not on the page."
    for one, other in itertools.combinations(areas, 2):
        if one.adjusted(1, 1, -1, -1).intersects(other.adjusted(1, 1, -1, -1)):
            yield "Two cards overlap."


def _of_view(drawing: Drawing) -> Iterator[str]:
    view = drawing.view
    if not drawing.view.message(drawing.state):
        for canvas in view.canvases:
            yield from faults(canvas)
        for bar in view.widget.findChildren(ColourBar):
            yield from bar_faults(bar)
        for widget in (view.widget, *view.widget.findChildren(QWidget)):
            if isinstance(widget, Checklist):
                yield from _of_list(widget)
            elif isinstance(widget, MethodTable):
                yield from _of_table(widget)
    body = drawing._body
    if body.bottom() > drawing.size[1] + 1 or body.right() > drawing.size[0] + 1:
        yield "The picture is larger than its card."


def _of_list(listed: Checklist) -> Iterator[str]:
    areas = listed.areas()
    room = QRectF(listed.rect()).adjusted(-1, -1, 1, 1)
    if not all(room.contains(area) for area in areas):
        yield "An entry of the list is cut off."
    if any(one.bottom() > other.top() + 1 for one, other in itertools.pairwise(areas)):
        yield "Two entries of the list overlap."


def _of_table(table: MethodTable) -> Iterator[str]:
    high = table.horizontalHeader().height() + table.verticalHeader().length()
    if high > table.height() + 2:
        yield f"The table is {high} high in {table.height()}."
    for column in range(len(table.heads)):
        if table._width(column, table._px) > table.columnWidth(column) + 1:
            yield f"A column of the table is too narrow: {table.heads[column]}."


@contextmanager
def _recorded() -> Iterator[list[tuple[str, float, QRectF | None]]]:
    """What is painted within this: text, size in units, and its place on the sheet where it is painted there."""
    found: list[tuple[str, float, QRectF | None]] = []
    paint = markup.paint

    def noting(painter: QPainter, x: float, y: float, text: str, style: Any, color: Any, **more: Any) -> QRectF:
        area = paint(painter, x, y, text, style, color, **more)
        outside = isinstance(painter.device(), QImage) and not painter.hasClipping()
        placed = painter.combinedTransform().mapRect(area) if outside else None
        found.append((markup.plain_text(text), more.get("px", 12) * style.type_scale, placed))
        return area

    markup.paint = noting  # type: ignore[assignment]
    try:
        yield found
    finally:
        markup.paint = paint
