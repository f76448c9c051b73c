"""What is done again and again leaves nothing behind. The memory itself is measured in benchmarks/growth.py."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.application import make_application
from qhm_gui.export import EXPORTERS, encoded
from qhm_gui.export.compose import compose, for_format
from qhm_gui.export.computed import computed
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import sheet
from qhm_gui.export.scene import view_scene
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.views.view import View
from qhm_gui.window.window import Window
from tests.gui.conftest import QUICK


def living() -> tuple[int, int]:
    """How many widgets and how many views there are."""
    gc.collect()
    views = sum(issubclass(type(thing), View) for thing in gc.get_objects())  # not isinstance: dead proxies
    return len(QApplication.allWidgets()), views


@pytest.mark.parametrize("key", list(EXPORTERS))
@pytest.mark.slow
def test_exports_without_an_event_loop_leave_nothing(key: str) -> None:
    make_application()
    state = changed(State(), {"steps": 5, "runs": 2})
    seen: list[tuple[int, int]] = []
    for _ in range(3):
        figure = for_format(compose(view_scene("stability"), state, ExportOptions()), key)
        with sheet(figure, computed(figure)) as drawing:
            encoded(drawing, key, 1)
        seen.append(living())
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.slow
def test_pages_that_are_shown_again_leave_nothing(
    make_window: Callable[..., Window], settle: Callable[[Window], None], qtbot: QtBot
) -> None:
    window = make_window(changed(State(), QUICK))

    def through_all() -> tuple[int, int]:
        for page in PAGES:
            window.store.update(page=page, alpha=window.store.state.alpha * 0.99)
            settle(window)
        QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))  # pyright: ignore[reportArgumentType]
        return living()

    through_all()  # makes the pages
    assert through_all() == through_all()
