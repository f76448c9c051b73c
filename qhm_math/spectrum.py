"""How fast: roots of the iteration on a quadratic ([G] Theorem 3), regimes, rates and stability.

On a mode of curvature λ, with u = αλ, the state (d_{k-1}, x_k - x*) is multiplied by
    T = [[β, (1-β)λ], [-ανβ, 1 - u(1-νβ)]],   r² - c1 r + c2 = 0,
    c1 = 1 + β - u(1-νβ),   c2 = β(1 - u(1-ν)).
The discriminant is computed as c1² - 4 c2 = (1-β-u(1-νβ))² - 4(1-β)νβu: the same polynomial without the
cancellation that eats half of the digits near critical damping when β is near 1 (and exactly a square for ν =
0).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, ParameterError, require_array, require_positive, where
from .parameters import QHM


class Regime(IntEnum):
    """How one mode moves: real roots of one sign, complex roots, a negative leading root, or radius >= 1."""

    MONOTONE = 0
    RIPPLES = 1
    OSCILLATING = 2
    DIVERGENT = 3


def _coefficients(qhm: QHM, curvature: Any) -> tuple[Any, Any]:
    """(c1, c1² - 4 c2), broadcast. `rate_map` does the same operations in the same order."""
    damping = 1 - qhm.beta
    keep = 1 - qhm.nu * qhm.beta
    u = qhm.alpha * curvature
    w = keep * u
    c1 = (1 + qhm.beta) - w
    gap = damping - w
    disc = gap * gap - (4 * damping * qhm.nu * qhm.beta) * u
    return np.asarray(c1), np.asarray(disc)


def transition_matrix(qhm: QHM, curvature: ArrayLike) -> FloatArray:
    """T of [G] Theorem 3 for z = (d_{k-1}, x_k - x*), shape (..., 2, 2) for fields and curvature of shape
    (...).

    T = [[β, (1-β)λ], [-ανβ, 1-αλ(1-νβ)]]. curvature > 0 (negative curvature of a saddle is allowed too),
    finite.
    """
    lam = require_array("curvature", curvature)
    alpha, beta, nu, lam = np.broadcast_arrays(qhm.alpha, qhm.beta, qhm.nu, lam)
    matrix = np.empty((*lam.shape, 2, 2))
    with np.errstate(over="ignore", invalid="ignore"):
        matrix[..., 0, 0] = beta
        matrix[..., 0, 1] = (1 - beta) * lam
        matrix[..., 1, 0] = -alpha * nu * beta
        matrix[..., 1, 1] = 1 - alpha * lam * (1 - nu * beta)
    return matrix


def roots(qhm: QHM, curvature: ArrayLike) -> np.ndarray[Any, np.dtype[np.complex128]]:
    """The two roots of r² - c1 r + c2, complex, shape (..., 2): the larger modulus (or positive imaginary
    part) first.

    Real roots avoid cancellation: the smaller one is c2 over the larger. Infinite where αλ overflows.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        lam = require_array("curvature", curvature)
        c1, disc = _coefficients(qhm, lam)
        c2 = qhm.beta * (1 - qhm.alpha * lam * (1 - qhm.nu))
        half = np.sqrt(np.abs(disc)) / 2
        real = disc >= 0
        big = where(c1 >= 0, c1 / 2 + half, c1 / 2 - half)
        small = where(big == 0, 0.0, c2 / where(big == 0, 1.0, big))
        out = np.empty((*c1.shape, 2), dtype=np.complex128)
        out.real[..., 0] = where(real, big, c1 / 2)
        out.real[..., 1] = where(real, small, c1 / 2)
        out.imag[..., 0] = where(real, 0.0, half)
        out.imag[..., 1] = where(real, 0.0, -half)
    return out


def _radius(c1: Any, disc: Any) -> Any:
    # For real roots |c1|/2 + √disc/2, for complex ones √c2 = √(c1² - disc)/2: without a branch, because
    # choosing between the two by a mask costs more than the second square root.
    return (np.sqrt(np.maximum(disc, 0.0)) + np.sqrt(c1 * c1 - np.minimum(disc, 0.0))) * 0.5


def spectral_radius(qhm: QHM, curvature: ArrayLike) -> FloatArray:
    """max |r| over both roots, shape of fields and curvature broadcast: √c2 if complex, else
    (|c1|+√(c1²-4c2))/2.

    Below 1 the mode converges like radius^k. [G] Theorem 3. inf where αλ overflows.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        value = _radius(*_coefficients(qhm, require_array("curvature", curvature)))
        return where(np.isnan(value), np.inf, value)[()]


def regime(qhm: QHM, curvature: ArrayLike) -> np.ndarray[Any, np.dtype[np.int8]]:
    """The Regime of the mode, int8, shape of fields and curvature broadcast.

    DIVERGENT if the radius is at least 1; else RIPPLES for complex roots; else MONOTONE for c1 >= 0,
    OSCILLATING below.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        c1, disc = _coefficients(qhm, require_array("curvature", curvature))
        settled = _radius(c1, disc) < 1
        kind = where(disc < 0, Regime.RIPPLES, where(c1 >= 0, Regime.MONOTONE, Regime.OSCILLATING))
        return where(settled, kind, Regime.DIVERGENT).astype(np.int8)[()]


