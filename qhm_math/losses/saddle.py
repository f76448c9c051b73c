"""A saddle between two minima: what noise and momentum do near an unstable balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from .base import Window, stack, stack_hessian
from .growth import Growth


@dataclass(frozen=True)
class Saddle:
    """f = x²/2 - y²/2 + y⁴/4. A saddle at 0 (curvatures 1 and -1), minima at (0, ±1) of value -1/4."""

    key: ClassVar[str] = "saddle"
    title: ClassVar[str] = "Saddle"
    summary: ClassVar[str] = "two minima and a saddle"
    formula: ClassVar[str] = "f = x²/2 - y²/2 + y⁴/4"
    growth: ClassVar[Growth] = Growth.FASTER

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...)."""
        x, y = points[..., 0], points[..., 1]
        return 0.5 * x * x - 0.5 * y * y + 0.25 * y * y * y * y

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2)."""
        x, y = points[..., 0], points[..., 1]
        return stack(x, y * y * y - y)

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2)."""
        x, y = points[..., 0], points[..., 1]
        return stack_hessian(np.ones_like(x), 0.0, 3 * y * y - 1)

    def minima(self) -> FloatArray:
        """Both, (2, 2)."""
        return np.array([[0.0, 1.0], [0.0, -1.0]])

    def minimum_value(self) -> float:
        """-1/4."""
        return -0.25

    def window(self) -> Window:
        """The usual frame."""
        return (-2.0, 2.0), (-1.7, 1.7)

    def start(self) -> tuple[float, float]:
        """Just off the ridge that leads into the saddle."""
        return -1.6, 0.02

    def suggested_alpha(self) -> float:
        """A fraction of 1/λ, λ = 2 at the minima: the escape from the saddle stays visible."""
        return 0.3

    def suggested_steps(self) -> int:
        """Past the saddle and down."""
        return 120
