"""Many copies of one model, each with weights and an (α, β, ν) of its own, trained at once on shared mini-batches.

The weights of S copies are arrays (S, *shape): what all copies do with a mini-batch is one matrix product. With
v_k = αν d_k, q = α(1-νβ) and g the gradient, a step of QHM ([G] equation 3) is
    u = β v + q g,    x ← x - u,    v ← u - (1-ν)/(1-νβ) · q g,
in which the model hands over q g at once, scaled where its arrays are small.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from ..progress import SILENT, Monitor

Weights = list[NDArray[Any]]
#: (α, β, ν), each (S,); unlike in a QHM α may be 0: such a copy stays where it is.
Points = tuple[FloatArray, FloatArray, FloatArray]
#: A mini-batch, as the model wants it.
Batch = Any

#: Numbers of an array that are updated together: few enough for a cache, and enough that the calls cost little.
_CHUNK = 131_072
#: Velocities smaller than _TINY become 0 every so many steps: at β above .04 before they are subnormal.
_FLUSH_EVERY, _TINY = 16, 1e-15


#: Of a learning curve, at most.
BINS = 60


def bin_of(steps: int, bins: int = BINS) -> NDArray[np.int64]:
    """The bin of a learning curve that each of `steps` steps lies in, (steps,); never more bins than steps."""
    bins = min(bins, steps)
    return np.arange(steps) * bins // steps


def binned(losses: FloatArray) -> FloatArray:
    """The means over the bins of a learning curve, of losses (..., steps)."""
    places = bin_of(losses.shape[-1])
    firsts = np.flatnonzero(np.diff(places, prepend=-1))
    return np.add.reduceat(losses, firsts, axis=-1) / np.bincount(places)


class StackedModel(Protocol):
    """A model; every method works on S copies at once, in the precision of their weights.

    `shapes`: of the weight arrays of one copy. `l2`: the λ of the term λ/2 |w|², which is no business of `gradient`.
    """

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]: ...

    @property
    def l2(self) -> float: ...

    def gradient(self, weights: Weights, batch: Batch, scale: NDArray[Any], out: Weights) -> FloatArray:
        """The mean loss (S,) over the batch; `out` becomes its gradient times `scale` (S,)."""
        ...

    def scores(self, weights: Weights, batch: Batch) -> tuple[FloatArray, FloatArray]:
        """Mean loss (S,) over the batch, and share (S,) of right answers (NaN where there are none to give)."""
        ...


def stack(model: StackedModel, flat: FloatArray, copies: int, dtype: type = np.float32) -> Weights:
    """`copies` copies of the weights that are laid out one after another in `flat` (n,)."""
    return unflatten(model, np.broadcast_to(flat, (copies, len(flat))), dtype)


def unflatten(model: StackedModel, flat: FloatArray, dtype: type = np.float32) -> Weights:
    """New arrays of the weights that `flatten` laid out, (S, n)."""
    weights: Weights = []
    first = 0
    for shape in model.shapes:
        last = first + math.prod(shape)
        part = cast("Any", flat[:, first:last].reshape(len(flat), *shape))
        weights.append(part.astype(dtype, order="C"))  # "K" would let copies of one row run fastest
        first = last
    return weights


def flatten(weights: Weights) -> FloatArray:
    """The weights of every copy one after another, (S, n); S may be 0."""
    rows = [part.reshape(len(part), math.prod(part.shape[1:])) for part in weights]
    return np.concatenate(rows, axis=1).astype(np.float64)


class Stack:
    """S copies under way. `step` moves them all; `keep` drops copies."""

    def __init__(self, model: StackedModel, points: Points, start: FloatArray, dtype: type = np.float32) -> None:
        alpha, beta, nu = points
        self.model = model
        self.weights = stack(model, start, len(alpha), dtype)
        self.velocities = [np.zeros_like(part) for part in self.weights]
        self._gradients = [np.empty_like(part) for part in self.weights]
        own = 1 - nu * beta
        self._beta: NDArray[Any] = beta.astype(dtype)
        self._scale: NDArray[Any] = (alpha * own).astype(dtype)
        self._rest: NDArray[Any] = ((1 - nu) / own).astype(dtype)
        self._decay: NDArray[Any] = self._scale * dtype(model.l2)
        self._dtype = dtype
        self._steps = 0

    def __len__(self) -> int:
        return len(self._beta)

    def step(self, batch: Batch) -> FloatArray:
        """The loss (S,) on this mini-batch of every copy, which is then moved by its gradient there."""
        losses = self.model.gradient(self.weights, batch, self._scale, self._gradients)
        squares = cast("NDArray[Any]", np.zeros(len(self), self._dtype))
        for x, v, g in zip(self.weights, self.velocities, self._gradients, strict=True):
            self._move(x.reshape(len(x), -1), v.reshape(len(x), -1), g.reshape(len(x), -1), squares)
        self._steps += 1
        return losses + 0.5 * self.model.l2 * squares if self.model.l2 else losses

    def _move(self, x: NDArray[Any], v: NDArray[Any], g: NDArray[Any], squares: NDArray[Any]) -> None:
        """Move weights (S, n), some copies at a time, and add |w|² of every copy before the step to `squares`."""
        flush = self._steps % _FLUSH_EVERY == _FLUSH_EVERY - 1
        mixed, size = bool(self._rest.any()), max(1, _CHUNK // max(1, x.shape[1]))
        scratch = np.empty_like(x[:size])
        for first in range(0, len(x), size):
            part = slice(first, first + size)
            xs, vs, gs = x[part], v[part], g[part]
            spare = scratch[: len(xs)]
            if self.model.l2:
                squares[part] += np.vecdot(xs, xs)
                np.multiply(xs, self._decay[part, None], out=spare)
                gs += spare
            vs *= self._beta[part, None]
            vs += gs
            xs -= vs
            if mixed:
                gs *= self._rest[part, None]
                vs -= gs
            if flush:  # where no gradient comes, v falls by β a step until it is subnormal, and these are slow
                np.abs(vs, out=spare)
                vs[spare < _TINY] = 0

    def keep(self, chosen: NDArray[np.bool_]) -> None:
        """Go on with these copies only."""
        for arrays in (self.weights, self.velocities, self._gradients):
            arrays[:] = [part[chosen] for part in arrays]
        fields = self._beta, self._scale, self._rest, self._decay
        self._beta, self._scale, self._rest, self._decay = (part[chosen] for part in fields)


@dataclass(frozen=True, eq=False)
class Trained:
    """What became of S copies.

    `curve` (S, bins): mean loss on the mini-batches of every bin of steps, NaN after a divergence. `loss` (S,): the
    same over the steps from `counted` on; inf where the copy diverged. `diverged_at` (S,): the step at which it did, or
    -1. `weights` (S, n): the last ones; NaN where it diverged.
    """

    curve: NDArray[np.float32]
    loss: FloatArray
    diverged_at: NDArray[np.int64]
    weights: FloatArray


def train(
    model: StackedModel,
    points: Points,
    start: FloatArray,
    batches: Iterable[Batch],
    steps: int,
    *,
    counted: int = 0,
    bins: int = BINS,
    limit: float = 1e4,
    dtype: type = np.float32,
    monitor: Monitor = SILENT,
) -> Trained | None:
    """Train a copy for every one of `points` from `start` (n,), all on the same `steps` mini-batches.

    A loss is that of a mini-batch before the step that it makes. A copy has diverged, and leaves, where its loss is not
    finite or above `limit`. None when cancelled.
    """
    bins = min(bins, steps)
    with np.errstate(all="ignore"):
        live = Stack(model, points, start, dtype)
        copies = len(live)
        alive = np.arange(copies)
        sums, counts = np.zeros((copies, bins)), np.zeros(bins)
        loss, diverged_at = np.zeros(copies), np.full(copies, -1)
        for step, batch in zip(range(steps), batches, strict=False):
            if monitor.cancelled():
                return None
            losses = live.step(batch)
            place = step * bins // steps
            sums[alive, place] += losses
            counts[place] += 1
            if step >= counted:
                loss[alive] += losses
            fine = losses <= limit
            if not fine.all():
                gone = alive[~fine]
                diverged_at[gone], loss[gone], sums[gone, place:] = step, np.inf, np.nan
                live.keep(fine)
                alive = alive[fine]
                if not len(alive):
                    break
        counts[counts == 0] = np.nan
        weights = np.full((copies, len(start)), np.nan)
        weights[alive] = flatten(live.weights)
    return Trained((sums / counts).astype(np.float32), loss / (steps - counted), diverged_at, weights)
