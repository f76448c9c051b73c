"""Stationary losses by simulation: how long runs must warm up, and the means of those that do, for many methods."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import MAX_STEPS, FloatArray, is_infinity, require_array, require_integer, require_number
from .local_quadratic import LocalQuadratic
from .noise import MAX_MEMBERS
from .parameters import QHM
from .progress import SILENT, Monitor
from .spectrum import steps_per_decade
from .sweep import sweep

_LEFT = 6  # decades of loss that a burn-in takes from the start
_SHORTEST = 64  # steps: shorter burn-ins cost next to nothing, and share their noise with more cells


@dataclass(frozen=True, eq=False)
class StationaryMeans:
    """Means over the steps of runs that have warmed up, for cells of shape P.

    Attributes
    ----------
    means : ndarray
        (P), above the minimum; NaN where nothing was measured, inf where a run has diverged.
    standard_errors : ndarray
        (P), from the spread of the runs.
    skewness : ndarray
        (P), of the means of the runs, for :func:`mean_interval`.
    runs : int
        The fewest that a cell has had.
    too_slow : ndarray of bool
        (P), stable cells whose burn-in would have cost too much.
    """

    means: FloatArray
    standard_errors: FloatArray
    skewness: FloatArray
    runs: int
    too_slow: NDArray[np.bool_]


def burn_in_steps(rate: ArrayLike) -> FloatArray:
    """Steps after which a run from the minimum has the stationary distribution, to a millionth of its variance.

    Parameters
    ----------
    rate : array_like
        R >= 0.

    Returns
    -------
    float or array
        Where R^{2k} has fallen to 10⁻⁶, at least 1; inf where R >= 1.

    Raises
    ------
    ParameterError
        For negative or infinite rates.

    Examples
    --------
    >>> burn_in_steps([0.0, 0.9, 1.0]).tolist()
    [1.0, 66.0, inf]
    """
    return np.maximum(1.0, np.ceil(_LEFT * steps_per_decade(require_array("rate", rate, 0.0))))[()]


def stationary_means(
    local: LocalQuadratic,
    grid: QHM,
    steps: int,
    runs: int,
    seed: int = 0,
    *,
    warm_up: bool = True,
    longest: float = math.inf,
    draws: float = math.inf,
    fewest: int | None = None,
    monitor: Monitor = SILENT,
) -> StationaryMeans | None:
    """The mean loss of runs from the minimum, after a burn-in that each cell's own rate asks for.

    Parameters
    ----------
    local : LocalQuadratic
        The loss, the noise and the minimum that the runs start at.
    grid : QHM
        The methods, of any shape P.
    steps, runs, seed : int
        Steps that count, independent runs of every cell, and the seed of the noise that all cells share.
    warm_up : bool
        Without it every run counts from its start, and means are too low where the run is slow.
    longest : float
        Cells with a longer burn-in are too slow.
    draws : float
        Normal numbers that one burn-in may cost: where they do not suffice for all runs there are fewer, ...
    fewest : int, optional
        ... and where not for so many, the cell is too slow; None: all of them.
    monitor : Monitor
        Asked before each sweep whether to stop, told after each the share done.

    Returns
    -------
    StationaryMeans or None
        None if it was cancelled.

    Raises
    ------
    ParameterError
        A value is out of its range, or there are more cells than :func:`qhm_math.sweep` takes.

    Notes
    -----
    Burn-ins follow the rate of the spread, under additive noise R, and are rounded up to powers of two: cells of alike
    rates run side by side. Cells whose spread has no bound are not run.

    Examples
    --------
    >>> import qhm_math as qm
    >>> local = qm.local_quadratic(qm.Quadratic(), qm.IsotropicNoise(0.1), (0.0, 0.0))
    >>> found = stationary_means(local, QHM([0.5, 99.0], 0.5, 1.0), 200, 30)
    >>> np.isfinite(found.means).tolist(), found.runs
    ([True, False], 30)
    """
    most, steps = require_integer("runs", runs, 1, MAX_MEMBERS), require_integer("steps", steps, 1, MAX_STEPS)
    seed = require_integer("seed", seed, 0)
    least = most if fewest is None else min(require_integer("fewest", fewest, 1), most)
    longest, draws = _bound("longest", longest), _bound("draws", draws)
    alpha, beta, nu = (np.ravel(field) for field in np.broadcast_arrays(grid.alpha, grid.beta, grid.nu))
    rates = np.ravel(np.broadcast_to(local.mean_square_rate(grid), grid.shape))
    stable = rates < 1
    waits = np.full(alpha.shape, np.inf)
    waits[stable] = burn_in_steps(rates[stable]) if warm_up else 0.0
    waits[~(waits <= longest)] = np.inf
    if warm_up:
        waits = 2 ** np.ceil(np.log2(np.maximum(waits, _SHORTEST)))
    known = np.isfinite(waits)
    counts = np.zeros(alpha.shape, dtype=np.int64)
    counts[known] = np.minimum(most, draws / (2 * (waits[known] + steps)))
    waits[counts < least] = np.inf
    means, errors, skewed = (np.full(alpha.shape, np.nan) for _ in range(3))
    taken, groups = most, np.unique(waits[np.isfinite(waits)])
    for index, wait in enumerate(groups.tolist()):
        here = waits == wait
        members = int(counts[here][0])
        cells = QHM(alpha[here], beta[here], nu[here])
        answers = sweep(
            local.loss, cells, steps, local.noise, seed, members,
            start=local.minimum, burn_in=int(wait), monitor=monitor,
        )  # fmt: skip
        last = deque(answers, maxlen=1)
        if not last or last[0].members < members:
            return None
        taken = min(taken, members)
        means[here], errors[here] = last[0].mean - local.height, last[0].standard_error
        skewed[here] = last[0].skewness
        monitor.report((index + 1) / len(groups))
    too_slow = stable & ~np.isfinite(waits)
    means, errors, skewed = (found.reshape(grid.shape) for found in (means, errors, skewed))
    return StationaryMeans(means, errors, skewed, taken, too_slow.reshape(grid.shape))


def _bound(name: str, value: float) -> float:
    return math.inf if is_infinity(value) else require_number(name, value, 0.0)
