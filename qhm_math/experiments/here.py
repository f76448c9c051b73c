"""A sweep that is watched: what is known of it, again and again while it is computed."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ..progress import SILENT, Monitor
from .error import SweepError
from .jobs import Job
from .kept import Keeper, drop_sweep, held_sweep, kept_sweep
from .local_noise import LocalNoise
from .problems import PROBLEMS, make_task
from .run import check_images
from .settings import Axis, SweepSettings
from .shared import SharedTraining, under_way, watch
from .sweep_file import SweepFile, SweepResult, held_here
from .tasks import Cells, Checkpoint

#: Cells that are trained together: few, so that a map fills before the eyes.
_BLOCK = 24


def _block_of(settings: SweepSettings, block: int) -> int:
    """So many cells in a job, or, for 0, as many as fill a map before the eyes."""
    return block or (1 if PROBLEMS[settings.problem].one_by_one else _BLOCK)


def sweep_here(
    settings: SweepSettings, monitor: Monitor = SILENT, block: int = 0, workers: int = 1, *, theory: bool = False
) -> Iterator[SweepResult]:
    """Train every cell, `block` cells at a time (0: a few), and yield what is known after each block.

    In this thread, or, with several `workers`, in so many processes as soon as that is worth it. All seeds of a block
    are trained before the next one. The last result has every cell, with the bits of `run_sweep` with as many cells in
    a job: a matrix product of another size may round otherwise. `theory`: the noise at the checkpoint is measured, too,
    meanwhile where that takes long. Where `monitor` is cancelled,
    nothing more is yielded. The last sweeps are kept, and in files where there is a folder for them: one
    of the same settings goes on with the jobs that are not finished, and what is known is yielded first.
    Asked for more than once at a time it is trained once, by all who ask.
    SweepError, in one sentence, where another process trains it.
    """
    block = _block_of(settings, block)

    yield from watch((settings, block), lambda: _Kept(settings, block, workers), monitor, theory=theory)


class _Kept(SharedTraining):
    """One whose cells are kept by the program."""

    def known(self) -> SweepResult | None:
        """Before the file is held, which keeps every other reader out."""
        return known_sweep(self.settings, self._block)

    def held(self) -> AbstractContextManager[Keeper]:
        """The file of the program's own, where there is one."""
        return held_sweep(self.settings, self._block)

    def checkpoint(self, keeper: Keeper) -> Checkpoint | None:
        """Kept in the file, or for other sweeps."""
        return keeper.checkpoint() or _checkpoints.get(_of_checkpoint(self.settings))

    def found(self, checkpoint: Checkpoint) -> None:
        """For others, too."""
        _keep(_checkpoints, _of_checkpoint(self.settings), checkpoint)

    def measured(self) -> LocalNoise | None:
        """For another sweep from the same checkpoint."""
        return _noises.get((_of_checkpoint(self.settings), self.settings.batch))

    def told(self, result: SweepResult) -> None:
        """What is known is what is in the file."""
        if result.finished.any():
            _keep(_sweeps, (self.settings, self._block), result)
        if result.noise is not None:
            _keep(_noises, (_of_checkpoint(self.settings), self.settings.batch), result.noise)

    def dropped(self) -> None:
        """File and all."""
        _drop(self.settings, self._block)


def resumed(path: Path, monitor: Monitor = SILENT, workers: int = 1, *, theory: bool = False) -> Iterator[SweepResult]:
    """Train what is missing in a file, and yield what is known after each job, which is committed.

    In this thread, or as :func:`trained` has it; `theory` as for :func:`sweep_here`. Where `monitor` is cancelled
    nothing more is yielded, and nothing where another in this process writes it who is no sweep of this kind.
    SweepError where the file cannot be written, and where the images are not those that it was begun with; DataError
    where there are none.
    """
    try:
        found = path.stat()
    except OSError:
        raise SweepError("{path} is no file.", path=path) from None
    key = found.st_dev, found.st_ino
    if under_way(key) is None and held_here(path):
        return

    def make() -> SharedTraining:
        with SweepFile.open(path) as file:
            return _Named(path, file.settings, workers)

    yield from watch(key, make, monitor, theory=theory)


class _Named(SharedTraining):
    """One in a file that a user has named."""

    by_job = True

    def __init__(self, path: Path, settings: SweepSettings, workers: int) -> None:
        super().__init__(settings, 0, workers)
        self._path = path

    @contextmanager
    def held(self) -> Generator[Keeper]:
        """The file, as it is now."""
        with SweepFile.open(self._path, write=True) as file:
            check_images(file)
            self.result = file.read()
            yield Keeper(file, strict=True)

    def checkpoint(self, keeper: Keeper) -> Checkpoint | None:
        """That of the file alone: another machine has found it."""
        return keeper.checkpoint()

    def grown(self, keeper: Keeper, known: SweepResult, job: Job, cells: Cells) -> SweepResult:
        """What the file has, which may be too much for all its curves."""
        return known if keeper.file is None else keeper.file.read()


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
    _drop(settings, block)
    if (training := under_way((settings, block))) is not None:
        training.train_anew()


def _drop(settings: SweepSettings, block: int) -> None:
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
_Value = TypeVar("_Value")


def _keep(kept: dict[_Key, _Value], key: _Key, value: _Value) -> None:
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
