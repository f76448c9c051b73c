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
    require_positive,
    where,
)
from .parameters import QHM
from .spectrum import is_stable


def stationary_covariance(qhm: QHM, hessian: ArrayLike, noise_covariance: ArrayLike) -> FloatArray:
    """Exact stationary covariance of x on a quadratic, (n, n): the x-block of P = T P Tᵀ + N S Nᵀ ([G]
    section 4).

    hessian A: (n, n) symmetric positive definite; noise_covariance S: (n, n) symmetric positive semidefinite;
    they need not commute: each pair of modes is one 4 × 4 system, all solved in one batch. qhm: one point. An
    unstable point has no stationary distribution: every entry is inf. ParameterError for other shapes or
    matrices.
    """
    matrix = require_hessian("hessian", hessian)
    noise = require_covariance("noise_covariance", noise_covariance, len(matrix))
    if qhm.shape:
        raise ParameterError("alpha, beta, nu", qhm.shape, "one point, not arrays")
    curvatures, basis = np.linalg.eigh(matrix)
    if not bool(is_stable(qhm, curvatures[-1])):
        return np.full_like(matrix, np.inf)
    u = qhm.alpha * curvatures
    keep = 1 - qhm.nu * qhm.beta
    step = np.empty((len(u), 2, 2))
    step[:, 0, 0] = qhm.beta
    step[:, 0, 1] = (1 - qhm.beta) * u
    step[:, 1, 0] = -qhm.nu * qhm.beta
    step[:, 1, 1] = 1 - u * keep
    entry = np.array([1 - qhm.beta, -keep])
    # Modes i and j: P_ij = T_i P_ij T_jᵀ + S_ij n nᵀ, as (1 - T_i ⊗ T_j) vec P_ij = S_ij vec(n nᵀ).
    pairs = np.einsum("iab,jcd->ijacbd", step, step).reshape(len(u), len(u), 4, 4)
    unit = _solve(np.eye(4) - pairs, np.outer(entry, entry).reshape(4, 1))[..., 3, 0]
    modes = qhm.alpha**2 * unit * (basis.T @ noise @ basis)
    covariance = basis @ modes @ basis.T
    return (covariance + covariance.T) / 2


def _solve(matrices: FloatArray, right: FloatArray) -> FloatArray:
    """np.linalg.solve, typed."""
    return np.asarray(np.linalg.solve(matrices, right), dtype=np.float64)


def first_order_covariance(alpha: float, hessian: ArrayLike, noise_covariance: ArrayLike) -> FloatArray:
    """[G] Theorem 4: the solution X of A X + X A = α S, to which the covariance of x tends as α → 0; (n, n).

    The same for every β and ν. hessian symmetric positive definite, noise_covariance symmetric positive
    semidefinite, alpha > 0; ParameterError otherwise.
    """
    step = float(require_positive("alpha", alpha))
    matrix = require_hessian("hessian", hessian)
    noise = require_covariance("noise_covariance", noise_covariance, len(matrix))
    curvatures, basis = np.linalg.eigh(matrix)
    modes = step * (basis.T @ noise @ basis) / (curvatures[:, None] + curvatures)
    covariance = basis @ modes @ basis.T
    return (covariance + covariance.T) / 2


def stationary_loss(
    qhm: QHM, curvatures: ArrayLike, noise_variances: ArrayLike, order: int | None = None
) -> FloatArray:
    """Expected excess loss tr(A Σ_x)/2 in the stationary state; units of the loss.

    curvatures λ > 0 and noise_variances σ² >= 0 (of the gradient noise along each eigenvector: the diagonal
    of S in the Hessian's eigenbasis; off-diagonal elements do not enter the trace): shapes (..., n) that
    broadcast. Fields of shape P get a trailing axis for the modes, so that the result has the shape of P and
    (...) broadcast together: one value a parameter cell for curvatures of shape (n,).
    order None: exact, per mode
        λ P_xx = α σ² [(1-β²) + uβ(1-ν)s] / {[1-β+uβ(1-ν)] [2(1+β)-us]},  s = 1+β(1-2ν), u = αλ,
    inf where the point is unstable. order 1 or 2: the expansion of [G] Theorem 5 to that order in α,
    everywhere:
        tr(AΣ) = (α/2) tr S + (α²/4) [1 + (2νβ/(1-β)) (2νβ/(1+β) - 1)] tr(A S);
    it is not to be trusted near β → 1, where it may even be negative. ParameterError for other orders or
    values.
    """
    if order not in (None, 1, 2):
        raise ParameterError("order", order, "None, 1 or 2")
    lam, variances = require_modes(curvatures, noise_variances)
    shape = np.broadcast_shapes(qhm.shape, lam.shape[:-1], variances.shape[:-1])
    modes = np.broadcast_shapes(lam.shape[-1:], variances.shape[-1:])[0]
    total = np.zeros(shape)
    # Mode by mode, so that what depends on β or ν alone is computed on their own, smaller shapes.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for mode in range(modes):
            curvature = lam[..., min(mode, lam.shape[-1] - 1)]
            variance = variances[..., min(mode, variances.shape[-1] - 1)]
            total += (
                _mode_loss(qhm, curvature, variance) if order is None else _expansion(qhm, curvature, variance, order)
            )
    return total[()]


def _mode_loss(qhm: QHM, curvature: Any, variance: Any) -> Any:
    """λ P_xx / 2 of one mode, exact; inf where it is unstable."""
    alpha, beta, nu = qhm.alpha, qhm.beta, qhm.nu
    u = alpha * curvature
    s = 1 + beta * (1 - 2 * nu)
    lagged = u * (beta * (1 - nu))
    room = 2 * (1 + beta) - u * s
    loss = (alpha * variance / 2) * ((1 - beta) * (1 + beta) + lagged * s) / ((1 - beta + lagged) * room)
    return where(room > 0, loss, np.inf)


def _expansion(qhm: QHM, curvature: Any, variance: Any, order: int) -> Any:
    """The same to the first or second order in α."""
    half = qhm.alpha * variance / 4
    if order == 1:
        return half
    lag = 2 * qhm.nu * qhm.beta
    factor = 1 + lag / (1 - qhm.beta) * (lag / (1 + qhm.beta) - 1)
    return half + (qhm.alpha**2 * curvature * variance / 8) * factor


def require_modes(curvatures: ArrayLike, noise_variances: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """curvatures > 0 and noise_variances >= 0 as broadcasting arrays (..., n); ParameterError otherwise."""
    lam = require_positive("curvatures", curvatures)
    variances = require_array("noise_variances", noise_variances, low=0.0)
    for name, array in (("curvatures", lam), ("noise_variances", variances)):
        if array.ndim == 0:
            raise ParameterError(name, array[()], "an array with one value a mode")
    try:
        np.broadcast_shapes(lam.shape, variances.shape)
    except ValueError:
        allowed = f"of a shape that broadcasts to {lam.shape}"
        raise ParameterError("noise_variances", variances, allowed) from None
    return lam, variances
