"""Himmelblau's function: four equal minima."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from .base import Window, stack, stack_hessian
from .growth import Growth

# The roots of x² + y = 11, x + y² = 7 that are minima; Newton's method in 40 digits, rounded.
_MINIMA = (
    (3.0, 2.0),
    (-2.805118086952745, 3.131312518250573),
    (-3.779310253377747, -3.2831859912861696),
    (3.5844283403304917, -1.8481265269644036),
)


@dataclass(frozen=True)
class Himmelblau:
    """f = (x²+y-11)² + (x+y²-7)². Four minima of value 0; the starting point decides which is found."""

    key: ClassVar[str] = "himmelblau"
    title: ClassVar[str] = "Himmelblau"
    summary: ClassVar[str] = "four minima"
    formula: ClassVar[str] = "f = (x²+y-11)² + (x+y²-7)²"
    growth: ClassVar[Growth] = Growth.FASTER

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...)."""
        x, y = points[..., 0], points[..., 1]
        return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2)."""
        x, y = points[..., 0], points[..., 1]
        first, second = x * x + y - 11, x + y * y - 7
        return stack(4 * x * first + 2 * second, 2 * first + 4 * y * second)

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2)."""
        x, y = points[..., 0], points[..., 1]
        return stack_hessian(12 * x * x + 4 * y - 42, 4 * (x + y), 12 * y * y + 4 * x - 26)

    def minima(self) -> FloatArray:
        """All four, (4, 2)."""
        return np.array(_MINIMA)

    def minimum_value(self) -> float:
        """0."""
        return 0.0

    def window(self) -> Window:
        """The usual frame."""
        return (-5.5, 5.5), (-5.0, 5.0)

    def start(self) -> tuple[float, float]:
        """Near the hill between the four."""
        return -0.5, -1.0

    def suggested_alpha(self) -> float:
        """About 1/λ of the steepest minimum, λ ≈ 134."""
        return 0.01

    def suggested_steps(self) -> int:
        """Down in some twenty steps."""
        return 120
