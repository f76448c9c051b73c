"""The 3-D view of the comparison as a lid on its flat picture: made when it is first chosen, and only on a screen.

The flat picture stays the view's widget, so that exports, films and screenshots know of nothing else.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.guarded import Guarded
from qhm_gui.views.compare import surface_widget as surface3d
from qhm_gui.views.compare.compared_methods import ComparisonResult
from qhm_gui.views.compare.surface_mesh import SurfaceMesh, lift, raised, relief
from qhm_gui.views.shared.contour_data import field, split_minima
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH
from qhm_math.losses import Loss


class SurfaceOverlay(Guarded, QObject):
    """Covers ``ground`` with the relief while it is wanted; ``why`` is the sentence (English) where it cannot."""

    told = Signal()  # ``why`` is another sentence
    menu_requested = Signal(QPoint)

    def __init__(self, ground: QWidget, style: Style) -> None:
        super().__init__(ground)
        self.why = ""
        self._ground = ground
        self._style = style
        self._wanted = False
        self._result: ComparisonResult | None = None
        self._step = 0
        self._surface: surface3d.Surface3D | None = None
        self._loss: Loss | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._raise)
        ground.installEventFilter(self)

    @property
    def active(self) -> bool:
        """Whether the relief is what is seen."""
        return self._wanted and self._surface is not None and not self.why

    def want(self, wanted: bool) -> None:
        """Show the relief, or the flat picture."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted:
            self._raise()
        else:
            self._tell("")
            if self._surface is not None:
                self._surface.widget.hide()

    def show(self, result: ComparisonResult) -> None:
        """Another run."""
        self._result = result
        if self.active:
            self._fill()

    def seek(self, step: int) -> None:
        """The playhead stands at ``step``."""
        self._step = step
        if self.active and self._surface is not None:
            self._surface.seek(step)

    def restyle(self, style: Style) -> None:
        """Another theme."""
        self._style = style
        if self._surface is not None:
            self._surface.set_theme(style.theme)

    def retranslate(self) -> None:
        """Another language."""
        if self._surface is not None:
            self._surface.retranslate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the flat picture's size; a page that is shown later makes the relief then."""
        if event.type() == QEvent.Type.Resize and self._surface is not None:
            self._surface.widget.setGeometry(self._ground.rect())
        elif event.type() == QEvent.Type.Show and self._wanted and not self.active:
            self._soon.start(0)
        return False

    # -- making it

    def _raise(self) -> None:
        """Show the relief where there is a screen to show it on; a picture that is not shown stays flat."""
        hidden = not self._ground.isVisible()
        if not self._wanted or hidden or self._ground.window().testAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen):
            return
        if self._surface is None:
            why = surface3d.missing()
            if not why:
                self._surface = surface3d.Surface3D(self._ground, self._style.theme)
                # Queued: the error comes from the middle of a painting.
                self._surface.failed.connect(self._give_up, Qt.ConnectionType.QueuedConnection)
                self._surface.menu_requested.connect(self.menu_requested)
            self._tell(why)
        if self._surface is not None:
            self._surface.widget.setGeometry(self._ground.rect())
            self._fill()
            self._surface.widget.show()
            self._surface.widget.raise_()

    def _give_up(self) -> None:
        surface, self._surface, self._loss = self._surface, None, None
        if surface is not None:
            surface.widget.hide()
            surface.widget.deleteLater()
            surface.deleteLater()
            self._tell(surface3d.NEEDS_OPENGL)

    def _tell(self, why: str) -> None:
        if why != self.why:
            self.why = why
            self.told.emit()

    def _fill(self) -> None:
        result, surface = self._result, self._surface
        if result is None or surface is None:
            return
        loss = result.request.loss
        ground = known_relief(loss)
        if loss != self._loss:
            self._loss = loss
            places = ground.place(split_minima(loss)[0])
            surface.set_relief(ground, raised(places[np.isfinite(places).all(axis=-1)], 0.01))
        start = ground.place(np.array([result.request.start]))
        surface.set_start(raised(start[np.isfinite(start).all(axis=-1)], 0.012))
        trails: list[surface3d.Trail] = []
        for row in result.request.order:
            width = CURRENT_WIDTH if row == result.request.chosen else OTHER_WIDTH
            color = result.request.racers[row].look.color
            trails.append(surface3d.Trail(lift(ground, result.path(row)), color, width))
        surface.set_trails(trails)
        surface.seek(self._step)


@lru_cache(maxsize=4)
def known_relief(loss: Loss) -> SurfaceMesh:
    """The relief with the contours of the flat picture."""
    return relief(loss, field(loss).levels)
