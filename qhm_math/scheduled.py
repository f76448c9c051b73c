"""QHM with parameters that change from step to step, as a method of the one engine.

    g_k = ∇f(x_k) + noise
    d_k = (1-β_k) g_k + β_k d_{k-1},   d_{-1} = 0
    x_{k+1} = x_k - α_k [(1-ν_k) g_k + ν_k d_k]

[G] Gitman et al., NeurIPS 2019, eq. (3). Several schedules run at once on the same noise, as an axis before the
members. Only steps are looped over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .checks import FloatArray, ParameterError
from .gradients import GradientStream
from .losses import Loss
from .schedules import PlateauDrops, Schedule


@dataclass(frozen=True)
class ScheduledQHM:
    """One run for every schedule, side by side: positions get the shape (schedules, members, 2).

    A drop on a plateau comes when the mean of f over the members (of that schedule) has set no new low for
    ``patience`` steps; then the count begins again. A mean that is not finite sets none.

    Parameters
    ----------
    schedules : tuple of Schedule
        At least one.

    Raises
    ------
    ParameterError
        There is no schedule.
    """

    schedules: tuple[Schedule, ...]

    def __post_init__(self) -> None:
        if not self.schedules:
            raise ParameterError("schedules", self.schedules, "at least one schedule")

    @property
    def shape(self) -> tuple[int, ...]:
        """(number of schedules,)."""
        return (len(self.schedules),)


class ScheduleStepper:
    """The stepper of `simulate` for a ScheduledQHM."""

    def __init__(self, loss: Loss, method: ScheduledQHM, start: FloatArray, stream: GradientStream) -> None:
        self.loss, self.schedules, self.stream = loss, method.schedules, stream
        self.points, self.buffer = start, np.zeros_like(start)
        self.step = 0
        families = [(s.alpha, s.beta, s.nu) for s in method.schedules]
        found = [
            (which, cell, family)
            for cell, row in enumerate(families)
            for which, family in enumerate(row)
            if isinstance(family, PlateauDrops)
        ]
        self.which = np.array([which for which, _, _ in found], dtype=np.int64)
        self.cell = np.array([cell for _, cell, _ in found], dtype=np.int64)
        self.factor = np.array([family.factor for _, _, family in found])
        self.patience = np.array([family.patience for _, _, family in found], dtype=np.int64)
        self.lowest = np.full(len(found), np.inf)
        self.waited = np.zeros(len(found), dtype=np.int64)
        self.scale = np.ones(len(found))

    def advance(self, rows: FloatArray, buffers: FloatArray | None) -> None:
        """Fill rows (count, schedules, members, 2) with the next positions, and buffers, if wanted, with theirs."""
        k = np.arange(self.step, self.step + len(rows), dtype=np.float64)
        table = np.array([schedule.values(k) for schedule in self.schedules])  # (schedules, 3, count)
        table = np.moveaxis(table, -1, 0).swapaxes(1, 2)  # (count, 3, schedules)
        for row in range(len(rows)):
            values = table[row]
            if len(self.scale):
                self._watch()
                values = values.copy()
                values[self.which, self.cell] *= self.scale
            alpha, beta, nu = values[:, :, None, None]
            self.stream.row = row
            gradient = self.stream.sample(self.points)
            self.buffer = gradient + beta * (self.buffer - gradient)
            self.points = self.points - alpha * (gradient + nu * (self.buffer - gradient))
            rows[row] = self.points
            if buffers is not None:
                buffers[row] = self.buffer
        self.step += len(rows)

    def _watch(self) -> None:
        """Count the steps without a new lowest mean loss, and drop where they are as many as the patience."""
        mean = self.loss.value(self.points).mean(axis=-1)[self.cell]
        better = mean < self.lowest
        self.lowest = np.where(better, mean, self.lowest)
        self.waited = np.where(better, 0, self.waited + 1)
        due = self.waited >= self.patience
        self.scale = np.where(due, self.scale * self.factor, self.scale)
        self.waited = np.where(due, 0, self.waited)
