"""The gradients of a run, step by step: exact, with noise, or of mini-batches of a finite sum."""

from __future__ import annotations

import math

import numpy as np

from .checks import FloatArray
from .losses import FiniteSum, IntArray, Loss, NoMinimumError, draw_batches, local_curvatures
from .losses.base import stack
from .minibatch_noise import MiniBatches
from .noise import Noise, NoNoise, make_rng


def noise_on(loss: Loss, noise: Noise) -> Noise:
    """The noise that comes to the gradients of ``loss``: none if batches are of everything, or a sum's own."""
    batches = isinstance(noise, MiniBatches)
    return NoNoise() if batches and (isinstance(loss, FiniteSum) or math.isinf(noise.batch)) else noise


class GradientStream:
    """What the steppers of `simulate` ask for gradients; fulfils `methods.Gradients`.

    Chunk by chunk: `prepare(count)` draws the noise and the batches of the next `count` steps, then `row` is set to
    each of them in turn. Noise and batches come from streams of their own, each in order, so that neither the chunk
    size nor the presence of the other changes them. batches: False where `sample` is not called. The features of
    `MiniBatches` have the Hessian at the minimum nearest to `near` as their covariance; where there is none, I.
    """

    def __init__(
        self,
        loss: Loss,
        members: int,
        seed: int,
        noise: Noise | None = None,
        draws: FloatArray | None = None,
        batches: bool = True,
        near: FloatArray | None = None,
    ) -> None:
        self.loss, self.members = loss, members
        self.noise, self.draws = noise, draws
        self.rng = make_rng(seed)
        self.sum = loss if batches and isinstance(loss, FiniteSum) and loss.batch < loss.n else None
        self.batch_rng = make_rng(seed, stream=1)
        self.done = 0
        self.row = 0
        self.features = _features(loss, near) if isinstance(noise, MiniBatches) else None
        self.gains: FloatArray | None = None  # (count, 2, 2, members)
        self.pushes: FloatArray | None = None
        self.batches: IntArray | None = None

    def prepare(self, count: int) -> None:
        """Draw what the next `count` steps need; row 0 is the first of them."""
        if self.draws is not None:
            self.pushes = self.draws[self.done : self.done + count]
        elif self.noise is not None:
            self.pushes = self.noise.draw(self.rng, count, self.members)
        if isinstance(self.noise, MiniBatches) and self.pushes is not None and self.features is not None:
            gains, self.pushes = self.noise.maps(self.pushes, self.features)
            self.gains = np.ascontiguousarray(gains.transpose(0, 2, 3, 1))
        if self.sum is not None:
            self.batches = draw_batches(self.batch_rng, self.sum.n, self.sum.batch, count, self.members)
        self.done += count
        self.row = 0

    @property
    def exact(self) -> bool:
        """Whether `sample` is `full`: neither noise nor mini-batches."""
        return self.pushes is None and self.sum is None

    def sample(self, points: FloatArray) -> FloatArray:
        """The gradient of this step's batch plus this step's noise, at points (..., members, 2)."""
        if self.sum is not None and self.batches is not None:
            gradient = self.sum.batch_gradient(points, self.batches[self.row])
        else:
            gradient = self.loss.gradient(points)
        if self.gains is not None:
            (xx, xy), (yx, yy) = self.gains[self.row]
            x, y = gradient[..., 0], gradient[..., 1]
            gradient = stack(xx * x + xy * y, yx * x + yy * y)
        return gradient if self.pushes is None else gradient + self.pushes[self.row]

    def full(self, points: FloatArray) -> FloatArray:
        """∇f, at points (..., 2)."""
        return self.loss.gradient(points)


def _features(loss: Loss, near: FloatArray | None) -> FloatArray:
    """A, (2, 2): the covariance of the features."""
    try:
        curvatures, axes, _ = local_curvatures(loss, np.zeros(2) if near is None else near)
    except NoMinimumError:
        return np.eye(2)
    return (axes * curvatures) @ axes.T
