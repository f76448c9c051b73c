"""A figure: a view of a state, computed on the spot and laid out on a slide of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from qhm_gui import session
from qhm_gui.canvas import markup
from qhm_gui.canvas.canvas import Canvas
from qhm_gui.canvas.colourbar import ColourBar
from qhm_gui.canvas.handle import Crosshair, Handle
from qhm_gui.canvas.item import Item
from qhm_gui.canvas.labels import Playhead, Tooltip
from qhm_gui.canvas.scenery import TICK_PX, y_ticks
from qhm_gui.export.legend import draw_legend
from qhm_gui.language import tr
from qhm_gui.state import State
from qhm_gui.theme import LIGHT, Style
from qhm_gui.views.base import Table, View
from qhm_math.progress import SILENT, Monitor

#: Type of 25 px at 1920 wide, for the last row; lines to go with it.
SLIDE = Style(LIGHT, type_scale=25 / 12, line_scale=1.8, titles_outside=True)

# In pixels of the interface, times the type scale: visual.md, section 4.
_MARGIN = 40.0
_TITLE_PX, _SUBTITLE_PX = 24.0, 12.5
_TITLE_Y, _SUBTITLE_Y = 42.0, 70.0
_BODY_TOP = 84.0
_BOTTOM = 16.0
_LEGEND = 26.0


@dataclass(frozen=True)
class Figure:
    """What to draw: a view of ``state`` under a title. ``point`` also draws the handle and what belongs to it.

    ``title`` and ``subtitle`` are markup; None takes the view's own, '' leaves it out. ``size`` is in pixels of a
    style at type scale 1 times that scale: 1920 by 1080 with :data:`SLIDE`.
    """

    view: type[View]
    state: State
    title: str | None = None
    subtitle: str | None = None
    style: Style = SLIDE
    size: tuple[int, int] = (1920, 1080)
    point: bool = True

    @property
    def description(self) -> str:
        """Everything that the picture depends on, as text: what an identifier of the file is made from."""
        style = self.style
        look = (style.theme.key, style.type_scale, style.line_scale, style.titles_outside, self.size, self.point)
        return f"{self.view.key} {self.title!r} {self.subtitle!r} {look} {session.dump(self.state)}"


class Drawing:
    """A computed figure that can be painted onto anything, as often as wanted. Made by :func:`drawn`."""

    def __init__(self, figure: Figure, view: View, result: Any) -> None:
        self.figure = figure
        self.view = view
        self.result = result
        self.kept = False  # see paint_widget
        self.title = tr(view.title) if figure.title is None else figure.title
        self.subtitle = view.subtitle(figure.state) if figure.subtitle is None else figure.subtitle
        self._lay_out()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.figure.size

    def table(self) -> Table:
        """The numbers of the figure."""
        return self.view.table(self.result)

    def paint(self, painter: QPainter) -> None:
        """Draw the slide from the origin on, a pixel a unit."""
        style = self.figure.style
        theme, unit = style.theme, style.type_scale
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(QRectF(0, 0, *self.size), theme.color("surface"))
        for text, px, weight, y, color in (
            (self.title, _TITLE_PX, 600, _TITLE_Y, "text"),
            (self.subtitle, _SUBTITLE_PX, 400, _SUBTITLE_Y, "text2"),
        ):
            if text:
                y *= unit
                markup.paint(
                    painter, _MARGIN * unit, y, text, style, theme.color(color), px=px, weight=weight, anchor=(0, 0.5)
                )
        paint_widget(painter, self.view.widget, self._body.topLeft(), kept=self.kept)
        if self.view.legend:
            bottom = self.size[1] - (_BOTTOM + _LEGEND / 2) * unit
            draw_legend(painter, QPointF(_MARGIN * unit, bottom), self.figure.state, style)

    def _lay_out(self) -> None:
        """Title and ticks of the first canvas stand level with the title of the slide."""
        unit = self.figure.style.type_scale
        width, height = self.size
        top = _BODY_TOP if self.title or self.subtitle else 0.5 * _BOTTOM
        below = _BOTTOM + (_LEGEND if self.view.legend else 0.0)
        bare = all(canvas.bare for canvas in self._canvases())
        top, right = (top + 10, _MARGIN - 8) if bare else (top, 0.5 * _MARGIN)
        body = QRectF(_MARGIN * unit, top * unit, 0, height - (top + below) * unit)
        for _ in range(2):  # the labels on the axis, and so their width, may depend on the place that is left
            body.setRight(width - right * unit)
            self.view.widget.resize(body.toAlignedRect().size())
            arrange(self.view.widget)
            canvases = self._canvases()
            if not canvases:
                break
            canvas = min(canvases, key=lambda one: self._place(one).x())
            body.setLeft(_MARGIN * unit - self._place(canvas).x() - _inset(canvas))
        self._body = body

    def _canvases(self) -> list[Canvas]:
        widget = self.view.widget
        found = [widget] if isinstance(widget, Canvas) else widget.findChildren(Canvas)
        return [canvas for canvas in found if not canvas.isHidden()]

    def _place(self, widget: QWidget) -> QPointF:
        root = self.view.widget
        return QPointF(widget.mapTo(root, widget.rect().topLeft())) if widget is not root else QPointF()


def paint_widget(painter: QPainter, widget: QWidget, origin: QPointF, *, kept: bool = False) -> None:
    """What draws itself does so in its place; a widget of Qt's own is rendered.

    ``kept``: as on the screen, a canvas draws afresh only what has changed since; ``origin`` is rounded to pixels.
    """
    if isinstance(widget, (Canvas, ColourBar)) and not kept:
        widget.render(painter, QRectF(origin, widget.size()))
        return
    flags = QWidget.RenderFlag(0)
    if type(widget) is not QWidget:
        painter.save()
        painter.translate(origin.toPoint() if kept else origin)
        QWidget.render(widget, painter, QPointF().toPoint(), renderFlags=flags)
        painter.restore()
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isHidden() and not child.isWindow():
            paint_widget(painter, child, origin + QPointF(child.pos()), kept=kept)


def arrange(widget: QWidget) -> None:
    """Give every widget its place at once, without waiting for events: parents first."""
    layout = widget.layout()
    if layout is not None:
        layout.activate()
    for child in widget.children():
        if isinstance(child, QWidget):
            arrange(child)


def _inset(canvas: Canvas) -> float:
    """From the left of a canvas to what is written or drawn furthest left in it."""
    frame = canvas.frame()
    if canvas.bare:
        return frame.plot.left()
    unit = frame.style.type_scale
    widest = max((markup.layout(text, TICK_PX * unit).width for _, text in y_ticks(frame)), default=0.0)
    return frame.plot.left() - 7 * unit - widest


@contextmanager
def drawn(figure: Figure, monitor: Monitor = SILENT) -> Iterator[Drawing]:
    """Compute ``figure`` and hold it ready for painting; its widget is gone afterwards.

    Raises InterruptedError when ``monitor`` cancels before there is an answer.
    """
    state = figure.state
    result: Any = None
    for answer in figure.view.compute(figure.view.request(state), monitor):
        result = answer
    if result is None or monitor.cancelled():
        raise InterruptedError(f"{figure.view.key} was cancelled")
    view = figure.view(figure.style)
    widget = view.widget
    holder = QWidget()
    holder.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    holder.resize(*figure.size)
    widget.setParent(holder)
    holder.show()
    widget.show()
    try:
        view.show(result)
        view.mark(state)
        view.seek(state.steps)
        if not figure.point:
            _hide_point(widget)
        yield Drawing(figure, view, result)
    finally:
        holder.close()
        holder.deleteLater()
        view.deleteLater()


def _hide_point(widget: QWidget) -> None:
    """Take away what shows where the person's point is: handles, crosshairs, needles, the playhead."""
    canvases = [widget] if isinstance(widget, Canvas) else widget.findChildren(Canvas)
    for canvas in canvases:
        for item in canvas.items():
            if _belongs_to_point(item):
                item.setVisible(False)
    for bar in widget.findChildren(ColourBar):
        bar.set_needle(None)


def _belongs_to_point(item: Item) -> bool:
    if isinstance(item, Handle):
        return item.kind != "start"
    return isinstance(item, (Crosshair, Playhead, Tooltip))
