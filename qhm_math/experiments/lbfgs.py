"""L-BFGS with a line search for the strong Wolfe conditions (Nocedal and Wright, Numerical Optimization, 2006).

Algorithms 7.4, 7.5, 3.5 and 3.6. Nothing here but NumPy: a program that is handed over as a folder would carry all of
SciPy for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from ..checks import FloatArray

Full = Callable[[FloatArray], tuple[float, FloatArray]]
#: Of the strong Wolfe conditions: the least descent, and how much of the slope may be left.
_DESCENT, _SLOPE = 1e-4, 0.9
_MOST_TRIALS = 40


class Place(NamedTuple):
    """A point with its value and gradient."""

    x: FloatArray
    value: float
    gradient: FloatArray


class _Trial(NamedTuple):
    step: float
    slope: float
    place: Place

    @property
    def value(self) -> float:
        return self.place.value


def lbfgs(
    full: Full, start: FloatArray, iterations: int, *, pairs: int = 20, decrease: float = 1e-12, slope: float = 1e-6
) -> Place:
    """The lowest place of a smooth function that a descent from `start` finds (nothing is checked).

    It ends after `iterations`, where the gradient has no element beyond `slope`, where a step lowers the value by no
    more than `decrease` of itself (or of 1), and where no lower place is found along the direction.
    """
    here = Place(start, *full(start))
    kept: deque[tuple[FloatArray, FloatArray, float]] = deque(maxlen=pairs)
    for _ in range(iterations):
        if np.abs(here.gradient).max() <= slope:
            break
        way = _direction(here.gradient, kept)
        if not way @ here.gradient < 0:  # rounding has spoiled the pairs
            kept.clear()
            way = -here.gradient
        first = 1.0 if kept else min(1.0, 1 / float(np.linalg.norm(way)))
        there = _search(full, here, way, first)
        if there is None:
            break
        moved, turned = there.x - here.x, there.gradient - here.gradient
        if (curved := float(moved @ turned)) > 2.2e-16 * float(turned @ turned):
            kept.append((moved, turned, 1 / curved))
        gained = here.value - there.value
        small = gained <= decrease * max(abs(here.value), abs(there.value), 1.0)
        here = there
        if small:
            break
    return here


def _direction(gradient: FloatArray, kept: deque[tuple[FloatArray, FloatArray, float]]) -> FloatArray:
    """Minus the inverse Hessian, as far as the pairs know it, times the gradient."""
    way = -gradient
    shares: list[float] = []
    for moved, turned, inverse in reversed(kept):
        shares.append(inverse * float(moved @ way))
        way = way - shares[-1] * turned
    if kept:
        _, turned, inverse = kept[-1]
        way = way / (inverse * float(turned @ turned))
    for (moved, turned, inverse), share in zip(kept, reversed(shares), strict=True):
        way = way + (share - inverse * float(turned @ way)) * moved
    return way


def _search(full: Full, here: Place, way: FloatArray, first: float) -> Place | None:
    """A place along `way` that keeps both conditions, else the lowest that was tried; None for none lower."""
    origin = _Trial(0.0, float(way @ here.gradient), here)
    lowest = origin
    for trial in _trials(full, origin, way, first):
        if trial.value < lowest.value:
            lowest = trial
        if (
            trial.value <= here.value + _DESCENT * trial.step * origin.slope
            and abs(trial.slope) <= -_SLOPE * origin.slope
        ):
            return trial.place
    return lowest.place if lowest is not origin else None


def _trials(full: Full, origin: _Trial, way: FloatArray, first: float) -> Iterator[_Trial]:
    def at(step: float) -> _Trial:
        x = origin.place.x + step * way
        value, gradient = full(x)
        return _Trial(step, float(way @ gradient), Place(x, value, gradient))

    low, high, step = origin, None, first
    for _ in range(_MOST_TRIALS):
        yield (trial := at(step))
        enough = trial.value <= origin.value + _DESCENT * step * origin.slope  # False for NaN
        if high is None:
            if not enough or (low is not origin and trial.value >= low.value):
                high = trial
            elif trial.slope >= 0:
                low, high = trial, low
            else:
                low, step = trial, 2 * step
                continue
        elif not enough or trial.value >= low.value:
            high = trial
        else:
            if trial.slope * (high.step - low.step) >= 0:
                high = low
            low = trial
        step = _between(low, high)


def _between(one: _Trial, other: _Trial) -> float:
    """The minimum of the cubic through both, kept off their ends."""
    width = other.step - one.step
    share = 0.5
    if np.isfinite(other.value) and np.isfinite(other.slope):
        bend = one.slope + other.slope - 3 * (other.value - one.value) / width
        inside = bend * bend - one.slope * other.slope
        if inside >= 0:
            root = float(np.copysign(np.sqrt(inside), width))
            below = other.slope - one.slope + 2 * root
            if below != 0:
                share = 1 - (other.slope + root - bend) / below
    if not 0.1 <= share <= 0.9:
        share = 0.1 if share < 0.1 else 0.9 if share > 0.9 else 0.5
    return one.step + share * width
