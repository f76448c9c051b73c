"""The stability plane in closed form: where one mode is monotone, ripples, oscillates or diverges.

All learning rates are in units of 1/λ, the mode's curvature: u = αλ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, require_array


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
