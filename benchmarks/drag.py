"""A drag on every page with 2,000 steps: how long the window is busy at a time, and when all cards are painted.

The window is real, drawn by Qt's raster engine into memory. Dragged is the point of the parameters, on a page without
one the start, else α in the panel; then, for fewer moves, everything else on the page that can be. Every move is sent
as the mouse would send it; then the event loop turns until every card shows the new state and nothing is left to paint.
Each turn of the loop is timed: while it lasts, the window takes no input.

    python benchmarks/drag.py [PAGE ...]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QSettings, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from qhm_gui.appearance.application import make_application
from qhm_gui.canvas.handle import Handle
from qhm_gui.files.settings import Settings
from qhm_gui.state.options.compare import Entry
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.widgets.slider import ParameterSlider
from qhm_gui.window.window import Window
from qhm_math.methods import RMSProp

STEPS = 2000
MOVES, FEWER_MOVES, WARM_UP = 90, 40, 10
FRAME_MS = 16.7
#: Seconds: a turn that worked less has found nothing to do, and a loop that has nothing to do sleeps.
_IDLE, _NAP = 0.0001, 0.0002


@dataclass
class Moves:
    """Milliseconds for every move of a drag.

    ``busy``: the longest turn of the event loop until all is painted; ``thread``: the processor's share of that turn,
    without what other threads and programs took. ``painted``: from the mouse event until the last card is painted.
    """

    busy: list[float]
    thread: list[float]
    painted: list[float]


def measure(pages: list[str] | None = None) -> list[tuple[str, str, str]]:
    """Three rows a page: the 95th percentiles as multiples of a screen's frame, and of all that can be dragged there
    the one that keeps the window's thread longest."""
    rows: list[tuple[str, str, str]] = []
    for page in pages or list(PAGES):
        moves = drag(page)
        rows.append((f"drag on {page}, busy at a time", in_frames(moves.busy, moves.thread), "1 ×"))
        rows.append((f"drag on {page}, move to all painted", in_frames(moves.painted), "2 ×"))
        others = drag_each(page)
        name = max(others, key=lambda name: float(np.percentile(others[name].thread, 95)))
        slowest = in_frames(others[name].busy, others[name].thread)
        rows.append((f"the slowest of {len(others)} drags on {page}, of {name}, busy at a time", slowest, "1 ×"))
    return rows


def in_frames(times: list[float], thread: list[float] | None = None) -> str:
    """The 95th percentile beside a frame, with the median."""
    typical, slow = np.percentile(times, [50, 95])
    own = f", {np.percentile(thread, 95):.1f} ms of it the thread's own" if thread else ""
    return (
        f"{slow / FRAME_MS:.2f} × a 16.7 ms frame at the 95th percentile ({slow:.1f} ms{own}; median {typical:.1f} ms)"
    )


def state_for(page: str) -> State:
    """2,000 steps; four methods, on the page Compare six."""
    state = changed(State(), {"page": page, "steps": STEPS})
    if page == "converge":
        return changed(state, {"converge.steps": STEPS})
    if page == "compare":
        return changed(state, {"compare.entries": (*state.compare.entries, Entry(RMSProp()))})
    return state


@contextmanager
def shown_window(state: State) -> Iterator[Window]:
    """A window of 1600 × 1000 with settings of its own, painted and with nothing left to compute."""
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        app = make_application()
        window = Window(Store(state), Settings())
        window.resize(1600, 1000)
        window.show()
        wait(app, window)
        yield window
        window.close()
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@dataclass
class Grip:
    """What can be dragged: what it is called, the widget that takes the mouse, and where."""

    name: str
    widget: QWidget
    place: QPointF


def handles(window: Window) -> list[Grip]:
    """Those on the canvases, points first."""
    found = [
        (item, key)
        for key in window.page.row.views
        for canvas in window.page.views[key].canvases
        for item in canvas.items_shown
        if isinstance(item, Handle) and item.movable
    ]
    grips: list[Grip] = []
    for handle, key in sorted(found, key=lambda one: one[0].kind != "point"):
        canvas = handle.canvas
        assert canvas is not None
        grips.append(Grip(f"the {handle.kind} on {key}", canvas.viewport(), canvas.to_pixels(*handle.position)))
    return grips


