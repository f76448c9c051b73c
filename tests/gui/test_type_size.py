"""Type on canvases: the size that is chosen, what Expand and full screen make of it, and that it stays legible."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import LIGHT
from qhm_gui.appearance.type_size import TYPE_SIZES, growth, style_for
from qhm_gui.files.settings import Settings
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text.language import LANGUAGES
from qhm_gui.views.converge.checklist import Checklist
from qhm_gui.views.shared.method_table import MethodTable
from qhm_gui.window.window import Window
from tests.covering import in_turn
from tests.gui.conftest import QUICK
from tests.gui.label_checks import faults

CONTROL = Qt.KeyboardModifier.ControlModifier


def scales(window: Window) -> set[float]:
    """The type scales of the canvases that are shown."""
    shown = [view for view in window.page.views.values() if view.widget.isVisible()]
    return {canvas.style.type_scale for view in shown for canvas in view.canvases}


def test_the_keys_change_the_type_and_the_settings_keep_it(
    make_window: Callable[..., Window], settle: Callable[[Window], None]
) -> None:
    window = make_window()
    settle(window)
    assert scales(window) == {1.0}
    for percent in TYPE_SIZES[1:]:
        QTest.keyClick(window, Qt.Key.Key_Plus, CONTROL)
        assert scales(window) == {percent / 100}
    QTest.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    assert scales(window) == {TYPE_SIZES[-1] / 100}  # there is no larger one
    QTest.keyClick(window, Qt.Key.Key_Minus, CONTROL)
    assert scales(window) == {TYPE_SIZES[-2] / 100}
    assert Settings().type_size == TYPE_SIZES[-2]
    assert scales(make_window()) == {TYPE_SIZES[-2] / 100}  # another window begins with it
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    QTest.keyClick(window, Qt.Key.Key_0, CONTROL)
    assert scales(window) == {1.0}


@pytest.mark.parametrize("stored", ["", "large", "1e9", "-50", "101"])
def test_a_damaged_setting_is_the_usual_size(stored: str) -> None:
    Settings().remember(type_size=stored)
    assert Settings().type_size == 100


def test_a_page_shown_later_and_another_theme_have_the_size(
    make_window: Callable[..., Window], settle: Callable[[Window], None]
) -> None:
    window = make_window()
    settle(window)
    window.type_size.choose(150)
    window.store.update(page="good")
    assert scales(window) == {1.5}
    window.toggle_theme()
    assert scales(window) == {1.5}
    assert {view.style.theme.key for view in window.page.views.values()} == {"dark"}


def test_type_grows_with_an_expanded_card_and_shrinks_back(
    make_window: Callable[..., Window], settle: Callable[[Window], None]
) -> None:
    window = make_window()
    settle(window)
    window.resize(1600, 1000)
    assert scales(window) == {1.0}
    QTest.keyClick(window, Qt.Key.Key_F, CONTROL)
    assert window.store.state.filling
    (grown,) = scales(window)
    assert 1.2 <= grown <= 1.5
    window.type_size.choose(150)
    assert min(scales(window)) == pytest.approx(1.5 * grown)
    QTest.keyClick(window, Qt.Key.Key_F, CONTROL)
    assert not window.store.state.filling
    assert scales(window) == {1.5}


def test_type_grows_in_full_screen(make_window: Callable[..., Window], settle: Callable[[Window], None]) -> None:
    window = make_window()
    settle(window)
    window.resize(800, 800)  # the screen of these tests: only the mode differs
    window.store.update(expanded="path")
    settle(window)
    (before,) = scales(window)
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    assert min(scales(window)) > before
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert scales(window) == {before}


def test_growth_is_moderate_and_never_below_one() -> None:
    for full in (False, True):
        found = [growth(width, 0.65 * width, full_screen=full) for width in range(0, 4000, 10)]
        assert found == sorted(found)
        assert found[0] == 1.0 and found[-1] == 1.5
    assert growth(800, 465, full_screen=False) == 1.0  # four cards on 1920 x 1080
    assert growth(800, 465, full_screen=True) == pytest.approx(1.1)
    assert growth(4000, 300, full_screen=False) == 1.0  # as wide as it may be: the height decides
    style = style_for(LIGHT, 200)
    assert style.type_scale == 2 and 1 < style.line_scale < 2


@pytest.mark.parametrize(
    "stops", [in_turn(list(PAGES), LANGUAGES), pytest.param(list(product(PAGES, LANGUAGES)), marks=pytest.mark.soak)]
)
def test_at_150_percent_no_text_is_cut_in_a_small_window(
    make_window: Callable[..., Window], settle: Callable[[Window], None], stops: list[tuple[str, str]]
) -> None:
    window = make_window(changed(State(), {**QUICK, "choose.budget": 1000, "choose.error": 2.0}))
    window.resize(1280, 800)
    window.type_size.choose(150)
    found = []
    for page, spoken_in in sorted(stops, key=lambda stop: stop[1]):
        window.use_language(spoken_in)
        window.store.update(page=page)
        settle(window)
        assert min(scales(window)) == 1.5 or len(window.page.views) == 1  # a card that is alone has larger type still
        assert window.size().width() == 1280 and window.size().height() == 800
        for view in window.page.views.values():
            if view.widget.isVisible():
                told = [fault for canvas in view.canvases for fault in faults(canvas)]
                found += [f"{view.key}, {spoken_in}: {fault}" for fault in (*told, *_crowded(view.widget))]
    assert found == []


def _crowded(widget: QWidget) -> list[str]:
    """Lists and tables lay out their texts themselves."""
    found: list[str] = []
    for listed in (one for one in [widget, *widget.findChildren(QWidget)] if isinstance(one, Checklist)):
        if listed._fitting()[0].type_scale <= 1:
            found.append("the list has not grown at all")
        if listed.areas()[-1].bottom() > QRectF(listed.contentsRect()).bottom() + 1:
            found.append("the list is longer than the card")
    for table in (one for one in [widget, *widget.findChildren(QWidget)] if isinstance(one, MethodTable)):
        columns = range(1, len(table.heads))
        if any(table._width(column, table._px) > table.columnWidth(column) for column in columns):
            found.append("columns of the table cover each other")
    return found
