"""The widgets of a view on any painter: what draws itself does so in its place, a widget of Qt's own is rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.plot import Canvas
from qhm_gui.drawing.device import SMOOTH


def paint_widget(painter: QPainter, widget: QWidget, origin: QPointF, *, kept: bool = False) -> None:
    """What draws itself does so in its place; a widget of Qt's own is rendered.

    ``kept``: as on the screen, a canvas draws afresh only what has changed since; ``origin`` is rounded to pixels.
    """
    for own, place in _painted_widgets(widget, origin):
        if isinstance(own, Canvas):
            at = QPointF(place.toPoint()) if kept else place
            own.render(painter, QRectF(at, own.size()), kept=kept)
        else:
            _paint_one(own, QPointF(place.toPoint()) if kept else place, painter)


def widget_parts(widget: QWidget, origin: QPointF) -> Iterator[Callable[[QPainter], None]]:
    """What :func:`paint_widget` does afresh, in pieces: the items of a canvas one by one."""
    for own, place in _painted_widgets(widget, origin):
        if isinstance(own, Canvas):
            yield from own.render_parts(QRectF(place, own.size()))
        else:
            yield partial(_paint_one, own, place)


def _painted_widgets(widget: QWidget, origin: QPointF) -> Iterator[tuple[QWidget, QPointF]]:
    """What paints something, and where it lies, from below."""
    if isinstance(widget, (Canvas, ColourBar)):
        yield widget, origin
        return
    if type(widget) is not QWidget:
        yield widget, origin
    if isinstance(widget, QAbstractScrollArea):  # what it shows is painted by its viewport, a plain QWidget
        return
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isHidden() and not child.isWindow():
            yield from _painted_widgets(child, origin + QPointF(child.pos()))


def _paint_one(widget: QWidget, place: QPointF, painter: QPainter) -> None:
    """Anything but a canvas."""
    painter.setRenderHints(SMOOTH)
    if isinstance(widget, ColourBar):
        widget.render(painter, QRectF(place, widget.size()))
        return
    whole = isinstance(widget, QAbstractScrollArea)
    flags = QWidget.RenderFlag.DrawChildren if whole else QWidget.RenderFlag(0)
    painter.save()
    painter.translate(place)
    QWidget.render(widget, painter, QPointF().toPoint(), renderFlags=flags)
    painter.restore()


def arrange(widget: QWidget) -> None:
    """Give every widget its place at once, without waiting for events: parents first."""
    layout = widget.layout()
    if layout is not None:
        layout.activate()
    for child in widget.children():
        if isinstance(child, QWidget):
            arrange(child)
