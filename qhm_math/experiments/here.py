"""A sweep in this thread: what is known of it, again and again while it is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np

from ..progress import SILENT, Cancelled, Monitor
from .jobs import jobs_of, plan_of, try_job
from .kept import Keeper, drop_sweep, held_sweep, kept_sweep
from .local_noise import LocalNoise
from .problems import PROBLEMS, make_task
from .settings import Axis, SweepSettings
from .stacked import BINS
from .sweep_file import SweepResult
from .tasks import Checkpoint

#: Cells that are trained together: few, so that a map fills before the eyes.
_BLOCK = 24


def _block_of(settings: SweepSettings, block: int) -> int:
    """So many cells in a job, or, for 0, as many as fill a map before the eyes."""
    return block or (1 if PROBLEMS[settings.problem].one_by_one else _BLOCK)


def sweep_here(settings: SweepSettings, monitor: Monitor = SILENT, block: int = 0) -> Iterator[SweepResult]:
    """Train every cell in this thread, `block` cells at a time (0: a few), and yield what is known after each block.

    All seeds of a block are trained before the next one. The last result has every cell, with the bits of `run_sweep`
    with as many cells in a job: a matrix product of another size may round otherwise. Where `monitor` is cancelled,
    nothing more is yielded. The last sweeps are kept, and in files where there is a folder for them: one
    of the same settings goes on behind the last job that was finished, and what is known is yielded first.
    SweepError, in one sentence, where another process trains it.
    """
    block = _block_of(settings, block)
    known = known_sweep(settings, block)  # before the file is held, which keeps every other reader out
    with held_sweep(settings, block) as keeper:
        yield from _swept(settings, monitor, block, known, keeper)


def _swept(
    settings: SweepSettings, monitor: Monitor, block: int, known: SweepResult | None, keeper: Keeper
) -> Iterator[SweepResult]:
    if known is not None:
        yield known
        if known.finished.all():
            return
    try:
        if (kept := keeper.checkpoint()) is not None:
            _keep(_checkpoints, _of_checkpoint(settings), kept)
        found = checkpoint_of(settings, monitor)
        keeper.begin(found, 0 if known is None else int(known.finished.sum()))
    except Cancelled:
        return
    if monitor.cancelled():
        return
    jobs = sorted(
        jobs_of(settings, None if found is None else found.weights, block), key=lambda job: (job.first, job.seed)
    )
    shape, bins = (settings.seeds, settings.cells), min(BINS, plan_of(settings).steps)
    loss, reference, accuracy, test_loss = np.full((4, *shape), np.nan)
    diverged_at = np.full(shape, -1, np.int64)
    curve = np.full((*shape, bins), np.nan, np.float32)
    reference_curve = np.full((settings.seeds, bins), np.nan, np.float32)
    begun = 0
    if known is not None:
        begun = sum(not np.isnan(known.loss[job.seed, job.first]) for job in jobs)
        loss, reference, accuracy = known.loss.copy(), known.reference.copy(), known.accuracy.copy()
        test_loss, diverged_at, curve = known.test_loss.copy(), known.diverged_at.copy(), known.curve.copy()
        reference_curve = known.reference_curve.copy()
    minimum, sharpness = (np.nan, np.nan) if found is None else (found.loss, found.sharpness)
    for done, job in enumerate(jobs[begun:], begun + 1):
        cells = try_job(job, monitor)
        if cells is None:
            return
        keeper.keep(job, cells)
        part = job.seed, slice(job.first, job.last)
        loss[part], reference[part], accuracy[part] = cells.loss, cells.reference, cells.accuracy
        test_loss[part], diverged_at[part], curve[part] = cells.test_loss, cells.diverged_at, cells.curve
        if job.first == 0:
            reference_curve[job.seed] = cells.reference_curve
        monitor.report(done / len(jobs))
        if done % settings.seeds:
            continue
        told = loss.copy(), reference.copy(), accuracy.copy(), test_loss.copy(), diverged_at.copy(), curve.copy()
        result = SweepResult(settings, *told, reference_curve, minimum, sharpness, {})
        _keep(_sweeps, (settings, block), result)
        yield result


def known_sweep(settings: SweepSettings, block: int = 0) -> SweepResult | None:
    """What is kept of a sweep."""
    block = _block_of(settings, block)
    key = settings, block
    if key not in _sweeps and (found := kept_sweep(settings, block)) is not None:
        _keep(_sweeps, key, found)
    return _sweeps.get(key)


def forget_sweep(settings: SweepSettings, block: int = 0) -> None:
    """Keep nothing of a sweep: it is trained again."""
    block = _block_of(settings, block)
    _sweeps.pop((settings, block), None)
    drop_sweep(settings, block)


def local_noise_of(settings: SweepSettings, monitor: Monitor = SILENT) -> LocalNoise | None:
    """The noise at the checkpoint of a sweep, which is kept; None from scratch, or where it is not measured.

    Cancelled where the monitor cancels.
    """
    found = checkpoint_of(settings, monitor)
    if found is None:
        return None
    key = _of_checkpoint(settings), settings.batch
    if key not in _noises:
        _keep(_noises, key, make_task(settings).local_noise(found.weights, settings.batch, monitor))
    return _noises.get(key)


_sweeps: dict[tuple[SweepSettings, int], SweepResult] = {}
_noises: dict[tuple[SweepSettings, int], LocalNoise | None] = {}
_checkpoints: dict[SweepSettings, Checkpoint] = {}
_MOST_KEPT = 4
_Key = TypeVar("_Key")
_Kept = TypeVar("_Kept")


def _keep(kept: dict[_Key, _Kept], key: _Key, value: _Kept) -> None:
    """Keep it in place of the oldest."""
    kept.pop(key, None)
    for old in list(kept)[: len(kept) + 1 - _MOST_KEPT]:
        kept.pop(old, None)
    kept[key] = value


def checkpoint_of(settings: SweepSettings, monitor: Monitor = SILENT) -> Checkpoint | None:
    """The checkpoint that a sweep starts from, which is kept; None from scratch.

    Cancelled where the monitor cancels.
    """
    if settings.origin != "checkpoint":
        return None
    key = _of_checkpoint(settings)
    found = _checkpoints.get(key)
    if found is None:
        found = make_task(key).checkpoint(monitor)
        _keep(_checkpoints, key, found)
    return found


def _of_checkpoint(settings: SweepSettings) -> SweepSettings:
    """Settings that are equal where the checkpoint is the same."""
    return replace(settings, alpha=Axis(1.0, 2.0, 2), beta=Axis.at(0.0), nu=Axis.at(0.0), epochs=1.0, batch=1, seeds=1)
