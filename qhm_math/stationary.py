"""How good in the end: the stationary distribution under additive gradient noise ([G] Theorems 4 and 5).

In the Hessian's eigenbasis the buffer scaled by nothing and the step scaled by α obey z' = T z + ε n with
T = [[β, (1-β)u], [-νβ, 1-u(1-νβ)]], n = (1-β, -(1-νβ)), z = (d, (x-x*)/α), u = αλ.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import (
    FloatArray,
    ParameterError,
    require_array,
    require_covariance,
    require_hessian,
    require_integer,
    require_number,
    require_positive,
    require_shapes,
    symmetric_modes,
    to_unit_size,
    where,
)
from .parameters import QHM
from .regions import least_stable_nu
from .solving import solve_falling
from .stability import is_stable
from .weights import flip_weight

#: Numbers of one array of points and modes in a pass, and the least modes of a pass that are worth an axis.
_BLOCK, _MANY = 4096, 16


def stationary_covariance(qhm: QHM, hessian: ArrayLike, noise_covariance: ArrayLike) -> FloatArray:
    """The exact stationary covariance of x on a quadratic.

    Parameters
    ----------
    qhm : QHM
        One point.
    hessian : array_like
        A, (n, n), symmetric positive definite.
    noise_covariance : array_like
        S, (n, n), symmetric positive semidefinite; it need not commute with A.

    Returns
    -------
    ndarray
        Σ_x, (n, n), symmetric. Every element is infinite where the point is unstable: there is no stationary
        distribution.

    Raises
    ------
    ParameterError
        A matrix is not as described, or `qhm` is not one point.

    Notes
    -----
    The x-block of P = T P Tᵀ + N S Nᵀ ([G] section 4), mode by mode in A's eigenbasis. With u = αλ_i, v = αλ_j,
    δ = 1-β, m = β(1-ν), t = 1+m, s = δ+2m, h_u = 2(1+β)-us the element of modes i and j is

        α² S_ij [δ²(1+β) + δmt(u+v) + m²s uv] / [βδt(u-v)² + (δ²+m²uv)(u h_v + v h_u)/2 + mδ uv(h_u + h_v)],

    derived with SymPy; a stable point has h > 0, so that nothing cancels. Twelve digits hold at any condition number
    κ for n = 2, or a diagonal A; of larger matrices the eigenvalues are right to κ 2·10⁻¹⁶.

    Examples
    --------
    >>> stationary_covariance(QHM(1.0), [[1.0, 0.0], [0.0, 0.5]], [[0.3, 0.0], [0.0, 0.3]]).round(12).tolist()
    [[0.3, 0.0], [0.0, 0.4]]
    """
    matrix = require_hessian("hessian", hessian)
    noise = require_covariance("noise_covariance", noise_covariance, len(matrix))
    require_point(qhm)
    # In units of the largest curvature and of the largest noise, by powers of two, so that nothing overflows.
    matrix, size = to_unit_size(matrix)
    noise, loudness = to_unit_size(noise)
    curvatures, basis = symmetric_modes(matrix)
    with np.errstate(over="ignore", under="ignore"):
        alpha = float(np.ldexp(qhm.alpha, size))
    if not 0 < alpha < np.inf or not bool(is_stable(QHM(alpha, qhm.beta, qhm.nu), curvatures[-1])):
        return np.full_like(matrix, np.inf)
    with np.errstate(over="ignore", under="ignore"):
        modes = (basis.T @ noise @ basis) / _stiffness(alpha, qhm.beta, qhm.nu, curvatures) * alpha
        covariance = basis @ modes @ basis.T
        return np.ldexp((covariance + covariance.T) / 2, loudness - 2 * size)


def _stiffness(alpha: float, beta: float, nu: float, curvatures: FloatArray) -> FloatArray:
    """α S_ij over the covariance of the modes i and j, (n, n); numerator and denominator are divided by δ²."""
    damping = 1 - beta
    lag = beta * (1 - nu) / damping
    carry = 1 + beta * (1 - nu)
    flip = flip_weight(beta, nu)
    first, second = curvatures[:, None], curvatures
    u, v = alpha * first, alpha * second
    room_u, room_v = 2 * (1 + beta) - u * flip, 2 * (1 + beta) - v * flip
    above = (1 + beta) + lag * carry * (u + v) + lag * lag * flip * u * v
    below = (beta * carry / damping) * (u - v) * (first - second)
    below = below + (1 + lag * lag * u * v) * (first * room_v + second * room_u) / 2
    below = below + lag * u * second * (room_u + room_v)
    return below / above


def require_point(qhm: QHM) -> None:
    """ParameterError unless it is one point."""
    if qhm.shape:
        raise ParameterError("alpha, beta, nu", qhm.shape, "one point, not arrays")


def first_order_covariance(alpha: float, hessian: ArrayLike, noise_covariance: ArrayLike) -> FloatArray:
    """The covariance of x to first order in α: the same for every β and ν.

    Parameters
    ----------
    alpha : float
        Learning rate > 0.
    hessian : array_like
        A, (n, n), symmetric positive definite.
    noise_covariance : array_like
        S, (n, n), symmetric positive semidefinite.

    Returns
    -------
    ndarray
        X, (n, n), symmetric.

    Raises
    ------
    ParameterError
        A value is out of its range, or a matrix not as described.

    Notes
    -----
    [G] Theorem 4: the solution X of A X + X A = α S, to which the covariance of x tends as α → 0.

    Examples
    --------
    >>> first_order_covariance(0.1, [[2.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]).tolist()
    [[0.025, 0.0], [0.0, 0.05]]
    """
    step = require_number("alpha", alpha, 0.0, low_open=True)
    matrix = require_hessian("hessian", hessian)
    noise = require_covariance("noise_covariance", noise_covariance, len(matrix))
    matrix, size = to_unit_size(matrix)
    noise, loudness = to_unit_size(noise)
    fraction, power = np.frexp(step)
    curvatures, basis = symmetric_modes(matrix)
    with np.errstate(over="ignore", under="ignore"):
        modes = float(fraction) * (basis.T @ noise @ basis) / (curvatures[:, None] + curvatures)
        covariance = basis @ modes @ basis.T
        return np.ldexp((covariance + covariance.T) / 2, loudness - size + int(power))


def stationary_loss(
    qhm: QHM, curvatures: ArrayLike, noise_variances: ArrayLike, order: int | None = None
) -> FloatArray:
    """The expected excess loss in the stationary state, tr(A Σ_x)/2.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape P, which get a trailing axis for the modes.
    curvatures : array_like
        λ > 0, shape (..., n).
    noise_variances : array_like
        σ² >= 0 of the gradient noise along each eigenvector, shape (..., n): the diagonal of S in the Hessian's
        eigenbasis; off-diagonal elements do not enter the trace. Broadcasts against `curvatures`.
    order : int, optional
        None: exact. 1 or 2: the expansion to that order in α.

    Returns
    -------
    ndarray or float
        In units of the loss, of the shape of P and (...) broadcast together: one value a point for curvatures of
        shape (n,). The exact loss is infinite where the point is unstable; what is beyond the largest float is
        infinite too.

    Raises
    ------
    ParameterError
        A value or the order is not as described, or the shapes do not fit.

    Notes
    -----
    Exact, per mode, with s = 1+β(1-2ν), u = αλ ([G] section 4, one mode solved in closed form):

        λ P_xx = α σ² [(1-β²) + uβ(1-ν)s] / {[1-β+uβ(1-ν)] [2(1+β)-us]}.

    The expansion of [G] Theorem 5:

        tr(AΣ) = (α/2) tr S + (α²/4) [1 + (2νβ/(1-β)) (2νβ/(1+β) - 1)] tr(A S).

    It is not to be trusted near β → 1, where it may even be negative.

    Examples
    --------
    >>> round(float(stationary_loss(QHM(1.0, 0.9, 0.7), [0.1, 1.0], [0.3, 0.3])), 4)
    0.1121
    """
    if order is not None:
        allowed = "None, 1 or 2"
        try:
            order = require_integer("order", order, 1, 2)
        except ParameterError:
            raise ParameterError("order", order, allowed) from None
    lam, variances = require_modes(curvatures, noise_variances)
    shape = require_shapes(qhm=qhm.shape, curvatures=lam.shape[:-1], noise_variances=variances.shape[:-1])
    modes = np.broadcast_shapes(lam.shape[-1:], variances.shape[-1:])[0]
    lam, variances = (np.broadcast_to(part, (*part.shape[:-1], modes)) for part in (lam, variances))
    total = np.zeros(shape)
    # One mode at a time, so that what depends on β or ν alone is computed on their own, smaller shapes; of many modes
    # at few points as many as stay in the cache.
    block = min(modes, _BLOCK // max(1, total.size))
    block = block if block >= _MANY else 1
    points = qhm.with_axes(1) if block > 1 else qhm
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        for first in range(0, modes, block):
            some = slice(first, first + block)
            curvature, variance = (part[..., some if block > 1 else first] for part in (lam, variances))
            loss = (
                _mode_loss(points, curvature, variance)
                if order is None
                else _expansion(points, curvature, variance, order)
            )
            total += loss.sum(axis=-1) if block > 1 else loss
        return where(np.isnan(total), np.inf, total)[()]


def _mode_loss(qhm: QHM, curvature: Any, variance: Any) -> Any:
    """λ P_xx / 2 of one mode, exact; inf where it is unstable."""
    alpha, beta, nu = qhm.alpha, qhm.beta, qhm.nu
    u = alpha * curvature
    s = flip_weight(beta, nu)
    lagged = u * (beta * (1 - nu))
    room = 2 * (1 + beta) - u * s
    loss = (alpha * variance / 2) * (((1 - beta) * (1 + beta) + lagged * s) / ((1 - beta + lagged) * room))
    return where(room > 0, loss, np.inf)


def _expansion(qhm: QHM, curvature: Any, variance: Any, order: int) -> Any:
    """The same to the first or second order in α, with the bracket of [G] Theorem 5 as
    [(1-β)² - 2β(1-ν)(2νβ-(1-β))] / [(1-β)(1+β)], which does not cancel at ν = 1."""
    half = qhm.alpha * variance / 4
    if order == 1:
        return half
    beta, nu = qhm.beta, qhm.nu
    damping = 1 - beta
    factor = (damping * damping - 2 * beta * (1 - nu) * (2 * nu * beta - damping)) / (damping * (1 + beta))
    return half + half * (qhm.alpha * curvature / 2) * factor


def best_stationary_nu(
    alpha: ArrayLike, beta: ArrayLike, curvatures: ArrayLike, noise_variances: ArrayLike
) -> FloatArray:
    """The momentum share of least exact :func:`stationary_loss` at fixed (α, β).

    Parameters
    ----------
    alpha : array_like
        Learning rate > 0.
    beta : array_like
        Momentum, 0 <= beta < 1. Broadcasts against `alpha`.
    curvatures : array_like
        λ > 0, shape (n,).
    noise_variances : array_like
        σ² >= 0 of the gradient noise along each eigenvector, shape (n,).

    Returns
    -------
    ndarray or float
        ν in [0, 1], of the shape of `alpha` and `beta` broadcast together, right to 10⁻¹². NaN where it is not
        determined: where no ν is stable, at β = 0, where ν has no effect, and without noise.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    The zero of the derivative of the sum over the modes of A/(B C), with A = (1-β²) + uβ(1-ν)s, B = 1-β+uβ(1-ν),
    C = 2(1+β)-us, s = 1+β-2νβ, from the least stable ν ([G] condition (13)) to 1. In every case tried there was one
    minimum; it tends to 1 as β → 1, but not steadily where κ is large.

    Examples
    --------
    >>> round(float(best_stationary_nu(1.0, 0.9, [0.1, 1.0], [0.3, 0.3])), 4)
    0.7706
    """
    a, b = require_positive("alpha", alpha), require_array("beta", beta, 0.0, 1.0, high_open=True)
    lam, variances = require_modes(curvatures, noise_variances)
    if lam.ndim != 1 or variances.ndim != 1:
        raise ParameterError("curvatures, noise_variances", (lam.shape, variances.shape), "one-dimensional arrays")
    shape = require_shapes(alpha=a.shape, beta=b.shape)
    if not lam.size or not variances.any():
        return np.full(shape, np.nan)[()]
    variances = variances / variances.max()
    a, b = np.broadcast_to(a, shape)[..., None], np.broadcast_to(b, shape)[..., None]
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        u = a * lam
        low = np.clip(least_stable_nu(a, np.maximum(b, 1e-300), lam.max()), 0.0, 1.0)[..., 0]

        def falling(nu: Any) -> Any:
            """-d log(loss)/dν; beyond the edge of stability the loss falls towards it."""
            rest, s = 1 - nu[..., None], flip_weight(b, nu[..., None])
            lagged = u * b * rest
            top, bottom, room = (1 - b) * (1 + b) + lagged * s, (1 - b) + lagged, 2 * (1 + b) - u * s
            share = variances * (top / bottom / room)
            change = u * b * ((s + 2 * b * rest) / top - 1 / bottom + 2 / room)
            value = (share * change).sum(axis=-1) / share.sum(axis=-1)
            return where((room > 0).all(axis=-1), value, 1.0)

        nu = solve_falling(falling, low, np.ones(shape))
        stable = (2 * (1 + b) - u * (1 - b) > 0).all(axis=-1)
    return where(stable & (b[..., 0] > 0), nu, np.nan)[()]


def require_modes(curvatures: ArrayLike, noise_variances: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """curvatures > 0 and noise_variances >= 0 as broadcasting arrays (..., n); ParameterError otherwise."""
    lam = require_positive("curvatures", curvatures)
    variances = require_array("noise_variances", noise_variances, low=0.0)
    for name, array in (("curvatures", lam), ("noise_variances", variances)):
        if array.ndim == 0:
            raise ParameterError(name, array[()], "an array with one value a mode")
    require_shapes(curvatures=lam.shape, noise_variances=variances.shape)
    return lam, variances
