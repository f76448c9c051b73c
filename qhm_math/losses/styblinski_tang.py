"""The Styblinski–Tang function: four minima, one of them the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from .base import Window, stack_hessian
from .growth import Growth

# The two outer roots of 4t³ - 32t + 5 and the lower value; Newton's method in 40 digits, rounded.
_LOW, _HIGH = -2.903534027771177, 2.746802770990837
_VALUE = 2 * -39.16616570377141


@dataclass(frozen=True)
class StyblinskiTang:
    """f = ½ Σ (t⁴ - 16t² + 5t) over t = x, y. Four local minima; the lowest at (-2.9035, -2.9035)."""

    key: ClassVar[str] = "styblinski_tang"
    title: ClassVar[str] = "Styblinski–Tang"
    summary: ClassVar[str] = "four unequal minima"
    formula: ClassVar[str] = "f = ½ Σ (t⁴ - 16t² + 5t),  t = x, y"
    growth: ClassVar[Growth] = Growth.FASTER

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...)."""
        x, y = points[..., 0], points[..., 1]
        x2, y2 = x * x, y * y
        return 0.5 * (x2 * x2 - 16 * x2 + 5 * x + y2 * y2 - 16 * y2 + 5 * y)

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2)."""
        return 2 * points * points * points - 16 * points + 2.5

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2)."""
        x, y = points[..., 0], points[..., 1]
        return stack_hessian(6 * x * x - 16, 0.0, 6 * y * y - 16)

    def minima(self) -> FloatArray:
        """All four, the global one first, (4, 2)."""
        return np.array([[_LOW, _LOW], [_LOW, _HIGH], [_HIGH, _LOW], [_HIGH, _HIGH]])

    def minimum_value(self) -> float:
        """f at the global minimum, -78.33."""
        return _VALUE

    def window(self) -> Window:
        """The usual frame."""
        return (-4.5, 4.5), (-4.5, 4.5)

    def start(self) -> tuple[float, float]:
        """Near the hill in the middle, in the basin of a minimum that is not the best."""
        return 0.6, -0.4

    def suggested_alpha(self) -> float:
        """About 1/λ, λ ≈ 35 at the best minimum."""
        return 0.02

    def suggested_steps(self) -> int:
        """Down in some twenty steps."""
        return 120
