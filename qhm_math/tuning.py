"""The best parameters of a method for a budget: a number of steps from one start, on one loss, with one noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import MAX_STEPS, FloatArray, require_integer
from .declared import Declared, declared_fields
from .losses import Loss
from .method_batch import Lane, MethodBatch
from .methods import Method
from .methods.special_cases import as_one_of, special_cases
from .noise import Noise
from .progress import SILENT, Monitor
from .simulation import simulate

#: Values of the learning rate, and of each other parameter, in the coarse grid of a method with 1, 2 or more
#: parameters: some 200 points for each, so that no method is tuned with more care than another.
_COUNTS = ((197, 0), (33, 6), (13, 4))
#: Learning rates of methods that do not normalise the gradient, in units of the one that the loss suggests.
_PER_GRADIENT = (1e-3, 1e2)
#: Up to this number of parameters the grid is their product; with more, one is varied at a time.
_PRODUCT = 3
#: Points of the grid from which the search goes on, of a method with 1, 2 or more parameters.
_STARTS = (9, 6, 3)
#: The search ends when its step, in units of the grid's spacing, is below this, or after this number of rounds.
_FINEST, _ROUNDS = 1 / 1024, 80
#: loss, start, steps, noise and seed, as of :func:`simulate`.
_Arguments = tuple[Loss, ArrayLike, int, "Noise | ArrayLike | None", int]
#: Methods simulated at once.
_MOST_LANES = 500


def tuned_loss(
    loss: Loss,
    methods: Sequence[Method],
    start: ArrayLike,
    steps: int,
    noise: Noise | ArrayLike | None = None,
    seed: int = 0,
    *,
    monitor: Monitor = SILENT,
) -> FloatArray:
    """The mean of f - f_min over the last tenth of a run, which :func:`tune` makes least.

    Parameters
    ----------
    loss, start, steps, noise, seed, monitor
        As in :func:`simulate`.
    methods : sequence of Method
        At most 1,000. All run from the same start with the same noise.

    Returns
    -------
    ndarray
        (len(methods),). Infinite where a run diverges or the loss is not finite, and where the work was cancelled.

    Raises
    ------
    ParameterError
        For a bad value.

    Notes
    -----
    One step alone would reward a run that happens to cross the minimum there; the mean over a tenth does not.

    Examples
    --------
    >>> from qhm_math import SGD, Quadratic
    >>> tuned_loss(Quadratic(0.5, 1.0), [SGD(1.0), SGD(3.0)], (1.0, 0.0), 200).tolist()
    [0.0, inf]
    """
    steps = require_integer("steps", steps, 1, MAX_STEPS)
    first = steps - max(1, steps // 10) + 1
    lanes = MethodBatch(tuple(Lane(method) for method in methods))
    total, done = np.zeros(len(methods)), 0
    lowest = loss.minimum_value()
    row, diverged = 0, np.zeros(len(methods), dtype=bool)
    for chunk in simulate(loss, lanes, start, steps, noise, seed, monitor=monitor):
        late = chunk.positions[max(first - row, 0) :, :, 0]
        row += len(chunk.positions)
        diverged = chunk.diverged_at[:, 0] >= 0
        if len(late):
            with np.errstate(all="ignore"):
                total += (loss.value(late) - lowest).sum(axis=0)
            done += len(late)
        if diverged.all():
            return np.full(len(methods), np.inf)
    if row <= steps:  # cancelled
        return np.full(len(methods), np.inf)
    mean = total / done
    return np.where(np.isfinite(mean) & ~diverged, mean, np.inf)


def tune(
    method: Method,
    loss: Loss,
    start: ArrayLike,
    steps: int,
    noise: Noise | ArrayLike | None = None,
    seed: int = 0,
    *,
    monitor: Monitor = SILENT,
) -> Method:
    """The method with the parameters that reach the least loss within `steps`: see :func:`tuned_loss`.

    Parameters
    ----------
    method : Method
        Its declared numbers are searched, but for those that are not meant to be (`Declared.tuned`): the ε against
        division by zero, and a penalty that changes the problem.
    loss, start, steps, noise, seed
        As in :func:`simulate`; the same for all candidates.
    monitor : Monitor
        Asked between chunks whether to stop; told the share done. When cancelled, the answer is the best so far.

    Returns
    -------
    Method
        Of the same class; `method` itself where nothing is better.

    Raises
    ------
    ParameterError
        For a bad value.

    Notes
    -----
    A grid over the sliders' ranges (learning rates around `loss.suggested_alpha()` where the gradient is not
    normalised), then a pattern search from its best points, from `method` and from its special cases as they are tuned
    (of heavy ball: SGD), so that none of them is better. Its steps go along each parameter and along the learning rate
    together with another, and are halved where none of them is better [Hooke and Jeeves 1961].
    Nothing is drawn at random: equal arguments give equal answers.

    Examples
    --------
    >>> from qhm_math import SGD, Quadratic
    >>> round(tune(SGD(0.1), Quadratic(1.0, 2.0), (1.0, 1.0), 20).alpha, 2)
    0.66
    """
    return _tuned(method, (loss, start, steps, noise, seed), monitor, {})


def _tuned(method: Any, problem: _Arguments, monitor: Monitor, known: dict[Method, Method]) -> Any:
    """:func:`tune`; ``known`` has what is tuned already: heavy ball and Nesterov have the same special case."""
    if method not in known:
        known[method] = _searched(method, problem, monitor, known)
    return known[method]


def _searched(method: Any, problem: _Arguments, monitor: Monitor, known: dict[Method, Method]) -> Any:
    axes = _axes(method, problem[0])
    if not axes:
        return method
    search = _Search(method, axes, problem, monitor)
    current = np.array([axis.place(getattr(method, axis.name)) for axis in axes])
    search.look([current, *_grid(axes, current)])
    special = [as_one_of(method, _tuned(one, problem, _Asked(monitor), known)) for one in special_cases(method)]
    tuned = [np.array([axis.place(getattr(one, axis.name)) for axis in axes]) for one in special]
    if tuned:
        search.look(tuned)
    heads = _apart([place for _, place in search.found], _STARTS[min(len(axes), len(_STARTS)) - 1])
    heads += [place for place in tuned if not any(np.array_equal(place, other) for other in heads)]
    if not any(np.array_equal(current, place) for place in heads):
        heads.append(current)
    values = [next(value for value, place in search.found if place is head) for head in heads]
    step, rounds = 0.5, 0
    strides = np.full(len(heads), step)
    directions = _directions(axes)
    while rounds < _ROUNDS and (strides >= _FINEST).any() and not monitor.cancelled():
        active = np.flatnonzero(strides >= _FINEST)
        tried = [[_within(axes, heads[i] + strides[i] * way) for way in directions] for i in active]
        found = search.look([place for group in tried for place in group]).reshape(len(active), -1)
        for i, group, losses in zip(active, tried, found, strict=True):
            best = int(np.argmin(losses))
            if losses[best] < values[i]:
                heads[i], values[i] = group[best], float(losses[best])
            else:
                strides[i] /= 2
        rounds += 1
        monitor.report(min(1.0, 0.3 + 0.7 * float(np.log2(0.5 / strides.min()) / np.log2(0.5 / _FINEST))))
    value, place = search.found[0]
    return search.at(place) if value < search.first else method


class _Axis:
    """One parameter on its scale: 0 and 1 are the ends of the range of the grid; `spacing` is that of the grid."""

    def __init__(self, name: str, field: Declared, low: float, high: float, count: int) -> None:
        self.name, self.field, self.count = name, field, count
        self._ends = self._to_scale(low), self._to_scale(high)
        self.spacing = 1 / (count - 1)

    def _to_scale(self, value: float) -> float:
        if self.field.scale == "log":
            return float(np.log(max(value, 1e-300)))
        return float(-np.log1p(-min(value, 1 - 1e-12))) if self.field.scale == "momentum" else float(value)

    def place(self, value: float) -> float:
        """Where a value lies, in units of the grid's spacing."""
        low, high = self._ends
        return (self._to_scale(value) - low) / (high - low) / self.spacing

    def value(self, place: float) -> float:
        """The value at a place."""
        low, high = self._ends
        scaled = low + place * self.spacing * (high - low)
        if self.field.scale == "log":
            return float(np.exp(scaled))
        value = -np.expm1(-scaled) if self.field.scale == "momentum" else scaled
        return float(min(max(value, self.field.low), self.field.high))

    def within(self, place: float) -> float:
        """The nearest place that is allowed: a learning rate may go beyond the grid, the others not."""
        if self.field.scale == "log":
            return min(max(place, -2.0 * self.count), 3.0 * self.count)
        return min(max(place, 0.0), self.count - 1.0)


