"""Reach: everything by keyboard and by name, letters that can be read, no item leaked by changing looks."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollBar,
    QTableView,
    QWidget,
)
from shiboken6 import isValid

from qhm_gui.appearance.theme import LIGHT, METHOD_LOOKS, THEMES, Theme
from qhm_gui.canvas.plot import Canvas
from qhm_gui.dialogs.about import AboutBox
from qhm_gui.dialogs.talk_editor import TalkEditor
from qhm_gui.drawing.background_colour import READABLE, contrast, legible, resolve, text_colors
from qhm_gui.files.settings import Settings
from qhm_gui.files.talk_file import built_in
from qhm_gui.state.pages import PAGES
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.number_box import NumberBox
from qhm_gui.widgets.number_field import NumberField
from qhm_gui.widgets.painted import Painted, retranslate
from qhm_gui.widgets.slider import ParameterSlider
from qhm_gui.window.start import fit_to_screen
from qhm_gui.window.talk.talk_window import TalkWindow
from qhm_gui.window.window import Window
from tests.gui.conftest import QUICK

Settle = Callable[[Window], None]
#: Tokens that letters have, and what they stand on.
LETTERS, GROUNDS = ("text", "text2", "muted", "ink"), ("bg", "surface", "sunken", "hover")
#: The regions of the stability plot, whose names have "regtext".
REGIONS = ("mono", "ripple", "osc", "div")


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.key)
def test_letters_can_be_read_on_every_ground(theme: Theme) -> None:
    pairs = [(letter, ground) for letter in LETTERS for ground in GROUNDS]
    pairs += [("onink", "ink"), *(("regtext", region) for region in REGIONS)]
    found = {pair: contrast(theme.color(pair[0]), theme.color(pair[1])) for pair in pairs}
    assert {pair: ratio for pair, ratio in found.items() if ratio < READABLE} == {}


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.key)
def test_names_in_a_methods_colour_can_be_read_and_keep_their_hue(theme: Theme) -> None:
    surface = theme.color("surface")
    for key in dict(theme.methods):
        name, _ = text_colors(theme, None, key, "text")
        line = resolve(theme, key)
        assert contrast(name, surface) >= READABLE, key
        if contrast(line, surface) >= READABLE:
            assert name.rgb() == line.rgb(), key
        elif line.hslSaturationF() > 0.2:
            assert abs(name.hslHueF() - line.hslHueF()) < 0.05, key
    assert contrast(legible(QColor("#FFFF00"), QColor("#FFFFFF")), QColor("#FFFFFF")) >= READABLE
    assert set(METHOD_LOOKS) <= set(dict(theme.methods))


def controls(window: QWidget) -> Iterator[QWidget]:
    """What can be worked with, as far as it is seen."""
    kinds = (
        QAbstractButton, QAbstractSlider, QAbstractSpinBox, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit,
        Painted, Canvas,
    )  # fmt: skip
    for widget in window.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar)
        if isinstance(widget, kinds) and widget.isVisible() and not inner:
            yield widget


def where(widget: QWidget) -> str:
    return f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}: {widget.accessibleName()[:30]}"


def tabbed(window: Window) -> list[QWidget]:
    """What has the keyboard, one press of Tab after the other, until it comes round."""
    return list(tabbing(window))


def tabbing(window: Window) -> Iterator[QWidget]:
    """The same, while it has it."""
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window), "nothing has the keyboard yet"
    window.setFocus()
    found: list[QWidget] = []
    for _ in range(300):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if found and now is found[-1]:
            continue  # the next point or offer of a canvas
        if now is None or any(now is each for each in found):
            break
        found.append(now)
        yield now


def test_every_page_by_keyboard_and_by_name(window: Window, settle: Settle) -> None:
    """Each control has a name; what has no words on it has a tooltip; Tab reaches each canvas and each control."""
    nameless: dict[str, list[str]] = {}
    silent: dict[str, list[str]] = {}
    missed: dict[str, list[str]] = {}
    rangeless: set[str] = set()
    window.store.update(**QUICK)
    for page in PAGES:
        window.store.update(page=page)
        settle(window)
        seen = [widget for widget in controls(window) if widget.isEnabled()]
        nameless[page] = [where(each) for each in seen if not each.accessibleName() and not _text(each)]
        silent[page] = [
            where(each) for each in seen if not _text(each) and not isinstance(each, PICTURES) and not tip_of(each)
        ]
        rangeless |= {where(each) for each in seen if isinstance(each, NUMBERS) and not re.search(r"\d", tip_of(each))}
        order = tabbed(window)
        assert len(order) > 5, (page, QApplication.focusWidget(), QApplication.activeWindow(), order)
        still = [each for each in seen if isValid(each)]  # a late answer may have put others in their place
        takes = [each for each in still if each.focusPolicy() & Qt.FocusPolicy.TabFocus and not each.focusProxy()]
        missed[page] = [where(each) for each in takes if each not in order]
    assert {page: sorted(set(names)) for page, names in nameless.items() if names} == {}
    assert {page: sorted(set(names)) for page, names in missed.items() if names} == {}
    assert {name for names in silent.values() for name in names} == set()
    assert rangeless == set()


#: Fields of numbers, whose tips say what is allowed.
NUMBERS = (ParameterSlider, NumberField, NumberBox)
#: What is looked at, which the "?" of its card explains.
PICTURES = (Canvas, QTableView, QHeaderView)


def test_the_talk_and_the_dialogs_say_what_each_control_is(window: Window) -> None:
    """In both languages: a name each; a tip where no words stand on it, with the range where it is a number."""
    talk = TalkWindow(built_in(), Settings(), "light")
    editor = TalkEditor(window, window._theme, built_in(), {})
    export = window.exports.dialog("")
    kept = [index for index, step in enumerate(built_in().steps) if step.page or step.answers or step.slider == "beta"]
    wrong: set[str] = set()

    def look(root: QWidget) -> None:
        QApplication.processEvents()
        for each in controls(root):
            tip, number = tip_of(each), isinstance(each, NUMBERS)
            if not (each.accessibleName() or _text(each)):
                wrong.add(f"{where(each)}: no name")
            told = tip or _text(each) or isinstance(each, PICTURES)
            if not told or (number and not re.search(r"\d", tip)):
                wrong.add(f"{where(each)}: {tip}")

    try:
        for root in (talk, editor, export):
            root.show()
            for language in ("en", "ja"):
                window.use_language(language)
                retranslate(root)
                for index in kept if root is talk else (0,):
                    talk.go(index)
                    look(root)
        assert wrong == set()
    finally:
        talk.close()
        talk.deleteLater()
        editor.close()
        editor.deleteLater()
        window.exports.put_away(export)


def tip_of(widget: QWidget) -> str:
    """What is told where the mouse rests: the tooltip of a control, or of the row of the form that it lies in."""
    step: QWidget | None = widget
    while step is not None and not step.toolTip():
        step = step.parentWidget()
    return "" if step is None else step.toolTip()


def _text(widget: QWidget) -> str:
    """What stands on a control itself."""
    text = getattr(widget, "text", None)
    told = text() if callable(text) and not isinstance(widget, QLineEdit) else ""
    return told if isinstance(told, str) and re.search(r"\w", told) else ""


def test_changing_looks_again_and_again_leaks_nothing(window: Window, settle: Settle) -> None:
    def count() -> tuple[int, int]:
        gc.collect()
        items = sum(len(canvas.scene().items()) for canvas in window.findChildren(Canvas))
        return len(window.findChildren(QWidget)), items

    def change() -> None:
        window.toggle_language()
        window.toggle_theme()
        window.toggle_letter()

    for _ in range(2):
        change()
    settle(window)
    before = count()
    window.setUpdatesEnabled(False)
    for _ in range(3):
        change()
    window.setUpdatesEnabled(True)
    settle(window)
    assert count() == before


def test_the_first_window_is_never_larger_than_the_screen(window: Window, subtests: pytest.Subtests) -> None:
    for screen in [(1024, 700), (1280, 720), (3840, 2160), (640, 480)]:
        with subtests.test(screen=str(screen)):
            window.resize(1600, 1000)
            fit_to_screen(window, QRect(0, 0, *screen))
            assert window.width() <= screen[0] and window.height() <= screen[1]


def squeezed(window: QWidget) -> Iterator[str]:
    """Controls that stand in each other's place, stick out of what holds them, or are too narrow for what they say.
    What a scroll area holds may be larger than it is: that is what it is for."""
    for each in controls(window):
        if each.width() < each.minimumSizeHint().width() and not isinstance(each, QAbstractItemView):
            yield f"{where(each)} is {each.width()} wide, not {each.minimumSizeHint().width()}"
        holder = each.parentWidget()
        scrolled = holder is not None and isinstance(holder.parentWidget(), QAbstractScrollArea)
        if holder is None or scrolled or isinstance(holder, QAbstractScrollArea):
            continue
        if not holder.rect().adjusted(-1, -1, 1, 1).contains(each.geometry()):
            yield f"{where(each)} sticks out: {each.geometry()} of {holder.size()}"
        for other in holder.children():
            if isinstance(other, QWidget) and other is not each and other.isVisible() and not isinstance(each, Canvas):
                shared = other.geometry().intersected(each.geometry())
                if min(shared.width(), shared.height()) > 1 and not other.geometry().contains(each.geometry()):
                    yield f"{where(each)} and {where(other)}"


#: What 200 % and 300 % leave of a screen of 1280 × 800, 150 % of it, and the least window that is promised.
SMALL = ((624, 352), (411, 219), (837, 485), (1024, 700))


@pytest.mark.parametrize(
    "size", [*SMALL[:1], *(pytest.param(each, marks=pytest.mark.soak) for each in SMALL[1:])], ids=str
)
def test_in_a_small_window_each_control_can_be_reached(window: Window, settle: Settle, size: tuple[int, int]) -> None:
    """At 200 % the numbers of the read-out once lay over each other, and the speeds of the transport were dots."""
    window.store.update(**QUICK)
    fit_to_screen(window, QRect(0, 0, size[0] + 16, size[1] + 48))
    found: set[str] = set()
    for page in PAGES:
        window.store.update(page=page)
        for _ in ("folded", "unfolded"):
            settle(window)
            found |= {f"{page}: {fault}" for fault in squeezed(window)}
            window.toggle_panel()
    assert window.size().toTuple() == size and found == set()


def test_tab_brings_into_sight_what_it_reaches(window: Window, settle: Settle) -> None:
    fit_to_screen(window, QRect(0, 0, 427, 267))
    settle(window)
    for each in tabbing(window):
        seen = each.viewport() if isinstance(each, Canvas) else each  # which covers the canvas itself
        area = seen.visibleRegion().boundingRect()
        assert area.width() > min(20, each.width() - 1) and area.height() > min(15, each.height() - 1), (
            f"{where(each)}: {area} of {each.size()}, page {window.page.geometry()}"
        )


def test_speeds_without_room_are_a_menu(window: Window, settle: Settle) -> None:
    speeds = window.transport._speeds
    settle(window)
    assert not speeds.folded
    fit_to_screen(window, QRect(0, 0, 640, 400))
    settle(window)
    assert speeds.folded
    QTest.mouseClick(speeds, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == list(window.transport.SPEEDS)
    menu.actions()[3].trigger()
    menu.close()
    assert window.playback.speed == speeds.value() == "20×"


def test_a_dialog_larger_than_the_screen_is_scrolled(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its buttons once lay below a screen of 640 × 400, which is what 200 % leaves of 1280 × 800."""
    room = QSize(624, 352)
    monkeypatch.setattr("qhm_gui.window.window.FRAME", window.screen().availableSize() - room)
    dialogs = (TalkEditor(window, window._theme, built_in(), {}), window.exports.dialog(""), AboutBox(window, LIGHT))
    for dialog in dialogs:
        dialog.show()
        QApplication.processEvents()
        assert dialog.size().boundedTo(room) == dialog.size() and list(squeezed(dialog)) == []
    editor = dialogs[0]
    editor.activateWindow()
    QApplication.processEvents()
    (save,) = (each for each in editor.findChildren(TextButton) if each.text() == "Save")
    save.setFocus()
    for key in (Qt.Key.Key_Backtab, Qt.Key.Key_Tab):
        QTest.keyClick(QApplication.focusWidget() or editor, key)
    assert QApplication.focusWidget() is save and save.visibleRegion().boundingRect().size() == save.size()
    editor.close()
    dialogs[2].close()
    window.exports.put_away(dialogs[1])
    for dialog in (editor, dialogs[2]):
        dialog.deleteLater()
