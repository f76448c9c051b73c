"""Between start and stationary state: the exact mean and expected loss at every step on a quadratic.

Mean and covariance propagate exactly: E z_k = T^k z_0, P_k = T P_{k-1} Tᵀ + N S Nᵀ. Only the second row of
T^k is needed, and the rows 0..K are built by doubling: rows m..2m-1 are rows 0..m-1 times T^m.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import MAX_STEPS, MAX_VALUES, FloatArray, ParameterError, require_array, require_integer, require_positive
from .parameters import QHM
from .stationary import require_modes


def power_rows(qhm: QHM, curvature: FloatArray, count: int) -> tuple[Any, Any]:
    """The second rows (a, b) of T^k, k = 0..count-1, for z = (d, (x - x*)/α): each of shape (..., count).

    The scaled x makes T depend on u = αλ only. Overflow leaves inf or NaN, which callers turn into what they
    mean.
    """
    alpha, beta, nu, lam = np.broadcast_arrays(qhm.alpha, qhm.beta, qhm.nu, curvature)
    u = alpha * lam
    power = ((beta, (1 - beta) * u), (-nu * beta, 1 - u * (1 - nu * beta)))
    d_row = np.empty((*lam.shape, count))
    x_row = np.empty((*lam.shape, count))
    d_row[..., :1] = 0.0
    x_row[..., :1] = 1.0
    done = 1
    while done < count:
        more = min(done, count - done)
        (p, q), (r, s) = power
        old_d, old_x = d_row[..., :more], x_row[..., :more]
        d_row[..., done : done + more] = old_d * p[..., None] + old_x * r[..., None]
        x_row[..., done : done + more] = old_d * q[..., None] + old_x * s[..., None]
        power = ((p * p + q * r, q * (p + s)), (r * (p + s), s * s + q * r))
        done += more
    return d_row, x_row


def mean_path(qhm: QHM, curvatures: ArrayLike, offset: ArrayLike, steps: int) -> FloatArray:
    """E x_k - x* for k = 0..steps in the eigenbasis, from x_0 - x* = offset and d_{-1} = 0; shape (...,
    steps+1, n).

    T^k applied to (0, offset) ([G] section 3). curvatures > 0 and offset finite, shapes (..., n); fields of
    shape P get a trailing axis for the modes. steps from 0 to 10,000,000. Where a path overflows it is ±inf
    from there on.
    """
    count = require_integer("steps", steps, 0, MAX_STEPS)
    lam = require_positive("curvatures", curvatures)
    start = require_array("offset", offset)
    point = qhm.with_axes(1)
    require_size(count, np.broadcast_shapes(point.shape, lam.shape, start.shape))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        _, rows = power_rows(point, lam, count + 1)
        path = rows * start[..., None]
        path = np.where(start[..., None] == 0, 0.0, path)
        lost = np.logical_or.accumulate(~np.isfinite(path), axis=-1)
        path = np.where(lost, np.where(np.isinf(path), path, np.inf), path)
    return np.swapaxes(path, -1, -2)


def expected_loss(
    qhm: QHM, curvatures: ArrayLike, noise_variances: ArrayLike, offset: ArrayLike, steps: int
) -> FloatArray:
    """Exact E f(x_k) - f* for k = 0..steps on a quadratic, shape (..., steps+1); units of the loss.

    From x_0 - x* = offset (in the eigenbasis) and d_{-1} = 0. Per mode, with a_k the response of x to x_0 and
    h_k to one unit of gradient noise: (λ/2) (a_k² offset² + σ² Σ_{j<k} h_j²). curvatures > 0, noise_variances
    >= 0 and offset finite, of shapes (..., n) that broadcast; fields of shape P get a trailing axis for the
    modes, the result has the broadcast shape without the modes. steps from 0 to 10,000,000 and at most 2·10⁸
    numbers in all, else ParameterError. Divergence is inf, never NaN.
    """
    count = require_integer("steps", steps, 0, MAX_STEPS)
    lam, variances = require_modes(curvatures, noise_variances)
    start = require_array("offset", offset)
    point = qhm.with_axes(1)
    require_size(count, np.broadcast_shapes(point.shape, lam.shape, variances.shape, start.shape))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        d_row, x_row = power_rows(point, lam, count + 1)
        keep = np.asarray(1 - point.nu * point.beta)
        damping = np.asarray(1 - point.beta)
        # Response of x/α at step j+1 to noise in step 0: (T^j n) of the x row, n = (1-β, -(1-νβ)).
        response = d_row[..., :-1] * damping[..., None] - x_row[..., :-1] * keep[..., None]
        alpha = np.asarray(point.alpha)[..., None]
        mean = lam[..., None] * (x_row * start[..., None]) ** 2
        mean = np.where(start[..., None] == 0, 0.0, mean)
        spread = np.cumsum(response * response, axis=-1)
        spread = lam[..., None] * variances[..., None] * alpha**2 * spread
        spread = np.where(variances[..., None] == 0, 0.0, spread)
        full = np.broadcast_shapes(mean.shape, (*spread.shape[:-1], count + 1))
        modes = np.array(np.broadcast_to(mean, full))
        modes[..., 1:] += spread
        loss = modes.sum(axis=-2) / 2
        lost = np.logical_or.accumulate(~np.isfinite(loss), axis=-1)
    return np.where(lost, np.inf, loss)


def require_size(steps: int, shape: tuple[int, ...]) -> None:
    """ParameterError where steps + 1 results of that shape are more than 2·10⁸ numbers."""
    cells = int(np.prod(shape, dtype=np.int64))
    if cells * (steps + 1) > MAX_VALUES:
        most = MAX_VALUES // max(1, cells) - 1
        raise ParameterError("steps", steps, f"at most {most:,} for {cells:,} modes in all")
