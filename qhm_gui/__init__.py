"""The window of QHM Explorer: everything that knows of Qt.

A script that makes figures needs two names: ``from qhm_gui import session`` reads and writes sessions, and
``from qhm_gui.state import State, changed`` makes their content.
"""

from __future__ import annotations

from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    # Imported when asked for: importing any folder of the window must not read files' and Qt's code at the start.
    if name == "session":
        from qhm_gui.files import session

        return session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
