"""How fast: roots of the iteration on a quadratic ([G] Theorem 3), regimes, rates and stability.

On a mode of curvature λ, with u = αλ, the state (d_{k-1}, x_k - x*) is multiplied by
    T = [[β, (1-β)λ], [-ανβ, 1 - u(1-νβ)]],   r² - c1 r + c2 = 0,
    c1 = 1 + β - u(1-νβ),   c2 = β(1 - u(1-ν)).
The discriminant is computed as c1² - 4 c2 = (1-β-u(1-νβ))² - 4(1-β)νβu: the same polynomial without the
cancellation that eats half of the digits near critical damping when β is near 1 (and exactly a square for ν =
0). 1 - νβ and 1 + β - 2νβ are sums of what is not negative (`own_weight`, `flip_weight`).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import (
    FloatArray,
    ParameterError,
    as_floats,
    require_array,
    require_positive,
    require_shapes,
    where,
)
from .parameters import QHM
from .weights import flip_weight, own_weight

#: The largest float below 1: what a rate below 1 is rounded to where it would become 1.
BELOW_ONE = float(np.nextafter(1.0, 0.0))

FAR = 1e100  # of u(1-νβ): beyond it the larger root is -u(1-νβ) to the last digit, and squares may overflow
EDGE = 1e-6  # rounding moves no radius by more: at a double root it costs half of the digits


class Regime(IntEnum):
    """How one mode moves: real roots of one sign, complex roots, a negative leading root, or radius >= 1."""

    MONOTONE = 0
    RIPPLES = 1
    OSCILLATING = 2
    DIVERGENT = 3


def _mode(qhm: QHM, curvature: ArrayLike) -> tuple[FloatArray, Any, Any, Any, Any]:
    """(λ, u, w, c1, c1² - 4 c2) with w = u(1-νβ), checked and broadcast. `rate_map` does the same operations in the
    same order."""
    lam = require_array("curvature", curvature)
    require_shapes(qhm=qhm.shape, curvature=lam.shape)
    damping = 1 - qhm.beta
    u = qhm.alpha * lam
    w = own_weight(qhm.beta, qhm.nu) * u
    c1 = (1 + qhm.beta) - w
    gap = damping - w
    disc = gap * gap - (4 * damping * qhm.nu * qhm.beta) * u
    return lam, np.asarray(u), np.asarray(w), np.asarray(c1), np.asarray(disc)


def transition_matrix(qhm: QHM, curvature: ArrayLike) -> FloatArray:
    """The matrix T that one step multiplies the state z = (d_{k-1}, x_k - x*) of a mode by.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape.
    curvature : array_like
        λ, finite; that of a saddle may be negative. Broadcasts against `qhm`.

    Returns
    -------
    ndarray
        T, of the broadcast shape and (2, 2). Infinite where an element is beyond the largest float.

    Raises
    ------
    ParameterError
        `curvature` is not finite, or its shape does not fit that of `qhm`.

    Notes
    -----
    T = [[β, (1-β)λ], [-ανβ, 1-αλ(1-νβ)]], [G] Theorem 3.

    Examples
    --------
    >>> transition_matrix(QHM(1.0, 0.5, 1.0), 1.0).tolist()
    [[0.5, 0.5], [-0.5, 0.5]]
    """
    lam = require_array("curvature", curvature)
    require_shapes(qhm=qhm.shape, curvature=lam.shape)
    alpha, beta, nu, lam = np.broadcast_arrays(qhm.alpha, qhm.beta, qhm.nu, lam)
    matrix = np.empty((*lam.shape, 2, 2))
    with np.errstate(over="ignore", under="ignore"):
        matrix[..., 0, 0] = beta
        matrix[..., 0, 1] = (1 - beta) * lam
        matrix[..., 1, 0] = -alpha * nu * beta
        matrix[..., 1, 1] = 1 - alpha * lam * own_weight(beta, nu)
    return matrix


def roots(qhm: QHM, curvature: ArrayLike) -> np.ndarray[Any, np.dtype[np.complex128]]:
    """The two roots of a mode: the eigenvalues of its transition matrix.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape.
    curvature : array_like
        λ, finite; that of a saddle may be negative. Broadcasts against `qhm`.

    Returns
    -------
    ndarray of complex
        Of the broadcast shape and (2,): the root of larger modulus, or of positive imaginary part, first. The larger
        one is infinite where αλ is beyond the largest float.

    Raises
    ------
    ParameterError
        `curvature` is not finite, or its shape does not fit that of `qhm`.

    Notes
    -----
    The roots of r² - c1 r + c2 with c1 = 1+β-αλ(1-νβ), c2 = β(1-αλ(1-ν)), [G] Theorem 3. Of two real ones the smaller
    is c2 over the larger, which does not cancel.

    Examples
    --------
    >>> roots(QHM(1.0, 0.5, 1.0), 1.0).tolist()
    [(0.5+0.5j), (0.5-0.5j)]
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        _, u, w, c1, disc = _mode(qhm, curvature)
        c2 = qhm.beta * (1 - u * (1 - qhm.nu))
        half = np.sqrt(np.abs(disc)) / 2
        far = np.abs(w) > FAR
        real = far | (disc >= 0)
        big = where(far, -w, where(c1 >= 0, c1 / 2 + half, c1 / 2 - half))
        small = where(big == 0, 0.0, c2 / where(big == 0, 1.0, big))
        small = np.clip(small, -np.abs(big), np.abs(big))  # at a double root at 0 both c2 and the larger are rounding
        small = where(np.isfinite(u), small, qhm.beta * (1 - qhm.nu) / own_weight(qhm.beta, qhm.nu)) + 0.0  # no -0
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
    """The spectral radius of a mode: below 1 it converges like radius^k.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape.
    curvature : array_like
        λ, finite; that of a saddle may be negative. Broadcasts against `qhm`.

    Returns
    -------
    ndarray or float
        max |r| over both roots, of the broadcast shape; infinite where αλ is beyond the largest float.

    Raises
    ------
    ParameterError
        `curvature` is not finite, or its shape does not fit that of `qhm`.

    Notes
    -----
    √c2 where the roots are complex, (|c1| + √(c1² - 4 c2))/2 otherwise ([G] Theorem 3).

    The result is below 1 exactly where :func:`qhm_math.is_stable` holds for λ. It is right to 2·10⁻¹⁵ (of itself
    where it is above 1) for an α within 2·10⁻¹⁵ of the one given, however near 1 ν and β are. At a double root the
    radius changes like the square root of a change of α, so that half of the digits hang on α's last one there;
    elsewhere all hold.

    At ν = 0 the root of the buffer is still counted, although the buffer never reaches x then: the radius is
    max(β, |1-αλ|).

    Examples
    --------
    >>> float(spectral_radius(QHM(0.5), 1.0))
    0.5
    >>> spectral_radius(QHM(1.0, 0.81, 1.0), [0.5, 1.0]).tolist()
    [0.9, 0.9]
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        lam, _, w, c1, disc = _mode(qhm, curvature)
        size = np.abs(w)
        value = where(size > FAR, size, _radius(c1, disc))
        edge = np.abs(value - 1) < EDGE
        if edge.any():
            stable = (lam > 0) & (qhm.alpha < stability_bound(qhm.beta, qhm.nu, where(lam > 0, lam, 1.0)))
            settled = where(stable, np.minimum(value, BELOW_ONE), np.maximum(value, 1.0))
            value = where(edge, settled, value)
    return value[()]


def spectral_gap(beta: Any, nu: Any, u: Any) -> Any:
    """1 - :func:`spectral_radius` at u = αλ > 0, right to the last digits of itself, however small it is.

    With w = u(1-νβ) and D = c1² - 4 c2: (1-c2)/(1+√c2) for complex roots, where 1-c2 = 1-β+uβ(1-ν); for real ones
    2u(1-β)/(1-β+w+√D) if c1 >= 0, else 2h/(2+c1+√D) with h = 2(1+β)-u(1+β-2νβ). Arrays broadcast; nothing is checked.
    """
    damping, w = 1 - beta, own_weight(beta, nu) * u
    c1, short = (1 + beta) - w, damping - w
    disc = short * short - (4 * damping * nu * beta) * u
    lag = u * (beta * (1 - nu))
    half = np.sqrt(np.maximum(disc, 0.0))
    ripples = (damping + lag) / (1 + np.sqrt(np.maximum(beta - lag, 0.0)))
    monotone = 2 * u * damping / (damping + w + half)
    lead = 2 + c1
    room = 2 * (1 + beta) - u * flip_weight(beta, nu)
    flipping = where(lead > 0, 2 * room / where(lead > 0, lead + half, 1.0), (lead - half) / 2)
    return where(disc < 0, ripples, where(c1 >= 0, monotone, flipping))


def regime(qhm: QHM, curvature: ArrayLike) -> np.ndarray[Any, np.dtype[np.int8]]:
    """How a mode moves, as a :class:`Regime`.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape.
    curvature : array_like
        λ, finite; that of a saddle may be negative. Broadcasts against `qhm`.

    Returns
    -------
    ndarray of int8
        Of the broadcast shape. DIVERGENT where :func:`spectral_radius` is at least 1; else RIPPLES for complex roots;
        else MONOTONE for c1 >= 0 and OSCILLATING below.

    Raises
    ------
    ParameterError
        `curvature` is not finite, or its shape does not fit that of `qhm`.

    Examples
    --------
    >>> [Regime(kind).name for kind in regime(QHM([0.5, 1.5, 2.5]), 1.0)]
    ['MONOTONE', 'OSCILLATING', 'DIVERGENT']
    """
    settled = spectral_radius(qhm, curvature) < 1
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        _, _, _, c1, disc = _mode(qhm, curvature)
        kind = where(disc < 0, Regime.RIPPLES, where(c1 >= 0, Regime.MONOTONE, Regime.OSCILLATING))
        return where(settled, kind, Regime.DIVERGENT).astype(np.int8)[()]


def convergence_rate(qhm: QHM, mu: ArrayLike, L: ArrayLike) -> FloatArray:
    """The rate R on quadratics with curvatures in [μ, L]: the distance to the minimum falls like R^k.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape.
    mu, L : array_like
        Smallest and largest curvature, 0 < mu <= L. All broadcast together.

    Returns
    -------
    ndarray or float
        R, of the broadcast shape; at least 1 where the method diverges.

    Raises
    ------
    ParameterError
        A curvature is out of its range, or the shapes do not fit.

    Notes
    -----
    R = max of :func:`spectral_radius` over [μ, L] ([G] Theorem 3). It is largest at an end of the interval.
    R < 1 exactly where ``is_stable(qhm, L)``.

    Examples
    --------
    >>> float(convergence_rate(QHM(0.5), 1.0, 3.0))
    0.5
    """
    low, high = require_interval(mu, L)
    require_shapes(qhm=qhm.shape, mu=low.shape, L=high.shape)
    return np.maximum(spectral_radius(qhm, low), spectral_radius(qhm, high))[()]


def require_interval(mu: ArrayLike, L: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """mu and L as arrays with 0 < mu <= L that broadcast; ParameterError naming both otherwise."""
    low, high = require_positive("mu", mu), require_positive("L", L)
    require_shapes(mu=low.shape, L=high.shape)
    wrong = low > high
    if bool(np.any(wrong)):
        first = np.broadcast_to(low, wrong.shape)[wrong].flat[0]
        limit = np.broadcast_to(high, wrong.shape)[wrong].flat[0]
        raise ParameterError("mu", first, f"greater than 0 and at most L = {limit:.12g}")
    return low, high


def stability_bound(beta: Any, nu: Any, curvature: Any) -> Any:
    """The bound on α, by way of u, so that it falls with the curvature to the last digit; nothing is checked."""
    return np.asarray((2 * (1 + beta) / flip_weight(beta, nu)) / curvature)


def steps_per_decade(rate: ArrayLike) -> FloatArray:
    """Steps in which the loss falls tenfold at rate R.

    Parameters
    ----------
    rate : array_like
        R >= 0; may be infinite, or NaN where it is not known.

    Returns
    -------
    ndarray or float
        Of the shape of `rate`. 0 for R = 0, infinite for R >= 1 (it never does), NaN where R is NaN.

    Raises
    ------
    ParameterError
        `rate` is negative or is not made of numbers.

    Notes
    -----
    -1/(2 log₁₀ R), because the loss goes like R^{2k}.

    Examples
    --------
    >>> steps_per_decade([0.1, 1.0]).tolist()
    [0.5, inf]
    """
    allowed = "a number at least 0"
    r = as_floats("rate", rate, allowed)
    if bool(np.any(r < 0)):
        raise ParameterError("rate", r[r < 0].flat[0], allowed)
    with np.errstate(divide="ignore", invalid="ignore"):
        return where(r >= 1, np.inf, -0.5 / np.log10(r))[()]
