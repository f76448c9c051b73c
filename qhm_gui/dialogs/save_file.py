"""Where to write an exported file: what is there already is written over only after a question."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.dialogs.save_question import ask_to_overwrite


def ask_for_file(parent: QWidget, theme: Theme, title: str, suggested: Path, words: str) -> Path | None:
    """The file to write, with the ending of ``suggested`` where none was typed; None if the user gave it up.

    Qt would ask about the name as it was typed, before it has its ending: so it is asked here.
    """
    kind = suggested.suffix.removeprefix(".")
    while True:
        unasked = QFileDialog.Option.DontConfirmOverwrite
        chosen, _ = QFileDialog.getSaveFileName(parent, title, str(suggested), f"{words} (*.{kind})", "", unasked)
        if not chosen:
            return None
        path = Path(chosen)
        path = path if path.suffix else path.with_suffix(f".{kind}")
        if not path.exists() or ask_to_overwrite(parent, theme, path.name):
            return path
        suggested = path
