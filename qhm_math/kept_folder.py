"""Where the package may keep what took long to compute: nowhere, before a program names a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_folder: Path | None = None
#: Seconds between two files, where a clock does not tell them apart: what every disk can name.
_APART = 0.01


def keep_in(folder: Path | None) -> None:
    """Keep it below this folder from now on, which need not be there yet; None: keep nothing."""
    global _folder
    _folder = folder


def kept_folder() -> Path | None:
    """That folder."""
    return _folder


def written_at(path: Path) -> float:
    """When a file was written, in seconds by the clock of then; -inf where it is gone."""
    with suppress(OSError):
        return path.stat().st_mtime
    return float("-inf")


def oldest_first(files: Iterable[Path]) -> list[Path]:
    """Files in the order in which they were written."""
    return sorted(files, key=lambda path: (written_at(path), path.name))


def mark_newest(path: Path, others: Iterable[Path]) -> None:
    """Date a file that was written last after all the others: where the clock has been put back, it is not."""
    newest = max((written_at(other) for other in others if other != path), default=float("-inf"))
    if newest >= written_at(path):
        with suppress(OSError, OverflowError):  # later than the disk can name
            os.utime(path, (newest + _APART, newest + _APART))
