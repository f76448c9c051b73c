"""A window whose computations a test can wait for, and a mouse."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.plot import Canvas
from qhm_gui.files.autosave import Autosave
from qhm_gui.files.settings import data_folder
from qhm_gui.state.state import State
from qhm_gui.text import language
from qhm_gui.views.choose import best_for_steps
from qhm_gui.views.view import View
from qhm_gui.widgets.deletion import delete_now
from qhm_gui.window.view_updates import Link
from qhm_gui.window.window import Window
from qhm_math.progress import SILENT
from tests.conftest import describe, top_level_windows, use_folders
from tests.conftest import settle as until_gone
from tests.gui.used_window import SIZE, bring_back, new_window, spent

SCREEN = Style()
#: Every page computes little, for what looks at all of them and not at their numbers.
QUICK: dict[str, Any] = {
    "steps": 40,
    "runs": 10,
    "converge.runs": 10,
    "converge.steps": 200,
    "choose.budget": 100,
    "choose.error": 1.0,
    "experiments.steps": 100,
    "experiments.samples": 100,
    "experiments.sweep_cells": 5,
    "experiments.sweep_steps": 20,
    "experiments.sweep_seeds": 1,
}
V = TypeVar("V", bound=View)
POINTS_A_DECADE = best_for_steps._SPARSE


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application with the program's fonts: a text measured before they are there would keep that measure."""
    return make_application()


@pytest.fixture(scope="session", autouse=True)
def few_budgets(request: pytest.FixtureRequest) -> Iterator[None]:
    """“Best for N steps” searches for the best point of three budgets; of nine with the fixture whole_curve."""
    with pytest.MonkeyPatch.context() as patch:
        if not request.config.getoption("--soak"):
            patch.setattr(best_for_steps, "_SPARSE", 0.5)
        yield


@pytest.fixture
def whole_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    """“Best for N steps” has all its points, for a test that looks at them."""
    monkeypatch.setattr(best_for_steps, "_SPARSE", POINTS_A_DECADE)


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[Callable[..., Window]]:
    """Windows that are closed when the test ends, and deleted."""
    made: list[Window] = []

    def make(state: State | None = None, *, keep_session: bool = False) -> Window:
        window = new_window(state, Autosave(data_folder() / "unsaved") if keep_session else None)
        made.append(window)
        return window

    yield make
    for window in made:
        leave(window)
        window.deleteLater()
    if made:
        QGuiApplication.clipboard().clear()  # the interpreter's end would find it after Qt's
    language.set_language("en")


@pytest.fixture(scope="module")
def kept_window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """What used_window brings back; made before a test begins, which therefore leaves it behind without a complaint."""
    before = set(top_level_windows())
    with pytest.MonkeyPatch.context() as patch:
        use_folders(tmp_path_factory.mktemp("home"), patch)
        window = new_window()
        while window.runner.busy or not quiet(window.page.link):
            pause(5)
    yield window
    leave(window)
    window.deleteLater()
    del window
    left = until_gone(lambda: [w for w in top_level_windows() if w not in before])
    assert not left, f"left behind by the window that tests have used: {[describe(w) for w in left]}"


@pytest.fixture
def used_window(
    kept_window: Window, make_window: Callable[..., Window], settle: Callable[[Window], None]
) -> Iterator[Callable[..., Window]]:
    """One window that shows a state, for a test that does what a person does on a page: those of its file use it one
    after another. Where it cannot be brought back (see used_window.py) the test has one of its own."""

    def take(state: State | None = None, size: QSize = SIZE) -> Window:
        if not spent(kept_window):
            bring_back(kept_window, state or State(), settle, size=size)
            return kept_window
        made = make_window(state)
        made.resize(size)
        settle(made)
        return made

    yield take
    kept_window.messages.stop()
    kept_window.playback.pause()
    language.set_language("en")


