"""Limited-memory BFGS: a minimum of a smooth function of many variables."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
#: The value and the gradient (n,) at a point (n,).
Function = Callable[[FloatArray], tuple[float, FloatArray]]

#: Of the strong conditions of Wolfe: how much of the promised descent there must be, how much of the slope may be left.
_DESCENT, _SLOPE = 1e-3, 0.9
#: Pairs of differences that are kept, and evaluations along one direction.
_PAIRS, _TRIES = 20, 25


@dataclass(frozen=True, eq=False)
class _Place:
    """A point, what the function is there, and its slope along the direction of search."""

    x: FloatArray
    value: float
    gradient: FloatArray
    slope: float


def lbfgs(
    function: Function, start: FloatArray, iterations: int, gradient: float, decrease: float
) -> tuple[FloatArray, float]:
    """The point (n,) where L-BFGS stops, and the value there.

    J. Nocedal, S. Wright, Numerical Optimization, 2nd edition, 2006, Algorithms 7.4 and 7.5.

    It stops after ``iterations``, where no entry of the gradient is larger than ``gradient``, where a step lowers the
    value by less than ``decrease`` times the larger of it and 1, or where no step along the direction lowers it.
    """
    x = np.array(start, np.float64)
    value, slope = function(x)
    kept: deque[tuple[FloatArray, FloatArray, float]] = deque(maxlen=_PAIRS)
    for _ in range(iterations):
        if np.abs(slope).max() <= gradient:
            break
        direction = -_product(kept, slope)
        if not kept:
            direction *= min(1.0, 1 / float(np.linalg.norm(slope)))
        here = _Place(x, value, slope, float(slope @ direction))
        found = _search(function, here, direction)
        if found is None:
            break
        step, change = found.x - x, found.gradient - slope
        if (curvature := float(step @ change)) > 1e-16 * float(change @ change):
            kept.append((step, change, 1 / curvature))
        lowered = value - found.value
        x, value, slope = found.x, found.value, found.gradient
        if lowered <= decrease * max(abs(value), abs(value + lowered), 1.0):
            break
    return x, value


def _product(kept: deque[tuple[FloatArray, FloatArray, float]], gradient: FloatArray) -> FloatArray:
    """The inverse of the curvature that the pairs tell, times the gradient: the two loops of Algorithm 7.4."""
    result, shares = gradient.copy(), list[float]()
    for step, change, inverse in reversed(kept):
        shares.append(inverse * float(step @ result))
        result -= shares[-1] * change
    if kept:
        _, change, inverse = kept[-1]
        result /= inverse * float(change @ change)
    for (step, change, inverse), share in zip(kept, reversed(shares), strict=True):
        result += (share - inverse * float(change @ result)) * step
    return result


def _search(function: Function, here: _Place, direction: FloatArray) -> _Place | None:
    """A point along the direction with the strong conditions of Wolfe, or the lowest one; None if none is lower.

    The interval that holds one is found by doubling and made smaller by cubic interpolation: Algorithms 3.5 and 3.6.
    """
    if here.slope >= 0:
        return None
    low, high, lowest = 0.0, np.inf, here
    at: dict[float, _Place] = {0.0: here}
    length = 1.0
    for _ in range(_TRIES):
        point = here.x + length * direction
        value, gradient = function(point)
        place = at[length] = _Place(point, value, gradient, float(gradient @ direction))
        if value < lowest.value:
            lowest = place
        if not value <= here.value + _DESCENT * length * here.slope or value >= at[low].value > here.value:
            high = length
        elif abs(place.slope) <= -_SLOPE * here.slope:
            return place
        elif place.slope > 0:
            high = length
        else:
            low = length
        length = 2 * length if high == np.inf else _between(low, at[low], high, at[high])
    return lowest if lowest is not here else None


def _between(low: float, one: _Place, high: float, two: _Place) -> float:
    """The minimum of the cubic through two places, kept off their ends; their middle where there is none."""
    width = high - low
    bend = one.slope + two.slope - 3 * (two.value - one.value) / width
    root = bend * bend - one.slope * two.slope
    if np.isfinite(root) and root >= 0:
        down = np.sqrt(root)
        bottom = two.slope - one.slope + 2 * down
        if bottom != 0:
            share = 1 - (two.slope + down - bend) / bottom
            if 0.05 <= share <= 0.95:
                return low + share * width
    return low + 0.5 * width
