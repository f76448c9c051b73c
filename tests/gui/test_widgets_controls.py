"""Buttons, segments, chips, tabs, choice: mouse and keyboard ask for the same things."""

import xml.etree.ElementTree as ET
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from qhm_gui.appearance import assets
from qhm_gui.appearance.theme import DARK, LIGHT, METHOD_LOOKS, THEMES
from qhm_gui.widgets import stylesheet
from qhm_gui.widgets.buttons import IconButton, LinkButton, TextButton
from qhm_gui.widgets.combo_box import Choice
from qhm_gui.widgets.legend import Item, LegendChips
from qhm_gui.widgets.menu import make_menu
from qhm_gui.widgets.painted import FocusRing, apply_theme, retranslate
from qhm_gui.widgets.segments import Segments
from qhm_gui.widgets.tabs import PageTabs

TIES = [("free", "free"), ("shb", "= 1  SHB"), ("nag", "= *β*  NAG")]
PAGES = [("explore", "Explore", 0), ("fast", "How fast?", 1), ("good", "How good?", 1), ("choose", "Choose", 2)]
FAMILY = [METHOD_LOOKS[key] for key in ("sgd", "shb", "nag", "qhm")]
CHIPS: list[Item] = [(look.key, look.name, LIGHT.method(look.key), look.shape, None) for look in FAMILY]

W = TypeVar("W", bound=QWidget)


def shown(qtbot, widget: W) -> W:
    qtbot.addWidget(widget)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


@pytest.mark.parametrize(
    "make", [lambda: IconButton("moon", "Dark"), lambda: TextButton("Run"), lambda: LinkButton("Reset")]
)
def test_buttons_are_pressed_by_mouse_space_and_enter(qtbot, make):
    button = shown(qtbot, make())
    assert button.accessibleName()
    pressed: list[int] = []
    button.clicked.connect(lambda: pressed.append(1))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert len(pressed) == 3
    button.setEnabled(False)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(pressed) == 3


def test_a_compact_button_keeps_its_words_as_tooltip(qtbot):
    button = shown(qtbot, TextButton("Export", "export"))
    wide = button.sizeHint().width()
    button.set_compact(True)
    assert button.sizeHint().width() < wide and button.toolTip() == "Export"


def test_segments_by_mouse_and_keyboard(qtbot):
    segments = shown(qtbot, Segments(TIES))
    segments.resize(260, 30)
    log: list[object] = []
    segments.chosen.connect(log.append)
    segments.set_value("shb")
    assert log == [] and segments.value() == "shb"
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(segments, key)
    assert log == ["nag", "shb", "free", "nag"]
    QTest.mouseClick(segments, Qt.MouseButton.LeftButton, pos=QPoint(20, 15))
    QTest.mouseClick(segments, Qt.MouseButton.LeftButton, pos=QPoint(20, 15))
    assert log[4:] == ["free"]
    segments.set_value("nag")
    assert segments.accessibleName() == "= β  NAG"
    segments.set_options(TIES[1:])
    assert segments.value() == "nag"


def test_chips_toggle_solo_and_hover(qtbot):
    chips = LegendChips()
    chips.set_items(CHIPS)
    shown(qtbot, chips)
    chips.resize(chips.sizeHint())
    log: list[tuple[str, str]] = []
    chips.toggled.connect(lambda key: log.append(("toggled", key)))
    chips.solo.connect(lambda key: log.append(("solo", key)))
    QTest.mouseClick(chips, Qt.MouseButton.LeftButton, pos=QPoint(10, 13))
    QTest.mouseClick(chips, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, QPoint(chips.width() - 10, 13))
    QTest.keyClick(chips, Qt.Key.Key_Right)
    QTest.keyClick(chips, Qt.Key.Key_Space)
    QTest.keyClick(chips, Qt.Key.Key_Space, Qt.KeyboardModifier.AltModifier)
    assert log == [("toggled", "sgd"), ("solo", "qhm"), ("toggled", "shb"), ("solo", "shb")]
    with qtbot.waitSignal(chips.hovered) as caught:
        QTest.mouseMove(chips, QPoint(chips.width() - 10, 13))
    assert caught.args == ["qhm"]
    chips.set_hidden(["sgd", "shb"])
    assert chips.accessibleName() == "Shown: NAG, QHM"


