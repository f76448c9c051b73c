"""A sweep that is kept in no file: what is known of it, again and again while it is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from ..progress import SILENT, Monitor
from .jobs import jobs_of, plan_of, try_job
from .problems import make_task
from .settings import Axis, SweepSettings
from .sweep_file import SweepResult
from .tasks import Checkpoint

#: Cells that are trained together: few, so that a map fills before the eyes.
BLOCK = 24


def sweep_in_memory(settings: SweepSettings, monitor: Monitor = SILENT, block: int = BLOCK) -> Iterator[SweepResult]:
    """Train every cell in this thread, `block` cells at a time, and yield what is known after each block.

    All seeds of a block are trained before the next one. The last result has every cell, with the bits of `run_sweep`
    with as many cells in a job: a matrix product of another size may round otherwise. Where `monitor` is cancelled,
    nothing more is yielded. The last sweeps are kept: one of the same settings is yielded whole at once.
    """
    if (known := _finished.get((settings, block))) is not None:
        yield known
        return
    found = _checkpoint(_of_checkpoint(settings)) if settings.origin == "checkpoint" else None
    if monitor.cancelled():
        return
    jobs = sorted(
        jobs_of(settings, None if found is None else found.weights, block), key=lambda job: (job.first, job.seed)
    )
    shape, bins = (settings.seeds, settings.cells), min(60, plan_of(settings).steps)
    loss, reference, accuracy, test_loss = np.full((4, *shape), np.nan)
    diverged_at = np.full(shape, -1, np.int64)
    curve = np.full((*shape, bins), np.nan, np.float32)
    minimum, sharpness = (np.nan, np.nan) if found is None else (found.loss, found.sharpness)
    for done, job in enumerate(jobs, 1):
        cells = try_job(job, monitor)
        if cells is None:
            return
        part = job.seed, slice(job.first, job.last)
        loss[part], reference[part], accuracy[part] = cells.loss, cells.reference, cells.accuracy
        test_loss[part], diverged_at[part], curve[part] = cells.test_loss, cells.diverged_at, cells.curve
        monitor.report(done / len(jobs))
        if done % settings.seeds:
            continue
        told = loss.copy(), reference.copy(), accuracy.copy(), test_loss.copy(), diverged_at.copy(), curve.copy()
        result = SweepResult(settings, *told, minimum, sharpness, {})
        if done == len(jobs):
            _keep((settings, block), result)
        yield result


_finished: dict[tuple[SweepSettings, int], SweepResult] = {}
_MOST_KEPT = 4


def _keep(key: tuple[SweepSettings, int], result: SweepResult) -> None:
    """Keep it in place of the oldest."""
    for old in list(_finished)[: len(_finished) + 1 - _MOST_KEPT]:
        _finished.pop(old, None)
    _finished[key] = result


def _of_checkpoint(settings: SweepSettings) -> SweepSettings:
    """Settings that are equal where the checkpoint is the same."""
    return replace(settings, alpha=Axis(1.0, 2.0, 2), beta=Axis.at(0.0), nu=Axis.at(0.0), epochs=1.0, batch=1, seeds=1)


@lru_cache(maxsize=4)
def _checkpoint(settings: SweepSettings) -> Checkpoint:
    return make_task(settings).checkpoint()
