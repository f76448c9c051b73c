"""Opening the window: with its last state, on the screen that there is, and ended from outside without a loss."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import THEMES
from qhm_gui.background.process_end import before_end, signals_heard
from qhm_gui.files.autosave import Autosave
from qhm_gui.files.log import TOLD, log_file, resource_error, state_folder
from qhm_gui.files.settings import Settings, data_folder
from qhm_gui.state.store import Store
from qhm_gui.text import language
from qhm_gui.text.language import tr
from qhm_gui.text.resource_words import resource_sentence
from qhm_gui.text.version import VERSION
from qhm_gui.widgets.painted import apply_theme
from qhm_gui.window.document import Document
from qhm_gui.window.opening import find_beginning
from qhm_gui.window.window import FRAME, Window
from qhm_math.kept_folder import keep_in
from qhm_math.resource_files import ResourceError

_PROMISE = "The session comes back at the next start."
_LOSS = "The session could not be kept: {reason}."


def open_window(file: Path | None = None) -> int:
    """Show the window and run until it is closed. The exit status."""
    app = make_application()
    faults = Faults()
    log = logging.getLogger("qhm")
    log.addHandler(faults.handler)
    try:
        window = make_window(file)
        faults.tell(window.messages.complain)
        try:
            with signals_heard(), before_end(partial(_kept, window.document)):
                window.show()
                return app.exec()
        except BaseException:
            window.document.keep()
            raise
        finally:
            window.files.close()
            window.runner.close()
            _leave_clipboard()
    finally:
        log.removeHandler(faults.handler)


def _kept(document: Document) -> str:
    """Keep the session; what the terminal is told of it."""
    reason = document.keep()
    return _LOSS.format(reason=reason) if reason else _PROMISE


def _leave_clipboard() -> None:
    """Where there is no clipboard but Qt's own, it outlives Python, which what we have made for it would then call."""
    if QGuiApplication.platformName() in ("offscreen", "minimal", "vnc"):
        QGuiApplication.clipboard().clear()


def make_window(file: Path | None = None) -> Window:
    """The window with a session file, with what a crash has left, or with what it was closed with."""
    make_application()
    settings = Settings()
    try:
        language.set_language(settings.language)  # the first sentence may come before the window
    except ResourceError as error:
        logging.getLogger("qhm").error("%s", error, exc_info=error)  # which tells it, in English
        settings.remember(language="en")
    keep_in(state_folder() / f"kept-{VERSION}")
    autosave = Autosave(data_folder() / "unsaved")
    beginning = find_beginning(file, autosave)
    window = Window(Store(beginning.base), settings, autosave=autosave)
    fit_to_screen(window, window.screen().availableGeometry())
    window.document.begin(beginning)
    if beginning.talk is not None:
        window.talks.take(beginning.talk)
    if settings.wants_hints:
        from qhm_gui.window.hints import Hints

        apply_theme(Hints(window, settings), THEMES[settings.theme])
    return window


def fit_to_screen(window: QWidget, screen: QRect) -> None:
    """No part of the window lies outside of ``screen``, however small that is or wherever the window stood last."""
    if window.isMaximized() or window.isFullScreen():
        return
    room = screen.size() - FRAME
    window.setMinimumSize(window.minimumSize().boundedTo(room))
    window.resize(window.size().boundedTo(room))
    place = QRect(window.pos(), window.size() + FRAME)
    if window.testAttribute(Qt.WidgetAttribute.WA_Moved) and not screen.contains(place):
        place.moveRight(min(place.right(), screen.right()))
        place.moveBottom(min(place.bottom(), screen.bottom()))
        place.moveLeft(max(place.left(), screen.left()))
        place.moveTop(max(place.top(), screen.top()))
        window.move(place.topLeft())


class Faults(QObject):
    """Tells the window that something went wrong where nothing else tells it: in a slot, an event, a thread."""

    met = Signal(str)  # a sentence

    def __init__(self) -> None:
        super().__init__()
        self.handler = _Handler(self)
        self.met.connect(self._remember)
        self._last = ""

    def tell(self, listener: Callable[[str], None]) -> None:
        """Call ``listener`` with each sentence, and with what was met before there was a window."""
        self.met.connect(listener)
        if self._last:
            listener(self._last)

    def _remember(self, sentence: str) -> None:
        self._last = sentence


class _Handler(logging.Handler):
    def __init__(self, faults: Faults) -> None:
        super().__init__(logging.ERROR)
        self._faults = faults

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == TOLD:
            return
        if (error := resource_error(record)) is not None:
            self._faults.met.emit(resource_sentence(error))
        else:
            self._faults.met.emit(tr("The program met an error; details are in {file}.", file=log_file()))
