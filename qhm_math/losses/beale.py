"""Beale's function: a flat valley between steep walls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from .base import Window, stack, stack_hessian
from .growth import Growth

_TARGETS = (1.5, 2.25, 2.625)


@dataclass(frozen=True)
class Beale:
    """f = Σ_i (c_i - x + x yⁱ)², c = (1.5, 2.25, 2.625), i = 1, 2, 3. One minimum, (3, 0.5), value 0."""

    key: ClassVar[str] = "beale"
    title: ClassVar[str] = "Beale"
    summary: ClassVar[str] = "flat with steep walls"
    formula: ClassVar[str] = "f = (1.5-x+xy)² + (2.25-x+xy²)² + (2.625-x+xy³)²"
    growth: ClassVar[Growth] = Growth.FASTER

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...)."""
        x, y = points[..., 0], points[..., 1]
        total = np.zeros_like(x)
        for power, target in enumerate(_TARGETS, start=1):
            total += (target - x + x * y**power) ** 2
        return total

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2)."""
        x, y = points[..., 0], points[..., 1]
        dx, dy = np.zeros_like(x), np.zeros_like(x)
        for power, target in enumerate(_TARGETS, start=1):
            rest = target - x + x * y**power
            dx += 2 * rest * (y**power - 1)
            dy += 2 * rest * power * x * y ** (power - 1)
        return stack(dx, dy)

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2)."""
        x, y = points[..., 0], points[..., 1]
        xx, xy, yy = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
        for power, target in enumerate(_TARGETS, start=1):
            rest = target - x + x * y**power
            along, across = y**power - 1, power * x * y ** (power - 1)
            bend = power * (power - 1) * x * y ** max(power - 2, 0)
            xx += 2 * along * along
            xy += 2 * (along * across + rest * power * y ** (power - 1))
            yy += 2 * (across * across + rest * bend)
        return stack_hessian(xx, xy, yy)

    def minima(self) -> FloatArray:
        """(3, 0.5), as (1, 2)."""
        return np.array([[3.0, 0.5]])

    def minimum_value(self) -> float:
        """0."""
        return 0.0

    def window(self) -> Window:
        """The usual frame."""
        return (-1.5, 4.5), (-2.0, 2.0)

    def start(self) -> tuple[float, float]:
        """On the plain before the valley."""
        return 0.6, -0.6

    def suggested_alpha(self) -> float:
        """Small enough for the walls, where curvature is in the hundreds."""
        return 0.02

    def suggested_steps(self) -> int:
        """The last stretch is nearly flat."""
        return 600
