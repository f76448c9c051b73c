"""Going down on a surface of which nothing is known, from many points at once: with derivatives, and without.

Newton's method is made safe: the Hessian's eigenvalues are taken by absolute value, which turns it away from saddles
and maxima (Nocedal & Wright, Numerical Optimization, section 3.4), and a step is shortened until the loss falls. Where
derivatives are of no use, at kinks, points on circles around are compared (a pattern search, section 9.3 there).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from .surface import Surface

FAR = 1e6  # minima farther away are not looked for
_ROUNDS = 60
_CURVED = 1e-9  # a curvature below this share of the other one is no curvature
_FLAT = 1e-12  # nor is one below this share of what is usual where the search begins
_RISES = 1e-5  # where it is looked whether the loss rises beside a minimum, for a coordinate below 1
_PATTERN = 32  # directions of a circle
_PATTERN_ROUNDS = 160
_VALLEY_ROUNDS = 60
_GOLDEN = 2.399963229728653  # radians: turned by it, no direction comes twice

Bounds = tuple[FloatArray, FloatArray]
BoolArray = NDArray[np.bool_]


def descend(surface: Surface, starts: FloatArray, rounds: int = _ROUNDS) -> FloatArray:
    """Where safe Newton steps from `starts` (n, 2) end, (m, 2); without those where f is not finite."""
    points = starts[np.isfinite(surface.value(starts))]
    if not len(points):
        return np.empty((0, 2))
    values = surface.value(points)
    reach = np.full(len(points), 1.0)  # a trust radius each, so that a flat start does not jump out of its valley
    for _ in range(rounds):
        step = _safe_newton(surface, points)
        length = np.hypot(step[:, 0], step[:, 1])
        step *= np.minimum(1.0, reach / np.maximum(length, 1e-300))[:, None]
        trial = points + step
        reached = surface.value(trial)
        # At the floor of rounding a Newton step may rise by an ulp: let it.
        better = reached <= values + 4e-16 * np.abs(values)
        points = np.where(better[:, None], trial, points)
        values = np.where(better, reached, values)
        reach = np.where(better, np.minimum(4 * reach, FAR), 0.25 * np.minimum(reach, length))
        if rounds > _ROUNDS and (np.abs(points).max(axis=-1) > FAR).all():
            break  # no minimum that is looked for lies on the way
    return points


def curved_minima(surface: Surface, ends: FloatArray, starts: FloatArray, far: float = FAR) -> FloatArray:
    """Those of `ends` (n, 2) that are minima with a positive definite Hessian, to machine precision; (m, 2).

    Only points where Newton's step is down to rounding are kept. starts: where the search began, for what is usual.
    far: no coordinate of them is farther from 0.
    """
    if not len(ends):
        return ends
    points = np.unique(ends, axis=0)
    for _ in range(3):  # polish: plain Newton, where it is of use
        step = _newton(surface, points)
        points = np.where(np.isfinite(step).all(axis=-1, keepdims=True), points - step, points)
    curvatures = _curvatures(surface, points)
    step = _newton(surface, points)
    scale = 1.0 + np.abs(points).max(axis=-1)
    there = np.hypot(step[:, 0], step[:, 1]) <= 1e-12 * scale
    there &= curvatures[:, 0] > _CURVED * np.maximum(curvatures[:, 1], 1e-300)
    usual = np.median(np.abs(_curvatures(surface, starts)).max(axis=-1))
    there &= curvatures[:, 1] > _FLAT * usual
    there &= (np.abs(points) <= far).all(axis=-1) & np.isfinite(surface.value(points))
    points = points[there]
    return points[_rises_both_ways(surface, points)]


def _rises_both_ways(surface: Surface, points: FloatArray) -> BoolArray:
    """Whether f rises from `points` (n, 2) both ways along the axis of the least curvature; shape (n,).

    It does not beside an inflection: sin(x) - x has the gradient 0 and the curvature 1e-8 at -1e-8, to all digits.
    """
    if not len(points):
        return np.zeros(0, dtype=bool)
    _, basis = np.linalg.eigh(_symmetric(surface, points))
    weakest = basis[..., 0]
    radius = _RISES * (1.0 + np.abs(points).max(axis=-1, keepdims=True))
    before, after = (
        (surface.gradient(points + sign * radius * weakest) * weakest).sum(axis=-1) for sign in (-1.0, 1.0)
    )
    return ~((before > 0) | (after < 0))


def refine(surface: Surface, points: FloatArray, size: float, bounds: Bounds | None) -> FloatArray:
    """`points` (n, 2) moved down by comparing values on circles, first of radius `size`; inside `bounds`, if given."""
    radii = np.full(len(points), size)
    best = points.copy()
    values = _known(surface.value(best))
    for turn in range(_PATTERN_ROUNDS):
        angles = 2 * np.pi * np.arange(_PATTERN) / _PATTERN + turn * _GOLDEN
        angles[:4] = np.arange(4) * np.pi / 2  # many kinks lie along the axes
        circle = np.stack((np.cos(angles), np.sin(angles)), axis=-1)
        circle[:4] = np.round(circle[:4])
        moving = np.flatnonzero(radii > 1e-17 * (size + np.abs(best).max(axis=-1)))
        if not len(moving):
            break
        around = best[moving, None] + radii[moving, None, None] * circle
        if bounds is not None:
            around = np.clip(around, *bounds)
        reached = _known(surface.value(around))
        first = reached.argmin(axis=1)
        rows = np.arange(len(moving))
        better = reached[rows, first] < values[moving]
        best[moving[better]] = around[rows, first][better]
        values[moving[better]] = reached[rows, first][better]
        radii[moving[~better]] *= 0.5
    return best


def follow_valleys(surface: Surface, points: FloatArray, size: float, bounds: Bounds | None) -> FloatArray:
    """`points` (n, 2) moved down along valleys that are too narrow for the directions of `refine`; inside `bounds`.

    The bottom of such a valley is a kink, as that of abs(x + y) + x**2 along x = -y: only steps along it go down.
    """
    points = points.copy()
    values = _known(surface.value(points))
    radii = np.full(len(points), 1e-2 * size)
    for _ in range(_VALLEY_ROUNDS):
        moving = np.flatnonzero(radii > 1e-12 * (size + np.abs(points).max(axis=-1, initial=0.0)))
        if not len(moving):
            break
        lowest, there = _lowest_on_circles(surface, points[moving], radii[moving], bounds)
        better = lowest < values[moving]
        points[moving[better]], values[moving[better]] = there[better], lowest[better]
        radii[moving[better]] *= 2.0
        radii[moving[~better]] *= 0.25
    return points


def _lowest_on_circles(
    surface: Surface, points: FloatArray, radii: FloatArray, bounds: Bounds | None
) -> tuple[FloatArray, FloatArray]:
    """The lowest value on circles of radii (n,) about `points` (n, 2), and where it is: (n,), (n, 2).

    Looked for closer and closer in the two lowest directions of the first look, because a narrow valley has two.
    """
    count = 64
    step = 2 * np.pi / count
    first = np.tile(np.linspace(0.0, 2 * np.pi, count, endpoint=False), (len(points), 1))
    values, around = _on_circle(surface, points, radii, first, bounds)
    best, where = _lowest_of(values, around)
    rows = np.arange(len(points))
    dips = np.where((values <= np.roll(values, 1, axis=1)) & (values <= np.roll(values, -1, axis=1)), values, np.inf)
    for turn in np.argsort(dips, axis=1)[:, :2].T:
        middle, width = first[rows, turn], step
        for _ in range(12):
            near = middle[:, None] + width * np.linspace(-1, 1, 9)
            found = _on_circle(surface, points, radii, near, bounds)[0].argmin(axis=1)
            middle = near[rows, found]
            width /= 4
        lowest, there = _lowest_of(*_on_circle(surface, points, radii, middle[:, None], bounds))
        lower = lowest < best
        best, where = np.where(lower, lowest, best), np.where(lower[:, None], there, where)
    return best, where


def _on_circle(
    surface: Surface, points: FloatArray, radii: FloatArray, angles: FloatArray, bounds: Bounds | None
) -> tuple[FloatArray, FloatArray]:
    """Values (n, m) and places (n, m, 2) at `angles` (n, m) of circles about `points` (n, 2)."""
    around = points[:, None] + radii[:, None, None] * np.stack((np.cos(angles), np.sin(angles)), axis=-1)
    if bounds is not None:
        around = np.clip(around, *bounds)
    return _known(surface.value(around)), around


def _lowest_of(values: FloatArray, around: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The lowest of each row of `values` (n, m), and its place of `around` (n, m, 2)."""
    rows, first = np.arange(len(values)), values.argmin(axis=1)
    return values[rows, first], around[rows, first]


