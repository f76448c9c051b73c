"""Several methods side by side: one run for all, so that each step asks for one gradient of all of them.

A lane is a method and the changes made to its parameters on the way: from the step of a change on, its update uses
the new parameters with the state as it is. A run is a pure function of its lanes, so that a change can be undone
and a run replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .checks import FloatArray, ParameterError, require_integer
from .declared import title_of
from .gradients import GradientStream
from .methods import LinearMethod, Method, Parts, State, qhm_update
from .parameters import QHM

MAX_LANES = 1000


@dataclass(frozen=True)
class Lane:
    """One method of a comparison.

    changes: ((step, method), ...): from step on (the step that leaves x_step; steps rise, from 1) the method is
    that one. It must be of the same class, because the state is carried on. ParameterError otherwise.
    """

    method: Method
    changes: tuple[tuple[int, Method], ...] = ()

    def __post_init__(self) -> None:
        last = 0
        for step, method in self.changes:
            if require_integer("changes", step, 1) <= last:
                raise ParameterError("changes", step, f"a step after {last}")
            if type(method) is not type(self.method):
                allowed = f"the same method with other numbers, {title_of(self.method)}"
                raise ParameterError("changes", title_of(method), allowed)
            last = step

    def at(self, step: int) -> Method:
        """The method that makes the step from x_step to the next."""
        current = self.method
        for first, method in self.changes:
            if first <= step:
                current = method
        return current


@dataclass(frozen=True)
class MethodBatch:
    """Lanes that run side by side: positions get the shape (lanes, members, 2).

    record: also write down the gradient and the state of every step (see `StepRecords`). ParameterError unless
    there are 1 to 1,000 lanes.
    """

    lanes: tuple[Lane, ...]
    record: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.lanes) <= MAX_LANES:
            raise ParameterError("lanes", f"{len(self.lanes)} lanes", f"1 to {MAX_LANES:,}")

    @property
    def shape(self) -> tuple[int, ...]:
        """(number of lanes,)."""
        return (len(self.lanes),)


@dataclass(frozen=True, eq=False)
class StepRecords:
    """What one lane did in consecutive steps, row by row.

    gradients: (n, members, 2), the gradient that each step used. parts: name -> (n, members, 2), the parts of the
    state after each step (`Method.parts`).
    """

    gradients: FloatArray
    parts: Parts


class MethodBatchStepper:
    """The stepper of `simulate` for a MethodBatch.

    Inside, lanes are reordered: those of the QHM family first, which are one update with arrays for α, β and ν.
    """

    def __init__(self, batch: MethodBatch, start: FloatArray, stream: GradientStream) -> None:
        lanes = batch.lanes
        family = [i for i, lane in enumerate(lanes) if isinstance(lane.method, LinearMethod)]
        self.order = family + [i for i in range(len(lanes)) if i not in family]
        self.lanes = [lanes[i] for i in self.order]
        self.split = len(family)
        self.record, self.stream = batch.record, stream
        self.points = start[self.order]
        self.buffer = np.zeros_like(self.points[: self.split])
        self.states: list[State] = [
            lane.method.initialise(self.points[self.split + i]) for i, lane in enumerate(self.lanes[self.split :])
        ]
        self.stops = sorted({step for lane in lanes for step, _ in lane.changes})
        self.step = 0
        self.records: tuple[StepRecords, ...] = ()

    def advance(self, rows: FloatArray, buffers: FloatArray | None) -> None:
        """Fill rows (count, lanes, members, 2) with the next positions, and buffers, if wanted, with theirs."""
        count = len(rows)
        moved = np.empty_like(rows)
        kept = self._room(count) if self.record or buffers is not None else []
        ends = [stop - self.step for stop in self.stops if 0 < stop - self.step < count] + [count]
        begin = 0
        for end in ends:
            self._advance(moved, kept, begin, end)
            begin = end
        self.step += count
        rows[:, self.order] = moved
        if buffers is not None:
            for i, record in zip(self.order, kept, strict=True):
                buffers[:, i] = record.parts.get("d", np.nan)
        if self.record:
            self.records = tuple(kept[self.order.index(i)] for i in range(len(kept)))

    def _room(self, count: int) -> list[StepRecords]:
        """Empty records, in the order inside."""
        shape = (count, *self.points.shape[1:])
        out: list[StepRecords] = []
        for i, lane in enumerate(self.lanes):
            names = ["d"] if i < self.split else list(lane.method.parts(self.states[i - self.split]))
            out.append(StepRecords(np.empty(shape), {name: np.empty(shape) for name in names}))
        return out

    def _advance(self, moved: FloatArray, kept: list[StepRecords], begin: int, end: int) -> None:
        """Steps begin..end-1 of this chunk: no parameter changes within them."""
        methods = [lane.at(self.step + begin) for lane in self.lanes]
        split, stream, points, buffer, states = self.split, self.stream, self.points, self.buffer, self.states
        qhm = _stacked(methods[:split])
        singles: list[Any] = methods[split:]
        exact = [i for i, method in enumerate(methods) if method.oracle == "full"]
        corrected = [i for i, method in enumerate(methods) if method.oracle == "corrected"]
        if stream.exact:
            exact = []  # theirs is the common gradient
        trail: list[tuple[FloatArray, FloatArray, list[State]]] = []
        for row in range(begin, end):
            stream.row = row
            gradient = stream.sample(points)
            if exact:
                gradient[exact] = stream.full(points[exact])
            for i in corrected:
                gradient[i], states[i - split] = singles[i - split].estimate(points[i], states[i - split], stream)
            after = moved[row]
            if qhm is not None:
                after[:split], buffer = qhm_update(qhm, points[:split], buffer, gradient[:split])
            for i, method in enumerate(singles):
                after[split + i], states[i] = method.update(points[split + i], states[i], gradient[split + i])
            points = after
            if kept:
                trail.append((gradient, buffer, states.copy()))
        if trail:
            self._write(kept, slice(begin, end), trail, singles)
        self.points, self.buffer = points.copy(), buffer

    def _write(
        self,
        kept: list[StepRecords],
        rows: slice,
        trail: list[tuple[FloatArray, FloatArray, list[State]]],
        singles: list[Any],
    ) -> None:
        """Put the gradients, buffers and states of some steps into the records, lane by lane."""
        gradients, buffers = np.array([one[0] for one in trail]), np.array([one[1] for one in trail])
        for i, record in enumerate(kept):
            record.gradients[rows] = gradients[:, i]
            if i < self.split:
                record.parts["d"][rows] = buffers[:, i]
                continue
            parts = [singles[i - self.split].parts(states[i - self.split]) for _, _, states in trail]
            for name, column in record.parts.items():
                column[rows] = [vectors[name] for vectors in parts]


def _stacked(methods: list[Method]) -> QHM | None:
    """Members of the family as one QHM with an axis of lanes before those of members and coordinates."""
    family = [method.as_qhm() for method in methods if isinstance(method, LinearMethod)]
    if not family:
        return None
    alpha, beta, nu = (np.array([getattr(qhm, name) for qhm in family]) for name in ("alpha", "beta", "nu"))
    return QHM(alpha, beta, nu).with_axes(2)
