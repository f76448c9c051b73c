"""A mark that can be taken over. (pg.ScatterPlotItem has sigClicked, but no keys, no tooltip of its own, no label.)"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QPainter, QPainterPath

from qhm_gui.canvas.frame import Frame, finite
from qhm_gui.canvas.item import PointItem, draw_ring
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.canvas.text import Label
from qhm_gui.drawing import markup

#: How near to the mark a click has to be, in pixels.
HIT_RADIUS = 14.0
_RING = 15.0
TAKE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Offer(PointItem):
    """A mark at a data point whose values can be taken over: by a click on it or on its :attr:`label`, or by Return
    once Tab has reached it. ``tip`` says which values; without it the mark is only a mark.
    """

    taken = Signal()
    held = Signal()  # the mouse has given it the keys

    reach = 20.0
    radius = 10.0  # of the mark with its edge, at line scale 1
    close = 16.0  # a label that is no more than so many pixels away from it needs no line to it

    def __init__(self) -> None:
        super().__init__()
        self._tip = ""
        self._hovered = self._focused = False
        self.label = OfferLabel(self)
        self.companions = (self.label,)

    def set_position(self, x: float, y: float) -> None:
        """Move it to a data point, without a signal."""
        super().set_position(x, y)
        self.label.set_leader((x, y), self.radius, self.close)

    @property
    def tip(self) -> str:
        """What a click takes over (markup)."""
        return self._tip

    def set_tip(self, tip: str) -> None:
        """Say what a click takes over (markup); '' where there is nothing to take over."""
        if tip == self._tip:
            return
        self._tip = tip
        for item in (self, self.label):
            item.setToolTip(markup.plain_text(tip))
            item.setCursor(Qt.CursorShape.PointingHandCursor) if tip else item.unsetCursor()
        self.changed()

    def setVisible(self, visible: bool) -> None:
        """Its label is seen with it."""
        super().setVisible(visible)
        self.label.setVisible(visible)
        if not visible:
            self.set_state()

    @property
    def takes_keys(self) -> bool:
        """Whether Tab stops here."""
        return bool(self._tip)

    @property
    def focused(self) -> bool:
        """Whether the keys are on it, and it shows that."""
        return self._focused

    @property
    def active(self) -> bool:
        """Whether the mouse is on it or on its label."""
        return self._hovered

    def take(self) -> None:
        """Take it over."""
        if self._tip:
            self.taken.emit()

    def set_state(self, *, hovered: bool = False, focused: bool = False) -> None:
        """Show what the mouse and the keys bring."""
        if (hovered, focused) != (self._hovered, self._focused):
            self._hovered, self._focused = hovered, focused
            self.changed()

    def shape(self) -> QPainterPath:
        """Where a click takes it over."""
        path = QPainterPath()
        if self.canvas is not None and self._tip:
            point = self.place(self.canvas.frame())
            if finite(point):
                path.addEllipse(point, HIT_RADIUS, HIT_RADIUS)
        return self.mapFromScene(path)

    def hoverEvent(self, ev: Any) -> None:
        """A ring while the mouse is here."""
        self.hover(not ev.isExit() and self._takes(ev.scenePos()) and ev.acceptClicks(Qt.MouseButton.LeftButton))

    def hover(self, inside: bool) -> None:
        """The mouse has come to it or to its label, or has left."""
        self.set_state(hovered=inside, focused=self._focused)

    def mouseClickEvent(self, ev: Any) -> None:
        """Take it over."""
        if self._takes(ev.scenePos()) and ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self.take()

    def _takes(self, point: QPointF) -> bool:
        """Whether a click at a pixel is its own, and not a handle's that is nearer."""
        return bool(self._tip) and self.canvas is not None and self.canvas.keyboard.item_at(QPointF(point)) is self

    def focus(self, inside: bool, visible: bool) -> None:
        """The keys have come or gone: a ring, and the words for a screen reader."""
        self.set_state(hovered=self._hovered, focused=inside and visible)
        if self.canvas is None:
            return
        words = markup.plain_text(self.tip) if inside else ""
        self.canvas.setAccessibleName(words)
        if inside and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.canvas, words))

    def key_press(self, event: QKeyEvent) -> bool:
        """Return takes it over."""
        if event.key() not in TAKE_KEYS:
            return False
        self.take()
        return True

    def key_release(self, event: QKeyEvent) -> None:
        """Nothing is held down."""

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """The mark itself, without the ring."""
        area = self.cover(frame)
        if not area.isEmpty() and frame.bounds.intersects(area):
            rim = 0.3 * area.width()
            obstacles.areas.append(area.adjusted(rim, rim, -rim, -rim))

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """The mark in a ring while the mouse or the keys are on it."""
        point = self.place(frame)
        if finite(point) and (self._hovered or self._focused):
            draw_ring(painter, frame, point, _RING, frame.style.line_scale)
        super().draw(painter, frame)


class OfferLabel(Label):
    """The words beside an offer: a click on them is one on the mark."""

    def __init__(self, offer: Offer) -> None:
        super().__init__("", None, weight=600, anchor=(0.0, 0.5))
        self._offer = offer

    def shape(self) -> QPainterPath:
        """The words: a line from them to the mark would take the mouse from the mark."""
        path = QPainterPath()
        path.addRect(self.area())
        return self.mapFromScene(path)

    def hoverEvent(self, ev: Any) -> None:
        """As on the mark."""
        self._offer.hover(
            bool(self._offer.tip) and not ev.isExit() and bool(ev.acceptClicks(Qt.MouseButton.LeftButton))
        )

    def mouseClickEvent(self, ev: Any) -> None:
        """As on the mark."""
        if self._offer.tip and ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self._offer.take()