def convergence_rate(qhm: QHM, mu: ArrayLike, L: ArrayLike) -> FloatArray:
    """R = max of the spectral radius over curvatures in [mu, L], [G] Theorem 3; arrays broadcast.

    The largest radius is at an end of the interval. 0 < mu <= L, else ParameterError. Divergent: R >= 1.
    """
    low, high = require_interval(mu, L)
    return np.maximum(spectral_radius(qhm, low), spectral_radius(qhm, high))[()]


def require_interval(mu: ArrayLike, L: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """mu and L as arrays with 0 < mu <= L; ParameterError naming both otherwise."""
    low, high = require_positive("mu", mu), require_positive("L", L)
    wrong = low > high
    if bool(np.any(wrong)):
        first = np.broadcast_to(low, wrong.shape)[wrong].flat[0]
        limit = np.broadcast_to(high, wrong.shape)[wrong].flat[0]
        raise ParameterError("mu", first, f"greater than 0 and at most L = {limit:.12g}")
    return low, high


def max_stable_alpha(beta: ArrayLike, nu: ArrayLike, L: ArrayLike) -> FloatArray:
    """The bound of [G] condition (13): stable iff α < 2(1+β) / (L(1+β(1-2ν))); arrays broadcast."""
    b = require_array("beta", beta, 0.0, 1.0, high_open=True)
    n = require_array("nu", nu, 0.0, 1.0)
    return (2 * (1 + b) / (require_positive("L", L) * (1 + b * (1 - 2 * n))))[()]


def is_stable(qhm: QHM, L: ArrayLike) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether condition (13) of [G] holds for the largest curvature L; equivalent to convergence_rate < 1."""
    return np.asarray(qhm.alpha < max_stable_alpha(qhm.beta, qhm.nu, L))[()]


def steps_per_decade(rate: ArrayLike) -> FloatArray:
    """Steps in which the loss falls tenfold at rate R: -1/(2 log10 R), because the loss goes like R^{2k}.

    0 for R = 0, inf for R >= 1 (it never does), NaN where R is NaN. rate >= 0; not otherwise checked.
    """
    r = np.asarray(rate, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return where(r >= 1, np.inf, -0.5 / np.log10(r))[()]


def rate_map(alphas: ArrayLike, betas: ArrayLike, nu: ArrayLike, mu: float, L: float) -> FloatArray:
    """convergence_rate on the grid betas × alphas, shape (len(betas), len(alphas)): for heat maps.

    nu is one value, or one for each of betas (ν = β along Nesterov's line).

    The same numbers as convergence_rate(QHM(alphas, betas[:, None], nu), mu, L) bit for bit, several times
    faster: everything that depends on one axis only is computed once, and a block of rows stays in the cache.
    alphas > 0 and betas in [0, 1) one-dimensional, 0 <= nu <= 1, 0 < mu <= L; ParameterError otherwise.
    """
    a = require_positive("alphas", alphas)
    b = require_array("betas", betas, 0.0, 1.0, high_open=True)
    n = require_array("nu", nu, 0.0, 1.0)
    low, high = (float(v) for v in require_interval(mu, L))
    if a.ndim != 1 or b.ndim != 1:
        raise ParameterError("alphas, betas", (a.shape, b.shape), "one-dimensional arrays")
    if n.shape not in ((), b.shape):
        raise ParameterError("nu", n.shape, f"one number or an array of shape {b.shape}")
    column, n = b[:, None], n[..., None]
    damping = 1 - column
    # Halved here, which is exact, so that no pass over the cells is needed for it.
    per_row = (damping / 2, (1 - n * column) / 2, (1 + column) / 2, damping * n * column)
    out = np.empty((len(b), len(a)))
    rows = max(1, min(len(b), _BLOCK // max(1, len(a))))
    w, q, t = (np.empty((rows, len(a))) for _ in range(3))
    with np.errstate(over="ignore", invalid="ignore"):
        modes = [a * curvature for curvature in dict.fromkeys((low, high))]
        for start in range(0, len(b), rows):
            stop = min(start + rows, len(b))
            block = tuple(values[start:stop] for values in per_row)
            size = stop - start
            for index, u in enumerate(modes):
                target = out[start:stop] if index == 0 else t[:size]
                _radius_block(u, block, target, w[:size], q[:size])
            if len(modes) == 2:
                np.maximum(out[start:stop], t[:size], out=out[start:stop])
    if a.size and float(a.max()) * high > 1e100:  # only then can anything overflow to inf - inf
        np.copyto(out, np.inf, where=np.isnan(out))
    return out


_BLOCK = 32768  # cells a block: four buffers of it are 1 MB and stay in a core's L2 cache


def _radius_block(u: Any, block: tuple[Any, ...], root: Any, w: Any, q: Any) -> None:
    """The spectral radius of a block of cells into `root`: `_coefficients` and `_radius`, operation by
    operation, in three buffers."""
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
