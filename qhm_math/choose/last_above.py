"""The last step at which an expected loss is above a target, without walking there.

What a loss has in excess of its stationary value is a linear function of the second moments R that are left,
R_k = M^k R_0 with R_0 = (those of the start) - (the stationary ones), and M keeps the order of symmetric matrices. P,
the stationary covariance of unit noise, is T P Tᵀ + N Nᵀ >= T P Tᵀ. So where R_k <= c P, c >= 0, it is so for ever, and
the excess at most that of c P: a bound on all later steps. Likewise R_{k+1} - R_k bounds how fast the excess changes.
Under mini-batches the stationary moments of all modes together have the same property.

A span of 2^l steps is left out where either bound says that the loss stays below in it; else its right half is looked
at, and then its left one. Spans of a few steps are looked at step by step. M^(2^l) comes from squaring.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from ..checks import FloatArray
from ..minibatch_modes import whole_map
from ..parameters import QHM
from ..progress import SILENT, Monitor, require_going_on
from .held import Power, one_step
from .problem import Problem

#: Spans of 2^_LEAF steps are looked at step by step.
_LEAF = 4
#: More doublings under mini-batches, where what modes feed each other makes the bound hold late.
_FURTHER = 8
#: Iterates towards the least bound.
_ITERATES = 2
#: Numbers of one array of all points and modes, and of all matrices under mini-batches, in a pass.
_PASS, _MATRICES = 1 << 13, 1 << 22


class _Moments(ABC):
    """The second moments that are left of some points. A state is (points, 3, modes): gg, gy, yy of every mode."""

    start: FloatArray
    half: FloatArray  # λ/2, (modes,): the excess is Σ λ yy/2
    unit: tuple[Any, ...]  # P, (points, modes) each

    @abstractmethod
    def prepare(self, level: int, rows: Any) -> None:
        """Have 2^level steps ready for ``rows``; levels come in order, and rows only fall out."""

    @abstractmethod
    def after(self, levels: Any, rows: Any, state: Any) -> Any:
        """The states of ``rows`` 2^levels steps on; one level or one a row."""

    @abstractmethod
    def most(self, rows: Any, high: Any) -> Any:
        """The excess of c P from the least c >= 0 of every mode."""

    def excess(self, state: Any) -> FloatArray:
        """The excess of the loss over its stationary value, (..., points)."""
        return state[:, 2] @ self.half

    def bound(self, rows: Any, state: Any) -> Any:
        """What the excess of this state is at most at all later steps; >= 0."""
        trace, size = self._shares(rows, state)
        return self.most(rows, np.maximum((trace + size) / 2, 0.0))

    def bounds(self, rows: Any, state: Any) -> tuple[Any, Any]:
        """That, and that of its negative."""
        trace, size = self._shares(rows, state)
        return (
            self.most(rows, np.maximum((trace + size) / 2, 0.0)),
            self.most(rows, np.maximum((size - trace) / 2, 0.0)),
        )

    def _shares(self, rows: Any, state: Any) -> tuple[Any, Any]:
        """Sum and distance of the two c at which state - c P is singular."""
        gg, gy, yy = (part[rows] for part in self.unit)
        of_gg, of_gy, of_yy = state[:, 0], state[:, 1], state[:, 2]
        determinant = np.maximum(gg * yy - gy * gy, 1e-13 * gg * yy)
        trace = (yy * of_gg - 2 * gy * of_gy + gg * of_yy) / determinant
        product = (of_gg * of_yy - of_gy * of_gy) / determinant
        return trace, np.sqrt(np.maximum(trace * trace - 4 * product, 0.0))

    def path(self, rows: Any, state: Any) -> FloatArray:
        """The excesses now and after 1 to 2^_LEAF steps, (2^_LEAF + 1, points)."""
        count = len(rows)
        for level in range(_LEAF):
            state = np.concatenate((state, self.after(level, np.tile(rows, 1 << level), state)))
        state = np.concatenate((state, self.after(0, rows, state[-count:])))
        return self.excess(state).reshape(-1, count)


class _Additive(_Moments):
    """Modes on their own; in (g, y) of `sheared`, all times α²."""

    def __init__(self, problem: Problem, alpha: Any, beta: Any, nu: Any, levels: int) -> None:
        lam = problem.curvatures
        power, shear = one_step(alpha, beta, nu, lam)
        self._maps = [np.empty((levels + 1, *power.t[0].shape)) for _ in range(4)]
        # P by doubling, until nothing is left of the start of any: |1 - R| is at least about 1e-15
        for level in range(64):
            if level <= levels:
                for of_level, part in zip(self._maps, power.t, strict=True):
                    of_level[level] = part
            elif max(float(np.abs(part).max()) for part in power.t) < 1e-12:
                break
            power = power.twice()
        self.unit, self.half = power.p, lam / 2
        self._weights = self.half * self.unit[2]
        noise = alpha * alpha * problem.noise_variances
        self.start = np.stack([-noise * part for part in self.unit], axis=1)
        for part, share in enumerate((shear * shear, shear, 1.0)):
            self.start[:, part] += share * problem.offset_squares

    def prepare(self, level: int, rows: Any) -> None:
        """All are."""

    def after(self, levels: Any, rows: Any, state: Any) -> Any:
        a, b, c, d = (part[levels, rows] for part in self._maps)
        return np.stack(Power((a, b, c, d), (0, 0, 0)).carried((state[:, 0], state[:, 1], state[:, 2])), axis=1)

    def most(self, rows: Any, high: Any) -> Any:
        return np.einsum("pn,pn->p", self._weights[rows], high)


class _MiniBatches(_Moments):
    """Modes that feed each other's noise: one matrix for all; in the moments of `minibatch.SecondMoments`."""

    def __init__(self, problem: Problem, alpha: Any, beta: Any, nu: Any, levels: int) -> None:
        lam, size = problem.curvatures, problem.batch or np.inf
        full = np.broadcast_to(lam, (len(alpha), len(lam)))
        step, _, begun = whole_map(QHM(alpha, beta, nu), full, size, problem.counts)
        self._maps = np.empty((levels + 1, *step.shape))
        self._maps[0] = step
        unit = _unit_covariance(one_step(alpha, beta, nu, lam)[0])
        psi = (alpha * lam) ** 2 * unit[2]  # λ P_xx / σ² of section 4, with S = λ
        self.unit, self.half = tuple(alpha * alpha * part for part in unit), lam / 2
        # Stationary second moments of σ² = 1: each mode's own unit covariance, by the strength of its noise.
        fed = (problem.counts * psi / (size - psi)).sum(axis=-1, keepdims=True)
        strength = (lam / size) * problem.counts * (1 + fed / (1 - fed)) * (size / (size - psi))
        stationary = np.stack([strength * part for part in self.unit], axis=1)
        self._weights, self._fed_by = self.half * self.unit[2], 2 * lam * problem.counts / (size - psi)
        self._gain = 1 / (1 - fed[:, 0])
        self.start = begun.reshape(stationary.shape) * problem.offset_squares - problem.residual_variance * stationary

    def prepare(self, level: int, rows: Any) -> None:
        if level:
            maps = self._maps[level - 1, rows]
            self._maps[level, rows] = maps @ maps

    def after(self, levels: Any, rows: Any, state: Any) -> Any:
        moved = self._maps[levels, rows] @ state.reshape(len(state), 3 * state.shape[2], 1)
        return moved.reshape(state.shape)

    def path(self, rows: Any, state: Any) -> FloatArray:
        """One step after the other: fetching other matrices costs more than steps do."""
        step, excesses = self._maps[0, rows], [self.excess(state)]
        for _ in range(1 << _LEAF):
            state = (step @ state.reshape(len(rows), 3 * state.shape[2], 1)).reshape(state.shape)
            excesses.append(self.excess(state))
        return np.stack(excesses)

    def most(self, rows: Any, high: Any) -> Any:
        # Modes with strengths s_j >= c_j of noise stay below themselves where s_j >= (what an excess E of all feeds to
        # mode j) and E = Σ w_j s_j. The least E with E >= Σ w_j max(c_j, E g_j) is such a bound; from above, every
        # iterate is one.
        weights, fed_by = self._weights[rows], self._fed_by[rows]
        excess = np.einsum("pn,pn->p", weights, high) * self._gain[rows]
        for _ in range(_ITERATES):
            excess = np.einsum("pn,pn->p", weights, np.maximum(high, fed_by * excess[:, None]))
        return excess


