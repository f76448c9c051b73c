"""The sweeps that are trained in this process, kept in files: one each, to which every job is committed.

Nothing is kept before :func:`~qhm_math.kept_folder.keep_in` names a folder, and what cannot be kept is trained all the
same.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from ..data import DataError
from ..kept_folder import kept_folder, mark_newest, oldest_first
from .error import SweepError, SweepHeldError
from .jobs import Job
from .local_noise import LocalNoise
from .problems import image_facts
from .run import check_images, facts
from .settings import SweepSettings
from .sweep_file import SweepFile, SweepResult, held_here, load_sweep
from .tasks import Cells, Checkpoint

_T = TypeVar("_T")
log = logging.getLogger("qhm.told")
#: Files that are kept: the newest ones, and that of the sweep which is trained.
_MOST = 24
_SUFFIX = ".sweep"


def kept_file(settings: SweepSettings, block: int) -> Path | None:
    """Where the sweep with so many cells in a job is kept; None where none is."""
    folder = kept_folder()
    if folder is None:
        return None
    words = json.dumps([settings.as_plain(), block], sort_keys=True)
    return folder / "sweeps" / f"{hashlib.sha256(words.encode()).hexdigest()[:24]}{_SUFFIX}"


def kept_sweep(settings: SweepSettings, block: int) -> SweepResult | None:
    """What is kept of it; None for nothing."""
    path = kept_file(settings, block)
    if path is None or not path.exists():
        return None
    try:
        found = load_sweep(path)
    except SweepHeldError:
        return None
    except SweepError as error:
        log.warning("%s", error)
        return None
    return found if found.settings == settings and found.finished.any() else None


def drop_sweep(settings: SweepSettings, block: int) -> None:
    """Keep nothing of it."""
    path = kept_file(settings, block)
    if path is not None:
        with suppress(OSError):
            path.unlink(missing_ok=True)


class Keeper:
    """Writes one sweep into its file. What cannot be written ends that, and nothing else: `file` is None then.

    Where it is `strict`, that is a SweepError: who has named a file wants the cells there.
    """

    def __init__(self, file: SweepFile | None, *, strict: bool = False) -> None:
        self.file, self._strict = file, strict

    def checkpoint(self) -> Checkpoint | None:
        """The one that is kept."""
        return self._attempt(SweepFile.checkpoint)

    def begin(self, found: Checkpoint | None, finished: int) -> None:
        """Go on behind so many finished cells of the sweep; a file that holds others is left alone."""
        self._attempt(lambda file: self._begin(file, found, finished))

    def keep(self, job: Job, cells: Cells) -> None:
        """Commit the cells of a job."""
        self._attempt(lambda file: file.keep(job, cells))

    def noise(self) -> LocalNoise | None:
        """The one at the checkpoint that is kept."""
        return self._attempt(SweepFile.noise)

    def keep_noise(self, noise: LocalNoise) -> None:
        """Commit it, unless there is one."""
        self._attempt(lambda file: None if file.noise() is not None else file.keep_noise(noise))

    def _begin(self, file: SweepFile, found: Checkpoint | None, finished: int) -> None:
        if len(file.finished()) != finished:
            self.file = None
        elif found is not None and file.checkpoint() is None:
            file.keep_checkpoint(found)

    def _attempt(self, act: Callable[[SweepFile], _T]) -> _T | None:
        if self.file is None:
            return None
        try:
            return act(self.file)
        except SweepError as error:
            if self._strict:
                raise
            log.warning("%s", error)
            self.file = None
            return None


@contextmanager
def held_sweep(settings: SweepSettings, block: int) -> Generator[Keeper]:
    """The file of a sweep, held for writing; none where nothing can be kept.

    Nor where another in this process writes it, as the window while its figure is made for a file: the numbers are the
    same. SweepHeldError where another process does: it would be trained twice.
    """
    path = kept_file(settings, block)
    file = None if path is None or held_here(path) or not _made_room(path) else _opened(path, settings)
    try:
        yield Keeper(file)
    finally:
        if file is not None and path is not None:
            file.close()
            mark_newest(path, _others(path))


def _made_room(path: Path) -> bool:
    """Whether there is a folder for it, in which only the newest files are left."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in oldest_first(_others(path))[: 1 - _MOST]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s", error)
        return False
    return True


def _others(path: Path) -> list[Path]:
    return [other for other in path.parent.glob(f"*{_SUFFIX}") if other != path]


def _opened(path: Path, settings: SweepSettings) -> SweepFile | None:
    file: SweepFile | None = None
    try:
        if SweepFile.is_blank(path):
            return SweepFile.create(
                path, settings, {**facts(settings.problem), "images": json.dumps(image_facts(settings))}
            )
        file = SweepFile.open(path, write=True)
        if file.settings == settings:
            check_images(file)
            return file
    except SweepHeldError:
        words = "Another process is training this sweep: pause it there, or try again when it has ended."
        raise SweepHeldError(words) from None
    except (SweepError, DataError) as error:
        log.warning("%s", error)
    if file is not None:
        file.close()
    return None
