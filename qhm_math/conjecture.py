"""[G]'s conjecture, checked on a grid: the best rate R*(ν, κ) never rises with ν.

[G] searched numerically, cell by cell ("couple of days" in the notebook). Here a cell is one scalar equation, solved
for whole blocks of the grid at once (`best_rate`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, ParameterError, require_array
from .optimum import best_gap
from .progress import SILENT, Cancelled, Monitor

#: κ of one block: with 1,000 ν its arrays stay in a core's cache.
_BLOCK = 16
#: Of 1 - R*, which `best_gap` gives to a tenth of it: two neighbours that differ by less do not differ.
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Conjecture:
    """What a grid of ν × κ says.

    Attributes
    ----------
    nus, kappas : ndarray
        The grid.
    rates : ndarray
        R*(ν, κ), (len(nus), len(kappas)).
    rise : float
        The largest R*(ν_{i+1}, κ) - R*(ν_i, κ) over all κ > 1 (at κ = 1 every rate is 0), from the gaps 1 - R*, which
        keep their digits where R* is near 1.
    at : tuple of float
        (ν_i, ν_{i+1}, κ) of it.
    rises : int
        How many pairs of neighbours it rises for, by more than the rounding of 1 - R*.
    """

    nus: FloatArray
    kappas: FloatArray
    rates: FloatArray
    rise: float
    at: tuple[float, float, float]
    rises: int

    @property
    def holds(self) -> bool:
        """Whether R* rises with ν nowhere on the grid."""
        return self.rises == 0


def check_conjecture(nus: ArrayLike, kappas: ArrayLike, monitor: Monitor = SILENT) -> Conjecture:
    """R* on the grid nus × kappas and its largest rise from one ν to the next.

    Parameters
    ----------
    nus : array_like
        At least two values in [0, 1], increasing.
    kappas : array_like
        Condition numbers >= 1, at least one of them above 1.
    monitor : Monitor
        Told the share done, and asked whether to stop.

    Returns
    -------
    Conjecture
        The rates and the verdict.

    Raises
    ------
    ParameterError
        A grid is not as described.
    Cancelled
        The monitor cancelled.

    Notes
    -----
    All cores work on it: NumPy lets go of the interpreter.

    Examples
    --------
    >>> check_conjecture([0.0, 0.5, 1.0], [10.0, 1e15]).holds
    True
    """
    nu = require_array("nus", nus, 0.0, 1.0)
    kappa = require_array("kappas", kappas, low=1.0)
    if nu.ndim != 1 or len(nu) < 2 or bool(np.any(np.diff(nu) <= 0)):
        raise ParameterError("nus", nu.shape, "at least two values that increase")
    if kappa.ndim != 1 or not bool(np.any(kappa > 1)):
        raise ParameterError("kappas", kappa.shape, "a row of values with at least one above 1")
    from concurrent.futures import ThreadPoolExecutor  # a start of the window has no use for it

    gaps = np.empty((len(nu), len(kappa)))

    def fill(first: int) -> None:
        if not monitor.cancelled():
            gaps[:, first : first + _BLOCK] = best_gap(nu[:, None], kappa[None, first : first + _BLOCK])

    blocks = range(0, len(kappa), _BLOCK)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, _ in enumerate(pool.map(fill, blocks), start=1):
            monitor.report(done / len(blocks))
    if monitor.cancelled():
        raise Cancelled("The check was cancelled")
    rises = np.where(kappa > 1, -np.diff(gaps, axis=0), -np.inf)
    row, column = np.unravel_index(int(np.argmax(rises)), rises.shape)
    at = (float(nu[row]), float(nu[row + 1]), float(kappa[column]))
    count = int(np.count_nonzero(rises > _ROUNDING * gaps[:-1]))
    return Conjecture(nu, kappa, 1 - gaps, float(rises[row, column]), at, count)
