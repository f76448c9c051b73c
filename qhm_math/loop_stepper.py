"""One Python iteration a step: what `simulation` runs where no faster way is known."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .checks import FloatArray
from .gradients import GradientStream
from .methods import Parts, State, qhm_update
from .methods.base import Oracle
from .parameters import QHM


class QHMCells:
    """A QHM of any shape as a method: its fields broadcast against (members, 2)."""

    oracle: ClassVar[Oracle] = "sampled"

    def __init__(self, qhm: QHM) -> None:
        self.qhm = qhm.with_axes(2)

    def initialise(self, points: FloatArray) -> State:
        return (np.zeros_like(points),)

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        points, buffer = qhm_update(self.qhm, points, state[0], gradient)
        return points, (buffer,)

    def parts(self, state: State) -> Parts:
        return {"d": state[0]}


class LoopStepper:
    """A method step by step, for losses that are not quadratic and methods that are not linear."""

    def __init__(self, method: Any, start: FloatArray, stream: GradientStream) -> None:
        self.method, self.stream = method, stream
        self.points, self.state = start, method.initialise(start)

    def advance(self, rows: FloatArray, buffers: FloatArray | None) -> None:
        """Fill rows (count, *P, members, 2) with the next positions, and buffers, if wanted, with theirs."""
        method, stream, points, state = self.method, self.stream, self.points, self.state
        gradient_at = stream.full if method.oracle == "full" else stream.sample
        for row in range(len(rows)):
            stream.row = row
            if method.oracle == "corrected":
                gradient, state = method.estimate(points, state, stream)
            else:
                gradient = gradient_at(points)
            points, state = method.update(points, state, gradient)
            rows[row] = points
            if buffers is not None:
                buffers[row] = method.parts(state).get("d", np.nan)
        self.points, self.state = points, state
