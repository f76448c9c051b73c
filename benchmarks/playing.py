"""What playing costs of a core, and what a window costs that nobody touches: 1600 × 1000, 2,000 steps.

python -m benchmarks playing
"""

from __future__ import annotations

import time
from collections import Counter

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.drag import STEPS, shown_window, state_for
from qhm_gui.appearance.application import make_application
from qhm_gui.state.pages import PAGES

#: Seconds that are measured, and before that, until all that was asked for is refined and painted.
SECONDS, SETTLING = 3.0, 1.5
_ALARM = "the benchmark's own"


class Happenings(QObject):
    """Counts the paints and the timers of everything in the application."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.counts: Counter[QEvent.Type] = Counter()
        self._app = app
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count, and let pass."""
        if watched.objectName() != _ALARM:
            self.counts[event.type()] += 1
        return False

    def end(self) -> None:
        """Count no more."""
        self._app.removeEventFilter(self)


def measure() -> list[tuple[str, str, str]]:
    """Two rows for playing on every page that plays, one for idleness on every page."""
    rows: list[tuple[str, str, str]] = []
    for page, row in PAGES.items():
        with shown_window(state_for(page)) as window:
            app = make_application()
            for_seconds(SETTLING)
            if row.transport:
                window.playback.loop = True
                window.playback.toggle()
                for where, begin in (("", 0), (", late in the run", 3 * STEPS // 4)):
                    window.playback.seek(begin)
                    for_seconds(SETTLING)
                    rows.append((f"playing on {page}{where}", f"{share_of_a_core():.2f} × a core", "0.25 ×"))
                window.playback.pause()
                for_seconds(SETTLING)
            seen = Happenings(app)
            share = share_of_a_core()
            seen.end()
            timers, paints = seen.counts[QEvent.Type.Timer], seen.counts[QEvent.Type.Paint]
            rows.append(
                (f"idle on {page}", f"{share:.3f} × a core, {timers} timers, {paints} paints in {SECONDS:g} s", "0 ×")
            )
    return rows


def share_of_a_core() -> float:
    """The processor's time of all threads over the time of the clock."""
    clock, own = time.perf_counter(), time.process_time()
    for_seconds(SECONDS)
    return (time.process_time() - own) / (time.perf_counter() - clock)


def for_seconds(seconds: float) -> None:
    """Let the event loop run."""
    loop, alarm = QEventLoop(), QTimer()
    alarm.setSingleShot(True)
    alarm.setObjectName(_ALARM)
    alarm.timeout.connect(loop.quit)
    alarm.start(round(seconds * 1000))
    loop.exec()


if __name__ == "__main__":
    for row in measure():
        print(*row, sep="  |  ")
