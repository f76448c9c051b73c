"""One mode's step in the sheared lengths in which its powers keep their digits.

With y = (x - x*)/α and u = αλ a step of a mode is z' = T z + N ε, z = (d, y), T = [[β, (1-β)u], [-νβ, 1-u(1-νβ)]],
N = [(1-β), -(1-νβ)] ([G] section 4). Where both roots are near each other and β and ν near 1, powers of T have large
elements that cancel in its squares. With g = s y - d they do not: the step of (g, y) is
    [[β + νβ s, D/νβ], [νβ, 1-u(1-νβ) - νβ s]]  if D < 0,   [[β + νβ s, 0], [νβ, 1-u(1-νβ) - νβ s]]  else,
D = h² - νβ(1-β)u, h = (1-u(1-νβ)-β)/2 half the difference of T's diagonal, and s = h/νβ if D < 0, so that powers turn
like those of a complex number; else s = ±(1-β)u/(√D + |h|) with the sign of h, so that its diagonal are the roots.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .checks import where
from .weights import own_weight


class Sheared(NamedTuple):
    """The step (a, b, c, d) of (g, y), as rows; where a start of y = 1 stands in g; what a unit of noise does."""

    step: tuple[Any, Any, Any, Any]
    shear: Any  # s: a start (d, y) = (0, 1) is (s, 1)
    kick: tuple[Any, Any]  # in g and in y


def sheared(alpha: Any, beta: Any, nu: Any, lam: Any) -> Sheared:
    """The step of every mode; arrays broadcast, nothing is checked. Overflow leaves inf or NaN."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        u, keep, damping = alpha * lam, own_weight(beta, nu), 1 - beta
        coupling = nu * beta + 0 * u
        half = (damping - u * keep) / 2
        square = half * half - coupling * damping * u
        spread = np.sqrt(np.maximum(square, 0.0)) + np.abs(half)  # |h| + √D
        turning = square < 0
        size = np.where(spread > 0, damping * u / spread, 0.0)
        shear = np.where(turning, half / coupling, np.copysign(size, half))
        step = (
            beta + coupling * shear,
            np.where(turning, square / coupling, 0.0),
            coupling,
            1 - u * keep - coupling * shear,
        )
        # s N_y - N_d: on the left of the roots' middle as a product, since the difference cancels there
        left = np.where(spread > 0, damping / spread, 0.0) * (damping + coupling * size)
        kick: Any = where(turning | (half >= 0), -damping - keep * shear, left)
        return Sheared(step, shear, (kick, -keep + 0 * u))
