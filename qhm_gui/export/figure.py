"""A figure: a view of a state, computed on the spot and laid out on a sheet of its own."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import LIGHT, Style, Theme
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels
from qhm_gui.drawing import markup
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.export.computed import computed
from qhm_gui.export.empty_message import paint_empty
from qhm_gui.export.layers import hide_layers
from qhm_gui.export.legend import LEGEND_PITCH, draw_legend, legend_lines
from qhm_gui.export.painted_widgets import arrange, paint_widget, widget_parts
from qhm_gui.files import session
from qhm_gui.files.provenance import stamp
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.views.columns import column_notes
from qhm_gui.views.view import Table, View
from qhm_gui.widgets.deletion import delete_now
from qhm_math.progress import SILENT, Monitor

#: Metres in a unit: 144 are an inch, so that a slide of 1920 is 13 ⅓ inches wide, as slides are.
UNIT_M = 0.0254 / 144
#: Type of 25 px at 1920 wide, for the last row; lines to go with it.
SLIDE = Style(LIGHT, type_scale=25 / 12, line_scale=1.8, titles_outside=True)


@dataclass(frozen=True)
class Heading:
    """Where title, subtitle and margins lie, in pixels of the interface: times the type scale."""

    margin: float
    title_px: float
    title_y: float
    subtitle_px: float
    subtitle_y: float
    body_top: float
    bottom: float
    legend: float


#: A slide of its own, and a column of a paper or a card of a page.
ROOMY = Heading(40.0, 24.0, 42.0, 12.5, 70.0, 84.0, 16.0, 26.0)
CLOSE = Heading(14.0, 15.0, 19.0, 12.0, 40.0, 52.0, 8.0, 24.0)
#: A view in a figure may ask for so much room.
_SMALLEST = QSize(120, 90)
_CAPTION_PX, _CAPTION_GAP, _TITLE_PITCH = 12.0, 8.0, 1.22


@dataclass(frozen=True)
class Figure:
    """What to draw: a view of ``state`` under a title, with a caption below.

    ``title`` and ``subtitle`` are markup; None takes the view's own, '' leaves it out. ``size`` is in pixels of a
    style at type scale 1 times that scale: 1920 by 1080 with :data:`SLIDE`; ``extent`` is the same where it is no whole
    number. ``hide`` names layers that are left out (:data:`qhm_gui.export.layers.LAYERS`), ``legend`` is where the
    methods stand ("auto": below, unless the lines themselves are named), ``step`` the playhead's (None: the end).
    ``pixels``: maps are computed for so many. ``text`` and ``author`` are of its file: see
    :class:`qhm_gui.export.options.ExportOptions`.
    """

    view: type[View]
    state: State
    title: str | None = None
    subtitle: str | None = None
    style: Style = SLIDE
    size: tuple[int, int] = (1920, 1080)
    hide: frozenset[str] = frozenset()
    caption: str = ""
    legend: str = "below"
    step: int | None = None
    heading: Heading = ROOMY
    transparent: bool = False
    pixels: tuple[int, int] | None = None
    extent: tuple[float, float] | None = None
    text: str = "outlines"
    author: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """Everything that the picture depends on, as text: what an identifier of the file is made from."""
        style = self.style
        look = (style.theme.key, style.type_scale, style.line_scale, style.titles_outside, self.size, sorted(self.hide))
        more = (self.caption, self.legend, self.step, self.heading, self.transparent, self.pixels, self.extent)
        return f"{self.view.key} {self.title!r} {self.subtitle!r} {look} {more} {session.dump(self.state)}"

    def requests(self) -> dict[str, tuple[type[View], Hashable]]:
        """What has to be computed, by the view's key; nothing where there would be nothing to see."""
        if not self.view.ready(self.state):
            return {}
        request = self.view.request(self.state)
        if self.pixels is not None:
            request = self.view.refined(request, *self.pixels)
        return {self.view.key: (self.view, request)}


class Sheet(ABC):
    """A picture that can be painted onto anything, as often as wanted, and the numbers in it."""

    size: tuple[int, int]  # in units: pixels at scale 1
    extent: tuple[float, float]  # the same to the fraction of a unit, of which 144 are an inch
    title: str
    subtitle: str
    description: str
    state: State
    step: int | None
    transparent: bool
    text: str  # of an SVG: "outlines", or "text" with its font
    author: str
    recipe: Mapping[str, Any]

    @property
    def stamp(self) -> str:
        """The text that a file of it carries: the state, and how the figure is made from it."""
        return stamp(self.state, self.step, self.recipe)

    @property
    @abstractmethod
    def fits(self) -> bool:
        """Whether everything has the room that it needs with type that can be read."""
        ...

    @abstractmethod
    def paint(self, painter: QPainter) -> None:
        """Draw the sheet from the origin on, a pixel a unit."""
        ...

    def parts(self) -> list[Callable[[QPainter], None]]:
        """What :meth:`paint` does, in pieces that may each have a painter of their own."""
        return [self.paint]

    def ground(self) -> QRectF:
        """What is filled below everything: all of the sheet, to whole units."""
        return QRectF(0, 0, math.ceil(self.extent[0] - 1e-9), math.ceil(self.extent[1] - 1e-9))

    @abstractmethod
    def tables(self) -> dict[str, Table]:
        """The numbers of every view, by its key."""
        ...

    @abstractmethod
    def notes(self, tables: Mapping[str, Table]) -> dict[str, list[tuple[str, ...]]]:
        """Rows about the tables, by the view's key: its title, how much of it all they hold, and each column."""
        ...


