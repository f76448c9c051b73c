"""Fast against good: the Pareto front of the rate R against the stationary loss over (α, β, ν).

At a fixed (β, ν) the stationary loss grows with α (it is α (A + ks)/(D + k)(2(1+β) - us) with A, D, s > 0 and k in
proportion to u = αλ; K of mini-batches is made of it), so that the least loss at rate r is at the least α of radius at
most r. With c1, c2 of [G] Theorem 3, both roots have modulus <= r iff

    r² - c1 r + c2 >= 0,   r² + c1 r + c2 >= 0,   c2 <= r²,

which is linear in u: an interval of u in closed form, [low, high], that must hold μ's and L's mode. So only (β, ν) are
searched, for all rates at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..checks import FloatArray, ParameterError, require_array, require_integer, where
from ..optimum import best_rate
from ..parameters import QHM
from ..weights import own_weight
from .problem import Problem

#: Values of β and of ν in the grid that the search for each rate begins with, and its rounds of 5 × 5 cells around the
#: best, each of `_SHRINKS` the width of the one before.
_FULL, _PREVIEW, _SHRINKS = (33, 17, 18), (17, 11, 3), 0.7
_HELPERS = 16  # rates at least that are searched together
#: The largest β of a front: nearer to 1 there is little left of the digits of 1-β.
_HIGHEST = 1 - 1e-15


@dataclass(frozen=True, eq=False)
class Front:
    """The points of which none is both faster and better: (n,) each, from the best rate on, slower and slower.

    ``rates`` R and ``losses``, the exact stationary losses; ``points`` are the :class:`qhm_math.QHM` that have them.
    """

    rates: FloatArray
    losses: FloatArray
    points: QHM


@dataclass(frozen=True)
class Position:
    """Where a point stands: its rate and stationary loss, and the least loss of any point as fast.

    ``excess`` is how many times that least its loss is: 1 on the front; NaN without noise, inf where it diverges.
    """

    rate: float
    loss: float
    least_loss: float

    @property
    def excess(self) -> float:
        """Loss over least loss, >= 1."""
        if not np.isfinite(self.loss):
            return float("inf")
        return self.loss / self.least_loss if self.least_loss > 0 else float("nan")


def alpha_interval(beta: ArrayLike, nu: ArrayLike, rate: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The u = αλ at which a mode's roots are no larger than a rate.

    Parameters
    ----------
    beta : array_like
        Momentum, 0 <= beta < 1.
    nu : array_like
        Momentum share, 0 <= nu <= 1.
    rate : array_like
        r, greater than 0 and at most 1. All broadcast together.

    Returns
    -------
    low, high : ndarray or float
        The closed interval, of the broadcast shape; empty where low > high.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    From |c2| <= r², |c1| r <= r² + c2 ([G] Theorem 3), which are linear in u.

    Examples
    --------
    >>> low, high = alpha_interval(0.81, 1.0, 0.9)
    >>> round(float(low), 12), round(float(high), 12)
    (0.052631578947, 19.0)
    """
    b = require_array("beta", beta, 0.0, 1.0, high_open=True)
    n, r = require_array("nu", nu, 0.0, 1.0), require_array("rate", rate, 0.0, 1.0, low_open=True)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low, high = _interval(b, n, r)
    return low[()], high[()]


def _interval(b: Any, n: Any, r: Any) -> tuple[FloatArray, FloatArray]:
    keep, lag = own_weight(b, n), b * (1 - n)
    tiny = 4e-16
    # r² - c1 r + c2 = r² - (1+β) r + β + u (keep r - lag)
    slope, room = keep * r - lag, (1 - r) * (r - b)
    low = where(slope > 0, room / slope, 0.0)
    high = where(slope < 0, room / slope, np.inf)
    impossible = (slope == 0) & (room > 0)
    # c2 = β - u lag <= r²
    beyond = b - r * r
    low = np.maximum(low, where(lag > 0, beyond / lag, 0.0))
    impossible |= (lag == 0) & (beyond > tiny)
    # r² + c1 r + c2
    high = np.minimum(high, (1 + r) * (r + b) / (keep * r + lag))
    return np.maximum(low, 0.0), where(impossible, -np.inf, high)


