"""Mini-batches: least squares whose gradient noise grows with the distance from the minimum.

Features x ~ N(0, A) with A = diag(λ), responses xᵀw + r with E r² = σ², and every step B examples drawn afresh. With
z = w_k - w and e = zᵀAz + σ² the gradient has the mean Az and, in mode i, the variance λ_i (λ_i z_i² + e)/B, by the
fourth moments of a normal law. So the second moments of every mode, (dd, dx, xx), and e between the modes carry the
exact expected loss. As B → ∞ this is the noise S = σ²A/B of [G] section 4.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .checks import (
    MAX_STEPS,
    FloatArray,
    ParameterError,
    require_array,
    require_integer,
    require_number,
    require_positive,
    require_shapes,
    require_size,
    where,
)
from .parameters import QHM
from .sheared import sheared
from .solving import solve_falling
from .spectrum import stability_bound
from .weights import flip_weight

_BLOCK = 24  # steps at once: their rows of powers, 6 numbers a step and mode, should stay in the processor's cache


def mean_square_coefficient(qhm: QHM, curvatures: ArrayLike, batch: float) -> FloatArray:
    """K, by which the loss feeds back into itself through the noise of mini-batches.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape P, which get a trailing axis for the modes.
    curvatures : array_like
        λ > 0, shape (..., n).
    batch : float
        Examples a step, B >= 1; infinity: every step sees all data.

    Returns
    -------
    ndarray or float
        K >= 0, of the shape of P and (...) broadcast together; infinite where a mode alone has no second moment.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    K = Σ_i ψ(u_i) / (B - ψ(u_i)), with u = αλ, s = 1+β(1-2ν) and the stationary variance of one mode under the noise
    S = A, ψ(u) = u [(1-β²) + uβ(1-ν)s] / {[1-β+uβ(1-ν)] [2(1+β)-us]}. Infinite where condition (13) of [G] fails or
    some ψ >= B. The second moments converge iff K < 1; for SGD it is known as the interpolation limit. K is right to
    1e-14 of itself for an α within 2e-15 of the one given.

    Examples
    --------
    >>> round(float(mean_square_coefficient(QHM.sgd(0.5), [1.0], 1)), 12)
    0.5
    """
    lam, size = require_spectrum(curvatures), require_batch(batch)
    shape = require_shapes(qhm=qhm.shape, curvatures=lam.shape[:-1])
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        return np.broadcast_to(feedback(qhm.with_axes(1), lam, size).sum(axis=-1), shape)[()]


def is_mean_square_stable(qhm: QHM, curvatures: ArrayLike, batch: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether the spread of x stays bounded under mini-batches, not only its mean.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape P.
    curvatures : array_like
        λ > 0, shape (..., n).
    batch : float
        Examples a step, B >= 1, or infinity.

    Returns
    -------
    ndarray of bool
        Of the shape of P and (...) broadcast together.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    K < 1, see :func:`mean_square_coefficient`: the spectral radius of the second moments' matrix is below 1. Between
    this bound and condition (13) of [G] the mean converges and the spread grows without bound.

    Examples
    --------
    >>> bool(is_mean_square_stable(QHM.sgd(1.5), [1.0], 1)), bool(is_mean_square_stable(QHM.sgd(1.5), [1.0], 16))
    (False, True)
    """
    return np.asarray(mean_square_coefficient(qhm, curvatures, batch)) < 1


def minibatch_stationary_loss(qhm: QHM, curvatures: ArrayLike, residual_variance: float, batch: float) -> FloatArray:
    """The expected excess loss in the stationary state under mini-batches.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape P, which get a trailing axis for the modes.
    curvatures : array_like
        λ > 0, shape (..., n).
    residual_variance : float
        σ² >= 0, the mean square of the residuals at the minimum, in units of twice the loss.
    batch : float
        Examples a step, B >= 1, or infinity.

    Returns
    -------
    ndarray or float
        In units of the loss, of the shape of P and (...) broadcast together; infinite where the second moments grow.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    (σ²/2) K/(1-K), see :func:`mean_square_coefficient`, right to 1e-14/(1-K) of itself for an α within 2e-15 of the
    one given. Where K is near 1 the law of x is heavy-tailed, and a mean over simulated runs tends to be below this.

    Examples
    --------
    >>> round(float(minibatch_stationary_loss(QHM.sgd(0.5), [1.0], 0.02, 1)), 12)
    0.01
    """
    variance = require_number("residual_variance", residual_variance, 0.0)
    coefficient = np.asarray(mean_square_coefficient(qhm, curvatures, batch))
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        return where(coefficient < 1, variance / 2 * (coefficient / (1 - coefficient)), np.inf)[()]


