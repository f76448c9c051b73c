"""Scrubbing on the page Compare: from the move of the playhead to the painted window, six methods of 2,000 steps."""

from __future__ import annotations

import os
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QSettings

from benchmarks.drag import wait
from qhm_gui.appearance.application import make_application
from qhm_gui.files.settings import Settings
from qhm_gui.state.options.compare import Entry
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.window.window import Window
from qhm_math.losses import Rosenbrock
from qhm_math.methods import RMSProp

STEPS = 2000
MOVES = 200
FRAME_MS = 16.7


def measure() -> list[tuple[str, str, str]]:
    """The 95th percentile of the frames, as a multiple of a screen's frame."""
    frames = np.array(scrub_frames()) * 1000
    typical, slow = np.percentile(frames, [50, 95])
    return [
        (
            f"scrubbing six methods of {STEPS:,} steps, move to painted",
            f"{slow / FRAME_MS:.2f} × a 16.7 ms frame at the 95th percentile ({slow:.1f} ms; median {typical:.1f} ms)",
            "1 ×",
        )
    ]


def scrub_frames() -> list[float]:
    """Seconds of each frame while the playhead goes through the run."""
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        app = make_application()
        state = changed(State(), {"page": "compare", "loss": Rosenbrock()})
        entries = (*state.compare.entries, Entry(RMSProp()))
        window = Window(Store(changed(state, {"steps": STEPS, "compare.entries": entries})), Settings())
        window.resize(1600, 1000)
        window.show()
        wait(app, window)
        seconds: list[float] = []
        for index in range(MOVES):
            begun = time.perf_counter()
            window.playback.seek(round(STEPS * (index + 1) / MOVES))
            app.processEvents()
            seconds.append(time.perf_counter() - begun)
        window.close()
    return seconds[10:]


if __name__ == "__main__":
    for row in measure():
        print(*row, sep="  |  ")
