"""AdaGrad: each coordinate's step shrinks with the squares it has met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared
from .base import Oracle, Parts, State, Step, declared_epsilon, declared_rate


@dataclass(frozen=True)
class AdaGrad:
    """G <- G + g²,   x <- x - α g / (√G + ε),   G = 0 at first; per coordinate, as torch.optim.Adagrad."""

    alpha: float = declared_rate(0.5, "0.01")
    epsilon: float = declared_epsilon(1e-10)

    key: ClassVar[str] = "adagrad"
    title: ClassVar[str] = "AdaGrad"
    summary: ClassVar[str] = "scaled by the sum of squared gradients"
    source: ClassVar[str] = "Duchi, Hazan & Singer, JMLR 2011; torch.optim.Adagrad"
    oracle: ClassVar[Oracle] = "sampled"

    def __post_init__(self) -> None:
        check_declared(self)

    def initialise(self, points: FloatArray) -> State:
        """G = 0."""
        return (np.zeros_like(points),)

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """One step of the definition."""
        total = state[0] + gradient * gradient
        return points - self.alpha * gradient / (np.sqrt(total) + self.epsilon), (total,)

    def parts(self, state: State) -> Parts:
        """G."""
        return {"G": state[0]}

    def explain(self, step: Step) -> Parts:
        """The sum of squares and what it makes of the learning rate, coordinate by coordinate."""
        g, total = step.gradient, step.after["G"]
        scale = np.sqrt(total) + self.epsilon
        terms = {"g": g, "g²": g * g, "G": total, "α/(√G+ε)": self.alpha / scale}
        return terms | {"Δx": -self.alpha * g / scale}
