"""Softmax regression, and a perceptron with one layer of tanh, for many copies at once.

A batch is (X, Y): X (b, pixels + 1) with a 1 behind the pixels, Y (classes, b) with a 1 at the label. The loss of an
image with logits z and label y is log Σ exp z - z_y; its gradient by z is p - y with p = softmax(z).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from .stacked import Weights

CLASSES = 10
#: Below the largest logit by more than this, exp(z) would become subnormal in a float32, and products with it slow.
_LOWEST = -30.0


def softmax_loss(logits: NDArray[Any], answers: NDArray[Any]) -> FloatArray:
    """Mean loss (S,) of logits (S, classes, b), contiguous, which become p - y."""
    copies, _, size = logits.shape
    rows, wanted = logits.reshape(copies, -1), answers.reshape(-1)  # long rows: the passes take half the time
    logits -= logits.max(axis=1, keepdims=True)
    right = (rows @ wanted).astype(np.float64)
    np.clip(rows, _LOWEST, 0.0, out=rows)
    np.exp(rows, out=rows)
    total = logits.sum(axis=1, keepdims=True)
    logits /= total
    rows -= wanted
    return (np.log(total).sum(axis=(1, 2), dtype=np.float64) - right) / size


def _scores(logits: NDArray[Any], answers: NDArray[Any]) -> tuple[FloatArray, FloatArray]:
    found = logits.argmax(axis=1) == answers.argmax(axis=0)
    return softmax_loss(logits, answers), found.mean(axis=1)


@dataclass(frozen=True)
class SoftmaxRegression:
    """z = W (x, 1), with weights (10, pixels + 1) and the term λ/2 |W|²."""

    inputs: int
    l2: float

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """One matrix."""
        return ((CLASSES, self.inputs),)

    def start(self, seed: int) -> FloatArray:
        """Zero: the loss is convex."""
        return np.zeros(CLASSES * self.inputs)

    def _logits(self, weights: Weights, x: NDArray[Any]) -> NDArray[Any]:
        flat = weights[0].reshape(-1, self.inputs)
        return (flat @ x.T).reshape(-1, CLASSES, len(x))

    def gradient(self, weights: Weights, batch: Any, scale: NDArray[Any], out: Weights) -> FloatArray:
        """As StackedModel has it: two products of (10 S, pixels) with the batch."""
        x, answers = batch
        error = self._logits(weights, x)
        losses = softmax_loss(error, answers)
        error *= (scale / len(x)).astype(error.dtype)[:, None, None]
        np.matmul(error.reshape(-1, len(x)), x, out=out[0].reshape(-1, self.inputs))
        return losses

    def scores(self, weights: Weights, batch: Any) -> tuple[FloatArray, FloatArray]:
        """As StackedModel has it."""
        return _scores(self._logits(weights, batch[0]), batch[1])


@dataclass(frozen=True)
class Perceptron:
    """z = V (a, 1) with a = tanh(W (x, 1)): W (width, pixels + 1), V (10, width + 1), and λ/2 (|W|² + |V|²)."""

    inputs: int
    width: int
    l2: float

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """W and V."""
        return ((self.width, self.inputs), (CLASSES, self.width + 1))

    def start(self, seed: int) -> FloatArray:
        """Normal numbers of variance 1 / inputs of a unit, as is usual for tanh; biases 0."""
        rng = np.random.default_rng([seed, 2])
        parts: list[FloatArray] = []
        for shape in self.shapes:
            part = rng.standard_normal(shape) / np.sqrt(shape[1] - 1)
            part[:, -1] = 0
            parts.append(part.ravel())
        return np.concatenate(parts)

    def _forward(self, weights: Weights, x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Activations with a row of ones, (S, width + 1, b), and logits (S, 10, b)."""
        first, second = weights
        hidden = np.ones((len(first), self.width + 1, len(x)), first.dtype)
        product = (first.reshape(-1, self.inputs) @ x.T).reshape(len(first), self.width, len(x))
        np.tanh(product, out=hidden[:, :-1])
        return hidden, np.matmul(second, hidden)

    def gradient(self, weights: Weights, batch: Any, scale: NDArray[Any], out: Weights) -> FloatArray:
        """As StackedModel has it."""
        x, answers = batch
        hidden, error = self._forward(weights, x)
        losses = softmax_loss(error, answers)
        error *= (scale / len(x)).astype(error.dtype)[:, None, None]
        np.matmul(error, hidden.transpose(0, 2, 1), out=out[1])
        activations = hidden[:, :-1]
        back = np.matmul(weights[1][:, :, :-1].transpose(0, 2, 1), error)
        back *= 1 - activations * activations
        np.matmul(back.reshape(-1, len(x)), x, out=out[0].reshape(-1, self.inputs))
        return losses

    def scores(self, weights: Weights, batch: Any) -> tuple[FloatArray, FloatArray]:
        """As StackedModel has it."""
        return _scores(self._forward(weights, batch[0])[1], batch[1])
