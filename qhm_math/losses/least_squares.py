"""Least squares on synthetic data: a quadratic whose gradient noise comes from the rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared, declared
from .base import Window
from .finite_sum import MAX_COMPONENTS, SquaredErrors, declared_batch, declared_residual
from .growth import Growth

_MINIMUM = (1.0, -0.5)
_ANGLE = math.radians(20.0)


@dataclass(frozen=True)
class LeastSquares(SquaredErrors):
    """f = (1/2n) Σ_i (a_i·w - t_i)², i = 1..n: synthetic rows with (1/n) Σ a_i a_iᵀ of eigenvalues 1/κ and 1 exactly.

    The rows are random (seed fixed), rotated by 20°; t_i = a_i·w* + σ e_i with e normal, made orthogonal to both
    columns, mean of e² = 1: so w* = (1, -0.5) exactly and f* = σ²/2. With σ = 0 all components are 0 at w*, and
    the gradient noise ends there by itself.
    """

    kappa: float = declared(
        10.0,
        label="Condition number",
        symbol="κ",
        low=1.0,
        high=1e6,
        scale="log",
        slider=(1.0, 1e3),
        help="The largest curvature, 1, over the smallest",
    )
    components: int = declared(
        100,
        label="Number of samples",
        symbol="n",
        low=4,
        high=MAX_COMPONENTS,
        kind="integer",
        scale="log",
        slider=(4, 1000),
    )
    batch: int = declared_batch(8)
    sigma: float = declared_residual()

    key: ClassVar[str] = "least_squares"
    title: ClassVar[str] = "Least squares"
    summary: ClassVar[str] = "a finite sum, synthetic"
    formula: ClassVar[str] = "f = (1/2n) Σ (aᵢ·w - tᵢ)²"
    growth: ClassVar[Growth] = Growth.QUADRATIC
    batch_noise: ClassVar[Growth] = Growth.LINEAR

    def __post_init__(self) -> None:
        check_declared(self)
        self.check_batch()

    def rows(self) -> FloatArray:
        """The a_i, (n, 2)."""
        return _data(self.kappa, self.components)[0]

    def targets(self) -> FloatArray:
        """The t_i, (n,)."""
        return _targets(self.kappa, self.components, self.sigma)

    def minimum(self) -> FloatArray:
        """w* = (1, -0.5)."""
        return np.array(_MINIMUM)

    def window(self) -> Window:
        """Centred on the minimum, holding the start."""
        (x, y), (sx, sy) = _MINIMUM, self.start()
        return (sx - 0.6, 2 * x - sx + 0.6), (2 * y - sy - 0.6, sy + 0.6)

    def start(self) -> tuple[float, float]:
        """To the left of the minimum and above it."""
        return -2.0, 1.3

    def suggested_alpha(self) -> float:
        """Half of 1/L, L = 1: batches are steeper than their mean."""
        return 0.5

    def suggested_steps(self) -> int:
        """Down, and long enough to see who comes to rest."""
        return 300


@lru_cache(maxsize=32)
def _data(kappa: float, n: int) -> tuple[FloatArray, FloatArray]:
    """(rows, e): the columns of both orthogonal to each other, by QR of random ones."""
    rng = np.random.default_rng(20201)
    basis, _ = np.linalg.qr(rng.standard_normal((n, 3)))
    c, s = math.cos(_ANGLE), math.sin(_ANGLE)
    rotation = np.array([[c, -s], [s, c]])
    rows = math.sqrt(n) * basis[:, :2] * np.array([kappa**-0.5, 1.0]) @ rotation.T
    rest = math.sqrt(n) * basis[:, 2]
    for array in (rows, rest):
        array.flags.writeable = False
    return rows, rest


@lru_cache(maxsize=32)
def _targets(kappa: float, n: int, sigma: float) -> FloatArray:
    rows, rest = _data(kappa, n)
    targets = rows @ np.array(_MINIMUM) + sigma * rest
    targets.flags.writeable = False
    return targets
