"""Losses that are a mean over data: f = (1/n) Σ_i f_i, and the mini-batches that are drawn from them.

To add a finite sum: one file with a frozen dataclass, and one row in FINITE_SUMS.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray, ParameterError, require_array
from ..declared import declared
from .base import Loss, stack, stack_hessian
from .growth import Growth

IntArray = NDArray[np.int64]

MAX_COMPONENTS = 1000
_SLAB = 2_000_000  # random keys held at once while batches are drawn: 16 MB


@runtime_checkable
class FiniteSum(Loss, Protocol):
    """A Loss that is the mean of n components, of which each step sees `batch` (1 to n; n: the full gradient).

    value, gradient and hessian are those of the mean. batch_noise: how ∇f_i - ∇f grows far away.
    """

    batch_noise: ClassVar[Growth]

    @property
    def n(self) -> int:
        """How many components there are."""
        ...

    @property
    def batch(self) -> int:
        """How many of them, all different, each step draws."""
        ...

    def batch_gradient(self, points: FloatArray, indices: IntArray) -> FloatArray:
        """The mean gradient of each member's mini-batch.

        points: (*P, members, 2); indices: (members, b), of components. Returns the shape of `points`.
        """
        ...

    def component_gradients(self, points: FloatArray) -> FloatArray:
        """∇f_i of every component, shape (..., n, 2)."""
        ...


def draw_batches(rng: np.random.Generator, n: int, batch: int, steps: int, members: int) -> IntArray:
    """Mini-batches of `batch` different ones of n components, (steps, members, batch), independent step by step.

    Drawing in pieces from one generator gives the same batches. Every set of `batch` components is equally likely.
    """
    if batch == n:
        return np.broadcast_to(np.arange(n), (steps, members, n))
    if batch == 1:
        return (rng.random((steps, members, 1)) * n).astype(np.int64)
    out = np.empty((steps * members, batch), dtype=np.int64)
    rows = max(1, _SLAB // n)
    for first in range(0, len(out), rows):
        # The components with the smallest of n random keys are a random set.
        keys = rng.random((min(rows, len(out) - first), n))
        out[first : first + rows] = np.argpartition(keys, batch - 1, axis=1)[:, :batch]
    return out.reshape(steps, members, batch)


def batch_covariance(loss: FiniteSum, point: FloatArray) -> FloatArray:
    """S(x), (2, 2): the covariance of the gradient of a mini-batch at one point; 0 where the batch is everything.

    S = (n-b)/(n-1) · C/b with C the covariance of the components' gradients: batches are drawn without
    replacement. Units: gradient². At the minimum it is the S of the theory of stationary states. ParameterError unless
    `point` is a pair of numbers of at most 1e100 in size.
    """
    if loss.n == 1:
        return np.zeros((2, 2))
    at = require_array("point", point, -1e100, 1e100)
    if at.shape != (2,):
        raise ParameterError("point", point, "a pair of numbers")
    gradients = loss.component_gradients(at)
    offsets = gradients - gradients.mean(axis=-2, keepdims=True)
    spread = offsets.swapaxes(-1, -2) @ offsets / loss.n
    return spread * ((loss.n - loss.batch) / ((loss.n - 1) * loss.batch))


def declared_batch(default: int) -> int:
    """The batch size field that finite sums share."""
    return declared(
        default,
        label="Batch size",
        symbol="b",
        low=1,
        high=MAX_COMPONENTS,
        kind="integer",
        scale="log",
        slider=(1, 100),
        help="Samples used at each step; all samples give the full gradient, without noise",
    )


def declared_residual() -> float:
    """The σ of a finite sum of squares; see :func:`declared`."""
    return declared(
        0.5,
        label="Residual",
        symbol="σ",
        low=0.0,
        high=1e3,
        slider=(0.0, 2.0),
        help="Root mean square of the residuals; above 0 the samples' gradients differ",
    )


class LinearModel(ABC):
    """f(w) = (1/n) Σ_i ℓ_i(a_i·w) + (λ/2)|w|²: losses of one linear predictor with two weights w.

    A subclass gives the rows a_i and ℓ_i with its first two derivatives; all else follows. A dataclass that
    inherits it has the fields it wants and calls `check_batch`.
    """

    key: ClassVar[str]
    batch: int

    @abstractmethod
    def rows(self) -> FloatArray:
        """The a_i, (n, 2)."""

    @abstractmethod
    def losses(self, predictions: FloatArray) -> FloatArray:
        """ℓ_i of predictions (..., n), one for each row."""

    @abstractmethod
    def slopes(self, predictions: FloatArray, indices: IntArray | slice) -> FloatArray:
        """ℓ_i' for the rows that `indices` picks; the shape of `predictions`."""

    @abstractmethod
    def bends(self, predictions: FloatArray) -> FloatArray:
        """ℓ_i'' of predictions (..., n)."""

    @abstractmethod
    def ridge(self) -> float:
        """λ >= 0."""

    @abstractmethod
    def minimum(self) -> FloatArray:
        """The only minimum, (2,)."""

    @property
    def n(self) -> int:
        """How many components there are."""
        return len(self.rows())

    def check_batch(self) -> None:
        """ParameterError unless the batch is at most n."""
        if self.batch > self.n:
            raise ParameterError("batch", self.batch, f"a whole number at least 1 and at most n = {self.n}")

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...)."""
        x, y = points[..., 0], points[..., 1]
        return self.losses(self._predictions(points)).mean(axis=-1) + 0.5 * self.ridge() * (x * x + y * y)

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2)."""
        slopes = self.slopes(self._predictions(points), slice(None))
        return slopes @ self.rows() / self.n + self.ridge() * points

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2)."""
        rows, bends = self.rows(), self.bends(self._predictions(points))
        products = np.stack((rows[:, 0] ** 2, rows[:, 0] * rows[:, 1], rows[:, 1] ** 2), axis=-1)
        mean = bends @ products / self.n
        return stack_hessian(mean[..., 0] + self.ridge(), mean[..., 1], mean[..., 2] + self.ridge())

    def batch_gradient(self, points: FloatArray, indices: IntArray) -> FloatArray:
        """The mean gradient of each member's mini-batch: points (*P, members, 2), indices (members, b)."""
        rows = self.rows()[indices]
        first, second = rows[..., 0], rows[..., 1]
        predictions = points[..., 0:1] * first + points[..., 1:2] * second
        slopes = self.slopes(predictions, indices)
        mean = stack((slopes * first).mean(axis=-1), (slopes * second).mean(axis=-1))
        return mean + self.ridge() * points if self.ridge() else mean

    def component_gradients(self, points: FloatArray) -> FloatArray:
        """∇f_i of every component, shape (..., n, 2)."""
        slopes = self.slopes(self._predictions(points), slice(None))
        return slopes[..., None] * self.rows() + self.ridge() * points[..., None, :]

    def minima(self) -> FloatArray:
        """The minimum, as (1, 2)."""
        return self.minimum()[None]

    def minimum_value(self) -> float:
        """f at the minimum."""
        return float(self.value(self.minimum()))

    def _predictions(self, points: FloatArray) -> FloatArray:
        return points @ self.rows().T


class SquaredErrors(LinearModel):
    """A linear model with ℓ_i(z) = ½ (z - y_i)² and λ = 0, of as many rows as its field `components` says."""

    components: int

    @abstractmethod
    def targets(self) -> FloatArray:
        """The y_i, (n,)."""

    @property
    def n(self) -> int:
        """How many components there are; known before the data are drawn."""
        return self.components

    def losses(self, predictions: FloatArray) -> FloatArray:
        """½ (z - y)²."""
        return 0.5 * (predictions - self.targets()) ** 2

    def slopes(self, predictions: FloatArray, indices: IntArray | slice) -> FloatArray:
        """z - y."""
        return predictions - self.targets()[indices]

    def bends(self, predictions: FloatArray) -> FloatArray:
        """1."""
        return np.ones_like(predictions)

    def ridge(self) -> float:
        """0."""
        return 0.0
