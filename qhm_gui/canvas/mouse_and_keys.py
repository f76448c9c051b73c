"""What mouse and keys do on a canvas: pyqtgraph's items and ours first, then the background."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGraphicsView

from qhm_gui.canvas.background_clicks import BackgroundClicks
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.keyboard import Keyboard
from qhm_gui.canvas.plot_widget import PlotWidget
from qhm_gui.canvas.view_box import CanvasViewBox

#: pyqtgraph drops moves of the mouse that follow each other within 10 ms: the last of a drag would be lost.
pg.setConfigOption("mouseRateLimit", -1)


class MouseAndKeys(PlotWidget):
    """The part of a canvas that hears the mouse and the keys. What it needs to know of the plot a canvas says."""

    hovered = Signal(float, float)
    offered = Signal(str)  # the mouse is on something that a click takes over: what (markup)
    left = Signal()
    clicked = Signal(float, float)
    double_clicked = Signal(float, float)
    context_requested = Signal(QPoint)  # where to open a menu, in screen coordinates

    vb: CanvasViewBox
    keyboard: Keyboard
    _clicks: BackgroundClicks
    _under: QPointF | None = None  # where the mouse is over the plot

    def frame(self) -> Frame:
        """The layout in force."""
        raise NotImplementedError

    def from_pixels(self, point: QPointF) -> tuple[float, float]:
        """A place in the widget in data values."""
        return self.frame().data(point)

    @property
    def zoomed(self) -> bool:
        """Whether one has zoomed or moved away from the axes' own range."""
        return self.vb.zoomed

    def reset_zoom(self) -> None:
        """Show the axes' own range again."""
        raise NotImplementedError

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """pyqtgraph's items first; then what is under the mouse in data values."""
        super().mouseMoveEvent(ev)
        self._tell(ev.position())

    def hover_again(self) -> None:
        """Tell what is under the mouse once more: what is shown has changed beneath it."""
        if self._under is not None:
            self._tell(self._under)

    def _tell(self, point: QPointF) -> None:
        scene: Any = self.scene()
        if scene.dragItem not in (None, self.vb):
            return
        inside = self.frame().plot.contains(point)
        offer = self.keyboard.offer
        if offer is not None:
            self.offered.emit(offer.tip)
        elif inside:
            self.hovered.emit(*self.from_pixels(point))
        elif self._under is not None:
            self.left.emit()
        self._under = point if inside else None

    def leaveEvent(self, ev: QEvent) -> None:
        super().leaveEvent(ev)
        if self._under is not None:
            self._under = None
            self.left.emit()

    def _scene_clicked(self, ev: Any) -> None:
        if ev.button() != Qt.MouseButton.LeftButton or ev.isAccepted():
            return
        if ev.double():
            self._clicks.double_click(ev.scenePos())
        else:
            self._clicks.click(ev.scenePos())

    def wheelEvent(self, ev: Any) -> None:
        """Zoom in the plot; elsewhere the page scrolls."""
        if self.vb.zoomable and self.frame().plot.contains(ev.position()):
            QGraphicsView.wheelEvent(self, ev)
            ev.accept()
        else:
            ev.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """A handle answers for itself, the canvas for the rest."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        item = self.keyboard.focused if by_key else self.keyboard.handle_at(QPointF(event.pos()))
        (item if isinstance(item, Handle) else self).context_requested.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.keyboard.press(event):
            event.accept()
        elif event.key() == Qt.Key.Key_Home and self.zoomed:
            self.reset_zoom()
        else:
            event.ignore()  # the window's shortcuts

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.keyboard.release(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.keyboard.focus_in(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keyboard.focus_out(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the handles before it leaves the canvas."""
        return self.keyboard.focus_next(forward) or super().focusNextPrevChild(forward)
