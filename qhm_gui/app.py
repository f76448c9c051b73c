"""Starting the application: what must be set before Qt, the application object, and the window with its last state."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from qhm_gui import session
from qhm_gui.assets import app_icon, load_fonts
from qhm_gui.settings import APPLICATION, ORGANISATION, Settings, last_session
from qhm_gui.state import State
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


def open_window() -> int:
    """Show the window with the state it was closed with, and run until it is closed. The exit status."""
    settings = Settings()
    app = make_application()
    log_to_file(last_session().parent)
    state, complaint = restored_state()
    window = Window(Store(state), settings)
    if complaint:
        window.status.set_error(complaint)
    window.show()
    return app.exec()


def restored_state() -> tuple[State, str]:
    """The state of the last session, or the first one with a sentence when that cannot be read."""
    path = last_session()
    if not path.exists():
        return State(), ""
    try:
        return session.read(path), ""
    except session.SessionError as error:
        return State(), str(error)
