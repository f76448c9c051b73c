"""The parameters that are best in the worst case, when L and the noise may be wrong by a factor.

Judged is the regret, a loss over the best loss that any point has on that problem. The worst loss itself would always
be that of the largest L with the most noise, and the answer the one for that corner alone; the regret asks of every
problem of the box how much of what is possible there is lost.

For one point the loss is A + c B, linear in the factor c of the noise variance, and the best loss is the least of such
lines, so concave in c: {c : A + c B <= t best(c)} is an interval for every t, and the worst c is an end of the range.
Only L is looked at in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..checks import MAX_STEPS, FloatArray, ParameterError, require_integer, require_number, where
from ..parameters import QHM
from ..progress import SILENT, Monitor
from .budget import Outcome, best_for_steps, outcome
from .held import held_losses, held_losses_of_each
from .problem import Problem
from .search import minimise, minimise_each, place

#: Values of L in the box, even in its logarithm.
_CURVATURES = 5


@dataclass(frozen=True)
class ErrorBox:
    """How wrong L and the noise variance may be: the true one is between the two factors times what is given.

    ParameterError unless 0 < low <= 1 <= high <= 1,000 for both.
    """

    curvature: tuple[float, float] = (0.5, 2.0)
    noise: tuple[float, float] = (0.5, 2.0)

    def __post_init__(self) -> None:
        for name in ("curvature", "noise"):
            low, high = getattr(self, name)
            ends = require_number(name, low, 0.0, 1.0, low_open=True), require_number(name, high, 1.0, 1000.0)
            object.__setattr__(self, name, ends)


@dataclass(frozen=True)
class Robust:
    """The point of least worst regret over a box of errors, and what that means; all losses are held losses.

    ``outcome``: of the point on the problem as it is given. ``regret`` >= 1: at worst its loss is that many times the
    best possible. ``nominal_regret``: that of the point that is best on the problem as given (inf: it may diverge).
    ``losses``: its least and largest loss over the box.
    """

    outcome: Outcome
    regret: float
    nominal_regret: float
    losses: tuple[float, float]


@dataclass(frozen=True)
class Interval:
    """What a point's figures may be over a box of errors.

    ``alpha``: the least and the largest of the best learning rates at its (β, ν), over the box. ``held_loss``: the
    range of its loss, up to inf where it may diverge.
    """

    alpha: tuple[float, float]
    held_loss: tuple[float, float]


class Box:
    """The problems of a box, with the best loss of each: (curvatures, ends of the noise)."""

    def __init__(self, problem: Problem, steps: int, box: ErrorBox, near: QHM, monitor: Monitor = SILENT) -> None:
        """``near``: the best point of the problem, from which those of all others are searched."""
        self.steps, self.noises = steps, np.array(sorted(set(box.noise)))
        low, high = box.curvature
        factors = np.unique(np.append(np.geomspace(low, high, _CURVATURES) if low < high else [1.0], 1.0))
        self.problems = [problem.searched.with_errors(curvature=float(factor)) for factor in factors]
        all_of_them = [one.with_errors(noise=float(noise)) for one in self.problems for noise in self.noises]
        losses = held_losses_of_each(all_of_them, steps)
        largest = np.array([one.L for one in all_of_them])
        found = minimise_each(losses, largest, near, 30.0 * steps, monitor)
        best = losses(found.with_axes(1), np.arange(len(all_of_them)))
        self.best = best.reshape(len(self.problems), len(self.noises))

    def losses(self, qhm: QHM) -> FloatArray:
        """The held losses of every point on every problem, of the shape (curvatures, noises, *fields)."""
        start, noise = held_losses(self.problems, qhm, self.steps)
        with np.errstate(over="ignore"):
            return np.stack([start + factor * noise for factor in self.noises], axis=1)

    def regret(self, qhm: QHM) -> FloatArray:
        """The worst regret of every point over the box."""
        best = np.maximum(self.best, 1e-300).reshape(self.best.shape + (1,) * len(qhm.shape))
        with np.errstate(over="ignore", invalid="ignore"):
            worse = self.losses(qhm) / best
        return where(np.isnan(worse), 1.0, worse).max(axis=(0, 1))  # infinite both: no point is better

    def diverges(self, qhm: QHM) -> bool:
        """Whether one point diverges on a problem of the box: then its loss has no bound but the budget."""
        return any(bool(np.isinf(problem.stationary_loss(qhm))) for problem in self.problems)

    def interval(self, qhm: QHM) -> Interval:
        """What the figures of one point may be."""
        losses = self.losses(qhm)
        factors = np.geomspace(1 / 32, 32.0, 801)
        along = self.losses(QHM(qhm.alpha * factors, qhm.beta, qhm.nu))
        best = qhm.alpha * factors[along.argmin(axis=-1)]
        return Interval(
            (float(best.min()), float(best.max())),
            (float(losses.min()), np.inf if self.diverges(qhm) else float(losses.max())),
        )


def best_in_worst_case(problem: Problem, steps: int, box: ErrorBox | None = None, monitor: Monitor = SILENT) -> Robust:
    """The point of least worst regret when L and the noise may be wrong.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    steps : int
        N, from 1 to 10,000,000.
    box : ErrorBox, optional
        How wrong they may be; by default half to twice, both.
    monitor : Monitor, optional
        Asked in the course of the search whether to go on.

    Returns
    -------
    Robust
        That point.

    Raises
    ------
    ParameterError
        `steps` is out of its range.
    Cancelled
        The monitor has cancelled it.

    Notes
    -----
    The minimum over (α, β, ν) of max over the box of held loss / best held loss. See :meth:`Problem.with_errors` for
    what another L does to a spectrum. Exact at the ends of the noise's range, on five values of L.

    Examples
    --------
    >>> robust = best_in_worst_case(Problem.interval(1.0, 2.0, 0.1), 20)
    >>> 1 < robust.regret < robust.nominal_regret
    True
    """
    count = require_integer("steps", steps, 1, MAX_STEPS)
    best = best_for_steps(problem, count, monitor=monitor).qhm
    return robust_point(problem, Box(problem, count, box or ErrorBox(), best, monitor), best, monitor)


def robust_point(problem: Problem, box: Box, best: QHM, monitor: Monitor = SILENT) -> Robust:
    """:func:`best_in_worst_case` with its box and the best point of the problem; nothing is checked."""
    found = minimise(box.regret, problem.L, None, 30.0 * box.steps, monitor)
    again = minimise(
        box.regret, problem.L, np.stack([place(found, problem.L), place(best, problem.L)]), 30.0 * box.steps, monitor
    )
    found = min((found, again), key=lambda qhm: float(box.regret(qhm)))
    losses = box.losses(found)
    return Robust(
        outcome(problem, found, box.steps),
        float(box.regret(found)),
        np.inf if box.diverges(best) else float(box.regret(best)),
        (float(losses.min()), float(losses.max())),
    )


def interval_of(problem: Problem, qhm: QHM, steps: int, box: ErrorBox | None = None) -> Interval:
    """What a point's figures may be when L and the noise may be wrong.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    qhm : QHM
        One point.
    steps : int
        From 1 to 10,000,000.
    box : ErrorBox, optional
        How wrong they may be; by default half to twice, both.

    Returns
    -------
    Interval
        Learning rates on a grid of 1/100 of a factor.

    Raises
    ------
    ParameterError
        `steps` is out of its range, or `qhm` is not one point.

    Examples
    --------
    >>> found = interval_of(Problem.interval(1.0, 2.0, 0.1), QHM(0.1, 0.9, 0.7), 20, ErrorBox(noise=(1.0, 1.0)))
    >>> found.alpha[0] < found.alpha[1]
    True
    """
    if qhm.shape:
        raise ParameterError("alpha, beta, nu", qhm.shape, "one point, not arrays")
    count = require_integer("steps", steps, 1, MAX_STEPS)
    return Box(problem, count, box or ErrorBox(), best_for_steps(problem, count).qhm).interval(qhm)
