"""Schedule-Free SGD, at the points where it takes its gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared, declared
from ..parameters import QHM
from .base import Oracle, Parts, State, Step
from .qhm import family_alpha, qhm_update


@dataclass(frozen=True)
class ScheduleFree:
    """z <- z - γ g(y), x <- the mean of all z, y = (1-b) z + b x; the points are y, and γ is ``alpha``.

    As a path in the family: α = γ(1-b/2), ν = b/(2-b), β_k = k/(k+2) at step k = 0, 1, ...
    """

    alpha: float = family_alpha()
    share: float = declared(
        0.9,
        label="Share of the average",
        symbol="b",
        low=0.0,
        high=1.0,
        slider=(0.0, 1.0),
        help="Share of the averaged point where gradients are taken; 0: plain SGD",
    )

    key: ClassVar[str] = "schedulefree"
    title: ClassVar[str] = "Schedule-Free"
    summary: ClassVar[str] = "SGD with averaging instead of a schedule"
    source: ClassVar[str] = "Defazio et al., NeurIPS 2024, with averaging weights 1/t"
    oracle: ClassVar[Oracle] = "sampled"

    def __post_init__(self) -> None:
        check_declared(self)

    def at_step(self, index: float) -> QHM:
        """The point of the family that step ``index`` >= 0 is of."""
        return QHM.from_schedule_free(self.alpha, self.share, index)

    def initialise(self, points: FloatArray) -> State:
        """d = 0, and no steps counted."""
        return np.zeros_like(points), np.zeros(())

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """One step of `qhm_update` with the β of its number."""
        buffer, count = state
        points, buffer = qhm_update(self.at_step(float(count)), points, buffer, gradient)
        return points, (buffer, count + 1)

    def parts(self, state: State) -> Parts:
        """d, the momentum buffer: the gradients' mean, the later the more weight."""
        return {"d": state[0]}

    def explain(self, step: Step) -> Parts:
        """How the buffer is mixed, and the step from it and the gradient."""
        qhm, g, d = self.at_step(step.index), step.gradient, step.after["d"]
        return {
            "g": g,
            "(1-β) g": (1 - qhm.beta) * g,
            "β d": qhm.beta * step.before["d"],
            "d": d,
            "Δx": -qhm.alpha * ((1 - qhm.nu) * g + qhm.nu * d),
        }
