"""Logistic regression on a small real data set: two weights, a hundred flowers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, cast

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared, declared
from .base import Window
from .finite_sum import IntArray, LinearModel, declared_batch
from .growth import Growth
from .iris import VERSICOLOR, VIRGINICA


def _growth(loss: Logistic) -> Growth:
    return Growth.LINEAR if loss.decay else Growth.BOUNDED


@dataclass(frozen=True)
class Logistic(LinearModel):
    """f = (1/n) Σ_i log(1 + exp(-s_i a_i·w)) + (λ/2)|w|²: is an iris virginica (s = 1) or versicolor (s = -1)?

    a_i: length and width of the petal, each to mean 0 and standard deviation 1 over the n = 100 flowers. No
    intercept: the classes are equally large. They overlap, so that there is a minimum also with λ = 0.
    """

    batch: int = declared_batch(8)
    decay: float = declared(
        0.0,
        label="Weight decay",
        symbol="λ",
        low=0.0,
        high=1e3,
        slider=(0.0, 0.1),
        help="Ridge: pulls both weights to 0; a part of the loss of every sample",
    )

    key: ClassVar[str] = "logistic"
    title: ClassVar[str] = "Logistic regression"
    summary: ClassVar[str] = "a finite sum, a hundred flowers"
    formula: ClassVar[str] = "f = (1/n) Σ log(1 + exp(-sᵢ aᵢ·w)) + ½ λ|w|²"
    # Each slope lies between -1 and 1: only the ridge grows.
    growth: ClassVar[Growth] = cast("Growth", property(_growth))
    batch_noise: ClassVar[Growth] = Growth.BOUNDED

    def __post_init__(self) -> None:
        check_declared(self)
        self.check_batch()

    def rows(self) -> FloatArray:
        """The a_i, (100, 2)."""
        return _data()[0]

    def signs(self) -> FloatArray:
        """The s_i, (100,): -1 versicolor, 1 virginica."""
        return _data()[1]

    def losses(self, predictions: FloatArray) -> FloatArray:
        """log(1 + exp(-s z)), without overflow."""
        return np.logaddexp(0.0, -self.signs() * predictions)

    def slopes(self, predictions: FloatArray, indices: IntArray | slice) -> FloatArray:
        """-s / (1 + exp(s z))."""
        signs = self.signs()[indices]
        # By tanh, because exp overflows.
        return -0.5 * signs * (1 - np.tanh(0.5 * signs * predictions))

    def bends(self, predictions: FloatArray) -> FloatArray:
        """p (1 - p)."""
        return 0.25 * (1 - np.tanh(0.5 * predictions) ** 2)

    def ridge(self) -> float:
        """λ."""
        return self.decay

    def minimum(self) -> FloatArray:
        """By Newton's method, to machine precision."""
        return _minimum(self.decay)

    def window(self) -> Window:
        """From behind the start at 0 to beyond the minimum."""
        x, y = self.minimum()
        return (-1.5, max(2.0 * float(x), 2.0)), (-1.5, max(1.6 * float(y), 2.0))

    def start(self) -> tuple[float, float]:
        """Near 0, where nothing has been learnt."""
        return -0.9, 0.2

    def suggested_alpha(self) -> float:
        """About 1/L at 0, where f is steepest; at the minimum L is a hundred times smaller."""
        return 1.0 / (0.5 + self.decay)

    def suggested_steps(self) -> int:
        """The last stretch is flat."""
        return 400


@lru_cache(maxsize=1)
def _data() -> tuple[FloatArray, FloatArray]:
    """(rows, signs)."""
    raw = np.array(VERSICOLOR + VIRGINICA)
    rows = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    signs = np.repeat([-1.0, 1.0], [len(VERSICOLOR), len(VIRGINICA)])
    for array in (rows, signs):
        array.flags.writeable = False
    return rows, signs


@lru_cache(maxsize=64)
def _minimum(decay: float) -> FloatArray:
    loss = Logistic(decay=decay)
    point = np.zeros(2)
    for _ in range(50):
        # f is convex and its Newton steps from 0 stay in the region where they contract.
        point = point - np.linalg.solve(loss.hessian(point), loss.gradient(point))
    point.flags.writeable = False
    return point