class _Search:
    """What has been tried, best first; ties in the order of trying."""

    def __init__(self, method: Any, axes: Sequence[_Axis], arguments: _Arguments, monitor: Monitor) -> None:
        self._method, self._axes, self._arguments, self._monitor = method, axes, arguments, monitor
        self.found: list[tuple[float, FloatArray]] = []
        self.first = float("inf")

    def at(self, place: FloatArray) -> Any:
        """The method there."""
        values = {axis.name: axis.value(float(part)) for axis, part in zip(self._axes, place, strict=True)}
        return replace(self._method, **values)

    def look(self, places: Sequence[FloatArray]) -> FloatArray:
        """Try them all; their losses. The first place of all is the method as it was given."""
        loss, start, steps, noise, seed = self._arguments
        given = not self.found
        methods = [self._method if given and not i else self.at(place) for i, place in enumerate(places)]
        pieces: list[FloatArray] = []
        for begin in range(0, len(methods), _MOST_LANES):
            part = methods[begin : begin + _MOST_LANES]
            pieces.append(tuned_loss(loss, part, start, steps, noise, seed, monitor=_Asked(self._monitor)))
        losses = np.concatenate(pieces)
        if given:
            self.first = float(losses[0])
        self.found += [(float(value), place) for value, place in zip(losses, places, strict=True)]
        self.found.sort(key=lambda one: one[0])
        return losses