@pytest.fixture
def window(make_window: Callable[..., Window], settle: Callable[[Window], None]) -> Window:
    """One window that has computed everything it shows."""
    made = make_window()
    settle(made)
    return made


@pytest.fixture
def settle(qapp: QApplication) -> Callable[[Window], None]:
    """Wait until the runner has answered everything that was asked, and the answers are shown."""

    def wait(window: Window) -> None:
        window.setUpdatesEnabled(False)  # only what stands in the end is painted: that is half of a test's time
        end = time.monotonic() + 30
        while window.runner.busy or not quiet(window.page.link):
            assert time.monotonic() < end, "the window does not come to rest"
            pause(3)
        window.setUpdatesEnabled(True)
        pause(1)
        for _ in range(3):  # on a busy machine 1 ms is over before layouts have followed their contents
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)

    return wait


class Shown(Protocol):
    """A view that has computed and shows an answer, at the last step."""

    def __call__(self, kind: type[V], state: State, *, style: Style = ..., size: tuple[int, int] = ...) -> V: ...


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    """Views without a window around them, closed when the test ends: quick to make."""
    make_application()
    made: list[View] = []

    def show(kind: type[V], state: State, *, style: Style = SCREEN, size: tuple[int, int] = (640, 420)) -> V:
        view = kind(style)
        made.append(view)
        view.widget.resize(*size)
        view.widget.show()
        for answer in kind.compute(kind.request(state), SILENT) if view.ready(state) else ():
            view.show(answer)
        view.follow(state)
        view.seek(state.steps)
        return view

    yield show
    for view in made:
        view.widget.close()
        delete_now(view.widget, view)
    language.set_language("en")


def quiet(link: Link) -> bool:
    """Whether every view that is seen shows its answer, and has finished with it."""
    return link.at_rest and link.up_to_date


def leave(window: Window) -> None:
    """Close without the question whether changes are to be saved: nobody would answer it."""
    if window.document.path is not None:
        window.document.discard()
    window.close()


def read(window: Window) -> None:
    """Wait until the file that was asked for has been read, and what the window asks about it is answered."""
    reader = window.files._reader
    for _ in range(2000):
        if not reader.busy:
            return
        pause(5)
    raise AssertionError("the file was not read")


def pause(milliseconds: int) -> None:
    """Handle events for a while. (QTest.qWait keeps Python from other threads meanwhile: a reader would starve.)"""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def drag(canvas: Canvas, start: QPointF, end: QPointF, *, moves: int = 4, release: bool = True) -> None:
    """Press at ``start`` and move to ``end`` (canvas pixels) as a person would, in a few moves."""
    surface: QWidget = canvas.viewport()
    first = start.toPoint()
    QTest.mouseMove(surface, first)
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, pos=first)
    for index in range(1, moves + 1):
        share = index / moves
        QTest.mouseMove(surface, (start + (end - start) * share).toPoint())
    if release:
        QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=end.toPoint())


def wheel(canvas: Canvas, place: QPointF, notches: int) -> bool:
    """Turn the wheel over a place; whether the canvas has used it."""
    event = QWheelEvent(
        place, QPointF(canvas.viewport().mapToGlobal(place.toPoint())), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas.viewport(), event)
    return event.isAccepted()


def offset(point: QPointF, dx: int, dy: int) -> QPointF:
    """A place some pixels beside ``point``."""
    return point + QPointF(QPoint(dx, dy))


def count_draws(monkeypatch: pytest.MonkeyPatch, *items: Any) -> dict[Any, int]:
    """How often each item is drawn from now on."""
    times = dict.fromkeys(items, 0)

    def counted(item: Any, draw: Callable[..., None]) -> Callable[..., None]:
        def wrapped(*arguments: Any) -> None:
            times[item] += 1
            draw(*arguments)

        return wrapped

    for item in items:
        monkeypatch.setattr(item, "draw", counted(item, item.draw))
    return times
