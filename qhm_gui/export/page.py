"""A page as one figure: its cards side by side under one title."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.drawing import markup
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.export.figure import CLOSE, Drawing, Figure, Sheet, drawn
from qhm_gui.export.scene import Scene
from qhm_gui.views.view import Table, View

_TITLE_PX, _CAPTION_PX, _TOP, _PITCH = 20.0, 12.0, 46.0, 1.22


@dataclass(frozen=True)
class PageFigure:
    """The views of ``scene``, each a figure made from ``panel``; ``title`` and ``caption`` are of the whole page.

    ``heights`` are shares of the rows of cards; none: all the same.
    """

    scene: Scene
    panel: Figure
    size: tuple[int, int]
    title: str = ""
    caption: str = ""
    heights: tuple[float, ...] = ()
    extent: tuple[float, float] | None = None

    @property
    def description(self) -> str:
        """Everything that the picture depends on, as text."""
        words = (self.title, self.caption, self.size, self.extent, [figure.view.key for figure in self.figures()])
        return f"page {words} {self.panel.description}"

    @property
    def transparent(self) -> bool:
        """Whether the ground is seen through."""
        return self.panel.transparent

    def requests(self) -> dict[str, tuple[type[View], Hashable]]:
        """What has to be computed, by the views' keys."""
        return {key: found for figure in self.figures() for key, found in figure.requests().items()}

    def figures(self) -> list[Figure]:
        """The figure of every card, in its size."""
        return [
            replace(self.panel, view=cell.view, size=(round(area.width()), round(area.height())))
            for cell, area in zip(self.scene.cells, self.areas(), strict=True)
        ]

    @property
    def style(self) -> Style:
        """Type and lines of the cards."""
        return self.panel.style

    def lines(self, text: str, px: float, weight: int = 400) -> list[str]:
        """A text of the page in lines."""
        unit = self.style.type_scale
        return wrapped(text, px * unit, self.size[0] - 2 * CLOSE.margin * unit, weight)

    @property
    def margins(self) -> tuple[float, float]:
        """The height of the title above the cards, and of the caption below."""
        unit = self.style.type_scale
        titles = self.lines(self.title, _TITLE_PX, 600)
        captions = self.lines(self.caption, _CAPTION_PX)
        top = (_TOP + (len(titles) - 1) * _PITCH * _TITLE_PX) * unit if titles else 0.0
        return top, 10 * unit + len(captions) * markup.line_pitch(self.style, _CAPTION_PX) if captions else 0.0

    def areas(self) -> list[QRectF]:
        """Where the cards lie."""
        cells = self.scene.cells
        rows = max(cell.row + cell.rows for cell in cells)
        wide = self.size[0] / (max(cell.column for cell in cells) + 1)
        top, below = self.margins
        shares = self.heights or (1.0,) * rows
        high = max(self.size[1] - top - below, 1.0) / sum(shares)
        ends = [top + high * sum(shares[:row]) for row in range(rows + 1)]
        return [
            QRectF(cell.column * wide, ends[cell.row], wide, ends[cell.row + cell.rows] - ends[cell.row])
            for cell in cells
        ]


class Drawings(Sheet):
    """Abstract: several computed figures on one sheet."""

    drawings: list[Drawing]

    @property
    def fits(self) -> bool:
        return all(drawing.fits for drawing in self.drawings)

    def tables(self) -> dict[str, Table]:
        return {key: table for drawing in self.drawings for key, table in drawing.tables().items()}

    def notes(self, tables: Mapping[str, Table]) -> dict[str, list[tuple[str, ...]]]:
        return {key: rows for drawing in self.drawings for key, rows in drawing.notes(tables).items()}

    def _paint_drawings(self, painter: QPainter, areas: Iterable[QRectF]) -> None:
        """Each in its area."""
        for drawing, area in zip(self.drawings, areas, strict=True):
            _paint_in(drawing.paint, area, painter)


def _paint_in(paint: Callable[[QPainter], None], area: QRectF, painter: QPainter) -> None:
    painter.save()
    painter.translate(area.topLeft())
    paint(painter)
    painter.restore()


class PageDrawing(Drawings):
    """A computed page. Made by :func:`drawn_page`."""

    def __init__(self, figure: PageFigure, drawings: list[Drawing]) -> None:
        panel = figure.panel
        self.figure, self.drawings = figure, drawings
        self.size, self.extent = figure.size, figure.extent or figure.size
        self.title, self.subtitle = figure.title, ""
        self.state, self.step, self.transparent = panel.state, panel.step, panel.transparent
        self.text, self.author = panel.text, panel.author
        self.description, self.recipe = figure.description, panel.recipe

    def paint(self, painter: QPainter) -> None:
        self._paint_title(painter)
        self._paint_drawings(painter, self.figure.areas())
        self._paint_caption(painter)

    def parts(self) -> list[Callable[[QPainter], None]]:
        cards = zip(self.drawings, self.figure.areas(), strict=True)
        parts = (partial(_paint_in, part, area) for drawing, area in cards for part in drawing.parts())
        return [self._paint_title, *parts, self._paint_caption]

    def _paint_title(self, painter: QPainter) -> None:
        """And the ground of all."""
        figure, style = self.figure, self.figure.style
        unit, theme = style.type_scale, style.theme
        painter.setRenderHints(SMOOTH)
        if not self.transparent:
            painter.fillRect(self.ground(), theme.color("surface"))
        left, y = CLOSE.margin * unit, (_TOP / 2 + 4) * unit
        for line in figure.lines(self.title, _TITLE_PX, 600):
            at = QPointF(left, y)
            markup.paint(
                painter, at.x(), at.y(), line, style, theme.color("text"), px=_TITLE_PX, weight=600, anchor=(0, 0.5)
            )
            y += _PITCH * _TITLE_PX * unit

    def _paint_caption(self, painter: QPainter) -> None:
        figure, style = self.figure, self.figure.style
        left, theme = CLOSE.margin * style.type_scale, style.theme
        painter.setRenderHints(SMOOTH)
        captions = figure.lines(figure.caption, _CAPTION_PX)
        y = self.size[1] - len(captions) * markup.line_pitch(style, _CAPTION_PX)
        for line in captions:
            markup.paint(painter, left, y, line, style, theme.color("text2"), px=_CAPTION_PX, anchor=(0, 0.5))
            y += markup.line_pitch(style, _CAPTION_PX)


@contextmanager
def drawn_page(figure: PageFigure, answers: Mapping[str, Any]) -> Iterator[PageDrawing]:
    """Hold the page ready for painting; ``answers`` are what its views show, by their keys."""
    with ExitStack() as stack:
        drawings = [stack.enter_context(drawn(one, answers=answers)) for one in figure.figures()]
        yield PageDrawing(figure, drawings)


def prepared(figure: Figure | PageFigure, answers: Mapping[str, Any], held: ExitStack) -> Iterator[Sheet | None]:
    """The same as :func:`sheet`, a card a turn: None until all stand, then the sheet, as long as ``held`` is open."""
    if isinstance(figure, Figure):
        yield held.enter_context(drawn(figure, answers=answers))
        return
    drawings: list[Drawing] = []
    for one in figure.figures():
        drawings.append(held.enter_context(drawn(one, answers=answers)))
        yield None
    yield PageDrawing(figure, drawings)


@contextmanager
def sheet(figure: Figure | PageFigure, answers: Mapping[str, Any]) -> Iterator[Sheet]:
    """A figure of either kind, ready for painting."""
    with drawn_page(figure, answers) if isinstance(figure, PageFigure) else drawn(figure, answers=answers) as found:
        yield found
