"""The runner: the only threading code. One QThread, and one for what is long; one request a view, latest wins.

A job is a function of a Monitor that yields results, coarse ones first. A newer job of the same key replaces the one
that waits and cancels the one that runs; what a superseded job still says is dropped by its generation. A job that is
given up is closed at once, in the thread that it ran in: it lets go of its files before another takes them.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from qhm_gui.background.remaining import RemainingTime
from qhm_gui.text.resource_words import resource_sentence
from qhm_math.progress import Cancelled, Monitor
from qhm_math.resource_files import ResourceError

Work = Callable[[Monitor], Iterator[Any]]

log = logging.getLogger("qhm.told")  # who has asked tells what failed
_REPORT_EVERY = 1 / 30
#: Refining begins when nothing new has been asked for this long: during a drag only coarse answers are computed.
_REST = 0.04
#: Milliseconds between two looks at whether a thread has ended.
_BREATH = 50


#: No thread is destroyed before it has ended.
_running: set[QThread] = set()


@dataclass(frozen=True)
class Answer:
    """What a job has found so far; ``final`` when it is all. ``fraction`` tells how far it is on the way to more."""

    key: str
    generation: int
    value: Any
    final: bool = False
    failure: str = ""
    sentence: str = ""  # what to tell of the failure, where it is no defect of the program


@dataclass(frozen=True)
class Progress:
    """How far the running job is after so many ``seconds``, and how many are ``left``; None where that is not known."""

    key: str
    generation: int
    label: str
    fraction: float
    seconds: float
    left: float | None = None


@dataclass(eq=False)
class _Task:
    key: str
    generation: int
    work: Work
    label: str
    thread: _Thread
    results: Iterator[Any] | None = None
    begun: float = field(default_factory=time.monotonic)
    reported: float = 0.0
    remaining: RemainingTime = field(default_factory=RemainingTime)

    def cancelled(self) -> bool:
        return not self.thread.queue.is_current(self.key, self.generation)

    def report(self, fraction: float) -> None:
        now = time.monotonic()
        left = self.remaining.after(fraction, now)
        if now - self.reported >= _REPORT_EVERY:
            self.reported = now
            self.thread.spoken.emit(Progress(self.key, self.generation, self.label, fraction, now - self.begun, left))

    def end(self) -> None:
        """Close what is computed: it has us as its monitor, a ring that only Python's collector would open."""
        results, self.results = self.results, None
        close = getattr(results, "close", None)  # an iterator need not be a generator
        if close is not None:
            try:
                close()
            except Exception:
                log.exception("%s failed", self.key)


