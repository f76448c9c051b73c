"""The lowest value of the loss that an answer's runs met."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qhm_math.losses import Loss


def lowest_met(loss: Loss, heights: NDArray[np.float64]) -> tuple[Loss, float] | None:
    """``loss`` and the least of ``heights``, which are f - f_min of runs that do not diverge, as a value of f."""
    known = heights[np.isfinite(heights)]
    return (loss, float(known.min()) + loss.minimum_value()) if known.size else None
