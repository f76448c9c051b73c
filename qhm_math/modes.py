"""Each mode alone: how it is damped, its roots along a spectrum, which root limits, and its powers.

Everything is in the lengths (d/λ, x - x*): a momentum buffer that equals the gradient at distance 1 counts as 1. In
them one step of a mode is
    M = D⁻¹ T D = [[β, 1-β], [-uνβ, 1-u(1-νβ)]],   u = αλ,   D = diag(λ, 1),
with the T of [G] Theorem 3; it depends on u alone, so that modes of any curvature can be compared.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import FloatArray, require_integer, require_number, require_positive
from .parameters import QHM
from .regions import ripple_interval
from .spectrum import require_interval, roots, spectral_radius
from .transient import MAX_STEPS, require_size

ComplexArray = NDArray[np.complex128]


class Damping(IntEnum):
    """Real roots of one sign, one double root, complex roots, a negative leading root, or radius >= 1."""

    OVERDAMPED = 0
    CRITICAL = 1
    UNDERDAMPED = 2
    OSCILLATING = 3
    DIVERGENT = 4


class LimitingRoot(NamedTuple):
    """The slowest root of a spectrum: its curvature and its value (of a complex pair the one above the real axis)."""

    curvature: float
    root: complex


def damping(qhm: QHM, curvature: ArrayLike, tolerance: float = 1e-9) -> NDArray[np.int8]:
    """The Damping of a mode, int8, shape of fields and curvature broadcast.

    A mode counts as critically damped when its roots are no further apart than 2 √tolerance, that is, when
    |c1² - 4 c2| <= 4 tolerance; exactly critical values are hardly ever met. curvature > 0, tolerance >= 0; else
    ParameterError.
    """
    lam = require_positive("curvature", curvature)
    limit = require_number("tolerance", tolerance, 0.0)
    pair = roots(qhm, lam)
    first, second = pair[..., 0], pair[..., 1]
    with np.errstate(over="ignore", invalid="ignore"):
        discriminant = np.real((first - second) ** 2)
        kind = np.where(first.real + second.real < 0, Damping.OSCILLATING, Damping.OVERDAMPED)
        kind = np.where(discriminant < 0, Damping.UNDERDAMPED, kind)
        kind = np.where(np.abs(discriminant) <= 4 * limit, Damping.CRITICAL, kind)
        settled = spectral_radius(qhm, lam) < 1
    return np.where(settled, kind, Damping.DIVERGENT).astype(np.int8)[()]


def root_branches(qhm: QHM, curvature: ArrayLike) -> ComplexArray:
    """The roots as two continuous branches (c1 ± √(c1² - 4 c2))/2, complex, shape (..., 2).

    The first is the right one of two real roots or the upper one of a complex pair, so that neither jumps while a
    parameter moves; :func:`roots` orders them by modulus and swaps them where c1 changes its sign.
    """
    pair = roots(qhm, curvature)
    swap = (pair[..., 0].imag == 0) & (pair[..., 0].real < pair[..., 1].real)
    return np.where(swap[..., None], pair[..., ::-1], pair)


def spectrum_grid(qhm: QHM, mu: float, L: float, count: int = 400) -> FloatArray:
    """Curvatures from mu to L for the curve of the roots: even in log λ, and closer together about critical damping.

    There the roots leave the real axis like a square root; the extra points keep their curve smooth. One point
    (α, β, ν); 0 < mu <= L; count from 2 to 1,000,000. Ascending, at least ``count`` values.
    """
    low, high = (float(value) for value in require_interval(mu, L))
    size = require_integer("count", count, 2, 1_000_000)
    grid = np.geomspace(low, high, size)
    offsets = np.linspace(0.0, 0.5, 60) ** 2
    with np.errstate(over="ignore"):
        critical = [float(end) / float(qhm.alpha) for end in ripple_interval(qhm.beta, qhm.nu)]
        extra = [c * (1 + sign * offsets) for c in critical for sign in (-1, 1)]
    near = np.concatenate(extra)
    grid = np.concatenate((grid, near[(near > low) & (near < high)]))
    grid = np.unique(np.clip(grid, low, high))
    return grid if len(grid) >= 2 else np.array([low, high])


def limiting_root(qhm: QHM, mu: float, L: float) -> LimitingRoot:
    """The root of largest modulus among all modes of [mu, L]: |root| = R ([G] Theorem 3). 0 < mu <= L.

    The radius is largest at an end of the spectrum; where both ends are equally slow it is the one of mu.
    """
    ends = np.array([float(value) for value in require_interval(mu, L)])
    at = int(np.argmax(spectral_radius(qhm, ends)))
    return LimitingRoot(float(ends[at]), complex(roots(qhm, ends[at])[0]))


def mode_powers(qhm: QHM, curvature: ArrayLike, steps: int) -> FloatArray:
    """M^k for k = 0..steps, shape (..., steps+1, 2, 2) for fields and curvature of shape (...).

    By doubling: powers m..2m-1 are powers 0..m-1 times M^m. (d_k-1/λ, x_k - x*) = M^k (d_-1/λ, x_0 - x*). Overflow
    leaves inf or NaN. curvature > 0; steps from 0 to 10,000,000, and at most 2·10⁸ numbers; ParameterError otherwise.
    """
    count = require_integer("steps", steps, 0, MAX_STEPS) + 1
    lam = require_positive("curvature", curvature)
    alpha, beta, nu, lam = np.broadcast_arrays(qhm.alpha, qhm.beta, qhm.nu, lam)
    require_size(count - 1, (*lam.shape, 4))
    power = np.empty((*lam.shape, 2, 2))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        u = alpha * lam
        power[..., 0, 0], power[..., 0, 1] = beta, 1 - beta
        power[..., 1, 0], power[..., 1, 1] = -u * nu * beta, 1 - u * (1 - nu * beta)
        out = np.empty((*lam.shape, count, 2, 2))
        out[..., 0, :, :] = np.eye(2)
        done = 1
        while done < count:
            more = min(done, count - done)
            out[..., done : done + more, :, :] = out[..., :more, :, :] @ power[..., None, :, :]
            power = power @ power
            done += more
    return out


def growth(qhm: QHM, curvatures: ArrayLike, steps: int) -> FloatArray:
    """Transient growth: max over the modes of ‖M^k‖₂ for k = 0..steps, shape (..., steps+1); curvatures (..., n).

    By how much k steps can stretch an error at worst, in the lengths (d/λ, x - x*). It starts at 1 and ends like R^k,
    but T is not normal: with R < 1 the error may first get worse. The norm of a 2 × 2 matrix is
    (hypot(a+d, b-c) + hypot(a-d, b+c))/2. Fields of shape P get a trailing axis for the modes. Overflow is inf, never
    NaN. curvatures > 0, steps as in :func:`mode_powers`; ParameterError otherwise.
    """
    lam = require_positive("curvatures", curvatures)
    powers = mode_powers(qhm.with_axes(1), np.atleast_1d(lam), steps)
    a, b, c, d = (powers[..., i, j] for i in (0, 1) for j in (0, 1))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        norms: Any = (np.hypot(a + d, b - c) + np.hypot(a - d, b + c)) / 2
        lost = np.logical_or.accumulate(~np.isfinite(norms), axis=-1)
        return np.where(lost, np.inf, norms).max(axis=-2)
