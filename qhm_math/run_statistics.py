"""Statistics of many runs, gathered chunk by chunk, so that memory does not grow with steps times runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import MAX_STEPS, FloatArray, ParameterError, as_floats, require_array, require_integer
from .simulation import Chunk

#: From positions (..., 2) to one number each, (...); nothing is checked, inf and NaN are allowed.
Measure = Callable[[FloatArray], FloatArray]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RunStatistics:
    """What is known up to step ``done``; NaN beyond. P is the shape of the cells (methods, schedules).

    Attributes
    ----------
    steps : ndarray of int
        (n,), where the means are taken.
    done : int
        The last step that was seen.
    means : ndarray
        (measures, n, P), over the runs: NaN from the step on at which one has diverged.
    quantile_steps : ndarray of int
        (m,), where the quantiles are taken.
    quantiles : ndarray
        (measures, m, P, quantiles), order statistics in which diverged runs count as infinite.
    diverged, undefined : ndarray of int
        (P), the first step at which a run has diverged, or at which the loss is not defined; -1 where there is none.
    """

    steps: IntArray
    done: int
    means: FloatArray
    quantile_steps: IntArray
    quantiles: FloatArray
    diverged: IntArray
    undefined: IntArray


def run_statistics(
    chunks: Iterable[Chunk],
    measures: Sequence[Measure],
    quantiles: ArrayLike,
    at: ArrayLike,
    quantiles_at: ArrayLike | None = None,
) -> Iterator[RunStatistics]:
    """Means and quantiles over the runs of a simulation, after each of its chunks.

    Parameters
    ----------
    chunks : iterable of Chunk
        As :func:`qhm_math.simulate` yields them; the last axis of their runs is averaged over.
    measures : sequence of callables
        Each from positions of shape (..., 2) to numbers of shape (...), for example a loss's ``value``.
    quantiles : array_like
        Shares in [0, 1], of shape (q,); may be empty.
    at : array_like of int
        The steps of the means, ascending, >= 0, of shape (n,).
    quantiles_at : array_like of int, optional
        The steps of the quantiles, likewise; None: those of the means.

    Returns
    -------
    iterator of RunStatistics
        The same arrays every time, filled further: copy what is to be kept.

    Raises
    ------
    ParameterError
        For shares outside [0, 1] and for steps that are negative or not ascending; at the first value asked for.

    Notes
    -----
    A quantile p of N runs is the order statistic of rank round(p (N - 1)) from 0: it is one of the runs.

    Examples
    --------
    >>> import qhm_math as qm
    >>> loss = qm.Quadratic()
    >>> chunks = qm.simulate(loss, qm.QHM(1.0, 0.9, 0.7), (1.0, 1.0), 50, qm.IsotropicNoise(0.1), members=100)
    >>> *_, last = qm.run_statistics(chunks, [loss.value], [0.05, 0.95], range(51))
    >>> last.means.shape, last.quantiles.shape
    ((1, 51), (1, 51, 2))
    """
    shares = require_array("quantiles", quantiles, 0.0, 1.0)
    if shares.ndim != 1:
        raise ParameterError("quantiles", quantiles, "a list of shares, each at least 0 and at most 1")
    steps = _steps("at", at)
    band = steps if quantiles_at is None else _steps("quantiles_at", quantiles_at)
    means, bands = np.empty(0), np.empty(0)
    for chunk in chunks:
        cells = chunk.positions.shape[1:-2]
        if chunk.first == 0:
            means = np.full((len(measures), len(steps), *cells), np.nan)
            bands = np.full((len(measures), len(band), *cells, len(shares)), np.nan)
        done = chunk.first + len(chunk.positions) - 1
        here, band_here = (np.flatnonzero((which >= chunk.first) & (which <= done)) for which in (steps, band))
        wanted = np.union1d(steps[here], band[band_here])
        every = len(wanted) == len(chunk.positions)
        positions = chunk.positions if every else chunk.positions[wanted - chunk.first]
        ranks = np.rint(shares * (positions.shape[-2] - 1)).astype(np.int64)
        for row, measure in enumerate(measures):
            with np.errstate(all="ignore"):
                values = measure(positions)
                means[row, here] = values[np.searchsorted(wanted, steps[here])].mean(axis=-1)
            if len(shares):
                taken = values[np.searchsorted(wanted, band[band_here])]
                bands[row, band_here] = np.sort(np.nan_to_num(taken, nan=np.inf), axis=-1)[..., ranks]
        gone, lost = first_divergence(chunk.diverged_at), first_divergence(chunk.undefined_at)
        yield RunStatistics(steps, done, means, band, bands, gone, lost)


@dataclass(frozen=True, eq=False)
class TimeMeans:
    """Means over time, one a run, of the steps first..done.

    Attributes
    ----------
    done : int
        The last step that was seen.
    values : ndarray
        (measures, P, runs).
    diverged, undefined : ndarray of int
        (P, runs), the first step at which the run has diverged, or at which the loss is not defined; -1 where there is
        none.
    """

    done: int
    values: FloatArray
    diverged: IntArray
    undefined: IntArray


def time_means(chunks: Iterable[Chunk], measures: Sequence[Measure], first: int) -> TimeMeans | None:
    """The mean of each measure over the steps from ``first`` on, of every run on its own; None without such a step.

    Runs know nothing of each other, so that the spread of these means over them is the error of their mean
    (:func:`mean_interval`), which that of the steps of one run is not.

    Parameters
    ----------
    chunks : iterable of Chunk
        As :func:`qhm_math.simulate` yields them.
    measures : sequence of callables
        Each from positions of shape (..., 2) to numbers of shape (...).
    first : int
        The first step that counts; those before are burn-in.

    Returns
    -------
    TimeMeans or None
        NaN or inf for runs that have diverged, and losses of those that are where the loss is not defined.

    Raises
    ------
    ParameterError
        For a first step that is negative.

    Examples
    --------
    >>> import qhm_math as qm
    >>> loss = qm.Quadratic()
    >>> chunks = qm.simulate(loss, qm.QHM(1.0), (0.0, 0.0), 300, qm.IsotropicNoise(0.1), members=40)
    >>> qm.time_means(chunks, [loss.value], 200).values.shape
    (1, 40)
    """
    first = require_integer("first", first, 0, MAX_STEPS)
    sums, done, diverged, undefined = np.empty(0), -1, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    for chunk in chunks:
        if chunk.first == 0:
            sums = np.zeros((len(measures), *chunk.positions.shape[1:-1]))
        late = chunk.positions[max(0, first - chunk.first) :]
        with np.errstate(all="ignore"):
            for row, measure in enumerate(measures):
                sums[row] += measure(late).sum(axis=0)
        done, diverged, undefined = chunk.first + len(chunk.positions) - 1, chunk.diverged_at, chunk.undefined_at
    return TimeMeans(done, sums / (done - first + 1), diverged, undefined) if done >= first else None


def first_divergence(diverged_at: IntArray) -> IntArray:
    """The first step at which any of the runs has diverged.

    Parameters
    ----------
    diverged_at : array of int
        For each run of the last axis the step at which it diverged, or -1.

    Returns
    -------
    array of int
        Without that axis; -1 where no run has diverged.

    Examples
    --------
    >>> first_divergence(np.array([[-1, 7, 3], [-1, -1, -1]])).tolist()
    [3, -1]
    """
    never = np.iinfo(np.int64).max
    first = np.asarray(np.min(np.where(diverged_at < 0, never, diverged_at), axis=-1), dtype=np.int64)
    return np.where(first == never, -1, first)


def running_mean(values: ArrayLike, window: int) -> FloatArray:
    """The mean over the last ``window`` values; at the beginning over as many as there are.

    Parameters
    ----------
    values : array
        The mean runs along the last axis.
    window : int
        1 to 10,000,000.

    Returns
    -------
    array
        Of the shape of ``values``; not finite from the first such value on, unless window is 1.

    Raises
    ------
    ParameterError
        For other values or another window.

    Examples
    --------
    >>> running_mean(np.array([1.0, 3.0, 5.0, 7.0]), 2).tolist()
    [1.0, 2.0, 4.0, 6.0]
    """
    window = require_integer("window", window, 1, MAX_STEPS)
    values = as_floats("values", values, "an array of numbers")
    if not values.ndim:
        raise ParameterError("values", values, "an array of numbers")
    if window == 1:
        return values
    with np.errstate(invalid="ignore", over="ignore"):
        sums = np.asarray(np.cumsum(values, axis=-1), dtype=np.float64)
        sums[..., window:] -= sums[..., :-window].copy()
    counts = np.arange(1, values.shape[-1] + 1, dtype=np.float64)
    return sums / counts.clip(max=window)


def _steps(name: str, value: ArrayLike) -> IntArray:
    allowed = "ascending whole numbers of at least 0"
    steps = as_floats(name, value, allowed)
    inside = steps.ndim == 1 and bool(((steps >= 0) & (steps <= MAX_STEPS)).all())  # no inf and no NaN
    rises = inside and bool((steps[1:] > steps[:-1]).all())
    if not rises or (steps % 1).any():
        raise ParameterError(name, value, allowed)
    return steps.astype(np.int64)
