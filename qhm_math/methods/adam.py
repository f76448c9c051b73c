"""Adam: momentum, scaled by the running root mean square, both corrected for their start at zero."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared
from .base import Oracle, Parts, State, Step, declared_decay, declared_epsilon, declared_rate


class AdamFamily(ABC):
    """What Adam and AdamW share: the means, their correction and the step they make."""

    oracle: ClassVar[Oracle] = "sampled"
    alpha: float
    beta1: float
    beta2: float
    epsilon: float

    @abstractmethod
    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """One step of the definition."""

    def initialise(self, points: FloatArray) -> State:
        """m = v = 0, and no steps counted."""
        return np.zeros_like(points), np.zeros_like(points), np.zeros(())

    def parts(self, state: State) -> Parts:
        """m and v, not corrected."""
        return {"m": state[0], "v": state[1]}

    def adam_step(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """Adam's step from `points`, which need not be where the gradient was taken."""
        mean, squares, count = state
        count = count + 1
        mean = self.beta1 * mean + (1 - self.beta1) * gradient
        squares = self.beta2 * squares + (1 - self.beta2) * (gradient * gradient)
        first, second = 1 - self.beta1 ** float(count), 1 - self.beta2 ** float(count)
        scale = np.sqrt(squares) / second**0.5 + self.epsilon
        return points - (self.alpha / first) * (mean / scale), (mean, squares, count)

    def adam_terms(self, step: Step) -> Parts:
        """The terms of `adam_step`; the last is "Δx", without any weight decay."""
        g, mean, squares = step.gradient, step.after["m"], step.after["v"]
        first, second = 1 - self.beta1 ** (step.index + 1), 1 - self.beta2 ** (step.index + 1)
        corrected, root = mean / first, np.sqrt(squares / second)
        return {
            "g": g,
            "β₁ m": self.beta1 * step.before["m"],
            "(1-β₁) g": (1 - self.beta1) * g,
            "m": mean,
            "β₂ v": self.beta2 * step.before["v"],
            "(1-β₂) g²": (1 - self.beta2) * g * g,
            "v": squares,
            "m/(1-β₁ᵏ)": corrected,
            "√(v/(1-β₂ᵏ))": root,
            "Δx": -self.alpha * corrected / (root + self.epsilon),
        }


@dataclass(frozen=True)
class Adam(AdamFamily):
    """m <- β₁ m + (1-β₁) g,   v <- β₂ v + (1-β₂) g²,   x <- x - α m̂ / (√v̂ + ε).

    m̂ = m / (1-β₁ᵏ), v̂ = v / (1-β₂ᵏ) at the k-th step, from 1; m = v = 0 at first; per coordinate, as
    torch.optim.Adam.
    """

    alpha: float = declared_rate(0.05, "0.001")
    beta1: float = declared_decay(0.9, "β₁", "Momentum", "Share of the mean gradient kept at each step")
    beta2: float = declared_decay(0.999, "β₂", "Squared-gradient decay", "Share of the mean squares kept at each step")
    epsilon: float = declared_epsilon(1e-8)

    key: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    summary: ClassVar[str] = "momentum, scaled by the mean squared gradient"
    source: ClassVar[str] = "Kingma & Ba, ICLR 2015; torch.optim.Adam"

    def __post_init__(self) -> None:
        check_declared(self)

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """One step of the definition."""
        return self.adam_step(points, state, gradient)

    def explain(self, step: Step) -> Parts:
        """Both means, what the correction makes of them, and the step."""
        return self.adam_terms(step)
