"""How a canvas is painted: onto the screen what has changed, onto a page or a picture all of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QPaintDevice, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsWidget

from qhm_gui.canvas.item import PLAIN, InPixels
from qhm_gui.canvas.label_placement import LabelPlacer
from qhm_gui.canvas.mouse_and_keys import MouseAndKeys
from qhm_gui.canvas.plot_axis import PlotAxis
from qhm_gui.canvas.turns import InTurns
from qhm_gui.drawing.device import SMOOTH, is_raster
from qhm_gui.drawing.kept_pictures import Layers, Part
from qhm_gui.drawing.scene_painting import paint_item, paint_scene, placed
from qhm_gui.drawing.trail import Trail

_PREPARE = QEvent.Type(QEvent.registerEventType())
#: Items that tell when they change, and those that draw nothing themselves.
_TELLING, _GROUPS = (InPixels, PlotAxis), (QGraphicsWidget, pg.ItemGroup)


class Painting(MouseAndKeys):
    """The part of a canvas that paints. What it needs to know of the plot a canvas says."""

    placer: LabelPlacer
    turns: InTurns
    #: Items (by id) that a picture has painted, while a paint lasts.
    painted: frozenset[int] = frozenset()
    #: What takes the scene to the screen, while it is painted there.
    onto: QTransform | None = None
    #: Where items are painted, while a paint of a part of the canvas lasts.
    exposed: QRectF | None = None
    #: Whether what is being painted is a draft.
    drafts = False

    _drafting = _playing = _to_prepare = False
    _drafted = False  # whether there are drafts on the screen
    _region: QRectF | None = None  # of the paint that lasts
    _shown: list[Part] | None = None  # what it paints

    def __init__(self, **options: Any) -> None:
        self.layers = Layers()
        self._trails: dict[int, Trail] = {}  # by item
        super().__init__(**options)

    @property
    def paper(self) -> QColor:
        """The ground."""
        raise NotImplementedError

    @property
    def drafting(self) -> bool:
        """Whether cheaper strokes will do on the screen: see :meth:`set_drafting`."""
        return self._drafting

    def set_drafting(self, drafting: bool) -> None:
        """Draw on the screen with cheaper strokes, while something is dragged; or have what they are on drawn in full.

        What :meth:`render` draws is always in full.
        """
        if drafting != self._drafting:
            self._drafting = drafting
            self.placer.invalidate()  # texts keep their places in drafts, and find better ones at rest
            if not drafting and self._drafted:
                self._drafted = False
                self.viewport().update()

    @property
    def keeps_texts(self) -> bool:
        """Whether texts keep their places whatever comes in their way: while something is dragged or plays."""
        return self._drafting or self._playing

    def set_playing(self, playing: bool) -> None:
        """Let texts keep their places, and lines what has been drawn of them, while the playhead moves by itself; at
        rest texts find better places, and lines are drawn anew."""
        if playing != self._playing:
            self._playing = playing
            self.placer.invalidate()
            if self._trails:
                self._trails.clear()
                self.viewport().update()

    def trail(self, item: InPixels) -> Trail | None:
        """Where an item that grows may draw what is past of it, while it is painted onto the screen and plays."""
        if not self._playing or self.onto is None:
            return None
        return self._trails.setdefault(id(item), Trail())

    def render(  # type: ignore[override]
        self, painter: QPainter | QPaintDevice, target: QRectF | None = None, *, kept: bool = False
    ) -> None:
        """Draw the scene onto any painter or device, scaled into ``target`` if given.

        Everything afresh; with ``kept``, as on the screen, only what has changed since (for films).
        """
        if not isinstance(painter, QPainter):
            with QPainter(painter) as own:
                self.render(own, target, kept=kept)
            return
        frame = self.frame()
        scene: Any = self.scene()
        target = target or QRectF(frame.bounds)
        painter.save()
        painter.setRenderHints(SMOOTH)
        painter.fillRect(target, self.paper)
        painter.setPen(PLAIN)
        if kept:
            scene.prepareForPaint()
            painter.setTransform(placed(target, frame.bounds) * painter.transform())
            shown = [item for item in scene.items(Qt.SortOrder.AscendingOrder) if item.isVisible()]
            self.layers.paint_all(painter, shown, self._parts(), frame, self.paper)
        else:
            paint_scene(scene, painter, target, frame.bounds)
        painter.restore()

    def render_parts(self, target: QRectF) -> list[Callable[[QPainter], None]]:
        """What :meth:`render` does, the paper and then an item each, for painters that share a transform."""
        self.find_places()

        def draw(item: QGraphicsItem | None, painter: QPainter) -> None:
            painter.save()
            painter.setRenderHints(SMOOTH)
            if item is None:
                painter.fillRect(target, self.paper)
            else:
                painter.setPen(PLAIN)
                paint_item(item, painter, placed(target, self.frame().bounds) * painter.transform())
            painter.restore()

        shown = (item for item in self.scene().items(Qt.SortOrder.AscendingOrder) if item.isVisible())
        return [partial(draw, item) for item in (None, *shown)]

    def _parts(self) -> list[Part]:
        """What is to be painted, up to the first item that does not tell when it changes."""
        parts: list[Part] = []
        for item in self.scene().items(Qt.SortOrder.AscendingOrder):
            if isinstance(item, _TELLING):
                if item.isVisible():
                    draft = self.drafts and isinstance(item, InPixels) and item.drafted
                    self._drafted = self._drafted or draft
                    parts.append(Part(item, item.revision, item.effectiveOpacity(), draft))
            elif not isinstance(item, _GROUPS) and item.isVisible():
                break
        return parts

    def paintEvent(self, ev: QPaintEvent) -> None:
        """On the screen what has not changed is copied; a page of vectors, or another scale, has everything drawn."""
        region = ev.region()
        whole = region.rectCount() == 1 and region.boundingRect().contains(self.rect())
        if not whole and self.placer.update():  # a text leaves a place, or takes one, outside of this part
            self.viewport().update()
            return
        self.drafts = self._drafting
        try:
            if self.turns.begin(ev):
                self._region = None if whole else QRectF(region.boundingRect())
                super().paintEvent(ev)
        finally:
            self.painted, self.drafts, self.exposed, self._shown, self.onto = frozenset(), False, None, None, None

    def draw_aside(self, painter: QPainter, more: Callable[[float], bool]) -> bool:
        """See :meth:`Layers.advance`."""
        self._shown = self._parts()
        return not is_raster(painter) or self.layers.advance(painter, self._shown, self.frame(), self.paper, more)

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """The paper and what is known of the canvas."""
        frame, paper = self.frame(), self.paper
        if is_raster(painter) and math.isclose(painter.deviceTransform().m11(), self.devicePixelRatioF()):
            self.painted = self.layers.paint(painter, self._shown or self._parts(), frame, paper)
            self.exposed, self.onto = self._region, painter.transform()
        else:
            painter.fillRect(frame.bounds, paper)

    def prepare(self) -> None:
        """Do what a paint needs after something has changed, in particular find places for texts.

        A paint does so itself, but what moves while it lasts asks for a second one.
        """
        self._to_prepare = False
        if self.isVisible() and self.turns.may_prepare():
            self.find_places()

    def catch_up(self) -> None:
        """When all is done to what is shown: have the size that what stands beside it leaves (a colour bar has other
        numbers, and Qt would tell the canvas when it is painted), tell anew what is under the mouse, and
        :meth:`prepare`."""
        parent = self.parentWidget()
        row = parent.layout() if parent is not None else None
        if row is not None:
            row.activate()
        self.hover_again()
        self.prepare()

    def find_places(self) -> None:
        """Let texts find their places."""
        scene: Any = self.scene()
        scene.prepareForPaint()

    def prepare_later(self) -> None:
        """:meth:`prepare` when all that is under way is done. (To ask for a paint at once is to be painted twice: what
        items ask for reaches the view later.)"""
        if not self._to_prepare:
            self._to_prepare = True
            QCoreApplication.postEvent(self, QEvent(_PREPARE))

    def event(self, ev: QEvent) -> bool:
        """See :meth:`prepare_later`."""
        if ev.type() != _PREPARE:
            return super().event(ev)
        if self._to_prepare and not self.closed:
            self.prepare()
        return True
