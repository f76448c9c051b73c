"""The search over (α, β, ν) that every question of this package shares: a grid, then steps that are halved.

Places are (y, b, t): α is 1/(1+e^-y) of the largest stable one, β = 1 - 10^-b and ν = 1 - t², so that one step of the
search means as much near the ends of the ranges as between them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from ..checks import FloatArray
from ..parameters import QHM
from ..progress import SILENT, Monitor, require_going_on
from ..spectrum import stability_bound

#: Objective of an array of points, smaller is better; infinite and NaN are worse than all.
Objective = Callable[[QHM], FloatArray]

LOW, HIGH = np.array([-16.0, 0.0, 0.0]), np.array([12.0, 7.0, 1.0])
_GRID = (
    np.linspace(-11.0, 4.0, 16),
    np.array([0.0, 0.3, 0.6, 1.0, 1.4, 1.8, 2.2, 2.7, 3.3, 4.0]),
    np.linspace(0, 1, 6),
)
_FIRST = np.array([0.5, 0.2, 0.1])  # about half of the grid's spacing
_WAYS = np.array([way for way in product((-1.0, 0.0, 1.0), repeat=3) if any(way)])
_LEAPS = np.array([1.0, 2.0, 4.0])[:, None]
_STARTS = 5  # places of the grid that the search goes on from
_APART = 4.0  # of the grid's spacing, between two of them
_FINEST = 1e-4
#: Rounds of a search at most, and of one for a first answer.
ROUNDS, ROUGH = 90, 10
#: Of the step to the least of the parabola, against its largest bend; and the longest step, in the cube's spacing.
_DAMPINGS, _LONGEST = np.array([1e-8, 1e-4, 1e-3, 1e-2, 0.1, 1.0])[:, None], 30.0


def points(places: Any, L: Any) -> QHM:
    """The points at places (..., 3) for the largest curvature L, which broadcasts against them."""
    y, b, t = (places[..., i] for i in range(3))
    beta = np.minimum(-np.expm1(-b * np.log(10.0)), 1 - 1e-12)
    nu = 1 - t * t
    with np.errstate(over="ignore", under="ignore"):
        return QHM(stability_bound(beta, nu, L) / (1 + np.exp(-y)), beta, nu)


def place(qhm: QHM, L: float) -> FloatArray:
    """The place of one point, moved into the range that is searched."""
    share = float(np.clip(qhm.alpha / stability_bound(qhm.beta, qhm.nu, L), 1e-7, 1 - 1e-5))
    found = [np.log(share / (1 - share)), -np.log10(1 - float(qhm.beta)), np.sqrt(1 - float(qhm.nu))]
    return np.clip(np.array(found), LOW, HIGH)


def minimise(
    objective: Objective,
    L: float,
    near: FloatArray | None = None,
    longest: float = 1e7,
    monitor: Monitor = SILENT,
    rounds: int = ROUNDS,
) -> QHM:
    """The point of least objective that the search finds.

    ``near`` (k, 3): places to start from instead of the grid. ``longest``: the largest 1/(1-β), because a buffer that
    outlasts the budget is only a larger α in disguise. Nothing is drawn at random. Cancelled between two
    rounds, of which there are at most ``rounds``.

    Around each place the 26 neighbours of a cube are tried, and then the least of the parabola through them, from
    short to long steps, because narrow valleys of (α, β, ν) are bent; where nothing is better the cube shrinks.
    """
    high = _highest(longest)
    heads = _from_grid(objective, L, high) if near is None else np.clip(np.atleast_2d(near), LOW, high)

    def values_at(places: FloatArray, _: Any) -> FloatArray:
        return _values(objective, places.reshape(-1, 3), L).reshape(places.shape[:2])

    values = _descend(values_at, heads, high, monitor, rounds)
    return points(heads[values.argmin()], L)


def minimise_each(
    objective: Callable[[QHM, Any], FloatArray], L: FloatArray, near: QHM, longest: float, monitor: Monitor = SILENT
) -> QHM:
    """:func:`minimise` for several objectives from one point, all at once: the point of least value of each, (n,).

    ``objective`` gets points (k, m) and which k of the n they are of; L is the largest curvature of each, (n,).
    """
    high = _highest(longest)
    heads = np.clip(np.stack([place(near, float(each)) for each in L]), LOW, high)

    def values_at(places: FloatArray, which: Any) -> FloatArray:
        return _never_nan(objective(points(places, L[which, None]), which))

    _descend(values_at, heads, high, monitor, ROUNDS)
    return points(heads, L)


def _highest(longest: float) -> FloatArray:
    """The upper end of the places that are searched."""
    return np.array([HIGH[0], min(HIGH[1], max(1.0, float(np.log10(longest)))), HIGH[2]])


def _descend(
    values_at: Callable[[FloatArray, Any], FloatArray],
    heads: FloatArray,
    high: FloatArray,
    monitor: Monitor,
    rounds: int,
) -> FloatArray:
    """Move every place of ``heads`` (k, 3) downhill, and say what is reached, (k,).

    ``values_at`` gives the values (k, m) at places (k, m, 3) that belong to some of the heads.
    """
    values = values_at(heads[:, None], np.arange(len(heads)))[:, 0]
    strides, last = np.ones(len(heads)), np.zeros_like(heads)
    for _ in range(rounds):
        require_going_on(monitor)
        active = np.flatnonzero(strides > _FINEST)
        if not len(active):
            break
        unit = strides[active, None, None] * _FIRST
        around = np.clip(heads[active, None] + unit * _WAYS, LOW, high)
        near_by = values_at(around, active)
        leaps = np.concatenate([unit * _model_steps(values[active], near_by), last[active, None] * _LEAPS], axis=1)
        leaps = np.clip(heads[active, None] + leaps, LOW, high)
        far = values_at(leaps, active)
        tried, found = np.concatenate([around, leaps], axis=1), np.concatenate([near_by, far], axis=1)
        best = found.argmin(axis=1)
        least = found[np.arange(len(active)), best]
        better = least < values[active]
        won, lost = active[better], active[~better]
        last[won] = tried[np.flatnonzero(better), best[better]] - heads[won]
        heads[won] += last[won]
        values[won] = least[better]
        strides[lost] /= 3
        last[lost] = 0.0
    return values


def _model_steps(middle: FloatArray, cube: FloatArray) -> FloatArray:
    """Steps to the least of the parabola through the logarithms on a cube, in its spacing: (k, dampings, 3)."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # a loss may underflow, or be infinite at every place of a grid
        centre, logs = np.log(np.clip(middle, 1e-300, 1e300)), np.log(np.maximum(cube, 1e-300))
    logs = np.where(np.isfinite(logs), logs, centre[:, None] + 10.0)
    at = {tuple(way): logs[:, i] for i, way in enumerate(_WAYS.astype(int).tolist())}
    gradient, hessian = np.empty((len(middle), 3)), np.empty((len(middle), 3, 3))
    for i in range(3):
        up, down = at[tuple(_axis(i, 1))], at[tuple(_axis(i, -1))]
        gradient[:, i], hessian[:, i, i] = (up - down) / 2, up + down - 2 * centre
        for j in range(i):
            mixed = sum(p * q * at[tuple(np.add(_axis(i, p), _axis(j, q)).tolist())] for p in (1, -1) for q in (1, -1))
            hessian[:, i, j] = hessian[:, j, i] = mixed / 4
    hessian = np.where(np.isfinite(hessian), hessian, 0.0)
    gradient = np.where(np.isfinite(gradient), gradient, 0.0)
    bends, basis = np.linalg.eigh(hessian)
    slope = np.einsum("kij,ki->kj", basis, gradient)[:, None]
    size = np.abs(bends)[:, None]
    most = size.max(axis=-1, keepdims=True) + 1e-12
    steps = -np.einsum("kij,kmj->kmi", basis, slope / (size + most * _DAMPINGS))
    length = np.sqrt((steps * steps).sum(axis=-1, keepdims=True)) + 1e-300
    return steps * np.minimum(1.0, _LONGEST / length)


def _axis(i: int, sign: int) -> list[int]:
    return [sign if j == i else 0 for j in range(3)]


def _values(objective: Objective, places: FloatArray, L: float) -> FloatArray:
    return _never_nan(objective(points(places, L)))


def _never_nan(found: Any) -> FloatArray:
    return np.where(np.isnan(found), np.inf, found)


def _from_grid(objective: Objective, L: float, high: FloatArray) -> FloatArray:
    """The best places of the grid that are not close to a better one."""
    grid = np.stack(np.meshgrid(*_GRID, indexing="ij"), axis=-1).reshape(-1, 3)
    grid = grid[(grid <= high).all(axis=1)]
    values = _values(objective, grid, L)
    heads: list[FloatArray] = []
    for i in np.argsort(values, kind="stable"):
        if all(float((np.abs(grid[i] - head) / (2 * _FIRST)).sum()) >= _APART for head in heads):
            heads.append(grid[i])
            if len(heads) == _STARTS:
                break
    return np.array(heads)
