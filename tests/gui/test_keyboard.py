"""The keyboard belongs to the transport, unless a field is typed in or a ring shows who has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from qhm_gui.state.pages import PAGES
from qhm_gui.widgets.buttons import IconButton
from qhm_gui.widgets.painted import FocusRing, Look
from qhm_gui.widgets.value_field import ValueField
from qhm_gui.window.window import Window
from tests.gui.conftest import QUICK

MOUSE, TAB = Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason
WITH_TRANSPORT = [row.key for row in PAGES.values() if row.transport]


def press(window: Window, key: Qt.Key) -> None:
    """A key, to whatever has the keyboard."""
    QTest.keyClick(window.focusWidget() or window, key)


def assert_the_transport_answers(window: Window, who: object = "") -> None:
    window.playback.pause()
    window.playback.seek(5)
    press(window, Qt.Key.Key_Right)
    assert window.playback.step == 6, who
    press(window, Qt.Key.Key_Left)
    assert window.playback.step == 5, who
    press(window, Qt.Key.Key_Home)
    assert window.playback.step == 0, who
    press(window, Qt.Key.Key_End)
    assert window.playback.step == window.store.state.steps, who
    press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_Space)
    assert window.playback.playing, who
    press(window, Qt.Key.Key_Space)
    assert not window.playback.playing, who


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(widget.width() // 2, widget.height() // 2))


def test_after_the_start(window: Window) -> None:
    assert window.focusWidget() is window
    assert_the_transport_answers(window)


@pytest.fixture
def settle_unpainted(settle: Any) -> Callable[[Window], None]:
    """As ``settle``; and what the keys do is not painted again and again."""

    def wait(window: Window) -> None:
        settle(window)
        window.setUpdatesEnabled(False)

    return wait


def test_after_a_change_of_page_and_after_expand(
    window: Window, settle_unpainted: Callable[[Window], None], subtests: pytest.Subtests
) -> None:
    window.store.update(**QUICK)
    for page in WITH_TRANSPORT:
        with subtests.test(page=page):
            window.store.update(page=page)
            settle_unpainted(window)
            assert_the_transport_answers(window)
            for key in PAGES[page].views:
                card = window.page._cards[key].card
                for _ in range(2):  # and back
                    button = next(one for one in card.findChildren(IconButton) if one is card._expand)
                    button.setFocus(MOUSE)
                    click(button)
                    settle_unpainted(window)
                    assert_the_transport_answers(window, key)
            for other in list(PAGES)[
                WITH_TRANSPORT.index(page) :: len(WITH_TRANSPORT)
            ]:  # to each from one of these pages
                window.store.update(page=other)
                window.store.update(page=page)
                assert_the_transport_answers(window, other)


def test_after_a_click_on_anything_but_a_field(
    window: Window, settle_unpainted: Callable[[Window], None], subtests: pytest.Subtests
) -> None:
    window.store.update(**QUICK)
    for page in WITH_TRANSPORT:
        with subtests.test(page=page):
            window.store.update(page=page)
            settle_unpainted(window)
            tried = 0
            for widget in window.findChildren(QWidget):
                clicked = widget.focusPolicy() & Qt.FocusPolicy.ClickFocus and not widget.focusProxy()
                if clicked and widget.isVisible() and not isinstance(widget, QLineEdit):
                    widget.setFocus(MOUSE)
                    assert widget.hasFocus()
                    assert_the_transport_answers(window, widget)
                    tried += 1
            assert tried > 10


def test_a_click_beside_a_field_ends_typing(window: Window) -> None:
    entry = window.panel._point.row("alpha").entry
    assert isinstance(entry, ValueField)
    entry._edit.setFocus()
    entry._edit.selectAll()
    QTest.keyClicks(entry._edit, "0.5")
    press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_Right)
    assert entry._edit.cursorPosition() == 1 and window.playback.step == window.store.state.steps
    click(window.header)
    assert window.store.state.alpha == 0.5 and window.focusWidget() is window
    assert_the_transport_answers(window)


def test_what_is_hidden_gives_the_keyboard_to_the_window(window: Window, settle: Any) -> None:
    button = window.page._cards["loss"].card._expand
    button.setFocus(TAB)
    assert FocusRing.of(window).isVisible()
    window.store.update(expanded="path")
    settle(window)
    assert window.focusWidget() is window and not FocusRing.of(window).isVisible()
    assert_the_transport_answers(window)


def test_whoever_has_the_keyboard_shows_it(window: Window) -> None:
    """Tab goes through the controls, each with a ring, and their keys are theirs."""
    ring, seen = FocusRing.of(window), set[QWidget]()
    while (focused := window.focusWidget()) not in seen and len(seen) < 200:
        assert focused is not None
        seen.add(focused)
        if isinstance(focused, Look):
            assert ring.isVisible(), focused
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert len(seen) > 20
    window.header.tabs.setFocus(TAB)
    press(window, Qt.Key.Key_Right)
    assert window.store.state.page == "converge" and window.header.tabs.hasFocus()
    press(window, Qt.Key.Key_Left)
    assert window.store.state.page == "explore" and ring.isVisible()
    speeds = window.transport._speeds
    speeds.setFocus(TAB)
    before = speeds.value()
    press(window, Qt.Key.Key_Right)
    assert speeds.value() != before


def test_home_shows_the_whole_of_a_zoomed_plot_under_the_mouse(window: Window) -> None:
    """Elsewhere it is the transport's."""
    canvas = window.page.views["path"].canvases[0]
    place = canvas.frame().plot.center().toPoint()
    window.playback.pause()
    window.playback.seek(5)
    canvas.vb.scaleBy((0.5, 0.5))
    canvas.vb.zoomed = True
    QTest.mouseMove(canvas.viewport(), place)
    press(window, Qt.Key.Key_Home)
    assert not canvas.zoomed and window.playback.step == 5
    press(window, Qt.Key.Key_Home)
    assert window.playback.step == 0
    canvas.vb.zoomed = True
    QTest.mouseMove(window.header, QPoint(3, 3))
    QApplication.processEvents()
    assert_the_transport_answers(window)
    assert canvas.zoomed
