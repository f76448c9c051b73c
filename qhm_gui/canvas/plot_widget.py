"""pyqtgraph's plot widget, made without having PySide look at all kinds of widgets there are."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from qhm_gui.guarded import Guarded


class PlotWidget(Guarded, pg.PlotWidget):
    """The base of what shows a pyqtgraph scene."""

    def useOpenGL(self, b: bool = True) -> None:
        """pyqtgraph asks, while it is made, what it is painted on: for a viewport that Qt has made, PySide makes all
        classes of widgets, to know whether it is one of them."""
        if b:
            super().useOpenGL(b)
        else:
            self.setViewport(QWidget())
