"""RMSProp: each coordinate's gradient by its running root mean square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared
from .base import Oracle, Parts, State, Step, declared_decay, declared_epsilon, declared_rate


@dataclass(frozen=True)
class RMSProp:
    """v <- ρ v + (1-ρ) g²,   b <- β b + g / (√v + ε),   x <- x - α b.

    v = b = 0 at first; per coordinate, as torch.optim.RMSprop(lr=α, alpha=ρ, eps=ε, momentum=β). This momentum is
    not dampened; β = 0 is the lecture's RMSProp.
    """

    alpha: float = declared_rate(0.02, "0.01")
    rho: float = declared_decay(0.99, "ρ", "Squared-gradient decay", "Share of the mean squares kept at each step")
    beta: float = declared_decay(0.0, "β", "Momentum", "Share of the buffer that is kept; not dampened")
    epsilon: float = declared_epsilon(1e-8)

    key: ClassVar[str] = "rmsprop"
    title: ClassVar[str] = "RMSProp"
    summary: ClassVar[str] = "scaled by the mean squared gradient"
    source: ClassVar[str] = "Tieleman & Hinton 2012, lecture 6.5; torch.optim.RMSprop"
    oracle: ClassVar[Oracle] = "sampled"

    def __post_init__(self) -> None:
        check_declared(self)

    def initialise(self, points: FloatArray) -> State:
        """v = b = 0."""
        return np.zeros_like(points), np.zeros_like(points)

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """One step of the definition."""
        squares, buffer = state
        squares = self.rho * squares + (1 - self.rho) * (gradient * gradient)
        move = gradient / (np.sqrt(squares) + self.epsilon)
        buffer = self.beta * buffer + move if self.beta else move
        return points - self.alpha * buffer, (squares, buffer)

    def parts(self, state: State) -> Parts:
        """v and b."""
        return {"v": state[0], "b": state[1]}

    def explain(self, step: Step) -> Parts:
        """The mean square, the scaled gradient, and its buffer where there is momentum."""
        g, squares = step.gradient, step.after["v"]
        terms: Parts = {
            "g": g,
            "ρ v": self.rho * step.before["v"],
            "(1-ρ) g²": (1 - self.rho) * g * g,
            "v": squares,
            "g/(√v+ε)": g / (np.sqrt(squares) + self.epsilon),
        }
        if self.beta:
            terms |= {"β b": self.beta * step.before["b"], "b": step.after["b"]}
        return terms | {"Δx": -self.alpha * step.after["b"]}
