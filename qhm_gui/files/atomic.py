"""Writing a file so that there is always a whole one: the old or the new.

What is being written lies beside the file under a passing name. Where the process is ended from outside,
:func:`drop_parts` takes it away; where it is killed, the next writer of that file does, or the next start of the
program, which finds a note of it in its own folder.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from qhm_gui.files.log import state_folder

_PART = ".part"
_FOLDER = "qhm-explorer-"
#: What a killed writer left behind is younger than this only if another writer is at work on it.
_ABANDONED = 60.0
#: What this process is writing, and the note of it, if there is one.
_open: dict[Path, Path | None] = {}


def write_atomically(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Put ``content`` into the file at ``path``; a writer that is killed leaves the file that was there. OSError.

    The new file lies beside the old one until it is whole, then takes its place in one step, with its permissions.
    ``durable`` waits for the disk, so that the same holds when the power fails.
    """
    path = Path(os.path.realpath(path))  # a link stays a link
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    part = _part_beside(path)
    try:
        with open(part, "xb", opener=_own) as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(part, _mode(path))
        os.replace(part, path)
        drop_part(part)
    except BaseException:
        drop_part(part)
        raise
    if durable:
        _settle(path.parent)


def begin_part(path: Path) -> Path:
    """An empty file beside ``path`` for what will be that file, written over a long time. OSError.

    It ends with :func:`finish_part` or :func:`drop_part`.
    """
    _sweep(path)
    part = _part_beside(path)
    try:
        part.touch(exist_ok=False)
    except BaseException:
        drop_part(part)
        raise
    return part


def finish_part(part: Path, path: Path) -> None:
    """``part`` is whole: give it its name, in place of a file that was there. OSError."""
    os.replace(part, path)
    drop_part(part)


def unlike(count: int) -> str:
    """So many random bytes, for a name that no other file has. (`secrets` loads OpenSSL.)"""
    return os.urandom(count).hex()


@contextlib.contextmanager
def passing_folder() -> Iterator[Path]:
    """Within this, an empty folder among the system's passing files, for this process alone. OSError."""
    folder = Path(tempfile.gettempdir()) / f"{_FOLDER}{os.getpid()}-{unlike(4)}{_PART}"
    _open[folder] = _note(folder)
    try:
        folder.mkdir(0o700)
        yield folder
    finally:
        drop_part(folder)


def drop_part(part: Path) -> None:
    """Leave nothing of ``part``, if it is still there."""
    with contextlib.suppress(OSError):
        _remove(part)
    if (note := _open.pop(part, None)) is not None:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)


def drop_parts() -> None:
    """Leave nothing of what this process is writing: it ends."""
    for part in list(_open):
        drop_part(part)


def sweep_parts() -> None:
    """Take away what was being written by processes of this machine that are dead."""
    with contextlib.suppress(OSError):
        for note in (state_folder() / "parts").iterdir():
            with contextlib.suppress(OSError, ValueError):
                machine, process, name = note.read_text("utf-8").split("\n", 2)
                part = Path(name)
                if machine == platform.node() and part.suffix == _PART and not _lives(int(process)):
                    _remove(part)
                    note.unlink(missing_ok=True)


def _remove(part: Path) -> None:
    if part.name.startswith(_FOLDER) and part.is_dir() and not part.is_symlink():
        shutil.rmtree(part)
    else:
        part.unlink(missing_ok=True)


def _part_beside(path: Path) -> Path:
    """What to call what will be the file at ``path``; noted before there is anything of that name."""
    part = path.with_name(f".{path.name[:100]}.{os.getpid()}-{unlike(4)}{_PART}")
    _open[part] = _note(part)
    return part


def _own(name: str, flags: int) -> int:
    """Open a new file that nobody else can read yet."""
    return os.open(name, flags, 0o600)


def _note(part: Path) -> Path | None:
    """Where the next start finds that ``part`` was begun; None where nothing can be written down."""
    note = state_folder() / "parts" / unlike(8)
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{platform.node()}\n{os.getpid()}\n{part.absolute()}", "utf-8")
    except (OSError, UnicodeEncodeError):
        return None
    return note


def _lives(process: int) -> bool:
    if os.name == "nt":
        return True  # asking would end it there; the next writer of the same file sweeps
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's
    return True


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sweep(path: Path) -> None:
    """Remove what killed writers of this file left."""
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name.startswith(f".{path.name[:100]}.") and entry.name.endswith(_PART):
                try:
                    late = abs(time.time() - entry.stat().st_mtime) > _ABANDONED  # also by a clock since put back
                    if late and not _is_being_written(entry.name):
                        os.unlink(entry.path)
                except OSError:
                    continue  # another writer was quicker


def _is_being_written(name: str) -> bool:
    """Whether the writer of a part lives on this machine: a slow film or a clock that is put back makes it look old."""
    process = name.removesuffix(_PART).rpartition(".")[2].partition("-")[0]
    known = process.isascii() and process.isdigit() and len(process) < 10
    return known and os.name != "nt" and _lives(int(process))


def _settle(folder: Path) -> None:
    """Let the disk have the folder's new entry, where the system can say so."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows has no handles of folders
    try:
        os.fsync(handle)
    except OSError:
        pass  # nor have some network disks
    finally:
        os.close(handle)
