"""What waits until a window has been painted for the first time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from qhm_gui.guarded import Guarded

#: Milliseconds after which it waits no longer: a window that stands on no screen is never exposed.
_LATEST = 250


class FirstPaint(Guarded, QObject):
    """Calls ``act`` once: when ``window``, which is being shown, has been painted."""

    def __init__(self, window: QWidget, act: Callable[[], object]) -> None:
        super().__init__(window)
        self._act = act
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._painted)
        self._timer.start(_LATEST)
        self._handle = window.windowHandle()
        if self._handle is not None:
            self._handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt paints while it handles the exposure; a timer of no time fires after that."""
        if event.type() == QEvent.Type.Expose:
            watched.removeEventFilter(self)
            self._timer.start(0)
        return False

    def _painted(self) -> None:
        self._act()
        self.deleteLater()
