"""A sweep from its settings to its file: an executor does the jobs that are missing, and each is committed."""

from __future__ import annotations

import os
import platform
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing, suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from ..data.untrusted import parse_json
from ..progress import SILENT, Monitor
from .error import SweepError
from .jobs import CheckpointJob, Job, NoiseJob, do_job, do_measure, do_search, jobs_of, measure, try_job
from .local_noise import LocalNoise
from .problems import PROBLEMS, image_facts, make_task
from .settings import SweepSettings
from .sweep_file import SweepFile
from .tasks import Cells, Checkpoint
from .workers import InProcess, Pool, processes


def facts(problem: str) -> dict[str, str]:
    """By what a sweep of a problem is computed, for its file: the versions and the machine."""
    cores, package = os.cpu_count() or 1, PROBLEMS[problem].package
    of_package: dict[str, str] = {}
    if package:
        with suppress(PackageNotFoundError):  # it may lie anywhere
            of_package[package] = version(package)
    return {
        **of_package,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.machine()}, {platform.system()}, {cores} cores",
    }


def prepare(file: SweepFile, monitor: Monitor = SILENT) -> Checkpoint | None:
    """The checkpoint of a sweep, found and committed where the file has none yet; None for a sweep from scratch.

    Cancelled where the monitor cancels.
    """
    settings = file.settings
    if settings.origin != "checkpoint":
        return None
    found = file.checkpoint()
    if found is None:
        found = make_task(settings).checkpoint(monitor)
        file.keep_checkpoint(found)
    return found


def measure_noise(file: SweepFile, monitor: Monitor = SILENT) -> LocalNoise:
    """The noise at the checkpoint of a sweep, measured and committed where the file has none yet.

    SweepError where there is none to measure; Cancelled where the monitor cancels.
    """
    known = file.noise()
    if known is not None:
        return known
    found, settings = file.checkpoint(), file.settings
    noise = None if found is None else make_task(settings).local_noise(found.weights, settings.batch, monitor)
    if noise is None:
        raise SweepError(
            "The noise of {problem} is not measured: theory expects nothing of it.", problem=settings.problem
        )
    file.keep_noise(noise)
    return noise


def pending(file: SweepFile, checkpoint: Checkpoint | None) -> list[Job]:
    """The jobs of which a cell is missing."""
    done = file.finished()
    jobs = jobs_of(file.settings, None if checkpoint is None else checkpoint.weights)
    return [job for job in jobs if any((job.seed, cell) not in done for cell in range(job.first, job.last))]


def check_images(file: SweepFile) -> None:
    """SweepError where the images are not those that a file was begun with."""
    try:
        known = parse_json(file.read().facts.get("images", "{}"), 100)
    except ValueError:
        known = None
    if known != image_facts(file.settings):
        words = "The images are not those that {path} was begun with: their MD5 has changed."
        raise SweepError(words, path=file.path)


def run_sweep(
    file: SweepFile,
    executor: Executor | None = None,
    *,
    ahead: int = 4,
    monitor: Monitor = SILENT,
    told: Callable[[Job, Cells], None] | None = None,
) -> bool:
    """Do what is not finished and commit it, job by job. Whether all is finished now: not where it was cancelled.

    Parameters
    ----------
    file : SweepFile
        Held for writing.
    executor : concurrent.futures.Executor or None
        Does the jobs; None: this process. Their numbers do not depend on it, nor on their order.
    ahead : int
        Jobs that are given to it at a time.
    monitor : Monitor
        Told the share done; where it is cancelled, the jobs under way are still finished and kept.
    told : callable
        Called with every job that is finished, and its cells, after they are committed.

    Returns
    -------
    bool
        Whether every cell is finished.

    Raises
    ------
    SweepError
        In one sentence, where the file cannot be written or the workers are lost; finished cells are kept.
    """
    executor = executor or InProcess()
    jobs = pending(file, prepare(file))
    total = len(jobs_of(file.settings, None))
    left = len(jobs)
    monitor.report(1 - left / total)
    with closing(_finished(jobs, executor, ahead, monitor)) as each:
        for done in each:
            assert done is not None
            job, cells = done
            file.keep(job, cells)
            left -= 1
            monitor.report(1 - left / total)
            if told is not None:
                told(job, cells)
    return left == 0


