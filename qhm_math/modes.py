"""Each mode alone: how it is damped, its roots along a spectrum, which root limits, and its powers.

Everything is in the lengths (d/λ, x - x*): a momentum buffer that equals the gradient at distance 1 counts as 1. In
them one step of a mode is
    M = D⁻¹ T D = [[β, 1-β], [-uνβ, 1-u(1-νβ)]],   u = αλ,   D = diag(λ, 1),
with the T of [G] Theorem 3; it depends on u alone, so that modes of any curvature can be compared.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import (
    MAX_STEPS,
    FloatArray,
    ParameterError,
    require_integer,
    require_number,
    require_positive,
    require_shapes,
    require_size,
    where,
)
from .parameters import QHM
from .regions import ripple_interval
from .sheared import sheared
from .spectrum import require_interval, roots, spectral_radius
from .stationary import require_point
from .weights import own_weight

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
    """How a mode is damped, as a :class:`Damping`.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape.
    curvature : array_like
        λ > 0. Broadcasts against `qhm`.
    tolerance : float
        How near to critical counts as critical, >= 0; exactly critical values are hardly ever met.

    Returns
    -------
    ndarray of int8
        Of the broadcast shape.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    A mode counts as critically damped when its roots are no further apart than √tolerance times
    (1-r₁) + (1-r₂) = 1-β + αλ(1-νβ), their distances from 1: in time constants, so that it means the same for β = .9
    and β = .999999.

    Examples
    --------
    >>> [Damping(kind).name for kind in damping(QHM([0.1, 1.0, 5.0], 0.25, 1.0), 1.0)]
    ['OVERDAMPED', 'UNDERDAMPED', 'DIVERGENT']
    """
    lam = require_positive("curvature", curvature)
    limit = require_number("tolerance", tolerance, 0.0)
    pair = roots(qhm, lam)
    first, second = pair[..., 0], pair[..., 1]
    settled = spectral_radius(qhm, lam) < 1
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        scale = (1 - qhm.beta) + qhm.alpha * lam * own_weight(qhm.beta, qhm.nu)
        apart = np.abs(first - second)
        kind = np.where(first.real + second.real < 0, Damping.OSCILLATING, Damping.OVERDAMPED)
        kind = np.where(first.imag > 0, Damping.UNDERDAMPED, kind)
        kind = np.where(apart <= np.sqrt(limit) * scale, Damping.CRITICAL, kind)
    return np.where(settled, kind, Damping.DIVERGENT).astype(np.int8)[()]


def root_branches(qhm: QHM, curvature: ArrayLike) -> ComplexArray:
    """The roots as two continuous branches: neither jumps while a parameter moves.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape.
    curvature : array_like
        λ, finite. Broadcasts against `qhm`.

    Returns
    -------
    ndarray of complex
        Of the broadcast shape and (2,): the right one of two real roots or the upper one of a complex pair first.

    Raises
    ------
    ParameterError
        `curvature` is not finite, or its shape does not fit that of `qhm`.

    Notes
    -----
    (c1 ± √(c1² - 4 c2))/2. :func:`roots` orders them by modulus and swaps them where c1 changes its sign.

    Examples
    --------
    >>> root_branches(QHM(1.5), 1.0).real.tolist()
    [0.0, -0.5]
    """
    pair = roots(qhm, curvature)
    swap = (pair[..., 0].imag == 0) & (pair[..., 0].real < pair[..., 1].real)
    return np.where(swap[..., None], pair[..., ::-1], pair)


def spectrum_grid(qhm: QHM, mu: float, L: float, count: int = 400) -> FloatArray:
    """Curvatures from μ to L for the curve of the roots.

    Parameters
    ----------
    qhm : QHM
        One point.
    mu, L : float
        Smallest and largest curvature, 0 < mu <= L.
    count : int
        How many values at least, from 2 to 1,000,000.

    Returns
    -------
    ndarray
        Ascending: even in log λ, and closer together about critical damping, where the roots leave the real axis like
        a square root.

    Raises
    ------
    ParameterError
        A value is out of its range, or `qhm` is not one point.

    Examples
    --------
    >>> spectrum_grid(QHM(0.1), 1.0, 4.0, 3).tolist()
    [1.0, 2.0, 4.0]
    """
    require_point(qhm)
    low, high = _ends(mu, L)
    size = require_integer("count", count, 2, 1_000_000)
    grid: FloatArray = np.exp(np.linspace(math.log(low), math.log(high), size))
    grid[0], grid[-1] = low, high
    offsets = np.linspace(0.0, 0.5, 60) ** 2
    with np.errstate(over="ignore", under="ignore"):
        critical = [np.asarray(end) / qhm.alpha for end in ripple_interval(qhm.beta, qhm.nu)]
        extra = [c * (1 + sign * offsets) for c in critical for sign in (-1, 1)]
    near = np.concatenate(extra)
    grid = np.concatenate((grid, near[(near > low) & (near < high)]))
    grid = np.unique(np.clip(grid, low, high))
    return grid if len(grid) >= 2 else np.array([low, high])


def limiting_root(qhm: QHM, mu: float, L: float) -> LimitingRoot:
    """The root of largest modulus among all modes of [μ, L].

    Parameters
    ----------
    qhm : QHM
        One point.
    mu, L : float
        Smallest and largest curvature, 0 < mu <= L.

    Returns
    -------
    LimitingRoot
        Its curvature and its value.

    Raises
    ------
    ParameterError
        A value is out of its range, or `qhm` is not one point.

    Notes
    -----
    |root| = R ([G] Theorem 3). The radius is largest at an end of the spectrum; where both ends are equally slow it is
    the one of μ.

    Examples
    --------
    >>> limiting_root(QHM(0.25), 1.0, 2.0)
    LimitingRoot(curvature=1.0, root=(0.75+0j))
    """
    require_point(qhm)
    ends = np.array(_ends(mu, L))
    at = int(np.argmax(spectral_radius(qhm, ends)))
    return LimitingRoot(float(ends[at]), complex(roots(qhm, ends[at])[0]))


def _ends(mu: float, L: float) -> tuple[float, float]:
    low, high = require_number("mu", mu, 0.0, low_open=True), require_number("L", L, 0.0, low_open=True)
    require_interval(low, high)
    return low, high


def mode_powers(qhm: QHM, curvature: ArrayLike, steps: int) -> FloatArray:
    """The powers M^k of a mode for k = 0..steps: where any start is after k steps.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape.
    curvature : array_like
        λ > 0. Broadcasts against `qhm`.
    steps : int
        From 0 to 10,000,000, and at most 2·10⁸ numbers in all.

    Returns
    -------
    ndarray
        Of the broadcast shape and (steps+1, 2, 2). An element is infinite from the step on at which it overflows.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    (d_k-1/λ, x_k - x*) = M^k (d_-1/λ, x_0 - x*), with the M of this module. By doubling: powers m..2m-1 are powers
    0..m-1 times M^m, in the lengths of `sheared`. Right to 1e-9 of the largest element for an αλ within its last bit.

    Examples
    --------
    >>> mode_powers(QHM(0.5), 1.0, 2)[:, 1, 1].tolist()
    [1.0, 0.5, 0.25]
    """
    count = require_integer("steps", steps, 0, MAX_STEPS) + 1
    lam = require_positive("curvature", curvature)
    require_shapes(qhm=qhm.shape, curvature=lam.shape)
    alpha, beta, nu, lam = np.broadcast_arrays(qhm.alpha, qhm.beta, qhm.nu, lam)
    require_size(count - 1, (*lam.shape, 4))
    power, out = np.empty((*lam.shape, 2, 2)), np.empty((*lam.shape, count, 2, 2))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        (a, b, c, d), shear, _ = sheared(alpha, beta, nu, lam)
        power[..., 0, 0], power[..., 0, 1], power[..., 1, 0], power[..., 1, 1] = a, b * c, 1.0, d
        out[..., 0, :, :] = np.eye(2)
        done = 1
        while done < count:
            more = min(done, count - done)
            out[..., done : done + more, :, :] = out[..., :more, :, :] @ power[..., None, :, :]
            power = power @ power
            done += more
        # From (g, y)/νβ back to (d/λ, x - x*): only the diagonal moves, and the rest has its own scale.
        lower, moved = out[..., 1, 0].copy(), (c * shear)[..., None]
        out[..., 0, 0], out[..., 1, 1] = out[..., 0, 0] - moved * lower, out[..., 1, 1] + moved * lower
        out[..., 0, 1], out[..., 1, 0] = (1 - beta)[..., None] * lower, -(alpha * lam * c)[..., None] * lower
        lost = np.logical_or.accumulate(~np.isfinite(out), axis=-3)
        return where(lost, where(np.isinf(out), out, np.inf), out)


def growth(qhm: QHM, curvatures: ArrayLike, steps: int) -> FloatArray:
    """Transient growth: by how much k steps can stretch an error at worst.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape P, which get a trailing axis for the modes.
    curvatures : array_like
        λ > 0, shape (..., n), n >= 1.
    steps : int
        As in :func:`mode_powers`.

    Returns
    -------
    ndarray
        max over the modes of ‖M^k‖₂ for k = 0..steps, of the shape of P and (...) broadcast together and (steps+1,),
        in the lengths (d/λ, x - x*). Overflow is inf, never NaN.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    It starts at 1 and ends like R^k, but T is not normal: with R < 1 the error may first get worse. The norm of a
    2 × 2 matrix is (hypot(a+d, b-c) + hypot(a-d, b+c))/2.

    Examples
    --------
    >>> growth(QHM(1.0), [1.0], 3).round(12).tolist()
    [1.0, 1.0, 0.0, 0.0]
    """
    lam = np.atleast_1d(require_positive("curvatures", curvatures))
    if lam.shape[-1] == 0:
        raise ParameterError("curvatures", f"shape {lam.shape}", "at least one curvature")
    powers = mode_powers(qhm.with_axes(1), lam, steps)
    a, b, c, d = (powers[..., i, j] for i in (0, 1) for j in (0, 1))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        norms: Any = (np.hypot(a + d, b - c) + np.hypot(a - d, b + c)) / 2
        lost = np.logical_or.accumulate(~np.isfinite(norms), axis=-1)
        return np.where(lost, np.inf, norms).max(axis=-2)
