"""Canvases are painted in turns of the event loop: what would take longer goes on in the next. (Qt paints all that has
changed in a window in one turn, and a graphics view all of its items.)

Until a canvas is finished the window keeps what stood there before. Only the window is painted so: what is drawn into a
picture or a file is drawn at once, and so is what a hand moves (a canvas that drafts). Seconds are of this thread's
work: a busy machine is none.
"""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QObject, QPoint, QSize, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import getCppPointer, isValid

if TYPE_CHECKING:
    from qhm_gui.canvas.plot import Canvas

#: After so many seconds nothing more is begun in a turn.
_SHARE = 0.04
#: So many the one that is begun has at least: what comes before a paint may have taken the share.
_LEAST = 0.03
#: A canvas that changes all the time, so that it is never finished, is finished at once after so many seconds.
_LATEST = 1.0


class Turn(QObject):
    """The turn of the event loop that is under way."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._begin()
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is not None:
            dispatcher.awake.connect(self._begin)
            dispatcher.aboutToBlock.connect(self._begin)

    def _begin(self) -> None:
        self._began, self._taken = time.thread_time(), False

    @property
    def left(self) -> float:
        """Seconds of its share that are left."""
        return self._began + _SHARE - time.thread_time()

    def take(self, waited: bool) -> bool:
        """Begin something in this turn; False if it has had enough. Of what has waited the first is always taken."""
        if self.left <= 0 and (self._taken or not waited):
            return False
        self._taken = True
        return True


_turns: list[Turn] = []


def turn() -> Turn:
    """The one of this program. (To ask the application for its children has PySide make the enumerations of Qt.)"""
    app = QCoreApplication.instance()
    assert app is not None
    if not (_turns and isValid(_turns[0]) and _turns[0].parent() is app):
        _turns[:] = [Turn(app)]
    return _turns[0]


class InTurns(QObject):
    """What of one canvas waits for the next turn."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._of = weakref.ref(canvas)  # in a cycle it would wait for the garbage collector
        self._turn = turn()
        self._behind: float | None = None  # since when the window shows less than all of it
        self._waited = False  # whether a turn had no room for it
        self._standing: tuple[QPoint, QSize, QSize] | None = None  # where that was
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._go_on)

    @property
    def _canvas(self) -> Canvas:
        canvas = self._of()
        assert canvas is not None  # it owns this
        return canvas

    @property
    def behind(self) -> bool:
        """Whether the window shows less than all of the canvas, or an older state of it."""
        return self._waited

    def stop(self) -> None:
        """The canvas is taken apart."""
        self._next.stop()

    def hidden(self) -> None:
        """What stands in its place is something else from now on."""
        self._standing = None

    def may_prepare(self) -> bool:
        """Whether texts may find their places now; they will in another turn else."""
        if not (self._canvas.drafting or self._turn.take(self._waited)):
            self._wait()
            return False
        self._waited = self._behind is not None
        return True

    def _wait(self) -> None:
        self._waited = True
        self._next.start()

    def _go_on(self) -> None:
        canvas = self._canvas
        if canvas.closed or not canvas.isVisible():
            self._waited, self._behind = False, None  # it is painted when it is shown
        elif self._behind is not None:
            canvas.viewport().update()  # which finds places, too
        else:
            canvas.prepare()

    def begin(self, event: QPaintEvent) -> bool:
        """Draw as much as this turn allows aside; whether the canvas may now be painted, without taking long."""
        viewport = self._canvas.viewport()
        with QPainter(viewport) as painter:
            if not _onto_screen(painter, viewport):
                return True
            place = viewport.mapTo(viewport.window(), QPoint()), viewport.size(), viewport.window().size()
            if self._canvas.drafting or (self._turn.take(self._waited) and self._drawn(painter)):
                self._standing, self._behind = place, None
                self._waited = False
                self._next.stop()
                return True
            if self._behind is None:
                self._behind = time.thread_time()
            if self._standing != place:  # what stood there before was something else
                self._standing = None
                painter.fillRect(event.rect(), self._canvas.paper)
        self._wait()
        return False

    def _drawn(self, painter: QPainter) -> bool:
        canvas = self._canvas
        least = time.thread_time() + _LEAST
        canvas.find_places()
        painter.setTransform(canvas.viewportTransform())
        late = canvas.layers.restarted and self._behind is not None and time.thread_time() - self._behind > _LATEST
        return canvas.draw_aside(painter, lambda cost: late or max(self._turn.left, least - time.thread_time()) > cost)


def _onto_screen(painter: QPainter, widget: QWidget) -> bool:
    """Whether a widget paints itself onto its window, not into a picture that was asked for."""
    store, engine = widget.window().backingStore(), painter.paintEngine()
    if store is None or engine is None:
        return False
    return getCppPointer(store.paintDevice())[0] == getCppPointer(engine.paintDevice())[0]