class Drawing(Sheet):
    """A computed figure. Made by :func:`drawn`."""

    def __init__(self, figure: Figure, view: View, result: Any) -> None:
        self.figure = figure
        self.view = view
        self.result = result
        self.kept = False  # see paint_widget
        self.size, self.extent = figure.size, figure.extent or figure.size
        self.state, self.step, self.transparent = figure.state, figure.step, figure.transparent
        self.text, self.author = figure.text, figure.author
        self.description, self.recipe = figure.description, figure.recipe
        self.title = tr(view.title) if figure.title is None else figure.title
        self.subtitle = view.words(figure.state) if figure.subtitle is None else figure.subtitle
        self._lay_out()

    def plot_area(self) -> QRectF:
        """Where the plot of its first canvas lies on the sheet; all of the view where it has no canvas."""
        canvas = next(iter(self.view.canvases), None)
        if canvas is None:
            return QRectF(self._body)
        return QRectF(canvas.frame().plot).translated(self._body.topLeft() + self._place(canvas))

    def table(self) -> Table:
        """The numbers of the figure, as fine as the window shows them."""
        figure = replace(self.figure, pixels=None)
        if figure.requests() == self.figure.requests():
            return self.view.table(self.result)
        return self.view.table(computed(figure)[self.view.key])

    def tables(self) -> dict[str, Table]:
        return {} if self.result is None else {self.view.key: self.table()}

    def notes(self, tables: Mapping[str, Table]) -> dict[str, list[tuple[str, ...]]]:
        key, view = self.view.key, self.view
        if key not in tables:
            return {}
        about = [markup.plain_text(self.title), view.extent(self.result)]
        return {key: [*((words,) for words in about if words), *column_notes(tables[key], view.columns)]}

    @property
    def fits(self) -> bool:
        if self.view.message(self.figure.state):
            return True
        unit = self.figure.style.type_scale
        width, height = self.view.room
        return self._body.width() >= width * unit and self._body.height() >= height * unit and not self.view.crowded()

    def paint(self, painter: QPainter) -> None:
        self._paint_heading(painter)
        if not self._empty:
            paint_widget(painter, self.view.widget, self._body.topLeft(), kept=self.kept)
        self._paint_below(painter)

    def parts(self) -> list[Callable[[QPainter], None]]:
        shown = [] if self._empty else widget_parts(self.view.widget, self._body.topLeft())
        return [self._paint_heading, *shown, self._paint_below]

    @property
    def _empty(self) -> bool:
        """Whether a message stands in place of the view, which a PDF or SVG would still hold below it."""
        return bool(self.view.message(self.figure.state))

    def _paint_heading(self, painter: QPainter) -> None:
        """And the ground of all."""
        figure, heading = self.figure, self.figure.heading
        theme, unit = figure.style.theme, figure.style.type_scale
        painter.setRenderHints(SMOOTH)
        if not figure.transparent:
            painter.fillRect(self.ground(), theme.color("surface"))
        left = heading.margin * unit
        y = heading.title_y * unit
        for line in self._wrapped(self.title, heading.title_px, 600):
            self._line(painter, left, y, line, heading.title_px, 600, "text")
            y += _TITLE_PITCH * heading.title_px * unit
        y += (heading.subtitle_y - heading.title_y - _TITLE_PITCH * heading.title_px) * unit
        for line in self._wrapped(self.subtitle, heading.subtitle_px):
            self._line(painter, left, y, line, heading.subtitle_px, 400, "text2")
            y += markup.line_pitch(figure.style, heading.subtitle_px)

    def _paint_below(self, painter: QPainter) -> None:
        """What stands in place of the view, the legend and the caption."""
        figure, style, heading = self.figure, self.figure.style, self.figure.heading
        unit, left = style.type_scale, heading.margin * style.type_scale
        painter.setRenderHints(SMOOTH)
        if words := self.view.message(figure.state):
            paint_empty(painter, QRectF(0, self._body.top(), self.size[0], self._body.height()), words, style)
        y = self._body.bottom()
        if self._legend_lines and self._legend == "above":
            middle = self._body.top() - (heading.legend / 2 + (self._legend_lines - 1) * LEGEND_PITCH) * unit
            draw_legend(painter, QPointF(left, middle), self.view, figure.state, style, self._width())
        elif self._legend_lines:
            middle = y + heading.legend / 2 * unit
            draw_legend(painter, QPointF(left, middle), self.view, figure.state, style, self._width())
            y += self._legend_height()
        y += (_CAPTION_GAP + _CAPTION_PX / 2) * unit
        for line in self._wrapped(figure.caption, _CAPTION_PX):
            self._line(painter, left, y, line, _CAPTION_PX, 400, "text2")
            y += markup.line_pitch(style, _CAPTION_PX)

    def _line(self, painter: QPainter, x: float, y: float, text: str, px: float, weight: int, token: str) -> None:
        style = self.figure.style
        markup.paint(painter, x, y, text, style, style.theme.color(token), px=px, weight=weight, anchor=(0, 0.5))

    def _width(self) -> float:
        return self.size[0] - 2 * self.figure.heading.margin * self.figure.style.type_scale

    def _wrapped(self, text: str, px: float, weight: int = 400) -> list[str]:
        return wrapped(text, px * self.figure.style.type_scale, self._width(), weight)

    def _lay_out(self) -> None:
        """Title and ticks of the first canvas stand level with the title of the slide."""
        figure, heading, style = self.figure, self.figure.heading, self.figure.style
        unit = style.type_scale
        width, height = self.size
        self._legend = self._legend_place()
        shown = self._legend != "none"
        self._legend_lines = legend_lines(self.view, figure.state, style, self._width()) if shown else 0
        top = heading.body_top if self.title or self.subtitle else 0.5 * heading.bottom
        top += max(0, len(self._wrapped(self.title, heading.title_px, 600)) - 1) * _TITLE_PITCH * heading.title_px
        more = len(self._wrapped(self.subtitle, heading.subtitle_px)) - 1
        top += max(0, more) * markup.line_pitch(style, heading.subtitle_px) / unit
        below = heading.bottom
        if self._legend == "above":
            top += self._legend_height() / unit
        else:
            below += self._legend_height() / unit
        if caption := self._wrapped(figure.caption, _CAPTION_PX):
            below += _CAPTION_GAP + len(caption) * markup.line_pitch(style, _CAPTION_PX) / unit
        bare = all(canvas.bare for canvas in self.view.canvases)
        side = heading.margin
        top, right = (top + 10, max(0.0, side - 8)) if bare else (top, 0.5 * side)
        body = QRectF(side * unit, top * unit, 0, max(height - (top + below) * unit, 1.0))
        for _ in range(2):  # the labels on the axis, and so their width, may depend on the place that is left
            body.setRight(max(width - right * unit, body.left() + 1))
            self.view.widget.resize(body.toAlignedRect().size())
            arrange(self.view.widget)
            canvases = self.view.canvases
            if not canvases:
                body.setLeft(side * unit - self.view.widget.contentsMargins().left())
                continue
            canvas = min(canvases, key=lambda one: self._place(one).x())
            body.setLeft(side * unit - self._place(canvas).x() - _inset(canvas))
        self._body = body

    def _legend_place(self) -> str:
        if not self.view.legend:
            return "none"
        named = any(isinstance(item, EndLabels) for canvas in self.view.canvases for item in canvas.items_shown)
        return {"auto": "none" if named else "below"}.get(self.figure.legend, self.figure.legend)

    def _legend_height(self) -> float:
        """Of all its lines."""
        extra = max(0, self._legend_lines - 1) * LEGEND_PITCH
        return (self.figure.heading.legend + extra) * self.figure.style.type_scale if self._legend_lines else 0.0

    def _place(self, widget: QWidget) -> QPointF:
        root = self.view.widget
        return QPointF(widget.mapTo(root, widget.rect().topLeft())) if widget is not root else QPointF()


