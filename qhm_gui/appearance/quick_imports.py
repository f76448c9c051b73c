"""Importing Qt and pyqtgraph without what nobody asks for: an eighth of the time of a start.

pyqtgraph copies every name of Qt when it is imported, for which PySide has to make all its classes and enumerations.
And PySide reads the source of each module that is imported after it, to see whether ``__feature__`` (snake_case names)
concerns it. Where another version of either works differently, all is as without this file.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import PySide6.QtCore
import PySide6.QtGui
import PySide6.QtWidgets

_COPIED = {module.__name__.rpartition(".")[2]: module for module in (PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets)}


class Mirror(ModuleType):
    """What pyqtgraph copies a module of Qt into: a name is looked up when it is first asked for."""

    def __init__(self, name: str, source: ModuleType) -> None:
        super().__init__(name, source.__doc__)
        self.__dict__["_source"] = source

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__[name] = getattr(self.__dict__["_source"], name)
        return found

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *dir(self.__dict__["_source"])})


def import_pyqtgraph() -> None:
    """Import it with mirrors in place of its copies; nothing where it has been imported."""
    if "pyqtgraph" in sys.modules:
        return
    told = {name: vars(module).get("__dir__") for name, module in _COPIED.items()}  # PySide's own, with all names
    for name, module in _COPIED.items():
        sys.modules[f"pyqtgraph.Qt.{name}"] = Mirror(f"pyqtgraph.Qt.{name}", module)
        vars(module)["__dir__"] = list  # there is nothing to copy
    try:
        import pyqtgraph  # noqa: F401  # pyright: ignore[reportUnusedImport]
    finally:
        for name, module in _COPIED.items():
            if told[name] is None:
                del vars(module)["__dir__"]
            else:
                vars(module)["__dir__"] = told[name]


def _uses_pyside(_module: ModuleType) -> bool:
    """What PySide takes for "uses PySide": yes of every module, so that no source need be read."""
    return True


features = sys.modules.get("shibokensupport.feature")
if hasattr(features, "_mod_uses_pyside"):
    setattr(features, "_mod_uses_pyside", _uses_pyside)  # noqa: B010
import_pyqtgraph()
