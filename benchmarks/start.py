"""From the start of the process to the first painted window, beside the least that any such program costs.

The least is a process that imports PySide6 and pyqtgraph and paints one empty plot. Both run in turns, in processes of
their own, on Qt's offscreen platform, and the fastest of each is compared. The window is painted before anything is
computed, so the time until every card shows its answer stands in a second row.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 9

BARE = """
import pyqtgraph
from PySide6.QtWidgets import QApplication
app = QApplication([])
plot = pyqtgraph.PlotWidget()
plot.resize(1600, 1000)
plot.show()
app.processEvents()
assert not plot.grab().isNull()
"""

OURS = """
import main  # what it sets before anything else is imported
import qhm_gui.commands.quick_dataclasses  # as its run() does
import os
from qhm_gui.window.start import make_application
from qhm_gui.files.settings import Settings
from qhm_gui.state.state import State
from qhm_gui.state.store import Store
from qhm_gui.window.window import Window
app = make_application()
window = Window(Store(State()), Settings())
window.show()
app.processEvents()
assert not window.grab().isNull()
"""
FIRST = OURS + "os._exit(0)"
ANSWERED = (
    OURS
    + """
while not all(view.result is not None for view in window.page.views.values()):
    app.processEvents()
app.processEvents()
os._exit(0)
"""
)


def seconds(program: str, home: str) -> float:
    """How long a process takes that runs ``program``."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": home,
        "XDG_DATA_HOME": home,
        "XDG_CACHE_HOME": home,
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the first round, which does not count, compiles what it imports
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)
    return time.perf_counter() - begun


def measure() -> list[tuple[str, str, str]]:
    """The ratios of ours to the least."""
    with tempfile.TemporaryDirectory() as home:
        rounds = [[seconds(program, home) for program in (BARE, FIRST, ANSWERED)] for _ in range(ROUNDS + 1)][1:]
    bare, first, answered = (min(column) for column in zip(*rounds, strict=True))
    return [
        (
            "start to first painted window",
            f"{first / bare:.2f} × PySide6, pyqtgraph and one empty plot ({first:.2f} s to {bare:.2f} s)",
            "1.3 ×",
        ),
        ("start to every card with its answer", f"{answered / bare:.2f} × the same ({answered:.2f} s)", ""),
    ]


if __name__ == "__main__":
    for row in measure():
        print(*row, sep="  |  ")
