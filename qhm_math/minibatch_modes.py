"""The stationary state under mini-batches: its losses mode by mode, how fast it is reached, the ν of the least loss.

The model and K are those of `minibatch`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, require_array, require_number, require_positive, require_shapes, where
from .minibatch import feedback, require_batch, require_spectrum, second_moments
from .parameters import QHM

#: Above this K the law of x is so heavy-tailed that the standard errors of simulated means are too small.
HEAVY_TAILED = 0.6
_GRID = 65  # ν among which the best is looked for first
_GOLDEN = (5**0.5 - 1) / 2


def minibatch_mode_losses(qhm: QHM, curvatures: ArrayLike, residual_variance: float, batch: float) -> FloatArray:
    """½ λ_i E z_i² of every mode in the stationary state, (..., n); inf where K >= 1.

    Their sum is :func:`qhm_math.minibatch_stationary_loss`. Modes are uncorrelated: the noise of two of them has the
    covariance λ_i λ_j E z_i z_j/B, which starts from nothing. ParameterError for bad values.
    """
    variance = require_number("residual_variance", residual_variance, 0.0)
    lam, size = require_spectrum(curvatures), require_batch(batch)
    require_shapes(qhm=qhm.shape, curvatures=lam.shape[:-1])
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        each = feedback(qhm.with_axes(1), lam, size)
        total = each.sum(axis=-1, keepdims=True)
        return where(total < 1, variance / 2 * each / (1 - total), np.inf)


def mean_square_rate(qhm: QHM, curvatures: ArrayLike, batch: float) -> FloatArray:
    """The factor a step by which the distance √E|x|² to its stationary value shrinks; from 1 on it grows.

    qhm: of any shape P; curvatures: (n,). Of the shape P: the root of the spectral radius of the second moments'
    3n × 3n map, at least R ([G] Theorem 3). ParameterError for bad values.
    """
    lam, size = require_spectrum(curvatures), require_batch(batch)
    point = qhm.with_axes(1)
    shape = require_shapes(qhm=point.shape, curvatures=lam.shape)
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        whole, _, _ = whole_map(point, np.broadcast_to(lam, shape), size)
        fine = np.asarray(np.isfinite(whole).all(axis=(-1, -2)))
        radius: FloatArray = np.abs(np.linalg.eigvals(np.where(fine[..., None, None], whole, 0.0))).max(axis=-1)
    return np.where(fine, np.sqrt(radius), np.inf)[()]


def whole_map(point: QHM, lam: FloatArray, batch: Any, counts: Any = 1.0) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The map of the :class:`SecondMoments` of all modes, (..., 3n, 3n), its constant for σ² = 1, (..., 3n), and those
    of a start at distance 1, (..., 3n).

    lam: (..., n), the full shape; the fields and batch broadcast against it. counts: how many modes have that
    curvature, (n,); the moments are sums over these, and e pushes each of them.
    """
    n = lam.shape[-1]
    maps, push, begun = second_moments(point, lam, batch)
    push = push * np.asarray(counts)[..., None, :] if np.ndim(counts) else push * counts
    whole = np.zeros((*lam.shape[:-1], 3, n, 3, n))
    for mode in range(n):
        whole[..., :, mode, :, mode] = maps[..., mode]
    whole[..., 2, :] += push[..., None] * lam[..., None, None, :]
    flat = (*lam.shape[:-1], 3 * n)
    return whole.reshape(*flat, 3 * n), push.reshape(flat), begun.reshape(flat)


def affine_map(
    point: QHM, lam: FloatArray, batch: Any, squares: Any, counts: Any = 1.0, variance: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """The same with its constant as a last column, (..., 3n+1, 3n+1): its powers are those of the steps. And a start.

    It acts on (gg of every mode, gy, yy, 1); ``variance`` is σ². The start, (..., 3n+1), is at the squared distances
    ``squares``, (n,).
    """
    whole, push, begun = whole_map(point, lam, batch, counts)
    size = push.shape[-1]
    found = np.zeros((*push.shape[:-1], size + 1, size + 1))
    found[..., :size, :size], found[..., :size, size], found[..., size, size] = whole, variance * push, 1.0
    state = np.ones((*push.shape[:-1], size + 1))
    state[..., :size] = begun * np.tile(squares, 3)
    return found, state


def best_minibatch_nu(alpha: ArrayLike, beta: ArrayLike, curvatures: ArrayLike, batch: float) -> FloatArray:
    """The momentum share of least K, and so of least stationary loss, at fixed (α, β).

    α and β broadcast; curvatures: (n,). ν to 10⁻⁷; NaN where no ν has K < 1, and at β = 0, where ν has no effect.
    ParameterError for bad values.
    """
    a, b = require_positive("alpha", alpha), require_array("beta", beta, 0.0, 1.0, high_open=True)
    lam, size = require_spectrum(curvatures), require_batch(batch)
    shape = require_shapes(alpha=a.shape, beta=b.shape)
    a, b = np.broadcast_to(a, shape), np.broadcast_to(b, shape)

    def level(nu: FloatArray) -> FloatArray:
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            return feedback(QHM(a[..., None], b[..., None], nu).with_axes(1), lam, size).sum(axis=-1)

    grid = np.linspace(0.0, 1.0, _GRID)
    found = grid[np.argmin(level(grid), axis=-1)]
    low: FloatArray = np.maximum(found - grid[1], 0.0)[..., None]
    high: FloatArray = np.minimum(found + grid[1], 1.0)[..., None]
    for _ in range(35):
        span = _GOLDEN * (high - low)
        left, right = high - span, low + span
        falls = level(left) > level(right)
        low, high = np.where(falls, left, low), np.where(falls, high, right)
    candidates = np.concatenate(((low + high) / 2, np.zeros_like(low), np.ones_like(low)), axis=-1)
    levels = level(candidates)
    nu = np.take_along_axis(candidates, levels.argmin(axis=-1)[..., None], axis=-1)[..., 0]
    return where((levels.min(axis=-1) < 1) & (b > 0), nu, np.nan)[()]
