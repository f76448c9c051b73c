"""Steps to a target: from which step on the expected loss is, and stays, at or below it.

"For the first time" would reward a mean that passes the minimum by chance and comes back; from step N on, for good, is
what a stopping rule can use. It is reached iff the stationary loss is below the target.

How that step is found, and known for good, without walking there: :mod:`qhm_math.choose.last_above`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from ..checks import MAX_STEPS, FloatArray, require_integer, require_number, where
from ..parameters import QHM
from ..progress import SILENT, Monitor
from .budget import Outcome, best_for_steps, outcome
from .held import held_loss
from .last_above import last_above
from .problem import Problem
from .search import minimise, place

#: Times the steps allowed that a loss is followed, for the bound to hold.
_FURTHER = 4
#: Multiples of a budget at which a point that is to stay below the target is looked at.
_LATER = (1, 2, 3)
#: Steps beyond that.
_SETTLED = 64


class Reach(IntEnum):
    """Whether a target is met: yes; not within the steps allowed; never, because the stationary loss is above it."""

    REACHED = 0
    TOO_SLOW = 1
    NEVER = 2


@dataclass(frozen=True, eq=False)
class StepsToTarget:
    """For each point: ``steps`` from which on the loss stays at or below the target, inf where it does not; ``reach``,
    a :class:`Reach` each. ``least`` is the least stationary loss of the points: no target below it is met by any."""

    steps: FloatArray
    reach: np.ndarray[Any, np.dtype[np.int8]]
    least: float


@dataclass(frozen=True)
class Fewest:
    """The point that needs the fewest steps to a target, as an outcome after these; None where none of the family does
    within the steps allowed. ``least``: the least held loss of any point within these."""

    target: float
    outcome: Outcome | None
    least: float


def steps_to_target(
    problem: Problem, qhm: QHM, target: float, most: int = 1_000_000, monitor: Monitor = SILENT
) -> StepsToTarget:
    """The number of steps from which on the expected loss is at most the target.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    qhm : QHM
        One point, or points of any shape: a map over any two of (α, β, ν).
    target : float
        ε > 0, a loss above the minimum.
    most : int
        Steps allowed, from 1 to 10,000,000.
    monitor : Monitor, optional
        Asked every few steps whether to go on.

    Returns
    -------
    StepsToTarget
        Of the shape of the fields.

    Raises
    ------
    ParameterError
        A value is out of its range.
    Cancelled
        The monitor has cancelled it.

    Notes
    -----
    The least N with E f(x_k) - f* <= ε for all k >= N, exactly; see the notes of this module.

    Examples
    --------
    >>> found = steps_to_target(Problem.additive([1.0], 0.0, 2.0), QHM([0.5, 3.0]), 0.125)
    >>> found.steps.tolist(), found.reach.tolist()
    ([2.0, inf], [0, 2])
    """
    epsilon = require_number("target", target, 0.0, low_open=True)
    count = require_integer("most", most, 1, MAX_STEPS)
    active = qhm.without_idle_buffer()
    flat = QHM(*(np.broadcast_to(v, qhm.shape).reshape(-1) for v in (active.alpha, active.beta, active.nu)))
    floors = np.atleast_1d(problem.stationary_loss(flat))
    steps, _ = _steps(problem, flat, floors, epsilon, _FURTHER * count + 2 * _SETTLED, monitor)
    reach = np.where(steps <= count, Reach.REACHED, np.where(floors < epsilon, Reach.TOO_SLOW, Reach.NEVER))
    steps = where(steps <= count, steps, np.inf)
    least = float(floors.min()) if len(floors) else np.inf
    return StepsToTarget(steps.reshape(qhm.shape)[()], reach.astype(np.int8).reshape(qhm.shape)[()], least)


def fewest_steps(problem: Problem, target: float, most: int = 1_000_000) -> Fewest:
    """The point of the family that needs the fewest steps to a target.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    target : float
        ε > 0, a loss above the minimum.
    most : int
        Steps allowed, from 1 to 10,000,000.

    Returns
    -------
    Fewest
        That point; or what can be reached.

    Raises
    ------
    ParameterError
        A value is out of its range.

    Notes
    -----
    The minimum over (α, β, ν) of :func:`steps_to_target`.

    Examples
    --------
    >>> fewest_steps(Problem.interval(0.1, 10.0, 0.3), 0.01, 10).outcome is None
    True
    """
    epsilon = require_number("target", target, 0.0, low_open=True)
    count = require_integer("most", most, 1, MAX_STEPS)
    best = best_for_steps(problem, count)
    if best.held_loss > epsilon:
        return Fewest(epsilon, None, best.held_loss)
    searched = problem.searched
    near, budget = _near(searched, epsilon, count)
    limit = _limit(budget)

    def objective(qhm: QHM) -> FloatArray:
        active = qhm.without_idle_buffer()
        floors = np.asarray(searched.stationary_loss(active))
        whole, part = _steps(searched, active, floors, epsilon, _FURTHER * limit + 2 * _SETTLED)
        slow = 8 * limit * (1 + np.minimum(floors / epsilon, 1e100))  # so that the search leads to where it is reached
        return where(np.isfinite(whole), whole + part, slow)

    start = place(near, problem.L)
    around = np.array([[0.0, 0.0, 0.0], [-0.3, 0.0, 0.0], [0.0, 0.1, 0.1], [0.0, -0.1, -0.1]])
    found = minimise(objective, problem.L, start + around, 30.0 * budget)
    needed = steps_to_target(problem.refined, found, epsilon, count)
    reached = bool(needed.reach == Reach.REACHED)
    return Fewest(epsilon, outcome(problem, found, max(1, int(needed.steps))) if reached else None, best.held_loss)


def _near(problem: Problem, target: float, most: int) -> tuple[QHM, int]:
    """A point that meets the target for good and, by bisection to a tenth, about the smallest budget of any."""

    def best(steps: int) -> tuple[QHM, float]:
        def objective(qhm: QHM) -> FloatArray:
            # About the largest one, without the ridge that hinders a search. The loss of a mean that swings is low at
            # some times and high between them: it is looked at later too.
            later = [held_loss(problem, qhm, min(times * steps, MAX_STEPS)).total for times in _LATER]
            with np.errstate(over="ignore", under="ignore"):
                parts = np.stack([*later, problem.stationary_loss(qhm)]) / target
                return (parts**6).sum(axis=0) ** (1 / 6)

        found = minimise(objective, problem.L, None, 30.0 * steps)
        return found, float(objective(found))

    low, high, point = 0, most, best(most)[0]
    while high > 1.1 * (low + 1):
        middle = max(low + 1, round(((low + 1) * high) ** 0.5))
        found, loss = best(middle)
        if loss <= 1 and steps_to_target(problem, found, target, _limit(middle)).reach == Reach.REACHED:
            high, point = middle, found
        else:
            low = middle
    return point, high


def _limit(budget: int) -> int:
    """The steps within which a search goes on from a point of that budget."""
    return 2 * budget + 16


def _steps(
    problem: Problem, qhm: QHM, floors: FloatArray, target: float, most: int, monitor: Monitor = SILENT
) -> tuple[FloatArray, FloatArray]:
    """(steps, the part of the last one that is not needed, < 1 in size); inf where there are more than ``most``."""
    steps, part = np.full(len(floors), np.inf), np.zeros(len(floors))
    possible = np.flatnonzero(floors < target)
    if not len(possible):
        return steps, part
    alpha, beta, nu = (np.broadcast_to(v, floors.shape)[possible, None] for v in (qhm.alpha, qhm.beta, qhm.nu))
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        found, above, below = last_above(problem, alpha, beta, nu, target, floors[possible], most, monitor)
        # Between the last step above the target and the one after, on a logarithmic scale.
        fraction = np.log(target / below) / np.log(above / below)
    steps[possible] = found
    part[possible] = -np.where(np.isfinite(fraction), np.clip(fraction, 0.0, 1.0), 0.0)
    return steps, part
