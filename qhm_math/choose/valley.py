"""The flat valley of the rate, and what "start larger, cut when progress stops" is worth, in exact expectation.

At ν = 1 and fixed β the rate is √β for every α of an interval, while the stationary loss rises along it by orders of
magnitude: a larger α buys no rate, only a shorter way to it, and is worth something where it is cut afterwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..checks import MAX_STEPS, FloatArray, ParameterError, require_array, require_integer, require_number
from ..parameters import QHM
from ..progress import SILENT, Monitor, require_going_on
from ..spectrum import stability_bound
from ..weights import own_weight
from .held import Power
from .problem import Problem

#: Steps whose expected losses are computed at once: a few cache lines a mode.
_BLOCK, _SHORT = 256, 64


@dataclass(frozen=True)
class Valley:
    """The learning rates at which the heavy ball has the rate √β on all of [μ, L]: ``low`` to ``high``.

    ``bound`` is the largest stable α: the upper end lies just below it, where the noise is enormous.
    """

    beta: float
    rate: float
    low: float
    high: float
    bound: float


@dataclass(frozen=True)
class CutRule:
    """When and how far α is cut: times ``factor`` when progress stops.

    Progress stops, in exact expectation, when for ``patience`` steps no expected loss was below (1 - threshold) times
    the lowest before. (An expected loss that tends to its stationary value sets new lows for ever, each by less; so
    does PyTorch's ReduceLROnPlateau use a relative threshold.) Then the count begins again, from the loss then.
    An α below ``least`` times the first is cut no further. ParameterError for bad values.
    """

    factor: float = 0.5
    patience: int = 50
    threshold: float = 0.01
    least: float = 1e-4

    def __post_init__(self) -> None:
        checked = {
            "factor": require_number("factor", self.factor, 0.0, 1.0, low_open=True, high_open=True),
            "patience": require_integer("patience", self.patience, 1, MAX_STEPS),
            "threshold": require_number("threshold", self.threshold, 0.0, 1.0, high_open=True),
            "least": require_number("least", self.least, 0.0, 1.0),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True, eq=False)
class Schedule:
    """An exact expected loss under a learning rate that changes: ``losses`` (steps+1,), and ``alphas`` (steps,), of
    every step. ``cuts``: the steps from which on a cut α is used."""

    losses: FloatArray
    alphas: FloatArray
    cuts: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class MomentumAxis:
    """Rates and stationary losses along β at fixed α and ν: the other way to a lower floor. (n,) each; a loss is inf
    where it diverges."""

    betas: FloatArray
    rates: FloatArray
    losses: FloatArray


#: Figure 4 of [G]: the problem of figure 3 from (-40, 8), at β = .9, ν = 1; the α of its two panels with their steps.
FIGURE_4 = Problem.additive([0.1, 10.0], 0.3, [-40.0, 8.0])
FIGURE_4_BETA = 0.9
FIGURE_4_ALPHAS = {20_000: (0.005, 0.02, 0.1), 6_000: (1.0, 2.0, 3.0)}


def valley(beta: float, mu: float, L: float) -> Valley | None:
    """The interval of α at which the heavy ball has the rate √β.

    Parameters
    ----------
    beta : float
        Momentum, 0 <= beta < 1.
    mu, L : float
        Smallest and largest curvature, 0 < mu <= L.

    Returns
    -------
    Valley or None
        None where no α has that rate: β is less than ((√κ-1)/(√κ+1))².

    Raises
    ------
    ParameterError
        A value is out of its range.

    Notes
    -----
    [(1-√β)²/((1-β)μ), (1+√β)²/((1-β)L)]: there both ends of the spectrum have complex roots, of modulus √β.

    Examples
    --------
    >>> found = valley(0.9, 0.1, 10.0)
    >>> round(found.low, 4), round(found.high, 4), round(found.bound, 4)
    (0.2633, 3.7974, 3.8)
    """
    b = require_number("beta", beta, 0.0, 1.0, high_open=True)
    top = require_number("L", L, 0.0, low_open=True)
    low = require_number("mu", mu, 0.0, top, low_open=True)
    root = math.sqrt(b)
    # (1-√β)² / (1-β) = (1-√β)/(1+√β)
    first, last = (1 - b) / (1 + root) ** 2 / low, (1 + root) ** 2 / (1 - b) / top
    if first > last * (1 + 1e-12):
        return None
    return Valley(b, root, first, max(first, last), float(stability_bound(b, 1.0, top)))


@np.errstate(over="ignore", invalid="ignore")
def cut_schedule(
    problem: Problem, qhm: QHM, steps: int, rule: CutRule | None = None, monitor: Monitor = SILENT
) -> Schedule:
    """The exact expected loss of a run that starts with a learning rate and cuts it when progress stops.

    Parameters
    ----------
    problem : Problem
        Spectrum, start and noise.
    qhm : QHM
        One point, with the learning rate to start with.
    steps : int
        From 1 to 10,000,000.
    rule : CutRule, optional
        When and how far to cut.
    monitor : Monitor, optional
        Asked every few hundred steps whether to go on.

    Returns
    -------
    Schedule
        The momentum buffer is kept at the cuts.

    Raises
    ------
    ParameterError
        A value is out of its range.
    Cancelled
        The monitor has cancelled it.

    Notes
    -----
    P ← T P Tᵀ + N S Nᵀ with the α of the step. The rule sees the expected loss, not a run's: of many runs it is the
    limit, and no run does better in the mean by knowing more than its own past losses tell.

    Examples
    --------
    >>> schedule = cut_schedule(FIGURE_4, QHM(1.0, 0.9, 1.0), 300)
    >>> bool(schedule.losses[-1] < 0.1), len(schedule.cuts) > 0
    (True, True)
    """
    count, chosen = _require_run(problem, qhm, steps), rule or CutRule()
    losses, alphas, cuts = np.empty(count + 1), np.empty(count), list[int]()
    moments = _start(problem)
    losses[0] = lowest = problem.start_loss
    alpha, k, waited = float(qhm.alpha), 0, 0
    while k < count:
        require_going_on(monitor)
        block = min(_BLOCK if problem.batch is None else _SHORT, count - k)
        states = _followed(problem, alpha, qhm, moments, block)
        found = (problem.curvatures * states[2]).sum(axis=-1) / 2
        used = block
        for i, loss in enumerate(found[1:].tolist()):
            if loss < (1 - chosen.threshold) * lowest:
                lowest, waited = loss, 0
            else:
                waited += 1
            if waited >= chosen.patience:
                used = i + 1
                break
        losses[k : k + used + 1], alphas[k : k + used] = found[: used + 1], alpha
        moments = tuple(part[used] for part in states)
        k += used
        if waited >= chosen.patience:
            waited, lowest = 0, float(losses[k])
            if k < count and alpha >= chosen.least * float(qhm.alpha):
                alpha *= chosen.factor
                cuts.append(k)
    return Schedule(_beyond(losses), alphas, tuple(cuts))


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def greedy_schedule(problem: Problem, qhm: QHM, steps: int, monitor: Monitor = SILENT) -> Schedule:
    """The exact expected loss of a run whose every learning rate makes the next expected loss least.

    Parameters
    ----------
    problem : Problem
        Spectrum, start and noise.
    qhm : QHM
        One point, for its β and ν.
    steps : int
        From 1 to 10,000,000.
    monitor : Monitor, optional
        Asked every few hundred steps whether to go on.

    Returns
    -------
    Schedule
        What no rule for α that looks one step ahead can beat; it takes knowing every second moment.

    Raises
    ------
    ParameterError
        A value is out of its range.
    Cancelled
        The monitor has cancelled it.

    Notes
    -----
    With the step's direction s = (1-ν) g + ν d the next loss is E Σ λ (x - αs)²/2, least at
    α = Σ λ E xs / Σ λ E s²; 0 where that is negative.

    Examples
    --------
    >>> greedy_schedule(Problem.additive([1.0], 0.0, 2.0), QHM.sgd(0.1), 1).losses.tolist()
    [2.0, 0.0]
    """
    count = _require_run(problem, qhm, steps)
    lam = problem.curvatures
    beta, nu = float(qhm.beta), float(qhm.nu)
    damping, keep, lagged = 1 - beta, float(own_weight(beta, nu)), nu * beta
    losses, alphas = np.empty(count + 1), np.empty(count)
    losses[0] = problem.start_loss
    dd, dx, xx = _start(problem)
    for k in range(count):
        if k % _BLOCK == 0:
            require_going_on(monitor)
        # s = lagged d + keep g, d ← β d + (1-β) g, g = λ x + noise
        gd, gx, gg = lam * dx, lam * xx, lam * lam * xx + _noise(problem, xx)
        ss = lagged * lagged * dd + 2 * lagged * keep * gd + keep * keep * gg
        sx = lagged * dx + keep * gx
        alpha = float((lam * sx).sum() / (lam * ss).sum())
        alpha = max(alpha, 0.0) if math.isfinite(alpha) else 0.0
        new_x = beta * dx + damping * gx
        new_s = lagged * beta * dd + (lagged * damping + keep * beta) * gd + keep * damping * gg
        dd = beta * beta * dd + 2 * beta * damping * gd + damping * damping * gg
        dx = new_x - alpha * new_s
        xx = np.maximum(xx - 2 * alpha * sx + alpha * alpha * ss, 0.0)
        losses[k + 1], alphas[k] = float(lam @ xx) / 2, alpha
    return Schedule(_beyond(losses), alphas)


def _beyond(losses: FloatArray) -> FloatArray:
    """Losses with infinity where they overflowed on the way."""
    return np.where(np.isnan(losses), np.inf, losses)


def raise_momentum(problem: Problem, alpha: float, betas: ArrayLike, nu: float = 1.0) -> MomentumAxis:
    """Rate and stationary loss along β at a fixed learning rate.

    Parameters
    ----------
    problem : Problem
        Its spectrum and noise.
    alpha : float
        Learning rate > 0.
    betas : array_like
        Momenta, (n,), 0 <= beta < 1.
    nu : float
        Momentum share, 0 <= nu <= 1.

    Returns
    -------
    MomentumAxis
        As β → 1 the loss falls to that of first order in α at ν = 1, while the rate rises to 1.

    Raises
    ------
    ParameterError
        A value is out of its range.

    Examples
    --------
    >>> axis = raise_momentum(FIGURE_4, 1.0, [0.9, 0.99, 0.999])
    >>> bool(axis.losses[0] > axis.losses[1] > axis.losses[2])
    True
    """
    momenta = np.atleast_1d(require_array("beta", betas, 0.0, 1.0, high_open=True))
    points = QHM(require_number("alpha", alpha, 0.0, low_open=True), momenta, nu)
    betas = np.broadcast_to(points.beta, points.shape)
    return MomentumAxis(betas, np.asarray(problem.rate(points)), np.asarray(problem.stationary_loss(points)))


Moments = tuple[Any, Any, Any]


def _require_run(problem: Problem, qhm: QHM, steps: int) -> int:
    if qhm.shape:
        raise ParameterError("alpha, beta, nu", qhm.shape, "one point, not arrays")
    return require_integer("steps", steps, 1, MAX_STEPS)


def _start(problem: Problem) -> Moments:
    nothing = np.zeros_like(problem.curvatures)
    return nothing, nothing, problem.offset_squares


def _noise(problem: Problem, xx: FloatArray) -> FloatArray:
    """The variance of the gradient noise of every curvature where E (x - x*)² is ``xx``, (n,)."""
    if problem.batch is None:
        return problem.noise_variances
    lam = problem.curvatures
    with np.errstate(over="ignore", invalid="ignore"):
        return lam / problem.batch * (lam * xx + problem.counts * (float(lam @ xx) + problem.residual_variance))


def _followed(problem: Problem, alpha: float, qhm: QHM, moments: Moments, block: int) -> Moments:
    """E dd, dx, xx after 0..block steps with one α, (block+1, n) each.

    In (d, x), which stay as they are where α is cut: the lengths of `sheared` depend on it, and blocks are so short
    that few digits are lost in these. Under additive noise by doubling: steps m..2m-1 are steps 0..m-1 under the map of
    m steps. Under mini-batches, whose noise grows with the distance, step by step.
    """
    if problem.batch is not None:
        return _stepped(problem, alpha, qhm, moments, block)
    lam, noise = problem.curvatures, problem.noise_variances
    beta, nu = float(qhm.beta), float(qhm.nu)
    damping, keep = 1 - beta, float(own_weight(beta, nu))
    ahead = Power(
        (np.full_like(lam, beta), damping * lam, np.full_like(lam, -alpha * nu * beta), 1 - alpha * keep * lam),
        (damping * damping * noise, -damping * alpha * keep * noise, alpha * alpha * keep * keep * noise),
    )
    rows = tuple(np.empty((block + 1, len(lam))) for _ in range(3))
    for row, part in zip(rows, moments, strict=True):
        row[0] = part
    done = 1
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        while done <= block:
            more = min(done, block + 1 - done)
            later = ahead.pushed((rows[0][:more], rows[1][:more], rows[2][:more]))
            for row, part in zip(rows, later, strict=True):
                row[done : done + more] = part
            done += more
            ahead = ahead.twice()
    return rows[0], rows[1], rows[2]


def _stepped(problem: Problem, alpha: float, qhm: QHM, moments: Moments, block: int) -> Moments:
    lam, beta, keep = problem.curvatures, float(qhm.beta), float(own_weight(qhm.beta, qhm.nu))
    damping, kick = 1 - beta, alpha * keep
    pull, drag, rest = damping * lam, alpha * float(qhm.nu) * beta, 1 - kick * lam
    rows = np.empty((3, block + 1, len(lam)))
    dd, dx, xx = rows[:, 0] = np.array(moments)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for k in range(1, block + 1):
            noise = _noise(problem, xx)
            low, side = rest * dx - drag * dd, rest * xx - drag * dx
            dd, dx, xx = (
                beta * (beta * dd + pull * dx) + pull * (beta * dx + pull * xx) + damping * damping * noise,
                beta * low + pull * side - damping * kick * noise,
                rest * side - drag * low + kick * kick * noise,
            )
            rows[:, k] = dd, dx, xx
    return rows[0], rows[1], rows[2]
