"""The mean loss of simulated runs over a grid of settings: every cell of a map in one piece ([G] figure 3).

All cells meet the same noise. On a quadratic no step is simulated one by one (`quadratic_runs.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, ParameterError, is_infinity, require_integer, require_number, require_point
from .gradients import noise_on
from .losses import Loss, Quadratic
from .measurement import sample_skewness
from .minibatch_noise import MiniBatches
from .noise import MAX_MEMBERS, MAX_STEPS, DrawnNoise, Noise, NoNoise, draw_noise, make_rng
from .parameters import QHM
from .progress import SILENT, Monitor
from .quadratic_runs import CHUNK_NUMBERS, QuadraticRuns, steps_and_strides
from .simulation import simulate

MAX_CELLS = 1_000_000
_CHUNK_DRAWS, _CHUNK_STEPS = 500_000, 30_000_000  # steps of all members, and of all cells: some 50 ms


@dataclass(frozen=True, eq=False)
class Sweep:
    """The answer so far.

    Attributes
    ----------
    mean : ndarray
        (*P), mean of f - f* over the steps of `members` runs; inf where one of them diverged or came to where f is not
        defined, and never above the cut.
    standard_error : ndarray
        (*P), of the mean, from the spread of the runs; NaN for a single run and where the mean is cut or infinite.
    skewness : ndarray
        (*P), of the means of the runs (:func:`sample_skewness`); NaN where the standard error is.
    members : int
        How many runs that is.
    """

    mean: FloatArray
    standard_error: FloatArray
    skewness: FloatArray
    members: int


def sweep(
    loss: Loss,
    grid: QHM,
    steps: int,
    noise: Noise | None = None,
    seed: int = 0,
    members: int = 1,
    *,
    start: ArrayLike | None = None,
    burn_in: int = 0,
    cut: float = np.inf,
    chunk: int | None = None,
    monitor: Monitor = SILENT,
    limit: float = 1e8,
) -> Iterator[Sweep]:
    """Mean simulated loss over `steps` steps for every cell of a grid of settings ([G] figure 3).

    Parameters
    ----------
    loss : Loss
        With a minimum, unless `start` is given.
    grid : QHM
        Of any shape P of at most 1,000,000 cells.
    steps : int
        Steps that count, 1 to 10,000,000.
    noise : Noise or None
        All cells meet the draws that :func:`simulate` makes of it for burn_in + steps steps, the members and the seed,
        and so have the same losses.
    seed : int
        At least 0.
    members : int
        Runs a cell, 1 to 100,000.
    start : array_like, optional
        One point; None: the lowest minimum of `loss`.
    burn_in : int
        Steps before those, that do not count.
    cut : float
        Means above it are set to it.
    chunk : int or None
        An answer comes after every so many members; None: as many as take some 50 ms.
    monitor : Monitor
        Told the share done; a cancelled sweep ends without its last answers.
    limit : float
        A run has diverged where a position is not finite or farther than this from the start.

    Returns
    -------
    iterator of Sweep
        Ever better answers; the last has all members.

    Raises
    ------
    ParameterError
        At the call, for a bad value.

    Notes
    -----
    On a quadratic under additive noise by the Stein equation of `quadratic_runs`, which no step is simulated for; the
    same numbers to rounding.

    Examples
    --------
    >>> from qhm_math import IsotropicNoise
    >>> answers = list(sweep(Quadratic(), QHM([0.1, 1.0]), 1000, IsotropicNoise(), members=4))
    >>> answers[-1].mean.shape, answers[-1].members
    ((2,), 4)
    """
    steps = require_integer("steps", steps, 1, MAX_STEPS)
    burn_in = require_integer("burn_in", burn_in, 0, MAX_STEPS)
    members = require_integer("members", members, 1, MAX_MEMBERS)
    far = require_number("limit", limit, 0.0, low_open=True)
    top = _cut(cut)
    cells = int(np.prod(grid.shape, dtype=np.int64))
    if not 1 <= cells <= MAX_CELLS:
        raise ParameterError("grid", cells, f"from 1 to {MAX_CELLS:,} cells")
    origin = require_point("start", loss.minima()[0] if start is None else start)
    if origin.shape != (2,):
        raise ParameterError("start", start, "one pair of finite numbers")
    size = None if chunk is None else require_integer("chunk", chunk, 1)
    noise = NoNoise() if noise is None else noise_on(loss, noise)
    if isinstance(noise, MiniBatches):
        draws = noise.draw(make_rng(seed), burn_in + steps, members)
    else:
        draws = draw_noise(noise, burn_in + steps, members, seed)
    if isinstance(loss, Quadratic) and not isinstance(noise, MiniBatches):
        covariance = noise.covariance()
        runs: Any = QuadraticRuns(loss, grid, origin, burn_in, far, burn_in + steps, covariance)
    else:
        runs = _SimulatedRuns(loss, grid, origin, burn_in, far, noise)
    if size is None:
        total = burn_in + steps
        fitting = CHUNK_NUMBERS // (4 * cells * steps_and_strides(total, cells)[1])
        size = max(1, min(fitting, _CHUNK_DRAWS // total, _CHUNK_STEPS // (cells * total)))
    return _gather(runs, draws, grid.shape, min(size, members), top, monitor)


def _cut(cut: float) -> float:
    return np.inf if is_infinity(cut) else require_number("cut", cut, 0.0, low_open=True)


def _gather(
    runs: Any, draws: FloatArray, shape: tuple[int, ...], size: int, cut: float, monitor: Monitor
) -> Iterator[Sweep]:
    """Means and standard errors from ever more members."""
    members = draws.shape[1]
    known = np.empty((members, int(np.prod(shape, dtype=np.int64))))
    for first in range(0, members, size):
        last = min(first + size, members)
        found = None if monitor.cancelled() else runs.means(draws[:, first:last], monitor)
        if found is None:
            return
        known[first:last] = found
        monitor.report(last / members)
        yield _summary(known[:last], shape, cut)


def _summary(values: FloatArray, shape: tuple[int, ...], cut: float) -> Sweep:
    count = len(values)
    with np.errstate(invalid="ignore", over="ignore"):
        mean = values.mean(axis=0)
        error = values.std(axis=0, ddof=1) / np.sqrt(count) if count > 1 else np.full_like(mean, np.nan)
    error[~(mean <= cut) | ~np.isfinite(mean)] = np.nan
    skewed = np.where(np.isnan(error), np.nan, sample_skewness(values.T))
    return Sweep(np.minimum(mean, cut).reshape(shape), error.reshape(shape), skewed.reshape(shape), count)


class _SimulatedRuns:
    """Any loss and noise: the cells are simulated side by side, and only sums are kept."""

    def __init__(self, loss: Loss, grid: QHM, start: FloatArray, burn_in: int, limit: float, noise: Noise) -> None:
        fields = np.broadcast_arrays(grid.alpha, grid.beta, grid.nu)
        self.grid = QHM(*(field.reshape(-1) for field in fields))
        self.loss, self.start, self.burn_in, self.limit, self.noise = loss, start, burn_in, limit, noise

    def means(self, draws: FloatArray, monitor: Monitor) -> FloatArray | None:
        """(members, cells), inf where a run diverged; None when cancelled."""
        total, members = draws.shape[:2]
        sums = np.zeros((*self.grid.shape, members))
        lost = np.zeros(sums.shape, dtype=bool)
        size = max(1, 200_000 // sums.size)
        watch = _Watch(monitor)
        pieces = simulate(
            self.loss, self.grid, self.start, total, DrawnNoise(self.noise, draws), members=members,
            chunk=size, monitor=watch, limit=self.limit,
        )  # fmt: skip
        done = 0
        for piece in pieces:
            after = max(0, self.burn_in + 1 - piece.first)
            with np.errstate(all="ignore"):
                sums += (self.loss.value(piece.positions[after:]) - self.loss.minimum_value()).sum(axis=0)
            lost |= (piece.diverged_at >= 0) | (piece.undefined_at >= 0)
            done = piece.first + len(piece.positions) - 1
        if done < total:
            return None
        return np.where(lost, np.inf, sums / (total - self.burn_in)).T


class _Watch:
    """Asks the caller whether to stop, and reports nothing: progress goes by members."""

    def __init__(self, monitor: Monitor) -> None:
        self.cancelled = monitor.cancelled

    def report(self, fraction: float) -> None:
        """Keep it."""
