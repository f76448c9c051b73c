"""The sentence in place of a window: the program was not installed whole."""

from __future__ import annotations

import sys

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from qhm_gui.background.process_end import signals_heard
from qhm_gui.text.resource_words import resource_sentence
from qhm_math.resource_files import ResourceError


def refuse(error: ResourceError) -> None:
    """Show the sentence until it is closed, where there is a screen."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        return
    app.setApplicationName("QHM Explorer")
    with signals_heard():
        QMessageBox.critical(None, "QHM Explorer", resource_sentence(error))
