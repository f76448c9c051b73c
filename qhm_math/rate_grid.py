"""The rate on a grid of learning rates and momenta, for heat maps: `convergence_rate`, several times faster."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, ParameterError, require_array, require_number, require_positive, where
from .parameters import QHM
from .spectrum import EDGE, FAR, convergence_rate, require_interval, stability_bound
from .weights import own_weight


def rate_map(alphas: ArrayLike, betas: ArrayLike, nu: ArrayLike, mu: float, L: float) -> FloatArray:
    """The rate on the grid betas × alphas: for heat maps.

    Parameters
    ----------
    alphas : array_like
        Learning rates > 0, one-dimensional: the columns.
    betas : array_like
        Momenta in [0, 1), one-dimensional: the rows.
    nu : array_like
        Momentum share in [0, 1]: one value, or one for each of `betas` (ν = β along Nesterov's line).
    mu, L : float
        Smallest and largest curvature, 0 < mu <= L.

    Returns
    -------
    ndarray
        R, shape (len(betas), len(alphas)).

    Raises
    ------
    ParameterError
        A value is out of its range, or a shape is not as described.

    Notes
    -----
    The same numbers as ``convergence_rate(QHM(alphas, betas[:, None], nu), mu, L)`` to rounding, several times faster:
    everything that depends on one axis only is computed once, a block of rows stays in the cache, and of the two modes
    only the slower one is looked at: in each row that is μ's up to the best α and L's from there on. Rows with a cell
    so near the edge of stability, or so slow, that rounding could carry it across 1 are left to
    :func:`convergence_rate`.

    Examples
    --------
    >>> rate_map([0.5, 1.0], [0.0], 1.0, 1.0, 1.0).tolist()
    [[0.5, 0.0]]
    """
    a = require_positive("alphas", alphas)
    b = require_array("betas", betas, 0.0, 1.0, high_open=True)
    n = require_array("nu", nu, 0.0, 1.0)
    low = require_number("mu", mu, 0.0, low_open=True)
    high = require_number("L", L, 0.0, low_open=True)
    require_interval(low, high)
    if a.ndim != 1 or b.ndim != 1:
        raise ParameterError("alphas, betas", (a.shape, b.shape), "one-dimensional arrays")
    if n.shape not in ((), b.shape):
        raise ParameterError("nu", n.shape, f"one number or an array of shape {b.shape}")
    out = np.empty((len(b), len(a)))
    if not out.size:
        return out
    column, n = b[:, None], np.broadcast_to(n, b.shape)[:, None]
    damping = 1 - column
    # Halved here, which is exact, so that no pass over the cells is needed for it.
    per_row = (damping / 2, own_weight(column, n) / 2, (1 + column) / 2, damping * n * column)
    rows = max(1, min(len(b), _BLOCK // len(a)))
    w, q, u = (np.empty((rows, len(a))) for _ in range(3))
    ascending = np.sort(a)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        slow, fast, turn = a * low, a * high, _turns(ascending, per_row, low, high)
        for start in range(0, len(b), rows):
            stop = min(start + rows, len(b))
            block = tuple(values[start:stop] for values in per_row)
            size = stop - start
            np.copyto(u[:size], fast)
            np.copyto(u[:size], slow, where=a < turn[start:stop])
            _radius_block(u[:size], block, out[start:stop], w[:size], q[:size])
        delicate = np.flatnonzero(_delicate_rows(ascending, b, n[:, 0], low, high))
    if delicate.size:
        out[delicate] = convergence_rate(QHM(a, column[delicate], n[delicate]), low, high)
    return out


_BLOCK = 32768  # cells a block: four buffers of it are 1 MB and stay in a core's L2 cache


def _turns(ascending: FloatArray, per_row: tuple[FloatArray, ...], low: float, high: float) -> FloatArray:
    """The first α of each row whose slower mode is L's, (rows, 1); inf where μ's always is. By bisection."""
    count, rows = len(ascending), len(per_row[0])
    first, last = np.zeros((rows, 1), dtype=np.int64), np.full((rows, 1), count)
    curvatures, both = np.array([low, high]), np.empty((rows, 2))
    w, q = np.empty_like(both), np.empty_like(both)
    for _ in range(count.bit_length()):
        middle = (first + last) >> 1
        _radius_block(ascending[np.minimum(middle, count - 1)] * curvatures, per_row, both, w, q)
        before = (both[:, :1] > both[:, 1:]) & (first < last)
        first, last = where(before, middle + 1, first).astype(np.int64), where(before, last, middle).astype(np.int64)
    return where(first < count, ascending[np.minimum(first, count - 1)], np.inf)


def _delicate_rows(ascending: FloatArray, b: FloatArray, n: FloatArray, low: float, high: float) -> Any:
    """The rows in which rounding could carry a rate across 1, or a square overflow.

    Away from the edge of stability 1-R is at least min(αμ, 1)(1-β)/2.
    """
    count, bound = len(ascending), stability_bound(b, n, high)
    at = np.asarray(np.searchsorted(ascending, bound), dtype=np.int64)
    below, above = ascending[np.maximum(at - 1, 0)], ascending[np.minimum(at, count - 1)]
    near = np.minimum(np.abs(below / bound - 1), np.abs(above / bound - 1)) < EDGE
    slow = min(ascending[0] * low, 1.0) * (1 - b) < 1e-14
    return near | slow | (ascending[-1] * high > FAR)


def _radius_block(u: Any, block: tuple[Any, ...], root: Any, w: Any, q: Any) -> None:
    """The spectral radius of a block of cells into `root`: `_mode` and `_radius`, operation by operation, in
    three buffers."""
    damping, keep, centre, cross = block
    np.multiply(keep, u, out=w)
    np.subtract(damping, w, out=root)
    np.multiply(root, root, out=root)
    np.multiply(cross, u, out=q)
    np.subtract(root, q, out=root)  # the discriminant
    np.subtract(centre, w, out=w)
    np.multiply(w, w, out=w)
    np.minimum(root, 0.0, out=q)
    np.subtract(w, q, out=w)
    np.sqrt(w, out=w)
    np.maximum(root, 0.0, out=root)
    np.sqrt(root, out=root)
    np.add(root, w, out=root)
