"""The application object, and what must be set before Qt starts."""

from __future__ import annotations

import gc
import sys

from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.assets import app_icon, load_fonts
from qhm_gui.appearance.theme import font

ORGANISATION = "QHM Explorer"
APPLICATION = "qhm-explorer"
#: A worker in a long Python loop lets the window have the interpreter after this many seconds, not Python's 5 ms.
_SWITCH_INTERVAL = 0.0005


def make_application() -> QApplication:
    """The application with its fonts and icon; its colours come with the window."""
    sys.setswitchinterval(_SWITCH_INTERVAL)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        _keep_what_is_imported()
        app = QApplication([*sys.argv[:1], "-style", "Fusion"])  # asked for its style it makes hundreds of constants
    app.setOrganizationName(ORGANISATION)
    app.setApplicationName(APPLICATION)
    load_fonts()
    app.setFont(font())
    app.setWindowIcon(app_icon())
    return app


def _keep_what_is_imported() -> None:
    """The garbage collector need not look through it: 50 ms of a start, and more in each full collection later."""
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)
