"""Rosenbrock's banana: a curved, narrow valley."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared, declared
from .base import Window, stack, stack_hessian
from .growth import Growth


@dataclass(frozen=True)
class Rosenbrock:
    """f = (1-x)² + b (y-x²)². One minimum, (1, 1), value 0; condition number about 25 b there.

    Parameters
    ----------
    b : float
        Steepness, greater than 0 and at most 1e6.
    """

    b: float = declared(
        100.0, label="Steepness", symbol="b", low=0.0, low_open=True, high=1e6, scale="log", slider=(1.0, 1000.0)
    )

    key: ClassVar[str] = "rosenbrock"
    title: ClassVar[str] = "Rosenbrock"
    summary: ClassVar[str] = "curved valley"
    formula: ClassVar[str] = "f = (1-x)² + b (y-x²)²"
    growth: ClassVar[Growth] = Growth.FASTER

    def __post_init__(self) -> None:
        check_declared(self)

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...)."""
        x, y = points[..., 0], points[..., 1]
        return (1 - x) ** 2 + self.b * (y - x * x) ** 2

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2)."""
        x, y = points[..., 0], points[..., 1]
        off = y - x * x
        return stack(-2 * (1 - x) - 4 * self.b * x * off, 2 * self.b * off)

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2)."""
        x, y = points[..., 0], points[..., 1]
        return stack_hessian(2 - 4 * self.b * (y - 3 * x * x), -4 * self.b * x, np.full_like(y, 2 * self.b))

    def minima(self) -> FloatArray:
        """(1, 1), as (1, 2)."""
        return np.array([[1.0, 1.0]])

    def minimum_value(self) -> float:
        """0."""
        return 0.0

    def window(self) -> Window:
        """The usual frame."""
        return (-2.0, 2.0), (-1.0, 3.0)

    def start(self) -> tuple[float, float]:
        """Rosenbrock's own start, across the valley."""
        return -1.2, 1.0

    def suggested_alpha(self) -> float:
        """Just below the stability bound 2/λ of plain gradient descent at the start, λ ≈ 13 b."""
        return 0.1 / self.b

    def suggested_steps(self) -> int:
        """The floor of the valley is long: most of the run creeps along it."""
        return 2000
