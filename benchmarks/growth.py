"""What stays in memory: switches of page, changes, and exports in every format, in one process each.

The memory that the process holds after the first ten rounds is compared with that at the end, both after what Python
and the C library can give back.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SWITCHES, CHANGES, EXPORTS = 500, 1000, 200
FIRST = 10
_GOAL = "1.05 ×"


def held() -> float:
    """Megabytes that the process holds now; where the system does not tell, the most it has held."""
    gc.collect()
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text("ascii").split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


def grown(act: Callable[[int], Any], times: int, rest: Callable[[], Any] = lambda: None) -> tuple[float, float]:
    """Megabytes after the first ten rounds, and after all; ``rest`` lets come to an end what a round began."""
    before = 0.0
    for index in range(times):
        act(index)
        if index in (FIRST - 1, times - 1):
            rest()
        if index == FIRST - 1:
            before = held()
    return before, held()


def window_rounds(what: str) -> tuple[float, float]:
    """Switches of page ("pages": the first ten have made every page) or changes of the state ("changes")."""
    from PySide6.QtCore import QEvent

    from qhm_gui.appearance.application import make_application
    from qhm_gui.files.settings import Settings
    from qhm_gui.state.pages import PAGES
    from qhm_gui.state.state import State
    from qhm_gui.state.store import Store
    from qhm_gui.window.window import Window

    app = make_application()
    window = Window(Store(State()), Settings())
    window.resize(1280, 800)
    window.show()

    def rest() -> None:
        app.processEvents()
        while window.runner.busy:
            app.processEvents()
        app.processEvents()
        app.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))  # as the event loop does, which is none here

    def switch(index: int) -> None:
        window.store.update(page=list(PAGES)[index % len(PAGES)])
        rest()

    def change(index: int) -> None:
        window.store.update(alpha=0.5 + index % 100 / 100)
        rest()

    rest()
    try:
        if what == "pages":
            return grown(switch, SWITCHES, rest)
        for index in range(100):  # undo keeps a hundred of them
            change(index)
        return grown(change, CHANGES, rest)
    finally:
        window.close()


def export_rounds(key: str) -> tuple[float, float]:
    """The same view exported again and again, as a command does: without an event loop."""
    from qhm_gui.appearance.application import make_application
    from qhm_gui.export import encoded
    from qhm_gui.export.compose import compose, for_format
    from qhm_gui.export.computed import computed
    from qhm_gui.export.options import ExportOptions
    from qhm_gui.export.page import sheet
    from qhm_gui.export.scene import view_scene
    from qhm_gui.state.state import State

    make_application()

    def export(_index: int) -> None:
        figure = for_format(compose(view_scene("stability"), State(), ExportOptions()), key)
        with sheet(figure, computed(figure)) as drawing:
            encoded(drawing, key, 1)

    return grown(export, EXPORTS)


def measure() -> list[tuple[str, str, str]]:
    """A row for each: memory at the end as a ratio to that after the first ten rounds."""
    from qhm_gui.export import EXPORTERS

    named = [("pages", f"memory after {SWITCHES} switches of page"), ("changes", f"memory after {CHANGES} changes")]
    named += [(key, f"memory after {EXPORTS} exports as {row.title}") for key, row in EXPORTERS.items()]
    return [(words, told(*in_own_process(key)), _GOAL) for key, words in named]


def told(before: float, after: float) -> str:
    """The ratio, with the megabytes."""
    return f"{after / before:.3f} × that after {FIRST} ({before:.0f} MB → {after:.0f} MB)"


def in_own_process(key: str) -> tuple[float, float]:
    """Rounds of one kind in a process of their own, so that none warms another's memory."""
    with tempfile.TemporaryDirectory() as home:
        folders = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), home)
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OPENBLAS_NUM_THREADS": "1", **folders}
        command = [sys.executable, "-m", "benchmarks.growth", key]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    before, after = done.stdout.split()[-2:]
    return float(before), float(after)


if __name__ == "__main__":
    wanted = sys.argv[1]
    print(*(window_rounds(wanted) if wanted in ("pages", "changes") else export_rounds(wanted)), flush=True)
    os._exit(0)
