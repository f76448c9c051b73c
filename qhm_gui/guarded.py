"""What Qt calls must not raise. (PySide hands an exception of an override to whatever Python code called Qt: an event
handler that never ran, the event loop itself, which then ends, or C++ that paints on and crashes.)"""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainterPath, QValidator

log = logging.getLogger("qhm.overrides")

#: Overrides that Qt calls, and what it is given where they fail; those that are called "…Event" give nothing.
_IN_PLACE: dict[str, Callable[[], Any]] = {
    "accept": lambda: None,
    "boundingRect": QRectF,
    "columnCount": int,
    "data": lambda: None,
    "done": lambda: None,
    "drawBackground": lambda: None,
    "event": bool,
    "eventFilter": bool,
    "fixup": str,
    "focusNextPrevChild": bool,
    "formats": list,
    "hasFormat": bool,
    "headerData": lambda: None,
    "initializeGL": lambda: None,
    "minimumSizeHint": QSize,
    "paint": lambda: None,
    "paintGL": lambda: None,
    "paintSection": lambda: None,
    "retrieveData": lambda: None,
    "rowCount": int,
    "shape": QPainterPath,
    "sizeHint": QSize,
    "textFromValue": str,
    "updateEditorGeometry": lambda: None,
    "validate": lambda: (QValidator.State.Intermediate, "", 0),
    "valueFromText": float,
}


class Guarded:
    """Mixin before a class of Qt or pyqtgraph that overrides what Qt calls. An exception in such an override goes to
    the log, with its traceback, and no further. Subclasses are guarded with it."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, member in list(vars(cls).items()):
            if inspect.isfunction(member) and (name in _IN_PLACE or name.endswith("Event")):
                setattr(cls, name, guarded(member, _IN_PLACE.get(name, lambda: None)))


def guarded(override: Callable[..., Any], in_place: Callable[[], Any]) -> Callable[..., Any]:
    """``override``, which logs what it raises and then returns ``in_place()``."""

    @functools.wraps(override)
    def call(self: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return override(self, *arguments, **options)
        except Exception:
            log.exception("%s.%s failed", type(self).__name__, override.__name__)
            return in_place()

    return call
