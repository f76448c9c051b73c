"""AdaDelta: steps in the units of earlier steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared
from .base import Oracle, Parts, State, Step, declared_decay, declared_epsilon, declared_rate


@dataclass(frozen=True)
class AdaDelta:
    """v <- ρ v + (1-ρ) g²,   s = g √(u+ε)/√(v+ε),   u <- ρ u + (1-ρ) s²,   x <- x - α s.

    v = u = 0 at first; s uses the old u; per coordinate, as torch.optim.Adadelta. α = 1 is the paper's.
    """

    alpha: float = declared_rate(1.0, "1", low=1e-2, high=100.0)
    rho: float = declared_decay(0.9, "ρ", "Squared-gradient decay", "Share of the mean squares kept at each step")
    epsilon: float = declared_epsilon(1e-6)

    key: ClassVar[str] = "adadelta"
    title: ClassVar[str] = "AdaDelta"
    summary: ClassVar[str] = "scaled by the mean squared step and gradient"
    source: ClassVar[str] = "Zeiler 2012, arXiv:1212.5701; torch.optim.Adadelta"
    oracle: ClassVar[Oracle] = "sampled"

    def __post_init__(self) -> None:
        check_declared(self)

    def initialise(self, points: FloatArray) -> State:
        """v = u = 0."""
        return np.zeros_like(points), np.zeros_like(points)

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """One step of the definition."""
        squares, moves = state
        squares = self.rho * squares + (1 - self.rho) * (gradient * gradient)
        move = np.sqrt((moves + self.epsilon) / (squares + self.epsilon)) * gradient
        moves = self.rho * moves + (1 - self.rho) * (move * move)
        return points - self.alpha * move, (squares, moves)

    def parts(self, state: State) -> Parts:
        """v and u."""
        return {"v": state[0], "u": state[1]}

    def explain(self, step: Step) -> Parts:
        """Both mean squares and the move whose unit is that of x."""
        g, squares, moves = step.gradient, step.after["v"], step.before["u"]
        move = np.sqrt((moves + self.epsilon) / (squares + self.epsilon)) * g
        terms = {
            "g": g,
            "ρ v": self.rho * step.before["v"],
            "(1-ρ) g²": (1 - self.rho) * g * g,
            "v": squares,
            "s": move,
            "u": step.after["u"],
        }
        return terms | {"Δx": -self.alpha * move}
