"""What a canvas tells of the place under the mouse is of the state in force, also where the mouse has not moved."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.window.window import Window


def _move(canvas: Canvas, place: QPointF) -> None:
    port = canvas.viewport()
    button = Qt.MouseButton.NoButton
    there = port.mapToGlobal(place)
    event = QMouseEvent(QEvent.Type.MouseMove, place, there, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(port, event)


def _told(canvas: Canvas) -> list[str]:
    return [item.text for item in canvas.items_shown if isinstance(item, Tooltip) and item.isVisible()]


@pytest.mark.parametrize("page", list(PAGES))
def test_what_is_told_of_the_place_under_the_mouse_follows_a_change(
    page: str, used_window: Callable[..., Window], settle: Callable[[Window], None]
) -> None:
    window = used_window(changed(State(), {"page": page}))
    told, late = 0, list[str]()
    for key in window.page.row.views:
        view = window.page.views[key]
        said: list[str] = []
        view.said.connect(said.append)
        for canvas in view.canvases:
            plot = canvas.frame().plot
            place = QPointF(plot.left() + 0.37 * plot.width(), plot.top() + 0.55 * plot.height())
            window.store.update(**{"alpha": 1.0})
            settle(window)
            _move(canvas, place)
            window.store.update(**{"alpha": 1.3})
            settle(window)
            kept = _told(canvas), said[-1:]
            _move(canvas, place)
            if kept != (_told(canvas), said[-1:]):
                late.append(f"{key}: {kept}, not {(_told(canvas), said[-1:])}")
            told += len(kept[0]) + len(kept[1])
            QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert not late, late
    assert told


def test_a_page_that_one_comes_back_to_tells_of_no_place(
    used_window: Callable[..., Window], settle: Callable[[Window], None]
) -> None:
    """The page was left by a key: Qt sends a canvas that is hidden no Leave where its window is not under a mouse."""
    window = used_window(changed(State(), {"page": "converge"}))
    canvas = window.page.views["schedule"].canvases[0]
    _move(canvas, canvas.frame().plot.center())
    assert _told(canvas)
    window.store.update(page="fast")
    settle(window)
    window.store.update(page="converge")
    settle(window)
    assert not _told(canvas)


def test_another_language(used_window: Callable[..., Window], settle: Callable[[Window], None]) -> None:
    window = used_window(changed(State(), {"page": "explore"}))
    canvas = window.page.views["loss"].canvases[0]
    plot = canvas.frame().plot
    _move(canvas, QPointF(plot.left() + 0.37 * plot.width(), plot.top() + 0.65 * plot.height()))
    before = _told(canvas)
    window.use_language("ja")
    settle(window)
    after = _told(canvas)
    window.use_language("en")
    assert before
    assert len(after) == len(before)
    assert after != before
