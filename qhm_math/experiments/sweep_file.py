"""The file of a sweep: an SQLite database, to which every finished job is committed.

Whoever writes it holds it alone, by SQLite's own lock, which ends with the process however that ends. In the process
that holds it others read it through the one that does.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from ..data.untrusted import parse_json
from .error import SweepError, SweepHeldError
from .jobs import Job
from .local_noise import LocalNoise
from .settings import SweepSettings
from .stacked import BINS
from .tasks import Cells, Checkpoint

#: "QHMS", in the header of the file.
APPLICATION = 0x51484D53
VERSION = 1
_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE cells (
    seed INTEGER, cell INTEGER, loss REAL, reference REAL, accuracy REAL, test_loss REAL, diverged_at INTEGER,
    curve BLOB, PRIMARY KEY (seed, cell)
) WITHOUT ROWID;
"""
#: Facts that came later: files of older programs lack them, and older programs take them for words.
_NOISE, _REFERENCE = "noise", "reference_curve_"
#: How SQLite lists them.
_SCHEMA = [("table", text.split()[2], text.strip()) for text in _TABLES.split(";") if text.strip()]
#: Bytes of a text or a blob at most: a checkpoint has 8 a parameter.
MOST_BYTES = 64_000_000
#: Bytes of what else a sweep says of itself: its settings, its noise and the machine's name have some thousands.
MOST_WORDS = 1_000_000
#: Runs whose curves are read: more would take gigabytes, and a file of a few bytes may claim them.
MOST_CURVES = 250_000


@dataclass(frozen=True, eq=False)
class SweepResult:
    """What is known of a sweep. Arrays are (seeds, cells), NaN where a cell is not finished.

    `loss` is inf where a run diverged; `reference` is the loss of the checkpoint on the same mini-batches, `minimum`
    that on all data, and `sharpness` the largest curvature there (NaN from scratch). `curve` (seeds, cells, bins): the
    loss along the runs, with no bins where there are more than 250,000 of them; `reference_curve` (seeds, bins): that
    of the checkpoint on the same mini-batches, NaN where it is not known. `noise`: that at the checkpoint, where it was
    measured. `facts`: command, versions and machine.
    """

    settings: SweepSettings
    loss: FloatArray
    reference: FloatArray
    accuracy: FloatArray
    test_loss: FloatArray
    diverged_at: NDArray[np.int64]
    curve: NDArray[np.float32]
    reference_curve: NDArray[np.float32]
    minimum: float
    sharpness: float
    facts: dict[str, str]
    noise: LocalNoise | None = None

    @property
    def finished(self) -> NDArray[np.bool_]:
        """(seeds, cells)."""
        return ~np.isnan(self.loss)

    def value(self) -> FloatArray:
        """(seeds, cells): the loss, less that of the checkpoint on the same mini-batches if the sweep has one."""
        return self.loss - self.reference if self.settings.origin == "checkpoint" else self.loss

    def mean(self) -> FloatArray:
        """(cells,), over the seeds; inf where one of them diverged, NaN where one is missing."""
        mean: FloatArray = self.value().mean(axis=0)
        return mean

    def standard_error(self) -> FloatArray:
        """(cells,), of the mean, from the spread of the seeds; NaN for one seed and where the mean is not finite."""
        value = self.value()
        count = len(value)
        if count < 2:
            return np.full(value.shape[1:], np.nan)
        with np.errstate(invalid="ignore"):
            error: FloatArray = value.std(axis=0, ddof=1) / np.sqrt(count)
        return error


