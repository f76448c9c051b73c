"""What is said of a file of the program's own that is missing or damaged."""

from __future__ import annotations

from qhm_gui.text.language import tr
from qhm_math.resource_files import ResourceError


def resource_sentence(error: ResourceError) -> str:
    """One sentence in the language in force: which file, and what to do."""
    if error.fault == "missing":
        return tr("The program's own file {file} is missing: install QHM Explorer again.", file=error.file)
    return tr("The program's own file {file} is damaged: install QHM Explorer again.", file=error.file)
