"""A window that the tests of a file use one after another, each from the beginning: to make one takes .3 s, this .05 s.

``test_used_window.py`` holds it to a fresh one. What is not brought back (the pages that have been made, what they
have kept) is not seen.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from qhm_gui.appearance.application import make_application
from qhm_gui.canvas.plot import Canvas
from qhm_gui.files.autosave import Autosave
from qhm_gui.files.settings import Settings
from qhm_gui.state.playback import Playback
from qhm_gui.state.state import State
from qhm_gui.state.store import Store
from qhm_gui.text import language
from qhm_gui.text.symbols import choose_letter
from qhm_gui.window.window import Window

#: Of a window in tests.
SIZE = QSize(1440, 900)


def new_window(state: State | None = None, autosave: Autosave | None = None) -> Window:
    """A window that is seen, and that has the keyboard as soon as events are handled: to wait for it takes .15 s."""
    make_application()
    window = Window(Store(state), Settings(), autosave=autosave)
    window.resize(SIZE)
    window.show()
    window.activateWindow()
    return window


def spent(window: Window) -> str:
    """Why a window cannot be brought back; '' if it can."""
    if not window.isVisible() or window.isFullScreen():
        return "it has been closed"
    if window.document.path is not None or window.document.exported is not None:
        return "it has a file"
    if window.store.grouping or window.page.link.failures:
        return "a drag or a failure is left"
    if {"exports", "films", "talks", "tuning"} & vars(window).keys():
        return "it has exported, filmed, tuned or held a talk"
    if [w for w in QApplication.topLevelWidgets() if w is not window and w.isVisible()]:
        return "another window is there"
    return ""


def bring_back(window: Window, state: State, settle: Callable[[Window], None], *, size: QSize = SIZE) -> None:
    """The window as it is when it has just been made with ``state``, and has computed everything it shows."""
    settings = Settings()
    window._settings._path = settings._path  # the folders of this test
    QTest.mouseMove(window.status, window.status.rect().center())
    window.store.finish_editing()
    window.cancel()
    choose_letter(settings.letter)
    if (window.header._language.value, language.language()) != (settings.language, settings.language):
        window.use_language(settings.language)
    if window._theme.key != settings.theme:
        window.use_theme(settings.theme)
    window.resize(size)
    window.store.replace(state)
    for past in (window.store._past, window.store._future, window.document._crossings):
        past.clear()
    playback = Playback(state.steps)
    window.playback.pause()
    window.playback.seek(playback.step)
    window.playback.speed, window.playback.loop = playback.speed, playback.loop
    window.messages.stop()
    window.messages.set_note("")
    window.messages.set_under_mouse("")
    for canvas in window.findChildren(Canvas):
        QApplication.sendEvent(canvas.viewport(), QEvent(QEvent.Type.Leave))
        canvas.reset_zoom()
        canvas.placer._before.clear()
        canvas.placer._choices.clear()
        canvas.placer.invalidate()
    for area in window.findChildren(QAbstractScrollArea):
        area.verticalScrollBar().setValue(0)
    window.activateWindow()
    window.setFocus()
    settle(window)
