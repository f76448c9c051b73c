"""Tuning in the window: the best parameters of every method that is shown, for the budget of the comparison.

It takes seconds, so it has a runner of its own: the views go on answering. It is one change of the state, which undo
takes back; it is given up where the problem changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Slot

from qhm_gui.background.runner import Answer, Progress, Runner
from qhm_gui.files.log import not_computed
from qhm_gui.state.state import State
from qhm_gui.state.store import Store
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped
from qhm_gui.views.compare.compared_methods import runs_on
from qhm_gui.views.shared.runs import shared_noise
from qhm_gui.window.messages import LongWork
from qhm_math.losses import Loss
from qhm_math.methods import Method
from qhm_math.noise import Noise
from qhm_math.progress import Monitor
from qhm_math.tuning import tune

_KEY = "tuning"


@dataclass(frozen=True)
class TuningRequest:
    """The budget and the problem, and the methods by their place in the list."""

    loss: Loss
    noise: Noise
    start: tuple[float, float]
    steps: int
    seed: int
    methods: tuple[tuple[int, Method], ...]


def tuning_request(state: State) -> TuningRequest:
    """What tuning asks for: every method that is shown and can run on the loss."""
    rows = tuple(
        (index, entry.current)
        for index, entry in enumerate(state.compare.entries)
        if not entry.hidden and runs_on(entry, state.loss)
    )
    return TuningRequest(state.loss, state.noise, state.start, state.steps, state.seed, rows)


def tuned_methods(request: TuningRequest, monitor: Monitor) -> Iterator[dict[int, Method]]:
    """Place in the list -> the tuned method; nothing when cancelled."""
    noise = shared_noise(request.noise, request.steps, 1, request.seed)
    found: dict[int, Method] = {}
    for done, (index, method) in enumerate(request.methods):
        part = _Part(monitor, done, len(request.methods))
        found[index] = tune(method, request.loss, request.start, request.steps, noise, request.seed, monitor=part)
    if not monitor.cancelled():
        yield found


class _Part:
    """The Monitor of one of several equal parts of the work."""

    def __init__(self, monitor: Monitor, done: int, parts: int) -> None:
        self._monitor, self._done, self._parts = monitor, done, parts
        self.cancelled = monitor.cancelled

    def report(self, fraction: float) -> None:
        """``fraction`` of this part is done."""
        self._monitor.report((self._done + fraction) / self._parts)


class Tuning(LongWork):
    """Tunes the methods of the store's state, one tuning at a time."""

    def __init__(self, parent: QObject, store: Store) -> None:
        super().__init__(parent)
        self._store = store
        self._runner: Runner | None = None
        self._request: TuningRequest | None = None
        store.changed.connect(self._follow)

    @property
    def active(self) -> bool:
        """Whether methods are being tuned."""
        return self._runner is not None

    def begin(self) -> None:
        """Tune every method that is shown; asked for again, it goes on."""
        request = tuning_request(self._store.state)
        if self.active or not request.methods:
            return
        self._request, self._runner = request, Runner(self)
        self._runner.answered.connect(self._hear)
        self._runner.progressed.connect(self._tell)
        self._runner.submit(_KEY, partial(tuned_methods, request), tr("Tuning"))
        self.progressed.emit(tr("Tuning"), 0.0, None)

    def cancel(self) -> bool:
        """Give it up and change nothing; whether there was anything."""
        if not self.active:
            return False
        self._end()
        self.said.emit(tr("Tuning was cancelled; no parameter was changed."))
        return True

    @Slot(object)
    def _follow(self, state: State) -> None:
        """What is tuned for another problem is of no use for this one."""
        if self.active and tuning_request(state) != self._request:
            self.cancel()

    @Slot(object)
    def _tell(self, progress: Progress) -> None:
        self.progressed.emit(progress.label, progress.fraction, progress.left)

    @Slot(object)
    def _hear(self, answer: Answer) -> None:
        if not self.active:
            return
        if answer.failure:  # the runner has logged it
            self._end()
            self.failed.emit(not_computed())
        elif answer.value is not None:
            self._end()
            self._apply(answer.value)

    def _apply(self, found: dict[int, Method]) -> None:
        state = self._store.state
        entries = tuple(
            replace(entry, method=found[index], changes=()) if index in found else entry
            for index, entry in enumerate(state.compare.entries)
        )
        if self._store.update(**{"compare.entries": entries}):
            words = "Each method is tuned for {steps} steps on this loss with this noise."
            self.said.emit(tr(words, steps=grouped(state.steps)))

    def _end(self) -> None:
        runner, self._runner, self._request = self._runner, None, None
        if runner is not None:
            runner.close()
            runner.deleteLater()
        self.settled.emit()
