"""Between start and stationary state: the exact mean and expected loss at every step on a quadratic.

Mean and covariance propagate exactly: E z_k = T^k z_0, P_k = T P_{k-1} Tᵀ + N S Nᵀ. Only the second row of
T^k is needed, in the lengths of `sheared`, and the rows 0..K are built by doubling: rows m..2m-1 are rows 0..m-1 times
T^m.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import (
    MAX_STEPS,
    FloatArray,
    require_array,
    require_integer,
    require_positive,
    require_shapes,
    require_size,
)
from .parameters import QHM
from .sheared import Sheared, sheared
from .stationary import require_modes


def _power_rows(step: Sheared, count: int) -> tuple[Any, Any]:
    """The second rows (a, b) of the powers 0..count-1 of a step: each of shape (..., count).

    Nothing is checked. Overflow leaves inf or NaN, which callers turn into what they mean.
    """
    a, b, c, d = np.broadcast_arrays(*step.step)
    g_row = np.empty((*a.shape, count))
    y_row = np.empty((*a.shape, count))
    g_row[..., :1] = 0.0
    y_row[..., :1] = 1.0
    done = 1
    while done < count:
        more = min(done, count - done)
        old_g, old_y = g_row[..., :more], y_row[..., :more]
        g_row[..., done : done + more] = old_g * a[..., None] + old_y * c[..., None]
        y_row[..., done : done + more] = old_g * b[..., None] + old_y * d[..., None]
        cross, trace = b * c, a + d
        a, b, c, d = a * a + cross, b * trace, c * trace, d * d + cross
        done += more
    return g_row, y_row


def mean_path(qhm: QHM, curvatures: ArrayLike, offset: ArrayLike, steps: int) -> FloatArray:
    """The mean path E x_k - x* on a quadratic, in its eigenbasis, from d_{-1} = 0.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape P, which get a trailing axis for the modes.
    curvatures : array_like
        λ > 0, shape (..., n).
    offset : array_like
        x_0 - x* in the eigenbasis, finite, shape (..., n). Broadcasts against `curvatures`.
    steps : int
        From 0 to 10,000,000, and at most 2·10⁸ numbers in all.

    Returns
    -------
    ndarray
        k = 0..steps, shape (..., steps+1, n). Where a path overflows it is ±inf from there on.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    T^k applied to (0, offset) ([G] section 3).

    Examples
    --------
    >>> mean_path(QHM(0.5), [1.0], [8.0], 3).tolist()
    [[8.0], [4.0], [2.0], [1.0]]
    """
    count = require_integer("steps", steps, 0, MAX_STEPS)
    lam = require_positive("curvatures", curvatures)
    start = require_array("offset", offset)
    point = qhm.with_axes(1)
    require_size(count, require_shapes(qhm=point.shape, curvatures=lam.shape, offset=start.shape))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        step = sheared(point.alpha, point.beta, point.nu, lam)
        g_row, y_row = _power_rows(step, count + 1)
        path = (g_row * step.shear[..., None] + y_row) * start[..., None]
        path = np.where(start[..., None] == 0, 0.0, path)
        lost = np.logical_or.accumulate(~np.isfinite(path), axis=-1)
        path = np.where(lost, np.where(np.isinf(path), path, np.inf), path)
    return np.swapaxes(path, -1, -2)


def expected_loss(
    qhm: QHM, curvatures: ArrayLike, noise_variances: ArrayLike, offset: ArrayLike, steps: int
) -> FloatArray:
    """The exact expected loss E f(x_k) - f* on a quadratic, from d_{-1} = 0.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape P, which get a trailing axis for the modes.
    curvatures : array_like
        λ > 0, shape (..., n).
    noise_variances : array_like
        σ² >= 0 of the gradient noise along each eigenvector, shape (..., n).
    offset : array_like
        x_0 - x* in the eigenbasis, finite, shape (..., n). All broadcast together.
    steps : int
        From 0 to 10,000,000, and at most 2·10⁸ numbers in all.

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
    Per mode, with a_k the response of x to x_0 and h_k to one unit of gradient noise:
    (λ/2) (a_k² offset² + σ² Σ_{j<k} h_j²), from P_k = T P_{k-1} Tᵀ + N S Nᵀ ([G] section 4). Right to k 1e-14 of
    itself for an α within 2e-15 of the one given.

    Examples
    --------
    >>> expected_loss(QHM(0.5), [1.0], [0.0], [2.0], 2).tolist()
    [2.0, 0.5, 0.125]
    """
    count = require_integer("steps", steps, 0, MAX_STEPS)
    lam, variances = require_modes(curvatures, noise_variances)
    start = require_array("offset", offset)
    point = qhm.with_axes(1)
    shapes = {"curvatures": lam.shape, "noise_variances": variances.shape, "offset": start.shape}
    require_size(count, require_shapes(qhm=point.shape, **shapes))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        step = sheared(point.alpha, point.beta, point.nu, lam)
        g_row, y_row = _power_rows(step, count + 1)
        # The response of x/α at step j+1 to noise in step 0.
        g_kick, y_kick = (part[..., None] for part in step.kick)
        response = g_row[..., :-1] * g_kick + y_row[..., :-1] * y_kick
        alpha = np.asarray(point.alpha)[..., None]
        mean = lam[..., None] * ((g_row * step.shear[..., None] + y_row) * start[..., None]) ** 2
        mean = np.where(start[..., None] == 0, 0.0, mean)
        spread = np.cumsum(response * response, axis=-1)
        spread = (alpha * lam[..., None] * spread) * alpha * variances[..., None]
        spread = np.where(variances[..., None] == 0, 0.0, spread)
        full = np.broadcast_shapes(mean.shape, (*spread.shape[:-1], count + 1))
        modes = np.array(np.broadcast_to(mean, full))
        modes[..., 1:] += spread
        loss = modes.sum(axis=-2) / 2
        lost = np.logical_or.accumulate(~np.isfinite(loss), axis=-1)
    return np.where(lost, np.inf, loss)