def is_lowest_around(surface: Surface, points: FloatArray, size: float, bounds: Bounds | None) -> BoolArray:
    """Whether no value on small circles (radii 1e-2 to 1e-8 of `size`) is below that at `points` (n, 2); shape (n,).

    False where f is defined at the point alone ((-1)**(-1) of x**x), and at a pole (1/x beside 0): from circle to
    circle f falls farther and farther, and the point is only where numbers end.
    """
    angles = 2 * np.pi * (np.arange(360) + 0.5) / 360
    circle = np.stack((np.cos(angles), np.sin(angles)), axis=-1)
    here = surface.value(points)
    lowest = np.isfinite(here)
    levels: list[FloatArray] = []
    for share in (1e-2, 1e-3, 1e-4, 1e-6, 1e-8):
        around = points[:, None] + share * size * circle
        if bounds is not None:
            around = np.clip(around, *bounds)
        levels.append(_known(surface.value(around)).min(axis=1))
        lowest &= (levels[-1] >= here - 1e-15 * np.abs(here)) & (levels[-1] < np.inf)
    # Towards the minimum of any power |x|^p with p > 0.08 the second fall is the smaller one.
    first, second = levels[2] - levels[4], levels[4] - here
    pole = (first > 1e-9 * np.abs(levels[2])) & (second > first)
    return lowest & ~pole


