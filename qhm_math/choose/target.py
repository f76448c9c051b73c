"""Steps to a target: from which step on the expected loss is, and stays, at or below it.

"For the first time" would reward a mean that passes the minimum by chance and comes back; from step N on, for good, is
what a stopping rule can use. It is reached iff the stationary loss is below the target.

How it is known for good: P, the stationary covariance of unit noise, is T P Tᵀ + N Nᵀ >= T P Tᵀ. So if the second
moment S that is left of the start is at most c P, it is so for ever, and the loss never exceeds its stationary value by
more than Σ c λ P_xx/2. This bound falls from step to step, so that it is bisected by doubling; the last step above the
target lies before it and is looked for backwards, in blocks. Under mini-batches the map of all second moments together
has the same property, and is followed step by step until its bound holds, or the loss has stayed
below for three times as long as it took, and 64 steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from ..checks import MAX_STEPS, FloatArray, require_integer, require_number, where
from ..parameters import QHM
from ..progress import SILENT, Monitor, require_going_on
from ..weights import own_weight
from .budget import Outcome, best_for_steps, outcome
from .held import Power, held_loss, one_step
from .problem import Problem
from .search import minimise, place

#: Steps in the first block that is looked through backwards; each further one is twice as long.
_BLOCK, _LONGEST_BLOCK = 16, 4096
#: Numbers of one array in a pass.
_PASS = 1 << 18
#: Times the steps allowed that a loss is followed, for the bound to hold.
_FURTHER = 4
#: Multiples of a budget at which a point that is to stay below the target is looked at.
_LATER = (1, 2, 3)
#: Steps beyond that under mini-batches.
_SETTLED = 64
#: Under mini-batches: steps between two looks at the bound.
_LOOK = 16


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
        find = _backwards if problem.batch is None else _forwards
        found, above, below = find(problem, alpha, beta, nu, target, floors[possible], most, monitor)
        # Between the last step above the target and the one after, on a logarithmic scale.
        fraction = np.log(target / below) / np.log(above / below)
    steps[possible] = found
    part[possible] = -np.where(np.isfinite(fraction), np.clip(fraction, 0.0, 1.0), 0.0)
    return steps, part


def _unit_covariance(step: Power) -> tuple[Any, Any, Any]:
    """P = T P Tᵀ + N Nᵀ as (dd, dx, xx), by doubling."""
    power = step
    for _ in range(64):
        power = power.twice()
    return power.p


def _size(p: tuple[Any, Any, Any], v: tuple[Any, Any, Any]) -> Any:
    """tr(P⁻¹ V) >= the least c with V <= c P."""
    dd, dx, xx = p
    determinant = np.maximum(dd * xx - dx * dx, 1e-13 * dd * xx)
    return (xx * v[0] - 2 * dx * v[1] + dd * v[2]) / determinant


def _backwards(
    problem: Problem, alpha: Any, beta: Any, nu: Any, target: float, floors: FloatArray, most: int, monitor: Monitor
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(steps, loss one step before, loss then) for additive noise."""
    lam, squares = problem.curvatures, problem.offset_squares
    powers = [one_step(alpha, beta, nu, lam)]
    for _ in range(int(most).bit_length() - 1):
        powers.append(powers[-1].twice())
    unit = _unit_covariance(powers[0])
    # The bound of Σ λ (x - x*)²/2 over one mode, per offset² and for z = (d, x/α).
    weight = lam * squares / 2 * unit[2]
    d, x = np.zeros_like(unit[2]), np.ones_like(unit[2])
    certain = np.zeros(len(floors), dtype=np.int64)
    for level in range(len(powers) - 1, -1, -1):
        require_going_on(monitor)
        a, b, c, e = powers[level].t
        next_d, next_x = a * d + b * x, c * d + e * x
        bound = (weight * _size(unit, (next_d**2, next_d * next_x, next_x**2))).sum(axis=-1)
        go = ~(floors + bound <= target)
        d, x = where(go[:, None], next_d, d), where(go[:, None], next_x, x)
        certain += go.astype(np.int64) << level
    certain = certain + 1  # from here on the loss is below for good
    proven = certain < 1 << len(powers)
    steps, above, below = np.full(len(floors), np.inf), np.full(len(floors), np.nan), np.full(len(floors), np.nan)
    losses = (lam / 2 * squares, lam / 2 * alpha * alpha * problem.noise_variances)
    ends, block, left = certain, _BLOCK, np.flatnonzero(proven)
    while len(left):
        begins = np.maximum(ends[left] - block, 0)
        rows = max(1, _PASS // (block * len(lam)))
        found = np.zeros(len(left), dtype=bool)
        for first in range(0, len(left), rows):
            require_going_on(monitor)
            here = slice(first, first + rows)
            at = left[here]
            walk = _Walk([power.of(at) for power in powers], begins[here], losses[0], losses[1][at])
            values = walk.losses(block.bit_length() - 1)
            high = (values[:-1] > target) & (begins[here] + np.arange(block)[:, None] < ends[at])
            found[here] = high.any(axis=0)
            hits = np.flatnonzero(found[here])
            last = block - 1 - high[::-1, hits].argmax(axis=0)
            done = at[hits]
            steps[done] = begins[here][hits] + last + 1
            above[done], below[done] = values[last, hits], values[last + 1, hits]
        none = ~found & (begins == 0)
        steps[left[none]] = 0.0
        ends = ends.copy()
        ends[left] = begins
        left, block = left[~found & ~none], min(2 * block, _LONGEST_BLOCK)
    return steps, above, below


class _Walk:
    """The expected loss of several points, each from a step of its own on."""

    def __init__(self, powers: list[Power], begins: Any, start_weight: Any, noise_weight: Any) -> None:
        self._powers, self._start, self._noise = powers, start_weight, noise_weight
        shape = powers[0].p[2].shape
        self._d, self._x = np.zeros(shape), np.ones(shape)
        self._p: Any = (np.zeros(shape), np.zeros(shape), np.zeros(shape))
        for level, power in enumerate(powers):
            on = ((begins >> level) & 1).astype(bool)[:, None]
            if on.any():
                moved = self._moved(power)
                self._d, self._x = where(on, moved[0], self._d), where(on, moved[1], self._x)
                self._p = tuple(where(on, new, old) for new, old in zip(moved[2], self._p, strict=True))

    def _moved(self, power: Power) -> tuple[Any, Any, Any]:
        a, b, c, e = power.t
        return a * self._d + b * self._x, c * self._d + e * self._x, power.pushed(self._p)

    def losses(self, doublings: int) -> FloatArray:
        """The losses now and after 1 to 2^doublings steps, (2^doublings + 1, points)."""
        d, x = self._d[None], self._x[None]
        p: Any = tuple(part[None] for part in self._p)
        for power in self._powers[:doublings]:
            a, b, c, e = power.t
            further = power.pushed(p)
            p = tuple(np.concatenate(pair) for pair in zip(p, further, strict=True))
            d, x = np.concatenate((d, a * d + b * x)), np.concatenate((x, c * d + e * x))
        _, _, c, e = self._powers[0].t
        last = self._powers[0].pushed(tuple(part[-1] for part in p))
        x, xx = np.concatenate((x, (c * d[-1] + e * x[-1])[None])), np.concatenate((p[2], last[2][None]))
        return (self._start * x**2 + self._noise * xx).sum(axis=-1)


def _forwards(
    problem: Problem, alpha: Any, beta: Any, nu: Any, target: float, floors: FloatArray, most: int, monitor: Monitor
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The same under mini-batches, step by step; in z = (d, (x - x*)/α)."""
    lam, size = problem.curvatures, problem.batch or np.inf
    steps, above, below = np.full(len(floors), np.inf), np.full(len(floors), np.nan), np.full(len(floors), np.nan)
    keep, points = own_weight(beta, nu), np.arange(len(floors))
    damping, kick = 1 - beta, -keep
    step = one_step(alpha, beta, nu, lam)
    unit = _unit_covariance(step)
    psi = alpha * lam * unit[2]  # λ P_xx / σ² of section 4, with S = λ
    # Stationary second moments of σ² = 1: each mode's own unit covariance, by the strength of its noise.
    whole = (problem.counts * psi / (size - psi)).sum(axis=-1, keepdims=True)
    strength = (lam / size) * problem.counts * (1 + whole / (1 - whole)) * (size / (size - psi))
    once = (lam * alpha / 2 * alpha * strength * unit[2]).sum(axis=-1)  # the stationary loss of σ² = 1
    at_start = problem.offset_squares / alpha**2
    nothing = np.zeros_like(at_start)
    moments: Any = tuple(np.stack([part, nothing]) for part in (nothing, nothing, at_start))
    variance = problem.residual_variance
    weight = lam / 2 * alpha**2
    shares = lam / size

    def total(v: Any) -> Any:
        return (weight * (v[2][0] + variance * v[2][1])).sum(axis=-1)

    last, over, under = np.full(len(floors), -1.0), np.full(len(floors), np.nan), np.full(len(floors), np.nan)
    before = total(moments)
    for k in range(most):
        xx = moments[2]
        feed = 2 * (weight * xx).sum(axis=-1, keepdims=True)
        feed[1] += 1.0
        q = shares * (lam * alpha**2 * xx + problem.counts * feed)
        dd, dx, xx = step.carried(moments)
        moments = (dd + damping * damping * q, dx + damping * kick * q, xx + kick * kick * q)
        after = total(moments)
        here = before > target
        last, over, under = where(here, k, last), where(here, before, over), where(here, after, under)
        before = after
        if k % _LOOK == _LOOK - 1 or k == most - 1:
            require_going_on(monitor)
            ratio = _size(unit, tuple(part[0] for part in moments)) / strength
            done = floors + ratio.max(axis=-1) * once <= target
            done |= k > _FURTHER * last + _SETTLED
            if done.any():
                at = points[done]
                steps[at], above[at], below[at] = last[done] + 1, over[done], under[done]
                left = ~done
                if not left.any():
                    break
                points, floors, once, last = points[left], floors[left], once[left], last[left]
                over, under, before = over[left], under[left], before[left]
                alpha, damping, kick = alpha[left], damping[left], kick[left]
                weight, strength = weight[left], strength[left]
                unit = tuple(part[left] for part in unit)
                step = step.of(left)
                moments = tuple(part[:, left] for part in moments)
    return steps, above, below
