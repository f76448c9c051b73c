"""The problem that the packages and the program are run on: a quadratic with gradient noise that is a formula."""

from __future__ import annotations

import numpy as np

STEPS = 25
START = [1.0, -2.0, 0.5]
HESSIAN = np.array([[2.0, 0.3, 0.0], [0.3, 0.5, -0.1], [0.0, -0.1, 0.05]])
#: (α, β, ν): SGD, SHB, NAG, and QHM.
POINTS = [(0.3, 0.0, 0.0), (0.4, 0.8, 1.0), (0.5, 0.9, 0.9), (0.6, 0.95, 0.7), (0.25, 0.6, 0.2)]


def gradient(x: np.ndarray, step: int) -> np.ndarray:
    """A x and noise, the same in every run."""
    return HESSIAN @ x + 0.1 * np.sin([1.7 * step, 2.3 * step + 1.0, 0.9 * step + 2.0])
