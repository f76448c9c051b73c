"""What a canvas tells of the place under the mouse is of the state in force, also where the mouse has not moved."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.window.window import Window
from tests.gui.conftest import QUICK


def _place(canvas: Canvas, across: float, down: float) -> QPoint:
    plot = canvas.frame().plot
    return QPoint(round(plot.left() + across * plot.width()), round(plot.top() + down * plot.height()))


def _move(canvas: Canvas, place: QPoint) -> None:
    """From beside it: QTest sends no event where the mouse is already."""
    for at in (place + QPoint(1, 0), place):
        QTest.mouseMove(canvas.viewport(), at)


def _told(canvas: Canvas) -> list[str]:
    return [item.text for item in canvas.items_shown if isinstance(item, Tooltip) and item.isVisible()]


@pytest.mark.parametrize("page", list(PAGES))
def test_what_is_told_of_the_place_under_the_mouse_follows_a_change(
    page: str, used_window: Callable[..., Window], settle: Callable[[Window], None]
) -> None:
    window = used_window(changed(State(), {**QUICK, "page": page}))
    told, late = 0, list[str]()
    for key in window.page.row.views:
        view = window.page.views[key]
        said: list[str] = []
        view.said.connect(said.append)
        for canvas in view.canvases:
            place = _place(canvas, 0.37, 0.55)
            _move(canvas, place)
            window.store.update(alpha=1.0 if window.store.state.alpha == 1.3 else 1.3)
            settle(window)
            kept = _told(canvas), said[-1:]
            _move(canvas, place)
            if kept != (_told(canvas), said[-1:]):
                late.append(f"{key}: {kept}, not {(_told(canvas), said[-1:])}")
            told += len(kept[0]) + len(kept[1])
            QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert not late, late
    assert told


def test_another_language(used_window: Callable[..., Window], settle: Callable[[Window], None]) -> None:
    window = used_window(changed(State(), {"page": "explore"}))
    canvas = window.page.views["loss"].canvases[0]
    _move(canvas, _place(canvas, 0.37, 0.65))
    before = _told(canvas)
    window.use_language("ja")
    settle(window)
    after = _told(canvas)
    window.use_language("en")
    assert before
    assert len(after) == len(before)
    assert after != before
