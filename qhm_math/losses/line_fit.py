"""A line fitted to points: an average over data that can be seen, and that grows point by point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from ..checks import FloatArray, ParameterError, require_array
from ..declared import check_declared, declared
from .base import Window
from .finite_sum import MAX_COMPONENTS, SquaredErrors, declared_batch, declared_residual
from .growth import Growth

_LINE = (0.4, 0.8)
_REACH = 1.5
#: How many points can be added, and how far from 0 they may lie, in t and in y.
MOST_ADDED = 100
REACH_ADDED = (10.0, 100.0)
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class LineFit(SquaredErrors):
    """f = (1/2n) Σ_i (w₁ + w₂ t_i - y_i)², i = 1..n: the line w₁ + w₂ t through points (t_i, y_i).

    t_i fill [-1.5, 1.5] evenly for every n; y_i = 0.4 + 0.8 t_i + σ e_i with e normal (seed fixed). A larger n adds
    points to those that are there, and so moves the loss and its minimum. `added` are more points (t, y) beside these
    n, at most 100, |t| <= 10 and |y| <= 100.
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
    added: tuple[tuple[float, float], ...] = ()

    key: ClassVar[str] = "line_fit"
    title: ClassVar[str] = "Line fit"
    summary: ClassVar[str] = "a finite sum, points and a line"
    formula: ClassVar[str] = "f = (1/2n) Σ (w₁ + w₂ tᵢ - yᵢ)²"
    growth: ClassVar[Growth] = Growth.QUADRATIC
    batch_noise: ClassVar[Growth] = Growth.LINEAR

    def __post_init__(self) -> None:
        check_declared(self)
        object.__setattr__(self, "added", _pairs(self.added))
        self.check_batch()

    @property
    def n(self) -> int:
        """How many points there are, with the added ones."""
        return self.components + len(self.added)

    def data(self) -> tuple[FloatArray, FloatArray]:
        """The t_i and the y_i, (n,) each."""
        return self.rows()[:, 1], self.targets()

    def rows(self) -> FloatArray:
        """The a_i = (1, t_i), (n, 2); the added ones last."""
        return _fit(self.components, self.sigma, self.added)[0]

    def targets(self) -> FloatArray:
        """The y_i, (n,)."""
        return _fit(self.components, self.sigma, self.added)[1]

    def minimum(self) -> FloatArray:
        """The line of least squares."""
        return _fit(self.components, self.sigma, self.added)[2]

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


def _pairs(added: ArrayLike) -> tuple[tuple[float, float], ...]:
    """The added points, checked; ParameterError."""
    points = require_array("added", added)
    if not points.size:
        return ()
    fits = points.ndim == 2 and points.shape[1] == 2 and len(points) <= MOST_ADDED
    if not fits or not (np.abs(points) <= REACH_ADDED).all():
        raise ParameterError("added", added, f"at most {MOST_ADDED} pairs (t, y) with |t| <= 10 and |y| <= 100")
    return tuple((float(t), float(y)) for t, y in points)


@lru_cache(maxsize=64)
def _fit(n: int, sigma: float, added: tuple[tuple[float, float], ...]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(rows, y, minimum)."""
    inputs = _REACH * (2 * ((0.5 + _GOLDEN * np.arange(n)) % 1.0) - 1)
    residuals = np.random.default_rng(20202).standard_normal(MAX_COMPONENTS)[:n]
    more = np.array(added).reshape(-1, 2)
    rows = np.ones((n + len(more), 2))
    rows[:, 1] = np.concatenate((inputs, more[:, 0]))
    targets = rows @ np.array(_LINE)
    targets[:n] += sigma * residuals
    targets[n:] = more[:, 1]
    minimum: FloatArray = np.asarray(np.linalg.lstsq(rows, targets, rcond=None)[0], dtype=np.float64)
    for array in (rows, targets, minimum):
        array.flags.writeable = False
    return rows, targets, minimum