def front_at(problem: Problem, rates: ArrayLike, preview: bool = False) -> Front:
    """The points of least stationary loss among those of at most a given rate.

    Parameters
    ----------
    problem : Problem
        Its spectrum and noise; the start is not used.
    rates : array_like
        R, (n,), each at least the best rate of the family, (√κ-1)/(√κ+1), and less than 1.
    preview : bool
        Whether a rough answer, within some hundredths, is enough.

    Returns
    -------
    Front
        In the order of `rates`. A loss is infinite where every point as fast has no second moment under mini-batches.

    Raises
    ------
    ParameterError
        A rate is out of its range.

    Examples
    --------
    >>> front = front_at(Problem.interval(0.1, 10.0, 0.3), [0.95])
    >>> bool(front.losses[0] < 0.041)
    True
    """
    least = float(best_rate(1.0, problem.condition))
    r = np.atleast_1d(require_array("rates", rates, least * (1 - 1e-9), 1.0, high_open=True))
    if r.ndim != 1:
        raise ParameterError("rates", f"shape {r.shape}", "a list of rates")
    floor = max(least * (1 + 1e-12), 1e-9)
    asked, r = len(r), np.maximum(r, floor)
    if asked < _HELPERS:  # they help each other out of wrong basins
        r = np.concatenate([r, np.maximum(1 - (1 - floor) * np.logspace(0.0, -3.0, _HELPERS), floor)])
    search = _Search(problem.searched, r[:, None])
    betas, nus, rounds = _PREVIEW if preview else _FULL
    search.look(np.repeat(np.linspace(-1.0, 1.0, betas), nus), np.tile(np.linspace(-1.0, 1.0, nus), betas))
    search.zoom(1.5 / (betas - 1), 1.5 / (nus - 1), rounds)
    if not preview:
        some = np.linspace(0, len(r) - 1, min(len(r), 2 * _HELPERS)).astype(np.int64)
        search.look(search.x[some], search.y[some])
        search.zoom(0.2, 0.2, rounds)
    points = search.points(problem.mu, asked)
    return Front(np.asarray(problem.rate(points)), np.asarray(problem.stationary_loss(points)), points)


class _Search:
    """The best place found so far for every rate r (n, 1); at first the heavy ball of that rate."""

    def __init__(self, problem: Problem, r: FloatArray) -> None:
        self.problem, self.r, self.ends = problem, r, _momenta(r, problem.condition)
        self.x, self.y, self.least = np.zeros(len(r)), np.zeros(len(r)), np.full(len(r), np.inf)

    def look(self, x: FloatArray, y: FloatArray) -> None:
        """Take better places from those: the same for all rates, (m,), or (n, m)."""
        shape = (len(self.r), x.shape[-1])
        x, y = np.broadcast_to(x, shape), np.broadcast_to(y, shape)
        losses = _least_losses(self.problem, x, y, self.r, self.ends)
        rows, at = np.arange(len(x)), losses.argmin(axis=1)
        better = losses[rows, at] < self.least
        self.least = where(better, losses[rows, at], self.least)
        self.x, self.y = where(better, x[rows, at], self.x), where(better, y[rows, at], self.y)

    def zoom(self, step_x: float, step_y: float, rounds: int) -> None:
        """Look at 5 × 5 cells around the best, each time in a narrower window."""
        offsets = np.linspace(-1.0, 1.0, 5)
        for _ in range(rounds):
            self.look(
                np.clip(self.x[:, None] + np.repeat(offsets, 5) * step_x, -1.0, 1.0),
                np.clip(self.y[:, None] + np.tile(offsets, 5) * step_y, -1.0, 1.0),
            )
            step_x, step_y = _SHRINKS * step_x, _SHRINKS * step_y

    def points(self, mu: float, count: int) -> QHM:
        """The best points of the first ``count`` rates."""
        ends = self.ends[0][:, 0], self.ends[1][:, 0]
        beta, nu = _fields(self.x, self.y, self.r[:, 0], ends, self.problem.condition)
        with np.errstate(divide="ignore", invalid="ignore"):
            low, _ = _interval(beta, nu, self.r[:, 0])
        return QHM(np.maximum(low[:count], 1e-300) / mu, beta[:count], nu[:count])


def trade_off(problem: Problem, count: int = 48, preview: bool = False) -> Front:
    """The front from the fastest rate that has a stationary state on, to 1/1,000 of its gap to 1.

    Parameters
    ----------
    problem : Problem
        Its spectrum and noise; the start is not used.
    count : int
        Points, from 2 to 10,000: even in log(1 - R).
    preview : bool
        Whether a rough answer, within some hundredths, is enough.

    Returns
    -------
    Front
        The losses fall as the rates grow. Without noise all losses are 0.

    Raises
    ------
    ParameterError
        `count` is out of its range.

    Examples
    --------
    >>> front = trade_off(Problem.interval(0.1, 10.0, 0.3), 3)
    >>> front.rates.round(4).tolist()
    [0.8182, 0.9943, 0.9998]
    """
    size = require_integer("count", count, 2, 10_000)
    gap = 1 - float(best_rate(1.0, problem.condition))
    slower = 1.0
    if problem.batch is not None:
        slower = _slowing(problem, gap)
    return front_at(problem, 1 - gap * slower * np.logspace(0.0, -3.0, size), preview)


def _slowing(problem: Problem, gap: float) -> float:
    """The share of the best rate's gap to 1 that is the fastest with a stationary state under mini-batches."""
    low, high = -6.0, 0.0
    for _ in range(2):
        exponents = np.linspace(low, high, 17)
        losses = front_at(problem, 1 - gap * 10.0**exponents, preview=True).losses
        there = np.flatnonzero(np.isfinite(losses))
        if not len(there):
            break
        low, high = exponents[there[-1]], exponents[min(there[-1] + 1, 16)]
    return float(10.0**low)


