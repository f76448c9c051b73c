"""QHAdam: Adam in which a share of the plain gradient and of its plain square takes part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared, declared
from ..declared_parameters import declared_nu
from .base import Oracle, Parts, State, Step, declared_decay, declared_epsilon, declared_rate


@dataclass(frozen=True)
class QHAdam:
    """x <- x - α [(1-ν₁) g + ν₁ m̂] / (√[(1-ν₂) g² + ν₂ v̂] + ε), m̂ and v̂ as in Adam; ν₁ = ν₂ = 1 is Adam.

    The means are kept corrected, as in qhoptim: w <- 1 + β w, mean <- (1-1/w) mean + (1/w) new, w = 0 at first.
    Ma & Yarats recommend ν₁ = 0.7, ν₂ = 1.
    """

    alpha: float = declared_rate(0.05, "0.001 (qhoptim's)")
    beta1: float = declared_decay(0.95, "β₁", "Momentum", "Share of the mean gradient kept at each step")
    beta2: float = declared_decay(0.999, "β₂", "Squared-gradient decay", "Share of the mean squares kept at each step")
    nu1: float = declared_nu(0.7, symbol="ν₁", help="0: the plain gradient, scaled; 1: Adam's")
    nu2: float = declared(
        1.0,
        label="Share of the mean squares",
        symbol="ν₂",
        low=0.0,
        high=1.0,
        slider=(0.0, 1.0),
        help="0: scaled by this gradient alone; 1: Adam's",
    )
    epsilon: float = declared_epsilon(1e-8)

    key: ClassVar[str] = "qhadam"
    title: ClassVar[str] = "QHAdam"
    summary: ClassVar[str] = "quasi-hyperbolic Adam"
    source: ClassVar[str] = "Ma & Yarats, ICLR 2019, section 5; qhoptim.pyt.QHAdam"
    oracle: ClassVar[Oracle] = "sampled"

    def __post_init__(self) -> None:
        check_declared(self)

    def initialise(self, points: FloatArray) -> State:
        """Means and their weights 0."""
        return np.zeros_like(points), np.zeros_like(points), np.zeros(()), np.zeros(())

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """One step of the definition."""
        mean, squares, first, second = state
        first, second = 1 + self.beta1 * first, 1 + self.beta2 * second
        fresh, fresh2 = 1 / float(first), 1 / float(second)
        square = gradient * gradient
        mean = (1 - fresh) * mean + fresh * gradient
        squares = (1 - fresh2) * squares + fresh2 * square
        push = self.nu1 * mean + (1 - self.nu1) * gradient
        scale = squares if self.nu2 == 1 else self.nu2 * squares + (1 - self.nu2) * square
        return points - self.alpha * (push / (np.sqrt(scale) + self.epsilon)), (mean, squares, first, second)

    def parts(self, state: State) -> Parts:
        """m and v, corrected."""
        return {"m": state[0], "v": state[1]}

    def explain(self, step: Step) -> Parts:
        """The corrected means, what of them and of the gradient takes part, and the step."""
        g, mean, squares = step.gradient, step.after["m"], step.after["v"]
        push = (1 - self.nu1) * g + self.nu1 * mean
        root = np.sqrt((1 - self.nu2) * g * g + self.nu2 * squares)
        terms = {
            "g": g,
            "m": mean,
            "v": squares,
            "(1-ν₁) g": (1 - self.nu1) * g,
            "ν₁ m": self.nu1 * mean,
            "√((1-ν₂) g² + ν₂ v)": root,
        }
        return terms | {"Δx": -self.alpha * push / (root + self.epsilon)}
