"""One drag of α on the Explore page with 2,000 steps: from the mouse move to the painted window.

The window is real, drawn by Qt's raster engine into memory; every frame is timed from the mouse event to the moment
at which the new paths and losses have been computed and all four cards have been painted with them.
"""

from __future__ import annotations

import os
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QPointF, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.application import make_application
from qhm_gui.files.settings import Settings
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.views.explore.loss_curves import LossView
from qhm_gui.views.explore.paths import PathView
from qhm_gui.views.explore.stability_region import StabilityView
from qhm_gui.window.window import Window

STEPS = 2000
MOVES = 120
FRAME_MS = 16.7


def measure() -> list[tuple[str, str, str]]:
    """The 95th percentile of a drag's frames, as a multiple of a screen's frame."""
    frames = np.array(drag_frames()) * 1000
    typical, slow = np.percentile(frames, [50, 95])
    return [
        (
            f"drag of α, {STEPS:,} steps, mouse move to painted",
            f"{slow / FRAME_MS:.2f} × a 16.7 ms frame at the 95th percentile ({slow:.1f} ms; median {typical:.1f} ms)",
            "1 ×",
        )
    ]


def drag_frames() -> list[float]:
    """Seconds of each frame of a drag through the stability region."""
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        app = make_application()
        window = Window(Store(changed(State(), {"steps": STEPS})), Settings())
        window.resize(1600, 1000)
        window.show()
        wait(app, window)
        view = window.page.views["stability"]
        assert isinstance(view, StabilityView)
        canvas = view._plane.canvas
        here = canvas.to_pixels(window.store.state.alpha, window.store.state.beta)
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=here.toPoint())
        seconds: list[float] = []
        for index in range(MOVES):
            there = here + QPointF(-60 * np.sin(index / 9), 0)
            begun = time.perf_counter()
            QTest.mouseMove(canvas, there.toPoint())
            first_answers(app, window)
            seconds.append(time.perf_counter() - begun)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=here.toPoint())
        wait(app, window)
        window.close()
    return seconds[10:]


def first_answers(app: QApplication, window: Window) -> None:
    """Until the first picture of the new state is painted on every card; what refines it comes after."""
    state = window.store.state
    path, loss = window.page.views["path"], window.page.views["loss"]
    assert isinstance(path, PathView) and isinstance(loss, LossView)
    while True:
        results = (path._result, loss._result)
        wanted = (path.request(state), loss.request(state))
        if all(result and result.request == request for result, request in zip(results, wanted, strict=True)):
            break
        loop = QEventLoop()  # sleeps as the running application does, so that the worker has the interpreter
        window.runner.answered.connect(loop.quit)
        loop.exec()
    app.processEvents()  # paints what the answers changed


def wait(app: QApplication, window: Window) -> None:
    """Until nothing is left to compute or to paint."""
    for _ in range(3):
        app.processEvents()
    while window.runner.busy:
        app.processEvents()
        time.sleep(0.001)
    app.processEvents()


if __name__ == "__main__":
    for row in measure():
        print(*row, sep="  |  ")
