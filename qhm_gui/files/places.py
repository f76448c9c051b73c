"""The files and folders that a state names: what is given away says their names, and nothing of where they lie.

A session of one's own keeps the whole path. What is exported or copied as text is read elsewhere, by others.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from qhm_gui.state.state import State, changed, value_at

PLACES = ("experiments.sweep_file", "experiments.sweep_data")


def without_folders(state: State) -> State:
    """The state with the names of its files and folders alone."""
    named = {path: _name(value) for path in PLACES if (value := value_at(state, path))}
    return changed(state, named) if named else state


def found_beside(state: State, folder: Path) -> State:
    """The state with the files and folders that lie in `folder` where only their names are known."""
    known: dict[str, str] = {}
    for path in PLACES:
        value = value_at(state, path)
        if value and not Path(value).is_absolute() and (there := folder / _name(value)).exists():
            known[path] = str(there)
    return changed(state, known) if known else state


def _name(path: str) -> str:
    """The last part of a path of any system."""
    return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name
