"""Which file to open, or to save to: Qt's own dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def file_to_open(parent: QWidget, title: str, folder: str, filters: Sequence[str]) -> Path | None:
    """A file that is there; None if the user gave it up."""
    dialog = QFileDialog(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _answer(dialog, filters)


def file_to_save(parent: QWidget, title: str, suggested: Path, ending: str, filters: Sequence[str]) -> Path | None:
    """A file, with ``ending`` where none was typed. Qt asks before one that is there."""
    dialog = QFileDialog(parent, title, str(suggested.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(ending)
    dialog.selectFile(suggested.name)
    return _answer(dialog, filters)


def _answer(dialog: QFileDialog, filters: Sequence[str]) -> Path | None:
    dialog.setNameFilters(filters)
    accepted = dialog.exec()
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if accepted and chosen else None
