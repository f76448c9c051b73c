"""The canvas: axes, layers of items, and one way to paint them for the window and for export.

A canvas paints in logical pixels from its size, so a slide is the same canvas made larger with a larger type scale.
On the screen two pictures are kept, the ground (contours, maps) and the ground with the data on it; a moving handle
repaints only the pixels it touched. Onto any other painter everything is drawn afresh, as vectors.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPaintDevice, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import grid_and_ticks as scenery
from qhm_gui.canvas.axes import Axis
from qhm_gui.canvas.background_colour import Ground
from qhm_gui.canvas.frame import Frame, Span, is_raster, locked_spans
from qhm_gui.canvas.item import Item, Layer
from qhm_gui.canvas.pointer import Pointer

AnyItem = TypeVar("AnyItem", bound=Item)
Margins = tuple[float, float, float, float]
WITH_AXES: Margins = (43, 9, 26, 33)
WITHOUT_AXES: Margins = (8, 0, 8, 8)
#: What axis titles outside the plot need more.
TITLE_ABOVE, TITLE_BELOW = 22.0, 20.0


class Canvas(QWidget):
    """A plot without a box. Items take data values; see :mod:`qhm_gui.canvas.item`.

    ``margins`` (left, top, right, bottom; pixels at type scale 1) hold the labels; ``title_color`` is a token or None
    for one that is legible on what lies beneath. ``background`` is a token.
    """

    hovered = Signal(float, float)
    left = Signal()
    clicked = Signal(float, float)
    double_clicked = Signal(float, float)
    context_requested = Signal(QPoint)  # where to open a menu, in screen coordinates
    range_changed = Signal()

    _pointer: Pointer | None = None  # events come before __init__ has ended

    def __init__(
        self,
        style: Style,
        x: Axis,
        y: Axis,
        *,
        aspect_locked: bool = False,
        grid_y: bool = False,
        show_axes: bool = True,
        margins: Margins | None = None,
        title_inside: bool = True,
        title_color: str | None = None,
        background: str = "surface",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._x, self._y = x, y
        self._aspect_locked = aspect_locked
        self._grid_y = grid_y
        self._show_axes = show_axes
        self._margins = margins or (WITH_AXES if show_axes else WITHOUT_AXES)
        self._title_inside = title_inside
        self._title_color = title_color
        self._background = background
        self._items: list[Item] = []
        self._zoom: tuple[Span, Span] | None = None
        self._frame: Frame | None = None
        self._reserved = 0.0
        self._pictures: list[QImage | None] = [None, None]
        self._pointer = Pointer(self, Qt.CursorShape.ArrowCursor if grid_y else Qt.CursorShape.CrossCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 90)

    @property
    def pointer(self) -> Pointer:
        """Who gets the mouse and the keys."""
        assert self._pointer is not None
        return self._pointer

    # What is shown

    @property
    def style(self) -> Style:  # type: ignore[override]
        """The look in force. (Hides QWidget.style: a canvas paints itself and asks Qt's style for nothing.)"""
        return self._style

    @property
    def x_axis(self) -> Axis:
        """The x axis."""
        return self._x

    @property
    def y_axis(self) -> Axis:
        """The y axis."""
        return self._y

    @property
    def bare(self) -> bool:
        """Whether it has no axes, as a field of contours."""
        return not self._show_axes

    @property
    def _titles_inside(self) -> bool:
        return self._title_inside and not self._style.titles_outside

    def set_style(self, style: Style) -> None:
        """Draw in another theme or scale."""
        if style != self._style:
            self._style = style
            self._relayout()

    def set_axes(self, x: Axis | None = None, y: Axis | None = None) -> None:
        """Another range, scale or title; a zoom ends when it changes."""
        new = (x or self._x, y or self._y)
        if new != (self._x, self._y):
            self._x, self._y = new
            self._zoom = None
            self._relayout()
            self.range_changed.emit()

    def set_title_color(self, color: str | None) -> None:
        """A token for the axis titles, or None for what is legible."""
        if color != self._title_color:
            self._title_color = color
            self.invalidate(Layer.DATA)

    def set_zoomable(self, zoomable: bool) -> None:
        """Let the wheel zoom and a drag on the ground move the view."""
        self.pointer.zoomable = zoomable

    def zoom(self, factor: float, at: QPointF) -> None:
        """Show less (factor < 1) or more about a pixel."""
        frame = self.frame()
        spans: list[Span] = []
        across = (at.x() - frame.plot.left()) / frame.plot.width()
        up = (frame.plot.bottom() - at.y()) / frame.plot.height()
        for (low, high), share in ((frame.x_span, across), (frame.y_span, up)):
            middle = low + share * (high - low)
            spans.append((middle - (middle - low) * factor, middle + (high - middle) * factor))
        self._set_zoom((spans[0], spans[1]))

    def pan(self, by: QPointF) -> None:
        """Move what is shown by so many pixels."""
        frame = self.frame()
        dx = by.x() / frame.plot.width() * (frame.x_span[1] - frame.x_span[0])
        dy = -by.y() / frame.plot.height() * (frame.y_span[1] - frame.y_span[0])
        (x0, x1), (y0, y1) = frame.x_span, frame.y_span
        self._set_zoom(((x0 - dx, x1 - dx), (y0 - dy, y1 - dy)))

    def reset_zoom(self) -> None:
        """Show the axes' own range again."""
        self._set_zoom(None)

    def _set_zoom(self, zoom: tuple[Span, Span] | None) -> None:
        self._zoom = zoom
        self._relayout()
        self.range_changed.emit()

    # Items

    def add(self, item: AnyItem) -> AnyItem:
        """Put an item on the canvas, above those of its layer with no greater z."""
        item.canvas = self
        self._items.append(item)
        self._items.sort(key=lambda one: (one.layer, one.z))
        self._relayout()
        return item

    def remove(self, item: Item) -> None:
        """Take an item off. To show it again later, rather use setVisible."""
        if item in self._items:
            self._items.remove(item)
            self.pointer.forget(item)
            item.canvas = None
            self._relayout()

    def items(self) -> tuple[Item, ...]:
        """The items from the lowest to the uppermost."""
        return tuple(self._items)

    def item_changed(self, item: Item) -> None:
        """Paint an item anew: called by the items themselves."""
        reserves = type(item).reserved_right is not Item.reserved_right
        if reserves and self._frame is not None and self._right_margin() != self._reserved:
            self._relayout()
        elif item.layer is not Layer.TOP:
            self.invalidate(item.layer)
        elif not (damage := item.take_damage(self.frame())).isEmpty():
            self.update(damage.toAlignedRect().adjusted(-2, -2, 2, 2))

    def invalidate(self, layer: Layer) -> None:
        """Forget the pictures from ``layer`` up and repaint."""
        for index in range(layer, Layer.TOP):
            self._pictures[index] = None
        self.update()

    def ground_at(self, point: QPointF) -> Ground | None:
        """What lies beneath a pixel: a map, a region, or None for paper."""
        frame = self.frame()
        for item in reversed(self._items):
            if item.isVisible() and (found := item.ground_color(point, frame)) is not None:
                return found
        return None

    # Places

    def frame(self) -> Frame:
        """The layout in force."""
        bounds = QRectF(self.rect())
        if self._frame is None or self._frame.bounds != bounds:
            self._frame = self._new_frame(bounds)
            self._pictures = [None, None]
        return self._frame

    def _new_frame(self, bounds: QRectF) -> Frame:
        style = self._style
        left, top, _, bottom = (side * style.type_scale for side in self._margins)
        right = self._reserved = self._right_margin()
        if self._show_axes and not self._titles_inside:
            top += TITLE_ABOVE * style.type_scale
            bottom += TITLE_BELOW * style.type_scale
        plot = QRectF(bounds.adjusted(left, top, -right, -bottom).toRect())
        plot.setWidth(max(plot.width(), 10.0))
        plot.setHeight(max(plot.height(), 10.0))
        x_span, y_span = self._zoom or (self._x.span, self._y.span)
        if self._aspect_locked:
            x_span, y_span = locked_spans(plot, x_span, y_span)
        return Frame(style, bounds, plot, self._x, self._y, x_span, y_span)

    def _right_margin(self) -> float:
        """The margin asked for, or as much more as the items need."""
        needs = (item.reserved_right(self._style) for item in self._items if item.isVisible())
        return max([self._margins[2] * self._style.type_scale, *needs])

    def _relayout(self) -> None:
        self._frame = None
        self._pictures = [None, None]
        self.update()

    def plot_rect(self) -> QRectF:
        """Where the plot lies in the widget."""
        return QRectF(self.frame().plot)

    def visible_range(self) -> tuple[float, float, float, float]:
        """What is shown in data values: x from and to, y from and to."""
        frame = self.frame()
        x0, x1 = frame.x.from_axis(frame.x_span)
        y0, y1 = frame.y.from_axis(frame.y_span)
        return float(x0), float(x1), float(y0), float(y1)

    def to_pixels(self, x: float, y: float) -> QPointF:
        """A data point in widget coordinates."""
        return self.frame().point(x, y)

    def from_pixels(self, point: QPointF) -> tuple[float, float]:
        """A place in the widget in data values."""
        return self.frame().data(point)

    def viewport(self) -> QWidget:
        """The widget that takes the mouse: the canvas itself."""
        return self

    # Painting

    def render(self, painter: QPainter | QPaintDevice, target: QRectF | None = None) -> None:  # type: ignore[override]
        """Draw the canvas afresh onto any painter or device, scaled into ``target`` if given."""
        if not isinstance(painter, QPainter):
            with QPainter(painter) as own:
                self.render(own, target)
            return
        painter.save()
        if target is not None:
            painter.translate(target.topLeft())
            painter.scale(target.width() / self.width(), target.height() / self.height())
        self._draw(painter, Layer)
        painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the kept pictures and draw what is on top; afresh where the painter is not the screen's."""
        with QPainter(self) as painter:
            ratio = self.devicePixelRatioF()
            transform = painter.deviceTransform()
            same = math.isclose(transform.m11(), ratio) and math.isclose(transform.m22(), ratio)
            if not (same and is_raster(painter)):
                self._draw(painter, Layer)
                return
            picture = self._picture(Layer.DATA, ratio)
            painter.setClipRegion(event.region())
            painter.drawImage(QPointF(0, 0), picture)
            self._draw(painter, [Layer.TOP], QRectF(event.rect()))

    def _picture(self, layer: Layer, ratio: float) -> QImage:
        frame = self.frame()
        size = QSize(math.ceil(self.width() * ratio), math.ceil(self.height() * ratio))
        kept = self._pictures[layer]
        if kept is not None and kept.size() == size and kept.devicePixelRatio() == ratio:
            return kept
        if layer is Layer.GROUND:
            picture = QImage(size, QImage.Format.Format_RGB32)
            picture.setDevicePixelRatio(ratio)
        else:
            picture = self._picture(Layer.GROUND, ratio).copy()
        with QPainter(picture) as painter:
            self._draw(painter, [layer])
        assert frame is self._frame, "an item changed the layout while it was painted"
        self._pictures[layer] = picture
        return picture

    def _draw(self, painter: QPainter, layers: Iterable[Layer], area: QRectF | None = None) -> None:
        frame = self.frame()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        for layer in layers:
            if layer is Layer.GROUND:
                painter.fillRect(frame.bounds, frame.color(self._background))
                if self._grid_y:
                    scenery.draw_grid(painter, frame)
                if self._show_axes:
                    scenery.draw_ticks(painter, frame)
            for item in self._items:
                if item.layer is layer and item.isVisible():
                    self._draw_item(painter, item, frame, area)
            if layer is Layer.DATA:
                scenery.draw_titles(
                    painter,
                    frame,
                    inside=self._titles_inside,
                    color=self._title_color,
                    ground=self.ground_at,
                    y_indent=8,
                )

    def _draw_item(self, painter: QPainter, item: Item, frame: Frame, area: QRectF | None) -> None:
        if area is not None and not item.cover(frame).intersects(area):
            return
        painter.save()
        if item.clipped:
            pad = 2.0 * frame.style.line_scale if self._grid_y else 0.0
            painter.setClipRect(frame.plot.adjusted(-pad, -pad, pad, pad), Qt.ClipOperation.IntersectClip)
        item.paint(painter, frame)
        painter.restore()

    # Events

    def resizeEvent(self, event) -> None:
        """The layout follows the size."""
        self._relayout()
        self.range_changed.emit()

    def event(self, event: QEvent) -> bool:
        """The mouse and the keys go to the pointer first."""
        return bool(self._pointer and self._pointer.handle(event)) or super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the handles before it leaves the canvas."""
        return self.pointer.focus_next(forward) or super().focusNextPrevChild(forward)

    def sizeHint(self) -> QSize:
        """A card's worth."""
        return QSize(480, 320)
