"""The canvas: a pyqtgraph plot without a box, drawn in pixels, and rendered onto anything by its own scene."""

from __future__ import annotations

from typing import Any, TypeVar

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsItem

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.background_clicks import BackgroundClicks
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.drawn import Drawn
from qhm_gui.canvas.frame import Frame, Span
from qhm_gui.canvas.item import MOST_KEPT, InPixels, is_background
from qhm_gui.canvas.keyboard import Keyboard
from qhm_gui.canvas.label_placement import LabelPlacer
from qhm_gui.canvas.painting import Painting
from qhm_gui.canvas.plot_axis import GridLines, PlotAxis
from qhm_gui.canvas.plot_item import Plot
from qhm_gui.canvas.text import AxisTitle
from qhm_gui.canvas.turns import InTurns
from qhm_gui.canvas.view_box import ENDS, CanvasViewBox
from qhm_gui.drawing.background_colour import BackgroundColour
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.text.language import between_groups

AnyItem = TypeVar("AnyItem")
Margins = tuple[float, float, float, float]
WITH_AXES: Margins = (43, 9, 26, 33)
WITHOUT_AXES: Margins = (8, 0, 8, 8)
#: What axis titles outside the plot need more.
TITLE_ABOVE, TITLE_BELOW = 22.0, 20.0
_PREPARE = QEvent.Type(QEvent.registerEventType())


