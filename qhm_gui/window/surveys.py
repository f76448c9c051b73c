"""Typed losses are looked over in the background before they become the state's.

Finding the window and the minima of a formula takes tenths of a second. So what is typed is computed by the runner, of
several texts the newest, and put into the store when all that the window asks of it is known: from then on the answers
come from caches. Whatever needs the state as it was typed (saving, undo, another state) does not wait: see `flush`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from qhm_gui.background.runner import Answer, Runner
from qhm_gui.files.log import not_computed
from qhm_gui.state.state import State, changed, look_over
from qhm_gui.state.store import Store
from qhm_gui.text.language import tr
from qhm_math.declared import ParameterError
from qhm_math.losses import Loss
from qhm_math.progress import Monitor

_KEY = "survey"
#: Makes the changes that are asked for; ParameterError where they are refused.
Make = Callable[[], dict[str, Any]]


class Surveys(QObject):
    """Carries changes of a typed loss to the store; of those that are under way the newest wins."""

    dropped = Signal()  # what was asked for is not done: the fields are to show what holds
    failed = Signal(str)  # a sentence

    def __init__(self, store: Store, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._runner = runner
        self._asked: tuple[str, Make] | None = None
        self._generation = 0
        self._edges: dict[str, Any] = {}
        self._before: Loss = store.state.loss
        store.changed.connect(self._follow)
        store.settling.connect(self.flush)
        runner.answered.connect(self._hear)
        runner.settled.connect(self._given_up)

    @property
    def active(self) -> bool:
        """Whether a loss is being looked over."""
        return self._asked is not None

    def take(self, name: str, make: Make) -> None:
        """Ask for another loss; a refusal belongs to the field ``name``."""
        self._edges = {}
        self._begin(name, make)

    def take_edge(self, name: str, value: object) -> None:
        """Ask for another end of the window; ends that are still looked over stay asked for."""
        self._edges = {**self._edges, name: value} if self.active else {name: value}
        self._begin(name, partial(dict[str, Any], self._edges))

    @Slot()
    def flush(self) -> None:
        """Do at once what is asked for, without waiting for the background."""
        if self._asked is not None:
            self._apply(*self._forget())

    def _begin(self, name: str, make: Make) -> None:
        self._before, self._asked = self._store.state.loss, (name, make)
        work = partial(_looked_over, self._store.state, make)
        self._generation = self._runner.submit(_KEY, work, tr("Looking for minima"))

    def _forget(self) -> tuple[str, Make]:
        assert self._asked is not None
        asked, self._asked, self._edges = self._asked, None, {}
        return asked

    @Slot(object)
    def _follow(self, state: State) -> None:
        """Another loss has been chosen meanwhile: that is the newest wish."""
        if self.active and state.loss != self._before:
            self._forget()

    @Slot(object)
    def _hear(self, answer: Answer) -> None:
        if answer.key != _KEY or not self.active or answer.generation != self._generation:
            return
        if answer.failure:  # the runner has logged it
            self._forget()
            self.dropped.emit()
            self.failed.emit(not_computed())
        elif answer.value is not None:
            self._apply(*self._forget())

    @Slot()
    def _given_up(self) -> None:
        """Everything that was computed is cancelled."""
        if self.active:
            self._forget()
            self.dropped.emit()

    def _apply(self, name: str, make: Make) -> None:
        try:
            changes = make()
        except ParameterError as error:
            self._store.refuse(name, error)
            return
        self._store.update(**changes)


def _looked_over(state: State, make: Make, monitor: Monitor) -> Iterator[bool]:
    """True once all is known that the window asks; also where the changes are refused, which is found again at once."""
    monitor.report(0.0)
    try:
        after = changed(state, make())
        monitor.report(0.5)
        look_over(after)
    except ParameterError:
        pass
    yield True
