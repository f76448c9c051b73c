"""Rastrigin's function: a bowl with a lattice of local minima."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, cast

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared, declared
from .base import Window, stack_hessian
from .growth import Growth


def _growth(loss: Rastrigin) -> Growth:
    """Without waves it is a quadratic."""
    return Growth.LINEAR if loss.A else Growth.QUADRATIC


@dataclass(frozen=True)
class Rastrigin:
    """f = Σ [t² + A (1 - cos 2πt)] over t = x, y: the minimum 0 in a lattice of local ones.

    Parameters
    ----------
    A : float
        Height of the waves, 0 to 1e6.
    """

    A: float = declared(10.0, label="Wave amplitude", symbol="A", low=0.0, high=1e6, slider=(0.0, 20.0))

    key: ClassVar[str] = "rastrigin"
    title: ClassVar[str] = "Rastrigin"
    summary: ClassVar[str] = "a lattice of minima"
    formula: ClassVar[str] = "f = Σ [t² + A (1 - cos 2πt)],  t = x, y"
    growth: ClassVar[Growth] = cast("Growth", property(_growth))

    def __post_init__(self) -> None:
        check_declared(self)

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...)."""
        x, y = points[..., 0], points[..., 1]
        return x * x + y * y + self.A * (2 - np.cos(2 * math.pi * x) - np.cos(2 * math.pi * y))

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2)."""
        return 2 * points + 2 * math.pi * self.A * np.sin(2 * math.pi * points)

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2)."""
        x, y = points[..., 0], points[..., 1]
        bend = 4 * math.pi**2 * self.A
        return stack_hessian(2 + bend * np.cos(2 * math.pi * x), 0.0, 2 + bend * np.cos(2 * math.pi * y))

    def minima(self) -> FloatArray:
        """Those of the lattice inside the window, the global one first, (m, 2)."""
        return _lattice(self.A)

    def minimum_value(self) -> float:
        """0."""
        return 0.0

    def window(self) -> Window:
        """The usual frame."""
        return (-5.12, 5.12), (-5.12, 5.12)

    def start(self) -> tuple[float, float]:
        """Four cells from the global minimum."""
        return -3.6, 2.4

    def suggested_alpha(self) -> float:
        """About 1/λ, λ = 2 + 4π²A at the minima, 397 for A = 10."""
        return 1.0 / (2 + 4 * math.pi**2 * self.A)

    def suggested_steps(self) -> int:
        """Into the nearest pit and to rest there."""
        return 120


@lru_cache(maxsize=64)
def _lattice(depth: float) -> FloatArray:
    """The local minima in [-5, 5]²: products of the one-dimensional ones, nearest to 0 first."""
    cells = np.arange(1.0, 6.0)
    if 2 * math.pi**2 * depth > 1:  # else f is convex and 0 its only minimum
        # Round the integer n, f is convex between n ± width. The slope at n is positive, so there is a minimum
        # exactly where it is negative at n - width; and it rises ever faster, so Newton from n cannot miss it.
        width = math.acos(-1 / (2 * math.pi**2 * depth)) / (2 * math.pi)
        t = cells[_slope(depth, cells - width) < 0]
        for _ in range(60):
            t = t - _slope(depth, t) / (2 + 4 * math.pi**2 * depth * np.cos(2 * math.pi * t))
    else:
        t = cells[:0]
    t = np.concatenate((-t[::-1], [0.0], t))
    points = np.stack(np.meshgrid(t, t, indexing="ij"), axis=-1).reshape(-1, 2)
    points = points[np.argsort(np.hypot(points[:, 0], points[:, 1]), kind="stable")]
    points.flags.writeable = False
    return points


def _slope(depth: float, t: FloatArray) -> FloatArray:
    return 2 * t + 2 * math.pi * depth * np.sin(2 * math.pi * t)