class Canvas(Painting):
    """A plot without a box. ``plot_item`` and ``vb`` are pyqtgraph's; items take data values, also on a log axis.

    ``margins`` (left, top, right, bottom; pixels at type scale 1) hold the labels; ``title_color`` is a token or None
    for one that is legible on what lies beneath. ``background`` is a token.
    """

    range_changed = Signal()

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
        zoomable: bool = True,
    ) -> None:
        self._style = style
        self._x, self._y = x, y
        self._groups = between_groups()
        self._frame: Frame | None = None
        self._margins = margins or (WITH_AXES if show_axes else WITHOUT_AXES)
        self._title_inside = title_inside
        self._paper = background
        self._ordered: tuple[list[Any], list[Any]] | None = None  # see _in_order; None if the items have changed
        self._beneath: tuple[tuple[Any, ...], dict[tuple[float, float], BackgroundColour | None]] = (), {}
        self._reserved = self._left = -1.0
        self.bare = not show_axes
        self.has_grid = grid_y
        self.placer = LabelPlacer(self)
        self.vb = CanvasViewBox()
        axes: dict[str, Any] = {"left": PlotAxis("left"), "bottom": PlotAxis("bottom")}
        self.plot_item = Plot(self.vb, axes)
        super().__init__(plotItem=self.plot_item)
        self.turns = InTurns(self)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # Qt need not clear it first
        self.setMinimumSize(120, 90)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAcceptDrops(False)  # the window takes what is dropped, wherever
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # the paper is painted with what is known of the canvas
        self.setRenderHints(SMOOTH)
        scene: Any = self.scene()
        scene.minDragTime = 0.0  # a drag begins with the first move
        scene.setMoveDistance(1)
        scene.sigMouseClicked.connect(self._scene_clicked)
        scene.sigPrepareForPaint.connect(self.placer.update)
        self.keyboard = Keyboard(self)
        self.setCursor(Qt.CursorShape.ArrowCursor if grid_y else Qt.CursorShape.CrossCursor)
        for name, axis in axes.items():
            self.plot_item.showAxis(name, show_axes)
            axis.setZValue(-1.0)  # it changes seldom: below what moves
        self.vb.setAspectLocked(aspect_locked)
        self.vb.sigRangeChanged.connect(self._view_changed)
        self.vb.sigResized.connect(self._view_changed)
        self._clicks = BackgroundClicks(self)
        self.vb.clicked_at.connect(self._clicks.click)
        self.vb.added.connect(self.reorder)
        self.vb.removed.connect(self._item_removed)
        if grid_y:
            self.addItem(GridLines())
        self._titles = [AxisTitle("y", title_color), AxisTitle("x", title_color)]
        for title in self._titles:
            self.addItem(title)
        self.vb.set_home(x.span, y.span, (ENDS[x.scale], ENDS[y.scale]))
        self._lay_out()
        self.set_zoomable(zoomable)

    # What is shown

    @property
    def paper(self) -> QColor:
        """The ground."""
        return self._style.theme.color(self._paper)

    @property
    def style(self) -> Style:  # type: ignore[override]
        """The look in force. (Hides QWidget.style: a canvas paints itself and asks Qt's style for nothing.)"""
        return self._style

    @property
    def x_axis(self) -> Axis:
        """The x axis at its own range."""
        return self._x

    @property
    def y_axis(self) -> Axis:
        """The y axis at its own range."""
        return self._y

    @property
    def titles_inside(self) -> bool:
        """Whether the axis titles stand in the plot."""
        return self._title_inside and not self._style.titles_outside

    def set_style(self, style: Style) -> None:
        """Draw in another theme or scale."""
        if style != self._style:
            self._style = style
            self._lay_out()

    def set_axes(self, x: Axis | None = None, y: Axis | None = None) -> None:
        """Another range, scale or title. What one has zoomed to stays as long as it lies within the new range."""
        old, new = (self._x, self._y), (x or self._x, y or self._y)
        if new == old and self._groups == between_groups():
            return
        self._x, self._y = new
        self._groups = between_groups()  # the numbers of another language may be written in another way
        self._frame = None
        same_scale = [axis.scale for axis in old] == [axis.scale for axis in new]
        ends = ENDS[self._x.scale], ENDS[self._y.scale]
        self.vb.set_home(self._x.span, self._y.span, ends, keep_zoom=same_scale)
        self._view_changed()

    @property
    def under_mouse(self) -> bool:
        """Whether the mouse is in the plot."""
        return self._under is not None

    def set_zoomable(self, zoomable: bool) -> None:
        """Let the wheel zoom and a drag on the background move the view."""
        self.vb.setMouseEnabled(x=zoomable, y=zoomable)

    def reset_zoom(self) -> None:
        """Show the axes' own range again."""
        self.vb.go_home()
        self._view_changed()

    # Items

    def add(self, item: AnyItem) -> AnyItem:
        """Put an item on the canvas with what belongs to it (its ``companions``), and return it."""
        for part in (*getattr(item, "companions", ()), item):
            if isinstance(part, QGraphicsItem):
                self.addItem(part)
        self.placer.invalidate()
        if isinstance(item, InPixels) and type(item).reserved_right is not InPixels.reserved_right:
            self._lay_out()
        self.keyboard.watch(item)
        return item

    def _item_removed(self, item: QGraphicsItem) -> None:
        """Texts have the room that it took, and it has the keys no more."""
        if isinstance(item, PlotCurve) and item.ghost is not None:
            self.removeItem(item.ghost)
        self.reorder()
        self.placer.invalidate()
        if self.keyboard.focused is item:
            self.keyboard.leave()
        self.room_changed()

    @property
    def items_shown(self) -> list[Any]:
        """The items that are visible, from the lowest to the uppermost."""
        return [item for item in self._in_order()[0] if item.isVisible()]

    def _in_order(self) -> tuple[list[Any], list[Any]]:
        """All items from the lowest; and from the uppermost those that colour what stands on them."""
        if self._ordered is None:
            items = sorted(self.plot_item.items, key=lambda item: item.zValue())
            self._ordered = items, [item for item in reversed(items) if is_background(item)]
        return self._ordered

    def reorder(self, _item: object = None) -> None:
        """An item has come or gone, or has another height."""
        self._ordered = None

    def drawn(self) -> list[Drawn]:
        """What is shown, as data, from the lowest to the uppermost."""
        return [part for item in self.items_shown if isinstance(item, InPixels) for part in item.drawn()]

    def number_areas(self) -> list[QRectF]:
        """Where the numbers of the axes stand, in pixels."""
        if self.bare:
            return []
        frame = self.frame()
        return [area for name in ("left", "bottom") for area in self.plot_item.getAxis(name).areas(frame)]

    def room_changed(self) -> None:
        """An item needs more or less room beside the plot than before."""
        if self._right_margin() != self._reserved:
            self._lay_out()

    def background_at(self, point: QPointF) -> BackgroundColour | None:
        """What lies beneath a pixel: a map, a region, or None for paper."""
        frame, shown = self.frame(), self.background
        if self._beneath[0] != shown:
            self._beneath = shown, {}
        place, known = (point.x(), point.y()), self._beneath[1]
        if place not in known:
            if len(known) >= MOST_KEPT:
                known.clear()
            asked = (item.background_at(point, frame) for item, _ in shown[1:])
            known[place] = next((found for found in asked if found is not None), None)
        return known[place]

    @property
    def background(self) -> tuple[Any, ...]:
        """What :meth:`background_at` depends on: the frame, then the items from the uppermost, with their revisions."""
        return self.frame(), *((item, item.revision) for item in self._in_order()[1] if item.isVisible())

    # Places

    def frame(self) -> Frame:
        """The layout in force."""
        if self.size() != self._laid_out:  # not shown yet: Qt has kept the resize event back
            self._lay_out()
        if self._frame is None:
            spans: list[Span] = [(float(low), float(high)) for low, high in self.vb.viewRange()]
            plot = self.vb.mapRectToScene(self.vb.rect())
            self._frame = Frame(self._style, QRectF(self.rect()), plot, self._x, self._y, spans[0], spans[1])
        return self._frame

    _laid_out = QSize()

    def _lay_out(self) -> None:
        """Give the plot and the margins whole pixels."""
        self.setBackground(self._style.theme.color(self._paper))
        if self.size() != self._laid_out:
            self._laid_out = self.size()
            pg.GraphicsView.resizeEvent(self, None)
        unit = self._style.type_scale
        _, top, _, bottom = (side * unit for side in self._margins)
        right = self._reserved = self._right_margin()
        if not self.bare and not self.titles_inside:
            top += TITLE_ABOVE * unit
            bottom += TITLE_BELOW * unit
        left = self._left = self._left_margin()
        left, top, right, bottom = (round(side) for side in (left, top, right, bottom))
        layout: Any = self.plot_item.layout
        if self.bare:
            layout.setContentsMargins(left, top, right, bottom)
        else:
            layout.setContentsMargins(0, top, right, 0)
            self.plot_item.getAxis("left").setWidth(left)
            self.plot_item.getAxis("bottom").setHeight(bottom)
        layout.activate()
        self._view_changed()

    @property
    def asked_left(self) -> float:
        """The margin at the left that numbers are to make do with."""
        return self._margins[0] * self._style.type_scale

    def _left_margin(self) -> float:
        """As much, or more where no numbers are so narrow: those of 10⁻⁵ on a linear axis."""
        return self.asked_left if self.bare else max(self.asked_left, self.plot_item.getAxis("left").width_needed)

    def _right_margin(self) -> float:
        """The margin asked for, or as much more as the items need."""
        needs = (item.reserved_right(self._style) for item in self.items_shown if isinstance(item, InPixels))
        return max([self._margins[2] * self._style.type_scale, *needs])

    def _view_changed(self, *_: object) -> None:
        self._frame = None
        self.placer.invalidate()
        for item in self.plot_item.items:
            if isinstance(item, InPixels):
                item.moved()
        for name in ("left", "bottom"):
            self.plot_item.getAxis(name).changed()
        self.viewport().update()
        if self._left >= 0 and self._left != self._left_margin():
            self._lay_out()
        else:
            self.range_changed.emit()

    def visible_range(self) -> tuple[float, float, float, float]:
        """What is shown in data values: x from and to, y from and to."""
        frame = self.frame()
        x0, x1 = frame.x.from_axis(frame.x_span)
        y0, y1 = frame.y.from_axis(frame.y_span)
        return float(x0), float(x1), float(y0), float(y1)

    def to_pixels(self, x: float, y: float) -> QPointF:
        """A data point in widget coordinates."""
        return self.frame().point(x, y)

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        """The layout follows the size. (pyqtgraph calls this while it is being made, Qt after it has been closed.)"""
        if not hasattr(self, "_titles"):
            super().resizeEvent(ev)
        elif not self.closed:
            self._lay_out()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.turns.hidden()

    def close(self) -> None:
        """Take the scene apart, as pyqtgraph does, after the handle that has the keys."""
        self.keyboard.leave()
        self.turns.stop()
        super().close()

    def sizeHint(self) -> QSize:
        """A card's worth."""
        return QSize(480, 320)
