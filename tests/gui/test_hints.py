"""The hints of the first start: once, on Explore, one at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from qhm_gui.files.settings import Settings
from qhm_gui.text.language import table
from qhm_gui.window.hints import HINTS, Hints
from qhm_gui.window.start import make_window as started
from qhm_gui.window.window import Window
from tests.gui.conftest import leave


@pytest.mark.slow
def test_they_come_once_and_go_for_good(qtbot: QtBot) -> None:
    for expected in (1, 0):
        window = started()
        window.show()
        found = window.findChildren(Hints)
        assert len(found) == expected
        for hints in found:
            assert hints.isVisible() and hints.words.text() == HINTS[0]
            hints.end()
        leave(window)
        window.deleteLater()
        qtbot.wait(1)


def test_each_is_said_on_explore_only_and_fits(make_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = make_window()
    hints = Hints(window, Settings())
    for width in (800, 1280, 1920):
        window.resize(width, 700)
        qtbot.wait(1)
        assert window.rect().contains(hints.geometry())
        assert hints.geometry().bottom() < window.status.geometry().top() + 1 and hints.width() == window.width()
    assert hints.words.text() == HINTS[0]
    hints.forward()
    hints.forward()
    hints.forward()
    assert hints.words.text() == HINTS[-1]
    window.store.update(page="fast")
    assert not hints.isVisible()
    window.store.update(page="explore")
    assert hints.isVisible()
    window.use_language("ja")
    assert hints.words.text() == table("ja")[HINTS[-1]]
    hints.end()
    assert not Settings().wants_hints
