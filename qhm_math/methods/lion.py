"""Lion: the sign of a mixture of the gradient and its mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared
from ..declared_parameters import declared_alpha
from .adam import declared_decay
from .base import Oracle, Parts, State, Step


@dataclass(frozen=True)
class Lion:
    """c = β₁ m + (1-β₁) g,   x <- x - α sign(c),   m <- β₂ m + (1-β₂) g; m = 0 at first, per coordinate.

    For β₁ <= β₂ c is the direction of QHM with β = β₂, ν = β₁/β₂.
    """

    alpha: float = declared_alpha(
        0.05, slider=(1e-4, 10.0), unit="length", help="Step along every coordinate: the sign has no size"
    )
    beta1: float = declared_decay(0.9, "β₁", "Momentum in the step", "Share of the mean in the direction of the step")
    beta2: float = declared_decay(0.99, "β₂", "Momentum", "Share of the mean gradient kept at each step")

    key: ClassVar[str] = "lion"
    title: ClassVar[str] = "Lion"
    summary: ClassVar[str] = "sign of a mean gradient"
    source: ClassVar[str] = "Chen et al., NeurIPS 2023, without weight decay"
    oracle: ClassVar[Oracle] = "sampled"

    def __post_init__(self) -> None:
        check_declared(self)

    def initialise(self, points: FloatArray) -> State:
        """m = 0."""
        return (np.zeros_like(points),)

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """One step of the definition."""
        (mean,) = state
        direction = self.beta1 * mean + (1 - self.beta1) * gradient
        return points - self.alpha * np.sign(direction), (self.beta2 * mean + (1 - self.beta2) * gradient,)

    def parts(self, state: State) -> Parts:
        """The mean of the gradients."""
        return {"m": state[0]}

    def explain(self, step: Step) -> Parts:
        """The mixture, and its sign."""
        g, m = step.gradient, step.before["m"]
        direction = self.beta1 * m + (1 - self.beta1) * g
        return {
            "g": g,
            "β₁ m": self.beta1 * m,
            "(1-β₁) g": (1 - self.beta1) * g,
            "c": direction,
            "Δx": -self.alpha * np.sign(direction),
        }
