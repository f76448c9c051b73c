"""The lowest value of the loss that an answer's runs met."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qhm_math.losses import Loss


def lowest_met(loss: Loss, *runs: NDArray[np.float64]) -> tuple[Loss, float] | None:
    """``loss`` and the least of the heights of ``runs``, f - f_min where they do not diverge, as a value of f."""
    least = min([np.inf, *map(_least, runs)])
    return (loss, least + loss.minimum_value()) if least < np.inf else None


def _least(heights: NDArray[np.float64]) -> float:
    """Of those that are finite; inf for none. A million take a millisecond: no copy is made."""
    least = float(np.fmin.reduce(heights, axis=None, initial=np.inf))
    return least if least > -np.inf else float(heights[np.isfinite(heights)].min(initial=np.inf))