def minibatch_expected_loss(
    qhm: QHM,
    curvatures: ArrayLike,
    residual_variance: float,
    batch: float,
    offset: ArrayLike,
    steps: int,
    *,
    counts: ArrayLike = 1.0,
) -> FloatArray:
    """The exact expected excess loss after every step under mini-batches, from d_{-1} = 0.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape P, which get a trailing axis for the modes.
    curvatures : array_like
        λ > 0, shape (..., n).
    residual_variance : float
        σ² >= 0, the mean square of the residuals at the minimum, in units of twice the loss.
    batch : float
        Examples a step, B >= 1, or infinity.
    offset : array_like
        x_0 - x* in the eigenbasis, finite, shape (..., n). Broadcasts against `curvatures`.
    steps : int
        From 0 to 10,000,000, and at most 2·10⁸ numbers in all.
    counts : array_like
        How many modes each curvature stands for, > 0, (n,) or one number; the square of `offset` is then their sum.

    Returns
    -------
    ndarray
        k = 0..steps, in units of the loss: the broadcast shape without the modes, and (steps+1,). Divergence is inf,
        never NaN.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    ½ Σ λ_i E z_i². For every mode P ← T P Tᵀ + q N Nᵀ ([G] section 4) with q = λ(λ P_xx + e)/B and e = Σ λ_i E z_i²
    + σ². Some 20 steps at a time: rows of powers of the modes' 3 × 3 maps, applied as one matrix, carry everything
    but e, and e's own effect inside the block is a short convolution. No d × d matrix.

    Examples
    --------
    >>> minibatch_expected_loss(QHM.sgd(0.5), [1.0], 0.0, 1, [2.0], 2).tolist()
    [2.0, 1.5, 1.125]
    """
    variance = require_number("residual_variance", residual_variance, 0.0)
    size = require_batch(batch)
    count = require_integer("steps", steps, 0, MAX_STEPS)
    lam, start = require_spectrum(curvatures), require_array("offset", offset)
    each = require_positive("counts", counts)
    point = qhm.with_axes(1)
    shape = require_shapes(qhm=point.shape, curvatures=lam.shape, offset=start.shape, counts=each.shape)
    require_size(count, shape[:-1])
    loss = np.empty((*shape[:-1], count + 1))
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        maps, push, begun = second_moments(point, np.broadcast_to(lam, shape), size)
        push = push * each[..., None, :] if each.ndim else push * each
        block = min(_BLOCK, max(1, count))
        rows, kernel, columns, power = _block(maps, push, lam, block)
        state = begun * np.broadcast_to(start * start, shape)[..., None, :]
        loss[..., 0] = (lam * state[..., 2, :]).sum(axis=-1)
        done = 0
        while done < count:
            flat = state.reshape(*shape[:-1], 3 * shape[-1], 1)
            ahead = (rows @ flat)[..., 0]  # what the state alone gives after 1, 2 ... steps
            fed = np.empty((*shape[:-1], block))
            now = loss[..., done]
            for step in range(block):
                fed[..., step] = now + variance
                now = ahead[..., step] + (kernel[..., block - 1 - step :] * fed[..., : step + 1]).sum(axis=-1)
                ahead[..., step] = now
            more = min(block, count - done)
            loss[..., done + 1 : done + 1 + more] = ahead[..., :more]
            done += more
            state = _apply(power, state) + (columns @ fed[..., None])[..., 0].reshape(state.shape)
        loss = loss / 2
        lost = np.logical_or.accumulate(~np.isfinite(loss), axis=-1)
    return np.where(lost, np.inf, loss)


def largest_mean_square_alpha(
    beta: ArrayLike, nu: ArrayLike, curvatures: ArrayLike, batch: float, counts: ArrayLike = 1.0
) -> FloatArray:
    """The learning rate at which K = 1, of the shape of β, ν and the curvatures' (...) broadcast together.

    ``counts``: how many modes each curvature stands for, > 0.
    See :func:`qhm_math.max_stable_alpha` with `batch`. K grows with α, from 0 to infinity below condition (13). α is
    right to 1e-14 of itself, or K = 1 there to 1e-14.
    """
    b, n = require_array("beta", beta, 0.0, 1.0, high_open=True), require_array("nu", nu, 0.0, 1.0)
    lam, size = require_spectrum(curvatures), require_batch(batch)
    multiples = require_positive("counts", counts)
    shape = require_shapes(beta=b.shape, nu=n.shape, curvatures=lam.shape[:-1])
    if require_shapes(counts=multiples.shape, curvatures=lam.shape) != lam.shape:
        raise ParameterError(
            "counts", f"shape {multiples.shape}", f"of the curvatures' shape {lam.shape}, or one value"
        )
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        scale = lam.max(axis=-1, keepdims=True)
        unit = lam / scale  # so that α is about 1, whatever the units are
        bound = np.broadcast_to(stability_bound(b, n, 1.0), shape)
        if math.isinf(size):
            return (bound / scale[..., 0])[()]
        b, n = b[..., None], n[..., None]

        def falling(log_share: Any) -> Any:
            """1/K - 1 at a share of the bound, cut where K is 0 or infinite."""
            psi = _variance((np.exp(log_share) * bound)[..., None], unit, b, n)
            each = np.where((psi >= 0) & (psi < size), psi / (size - psi), np.inf)
            return np.clip(1 / (multiples * each).sum(axis=-1) - 1, -1.0, 1e300)

        # The logarithm, because near β = ν = 1 the share is as small as 1 - β, and is to have all its digits.
        share = np.exp(solve_falling(falling, np.full(shape, -690.0), np.zeros(shape)))
        return (share * bound / scale[..., 0])[()]