def _inset(canvas: Canvas) -> float:
    """From the left of a canvas to what is written or drawn furthest left in it."""
    left = canvas.frame().plot.left()
    return left if canvas.bare else left - canvas.plot_item.getAxis("left").width_needed


def clear(theme: Theme) -> Theme:
    """The theme with a ground that is seen through; what lifts texts off it goes with it."""
    ground = theme.color("surface")
    return replace(theme, surface=f"rgba({ground.red()},{ground.green()},{ground.blue()},0)")


@contextmanager
def drawn(figure: Figure, monitor: Monitor = SILENT, answers: Mapping[str, Any] | None = None) -> Iterator[Drawing]:
    """Compute ``figure``, unless ``answers`` tells what it shows, and hold it ready for painting.

    Its widget is gone afterwards. Raises Cancelled when ``monitor`` cancels before there is an answer.
    """
    result = (computed(figure, monitor) if answers is None else answers).get(figure.view.key)
    if figure.transparent:
        figure = replace(figure, style=figure.style.with_theme(clear(figure.style.theme)))
    view = figure.view(figure.style)
    widget = view.widget
    holder = QWidget()
    holder.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    holder.resize(*figure.size)
    widget.setParent(holder)
    widget.setMinimumSize(widget.minimumSize().boundedTo(_SMALLEST))  # only a page can scroll
    holder.show()
    widget.show()
    try:
        if result is not None:
            view.show(result)
        view.follow(figure.state)
        view.seek(figure.state.steps if figure.step is None else figure.step)
        hide_layers(view.parts, figure.hide)
        yield Drawing(figure, view, result)
    finally:
        holder.close()
        delete_now(holder, view)
