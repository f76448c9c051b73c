"""A window that tests have used is brought back to what a fresh one is: reuse hides no fault and makes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPointF, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from qhm_gui.canvas.drawn import Drawn, DrawnText
from qhm_gui.files.settings import Settings
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text.language import language
from qhm_gui.window.window import Window
from qhm_math.losses import Rosenbrock
from tests.covering import part_of
from tests.gui.conftest import QUICK, wheel
from tests.gui.used_window import bring_back, spent

SIZE = QSize(1280, 800)


def data_of(part: Drawn) -> str:
    """Of a text its words only: where it may choose a place it keeps the one that it had."""
    return part.text if isinstance(part, DrawnText) else str(part)


def said(window: Window) -> dict[str, Any]:
    """What a test may ask of a window."""
    shown = {key: [data_of(part) for part in view.drawn()] for key, view in window.page.views.items()}
    zoomed = {key: [canvas.vb.viewRange() for canvas in view.canvases] for key, view in window.page.views.items()}
    playback, store, document = window.playback, window.store, window.document
    focused = QApplication.focusWidget()
    return {
        "drawn": shown,
        "zoomed": zoomed,
        "state": store.state,
        "undo": (store.can_undo, store.can_redo),
        "playback": (playback.step, playback.playing, playback.speed, playback.loop),
        "document": (document.title, document.dirty, document.path),
        "status": window.status.text(),
        "language": (language(), window._theme.key),
        "size": window.size(),
        "keyboard": focused is window or type(focused).__name__,
        "settings": Settings()._all().keys() - {"geometry"},
    }


def misuse(window: Window, settle: Callable[[Window], None]) -> None:
    """Much that a test may do to a window and does not take back."""
    window.store.update(loss=Rosenbrock(), steps=30, seed=9)
    window.toggle_letter()
    window.use_language("ja")
    window.use_theme("dark")
    settle(window)
    window.resize(1100, 700)
    window.store.undo()
    settle(window)
    zoomed = False
    for canvas in (canvas for view in window.page.views.values() for canvas in view.canvases):
        middle = QPointF(canvas.rect().center())
        before = canvas.vb.viewRange()
        wheel(canvas, middle, 2)
        zoomed = zoomed or canvas.vb.viewRange() != before
        QTest.mouseMove(canvas.viewport(), middle.toPoint())
    assert zoomed
    window.playback.speed, window.playback.loop = "max", True
    window.playback.seek(3)
    window.playback.toggle()
    window.messages.complain("A fault.")
    window.panel.setFocus()
    window.store.update(page=next(key for key in PAGES if key != window.store.state.page), expanded="")
    settle(window)
    window.expand()


@pytest.mark.parametrize(("page",), part_of([(page,) for page in PAGES], [("explore",), ("compare",)]))
def test_a_used_window_is_as_a_fresh_one(
    page: str, make_window: Callable[..., Window], settle: Callable[[Window], None]
) -> None:
    state = changed(State(), {**QUICK, "page": page})
    fresh = make_window(state)
    fresh.resize(SIZE)
    settle(fresh)
    wanted = said(fresh)
    fresh.hide()
    used = make_window(state)
    settle(used)
    misuse(used, settle)
    Settings()._path.unlink()  # the next test has its own
    assert not spent(used)
    bring_back(used, state, settle, size=SIZE)
    found = said(used)
    assert {key: found[key] for key in found if found[key] != wanted[key]} == {}
