"""Starting the application: what must be set before Qt, the application object, and the window with its last state."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from qhm_gui import language
from qhm_gui.assets import app_icon, load_fonts
from qhm_gui.autosave import Autosave
from qhm_gui.documents import find_beginning
from qhm_gui.settings import APPLICATION, ORGANISATION, Settings, data_folder
from qhm_gui.store import Store
from qhm_gui.theme import font
from qhm_gui.window import Window

#: A worker in a long Python loop lets the window have the interpreter after this many seconds, not Python's 5 ms.
_SWITCH_INTERVAL = 0.0005


def make_application() -> QApplication:
    """The application with its fonts and icon; its colours come with the window."""
    sys.setswitchinterval(_SWITCH_INTERVAL)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setOrganizationName(ORGANISATION)
    app.setApplicationName(APPLICATION)
    load_fonts()
    app.setFont(font())
    app.setWindowIcon(app_icon())
    return app


def log_to_file(folder: Path) -> None:
    """Defects go to a file, not over a person's terminal."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.FileHandler(folder / "log.txt", encoding="utf-8", delay=True)
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger("qhm").addHandler(handler)


def open_window(file: Path | None = None) -> int:
    """Show the window and run until it is closed. The exit status."""
    app = make_application()
    window = make_window(file)
    window.show()
    return app.exec()


def make_window(file: Path | None = None) -> Window:
    """The window with a session file, with what a crash has left, or with what it was closed with."""
    make_application()
    log_to_file(data_folder())
    settings = Settings()
    language.set_language(settings.language)  # the first sentence may come before the window
    autosave = Autosave(data_folder() / "unsaved")
    beginning = find_beginning(file, autosave)
    window = Window(Store(beginning.base), settings, autosave=autosave)
    window.document.begin(beginning)
    return window
