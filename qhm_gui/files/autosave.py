"""Copies of unsaved sessions: while it runs, after a crash, and set aside.

Each running program has its own copy, ``unsaved/NAME.json``, with a lock beside it that dies with the process. A copy
whose lock nobody holds is from a program that crashed; a copy without a lock was set aside. None is ever thrown away
before it is old and many newer ones lie there.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile

from qhm_gui.files import session
from qhm_gui.files.atomic import unlike
from qhm_gui.files.session import Session, SessionError
from qhm_math.kept_folder import mark_newest, oldest_first, written_at

#: So many copies are kept.
MOST_KEPT = 20
_LOCK = ".lock"
#: A copy that was brought back and whose program crashed again before it had shown that it can live with it.
_TRIED = "-tried"


@dataclass(frozen=True)
class Kept:
    """A copy that no running program holds: its file, when it was written (seconds), and the page it shows."""

    path: Path
    when: float
    page: str


class Autosave:
    """The copy of this program. Nothing exists until the first :meth:`write`; :meth:`finish` takes it away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{unlike(2)}.json"
        self._lock = _lock(self._path)
        self._adopted = self._path.with_stem(self._path.stem + _TRIED)
        self._adopted_lock = _lock(self._adopted)

    @property
    def path(self) -> Path:
        """Where the copy lies."""
        return self._path

    def write(self, current: Session) -> None:
        """Keep this. OSError when the disk does not take it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._lock.isLocked():
            self._lock.tryLock(0)
        session.write(self._path, current, durable=False)
        mark_newest(self._path, _copies(self._folder))
        self._give_up_adopted()

    def adopt(self) -> Session | None:
        """The newest copy of a crashed program, which from now on is ours; older ones are set aside. OSError."""
        crashed: list[tuple[Path, Session, QLockFile]] = []
        for path in oldest_first(_copies(self._folder)):
            lock = _dead_lock(path)
            if lock is None:
                continue
            found = _read(path)
            if found is None or path.stem.endswith(_TRIED):
                lock.unlock()  # without a lock it is set aside
            else:
                crashed.append((path, found, lock))
        for *_, lock in crashed[:-1]:
            lock.unlock()
        if not crashed:
            return None
        path, found, lock = crashed[-1]
        self._adopted_lock.tryLock(0)
        os.replace(path, self._adopted)
        lock.unlock()
        return found

    def release(self) -> int:
        """Set every copy of a crashed program aside; how many there were."""
        locks = [lock for path in _copies(self._folder) if (lock := _dead_lock(path)) is not None]
        for lock in locks:
            lock.unlock()
        return len(locks)

    def set_aside(self, current: Session) -> None:
        """Keep a session for later without it being ours, once. OSError."""
        digest = session.digest_of(session.encoded(current))
        if any(session.digest_in(kept.path) == digest for kept in self.kept()):
            return
        new = self._folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{unlike(4)}.json"
        session.write(new, current)
        mark_newest(new, _copies(self._folder))
        others = [path for path in _copies(self._folder) if path != new]
        for path in oldest_first(others)[: 1 - MOST_KEPT]:
            if not Path(_lock_of(path)).exists():
                path.unlink(missing_ok=True)

    def kept(self) -> list[Kept]:
        """What was set aside, newest first."""
        free = [path for path in oldest_first(_copies(self._folder)) if not Path(_lock_of(path)).exists()]
        return [Kept(path, _written(path), page) for path in reversed(free) if (page := session.page_in(path))]

    def finish(self) -> None:
        """The session is safe elsewhere."""
        self._path.unlink(missing_ok=True)
        self._lock.unlock()
        self._give_up_adopted()

    def _give_up_adopted(self) -> None:
        if self._adopted_lock.isLocked():
            self._adopted.unlink(missing_ok=True)
            self._adopted_lock.unlock()


def _copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def _lock_of(path: Path) -> str:
    return str(path.with_suffix(_LOCK))


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(_lock_of(path))
    lock.setStaleLockTime(0)  # stale when its process is dead, however long that one has run
    return lock


def _dead_lock(path: Path) -> QLockFile | None:
    """The lock of a copy whose program is dead, now held by us. None: the program lives, or there is no lock."""
    try:
        if not os.stat(_lock_of(path)).st_size:  # the power failed while it was written
            os.unlink(_lock_of(path))
            return None
    except OSError:
        return None
    lock = _lock(path)
    return lock if lock.tryLock(0) else None


def _written(path: Path) -> float:
    """When, in seconds, by a clock that may have been wrong: from 1970 until now, which every system can name."""
    return min(max(written_at(path), 0.0), time.time())


def _read(path: Path) -> Session | None:
    try:
        return session.read_session(path)
    except SessionError:
        return None
