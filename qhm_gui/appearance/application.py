"""The application object, and what must be set before Qt starts."""

from __future__ import annotations

import sys

from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.assets import app_icon, load_fonts
from qhm_gui.appearance.theme import font

ORGANISATION = "QHM Explorer"
APPLICATION = "qhm-explorer"
#: A worker in a long Python loop lets the window have the interpreter after this many seconds, not Python's 5 ms.
_SWITCH_INTERVAL = 0.0005
#: Kilobytes for items of canvases that keep their pixels. Qt's 10 MB are too few for a page: all would be drawn anew.
_KEPT_PIXELS = 131_072


def make_application() -> QApplication:
    """The application with its fonts and icon; its colours come with the window."""
    sys.setswitchinterval(_SWITCH_INTERVAL)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    QPixmapCache.setCacheLimit(_KEPT_PIXELS)
    app.setOrganizationName(ORGANISATION)
    app.setApplicationName(APPLICATION)
    load_fonts()
    app.setFont(font())
    app.setWindowIcon(app_icon())
    return app
