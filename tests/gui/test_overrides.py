"""What Qt calls: an exception goes to the log and no further; and a canvas that is dropped goes at once."""

from __future__ import annotations

import gc
import importlib
import inspect
import logging
import pkgutil
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsItem, QHBoxLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import qhm_gui
from qhm_gui import guarded
from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.canvas import Axis, Canvas, Handle, Label
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.item import PixelItem
from qhm_gui.widgets.value_field import ValueField

STYLE = Style(LIGHT)


class Failing(Canvas):
    """A canvas whose overrides raise while ``failing``."""

    failing = False

    def _fail(self) -> None:
        if self.failing:
            raise RuntimeError("planted")

    def resizeEvent(self, ev: Any) -> None:
        self._fail()
        super().resizeEvent(ev)

    def paintEvent(self, ev: Any) -> None:
        self._fail()
        super().paintEvent(ev)

    def mouseMoveEvent(self, ev: Any) -> None:
        self._fail()
        super().mouseMoveEvent(ev)

    def leaveEvent(self, ev: Any) -> None:
        self._fail()
        super().leaveEvent(ev)

    def focusInEvent(self, event: Any) -> None:
        self._fail()
        super().focusInEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        self._fail()
        return super().focusNextPrevChild(forward)


class FailingItem(PixelItem):
    """An item of which everything that Qt and pyqtgraph call raises."""

    def boundingRect(self) -> QRectF:
        raise RuntimeError("planted")

    def shape(self) -> QPainterPath:
        raise RuntimeError("planted")

    def paint(self, painter: QPainter, *_: Any) -> None:
        raise RuntimeError("planted")

    def hoverEvent(self, ev: Any) -> None:
        raise RuntimeError("planted")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Callable[[], set[str]]:
    """What was logged as failed, in a logger of its own: under the canvas's name it would fail the test."""
    monkeypatch.setattr(guarded, "log", logging.getLogger("planted"))
    return lambda: {record.getMessage() for record in caplog.records if record.name == "planted" and record.exc_info}


def shown(qtbot: QtBot, canvas: Canvas) -> Canvas:
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("resizeEvent", lambda canvas: canvas.resize(320, 220)),
        ("paintEvent", lambda canvas: canvas.viewport().repaint()),
        ("mouseMoveEvent", lambda canvas: QTest.mouseMove(canvas.viewport(), QPoint(90, 80))),
        ("leaveEvent", lambda canvas: QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))),
        ("focusInEvent", lambda canvas: canvas.setFocus()),
        ("focusNextPrevChild", lambda canvas: QTest.keyClick(canvas, Qt.Key.Key_Tab)),
    ],
)
def test_an_event_that_raises_is_logged_and_the_caller_goes_on(
    qtbot: QtBot, logged: Callable[[], set[str]], capfd: pytest.CaptureFixture[str], name: str, act: Callable[..., None]
) -> None:
    canvas: Any = shown(qtbot, Failing(STYLE, Axis(0, 1), Axis(0, 1)))
    canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    canvas.activateWindow()
    qtbot.waitActive(canvas)
    if name == "focusNextPrevChild":
        canvas.setFocus()
    canvas.failing = True
    act(canvas)
    QApplication.processEvents()
    canvas.failing = False
    assert f"Failing.{name} failed" in logged()
    assert capfd.readouterr().err == ""


def test_an_item_that_raises_takes_nothing_with_it(
    qtbot: QtBot, logged: Callable[[], set[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    canvas = shown(qtbot, Canvas(STYLE, Axis(0, 1), Axis(0, 1)))
    canvas.add(FailingItem())
    handle = canvas.add(Handle("ink"))
    handle.set_position(0.5, 0.5)
    canvas.viewport().repaint()
    QTest.mouseMove(canvas.viewport(), canvas.to_pixels(0.5, 0.5).toPoint())
    QApplication.processEvents()
    assert handle.active
    assert {f"FailingItem.{name} failed" for name in ("boundingRect", "paint")} <= logged()
    assert capfd.readouterr().err == ""


class FailingField(ValueField):
    """A plain widget of which what Qt calls raises."""

    def resizeEvent(self, event: Any) -> None:
        raise RuntimeError("planted")

    def sizeHint(self) -> QSize:
        raise RuntimeError("planted")

    def eventFilter(self, watched: Any, event: Any) -> bool:
        raise RuntimeError("planted")


def test_a_widget_that_raises_takes_nothing_with_it(
    qtbot: QtBot, logged: Callable[[], set[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    row = QHBoxLayout(around)
    row.addWidget(FailingField())
    row.addWidget(QPushButton("a button"))
    around.show()
    qtbot.waitExposed(around)
    around.resize(500, 300)
    QApplication.processEvents()
    assert {f"FailingField.{name} failed" for name in ("resizeEvent", "sizeHint", "eventFilter")} <= logged()
    assert capfd.readouterr().err == ""


#: Python calls these, Qt does not; a thread's ``run`` has a guard of its own.
_NOT_CALLED_BY_QT = {"close", "render", "setAccessibleName", "setData", "run"}


def unguarded_overrides(kind: type) -> list[str]:
    """Functions of a class in place of those of a Qt class, which Qt may call, without the guard."""
    of_qt = [base for base in kind.__mro__ if base.__module__.startswith("PySide6")]
    functions = {name: part for name, part in vars(kind).items() if inspect.isfunction(part) and name[:2] != "__"}
    taken = {name for name in functions if any(name in vars(base) for base in of_qt)} - _NOT_CALLED_BY_QT
    if issubclass(kind, QGraphicsItem):
        taken -= {"setVisible", "update"}  # virtual in a widget, not in an item; not virtual at all
    return sorted(name for name in taken if not hasattr(functions[name], "__wrapped__"))


def test_every_override_that_qt_calls_is_guarded() -> None:
    class Planted(QWidget):
        def heightForWidth(self, width: int) -> int:
            return width

    assert unguarded_overrides(Planted) == ["heightForWidth"]
    found = []
    for module in pkgutil.walk_packages(qhm_gui.__path__, "qhm_gui."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            if inspect.isclass(kind) and kind.__module__ == module.name:
                found += [f"{name}.{part}" for part in unguarded_overrides(kind)]
    assert found == []


# -- dropped, removed


@pytest.mark.parametrize("make", [lambda: Canvas(STYLE, Axis(0, 1), Axis(0, 1)), lambda: ColourBar(STYLE, "tide")])
def test_what_is_dropped_goes_at_once(qapp: QApplication, make: Callable[[], QWidget]) -> None:
    """In a cycle it would wait for the garbage collector, which takes a scene and its items apart in any order: Qt then
    calls items that are half gone, and the process ends."""
    gc.disable()
    try:
        widget = make()
        if isinstance(widget, Canvas):
            widget.add(Handle("ink")).set_position(0.5, 0.5)
            widget.placer.areas()
        gone = weakref.ref(widget)
        del widget
        assert gone() is None
    finally:
        gc.enable()


def test_what_is_removed_has_no_place_and_no_keys(qtbot: QtBot) -> None:
    canvas = shown(qtbot, Canvas(STYLE, Axis(0, 1), Axis(0, 1)))
    handle = canvas.add(Handle("ink"))
    handle.set_position(0.5, 0.5)
    label = canvas.add(Label("a word", "text"))
    label.set_position(0.2, 0.2)
    assert "a word" in dict(canvas.placer.areas())
    canvas.removeItem(label)
    assert "a word" not in dict(canvas.placer.areas())
    canvas.keyboard.take(handle)
    canvas.plot_item.removeItem(handle)
    assert canvas.keyboard.focused is None