def _unit_covariance(step: Power) -> tuple[Any, Any, Any]:
    """P = T P Tᵀ + N Nᵀ as (gg, gy, yy), by doubling."""
    power = step
    for _ in range(64):
        power = power.twice()
        if max(float(np.abs(part).max()) for part in power.t) < 1e-12:
            break
    return power.p


def last_above(
    problem: Problem,
    alpha: Any,
    beta: Any,
    nu: Any,
    target: float,
    floors: FloatArray,
    most: int,
    monitor: Monitor = SILENT,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """One more than the last step above the target, the loss at that step, and the loss after it.

    alpha, beta, nu: (p, 1); floors: the stationary losses, (p,), below the target. (p,) each: 0, NaN and NaN where the
    loss is above at no step; inf, NaN and NaN where it is not known to stay below within about ``most`` steps.
    Nothing is checked. Cancelled between two spans.
    """
    levels, modes = max(int(most).bit_length(), _LEAF), len(problem.curvatures)
    if problem.batch is not None:
        levels += _FURTHER
    rows = max(1, _PASS // modes if problem.batch is None else _MATRICES // (9 * modes * modes * (levels + 1)))
    found = np.full((3, len(floors)), np.nan)
    kind = _Additive if problem.batch is None else _MiniBatches
    for first in range(0, len(floors), rows):
        require_going_on(monitor)
        some = slice(first, first + rows)
        moments = kind(problem, alpha[some], beta[some], nu[some], levels)
        found[:, some] = _search(moments, target - floors[some], levels, monitor)
    return found[0], found[1] + floors, found[2] + floors


def _search(moments: _Moments, room: FloatArray, levels: int, monitor: Monitor) -> FloatArray:
    """The three of :func:`last_above` with excesses for losses, (3, p), where ``room`` is the excess allowed."""
    found = np.full((3, len(room)), np.nan)
    found[0] = np.inf
    top, right = np.zeros(len(room), dtype=np.int64), np.zeros(len(room))
    open_rows = np.arange(len(room))
    for level in range(levels + 1):
        require_going_on(monitor)
        moments.prepare(level, open_rows)
        if level < _LEAF:
            continue
        far = moments.after(level, open_rows, moments.start[open_rows])
        sure = moments.bound(open_rows, far) <= room[open_rows]
        top[open_rows[sure]], right[open_rows[sure]] = level, moments.excess(far)[sure]
        open_rows = open_rows[~sure]
        if not len(open_rows):
            break
    at = np.flatnonzero(top)
    saved = np.empty((int(top.max(initial=0)), *moments.start.shape))
    state, level, begin, right, room = moments.start[at], top[at], np.zeros_like(at), right[at], room[at]
    while len(at):
        require_going_on(monitor)
        now, short = moments.excess(state), level == _LEAF
        out = now <= room
        low = np.flatnonzero(out)
        if len(low):
            here, rows = state[low], at[low]
            up, down = moments.bounds(rows, moments.after(0, rows, here) - here)
            # The excess rises from the left end by at most `up` a step, and falls to the right end by at most `down`.
            rise = up * down * np.exp2(level[low])
            peak = (down * now[low] + up * right[low] + rise) / (up + down + 1e-300)
            out[low] = (peak <= room[low]) | (moments.bound(rows, here) <= room[low])
        done = np.zeros(len(at), dtype=bool)
        look = np.flatnonzero(short & ~out)
        if len(look):
            values = moments.path(at[look], state[look])
            high = values[:-1] > room[look]
            hit = high.any(axis=0)
            last = len(high) - 1 - high[::-1].argmax(axis=0)[hit]
            where_hit = look[hit]
            found[0, at[where_hit]] = begin[where_hit] + last + 1
            found[1, at[where_hit]], found[2, at[where_hit]] = values[last, hit], values[last + 1, hit]
            done[where_hit] = True
            out[look[~hit]] = True
        never = out & (begin == 0)
        found[0, at[never]] = 0.0
        done |= never
        # To the left: the span before the one that is left out, whose level is that of the lowest bit of its end.
        left = np.flatnonzero(out & ~never)
        right[left] = now[left]
        bit = begin[left] & -begin[left]
        begin[left] -= bit
        level[left] = np.log2(bit).astype(np.int64)
        state[left] = saved[level[left], at[left]]
        # To the right half of what is not.
        on = np.flatnonzero(~out & ~done)
        level[on] -= 1
        here = state[on]
        saved[level[on], at[on]] = here
        state[on] = moments.after(level[on], at[on], here)
        begin[on] += np.int64(1) << level[on]
        if done.any():
            keep = ~done
            at, state, level, begin = at[keep], state[keep], level[keep], begin[keep]
            right, room = right[keep], room[keep]
    return found