class SweepFile:
    """An open sweep file. Every method raises SweepError in one sentence for what the file or the disk refuses."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._connection = path, connection
        self._identity: tuple[int, int] | None = None  # of what is held
        self._turn = threading.RLock()  # of those in this process that read it, too

    @staticmethod
    def create(path: Path, settings: SweepSettings, facts: dict[str, str]) -> SweepFile:
        """A new file, held for writing, with nothing finished yet; an empty one may be there."""
        with _told(path):
            file = SweepFile(path, _connect(path, create=True))
            file._hold()
            if file._number("application_id") or file._number("schema_version"):
                file.close()
                raise SweepError("{path} is there already.", path=path)
            rows = [("settings", json.dumps(settings.as_plain())), *facts.items()]
            with _transaction(file._connection) as connection:
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.executemany("INSERT INTO facts VALUES (?, ?)", rows)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
        return file

    @staticmethod
    def open(path: Path, *, write: bool = False) -> SweepFile:
        """A file that is there; `write`: held for writing."""
        if not path.is_file():
            raise SweepError("{path} is no file.", path=path)
        with _told(path):
            file = SweepFile(path, _connect(path))
            if write:
                file._hold()
            if file._number("application_id") != APPLICATION:
                raise SweepError("{path} is no sweep file.", path=path)
            version = file._number("user_version")
            if version != VERSION:
                words = "{path} is a sweep file of version {version}: this program reads version {own}."
                raise SweepError(words, path=path, version=version, own=VERSION)
            file._refuse_strangers()
        return file

    @staticmethod
    def is_blank(path: Path) -> bool:
        """Whether there is nothing, or only what a sweep that was killed in its first moment leaves behind."""
        if not path.exists():
            return True
        if not path.is_file():
            return False
        with _told(path):
            file = SweepFile(path, _connect(path))
            try:
                return not file._number("application_id") and not file._number("schema_version")
            finally:
                file.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            if self._identity is not None and _held.get(self._identity) is self:
                del _held[self._identity]
            self._connection.close()

    def __enter__(self) -> SweepFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def settings(self) -> SweepSettings:
        """What the sweep is of."""
        try:
            return SweepSettings.from_plain(parse_json(_text(self._facts()["settings"]), 100))
        except (KeyError, TypeError, AttributeError, ValueError):  # ParameterError is one
            raise SweepError("{path} is damaged: its settings cannot be read.", path=self.path) from None

    def checkpoint(self) -> Checkpoint | None:
        """The checkpoint that is kept in the file."""
        facts = self._facts()
        with _told(self.path):
            kept = self._connection.execute("SELECT value FROM facts WHERE name = 'checkpoint'").fetchone()
        if kept is None:
            return None
        try:
            weights = np.frombuffer(kept[0], "<f8")
            return Checkpoint(weights, float(facts["minimum"]), float(facts["sharpness"]))
        except (KeyError, TypeError, ValueError):
            raise SweepError("{path} is damaged: its checkpoint cannot be read.", path=self.path) from None

    def keep_checkpoint(self, found: Checkpoint) -> None:
        """Commit it."""
        rows = [("checkpoint", np.asarray(found.weights, "<f8").tobytes()), ("minimum", found.loss)]
        rows.append(("sharpness", found.sharpness))
        with self._turn, _told(self.path), _transaction(self._connection) as connection:
            connection.executemany("INSERT INTO facts VALUES (?, ?)", rows)

    def noise(self) -> LocalNoise | None:
        """The noise at the checkpoint that is kept in the file."""
        facts = self._facts()
        if _NOISE not in facts:
            return None
        try:
            return LocalNoise.from_plain(parse_json(_text(facts[_NOISE]), 4000))
        except (KeyError, TypeError, AttributeError, ValueError):
            raise SweepError("{path} is damaged: its noise cannot be read.", path=self.path) from None

    def keep_noise(self, found: LocalNoise) -> None:
        """Commit it."""
        with self._turn, _told(self.path), _transaction(self._connection) as connection:
            connection.execute("INSERT INTO facts VALUES (?, ?)", (_NOISE, json.dumps(found.as_plain())))

    def keep(self, job: Job, cells: Cells) -> None:
        """Commit the cells of a job."""
        if _identity(self.path) != self._identity:  # SQLite would go on writing into what has no name any more
            words = "{path} has been moved, deleted or replaced while it was written: nothing more is trained for it."
            raise SweepError(words, path=self.path)
        rows = [
            (job.seed, job.first + i, float(cells.loss[i]), cells.reference, float(cells.accuracy[i]),
             float(cells.test_loss[i]), int(cells.diverged_at[i]), np.asarray(cells.curve[i], "<f4").tobytes())
            for i in range(len(cells.loss))
        ]  # fmt: skip
        with self._turn, _told(self.path), _transaction(self._connection) as connection:
            connection.executemany("INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            if job.first == 0 and not np.isnan(cells.reference):
                curve = np.asarray(cells.reference_curve, "<f4").tobytes()
                connection.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (f"{_REFERENCE}{job.seed}", curve))

    def finished(self) -> set[tuple[int, int]]:
        """(seed, cell) of all that is finished."""
        with _told(self.path):
            return set(self._connection.execute("SELECT seed, cell FROM cells"))

    def read(self) -> SweepResult:
        """All that is known."""
        settings, facts = self.settings, self._facts()
        shape = settings.seeds, settings.cells
        numbers = np.full((4, *shape), np.nan)
        diverged_at = np.full(shape, -1, np.int64)
        curves: dict[tuple[int, int], NDArray[np.float32]] = {}
        try:
            with _told(self.path):
                for seed, cell, *values, at, curve in self._connection.execute("SELECT * FROM cells"):
                    if not (0 <= seed < shape[0] and 0 <= cell < shape[1]) or len(curve) > 4 * BINS:
                        raise ValueError
                    numbers[:, seed, cell] = [np.nan if value is None else value for value in values]
                    diverged_at[seed, cell] = at
                    if shape[0] * shape[1] <= MOST_CURVES:
                        curves[seed, cell] = np.frombuffer(curve, "<f4")
            bins = max(map(len, curves.values()), default=0)
            curve = np.full((*shape, bins), np.nan, np.float32)
            for place, values in curves.items():
                curve[place] = values
            reference_curve = np.full((shape[0], bins), np.nan, np.float32)
            for seed in range(shape[0]):  # files of older programs have none
                if f"{_REFERENCE}{seed}" in facts and bins:
                    reference_curve[seed] = np.frombuffer(facts[f"{_REFERENCE}{seed}"], "<f4")
            minimum, sharpness = (float(facts.get(name, np.nan)) for name in ("minimum", "sharpness"))
        except SweepError:
            raise
        except (IndexError, TypeError, ValueError, OverflowError):
            raise SweepError("{path} is damaged: a cell of it cannot be read.", path=self.path) from None
        known = ("settings", "checkpoint", "minimum", "sharpness", _NOISE)
        told = {
            name: str(value)
            for name, value in facts.items()
            if name not in known and not str(name).startswith(_REFERENCE)
        }
        loss, reference, accuracy, test_loss = numbers
        return SweepResult(
            settings, loss, reference, accuracy, test_loss, diverged_at, curve, reference_curve,
            minimum, sharpness, told, self.noise(),
        )  # fmt: skip

    def _facts(self) -> dict[str, Any]:
        """What the sweep says of itself, without its checkpoint."""
        found: dict[str, Any] = {}
        left = MOST_WORDS
        wanted = """
            SELECT name, coalesce(length(value), 8), CASE WHEN coalesce(length(value), 8) <= ? THEN value END
            FROM facts WHERE name != 'checkpoint'
        """  # SQLite knows the length of a blob without reading it
        with _told(self.path):
            for name, length, value in self._connection.execute(wanted, (MOST_WORDS,)):
                left -= len(str(name)) + length
                if left < 0:
                    raise SweepError("{path} is damaged: it says too much of itself.", path=self.path)
                found[name] = value
        return found

    def _refuse_strangers(self) -> None:
        """SweepError where the file is made of anything but the two tables that :meth:`create` makes.

        A view, a trigger or a column that is computed is a program, which SQLite would run at the first question.
        """
        found = self._connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
        if sorted(found) != sorted(_SCHEMA):
            raise SweepError("{path} is damaged: its tables are not those of a sweep.", path=self.path)

    def _number(self, pragma: str) -> int:
        return int(self._connection.execute(f"PRAGMA {pragma}").fetchone()[0])

    def _hold(self) -> None:
        """Take the lock, and keep it until the file is closed."""
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("BEGIN EXCLUSIVE")
        self._connection.execute("COMMIT")
        self._identity = _identity(self.path)
        if self._identity is not None:
            _held[self._identity] = self


#: What this process writes, by the identity of the file.
_held: weakref.WeakValueDictionary[tuple[int, int], SweepFile] = weakref.WeakValueDictionary()


def held_here(path: Path) -> SweepFile | None:
    """Who writes a file in this process; None where nobody does."""
    found = _identity(path)
    return None if found is None else _held.get(found)


def load_sweep(path: Path) -> SweepResult:
    """What is known of the sweep in a file, also while this process writes it.

    SweepError, in one sentence, where it cannot be read.
    """
    holder = held_here(path)
    if holder is not None:
        with holder._turn:  # pyright: ignore[reportPrivateUsage]
            if held_here(path) is holder:  # else it has been closed meanwhile
                return holder.read()
    with SweepFile.open(path) as file:
        return file.read()


def _connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    mode = "rwc" if create else ("rw" if os.access(path, os.W_OK) else "ro")
    address = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, timeout=0.0, uri=True, isolation_level=None, check_same_thread=False)
    # Extensions are not loaded: that is Python's default. What is in a schema may call no function that does harm.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
    return connection


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one of its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Generator[sqlite3.Connection]:
    connection.execute("BEGIN")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


_WHY = {
    sqlite3.SQLITE_BUSY: "{path} is being written by another process.",
    sqlite3.SQLITE_LOCKED: "{path} is being written by another process.",
    sqlite3.SQLITE_FULL: "{path} cannot be written: the disk is full; finished cells are kept.",
    sqlite3.SQLITE_NOTADB: "{path} is no sweep file.",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged.",
    sqlite3.SQLITE_READONLY: "{path} may not be written to.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened or made.",
}


@contextmanager
def _told(path: Path) -> Generator[None]:
    """Within this what SQLite refuses is a SweepError."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        kind = SweepHeldError if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else SweepError
        raise kind(_WHY.get(code, "{path} cannot be used: {error}."), path=path, error=error) from None
