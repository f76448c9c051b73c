"""The gradients of a run, step by step: exact, with additive noise, or of mini-batches of a finite sum."""

from __future__ import annotations

from .checks import FloatArray
from .losses import FiniteSum, IntArray, Loss, draw_batches
from .noise import Noise, make_rng


class GradientStream:
    """What the steppers of `simulate` ask for gradients; fulfils `methods.Gradients`.

    Chunk by chunk: `prepare(count)` draws the noise and the batches of the next `count` steps, then `row` is set to
    each of them in turn. Noise and batches come from streams of their own, each in order, so that neither the chunk
    size nor the presence of the other changes them. batches: False where `sample` is not called.
    """

    def __init__(
        self,
        loss: Loss,
        members: int,
        seed: int,
        noise: Noise | None = None,
        draws: FloatArray | None = None,
        batches: bool = True,
    ) -> None:
        self.loss, self.members = loss, members
        self.noise, self.draws = noise, draws
        self.rng = make_rng(seed)
        self.sum = loss if batches and isinstance(loss, FiniteSum) and loss.batch < loss.n else None
        self.batch_rng = make_rng(seed, stream=1)
        self.done = 0
        self.row = 0
        self.pushes: FloatArray | None = None
        self.batches: IntArray | None = None

    def prepare(self, count: int) -> None:
        """Draw what the next `count` steps need; row 0 is the first of them."""
        if self.draws is not None:
            self.pushes = self.draws[self.done : self.done + count]
        elif self.noise is not None:
            self.pushes = self.noise.draw(self.rng, count, self.members)
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
        return gradient if self.pushes is None else gradient + self.pushes[self.row]

    def full(self, points: FloatArray) -> FloatArray:
        """∇f, at points (..., 2)."""
        return self.loss.gradient(points)
