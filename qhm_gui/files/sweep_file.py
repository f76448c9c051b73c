"""The file of a sweep, as something that a window opens: it is shown, not copied into the state."""

from __future__ import annotations

from pathlib import Path

from qhm_gui.files.reading import first_bytes
from qhm_gui.files.session import SessionError
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped
from qhm_gui.text.resource_words import fault_words
from qhm_math.experiments.error import SweepError

ENDING = ".sweep"
#: The first bytes of an SQLite file, and where it says whose it is.
_SQLITE, _OWNER = b"SQLite format 3\0", slice(68, 72)


def is_sweep(path: Path) -> bool:
    """Whether a file is one by its first bytes, or should be by its name."""
    from qhm_math.experiments.sweep_file import APPLICATION

    head = first_bytes(path, 100)
    if head is None:
        return False
    owned = head[_OWNER] == APPLICATION.to_bytes(4, "big")
    return path.suffix == ENDING or (head.startswith(_SQLITE) and owned)


def sweep_words(path: Path) -> str:
    """What a sweep file holds, in a few words. SessionError, with a sentence, for one that cannot be read."""
    from qhm_math.experiments import load_sweep

    try:
        found = load_sweep(path)
    except SweepError as error:
        raise SessionError(fault_words(error)) from None
    done, total = (grouped(int(count)) for count in (found.finished.sum(), found.finished.size))
    words = "{name}: {problem}, {done} of {total} runs finished."
    return tr(words, name=path.name, problem=found.settings.problem, done=done, total=total)
