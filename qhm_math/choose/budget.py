"""The best parameters for a number of steps, how good they get, and what a wrong learning rate costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from ..checks import MAX_STEPS, FloatArray, ParameterError, require_array, require_integer, where
from ..parameters import QHM
from ..progress import SILENT, Monitor
from .held import held_loss, loss_after, window
from .problem import Problem
from .search import ROUGH, ROUNDS, minimise, place


@dataclass(frozen=True)
class Outcome:
    """A point on a problem, after a number of steps. All of it is exact; losses are above the minimum.

    ``expected_loss`` is E f after the last step, ``held_loss`` its mean over the last tenth of the steps, by which
    budgets are judged, and ``stationary_loss`` what it tends to (inf where it diverges). ``rate`` is R.
    """

    qhm: QHM
    steps: int
    rate: float
    stationary_loss: float
    expected_loss: float
    held_loss: float


@dataclass(frozen=True)
class LossAgainstSteps:
    """The best held loss of several budgets: ``steps`` (n,), ascending, and ``best``, an :class:`Outcome` each."""

    steps: tuple[int, ...]
    best: tuple[Outcome, ...]


def outcome(problem: Problem, qhm: QHM, steps: int) -> Outcome:
    """The outcome of one point.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    qhm : QHM
        One point.
    steps : int
        From 1 to 10,000,000.

    Returns
    -------
    Outcome
        Of the whole spectrum, however many modes it has.

    Raises
    ------
    ParameterError
        `steps` is out of its range, or `qhm` is not one point.

    Examples
    --------
    >>> outcome(Problem.additive([1.0], 0.0, 2.0), QHM(0.5), 2).expected_loss
    0.125
    """
    if qhm.shape:
        raise ParameterError("alpha, beta, nu", qhm.shape, "one point, not arrays")
    count = require_integer("steps", steps, 1, MAX_STEPS)
    last, held = _exact(problem, qhm, count)
    return Outcome(qhm, count, float(problem.rate(qhm)), float(problem.stationary_loss(qhm)), last, held)


def _exact(problem: Problem, qhm: QHM, steps: int) -> tuple[float, float]:
    """(expected loss after the last step, held loss) of one point."""
    if problem.batch is not None and len(problem.curvatures) > 12:  # the 3n × 3n map would be large
        path = problem.expected_loss(qhm, steps)
        first, _ = window(steps)
        return float(path[-1]), float(np.mean(path[first:]))
    return float(loss_after(problem, qhm, steps).total), float(held_loss(problem, qhm, steps).total)


def best_for_steps(
    problem: Problem, steps: int, near: QHM | None = None, monitor: Monitor = SILENT, rough: bool = False
) -> Outcome:
    """The point of least held loss after a number of steps.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    steps : int
        N, from 1 to 10,000,000.
    near : QHM, optional
        One point to search from, for a problem or a budget that is near another: then the grid is left out.
    monitor : Monitor, optional
        Asked in the course of the search whether to go on.
    rough : bool
        Whether a first answer is enough, mostly within a tenth of the least loss: in about a fifth of the time.

    Returns
    -------
    Outcome
        That point.

    Raises
    ------
    ParameterError
        `steps` is out of its range.
    Cancelled
        The monitor has cancelled it.

    Notes
    -----
    The minimum over (α, β, ν) of :func:`held_loss`, with 1/(1-β) <= 30 N. Without noise it tends to the best rate as N
    grows, with noise to the smallest stationary loss. Spectra of many curvatures are searched in bins of log λ, and
    the outcome is that of the whole spectrum.

    Examples
    --------
    >>> best = best_for_steps(Problem.interval(0.1, 10.0, 0.3), 1000)
    >>> round(best.held_loss, 5)
    0.00196
    """
    count = require_integer("steps", steps, 1, MAX_STEPS)
    rounds = ROUGH if rough else ROUNDS

    def least(of: Problem, start: FloatArray | None) -> QHM:
        longest = 30.0 * count
        return minimise(lambda qhm: held_loss(of, qhm, count).total, problem.L, start, longest, monitor, rounds)

    found = least(problem.searched, None if near is None else place(near, problem.L))
    if rough:
        return outcome(problem.refined, found, count)
    if problem.refined != problem.searched:
        found = least(problem.refined, place(found, problem.L))
    return outcome(problem, found, count)


def best_against_steps(problem: Problem, budgets: Sequence[int]) -> LossAgainstSteps:
    """The least held loss against the number of steps.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    budgets : sequence of int
        At least one number of steps, each from 1 to 10,000,000, ascending.

    Returns
    -------
    LossAgainstSteps
        One outcome a budget.

    Raises
    ------
    ParameterError
        A budget is out of its range, or they do not ascend.

    Examples
    --------
    >>> curve = best_against_steps(Problem.interval(0.1, 10.0, 0.3), [10, 100])
    >>> curve.best[0].held_loss > curve.best[1].held_loss
    True
    """
    counts = [require_integer("budgets", budget, 1, MAX_STEPS) for budget in budgets]
    if not counts or any(b <= a for a, b in pairwise(counts)):
        raise ParameterError("budgets", list(budgets), "ascending numbers of steps, at least one")
    return LossAgainstSteps(tuple(counts), tuple(best_for_steps(problem, count) for count in counts))


def price_of_alpha(problem: Problem, qhm: QHM, steps: int, factors: ArrayLike) -> FloatArray:
    """What a wrong learning rate costs: held losses over that at the right one.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    qhm : QHM
        One point.
    steps : int
        From 1 to 10,000,000.
    factors : array_like
        What α is multiplied by, each > 0.

    Returns
    -------
    ndarray
        Of the shape of `factors`; 1 where both are the same, also 0 or infinite; infinite beyond the largest float.

    Raises
    ------
    ParameterError
        A value is out of its range, or `qhm` is not one point.

    Examples
    --------
    >>> price_of_alpha(Problem.additive([1.0], 1.0), QHM(0.1), 100, [0.5, 1.0]).round(2).tolist()
    [0.49, 1.0]
    """
    if qhm.shape:
        raise ParameterError("alpha, beta, nu", qhm.shape, "one point, not arrays")
    times = require_array("factors", factors, 0.0, low_open=True)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        losses = held_loss(problem.refined, QHM(qhm.alpha * times, qhm.beta, qhm.nu), steps).total
        right = held_loss(problem.refined, qhm, steps).total
        return where(losses == right, 1.0, losses / right)[()]
