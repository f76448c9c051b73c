"""How much of each past gradient is in a step: the buffer written out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .checks import MAX_STEPS, require_integer
from .parameters import QHM
from .weights import own_weight


def gradient_weights(point: QHM, count: int) -> NDArray[np.float64]:
    """How much of each past gradient is in the step: w_j of g_{k-j} for j = 0 … count-1, (count,).

    x_{k+1} = x_k - α Σ_j w_j g_{k-j} with w_0 = 1 - νβ and w_j = ν(1-β)β^j, from (1) of [G] with the buffer written
    out. All of them sum to 1; those of a run that began k steps ago to 1 - νβ^{k+1}. ``point`` holds single numbers.
    ValueError for a count below 1.

    >>> gradient_weights(QHM(1.0, 0.5, 1.0), 3)
    array([0.5  , 0.25 , 0.125])
    """
    count = require_integer("count", count, 1, MAX_STEPS)
    beta, nu = float(point.beta), float(point.nu)
    weights = nu * (1 - beta) * beta ** np.arange(count, dtype=np.float64)
    weights[0] = own_weight(beta, nu)
    return weights
