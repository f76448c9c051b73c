"""The best expected loss after a number of steps at every batch size: from which batch on does momentum pay?

The model is that of `minibatch`. After N steps the second moments are a power of one matrix, so N costs its logarithm.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import FloatArray, ParameterError, require_array, require_number, require_shapes
from .minibatch import require_spectrum
from .minibatch_modes import affine_map
from .parameters import QHM
from .spectrum import stability_bound

#: Learning rates looked at: over decades below the bound, then about the lowest valleys, as heavy momentum has many.
_DECADES, _COARSE, _VALLEYS, _FINE = 6, 241, 4, 17


def best_loss_after(
    beta: ArrayLike,
    nu: ArrayLike,
    curvatures: ArrayLike,
    residual_variance: float,
    batch: ArrayLike,
    offset: ArrayLike,
    steps: ArrayLike,
) -> tuple[FloatArray, FloatArray]:
    """The smallest exact expected loss after `steps` steps over all constant α, and that α, at fixed (β, ν).

    beta, nu, batch (B >= 1) and steps (whole, at least 1) broadcast to the shape of the answers; curvatures and offset
    (x_0 - x* in the eigenbasis): (n,). The loss is right to 10⁻³ of itself; α up to condition (13), also where K > 1: a
    few steps need no bounded spread. ParameterError for bad values.
    """
    b, n = require_array("beta", beta, 0.0, 1.0, high_open=True), require_array("nu", nu, 0.0, 1.0)
    sizes, counts = require_array("batch", batch, 1.0), require_array("steps", steps, 1.0)
    lam, start = require_spectrum(curvatures), require_array("offset", offset)
    variance = require_number("residual_variance", residual_variance, 0.0)
    if lam.ndim != 1 or start.shape != lam.shape:
        raise ParameterError("offset", start.tolist(), f"one value for each of the {lam.size} curvatures")
    shape = require_shapes(beta=b.shape, nu=n.shape, batch=sizes.shape, steps=counts.shape)
    b, n, sizes, counts = (np.broadcast_to(part, shape)[..., None] for part in (b, n, sizes, counts))
    bound = np.asarray(stability_bound(b, n, lam.max())) * (1 - 1e-9)
    alphas = bound * np.geomspace(10.0**-_DECADES, 1.0, _COARSE)
    losses = _losses(QHM(alphas, b, n), lam, variance, sizes, start, counts)
    sides = np.pad(losses, [(0, 0)] * len(shape) + [(1, 1)], constant_values=np.inf)
    valleys = np.where((losses <= sides[..., :-2]) & (losses <= sides[..., 2:]), losses, np.inf)
    at = np.argpartition(valleys, _VALLEYS - 1, axis=-1)[..., :_VALLEYS]
    low, high = (np.take_along_axis(alphas, np.clip(at + s, 0, _COARSE - 1), axis=-1) for s in (-1, 1))
    alphas = (low[..., None] * (high / low)[..., None] ** np.linspace(0.0, 1.0, _FINE)).reshape(
        *shape, _VALLEYS * _FINE
    )
    losses = _losses(QHM(alphas, b, n), lam, variance, sizes, start, counts)
    at = losses.argmin(axis=-1)[..., None]
    return np.take_along_axis(losses, at, axis=-1)[..., 0], np.take_along_axis(alphas, at, axis=-1)[..., 0]


def pays_from(batches: FloatArray, plain: FloatArray, other: FloatArray, margin: float = 0.05) -> float:
    """The batch size from which on `other` is below `plain` by that share: between two of `batches`, on log axes.

    All (n,), batches rising. The first of them if it is everywhere, inf if it is not at the last.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.log(plain) - np.log(other) + np.log1p(-margin)
    short = np.flatnonzero(~(gap >= 0))
    if not len(short):
        return float(batches[0])
    last = int(short[-1])
    if last == len(batches) - 1:
        return float("inf")
    before, after = float(gap[last]), float(gap[last + 1])
    share = before / (before - after) if np.isfinite(before) and np.isfinite(after) else 1.0
    return float(batches[last] * (batches[last + 1] / batches[last]) ** share)


def _losses(
    qhm: QHM, lam: FloatArray, variance: float, batch: FloatArray, start: FloatArray, steps: FloatArray
) -> FloatArray:
    """½ Σ λ E z² after each number of steps, infinite where it overflows."""
    point, size = qhm.with_axes(1), 3 * len(lam)
    shape = np.broadcast_shapes(qhm.shape, batch.shape)
    with np.errstate(all="ignore"):
        modes = np.broadcast_to(lam, (*shape, len(lam)))
        power, state = affine_map(point, modes, batch[..., None], start * start, variance=variance)
        left: NDArray[np.int64] = np.broadcast_to(steps, shape).astype(np.int64)
        while left.any():
            moved: Any = (power @ state[..., None])[..., 0]
            state = np.where((left & 1)[..., None] == 1, moved, state)
            left = left >> 1
            power = power @ power
        found = (state[..., size - len(lam) : size] @ lam) / 2
    return np.where(np.isfinite(found) & (found >= 0), found, np.inf)
