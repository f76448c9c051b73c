"""The stability plane in closed form: where one mode is monotone, ripples, oscillates or diverges.

All learning rates are in units of 1/λ, the mode's curvature: u = αλ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, require_array, require_positive, where


def ripple_interval(beta: ArrayLike, nu: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The interval of u = αλ in which a mode's roots are complex.

    Solving c1² = 4 c2 (Theorem 3 of Gitman et al. 2019) for u gives

        u = (1-β) / (1 ± √(νβ))².

    Between the two the roots are complex (ripples); at the ends the mode is critically damped; below the lower end
    it is monotone. At νβ = 0 the interval is the single point u = 1-β.

    Args:
        beta: momentum in [0, 1), any shape.
        nu: interpolation in [0, 1], broadcast against ``beta``.

    Returns:
        The lower and the upper end, of the broadcast shape.

    Raises:
        ParameterError: a value is out of its range.
    """
    b = require_array("beta", beta, 0.0, 1.0, high_open=True)
    n = require_array("nu", nu, 0.0, 1.0)
    root = np.sqrt(n * b)
    return (1 - b) / (1 + root) ** 2, (1 - b) / (1 - root) ** 2


def sign_change(beta: ArrayLike, nu: ArrayLike) -> FloatArray:
    """The u = αλ at which c1, the sum of the roots, is zero: u = (1+β)/(1-νβ).

    A mode with real roots is monotone below it and oscillates (its larger root is negative) above it.
    At ν = β it coincides with the upper end of :func:`ripple_interval`.

    Args:
        beta: momentum in [0, 1), any shape.
        nu: interpolation in [0, 1], broadcast against ``beta``.

    Raises:
        ParameterError: a value is out of its range.
    """
    b = require_array("beta", beta, 0.0, 1.0, high_open=True)
    return (1 + b) / (1 - require_array("nu", nu, 0.0, 1.0) * b)


def least_stable_nu(alpha: ArrayLike, beta: ArrayLike, L: ArrayLike) -> FloatArray:
    """Condition (13) solved for ν: at fixed (α, β) a method is stable iff ν is greater than

        ν > (1+β)(1 - 2/(αL)) / (2β).

    Negative where every ν is stable (αL < 2), above 1 where none is; at β = 0, where ν has no effect, -inf or inf.

    Args:
        alpha: learning rate > 0, any shape.
        beta: momentum in [0, 1), broadcast against ``alpha``.
        L: largest curvature > 0.

    Raises:
        ParameterError: a value is out of its range.
    """
    a, b = require_positive("alpha", alpha), require_array("beta", beta, 0.0, 1.0, high_open=True)
    short = 1 - 2 / (a * require_positive("L", L))
    with np.errstate(divide="ignore", invalid="ignore"):
        return where(b == 0, where(short < 0, -np.inf, np.inf), (1 + b) * short / (2 * b))[()]


def least_rippling_nu(u: ArrayLike, beta: ArrayLike) -> FloatArray:
    """:func:`ripple_interval` solved for ν: at fixed u = αλ and β the roots are complex iff ν is greater than

        ν > (√((1-β)/u) - 1)² / β.

    Above 1 where no ν makes them complex; at β = 0, where ν has no effect, inf.

    Args:
        u: α times the mode's curvature, > 0, any shape.
        beta: momentum in [0, 1), broadcast against ``u``.

    Raises:
        ParameterError: a value is out of its range.
    """
    b = require_array("beta", beta, 0.0, 1.0, high_open=True)
    ratio = np.sqrt((1 - b) / require_positive("u", u))
    with np.errstate(divide="ignore", invalid="ignore"):
        return where(b == 0, np.inf, (ratio - 1) ** 2 / b)[()]


def sign_changing_nu(u: ArrayLike, beta: ArrayLike) -> FloatArray:
    """:func:`sign_change` solved for ν: at fixed u = αλ and β the sum of the roots is negative iff ν is less than

        ν < (1 - (1+β)/u) / β.

    Negative where it is for no ν; at β = 0, where ν has no effect, -inf or inf.

    Args:
        u: α times the mode's curvature, > 0, any shape.
        beta: momentum in [0, 1), broadcast against ``u``.

    Raises:
        ParameterError: a value is out of its range.
    """
    b = require_array("beta", beta, 0.0, 1.0, high_open=True)
    rest = 1 - (1 + b) / require_positive("u", u)
    with np.errstate(divide="ignore", invalid="ignore"):
        return where(b == 0, where(rest < 0, -np.inf, np.inf), rest / b)[()]