def test_tabs_choose_once(qtbot):
    tabs = PageTabs()
    tabs.set_pages(PAGES)
    shown(qtbot, tabs)
    tabs.resize(600, 56)
    log: list[str] = []
    tabs.chosen.connect(log.append)
    tabs.set_current("good")
    assert tabs.current() == "good" and log == []
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=QPoint(20, 28))
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=QPoint(20, 28))
    assert log == ["choose", "explore"]


def test_tabs_that_do_not_fit_are_behind_the_menu(qtbot):
    tabs = PageTabs()
    tabs.set_pages(PAGES)
    shown(qtbot, tabs)
    tabs.resize(220, 56)
    rects, count = tabs._rects()
    assert 0 < count < len(PAGES)
    assert tabs._more(rects).right() <= 220
    QTest.keyClick(tabs, Qt.Key.Key_End)
    assert tabs.current() == "choose"
    assert not tabs.grab().isNull()


def test_choice_by_keyboard_and_list(qtbot):
    choice = Choice(name="Method")
    choice.set_options([("qhm", "QHM", "quasi-hyperbolic"), ("shb", "SHB", "heavy ball"), ("nag", "NAG", "Nesterov")])
    shown(qtbot, choice)
    log: list[str] = []
    choice.chosen.connect(log.append)
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert log == ["shb"] and choice.accessibleName() == "Method: SHB"
    QTest.keyClick(choice, Qt.Key.Key_Space)
    popup = choice._popup
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_N)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert log == ["shb", "nag"]
    qtbot.waitUntil(lambda: choice._popup is None)
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton)
    popup = choice._popup
    assert popup is not None
    QTest.mouseClick(popup, Qt.MouseButton.LeftButton, pos=QPoint(40, 24))
    assert log == ["shb", "nag", "qhm"]
    qtbot.waitUntil(lambda: choice._popup is None)
    choice.open_list()
    popup = choice._popup
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: choice._popup is None)
    assert len(log) == 3


def test_the_ring_follows_the_keyboard_and_not_the_mouse(qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    first, second = TextButton("One"), TextButton("Two")
    column.addWidget(first)
    column.addWidget(second)
    shown(qtbot, window)
    ring = FocusRing.of(window)
    second.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not ring.isVisible()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.isVisible() and ring.geometry().contains(first.geometry())
    window.resize(500, 300)
    qtbot.waitUntil(lambda: ring.geometry().contains(first.geometry()))
    first.deleteLater()
    qtbot.wait(1)
    second.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.geometry().contains(second.geometry())
    second.hide()
    assert not ring.isVisible()


def test_theme_and_language_reach_everything_inside(qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    words = ["On"]
    button = TextButton(lambda: words[0])
    column.addWidget(button)
    column.addWidget(QPushButton("plain"))
    qtbot.addWidget(window)
    apply_theme(window, DARK)
    assert button.theme is DARK
    words[0] = "入"
    retranslate(window)
    assert button.text() == "入"


def test_every_icon_draws_something(qapp):
    names = sorted(path.stem for path in assets.ICONS.glob("*.svg"))
    assert {"export", "present", "moon", "sun", "expand", "more", "play", "pause", "copy", "dice"} <= set(names)
    for name in names:
        ET.parse(assets.ICONS / f"{name}.svg")
        picture = assets.pixmap(name, "#102030", 24).toImage()
        pixels = [picture.pixelColor(x, y) for x in range(24) for y in range(24)]
        assert any(pixel.alpha() > 100 for pixel in pixels), name
        solid = {(pixel.red(), pixel.green(), pixel.blue()) for pixel in pixels if pixel.alpha() == 255}
        assert solid <= {(0x10, 0x20, 0x30)}, name


def test_icons_fonts_and_mark_load(qapp):
    assert "Inter" in assets.load_fonts()
    assert not assets.app_icon().pixmap(32, 32).isNull()
    assert not assets.icon("play", "#000000").isNull()


@pytest.mark.parametrize("key", THEMES)
def test_the_style_sheet_is_complete_and_its_arrow_wears_the_token(qtbot, key):
    theme = THEMES[key]
    assert "$" not in stylesheet.sheet(theme)
    assert theme.muted in (assets.ICONS / f"combo-arrow-{key}.svg").read_text()
    assert theme.onink in (assets.ICONS / f"tick-{key}.svg").read_text()
    window = shown(qtbot, QWidget())
    menu = make_menu(window, theme)
    menu.addAction("Copy")
    assert theme.surface in menu.styleSheet()
    menu.deleteLater()