def position(problem: Problem, qhm: QHM) -> Position:
    """Where one point stands against the front.

    Parameters
    ----------
    problem : Problem
        Its spectrum and noise; the start is not used.
    qhm : QHM
        One point.

    Returns
    -------
    Position
        The least loss is NaN where the point does not converge.

    Raises
    ------
    ParameterError
        `qhm` is not one point.

    Examples
    --------
    >>> spot = position(Problem.interval(0.1, 10.0, 0.3), QHM.sgd(0.1))
    >>> round(spot.excess, 1)
    4.4
    """
    if qhm.shape:
        raise ParameterError("alpha, beta, nu", qhm.shape, "one point, not arrays")
    rate, loss = float(problem.rate(qhm)), float(problem.stationary_loss(qhm))
    if not rate < 1:
        return Position(rate, loss, float("nan"))
    least = float(front_at(problem, max(rate, float(best_rate(1.0, problem.condition)))).losses[0])
    return Position(rate, loss, min(least, loss))


def _shares(b: Any, r: Any, kappa: Any) -> tuple[FloatArray, FloatArray]:
    """The least and the largest 1-ν at which both ends of a spectrum have roots of at most r: the conditions of this
    module on low κ <= high, each linear in 1-ν once cleared of fractions. Empty where the least exceeds the largest."""
    gap = 1 - r
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        first = r + b - kappa * (b - r * r)
        least = where(b > r * r, kappa * (b - r * r) * (1 - b) * r / (b * (1 + r) * first), 0.0)
        least = where((b > r * r) & (first <= 0), np.inf, least)
        slow = (
            (1 - b) * r * ((1 + r) * (r + b) - kappa * gap * (r - b)) / (b * gap * (1 + r) * (kappa * (r - b) + r + b))
        )
        beyond = kappa * (b - r * r) * r * (1 - b) / (b * gap * (kappa * (b - r * r) - (b - r)))
        most = where(b > r, beyond, slow)
        most = where(b > 0, most, 1.0)
    return least, np.minimum(most, 1.0)


def _momenta(r: Any, kappa: float) -> tuple[FloatArray, FloatArray]:
    """The least β of that rate, and the largest, by bisection between r² and 1 - (1-r)²: none beyond is on a front."""
    gap = 1 - r
    least = np.maximum(r * (kappa * gap - (1 + r)) / (kappa * gap + (1 + r)), 0.0)
    inside, outside = np.log(gap * (1 + r)), np.log(gap * np.minimum(gap, 0.5))  # of log(1-β)
    for _ in range(50):
        middle = (inside + outside) / 2
        low, high = _shares(1 - np.exp(middle), r, kappa)
        fits = low <= high
        inside, outside = where(fits, middle, inside), where(fits, outside, middle)
    return np.minimum(least, r * r), 1 - np.exp(inside)


def _fields(x: Any, y: Any, r: Any, ends: tuple[Any, Any], kappa: float) -> tuple[Any, Any]:
    """β and ν at a place: the least β of this rate, r² (that of the heavy ball) and the largest one at x = -1, 0, 1;
    the largest ν with that β, the one at which μ's mode is critically damped, and the least at y = -1, 0, 1.

    Where c2 = r² and r² - c1 r + c2 = 0 meet, (1-ν) = (β-r²)(1-β)/(β(1-r)²): there the least α has a kink, on which the
    best points of slow rates lie."""
    low, middle, high = (np.log1p(-np.minimum(value, _HIGHEST)) for value in (ends[0], r * r, ends[1]))
    beta = -np.expm1(middle + np.abs(x) ** 1.5 * (where(x < 0, low, high) - middle))
    beta = np.clip(beta, 0.0, _HIGHEST)
    least, most = _shares(beta, r, kappa)
    least = np.clip(least, 0.0, 1.0)
    most = np.maximum(most, least)
    with np.errstate(divide="ignore", invalid="ignore"):
        kink = where(beta > 0, (beta - r * r) * (1 - beta) / (beta * (1 - r) ** 2), 0.0)
    kink = np.clip(kink, least, most)
    return beta, 1 - where(y < 0, kink + y * (kink - least), kink + y * np.abs(y) * (most - kink))


def _least_losses(problem: Problem, x: Any, y: Any, r: Any, ends: tuple[Any, Any]) -> FloatArray:
    """The stationary loss at the least α of that rate; inf where L's mode is slower, or ever was."""
    beta, nu = _fields(x, y, r, ends, problem.condition)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low, high = _interval(beta, nu, r)
        fits = low * problem.condition <= high * (1 + 1e-9)
        alpha = where(fits & (low > 0), low / problem.mu, 1.0)
        loss = np.asarray(problem.stationary_loss(QHM(alpha, beta, nu)))
    return where(fits & (low > 0) & np.isfinite(loss), loss, np.inf)