def is_isolated(surface: Surface, points: FloatArray, size: float, bounds: Bounds | None) -> BoolArray:
    """Whether f is larger on the whole circle of radius 1e-3 `size` around each of `points` (n, 2); shape (n,).

    Of the circle counts what lies inside `bounds`, if they are given. Larger is what is so beyond the last digits of
    the point: sqrt(abs(x**2 + y**2 - 1)) is 0 along a line of which most points are no pairs of numbers.
    """
    count = 180
    angles = np.broadcast_to(2 * np.pi * np.arange(count) / count, (len(points), count))
    here = surface.value(points)
    highest = np.zeros(len(points))
    lowest = np.full(len(points), np.inf)
    there = points[:, None]
    step = 2 * np.pi / count
    for _ in range(17):  # the lowest of the circle, closer and closer, to the last digit of an angle
        circle = np.stack((np.cos(angles), np.sin(angles)), axis=-1)
        circle[np.abs(circle) < 1e-15] = 0.0  # many lines of minima lie along the axes
        around = points[:, None] + 1e-3 * size * circle
        values = _known(surface.value(around))
        if bounds is not None:
            beyond = (around < bounds[0] - 1e-12 * size) | (around > bounds[1] + 1e-12 * size)
            values = np.where(beyond.any(axis=-1), np.inf, values)
        highest = np.maximum(highest, np.where(np.isfinite(values), values, -np.inf).max(axis=1) - here)
        first = values.argmin(axis=1)[:, None]
        there = np.take_along_axis(around, first[..., None], axis=1)
        lowest = np.minimum(lowest, values.min(axis=1))
        middle = np.take_along_axis(angles, first, axis=1)
        angles = middle + step * np.linspace(-1, 1, 17)
        step /= 8
    nudges = np.stack(np.meshgrid(np.arange(-2, 3), np.arange(-2, 3)), axis=-1).reshape(-1, 2)
    # A point near an axis has more digits than the circle through it, which is the sum of a middle and a radius.
    finest = np.spacing(np.maximum(np.abs(there), np.maximum(np.abs(points[:, None]), 1e-3 * size)))
    nudged = _known(surface.value(there + nudges * finest))
    # The median, because beyond a jump (floor) half of them are high; infinity (none is defined) says nothing.
    digits = 4 * (np.median(nudged, axis=1) - nudged.min(axis=1))
    digits = np.where(np.isfinite(digits), digits, 0.0)
    return lowest - here > 1e-13 * highest + 1e-15 * np.abs(here) + digits


def slide_along_edges(surface: Surface, points: FloatArray, bounds: Bounds) -> FloatArray:
    """Points (n, 2) on an edge of the rectangle at the exact minimum along it: Newton's method in one dimension."""
    on_edge = (points == bounds[0]) | (points == bounds[1])
    free = on_edge.any(axis=-1, keepdims=True) & ~on_edge
    for _ in range(6):
        curvature = np.diagonal(_symmetric(surface, points), axis1=-2, axis2=-1)
        usable = free & (curvature > 0)
        step = np.where(usable, surface.gradient(points) / np.where(usable, curvature, 1.0), 0.0)
        trial = np.clip(points - step, *bounds)
        better = surface.value(trial) <= surface.value(points)
        points = np.where(better[:, None], trial, points)
    return points


def _known(values: FloatArray) -> FloatArray:
    return np.where(np.isnan(values), np.inf, values)


def _symmetric(surface: Surface, points: FloatArray) -> FloatArray:
    """Hessians with zeros where they are not finite."""
    return _zeroed(surface.hessian(points))


def _zeroed(hessian: FloatArray) -> FloatArray:
    return np.where(np.isfinite(hessian).all(axis=(-1, -2), keepdims=True), hessian, 0.0)


def _curvatures(surface: Surface, points: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.eigvalsh(_symmetric(surface, points)), dtype=np.float64)


def _safe_newton(surface: Surface, points: FloatArray) -> FloatArray:
    """-|H|⁻¹ g, with curvatures of at least 1e-8 of the larger."""
    gradient = np.nan_to_num(surface.gradient(points), nan=0.0, posinf=0.0, neginf=0.0)
    # Where the formulas have a gap the gradient counts as 0: the Hessian's limit would change nothing.
    curvatures, basis = np.linalg.eigh(_zeroed(surface.raw_hessian(points)))
    size = np.abs(curvatures)
    size = np.maximum(size, np.maximum(1e-14 * size.max(axis=-1, keepdims=True), 1e-100))
    along = (gradient[:, None, :] @ basis)[:, 0] / size
    return -(basis @ along[..., None])[..., 0]


def _newton(surface: Surface, points: FloatArray) -> FloatArray:
    """H⁻¹ g; infinite where H cannot be inverted."""
    (a, b), (_, c) = _symmetric(surface, points).transpose(1, 2, 0)
    gradient = surface.gradient(points)
    determinant = a * c - b * b
    inverse = np.where(determinant != 0, 1.0 / determinant, np.nan)
    step = np.stack((c * gradient[:, 0] - b * gradient[:, 1], a * gradient[:, 1] - b * gradient[:, 0]), axis=-1)
    step = step * inverse[:, None]
    return np.where(np.isfinite(step), step, np.inf)
