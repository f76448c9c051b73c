"""The one engine: runs any method on any loss and yields chunks of positions.

Gradients carry additive noise, or are those of mini-batches where the loss is a finite sum, or both.
A quadratic with constant (α, β, ν) is a linear recurrence and takes the path of `linear.py`; everything else
is a loop over steps with all members and parameter cells in one array. Divergence is a result: positions
become NaN. So is a step to where the loss is not defined: there is no gradient there, and the run stands still.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import (
    MAX_STEPS,
    FloatArray,
    ParameterError,
    require_array,
    require_integer,
    require_number,
    require_point,
)
from .declared import title_of
from .gradients import GradientStream, noise_on
from .linear import LinearEngine, in_reach
from .loop_stepper import LoopStepper, QHMCells
from .losses import FiniteSum, Loss, Quadratic
from .method_batch import MethodBatch, MethodBatchStepper, StepRecords
from .methods import Corrected, LinearMethod, Method
from .methods.base import Oracle
from .minibatch_noise import MiniBatches
from .noise import MAX_MEMBERS, DrawnNoise, Noise, NoNoise
from .parameters import QHM
from .progress import SILENT, Monitor
from .scheduled import ScheduledQHM, ScheduleStepper

MAX_POINTS = 50_000_000  # points of one Trajectory: 0.8 GB of positions, 0.4 GB of losses
CHUNK_POINTS = 2_000_000  # points that a chunk may hold, whatever `chunk` asks for: 32 MB

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Chunk:
    """Consecutive steps of a simulation.

    Attributes
    ----------
    first : int
        The step of row 0 (0 in the first chunk, whose row 0 is the start; a chunk never repeats a row).
    positions : ndarray
        (n, P, members, 2), x after step first + row; NaN from the step of divergence on.
    diverged_at : ndarray of int
        (P, members), the first step that diverged up to the end of this chunk, -1 where none has.
    undefined_at : ndarray of int
        (P, members), the first step at which the loss is not defined, -1 where there is none; from there on the
        position stays.
    buffers : ndarray or None
        Like positions, d_{k-1} at x_k (0 at the start), or None if not asked for.
    records : tuple of StepRecords
        What a `MethodBatch` wrote down of the steps of this chunk, a lane each.
    """

    first: int
    positions: FloatArray
    diverged_at: IntArray
    undefined_at: IntArray
    buffers: FloatArray | None = None
    records: tuple[StepRecords, ...] = ()


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A whole simulation, steps 0..completed.

    Attributes
    ----------
    positions : ndarray
        (completed+1, P, members, 2); NaN after divergence.
    losses : ndarray
        f - f*, (completed+1, P, members); NaN after divergence.
    diverged_at, undefined_at : ndarray of int
        (P, members), as in :class:`Chunk`.
    completed : int
        Less than the steps asked for only when cancelled.
    buffers : ndarray or None
        As in :class:`Chunk`.
    """

    positions: FloatArray
    losses: FloatArray
    diverged_at: IntArray
    undefined_at: IntArray
    completed: int
    buffers: FloatArray | None = None