class _Queue:
    """What waits, and which generation of each key is wanted: shared by the runner and its thread."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._tasks: deque[_Task] = deque()
        self._given_up: list[_Task] = []  # begun, and to be ended
        self._generations: dict[str, int] = {}
        self._closing = False
        self._held = self._yielding = False
        self._submitted = 0.0

    def put(self, key: str, work: Work, label: str, thread: _Thread) -> int:
        """Ask for ``work`` in place of what ``key`` asked for before. Returns its generation."""
        with self._condition:
            generation = self._generations.get(key, 0) + 1
            self._generations[key] = generation
            self._keep([task for task in self._tasks if task.key != key])
            self._tasks.append(_Task(key, generation, work, label, thread))
            self._submitted = time.monotonic()
            self._condition.notify()
        return generation

    def give_up(self, keys: Iterable[str]) -> None:
        """Forget what waits; what runs for ``keys`` is no longer wanted."""
        with self._condition:
            self._keep([])
            for key in keys:
                self._generations[key] += 1
            self._condition.notify()

    def close(self) -> None:
        """Nothing is wanted any more."""
        with self._condition:
            self._closing = True
            self._keep([])
            self._condition.notify()

    def _keep(self, tasks: list[_Task]) -> None:
        self._given_up += [task for task in self._tasks if task not in tasks and task.results is not None]
        self._tasks = deque(tasks)

    def hold(self, held: bool) -> None:
        """Refine nothing until it is let go."""
        with self._condition:
            self._held = held
            self._condition.notify()

    def give_way(self, yielding: bool) -> None:
        """Begin nothing until the window goes on."""
        with self._condition:
            self._yielding = yielding
            self._condition.notify()

    def is_current(self, key: str, generation: int) -> bool:
        """Whether no newer job of ``key`` has been asked for."""
        return not self._closing and self._generations.get(key) == generation

    def take(self) -> _Task | None:
        """The next task, waiting for one; None when the runner closes. A first answer goes before any refining.

        What is given up comes before all, also when the runner closes.
        """
        with self._condition:
            while not self._closing or self._given_up:
                if self._given_up:
                    return self._given_up.pop(0)
                fresh = next((task for task in self._tasks if task.results is None), None)
                rest = self._submitted + _REST - time.monotonic()
                if fresh is None and self._tasks and rest <= 0 and not self._held:
                    fresh = self._tasks[0]
                if fresh is not None and not self._yielding:
                    self._tasks.remove(fresh)
                    return fresh
                self._condition.wait(rest if self._tasks and not (self._held or self._yielding) else None)
            return None

    def put_back(self, task: _Task) -> None:
        """Let the others go first before ``task`` refines its answer."""
        with self._condition:
            if self.is_current(task.key, task.generation):
                self._tasks.append(task)
            else:
                self._given_up.append(task)


class Runner(QObject):
    """Runs jobs in a QThread of its own, long ones in another, and answers in the thread that it lives in.

    The threads end with :meth:`close`, with the runner, or with the program, whichever comes first: Qt aborts the
    process where a running QThread is destroyed. So they are no children of the runner, and hold nothing of it.
    """

    answered = Signal(object)  # an Answer, of the newest generation of its key only
    progressed = Signal(object)  # a Progress, likewise
    settled = Signal()  # nothing is waiting or running any more

    def __init__(self, parent: QObject | None = None, *, begun: bool = True) -> None:
        """Where it is not ``begun``, jobs wait until :meth:`begin`."""
        super().__init__(parent)
        self._open: set[str] = set()
        self._begun = begun
        self._long_keys: set[str] = set()
        self._threads = [_Thread(_Queue())]  # the second one when there is something long to do
        self._end = weakref.finalize(self, _end, self._threads)
        self._connect(self._threads[0])

    def _connect(self, thread: _Thread) -> None:
        thread.spoken.connect(self._hear)
        if self._begun:
            self._start(thread)

    def _start(self, thread: _Thread) -> None:
        if self._end.alive and thread not in _running:
            _running.add(thread)
            thread.start()

    @Slot()
    def begin(self) -> None:
        """Take up what was asked for. Once is enough; after :meth:`close` it does nothing."""
        self._begun = True
        for thread in self._threads:
            self._start(thread)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._open)

    def submit(self, key: str, work: Work, label: str = "", *, long: bool = False) -> int:
        """Ask for ``work``; it replaces whatever ``key`` asked for before. Returns its generation.

        What is ``long`` has a thread of its own: others do not wait for it. A key is always long, or never.
        """
        if long and len(self._threads) == 1:
            self._threads.append(_Thread(_Queue()))
            self._connect(self._threads[1])
        if long:
            self._long_keys.add(key)
        thread = self._thread_of(key)
        generation = thread.queue.put(key, work, label, thread)
        self._open.add(key)
        return generation

    def _thread_of(self, key: str) -> _Thread:
        return self._threads[key in self._long_keys]

    def hold_refining(self, held: bool) -> None:
        """Give first answers only, as long as it is ``held``: those who drag see pictures of every state first."""
        for thread in self._threads:
            thread.queue.hold(held)

    def give_way(self, yielding: bool) -> None:
        """Begin nothing as long as the window follows a hand: Python does one thing at a time, and that goes first."""
        for thread in self._threads:
            thread.queue.give_way(yielding)

    def cancel(self) -> list[str]:
        """Give up everything that waits or runs. Returns the keys that get no answer."""
        for thread in self._threads:
            thread.queue.give_up([key for key in self._open if self._thread_of(key) is thread])
        given_up = sorted(self._open)
        self._open.clear()
        if given_up:
            self.settled.emit()
        return given_up

    def close(self) -> None:
        """Cancel, and wait until the threads have ended.

        They are deleted in the thread that they were made in: who holds a runner in a ring leaves it to Python's
        collector, which may come in another thread, and would take a QThread away under Qt's events.
        """
        self.cancel()
        if self._end.alive:
            self._end()
            for thread in self._threads:
                thread.deleteLater()

    @Slot(object)
    def _hear(self, said: Answer | Progress) -> None:
        if not self._thread_of(said.key).queue.is_current(said.key, said.generation):
            return
        if isinstance(said, Progress):
            self.progressed.emit(said)
            return
        if said.final:
            self._open.discard(said.key)
        self.answered.emit(said)
        if not self._open:
            self.settled.emit()


def _end(threads: list[_Thread]) -> None:
    for thread in threads:
        thread.queue.close()
    for thread in threads:
        if QThread.currentThread() is not thread:  # else Python collected the runner there: it is about to end
            while not thread.wait(_BREATH):
                pass  # Python, and so Ctrl+C, has its turn
            _running.discard(thread)


class _Thread(QThread):
    """Advances one task at a time by one result."""

    spoken = Signal(object)  # an Answer or a Progress

    def __init__(self, queue: _Queue) -> None:
        super().__init__()
        self.queue = queue

    def run(self) -> None:
        """Take tasks until the runner closes."""
        while (task := self.queue.take()) is not None:
            if task.cancelled():
                task.end()
            else:
                self._advance(task)

    def _advance(self, task: _Task) -> None:
        try:
            if task.results is None:
                task.results = task.work(task)
            value = next(task.results, None)
        except Cancelled:  # of the runner, or of another who has a hand in the job: no fault
            value = None
        except Exception as error:  # a defect of ours must not end the thread: it is told, and logged
            log.exception("%s failed", task.key)
            said = resource_sentence(error) if isinstance(error, ResourceError) else ""
            task.results = None
            self._say(task, None, final=True, failure=f"{type(error).__name__}: {error}", sentence=said)
            return
        if value is None:
            task.results = None  # it has ended
        self._say(task, value, final=value is None)
        if value is not None:
            self.queue.put_back(task)

    def _say(self, task: _Task, value: Any, *, final: bool, failure: str = "", sentence: str = "") -> None:
        if not task.cancelled():
            self.spoken.emit(Answer(task.key, task.generation, value, final, failure, sentence))
