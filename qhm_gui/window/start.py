"""Starting the application: what must be set before Qt, the application object, and the window with its last state."""

from __future__ import annotations

import logging
from pathlib import Path

from qhm_gui.appearance.application import make_application
from qhm_gui.files.autosave import Autosave
from qhm_gui.files.settings import Settings, data_folder
from qhm_gui.state.store import Store
from qhm_gui.text import language
from qhm_gui.window.opening import find_beginning
from qhm_gui.window.window import Window


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
