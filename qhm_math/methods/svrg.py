"""SVRG: the noise of a mini-batch taken out with the same batch's gradient at a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared, declared
from .base import Gradients, Oracle, Parts, State, Step
from .qhm import family_alpha


@dataclass(frozen=True)
class SVRG:
    """x <- x - α [∇f_B(x) - ∇f_B(x̃) + ∇f(x̃)],   B the mini-batch of the step.

    Every `period` steps, the first included, the snapshot x̃ becomes the present x (option I of the paper) and the
    full gradient there is computed anew. Near the minimum of a finite sum the variance of the bracket goes to 0
    with |x - x*|² + |x̃ - x*|², while that of ∇f_B(x) does not.
    """

    alpha: float = family_alpha()
    period: int = declared(
        50,
        label="Steps between snapshots",
        symbol="m",
        low=1,
        high=1_000_000,
        kind="integer",
        scale="log",
        slider=(1, 1000),
        help="Length of the inner loop; for convex losses the paper uses twice the samples",
    )

    key: ClassVar[str] = "svrg"
    title: ClassVar[str] = "SVRG"
    summary: ClassVar[str] = "variance reduction for finite sums"
    source: ClassVar[str] = "Johnson & Zhang, NIPS 2013, figure 1, option I"
    oracle: ClassVar[Oracle] = "corrected"

    def __post_init__(self) -> None:
        check_declared(self)

    def initialise(self, points: FloatArray) -> State:
        """No snapshot yet: the first step takes it. And no steps counted."""
        return points, np.zeros_like(points), np.zeros(())

    def estimate(self, points: FloatArray, state: State, gradients: Gradients) -> tuple[FloatArray, State]:
        """The bracket of the definition, and the state with the snapshot of this step."""
        snapshot, full, count = state
        if int(count) % self.period == 0:
            snapshot, full = points, gradients.full(points)
            return full, (snapshot, full, count)
        both = gradients.sample(np.stack((points, snapshot)))
        return both[0] - both[1] + full, (snapshot, full, count)

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """x - α · `gradient`, the bracket that `estimate` gave."""
        snapshot, full, count = state
        return points - self.alpha * gradient, (snapshot, full, count + 1)

    def evaluations(self, index: int, components: int, batch: int) -> int:
        """All components at a snapshot, the batch at two points at every other step."""
        return components if index % self.period == 0 else 2 * batch

    def parts(self, state: State) -> Parts:
        """The snapshot and the full gradient there."""
        return {"x̃": state[0], "∇f(x̃)": state[1]}

    def explain(self, step: Step) -> Parts:
        """The gradient with its noise taken out, and the full one that it is held to."""
        return {
            "g": step.gradient,
            "∇f(x̃)": step.after["∇f(x̃)"],
            "g-∇f(x̃)": step.gradient - step.after["∇f(x̃)"],
            "Δx": -self.alpha * step.gradient,
        }
