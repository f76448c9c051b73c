"""A line fitted to points: an average over data that can be seen, and that grows point by point."""

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

_LINE = (0.4, 0.8)
_REACH = 1.5
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class LineFit(SquaredErrors):
    """f = (1/2n) Σ_i (w₁ + w₂ t_i - y_i)², i = 1..n: the line w₁ + w₂ t through points (t_i, y_i).

    t_i fill [-1.5, 1.5] evenly for every n; y_i = 0.4 + 0.8 t_i + σ e_i with e normal (seed fixed). A larger n adds
    points to those that are there, and so moves the loss and its minimum.
    """

    components: int = declared(
        12,
        label="Number of samples",
        symbol="n",
        low=2,
        high=MAX_COMPONENTS,
        kind="integer",
        slider=(2, 40),
    )
    batch: int = declared_batch(1)
    sigma: float = declared_residual()

    key: ClassVar[str] = "line_fit"
    title: ClassVar[str] = "Line fit"
    summary: ClassVar[str] = "a finite sum, points and a line"
    formula: ClassVar[str] = "f = (1/2n) Σ (w₁ + w₂ tᵢ - yᵢ)²"
    growth: ClassVar[Growth] = Growth.QUADRATIC
    batch_noise: ClassVar[Growth] = Growth.LINEAR

    def __post_init__(self) -> None:
        check_declared(self)
        self.check_batch()

    def data(self) -> tuple[FloatArray, FloatArray]:
        """The t_i and the y_i, (n,) each."""
        return self.rows()[:, 1], self.targets()

    def rows(self) -> FloatArray:
        """The a_i = (1, t_i), (n, 2)."""
        return _fit(self.components, self.sigma)[0]

    def targets(self) -> FloatArray:
        """The y_i, (n,)."""
        return _fit(self.components, self.sigma)[1]

    def minimum(self) -> FloatArray:
        """The line of least squares."""
        return _fit(self.components, self.sigma)[2]

    def window(self) -> Window:
        """Centred on the line that the points scatter about, holding the start."""
        (x, y), (sx, sy) = _LINE, self.start()
        return (sx - 0.6, 2 * x - sx + 0.6), (sy - 0.6, 2 * y - sy + 0.6)

    def start(self) -> tuple[float, float]:
        """A line that falls, below the points."""
        return -1.6, -0.5

    def suggested_alpha(self) -> float:
        """A tenth of 1/L, L about 1: one sample is up to three times as steep as the mean."""
        return 0.1

    def suggested_steps(self) -> int:
        """Down, and long enough to see the noise."""
        return 120


@lru_cache(maxsize=64)
def _fit(n: int, sigma: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(rows, y, minimum)."""
    inputs = _REACH * (2 * ((0.5 + _GOLDEN * np.arange(n)) % 1.0) - 1)
    residuals = np.random.default_rng(20202).standard_normal(MAX_COMPONENTS)[:n]
    rows = np.ones((n, 2))
    rows[:, 1] = inputs
    targets = rows @ np.array(_LINE) + sigma * residuals
    minimum: FloatArray = np.asarray(np.linalg.lstsq(rows, targets, rcond=None)[0], dtype=np.float64)
    for array in (rows, targets, minimum):
        array.flags.writeable = False
    return rows, targets, minimum
