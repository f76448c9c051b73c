"""The minimum of a smooth function of many variables, by L-BFGS."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..checks import FloatArray

#: A step counts if the value has fallen by this share of what the slope promised ...
_FALL = 1e-3
#: ... and the slope is at most this share of what it was: then the pair of both is of positive curvature.
_SLOPE = 0.9
#: Lengths of a step that are tried. With fewer than two for nearly every step, as is usual, it never comes to this.
_TRIES = 30
#: A new length stays this share of the bracket away from its ends.
_INSIDE = 0.1
#: While there is no upper end, the length grows by this factor.
_LONGER = 4.0


class Point(NamedTuple):
    """A place (n,), the value and the gradient (n,) there."""

    place: FloatArray
    value: float
    gradient: FloatArray


def lbfgs(
    function: Callable[[FloatArray], tuple[float, FloatArray]],
    start: FloatArray,
    steps: int,
    flat: float,
    least_fall: float = 1e-12,
    memory: int = 20,
) -> Point:
    """Minimize a function of which values and gradients are known.

    Parameters
    ----------
    function : callable
        (n,) -> value and gradient (n,).
    start : array
        Where the search begins, (n,).
    steps : int
        No more are taken.
    flat : float
        It ends where no component of the gradient is larger.
    least_fall : float
        It ends after a step by which the value falls by no more than this share of itself, or of 1 if that is larger.
    memory : int
        Steps whose change of the gradient is remembered.

    Returns
    -------
    Point
        The last place; its value is not above that at the start.

    Notes
    -----
    J. Nocedal, S. J. Wright, *Numerical Optimization*, 2nd ed. 2006: algorithms 7.4 and 7.5, with a line search for the
    Wolfe conditions (3.6), a bracket whose ends are moved by cubic interpolation. Here and not SciPy's, because that
    would be the only use of a package that is larger than all others but Qt.
    """
    here = Point(start, *function(start))
    pairs: deque[tuple[FloatArray, FloatArray, float]] = deque(maxlen=memory)
    for _ in range(steps):
        if not np.abs(here.gradient).max() > flat:
            break
        direction = _direction(here.gradient, pairs)
        length = 1.0 if pairs else min(1.0, 1.0 / float(np.linalg.norm(here.gradient)))
        found = _along(function, here, direction, length)
        if found is None and pairs:  # what is remembered may mislead: once more, down the gradient
            pairs.clear()
            continue
        if found is None:
            break
        moved, turned = found.place - here.place, found.gradient - here.gradient
        if (curvature := float(moved @ turned)) > np.finfo(np.float64).eps * float(turned @ turned):
            pairs.append((moved, turned, curvature))
        fall, scale = here.value - found.value, max(abs(here.value), abs(found.value), 1.0)
        here = found
        if fall <= least_fall * scale:
            break
    return here


def _direction(gradient: FloatArray, pairs: deque[tuple[FloatArray, FloatArray, float]]) -> FloatArray:
    """-H g for the approximate inverse Hessian H of the remembered steps (algorithm 7.4)."""
    found, shares = -gradient, list[float]()
    for moved, turned, curvature in reversed(pairs):
        shares.append(float(moved @ found) / curvature)
        found -= shares[-1] * turned
    if pairs:
        _, turned, curvature = pairs[-1]
        found *= curvature / float(turned @ turned)
    for (moved, turned, curvature), share in zip(pairs, reversed(shares), strict=True):
        found += (share - float(turned @ found) / curvature) * moved
    return found


def _along(
    function: Callable[[FloatArray], tuple[float, FloatArray]], here: Point, direction: FloatArray, length: float
) -> Point | None:
    """A place on the way that fulfils the Wolfe conditions; None if no length tried does."""
    slope = float(here.gradient @ direction)
    if not slope < 0:
        return None
    low, high = (0.0, here.value, slope), None
    for _ in range(_TRIES):
        place = here.place + length * direction
        point = Point(place, *function(place))
        found = (length, point.value, float(point.gradient @ direction))
        if not point.value <= here.value + _FALL * length * slope:
            high = found
        elif found[2] < _SLOPE * slope:
            low = found
        else:
            return point
        length = _LONGER * length if high is None else _between(low, high)
    return None


def _between(low: tuple[float, float, float], high: tuple[float, float, float]) -> float:
    """The lowest place of the cubic with the values and slopes of both ends, (3.59); the middle if there is none."""
    (a, value_a, slope_a), (b, value_b, slope_b) = low, high
    width = b - a
    mean = slope_a + slope_b - 3 * (value_b - value_a) / width
    inside = mean * mean - slope_a * slope_b
    if not (np.isfinite(inside) and inside >= 0):
        return a + width / 2
    root = float(np.sqrt(inside))
    bend = slope_b - slope_a + 2 * root
    share = 1 - (slope_b + root - mean) / bend if bend else 0.5
    return a + width * min(max(share, _INSIDE), 1 - _INSIDE)
