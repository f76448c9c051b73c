"""The names of the regimes on a plane, and where they fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qhm_gui.text.language import tr

#: The regimes in the order in which their names are placed.
REGIMES = ("mono", "ripple", "osc", "div")
#: Cells between a name's middle and the edge of its regime: a name is three cells wide.
ROOM = 3
#: Rows between a name and one that stands beside a narrow strip: one above the other they read as one.
_APART = 5


def regime_words() -> dict[str, str]:
    """The name of every regime in the language in force."""
    return {
        "mono": tr("Overdamped"),
        "ripple": tr("Underdamped") + "\n" + tr("complex roots"),
        "osc": tr("Alternating"),
        "div": tr("Diverges"),
    }


def middles(kinds: NDArray[np.object_]) -> list[tuple[str, int, int, int]]:
    """(regime, column, row, room) for each regime among the cells: as near to its middle as a name fits.

    Its edges are worn away cell by cell; what is left after ``room`` turns has that much room on every side. At most
    :data:`ROOM` is looked for; a name that has less stands beside a narrow strip.
    """
    names: list[tuple[str, int, int, int]] = []
    for regime in REGIMES:
        whole = rest = left_over = kinds == regime
        room = 0
        while left_over.any() and room < ROOM:
            rest, room = left_over, room + 1
            padded = np.pad(rest, 1)
            left_over = rest & padded[1:-1, :-2] & padded[1:-1, 2:] & padded[:-2, 1:-1] & padded[2:, 1:-1]
        if room:
            rows, columns = np.nonzero(rest)
            row, column = (places.mean() for places in np.nonzero(whole))
            beside = [at for _, _, at, narrow in names if narrow < ROOM]  # these names reach into other regimes
            close = np.abs(np.subtract.outer(rows, np.array(beside, dtype=np.int64))).min(axis=1, initial=len(kinds))
            apart = np.where(close < _APART, kinds.size, 0)
            middle = int(np.argmin((rows - row) ** 2 + (columns - column) ** 2 + apart))
            names.append((regime, int(columns[middle]), int(rows[middle]), room))
    return names