def feedback(point: QHM, lam: FloatArray, batch: float) -> Any:
    """ψ/(B - ψ) of every mode, whose sum is K; the fields have an axis for the modes. Infinite beyond the bounds."""
    psi = _variance(point.alpha, lam, point.beta, point.nu)
    each = np.where((psi >= 0) & (psi < batch), psi / (batch - psi), np.inf)
    return np.where(np.isnan(each), np.inf, each)


def _variance(alpha: Any, lam: Any, beta: Any, nu: Any) -> Any:
    """ψ; negative, infinite or NaN beyond the stability bound."""
    u, s = alpha * lam, flip_weight(beta, nu)
    lagged = u * (beta * (1 - nu))
    room = 2 * (1 + beta) - u * s
    psi = u * (((1 - beta) * (1 + beta) + lagged * s) / ((1 - beta + lagged) * room))
    return np.where(room > 0, psi, np.inf)


class SecondMoments(NamedTuple):
    """The second moments (gg, gy, yy) of a mode, times α², in the lengths of `sheared`: yy is E (x - x*)²."""

    maps: FloatArray  # of a step, (..., 3, 3, n)
    push: FloatArray  # what a step adds for one unit of e, (..., 3, n)
    begun: FloatArray  # those of a start at distance 1, (..., 3, n)


def second_moments(point: QHM, lam: FloatArray, batch: Any) -> SecondMoments:
    """How the moments of every mode go on; lam: (..., n), the full shape."""
    alpha, beta, nu = (np.broadcast_to(v, lam.shape) for v in (point.alpha, point.beta, point.nu))
    (a, b, c, d), shear, (g, y) = sheared(alpha, beta, nu, lam)
    g, y = alpha * g, alpha * y
    push = np.stack([g * g, g * y, y * y], axis=-2) * np.asarray(lam / batch)[..., None, :]
    maps = np.stack(
        [
            np.stack([a * a, 2 * a * b, b * b], axis=-2),
            np.stack([a * c, a * d + b * c, b * d], axis=-2),
            np.stack([c * c, 2 * c * d, d * d], axis=-2),
        ],
        axis=-3,
    )
    maps[..., :, 2, :] += push * lam[..., None, :]
    return SecondMoments(maps, push, np.stack([shear * shear, shear, np.ones_like(lam)], axis=-2))


def _block(
    maps: FloatArray, push: FloatArray, lam: FloatArray, block: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """What a block of steps needs.

    rows (..., block, 3n): Σ λ xx after 1 … block steps from a state. kernel (..., block): Σ λ xx from one unit of e
    block … 1 steps before. columns (..., 3n, block): the state after the block from one unit of e in each of its
    steps. power (..., 3, 3, n): the maps to that power.
    """
    n = push.shape[-1]
    lead = push.shape[:-2]
    rows, columns = np.empty((*lead, block, 3, n)), np.empty((*lead, 3, n, block))
    row = np.zeros((*lead, 3, n))
    row[..., 2, :] = lam
    added, power = push, maps
    kernel = np.empty((*lead, block))
    for step in range(block):
        columns[..., block - 1 - step] = added
        kernel[..., block - 1 - step] = (lam * added[..., 2, :]).sum(axis=-1)
        row = (row[..., :, None, :] * maps).sum(axis=-3)
        rows[..., step, :, :] = row
        added = _apply(maps, added)
        if step:
            power = (maps[..., :, :, None, :] * power[..., None, :, :, :]).sum(axis=-3)
    return rows.reshape(*lead, block, 3 * n), kernel, columns.reshape(*lead, 3 * n, block), power


def _apply(maps: FloatArray, state: FloatArray) -> FloatArray:
    return (maps * state[..., None, :, :]).sum(axis=-2)


def require_spectrum(curvatures: ArrayLike) -> FloatArray:
    """λ > 0 as an array with an axis of modes; ParameterError otherwise."""
    lam = require_positive("curvatures", curvatures)
    if lam.ndim == 0 or lam.shape[-1] == 0:
        raise ParameterError("curvatures", lam.tolist(), "an array with one value a mode, and at least one")
    return lam


def require_batch(batch: float) -> float:
    """B >= 1 or infinity as a float; ParameterError otherwise."""
    allowed = "at least 1, or infinity for all data"
    try:
        size = float(batch)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError("batch", batch, allowed) from None
    if isinstance(batch, (bool, str, bytes)) or math.isnan(size) or size < 1:
        raise ParameterError("batch", batch, allowed)
    return size
