"""The log: one file of limited size for what went wrong, and never the terminal."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path

from qhm_gui.text.language import tr
from qhm_math.resource_files import ResourceError

#: One file of so many bytes, and the one before it.
MOST_BYTES = 500_000
#: The logger of what the window tells by itself, where it failed; everything else goes to "qhm".
TOLD = "qhm.told"
_MOST_KINDS = 1000
_NAME = "qhm-explorer"
_log = logging.getLogger("qhm")


def state_folder() -> Path:
    """Where the program keeps what is its own and may be thrown away. Asks nothing of Qt, which may be what failed."""
    try:
        home = Path.home()
    except RuntimeError:  # an account without a home
        home = Path(tempfile.gettempdir())
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_STATE_HOME") or home / ".local" / "state"
    return Path(base) / _NAME


def log_file() -> Path:
    """The file that the log goes to; it exists once something went wrong."""
    return state_folder() / "log.txt"


def not_computed() -> str:
    """The sentence of what failed, in the language in force: its traceback is in the log."""
    return tr("This could not be computed; details are in {file}.", file=log_file())


def resource_error(record: logging.LogRecord) -> ResourceError | None:
    """The error that a record tells of, where it is one of a file of the program's own."""
    error = record.exc_info[1] if record.exc_info else None
    return error if isinstance(error, ResourceError) else None


class LogFile(logging.Handler):
    """Writes records to :func:`log_file`, which is opened with the first of them; counts errors.

    The same error over and over, as from a picture that is painted sixty times a second, is written at its 1st, 2nd,
    4th, 8th ... time only.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.errors = 0
        self.resource: ResourceError | None = None  # the first file of the program's own that was found damaged
        self._file: logging.Handler | None = None
        self._seen: dict[str, int] = {}
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record. A disk that does not take it changes nothing."""
        self.errors += record.levelno >= logging.ERROR
        self.resource = self.resource or resource_error(record)
        text = self.format(record)
        kind = text.partition(record.levelname)[2]  # without the time
        if len(self._seen) > _MOST_KINDS:
            self._seen.clear()
        times = self._seen[kind] = self._seen.get(kind, 0) + 1
        if times & (times - 1):
            return
        if times > 1:
            record.msg, record.args = f"{record.getMessage()} ({times} times)", None
        try:
            if self._file is None:
                from logging.handlers import RotatingFileHandler  # imports much: only when something went wrong

                log_file().parent.mkdir(parents=True, exist_ok=True)
                self._file = RotatingFileHandler(
                    log_file(), maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
                )
                self._file.setFormatter(self.formatter)
                self._file.handleError = _ignore  # type: ignore[method-assign]
            self._file.handle(record)
        except OSError:
            self._file = None

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
        super().close()


def _ignore(_record: logging.LogRecord) -> None:
    """A full disk is no reason to write to the terminal."""


def start_log() -> LogFile:
    """Send the program's log to its file, from now on or since earlier."""
    found = next((handler for handler in _log.handlers if isinstance(handler, LogFile)), None)
    if found is None:
        found = LogFile()
        _log.addHandler(found)
    return found
