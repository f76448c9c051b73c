"""Zoom and pan: a pg.ViewBox with a home to go back to. (Its own clips what it holds and drags with every button.)"""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QGraphicsItem

from qhm_gui.canvas.frame import Span
from qhm_gui.guarded import Guarded

SLOP = 4.0  # pixels that a click may wander
#: How far one can zoom out beyond the home range, and move away from it, in home ranges; and how far into it.
_OUT, _IN = 20.0, 1e-4
#: Beyond these ends no axis is, linear or of decades: a float has no numbers there.
ENDS = {"linear": 1e300, "log": 300.0}


class CanvasViewBox(Guarded, pg.ViewBox):
    """Zooms by the wheel and pans by a drag of the left or middle button, where ``zoomable``; no menu of its own.

    Its children clip themselves (:attr:`InPixels.clipped`): marks and labels may reach over the edge of the plot.
    """

    clicked_at = Signal(QPointF)
    added = Signal(object)  # an item: whoever put it on, it comes by here
    removed = Signal(object)  # and so does one that is taken off

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0)
        self.setFlag(self.GraphicsItemFlag.ItemClipsChildrenToShape, False)
        self.setFlag(self.GraphicsItemFlag.ItemIsFocusable, False)
        self.disableAutoRange()
        self.zoomed = False  # whether one has zoomed or moved away from home
        self._home: tuple[Span, Span] = ((0.0, 1.0), (0.0, 1.0))
        self._ends = ENDS["linear"], ENDS["linear"]
        self.sigRangeChangedManually.connect(self._leave_home)
        for rectangle in (self.background, self.borderRect):  # without colours, but a page of vectors would carry them
            rectangle.hide()

    def set_home(self, x: Span, y: Span, ends: Span, *, keep_zoom: bool = False) -> None:
        """The range to go back to, in axis coordinates, from either end; go there. ``ends``: :data:`ENDS` of x and y.

        ``keep_zoom``: what one has zoomed to stays as long as it lies within the new home.
        """
        self._home, self._ends = (x, y), ends
        within = all(
            min(home) <= shown[0] and shown[1] <= max(home)
            for home, shown in zip(self._home, self.viewRange(), strict=True)
        )
        if not (keep_zoom and self.zoomed and within):
            self.go_home()

    def go_home(self) -> None:
        """Show the home range."""
        self.zoomed = False
        x, y = self._home
        wide, tall = abs(x[1] - x[0]), abs(y[1] - y[0])
        (left, right), (bottom, top) = (_reach(*home) for home in zip(self._home, self._ends, strict=True))
        self.setLimits(
            minXRange=_IN * wide, maxXRange=_OUT * wide, minYRange=_IN * tall, maxYRange=_OUT * tall,
            xMin=left, xMax=right, yMin=bottom, yMax=top,
        )  # fmt: skip
        self.setRange(xRange=sorted(x), yRange=sorted(y), padding=0)

    def _leave_home(self, _mask: object) -> None:
        self.zoomed = True

    @property
    def zoomable(self) -> bool:
        """Whether the wheel zooms and a drag pans."""
        return any(self.state["mouseEnabled"])

    def paint(self, *_: Any) -> None:
        """Nothing: there is no border."""

    def addItem(self, item: QGraphicsItem, ignoreBounds: bool = False) -> None:
        """Put an item on."""
        super().addItem(item, ignoreBounds)
        self.added.emit(item)

    def removeItem(self, item: QGraphicsItem) -> None:
        """Take an item off."""
        super().removeItem(item)
        self.removed.emit(item)

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        """Zoom about the mouse. (pyqtgraph takes the place from the last paint: turns between two would go astray.)"""
        self.updateMatrix()
        super().wheelEvent(ev, axis)

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """Pan; a drag no longer than a click may wander is a click, and the right button does nothing."""
        if ev.button() == Qt.MouseButton.RightButton:
            ev.ignore()
            return
        wandered = (ev.scenePos() - ev.buttonDownScenePos()).manhattanLength()
        if ev.isFinish() and wandered <= SLOP and ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self.clicked_at.emit(ev.scenePos())
            return
        if not self.zoomable:
            ev.accept()
            return
        self.updateMatrix()
        super().mouseDragEvent(ev, axis)


def _reach(home: Span, end: float) -> Span:
    """From where to where one can move."""
    low, high = sorted(home)
    far = _OUT * (high - low)
    return min(low, max(low - far, -end)), max(high, min(high + far, end))
