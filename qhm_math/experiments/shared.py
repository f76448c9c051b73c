"""A sweep that is trained once in a process, however many watch it: whoever has the turn does the next job for all.

There is no thread of its own: one who watches, and is asked for more, trains a job, or waits for the workers, and then
lets the next one have the turn. What one finds all others see.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Hashable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from typing import Any

import numpy as np

from ..checks import FloatArray
from ..progress import Cancelled, Monitor
from .jobs import Job, NoiseJob, jobs_of, plan_of
from .kept import Keeper
from .local_noise import LocalNoise
from .problems import PROBLEMS, make_task
from .run import searched, trained
from .settings import SweepSettings
from .stacked import BINS
from .sweep_file import SweepResult
from .tasks import Cells, Checkpoint

#: Seconds between two questions whether the turn has come.
_LOOK = 0.05


class _Turn:
    """The Monitor of whoever has the turn; all others are told the same when theirs comes."""

    def __init__(self) -> None:
        self.monitor: Monitor | None = None
        self.fraction = 0.0

    def report(self, fraction: float) -> None:
        """As Monitor has it."""
        self.fraction = fraction
        if self.monitor is not None:
            self.monitor.report(fraction)

    def cancelled(self) -> bool:
        """As Monitor has it."""
        return self.monitor is not None and self.monitor.cancelled()


class SharedTraining(ABC):
    """One sweep, under way. A subclass says where it is kept.

    `result` is what is known of it, None for nothing, and `version` how often that has been told.
    """

    #: Whether a result is told after each job, not only when all seeds of its cells are trained.
    by_job = False

    def __init__(self, settings: SweepSettings, block: int, workers: int) -> None:
        self.settings, self.workers, self.theory = settings, workers, False
        self.result: SweepResult | None = None
        self.version = 0
        self.users = 0
        self.lock = threading.RLock()  # held by whoever has the turn
        self.turn = _Turn()
        self._block, self._anew = block, False
        self._steps: Generator[None] | None = None

    def known(self) -> SweepResult | None:
        """What is kept of it, and told before it is held."""
        return None

    @abstractmethod
    def held(self) -> AbstractContextManager[Keeper]:
        """Where it is kept, held for writing; `result` may be read there."""

    @abstractmethod
    def checkpoint(self, keeper: Keeper) -> Checkpoint | None:
        """The one that it starts from, where that is known."""

    def found(self, checkpoint: Checkpoint) -> None:
        """Know the checkpoint from now on."""
        return

    def measured(self) -> LocalNoise | None:
        """The noise at its checkpoint, where that is known from elsewhere."""
        return None

    def grown(self, keeper: Keeper, known: SweepResult, job: Job, cells: Cells) -> SweepResult:
        """What is known with the cells of one more job, which are kept."""
        return _with(known, job, cells)

    def told(self, result: SweepResult) -> None:
        """Know what is known now; called after it is kept."""
        return

    def dropped(self) -> None:
        """Keep nothing of it."""
        return

    def train_anew(self) -> None:
        """Let whoever has the turn next begin at the first cell. May be called by anyone."""
        self._anew = True

    # -- whoever has the turn

    def advance(self, monitor: Monitor) -> bool:
        """Go on a little; whether it goes on."""
        self.turn.monitor = monitor
        try:
            if self._anew:
                self.close()
                self.dropped()
                self.result, self._anew = None, False
            if self._steps is None:
                self._steps = self._work()
            going = False
            try:
                next(self._steps)
                going = True
            except StopIteration:
                pass
            finally:
                if not going:
                    self._steps = None
            return going
        finally:
            self.turn.monitor = None

    def close(self) -> None:
        """Let go of workers and file; it may go on later."""
        steps, self._steps = self._steps, None
        if steps is not None:
            steps.close()

    def _work(self) -> Generator[None]:
        """Yield after each piece of work; ends where whoever has the turn is cancelled in the midst of one."""
        if self.result is None and (known := self.known()) is not None:
            self.result = known
            self.version += 1
            yield
        if self.result is not None and self.result.finished.all() and not self._lacks_noise():
            return
        with suppress(Cancelled), self.held() as keeper:
            found = yield from self._start(keeper)
            keeper.begin(found, 0 if self.result is None else int(self.result.finished.sum()))
            if self.turn.cancelled():
                return
            if self.result is None:
                self.result = _nothing(self.settings, found)
            yield from self._train(keeper, None if found is None else found.weights)

    def _start(self, keeper: Keeper) -> Generator[None, None, Checkpoint | None]:
        """The checkpoint, searched where it is not known; None from scratch."""
        settings = self.settings
        if settings.origin != "checkpoint":
            return None
        found = self.checkpoint(keeper)
        if found is None and self.workers > 1 and PROBLEMS[settings.problem].one_by_one:
            with closing(searched(settings, self.turn)) as each:
                for found in each:
                    if found is None:
                        yield
        elif found is None:
            found = make_task(settings).checkpoint(self.turn)
        if found is None:
            raise Cancelled
        self.found(found)
        return found

    def _lacks_noise(self) -> bool:
        """Whether theory is asked for, and its noise is not measured yet."""
        missing = self.result is None or self.result.noise is None
        return self.theory and missing and self.settings.origin == "checkpoint"

    def _train(self, keeper: Keeper, start: FloatArray | None) -> Generator[None]:
        noise = None
        if self._lacks_noise() and start is not None:
            known = self.measured() or keeper.noise()
            if known is None:
                noise = NoiseJob(self.settings, start)
            else:
                self._take_noise(keeper, known)
                yield
        jobs = sorted(jobs_of(self.settings, start, self._block), key=lambda job: (job.first, job.seed))
        assert self.result is not None
        missing = [job for job in jobs if not self.result.finished[job.seed, job.first : job.last].all()]
        total, left = len(jobs), len(missing)
        if left:
            self.turn.report(1 - left / total)
        with closing(trained(missing, self.turn, self.workers, noise)) as each:
            for done in each:
                if self._anew:
                    return
                if isinstance(done, LocalNoise):
                    self._take_noise(keeper, done)
                elif done is not None:
                    self._take(keeper, *done)
                    left -= 1
                    self.turn.report(1 - left / total)
                yield

    def _take_noise(self, keeper: Keeper, noise: LocalNoise) -> None:
        keeper.keep_noise(noise)
        assert self.result is not None
        self._know(replace(self.result, noise=noise))
        self.version += 1

    def _take(self, keeper: Keeper, job: Job, cells: Cells) -> None:
        keeper.keep(job, cells)
        assert self.result is not None
        self._know(self.grown(keeper, self.result, job, cells))
        if self.by_job or self.result.finished[:, job.first].all():
            self.version += 1

    def _know(self, result: SweepResult) -> None:
        self.result = result
        if not self._anew:
            self.told(result)


_OF_CELLS = ("loss", "reference", "accuracy", "test_loss", "diverged_at", "curve")


def _nothing(settings: SweepSettings, found: Checkpoint | None) -> SweepResult:
    """Of a sweep of which no cell is finished."""
    shape, bins = (settings.seeds, settings.cells), min(BINS, plan_of(settings).steps)
    loss, reference, accuracy, test_loss = np.full((4, *shape), np.nan)
    curve = np.full((*shape, bins), np.nan, np.float32)
    reference_curve = np.full((settings.seeds, bins), np.nan, np.float32)
    minimum, sharpness = (np.nan, np.nan) if found is None else (found.loss, found.sharpness)
    return SweepResult(
        settings, loss, reference, accuracy, test_loss, np.full(shape, -1, np.int64), curve, reference_curve,
        minimum, sharpness, {},
    )  # fmt: skip


def _with(known: SweepResult, job: Job, cells: Cells) -> SweepResult:
    """The same, which stays as it is, with the cells of one more job."""
    arrays: dict[str, Any] = {name: getattr(known, name).copy() for name in (*_OF_CELLS, "reference_curve")}
    for name in _OF_CELLS:
        arrays[name][job.seed, job.first : job.last] = getattr(cells, name)
    if job.first == 0:
        arrays["reference_curve"][job.seed] = cells.reference_curve
    return replace(known, **arrays)


#: What is under way in this process.
_under_way: dict[Hashable, SharedTraining] = {}
_registry = threading.RLock()


def under_way(key: Hashable) -> SharedTraining | None:
    """The training of this key, where somebody watches it."""
    return _under_way.get(key)


def watch(
    key: Hashable, make: Callable[[], SharedTraining], monitor: Monitor, *, theory: bool
) -> Iterator[SweepResult]:
    """What is known of a sweep, again and again while it is trained, by this one or by another who watches it.

    `theory`: the noise at the checkpoint, too. Nothing more is yielded where `monitor` is cancelled.
    """
    with _registry:
        training = _under_way.get(key)
        if training is None:
            training = _under_way[key] = make()
        training.users += 1
        training.theory |= theory
    try:
        yield from _watched(training, monitor)
    finally:
        _leave(key, training)


def _watched(training: SharedTraining, monitor: Monitor) -> Iterator[SweepResult]:
    seen = 0
    while True:
        with _taken(training, monitor) as taken:
            if not taken:
                return
            going = True
            if training.version > seen:
                monitor.report(training.turn.fraction)
            else:
                going = training.advance(monitor)
            news, seen, result = training.version > seen, training.version, training.result
        if news and result is not None:
            yield result
        elif not going or monitor.cancelled():
            return


@contextmanager
def _taken(training: SharedTraining, monitor: Monitor) -> Generator[bool]:
    """Within this one has the turn; False where one is cancelled before it comes."""
    while not training.lock.acquire(timeout=_LOOK):
        if monitor.cancelled():
            yield False
            return
        monitor.report(training.turn.fraction)
    try:
        yield True
    finally:
        training.lock.release()


def _leave(key: Hashable, training: SharedTraining) -> None:
    """The last one lets go of workers and file. Who comes meanwhile waits for the turn, and goes on."""
    with _registry:
        training.users -= 1
        if training.users:
            return
    with training.lock:
        with _registry:
            if training.users:
                return
        training.close()
        with _registry:
            if not training.users:
                _under_way.pop(key, None)
