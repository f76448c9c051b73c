"""Writing a file so that there is always a whole one: the old or the new."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

_PART = ".part"
#: What a killed writer left behind is younger than this only if another writer is at work on it.
_ABANDONED = 60.0


def write_atomically(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Put ``content`` into the file at ``path``; a writer that is killed leaves the file that was there. OSError.

    The new file lies beside the old one until it is whole, then takes its place in one step, with its permissions.
    ``durable`` waits for the disk, so that the same holds when the power fails.
    """
    path = Path(os.path.realpath(path))  # a link stays a link
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=_PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(name, _mode(path))
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if durable:
        _settle(path.parent)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sweep(path: Path) -> None:
    """Remove what killed writers of this file left."""
    with os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name.startswith(f".{path.name[:100]}.") and entry.name.endswith(_PART):
                try:
                    if time.time() - entry.stat().st_mtime > _ABANDONED:
                        os.unlink(entry.path)
                except OSError:
                    continue  # another writer was quicker


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