class _Asked:
    """A Monitor that is asked whether to stop; the search itself says how far it is."""

    def __init__(self, monitor: Monitor) -> None:
        self.cancelled = monitor.cancelled

    def report(self, fraction: float) -> None:
        """Progress of one round is not progress of the search."""


def _axes(method: Method, loss: Loss) -> list[_Axis]:
    """The parameters that are searched, the learning rate first."""
    ranges: list[tuple[str, Declared, float, float]] = []
    for name, field in declared_fields(method).items():
        if field.kind != "number" or field.slider is None or not field.tuned:
            continue
        low, high = field.slider
        if field.scale == "log" and field.unit != "length":
            unit = float(loss.suggested_alpha())
            low, high = _PER_GRADIENT[0] * unit, _PER_GRADIENT[1] * unit
        ranges.append((name, field, low, high))
    rates, others = _COUNTS[min(len(ranges), len(_COUNTS)) - 1]
    axes = [_Axis(*one, rates if one[1].scale == "log" else others) for one in ranges]
    return sorted(axes, key=lambda axis: axis.field.scale != "log")


def _grid(axes: Sequence[_Axis], current: FloatArray) -> list[FloatArray]:
    every = [np.arange(axis.count, dtype=float) for axis in axes]
    if len(axes) <= _PRODUCT:
        return [np.array(place) for place in product(*every)]
    places: list[FloatArray] = []
    for rate in every[0]:
        base = current.copy()
        base[0] = rate
        places.append(base)
        for index in range(1, len(axes)):
            for value in every[index]:
                place = base.copy()
                place[index] = value
                places.append(place)
    return places


def _apart(places: Sequence[FloatArray], most: int) -> list[FloatArray]:
    """The first `most` that are not beside each other on the grid: bottoms of different valleys, if there are some."""
    kept: list[FloatArray] = []
    for place in places:
        if len(kept) < most and all(np.abs(place - other).max() > 1.5 for other in kept):
            kept.append(place)
    return kept


def _directions(axes: Sequence[_Axis]) -> FloatArray:
    """Along each axis, and along the first together with each other one, both ways: (n, axes)."""
    single = np.eye(len(axes))
    pairs = [single[0] + sign * other for other in single[1:] for sign in (1, -1)]
    ways = np.array([*single, *pairs])
    return np.concatenate([ways, -ways])


def _within(axes: Sequence[_Axis], place: FloatArray) -> FloatArray:
    return np.array([axis.within(float(part)) for axis, part in zip(axes, place, strict=True)])
