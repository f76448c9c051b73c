"""Arrays for QPainter: the one private import from pyqtgraph.

Qt reads the array's own memory, so it has to live until it is painted: one passed on without a name does not.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter


def qt_array(kind: type, rows: NDArray[np.float64]) -> PrimitiveArray:
    """An array for QPainter.drawLines and its like, without an object for every row: pass ``*array.drawargs()``.

    The one private import from pyqtgraph: PySide has no public way to hand an array to these calls, and a list of
    2,000 QLineF takes as long as painting them. Qt reads the array's own memory, so it has to live that long.
    """
    array = PrimitiveArray(kind, rows.shape[1])
    array.resize(len(rows))
    array.ndarray()[:] = rows
    return array


#: So many lines at a time fill memory that is kept: it takes longer to be made than to be filled.
_KEPT = 2048


class _Memory(threading.local):
    """The lines of one thread, and what Qt reads them from."""

    def __init__(self) -> None:
        self.lines = qt_array(QLineF, np.zeros((_KEPT, 4)))
        self.rows = self.lines.ndarray()
        self.first = self.lines.drawargs()[0]


_memory = _Memory()


def draw_lines(painter: QPainter, rows: NDArray[np.float64]) -> None:
    """Lines (n, 4) from a place to another."""
    if 0 < len(rows) <= _KEPT:
        _memory.rows[: len(rows)] = rows
        painter.drawLines(_memory.first, len(rows))  # pyright: ignore
    else:
        lines = qt_array(QLineF, rows)
        painter.drawLines(*lines.drawargs())  # pyright: ignore
