"""Clicks on the ground of a canvas. pyqtgraph tells the first click of a double click as well: where a click edits,
as one that places a start, what the edit brought under the mouse would take the second one."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QTimer
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from qhm_gui.canvas.plot import Canvas


class BackgroundClicks(QObject):
    """Of one canvas. Where one has zoomed, a double click shows the whole again: there a click waits whether it is the
    first of two."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas: Canvas = weakref.proxy(canvas)  # in a cycle it would wait for the garbage collector
        self._at = (0.0, 0.0)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._act)

    def click(self, point: QPointF) -> None:
        """A click at a pixel."""
        canvas = self._canvas
        if not canvas.frame().plot.contains(point):
            return
        self._at = canvas.from_pixels(QPointF(point))
        if canvas.zoomed:
            self._timer.start(QGuiApplication.styleHints().mouseDoubleClickInterval())
        else:
            self._act()

    def double_click(self, point: QPointF) -> None:
        """The second click of two at a pixel."""
        self._timer.stop()
        canvas = self._canvas
        if canvas.frame().plot.contains(point):
            if canvas.vb.zoomable:
                canvas.reset_zoom()
            canvas.double_clicked.emit(*canvas.from_pixels(point))

    def _act(self) -> None:
        if not self._canvas.closed:
            self._canvas.clicked.emit(*self._at)
