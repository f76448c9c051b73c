"""Where the package may keep what took long to compute: nowhere, before a program names a folder."""

from __future__ import annotations

from pathlib import Path

_folder: Path | None = None


def keep_in(folder: Path | None) -> None:
    """Keep it below this folder from now on, which need not be there yet; None: keep nothing."""
    global _folder
    _folder = folder


def kept_folder() -> Path | None:
    """That folder."""
    return _folder
