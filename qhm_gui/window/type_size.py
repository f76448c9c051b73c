"""The size of type that is chosen for the canvases, kept in the settings."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.type_size import TYPE_SIZES, neighbour
from qhm_gui.files.settings import Settings
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr


class TypeSize(Guarded, QObject):
    """What the actions "Larger type" and "Smaller type" change, and what pages follow."""

    changed = Signal()  # the size, or whether the window fills the screen
    said = Signal(str)

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self.percent = settings.type_size
        self.unit = 1.0  # of percent, and of the size of the cards: pixels for one of a usual screen
        window.installEventFilter(self)

    @property
    def full_screen(self) -> bool:
        """Whether the window fills the screen."""
        return self._window.isFullScreen()

    def larger(self) -> None:
        """The next larger size."""
        self.choose(neighbour(self.percent, 1))

    def smaller(self) -> None:
        """The next smaller size."""
        self.choose(neighbour(self.percent, -1))

    def reset(self) -> None:
        """The usual size."""
        self.choose(TYPE_SIZES[0])

    def choose(self, percent: int) -> None:
        """One of :data:`TYPE_SIZES`."""
        self.said.emit(tr("Type size: {size} %", size=percent))
        if percent != self.percent:
            self.percent = percent
            self._settings.remember(type_size=str(percent))
            self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Type follows the window into full screen and back."""
        if event.type() == QEvent.Type.WindowStateChange:
            self.changed.emit()
        return False