#: What :func:`trained` finds: the cells of a job, or the noise.
_Done = tuple[Job, Cells] | LocalNoise


def trained(
    jobs: Sequence[Job], monitor: Monitor = SILENT, workers: int = 1, noise: NoiseJob | None = None
) -> Generator[_Done | None, None, None]:
    """Every job with its cells, as it is finished, and the noise of `noise` beside them.

    In this thread, where it ends as `monitor` is cancelled, or raises Cancelled; with several `workers`, in so many
    processes as soon as what is left will take longer than to start them. There it is for the caller to end it: None
    comes again and again while there is nothing new. The cells are the same, to the bit.
    """
    taken = 0.0
    for done, job in enumerate(jobs):
        begun = job.first > jobs[0].first  # all seeds of the first cells have come
        long = done and taken / done * (len(jobs) - done) > _WORTH
        if noise is not None:
            long = begun and (long or not noise.quick)
        if workers > 1 and (long or PROBLEMS[job.settings.problem].one_by_one):
            yield from _in_processes(jobs[done:], monitor, workers, noise)
            return
        if noise is not None and begun and (noise.quick or long):
            yield measure(noise, monitor)
            noise = None
        now = time.perf_counter()
        cells = try_job(job, monitor)
        if cells is None:
            return
        taken += time.perf_counter() - now
        yield job, cells
    if noise is not None and workers > 1 and not noise.quick:
        yield from _in_processes([], monitor, workers, noise)
    elif noise is not None:
        yield measure(noise, monitor)


def _in_processes(
    jobs: Sequence[Job], monitor: Monitor, workers: int, noise: NoiseJob | None
) -> Generator[_Done | None, None, None]:
    """The same in processes. The noise is begun first: it takes long, and theory is to come beside the cells."""
    with processes(workers) as pool:
        first = [] if noise is None else [noise]
        with closing(_finished([*first, *jobs], pool, workers + 1, monitor, _LOOK)) as each:
            for done in each:
                if done is None:
                    yield None
                elif isinstance(done[0], Job):
                    yield done[0], done[1]
                else:
                    yield done[1]


def searched(settings: SweepSettings, monitor: Monitor) -> Generator[Checkpoint | None, None, None]:
    """The checkpoint of a sweep, found by a process of its own; None while it is searched, for the caller to end it."""
    with processes(2) as pool, closing(_finished([CheckpointJob(settings)], pool, 1, monitor, _LOOK)) as each:
        for done in each:
            yield None if done is None else done[1]


#: Seconds of work in this thread that are worth a second in which processes are started, and their memory.
_WORTH = 4.0
#: Seconds between two questions whether there is something new.
_LOOK = 0.05


_Work = Job | NoiseJob | CheckpointJob
_WORK: dict[type, Callable[[Any], Any]] = {Job: do_job, NoiseJob: do_measure, CheckpointJob: do_search}


def _finished(
    jobs: Sequence[_Work], executor: Executor, ahead: int, monitor: Monitor, look: float | None = None
) -> Generator[tuple[Any, Any] | None, None, None]:
    """Every job with what is found, as the executor finishes them, which has `ahead` of them at a time.

    Where `monitor` is cancelled no other is begun, and those under way still come; with `look`, None comes after so
    many seconds without anything.
    """
    waiting = deque(jobs)
    running: dict[Future[Any], _Work] = {}
    try:
        while waiting or running:
            while waiting and len(running) < ahead and not monitor.cancelled():
                job = waiting.popleft()
                running[executor.submit(_WORK[type(job)], job)] = job
                if isinstance(executor, InProcess):
                    break
            if not running and look is None:
                return
            done = wait(running, look, FIRST_COMPLETED).done if running else set[Future[Any]]()
            if isinstance(executor, Pool) and running and not any(isinstance(job, Job) for job in running.values()):
                monitor.report(executor.measured())
            for future in done:
                yield running.pop(future), future.result()
            if not done:
                yield None
    except BrokenExecutor:
        words = "A worker process was lost, perhaps because the machine had no room for it; finished cells are kept."
        raise SweepError(words) from None
    except Exception as error:
        if not type(error).__module__.startswith("distributed."):
            raise
        name = type(error).__name__
        raise SweepError("The cluster gave a job up ({name}); finished cells are kept.", name=name) from None
    finally:
        for future in running:
            future.cancel()