def sliders(window: Window) -> list[Grip]:
    """Those in the panel that can be moved."""
    return [
        Grip(f"the slider {slider.accessibleName()}", slider, slider.ring_rect()[0].center())
        for slider in window.panel.findChildren(ParameterSlider)
        if slider.isVisible() and slider.isEnabled()
    ]


def mouse(widget: QWidget, kind: QEvent.Type, point: QPointF, buttons: Qt.MouseButton) -> None:
    """Send one event of the left button to a widget."""
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, point, widget.mapToGlobal(point), button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


class Turns(QObject):
    """Turns of the event loop, each timed by the clock and by the processor's time of this thread."""

    def __init__(self, app: QApplication, window: Window) -> None:
        super().__init__()
        self._app = app
        self.longest = self.own = self.painted = 0.0
        self._painting = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the window is about to be painted."""
        if event.type() == QEvent.Type.UpdateRequest:
            self._painting = True
        return False

    def act(self, action: Callable[..., object], *arguments: object) -> bool:
        """One turn that does this; whether anything was painted in it."""
        self._painting = False
        begun, clock = time.perf_counter(), time.thread_time()
        action(*arguments)
        ended = time.perf_counter()
        if ended - begun > self.longest:
            self.longest, self.own = ended - begun, time.thread_time() - clock
        if self._painting:
            self.painted = ended
        return self._painting

    def turn(self) -> bool:
        """One turn that handles what is waiting, and a nap if that was nothing: the worker has the interpreter."""
        begun = time.thread_time()
        painted = self.act(self._app.processEvents)
        if time.thread_time() - begun < _IDLE:
            time.sleep(_NAP)
        return painted


def drag(page: str) -> Moves:
    """Drag on a page from side to side: its point, else its start, else α in the panel."""
    with shown_window(state_for(page)) as window:
        moves = moved(window, (handles(window) or sliders(window))[0], MOVES)
    if len(moves.busy) < MOVES / 2:
        raise RuntimeError(f"The drag on the page {page} moves nothing.")
    return moves


def drag_each(page: str) -> dict[str, Moves]:
    """The same, shorter, of everything on the page that moves, by its name."""
    with shown_window(state_for(page)) as window:
        found = {grip.name: moved(window, grip, FEWER_MOVES) for grip in (*handles(window), *sliders(window))}
    return {name: moves for name, moves in found.items() if moves.busy}


def moved(window: Window, grip: Grip, count: int) -> Moves:
    """Move it from side to side and let it go; what moves nothing, at the end of a range, does not count."""
    moves, app, here = Moves([], [], []), make_application(), grip.place
    mouse(grip.widget, QEvent.Type.MouseMove, here, Qt.MouseButton.NoButton)
    mouse(grip.widget, QEvent.Type.MouseButtonPress, here, Qt.MouseButton.LeftButton)
    for index in range(count):
        there = here + QPointF(-60 * np.sin((index + 1) / 9), 20 * np.sin((index + 1) / 7))
        before = window.store.state
        turns = Turns(app, window)
        begun = time.perf_counter()
        turns.act(mouse, grip.widget, QEvent.Type.MouseMove, there, Qt.MouseButton.LeftButton)
        painted = until_painted(window, turns)
        if window.store.state is before:
            continue
        moves.busy.append(turns.longest * 1000)
        moves.thread.append(turns.own * 1000)
        moves.painted.append((painted - begun) * 1000)
    mouse(grip.widget, QEvent.Type.MouseMove, here, Qt.MouseButton.LeftButton)
    mouse(grip.widget, QEvent.Type.MouseButtonRelease, here, Qt.MouseButton.NoButton)
    wait(app, window)
    return Moves(moves.busy[WARM_UP:], moves.thread[WARM_UP:], moves.painted[WARM_UP:])


def until_painted(window: Window, turns: Turns) -> float:
    """Turn the loop until the first picture of the new state is on every card, and say when it was.

    What refines a picture comes later.
    """
    while not window.page.link.up_to_date:
        turns.turn()
    idle = 0
    while idle < 2:
        idle = 0 if turns.turn() else idle + 1
    return turns.painted


def wait(app: QApplication, window: Window) -> None:
    """Until nothing is left to compute or to paint."""
    for _ in range(3):
        app.processEvents()
    while window.runner.busy:
        app.processEvents()
        time.sleep(0.001)
    app.processEvents()


if __name__ == "__main__":
    for row in measure(sys.argv[1:]):
        print(*row, sep="  |  ")
