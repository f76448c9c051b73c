"""The playhead: which step is looked at, and its motion. Not part of the state: moving it is not a change to undo."""

from __future__ import annotations

import time

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

#: Steps a second at each speed, from 0.1 to 100 steps a frame; 'max' crosses the whole run in a second.
SPEEDS: dict[str, float] = {"⅕×": 6.0, "1×": 30.0, "4×": 120.0, "20×": 600.0, "200×": 6000.0, "max": 0.0}
#: Milliseconds between two looks at it: a film's 30 a second, fewer where they would take more than this share of a
#: core (a talk is recorded beside it; Qt's own threads take a little more), but never fewer than twelve.
_FRAME, _LONGEST, _SHARE = 33, 80, 0.22
#: How much of what a look takes is told by the last one.
_LAST = 0.2


class Playback(QObject):
    """Owns the only timer of the playhead. ``moved`` tells the step, ``playing_changed`` whether it runs."""

    moved = Signal(int)
    playing_changed = Signal(bool)

    def __init__(self, steps: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps = steps
        self._step = steps
        self._exact = float(steps)
        self.speed = "1×"
        self.loop = False
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME)
        self._timer.timeout.connect(self._advance)
        self._clock = QElapsedTimer()
        self._worked = self._took = 0.0  # seconds of this thread's work: in all at the last look, and for each

    @property
    def step(self) -> int:
        """The step that is looked at, 0 to ``steps``."""
        return self._step

    @property
    def playing(self) -> bool:
        """Whether the playhead moves by itself."""
        return self._timer.isActive()

    def set_steps(self, steps: int) -> None:
        """Another length of run; a playhead at the old end stays at the end."""
        if steps == self._steps:
            return
        at_end = self._step == self._steps
        self._steps = steps
        self.seek(steps if at_end else min(self._step, steps))

    def seek(self, step: float) -> None:
        """Look at ``step``, clipped to the run."""
        self._exact = float(min(max(step, 0), self._steps))
        if int(self._exact) != self._step:
            self._step = int(self._exact)
            self.moved.emit(self._step)

    def nudge(self, delta: int) -> None:
        """Stop, and go ``delta`` steps on."""
        self.pause()
        self.seek(self._step + delta)

    def toggle(self) -> None:
        """Play, from the beginning when the end was reached; or pause."""
        if self.playing:
            self.pause()
            return
        if self._step >= self._steps:
            self.seek(0)
        self._clock.start()
        self._worked, self._took = time.thread_time(), 0.0
        self._timer.start(_FRAME)
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stop where it is."""
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def _keep_share(self) -> None:
        """Look again when the last look, its painting included, has taken no more than its share of the time."""
        before, self._worked = self._worked, time.thread_time()
        self._took += _LAST * (self._worked - before - self._took)
        interval = min(max(_FRAME, round(1000 * self._took / _SHARE)), _LONGEST)
        if interval != self._timer.interval():
            self._timer.setInterval(interval)

    def _advance(self) -> None:
        self._keep_share()
        rate = SPEEDS[self.speed] or float(self._steps)
        gone = rate * self._clock.restart() / 1000
        if self.loop and self._exact >= self._steps:  # now that the end has been seen
            self.seek(0)
            return
        self.seek(self._exact + gone)
        if self._exact >= self._steps and not self.loop:
            self.pause()
