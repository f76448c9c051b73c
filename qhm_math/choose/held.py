"""The expected loss that a budget of steps is judged by: its mean over the last tenth of them.

One step alone would reward a pendulum: two or three parameters can be set so that the mean of every mode passes the
minimum exactly at step N, at any rate, and the loss is back ten steps later. The mean over a tenth does not reward it,
and so the best parameters tend to those of the best rate as the noise goes to 0. (`tuning.py` measures runs the same
way.)

Everything is exact, and by doubling: T^2m = (T^m)², P_2m = P_m + T^m P_m T^mᵀ and, for sums Q over r steps from a
second moment V, Q_2r = Q_r + T^r Q_r T^rᵀ + r P_r. All are sums of what is positive semidefinite: nothing cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from ..checks import MAX_STEPS, FloatArray, require_integer, where
from ..minibatch_modes import affine_map
from ..parameters import QHM
from ..sheared import sheared
from .problem import Problem

#: Numbers of one array in a pass: they and the dozen beside them stay in the processor's cache.
_PASS = 8192


class HeldLoss(NamedTuple):
    """The two parts of a loss, one value a point: from the start, and from the noise as it is.

    With c times the noise variance the loss is ``start + c noise``: exactly, under mini-batches too.
    """

    start: FloatArray
    noise: FloatArray

    @property
    def total(self) -> FloatArray:
        """Their sum; inf where it diverges."""
        return self.start + self.noise


def window(steps: int) -> tuple[int, int]:
    """The first step of the last tenth of ``steps`` >= 1, and how many steps it has, >= 1; nothing is checked."""
    count = max(1, steps // 10)
    return steps - count + 1, count


def held_loss(problem: Problem, qhm: QHM, steps: int) -> HeldLoss:
    """The exact expected loss of every point, in the mean over the last tenth of the steps.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    qhm : QHM
        One point, or points of any shape.
    steps : int
        N, from 1 to 10,000,000.

    Returns
    -------
    HeldLoss
        Of the shape of the fields; infinite where it overflows.

    Raises
    ------
    ParameterError
        `steps` is out of its range.

    Notes
    -----
    The mean of E f(x_k) - f* over the last max(1, N/10) steps k <= N, from d_{-1} = 0. Right to N 1e-14 of itself, as
    :func:`qhm_math.expected_loss` is.

    Examples
    --------
    >>> float(held_loss(Problem.additive([1.0], 0.0, 2.0), QHM(0.5), 2).total)
    0.125
    """
    count = require_integer("steps", steps, 1, MAX_STEPS)
    return _mean_loss(_Modes.of(problem), qhm, *window(count))


def held_losses(problems: Sequence[Problem], qhm: QHM, steps: int) -> HeldLoss:
    """:func:`held_loss` of every point on several problems at once; nothing is checked.

    Of one problem after the other the arrays are so short that the calls are what takes time.

    Parameters
    ----------
    problems : sequence of Problem
        With as many curvatures each, and the same batch.
    qhm : QHM
        One point, or points of any shape.
    steps : int
        N, from 1 to 10,000,000.

    Returns
    -------
    HeldLoss
        (problems, *fields).

    Examples
    --------
    >>> problem = Problem.additive([1.0], 0.0, 2.0)
    >>> held_losses([problem, problem.with_errors(curvature=2.0)], QHM(0.5), 2).total.tolist()
    [0.125, 0.0]
    """
    return _mean_loss(_Modes.of_all(problems), qhm, *window(steps))


def held_losses_of_each(problems: Sequence[Problem], steps: int) -> Callable[[QHM, Any], FloatArray]:
    """A function of points (k, m), and of which k problems each m of them are for: their held losses, (k, m).

    Parameters
    ----------
    problems : sequence of Problem
        With as many curvatures each, and the same batch; nothing is checked.
    steps : int
        N, from 1 to 10,000,000.

    Returns
    -------
    callable
        Of the points and of the numbers (k,) of the problems.

    Examples
    --------
    >>> problem = Problem.additive([1.0], 0.0, 2.0)
    >>> losses = held_losses_of_each([problem, problem.with_errors(curvature=2.0)], 2)
    >>> losses(QHM(np.array([[0.5], [0.25]])), np.array([0, 1])).tolist()
    [[0.125], [0.25]]
    """
    modes = _Modes.of_all(problems)

    def losses(qhm: QHM, which: Any) -> FloatArray:
        alpha, beta, nu = (np.broadcast_to(v, qhm.shape)[..., None] for v in (qhm.alpha, qhm.beta, qhm.nu))
        return HeldLoss(*modes.each(which).part(alpha, beta, nu, *window(steps))).total

    return losses


def loss_after(problem: Problem, qhm: QHM, steps: int) -> HeldLoss:
    """The exact expected loss of every point after that many steps, and not before; else as :func:`held_loss`.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    qhm : QHM
        One point, or points of any shape.
    steps : int
        N, from 1 to 10,000,000.

    Returns
    -------
    HeldLoss
        Of the shape of the fields; infinite where it overflows.

    Raises
    ------
    ParameterError
        `steps` is out of its range.

    Examples
    --------
    >>> float(loss_after(Problem.additive([1.0], 0.0, 2.0), QHM(0.5), 2).total)
    0.125
    """
    return _mean_loss(_Modes.of(problem), qhm, require_integer("steps", steps, 1, MAX_STEPS), 1)


class _Modes(NamedTuple):
    """What a loss needs of one problem, (n,), or of several, (problems, n); a residual variance for each of them."""

    curvatures: FloatArray
    counts: FloatArray
    noise_variances: FloatArray
    offset_squares: FloatArray
    residual_variance: FloatArray
    batch: float | None

    @classmethod
    def of(cls, one: Problem) -> Self:
        residual = np.asarray(one.residual_variance)
        return cls(one.curvatures, one.counts, one.noise_variances, one.offset_squares, residual, one.batch)

    @classmethod
    def of_all(cls, problems: Sequence[Problem]) -> Self:
        rows = [cls.of(one) for one in problems]
        lam, counts, noise, squares, residual = (
            np.stack(part) for part in zip(*(row[:5] for row in rows), strict=True)
        )
        return cls(lam, counts, noise, squares, residual, rows[0].batch)

    def each(self, which: Any) -> Self:
        """Some of the problems, with an axis of points after theirs."""
        lam, counts, noise, squares, residual = (array[which, None] for array in self[:5])
        return type(self)(lam, counts, noise, squares, residual, self.batch)

    def part(self, alpha: Any, beta: Any, nu: Any, first: int, count: int) -> tuple[FloatArray, FloatArray]:
        """The parts of a mean loss of points (p, 1), or (p, 1, 1) on several problems."""
        return (_additive_parts if self.batch is None else _batch_parts)(self, alpha, beta, nu, first, count)


def _mean_loss(modes: _Modes, qhm: QHM, first: int, count: int) -> HeldLoss:
    """In the mean over ``count`` steps from step ``first`` on; the axis of several problems comes first."""
    several = modes.curvatures.shape[:-1]
    ones = (1,) * modes.curvatures.ndim
    alpha, beta, nu = (np.broadcast_to(v, qhm.shape).reshape(-1, *ones) for v in (qhm.alpha, qhm.beta, qhm.nu))
    start, noise = np.empty((2, len(alpha), *several))
    rows = max(1, _PASS // modes.curvatures.size)
    for begin in range(0, len(alpha), rows):
        some = slice(begin, begin + rows)
        start[some], noise[some] = modes.part(alpha[some], beta[some], nu[some], first, count)
    shape = (*several, *qhm.shape)
    return HeldLoss(start.T.reshape(shape)[()], noise.T.reshape(shape)[()])


class Power(NamedTuple):
    """k steps, and the covariance P_k that their unit noise leaves, (gg, gy, yy), in the (g, y) of `sheared`.

    (Of other lengths it does the same, with fewer digits: see `valley`.)
    """

    t: tuple[Any, Any, Any, Any]
    p: tuple[Any, Any, Any]

    def carried(self, v: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
        """T V Tᵀ of a symmetric V = (gg, gy, yy), as the same three numbers."""
        a, b, c, d = self.t
        x, y, z = v
        top, cross = a * x + b * y, a * y + b * z  # the first row of T V
        low, side = c * x + d * y, c * y + d * z
        return a * top + b * cross, c * top + d * cross, c * low + d * side

    def pushed(self, v: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
        """T V Tᵀ + P."""
        x, y, z = self.carried(v)
        return x + self.p[0], y + self.p[1], z + self.p[2]

    def after(self, other: Power) -> Power:
        """This many steps after those of the other."""
        (a, b, c, d), (e, f, g, h) = self.t, other.t
        return Power((a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h), self.pushed(other.p))

    def twice(self) -> Power:
        """Twice as many steps."""
        a, b, c, d = self.t
        cross, trace = b * c, a + d
        return Power((a * a + cross, b * trace, c * trace, d * d + cross), self.pushed(self.p))

    def of(self, rows: Any) -> Power:
        """The same of some points, by the first axis."""
        a, b, c, d = (part[rows] for part in self.t)
        x, y, z = (part[rows] for part in self.p)
        return Power((a, b, c, d), (x, y, z))


def one_step(alpha: Any, beta: Any, nu: Any, lam: Any) -> tuple[Power, Any]:
    """One step in the lengths of `sheared`, and its s; arrays broadcast, nothing is checked."""
    step, shear, (g, y) = sheared(alpha, beta, nu, lam)
    return Power(step, (g * g, g * y, y * y)), shear


def many_steps(step: Power, count: int) -> Power:
    """The same of ``count`` >= 1 steps, by doubling; nothing is checked."""
    power = step
    for bit in bin(count)[3:]:
        power = power.twice()
        if bit == "1":
            power = step.after(power)
    return power


def _additive_parts(
    modes: _Modes, alpha: Any, beta: Any, nu: Any, first: int, count: int
) -> tuple[FloatArray, FloatArray]:
    """The parts of a mean loss for additive noise; points (p, 1) or (p, 1, 1), nothing is checked."""
    lam = modes.curvatures
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        step, shear = one_step(alpha, beta, nu, lam)
        power = many_steps(step, first)
        a, b, c, d = power.t
        g, y = a * shear + b, c * shear + d
        # The sum of the second moments over the window: of the start in row 0, of the noise in row 1.
        moments = (
            np.stack([g * g, power.p[0]]),
            np.stack([g * y, power.p[1]]),
            np.stack([y * y, power.p[2]]),
        )
        total, ahead, done = moments, step, 1
        for bit in bin(count)[3:]:
            total, ahead, done = _continued(total, total, ahead, done), ahead.twice(), 2 * done
            if bit == "1":
                total, ahead, done = _continued(moments, total, step, done), step.after(ahead), done + 1
        xx = total[2] / count
        start = (lam / 2 * modes.offset_squares * xx[0]).sum(axis=-1)
        noise = ((lam * alpha) / 2 * alpha * modes.noise_variances * xx[1]).sum(axis=-1)
    return where(np.isfinite(start), start, np.inf), where(np.isfinite(noise), noise, np.inf)


def _continued(head: Any, tail: Any, ahead: Power, done: int) -> Any:
    """The sum ``head`` and, ``ahead`` further on, the sum ``tail`` over ``done`` steps."""
    later = ahead.carried(tail)
    for part, pushed in zip(later, ahead.p, strict=True):
        part[1] += done * pushed
    return tuple(one + two for one, two in zip(head, later, strict=True))


def _batch_parts(
    modes: _Modes, alpha: Any, beta: Any, nu: Any, first: int, count: int
) -> tuple[FloatArray, FloatArray]:
    """The same under mini-batches, where e = Σ λ E z² + σ² couples the modes; nothing is checked.

    The second moments of all curvatures and one constant make a linear map of 3n+1 numbers, whose powers and sums of
    powers are taken by doubling; n is small where many points are looked at (:attr:`Problem.searched`).
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        lam = np.broadcast_to(modes.curvatures, np.broadcast_shapes(np.shape(alpha), modes.curvatures.shape))
        point = QHM(alpha, beta, nu)
        whole, begun = affine_map(point, lam, modes.batch or np.inf, modes.offset_squares, modes.counts)
        size = whole.shape[-1]
        apart = np.zeros((*begun.shape, 2))  # the start and the noise
        apart[..., :-1, 0], apart[..., -1, 1] = begun[..., :-1], 1.0
        state = np.linalg.matrix_power(whole, first) @ apart
        ahead, total = whole, np.broadcast_to(np.eye(size), whole.shape)
        for bit in bin(count)[3:]:
            total, ahead = total + ahead @ total, ahead @ ahead
            if bit == "1":
                total, ahead = np.eye(size) + whole @ total, whole @ ahead
        row = np.zeros((*modes.curvatures.shape[:-1], 1, size))
        row[..., 0, -1 - lam.shape[-1] : -1] = modes.curvatures / 2
        loss = (row @ total @ state)[..., 0, :] / count
        start, noise = loss[..., 0], modes.residual_variance * loss[..., 1]
    return where(np.isfinite(start), start, np.inf), where(np.isfinite(noise), noise, np.inf)
