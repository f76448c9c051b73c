"""Methods side by side on one loss: their paths, what each step was made of, a table, and basins of attraction.

All methods start at the same points and meet the same noise and the same mini-batches. Everything here is a pure
function of its arguments: the same call gives the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import FloatArray, ParameterError, require_array, require_integer, require_number
from .declared import title_of
from .losses import FiniteSum, IntArray, Loss
from .method_batch import Lane, MethodBatch, StepRecords
from .methods import Corrected, Method, Parts, Step
from .noise import MAX_MEMBERS, Noise
from .progress import SILENT, Monitor
from .simulation import MAX_POINTS, simulate

__all__ = ["Basins", "Comparison", "Lane", "Outcome", "basins", "compare", "distances", "outcomes"]

NOWHERE, DIVERGED = -1, -2
"""What `Basins.reached` says of a start that ended near no minimum, and of one that diverged."""

_RECORD_ROOM = 4  # a record holds the gradient and up to two or three parts beside each position
_CHUNK = 512


@dataclass(frozen=True, eq=False)
class Comparison:
    """Paths of several lanes, steps 0..completed.

    positions: (completed+1, lanes, members, 2), losses: f - f*, (completed+1, lanes, members); both NaN from the
    step of divergence on. diverged_at: (lanes, members), that step, or -1; undefined_at: the first step at which the
    loss is not defined, from which on the position stays, or -1. records: one a lane where they were asked
    for, else empty. completed is less than the steps asked for only when cancelled.
    """

    loss: Loss
    lanes: tuple[Lane, ...]
    positions: FloatArray
    losses: FloatArray
    diverged_at: IntArray
    undefined_at: IntArray
    records: tuple[StepRecords, ...] = ()

    @property
    def completed(self) -> int:
        """How many steps were made."""
        return len(self.positions) - 1

    def step(self, lane: int, index: int, member: int = 0) -> Step:
        """The step of one lane from x_index to x_{index+1}, index from 0 to completed - 1, as vectors (2,).

        Needs records; ParameterError without them and for a step that there is not.
        """
        if not self.records:
            raise ParameterError("record", False, "True for a comparison whose steps are to be looked at")
        require_integer("index", index, 0, self.completed - 1)
        record = self.records[lane]
        after = {name: vectors[index, member] for name, vectors in record.parts.items()}
        if index:
            before = {name: vectors[index - 1, member] for name, vectors in record.parts.items()}
        else:
            start = self.positions[0, lane, member]
            method = self.lanes[lane].method
            before = method.parts(method.initialise(start))
        return Step(index, self.positions[index, lane, member], record.gradients[index, member], before, after)

    def explain(self, lane: int, index: int, member: int = 0) -> Parts:
        """The terms of that step by label, "g" first and "Δx", the step taken, last (`Method.explain`)."""
        with np.errstate(all="ignore"):  # of a run that diverges, the square of a gradient is beyond the largest float
            return self.lanes[lane].at(index).explain(self.step(lane, index, member))


def compare(
    loss: Loss,
    methods: Sequence[Method | Lane],
    start: ArrayLike,
    steps: int,
    noise: Noise | ArrayLike | None = None,
    seed: int = 0,
    members: int = 1,
    *,
    record: bool = False,
    monitor: Monitor = SILENT,
    limit: float = 1e8,
) -> Comparison:
    """Run all `methods` from the same start(s) with the same noise and the same mini-batches.

    start: (2,), or (members, 2), a start for each member. noise, seed, members, limit: as in `simulate`. A method
    given as a `Lane` changes its parameters on the way. record: also keep the gradient and the state of every step,
    for `Comparison.step` and `explain`. The methods of the QHM family are one array operation; the others cost a few
    more each. At most 50,000,000 points in all (a quarter of that with records), else ParameterError.
    """
    lanes = tuple(each if isinstance(each, Lane) else Lane(each) for each in methods)
    batch = MethodBatch(lanes, record)
    chunks = simulate(loss, batch, start, steps, noise, seed, members, chunk=_CHUNK, monitor=monitor, limit=limit)
    points = (steps + 1) * len(lanes) * members * (_RECORD_ROOM if record else 1)
    if points > MAX_POINTS:
        allowed = steps * MAX_POINTS // points
        raise ParameterError("steps", steps, f"at most {allowed:,} for {len(lanes)} methods and {members:,} members")
    pieces = list(chunks)
    # A run lies in one piece in memory: of a million steps those of one method are asked for a hundred times.
    runs = np.empty((len(lanes), members, sum(len(piece.positions) for piece in pieces), 2))
    np.concatenate([piece.positions.transpose(1, 2, 0, 3) for piece in pieces], axis=2, out=runs)
    with np.errstate(all="ignore"):
        heights = loss.value(runs) - loss.minimum_value()
    positions, losses = runs.transpose(2, 0, 1, 3), heights.transpose(2, 0, 1)
    records = tuple(
        StepRecords(
            np.concatenate([record.gradients for record in lane]),
            {name: np.concatenate([record.parts[name] for record in lane]) for name in lane[0].parts},
        )
        for lane in zip(*(piece.records for piece in pieces), strict=True)
    )
    return Comparison(loss, lanes, positions, losses, pieces[-1].diverged_at, pieces[-1].undefined_at, records)


def distances(loss: Loss, positions: FloatArray, lowest: bool = False) -> FloatArray:
    """Distance from positions (..., 2) to the nearest known minimum of `loss`, or to the lowest one; shape (...).

    NaN where positions are, and everywhere when the loss has no known minimum.
    """
    minima = loss.minima()[:1] if lowest else loss.minima()
    best = np.full(positions.shape[:-1], np.inf if len(minima) else np.nan)
    with np.errstate(invalid="ignore", over="ignore"):
        for minimum in minima:
            best = np.minimum(best, np.hypot(positions[..., 0] - minimum[0], positions[..., 1] - minimum[1]))
    return best


@dataclass(frozen=True)
class Outcome:
    """A row of the table at the end.

    best_loss, best_step: the lowest f - f* and its first step. final_loss: at the last step, NaN after divergence.
    steps_to_target: the first step with f - f* <= the target, -1 if there is none. diverged_at: -1 if it did not.
    distance: from the last position to the nearest minimum, NaN where there is none. evaluations: gradients of
    single components asked for up to the end or divergence; -1 where the loss is no finite sum.
    """

    title: str
    best_loss: float
    best_step: int
    final_loss: float
    steps_to_target: int
    diverged_at: int
    distance: float
    evaluations: int

    @property
    def diverged(self) -> bool:
        """Whether it left, for ever."""
        return self.diverged_at >= 0


def outcomes(comparison: Comparison, target: float, member: int = 0) -> tuple[Outcome, ...]:
    """The table of a comparison, a row a lane, for one member. target: a value of f - f*, greater than 0."""
    require_number("target", target, 0.0, low_open=True)
    rows: list[Outcome] = []
    last = distances(comparison.loss, comparison.positions[-1, :, member])
    for i, lane in enumerate(comparison.lanes):
        losses = comparison.losses[:, i, member]
        gone = int(comparison.diverged_at[i, member])
        # A start where the loss is not defined has no lowest value.
        best = int(np.nanargmin(losses)) if np.isfinite(losses).any() else 0
        with np.errstate(invalid="ignore"):
            hit = losses <= target
        rows.append(
            Outcome(
                title=title_of(lane.method),
                best_loss=float(losses[best]),
                best_step=best,
                final_loss=float(losses[-1]),
                steps_to_target=int(hit.argmax()) if hit.any() else -1,
                diverged_at=gone,
                distance=float(last[i]),
                evaluations=_evaluations(comparison.loss, lane, gone if gone >= 0 else comparison.completed),
            )
        )
    return tuple(rows)


def _evaluations(loss: Loss, lane: Lane, steps: int) -> int:
    if not isinstance(loss, FiniteSum):
        return -1
    if isinstance(lane.method, Corrected):
        methods = (lane.at(k) for k in range(steps))
        costs = (m.evaluations(k, loss.n, loss.batch) for k, m in enumerate(methods) if isinstance(m, Corrected))
        return sum(costs)
    return steps * (loss.n if lane.method.oracle == "full" else loss.batch)


@dataclass(frozen=True, eq=False)
class Basins:
    """Which minimum each start of a lattice ends at.

    xs, ys: the lattice. reached: (len(ys), len(xs)), the index in `minima`, or NOWHERE (-1: near none of them when
    the steps were over), or DIVERGED (-2). ends: (len(ys), len(xs), 2), the last positions, NaN after divergence.
    arrivals: (len(ys), len(xs)), the step from which on a run stays near the minimum, -1 where `reached` is negative;
    None unless the loss has exactly one minimum.
    """

    xs: FloatArray
    ys: FloatArray
    minima: FloatArray
    reached: IntArray
    ends: FloatArray
    arrivals: IntArray | None = None


def basins(
    loss: Loss,
    method: Method,
    xs: ArrayLike,
    ys: ArrayLike,
    steps: int,
    noise: Noise | None = None,
    seed: int = 0,
    *,
    radius: float | None = None,
    monitor: Monitor = SILENT,
    limit: float = 1e8,
) -> Basins:
    """Run `method` from every point of the lattice xs × ys at once and say which minimum of `loss` it ends at.

    A run is at a minimum when its last position is within `radius` of it; None: 2 % of the window's diagonal, but at
    most half the way to the next minimum. noise: independent from start to start. It ends early once nothing moves.
    When cancelled, the answer is that of the steps made. At most 100,000 starts, else ParameterError.
    """
    columns, lines = require_array("xs", xs), require_array("ys", ys)
    if columns.ndim != 1 or lines.ndim != 1 or not 1 <= columns.size * lines.size <= MAX_MEMBERS:
        raise ParameterError("xs, ys", f"{columns.shape}, {lines.shape}", f"lists with 1 to {MAX_MEMBERS:,} pairs")
    minima = loss.minima()
    (x0, x1), (y0, y1) = loss.window()
    diagonal = float(np.hypot(x1 - x0, y1 - y0))
    near = _default_radius(minima, diagonal) if radius is None else require_number("radius", radius, 0.0, low_open=True)
    lattice = np.stack(np.meshgrid(columns, lines), axis=-1)
    starts = lattice.reshape(-1, 2)
    ends, diverged = starts, np.zeros(len(starts), dtype=bool)
    arrivals = np.full(len(starts), -1, dtype=np.int64)  # of a single minimum: the first step of the present stay
    step = 0
    for chunk in simulate(
        loss, method, starts, steps, noise, seed, len(starts), chunk=32, monitor=monitor, limit=limit
    ):
        ends, diverged = chunk.positions[-1], chunk.diverged_at >= 0
        if len(minima) == 1:
            _note_arrivals(arrivals, chunk.positions, minima[0], near, step)
        step += len(chunk.positions)
        if _at_rest(chunk.positions, ~diverged, 1e-12 * diagonal):
            break
    reached = np.full(len(starts), NOWHERE, dtype=np.int64)
    best = np.full(len(starts), near)
    with np.errstate(invalid="ignore", over="ignore"):
        for index, minimum in enumerate(minima):
            apart = np.hypot(ends[:, 0] - minimum[0], ends[:, 1] - minimum[1])
            closer = apart <= best
            reached[closer], best[closer] = index, apart[closer]
    reached[diverged] = DIVERGED
    shape = lattice.shape[:-1]
    single = np.where(reached >= 0, arrivals, -1).reshape(shape) if len(minima) == 1 else None
    return Basins(columns, lines, minima, reached.reshape(shape), ends.reshape(lattice.shape), single)


def _at_rest(positions: FloatArray, alive: NDArray[np.bool_], still: float) -> bool:
    """Whether no run that is alive has moved by more than `still` over positions (n, starts, 2) of its last steps."""
    first, last = positions[0, alive], positions[-1, alive]
    if first.size and float(np.abs(last - first).max()) > still:  # as mostly: the rows between need no look
        return False
    moved = np.ptp(positions[:, alive], axis=0)
    return moved.size == 0 or float(moved.max()) <= still


def _note_arrivals(arrivals: IntArray, positions: FloatArray, minimum: FloatArray, near: float, first: int) -> None:
    """Go on with `arrivals` (starts,) over positions (n, starts, 2) of the steps from `first` on, in place."""
    with np.errstate(invalid="ignore", over="ignore"):
        away = ~(np.hypot(positions[..., 0] - minimum[0], positions[..., 1] - minimum[1]) <= near)
    rows = len(away)
    last = rows - 1 - away[::-1].argmax(axis=0)  # the last row that is away, where there is one
    left = away.any(axis=0)
    inside = ~away[-1]
    arrivals[left] = np.where(inside[left], first + last[left] + 1, -1)
    arrivals[~left & (arrivals < 0)] = first


def _default_radius(minima: FloatArray, diagonal: float) -> float:
    near = 0.02 * diagonal
    if len(minima) > 1:
        apart = np.hypot(*(minima[:, None] - minima[None]).transpose(2, 0, 1))
        near = min(near, 0.5 * float(apart[np.triu_indices(len(minima), 1)].min()))
    return near