def simulate(
    loss: Loss,
    method: Method | QHM | ScheduledQHM | MethodBatch,
    start: ArrayLike,
    steps: int,
    noise: Noise | DrawnNoise | ArrayLike | None = None,
    seed: int = 0,
    members: int = 1,
    *,
    chunk: int = 256,
    monitor: Monitor = SILENT,
    limit: float = 1e8,
    want_buffers: bool = False,
) -> Iterator[Chunk]:
    """Run a method on a loss and yield its path in chunks; the first also holds the start.

    Parameters
    ----------
    loss : Loss
        If it is a FiniteSum, every step takes the gradient of its mini-batch; the batches come from `seed` and are the
        same for every cell, every method and every chunk size, each member having its own.
    method : Method, QHM, ScheduledQHM or MethodBatch
        A QHM's fields may have any shape P: all its cells run at once, as (*P, members, 2) arrays. The cells of a
        ScheduledQHM are its schedules, those of a MethodBatch its lanes.
    start : array_like
        (2,), or anything finite that broadcasts to (*P, members, 2).
    steps : int
        1 to 10,000,000.
    noise : Noise, array_like or None
        A Noise, drawn from SFC64(seed), or the draws themselves, (steps, members, 2) (see :func:`draw_noise`). Every
        cell, and every method called with the same seed, meets the same noise, whatever the chunk size.
    seed : int
        At least 0.
    members : int
        1 to 100,000 runs side by side.
    chunk : int
        Steps in a chunk at most; chunks are shortened to 2,000,000 points.
    monitor : Monitor
        Asked before each chunk whether to stop, told after each the share done.
    limit : float
        A member has diverged at the first step where its position is farther than this from its start, in the units of
        the plane, or not finite although the loss was defined where it came from. Where the loss was not defined
        (log(x) at -1), it has not diverged: it stays there.
    want_buffers : bool
        Also return the momentum buffer d (NaN if the method has none).

    Returns
    -------
    iterator of Chunk
        In order; none repeats a row.

    Raises
    ------
    ParameterError
        At the call, for a bad value.

    Notes
    -----
    g_k = ∇f(x_k) + noise, d_k = (1-β) g_k + β d_{k-1}, x_{k+1} = x_k - α [(1-ν) g_k + ν d_k] ([G] eq. (3)) for a QHM.

    Examples
    --------
    >>> from qhm_math import Quadratic
    >>> [len(chunk.positions) for chunk in simulate(Quadratic(), QHM(1.0), (1.0, 1.0), 5, chunk=3)]
    [4, 2]
    """
    engine = _Engine(loss, method, start, steps, noise, seed, members, limit, want_buffers)
    size = require_integer("chunk", chunk, 1)
    return engine.chunks(min(size, max(1, CHUNK_POINTS // engine.weight)), monitor)


def run(
    loss: Loss,
    method: Method | QHM | ScheduledQHM | MethodBatch,
    start: ArrayLike,
    steps: int,
    noise: Noise | DrawnNoise | ArrayLike | None = None,
    seed: int = 0,
    members: int = 1,
    *,
    chunk: int | None = None,
    monitor: Monitor = SILENT,
    limit: float = 1e8,
    want_buffers: bool = False,
) -> Trajectory:
    """:func:`simulate`, in one piece with its losses.

    Parameters
    ----------
    loss, method, start, steps, noise, seed, members, monitor, limit, want_buffers
        As in :func:`simulate`. At most 50,000,000 points in all: steps × members × parameter cells.
    chunk : int or None
        Progress and cancellation go by chunks of this length; None chooses one.

    Returns
    -------
    Trajectory
        Up to the step that a cancelled run has come to.

    Raises
    ------
    ParameterError
        For a bad value.

    Examples
    --------
    >>> from qhm_math import Quadratic
    >>> run(Quadratic(), QHM(1.0), (1.0, 1.0), 5).positions.shape
    (6, 1, 2)
    """
    engine = _Engine(loss, method, start, steps, noise, seed, members, limit, want_buffers)
    if engine.count * (engine.steps + 1) > MAX_POINTS:
        allowed = MAX_POINTS // engine.count - 1
        per_step = f"{engine.count:,} members and cells"
        raise ParameterError("steps", steps, f"at most {allowed:,} for {per_step}")
    size = max(1, 200_000 // engine.weight) if chunk is None else require_integer("chunk", chunk, 1)
    pieces = list(engine.chunks(size, monitor))
    if len(pieces) == 1:
        positions, buffers = pieces[0].positions, pieces[0].buffers
    else:
        positions = np.concatenate([piece.positions for piece in pieces])
        kept = [piece.buffers for piece in pieces if piece.buffers is not None]
        buffers = np.concatenate(kept) if kept else None
    with np.errstate(over="ignore", invalid="ignore"):
        losses = loss.value(positions) - loss.minimum_value()
    last = pieces[-1]
    return Trajectory(positions, losses, last.diverged_at, last.undefined_at, len(positions) - 1, buffers)


class _Engine:
    """The checked arguments of one simulation and the chunks that they make."""

    def __init__(
        self,
        loss: Loss,
        method: Method | QHM | ScheduledQHM | MethodBatch,
        start: ArrayLike,
        steps: int,
        noise: Noise | DrawnNoise | ArrayLike | None,
        seed: int,
        members: int,
        limit: float,
        want_buffers: bool,
    ) -> None:
        self.loss, self.method = loss, method
        self.steps = require_integer("steps", steps, 1, MAX_STEPS)
        self.members = require_integer("members", members, 1, MAX_MEMBERS)
        self.limit = require_number("limit", limit, 0.0, low_open=True)
        self.want_buffers = want_buffers
        shape = (*(method.shape if isinstance(method, QHM | ScheduledQHM | MethodBatch) else ()), self.members, 2)
        self.count = int(np.prod(shape, dtype=np.int64)) // 2
        if not self.count:
            raise ParameterError("method", f"points of shape {shape[:-2]}", "at least one point")
        if self.count > MAX_POINTS // 2:
            raise ParameterError("members", members, f"fewer: {self.count:,} members and cells are too many")
        point = require_point("start", start)
        try:
            self.start = np.array(np.broadcast_to(point, shape))
        except ValueError:
            raise ParameterError("start", start, f"of a shape that broadcasts to {shape}") from None
        drawn: Noise | None = None
        draws: FloatArray | None = None
        if noise is None:
            pass
        elif hasattr(noise, "draw"):
            drawn = noise_on(loss, noise)  # type: ignore[arg-type]
            drawn = None if isinstance(drawn, NoNoise) else drawn
        elif isinstance(noise, DrawnNoise):
            drawn, draws = noise.noise, noise.draws
        else:
            draws = require_array("noise", noise)  # type: ignore[arg-type]
            if draws.shape != (self.steps, self.members, 2):
                expected = f"a Noise or an array of shape {(self.steps, self.members, 2)}"
                raise ParameterError("noise", f"array of shape {draws.shape}", expected)
        self.oracle: Oracle = "sampled" if isinstance(method, QHM | ScheduledQHM | MethodBatch) else method.oracle
        exact = self.oracle == "full"  # nothing is drawn for a method that would not look at it
        if exact:
            drawn = draws = None
        near = self.start.reshape(-1, 2)[0]
        self.stream = GradientStream(loss, self.members, seed, drawn, draws, batches=not exact, near=near)
        # The points that a step holds at once: the rows of all batches, where there are any.
        self.weight = self.count * (self.stream.sum.batch if self.stream.sum is not None else 1)
        kinds = [lane.method for lane in method.lanes] if isinstance(method, MethodBatch) else [method]
        if any(isinstance(kind, Corrected) for kind in kinds) and not isinstance(loss, FiniteSum):
            raise ParameterError("loss", title_of(loss), "a finite sum: SVRG asks for the gradients of its components")

    @np.errstate(over="ignore", invalid="ignore")  # what overflows has diverged
    def _stepper(self) -> Any:
        qhm = self.method if isinstance(self.method, QHM) else None
        if qhm is None and isinstance(self.method, LinearMethod):
            qhm = self.method.as_qhm()
        if isinstance(self.method, ScheduledQHM):
            return ScheduleStepper(self.loss, self.method, self.start, self.stream)
        if isinstance(self.method, MethodBatch):
            return MethodBatchStepper(self.method, self.start, self.stream)
        if (
            qhm is not None
            and isinstance(self.loss, Quadratic)
            and not isinstance(self.stream.noise, MiniBatches)
            and in_reach(qhm, self.loss, self.start)
        ):
            return LinearEngine(qhm, self.loss, self.start, self.stream, self.want_buffers)
        method: Any = QHMCells(qhm) if isinstance(self.method, QHM) and qhm is not None else self.method
        return LoopStepper(method, self.start, self.stream)

    def chunks(self, size: int, monitor: Monitor) -> Iterator[Chunk]:
        stepper = self._stepper()
        diverged_at = np.full(self.start.shape[:-1], -1, dtype=np.int64)
        undefined_at = diverged_at.copy()
        last = self.start
        done = 0
        while done < self.steps:
            if monitor.cancelled():
                if done == 0:  # nothing is known but the start
                    buffers = np.zeros((1, *self.start.shape)) if self.want_buffers else None
                    yield Chunk(0, self.start[None].copy(), diverged_at, undefined_at, buffers)
                return
            count = min(size, self.steps - done)
            lead = 1 if done == 0 else 0
            rows = np.empty((lead + count, *self.start.shape))
            buffers = np.empty_like(rows) if self.want_buffers else None
            rows[:lead] = self.start
            if buffers is not None:
                buffers[:lead] = 0.0
            with np.errstate(all="ignore"):
                fresh = None if buffers is None else buffers[lead:]
                self.stream.prepare(count)
                stepper.advance(rows[lead:], fresh)
                self._mark(rows[lead:], fresh, last, diverged_at, undefined_at, done + 1)
            last = rows[-1].copy()
            records = getattr(stepper, "records", ())
            chunk = Chunk(done + 1 - lead, rows, diverged_at.copy(), undefined_at.copy(), buffers, records)
            done += count
            monitor.report(done / self.steps)
            yield chunk

    def _mark(
        self,
        rows: FloatArray,
        buffers: FloatArray | None,
        last: FloatArray,
        diverged_at: IntArray,
        undefined_at: IntArray,
        first: int,
    ) -> None:
        """Note the first bad step of every member, and put NaN from there on, or where the loss is not defined the
        position before it. last: the positions before the first of `rows`."""
        # NaN compares false: whatever is not surely near is looked at element by element.
        near = self.limit / 2
        low, high = rows.min(), rows.max()
        never = bool((diverged_at < 0).all())
        if never and high - self.start.min() <= near and self.start.max() - low <= near:
            return
        offset = rows - self.start
        bad = ~(np.hypot(offset[..., 0], offset[..., 1]) <= self.limit)
        bad |= diverged_at >= 0
        lost = np.logical_or.accumulate(bad, axis=0)
        step = lost.argmax(axis=0)  # of those that are lost
        fresh = lost[-1] & (diverged_at < 0)
        before = np.concatenate((last[None], rows))
        before = np.take_along_axis(before, step[None, ..., None], axis=0)[0]
        fallen = fresh & np.isnan(self.loss.value(before))
        undefined_at[fallen & (undefined_at < 0)] = (first - 1 + step)[fallen & (undefined_at < 0)]
        diverged_at[fresh & ~fallen] = first + step[fresh & ~fallen]
        rows[:] = np.where((lost & ~fallen)[..., None], np.nan, rows)
        rows[:] = np.where((lost & fallen)[..., None], before, rows)
        if buffers is not None:
            buffers[lost] = np.nan
