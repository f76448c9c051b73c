"""The stability plane in closed form: where one mode is monotone, ripples, oscillates or diverges.

All learning rates are in units of 1/λ, the mode's curvature: u = αλ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, require_array, require_positive, require_shapes, where
from .weights import own_weight


def ripple_interval(beta: ArrayLike, nu: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The interval of u = αλ in which a mode's roots are complex.

    Parameters
    ----------
    beta : array_like
        Momentum, 0 <= beta < 1.
    nu : array_like
        Momentum share, 0 <= nu <= 1. Broadcasts against `beta`.

    Returns
    -------
    low, high : ndarray or float
        Its ends, of the broadcast shape.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    Solving c1² = 4 c2 (Theorem 3 of Gitman et al. 2019) for u gives

        u = (1-β) / (1 ± √(νβ))².

    Between the two the roots are complex (ripples); at the ends the mode is critically damped; below the lower end
    it is monotone. At νβ = 0 the interval is the single point u = 1-β.

    Examples
    --------
    >>> low, high = ripple_interval(0.25, 1.0)
    >>> round(float(low), 12), round(float(high), 12)
    (0.333333333333, 3.0)
    """
    b, n = _momentum(beta, nu)
    root = np.sqrt(n * b)
    # 1-√(νβ) as (1-νβ)/(1+√(νβ)), which does not cancel.
    return ((1 - b) / (1 + root) ** 2)[()], ((1 - b) * ((1 + root) / own_weight(b, n)) ** 2)[()]


def _momentum(beta: ArrayLike, nu: ArrayLike) -> tuple[FloatArray, FloatArray]:
    b = require_array("beta", beta, 0.0, 1.0, high_open=True)
    n = require_array("nu", nu, 0.0, 1.0)
    require_shapes(beta=b.shape, nu=n.shape)
    return b, n


def sign_change(beta: ArrayLike, nu: ArrayLike) -> FloatArray:
    """The u = αλ at which the sum of the roots is zero.

    Parameters
    ----------
    beta : array_like
        Momentum, 0 <= beta < 1.
    nu : array_like
        Momentum share, 0 <= nu <= 1. Broadcasts against `beta`.

    Returns
    -------
    ndarray or float
        u, of the broadcast shape.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    c1 = 1+β-u(1-νβ) (Theorem 3 of Gitman et al. 2019) is zero at u = (1+β)/(1-νβ). A mode with real roots is monotone
    below it and oscillates (its larger root is negative) above it. At ν = β it coincides with the upper end of
    :func:`ripple_interval`.

    Examples
    --------
    >>> float(sign_change(0.5, 1.0))
    3.0
    """
    b, n = _momentum(beta, nu)
    return ((1 + b) / own_weight(b, n))[()]


def least_stable_nu(alpha: ArrayLike, beta: ArrayLike, L: ArrayLike) -> FloatArray:
    """The ν above which a method is stable at fixed (α, β).

    Parameters
    ----------
    alpha : array_like
        Learning rate > 0.
    beta : array_like
        Momentum, 0 <= beta < 1.
    L : array_like
        Largest curvature > 0. All broadcast together.

    Returns
    -------
    ndarray or float
        Of the broadcast shape. Negative where every ν is stable (αL < 2), above 1 where none is; at β = 0, where ν has
        no effect, -inf or inf.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    Condition (13) of Gitman et al. 2019 solved for ν: ν > (1+β)(1 - 2/(αL)) / (2β).

    Examples
    --------
    >>> round(float(least_stable_nu(4.0, 0.5, 1.0)), 12)
    0.75
    """
    a, b = require_positive("alpha", alpha), require_array("beta", beta, 0.0, 1.0, high_open=True)
    top = require_positive("L", L)
    require_shapes(alpha=a.shape, beta=b.shape, L=top.shape)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        short = 1 - 2 / (a * top)
        return where(b == 0, where(short < 0, -np.inf, np.inf), (1 + b) * short / (2 * b))[()]


def least_rippling_nu(u: ArrayLike, beta: ArrayLike) -> FloatArray:
    """The ν above which a mode's roots are complex at fixed u = αλ and β.

    Parameters
    ----------
    u : array_like
        α times the mode's curvature, > 0.
    beta : array_like
        Momentum, 0 <= beta < 1. Broadcasts against `u`.

    Returns
    -------
    ndarray or float
        Of the broadcast shape. Above 1 where no ν makes them complex; at β = 0, where ν has no effect, inf.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    :func:`ripple_interval` solved for ν: ν > (√((1-β)/u) - 1)² / β.

    Examples
    --------
    >>> float(least_rippling_nu(2.0, 0.5))
    0.5
    """
    b, mode = require_array("beta", beta, 0.0, 1.0, high_open=True), require_positive("u", u)
    require_shapes(u=mode.shape, beta=b.shape)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        ratio = np.sqrt((1 - b) / mode)
        return where(b == 0, np.inf, (ratio - 1) ** 2 / b)[()]


def sign_changing_nu(u: ArrayLike, beta: ArrayLike) -> FloatArray:
    """The ν below which the sum of a mode's roots is negative at fixed u = αλ and β.

    Parameters
    ----------
    u : array_like
        α times the mode's curvature, > 0.
    beta : array_like
        Momentum, 0 <= beta < 1. Broadcasts against `u`.

    Returns
    -------
    ndarray or float
        Of the broadcast shape. Negative where it is for no ν; at β = 0, where ν has no effect, -inf or inf.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    :func:`sign_change` solved for ν: ν < (1 - (1+β)/u) / β.

    Examples
    --------
    >>> float(sign_changing_nu(2.0, 0.5))
    0.5
    """
    b, mode = require_array("beta", beta, 0.0, 1.0, high_open=True), require_positive("u", u)
    require_shapes(u=mode.shape, beta=b.shape)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        rest = 1 - (1 + b) / mode
        return where(b == 0, where(rest < 0, -np.inf, np.inf), rest / b)[()]
