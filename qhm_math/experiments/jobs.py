"""The pieces that a sweep is computed in: always the same cells, with the same bits wherever a piece is done."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..checks import FloatArray
from ..parameters import QHM
from ..progress import SILENT, Cancelled, Monitor
from .local_noise import Expected, LocalNoise
from .problems import PROBLEMS, make_task
from .settings import SweepSettings
from .tasks import Cells, Checkpoint, Plan


@dataclass(frozen=True, eq=False)
class Job:
    """Cells `first` to `last` - 1 of a sweep with one seed, from the weights `start`, or, where that is None, from
    those that a run from scratch has."""

    settings: SweepSettings
    seed: int
    first: int
    last: int
    start: FloatArray | None


@dataclass(frozen=True, eq=False)
class NoiseJob:
    """What theory asks of a sweep from a checkpoint: the noise there, at the weights `start`."""

    settings: SweepSettings
    start: FloatArray

    @property
    def quick(self) -> bool:
        """Whether it takes less than a second."""
        return PROBLEMS[self.settings.problem].images in ("", "digits")


@dataclass(frozen=True, eq=False)
class CheckpointJob:
    """The search for the checkpoint of a sweep."""

    settings: SweepSettings


def plan_of(settings: SweepSettings) -> Plan:
    """How every cell is trained: the mean is over the last half of a run from a checkpoint, which starts where the
    others end, and over the last tenth of one from scratch."""
    task = make_task(settings)
    steps = max(1, round(settings.epochs * task.steps_in_epoch(settings.batch)))
    share = 2 if settings.origin == "checkpoint" else 10
    return Plan(steps, settings.batch, steps - max(1, math.ceil(steps / share)), settings.origin == "checkpoint")


def jobs_of(settings: SweepSettings, checkpoint: FloatArray | None, block: int = 0) -> list[Job]:
    """Every job of a sweep, seed by seed, of `block` cells; 0: as many as the problem has it."""
    block = block or make_task(settings).block
    return [
        Job(settings, seed, first, min(first + block, settings.cells), checkpoint)
        for seed in range(settings.seeds)
        for first in range(0, settings.cells, block)
    ]


def expected_cells(settings: SweepSettings, noise: LocalNoise, monitor: Monitor = SILENT) -> Expected:
    """What theory expects of every cell of a sweep from a checkpoint.

    The loss near the checkpoint is taken for a quadratic, and the noise for that at the checkpoint, whatever the
    distance.
    """
    plan = plan_of(settings)
    return noise.expected(settings.points(), plan.counted, plan.steps, monitor)


class _UntilGivenUp:
    """A Monitor that is cancelled when the work of this process is of no use any more."""

    def __init__(self) -> None:
        self.cancelled: Callable[[], bool] = SILENT.cancelled
        self.measured: Callable[[float], None] = SILENT.report

    def report(self, fraction: float) -> None:
        """Cells tell nothing on the way."""
        self.measured(fraction)


_given_up = _UntilGivenUp()


def give_up_when(over: Callable[[], bool], measured: Callable[[float], None]) -> None:
    """From now on a job in this process ends, without its cells, as soon as `over()`; `measured` is told how far the
    checkpoint or the noise is."""
    _given_up.cancelled, _given_up.measured = over, measured


def do_job(job: Job) -> Cells:
    """Train the cells of a job. Cancelled where the process is to give it up."""
    cells = try_job(job, _given_up)
    if cells is None:
        raise Cancelled
    return cells


def do_measure(job: NoiseJob) -> LocalNoise | None:
    """The noise of a job; None where it is not measured. Cancelled where the process is to give it up."""
    return measure(job, _given_up)


def measure(job: NoiseJob, monitor: Monitor = SILENT) -> LocalNoise | None:
    """The same; Cancelled where the monitor cancels."""
    return make_task(job.settings).local_noise(np.asarray(job.start), job.settings.batch, monitor)


def try_job(job: Job, monitor: Monitor = SILENT) -> Cells | None:
    """The same; None when cancelled."""
    task = make_task(job.settings)
    points = job.settings.points()
    part = QHM(*(field[job.first : job.last] for field in (points.alpha, points.beta, points.nu)))
    start = task.start(job.seed) if job.start is None else job.start
    return task.train(part, np.asarray(start), job.seed, plan_of(job.settings), monitor)


def do_search(job: CheckpointJob) -> Checkpoint:
    """The checkpoint of a sweep. Cancelled where the process is to give it up."""
    return make_task(job.settings).checkpoint(_given_up)
