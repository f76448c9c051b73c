"""A sweep that is watched: what is known of it, again and again while it is computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from ..progress import SILENT, Cancelled, Monitor
from .jobs import Job, jobs_of, plan_of
from .kept import Keeper, drop_sweep, held_sweep, kept_sweep
from .local_noise import LocalNoise
from .problems import PROBLEMS, make_task
from .run import trained
from .settings import Axis, SweepSettings
from .stacked import BINS
from .sweep_file import SweepResult
from .tasks import Cells, Checkpoint

#: Cells that are trained together: few, so that a map fills before the eyes.
_BLOCK = 24


def _block_of(settings: SweepSettings, block: int) -> int:
    """So many cells in a job, or, for 0, as many as fill a map before the eyes."""
    return block or (1 if PROBLEMS[settings.problem].one_by_one else _BLOCK)


def sweep_here(
    settings: SweepSettings, monitor: Monitor = SILENT, block: int = 0, workers: int = 1
) -> Iterator[SweepResult]:
    """Train every cell, `block` cells at a time (0: a few), and yield what is known after each block.

    In this thread, or, with several `workers`, in so many processes as soon as that is worth it. All seeds of a block
    are trained before the next one. The last result has every cell, with the bits of `run_sweep` with as many cells in
    a job: a matrix product of another size may round otherwise. Where `monitor` is cancelled,
    nothing more is yielded. The last sweeps are kept, and in files where there is a folder for them: one
    of the same settings goes on with the jobs that are not finished, and what is known is yielded first.
    SweepError, in one sentence, where another process trains it.
    """
    block = _block_of(settings, block)
    known = known_sweep(settings, block)  # before the file is held, which keeps every other reader out
    with held_sweep(settings, block) as keeper:
        yield from _swept(settings, monitor, block, workers, known, keeper)


def _swept(
    settings: SweepSettings, monitor: Monitor, block: int, workers: int, known: SweepResult | None, keeper: Keeper
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
    result = _nothing(settings, found) if known is None else known
    jobs = sorted(
        jobs_of(settings, None if found is None else found.weights, block), key=lambda job: (job.first, job.seed)
    )
    missing = [job for job in jobs if not result.finished[job.seed, job.first]]
    monitor.report(1 - len(missing) / len(jobs))
    with closing(trained(missing, monitor, workers)) as each:
        for left, (job, cells) in zip(range(len(missing) - 1, -1, -1), each, strict=False):
            keeper.keep(job, cells)
            result = _with(result, job, cells)
            _keep(_sweeps, (settings, block), result)  # what is known is what is in the file
            monitor.report(1 - left / len(jobs))
            if result.finished[:, job.first].all():
                yield result


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
