"""A well in a plain: gradients vanish far away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray, ParameterError
from ..declared import check_declared, declared
from .base import Window, stack, stack_hessian
from .growth import Growth


@dataclass(frozen=True)
class Plateau:
    """f = 1 - exp(-(μx² + Ly²)/2): curvatures μ and L at 0, flat far away.

    Parameters
    ----------
    mu, L : float
        0 < mu <= L.
    """

    mu: float = declared(
        0.3, label="Smallest curvature", symbol="μ", low=0.0, low_open=True, scale="log", slider=(0.05, 5.0)
    )
    L: float = declared(
        1.5, label="Largest curvature", symbol="L", low=0.0, low_open=True, scale="log", slider=(0.05, 5.0)
    )

    key: ClassVar[str] = "plateau"
    title: ClassVar[str] = "Plateau"
    summary: ClassVar[str] = "flat far away"
    formula: ClassVar[str] = "f = 1 - exp(-(μx² + Ly²)/2)"
    growth: ClassVar[Growth] = Growth.BOUNDED

    def __post_init__(self) -> None:
        check_declared(self)
        if self.mu > self.L:
            raise ParameterError("mu", self.mu, f"greater than 0 and at most L = {self.L:.12g}")

    def _hole(self, x: FloatArray, y: FloatArray) -> FloatArray:
        return np.exp(-0.5 * (self.mu * x * x + self.L * y * y))

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...)."""
        x, y = points[..., 0], points[..., 1]
        return -np.expm1(-0.5 * (self.mu * x * x + self.L * y * y))

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2)."""
        x, y = points[..., 0], points[..., 1]
        hole = self._hole(x, y)
        return stack(self.mu * x * hole, self.L * y * hole)

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2)."""
        x, y = points[..., 0], points[..., 1]
        hole, along, across = self._hole(x, y), self.mu * x, self.L * y
        xx, yy = self.mu - along * along, self.L - across * across
        return stack_hessian(xx * hole, -along * across * hole, yy * hole)

    def minima(self) -> FloatArray:
        """0, (1, 2)."""
        return np.zeros((1, 2))

    def minimum_value(self) -> float:
        """0."""
        return 0.0

    def window(self) -> Window:
        """Where the loss is below 1 - exp(-4.5), some 99 % of the way up to the plain."""
        x, y = 3 / self.mu**0.5, 3 / self.L**0.5
        return (-x, x), (-y, y)

    def start(self) -> tuple[float, float]:
        """On the plain, where the gradient is a tenth of its largest."""
        return -2.0 / self.mu**0.5, 1.2 / self.L**0.5

    def suggested_alpha(self) -> float:
        """1/L."""
        return 1.0 / self.L

    def suggested_steps(self) -> int:
        """Slow on the plateau, fast once on the slope."""
        return 200
