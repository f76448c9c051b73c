"""Looking over a loss of which nothing is known: where its minima are, what to show, where and how to start.

The search runs Newton's method from many starts at once, made safe: the Hessian's eigenvalues are taken by absolute
value, which turns it away from saddles and maxima (Nocedal & Wright, Numerical Optimization, section 3.4), and a step
is shortened until the loss falls.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from ..losses.base import Loss, Window
from ..parameters import QHM

BoolArray = NDArray[np.bool_]

_HALF = 5.0  # of the window that is looked over first
_LEAST_HALF = 2.0  # of what is shown
_SIDE = 24  # starts along a side
_FAR = 1e6  # minima farther away are not looked for
_ROUNDS = 60
_ZOOMS = 40
_CURVED = 1e-9  # a curvature below this share of the other one is no curvature
_FLAT = 1e-12  # nor is one below this share of what is usual where the search begins
_MOST_SHOWN = 400
_TRIAL_STEPS = 300


@dataclass(frozen=True, eq=False)
class Survey:
    """What was found. minima: (m, 2), the lowest first; the other fields as the methods of a Loss say."""

    minima: FloatArray
    lowest: float
    window: Window
    start: tuple[float, float]
    alpha: float
    steps: int


@lru_cache(maxsize=64)
def survey(loss: Loss) -> Survey:
    """Look over `loss`; a tenth of a second or so, then remembered."""
    with np.errstate(all="ignore"):
        box: Window = ((-_HALF, _HALF), (-_HALF, _HALF))
        found = find_minima(loss, _lattice(box, _SIDE))
        window = _window(found, box)
        if window != box:
            found = np.concatenate((found, find_minima(loss, _lattice(window, _SIDE))))
        minima = _distinct(loss, found, window)
        lowest = _lowest(loss, minima, window)
        start = _start(loss, window, minima)
        alpha, steps = _trial(loss, window, start, lowest)
    minima.flags.writeable = False
    return Survey(minima, lowest, window, start, alpha, steps)


def find_minima(loss: Loss, starts: FloatArray) -> FloatArray:
    """Strict local minima that descents from `starts` (n, 2) end at, (m, 2), with repetitions, in no order.

    Only points where Newton's step is down to rounding and the Hessian is positive definite are kept.
    """
    points = starts[np.isfinite(loss.value(starts))]
    if not len(points):
        return np.empty((0, 2))
    values = loss.value(points)
    reach = np.full(len(points), 1.0)  # a trust radius each, so that a flat start does not jump out of its valley
    for _ in range(_ROUNDS):
        step = _safe_newton(loss, points)
        length = np.hypot(step[:, 0], step[:, 1])
        step *= np.minimum(1.0, reach / np.maximum(length, 1e-300))[:, None]
        trial = points + step
        reached = loss.value(trial)
        # At the floor of rounding a Newton step may rise by an ulp: let it.
        better = reached <= values + 4e-16 * np.abs(values)
        points = np.where(better[:, None], trial, points)
        values = np.where(better, reached, values)
        reach = np.where(better, np.minimum(4 * reach, _FAR), 0.25 * np.minimum(reach, length))
    for _ in range(3):  # polish: plain Newton
        points = points - _newton(loss, points)
    curvatures = _curvatures(loss, points)
    step = _newton(loss, points)
    scale = 1.0 + np.abs(points).max(axis=-1)
    there = np.hypot(step[:, 0], step[:, 1]) <= 1e-12 * scale
    there &= curvatures[:, 0] > _CURVED * np.maximum(curvatures[:, 1], 1e-300)
    usual = np.median(np.abs(_curvatures(loss, starts)).max(axis=-1))
    there &= curvatures[:, 1] > _FLAT * usual
    there &= (np.abs(points) <= _FAR).all(axis=-1) & np.isfinite(loss.value(points))
    return points[there]


def _lattice(window: Window, side: int) -> FloatArray:
    """Points inside the window, off its axes of symmetry, (side², 2): a saddle's ridge traps what starts on it."""
    axes = [low + (high - low) * (np.arange(side) + 0.47) / side for low, high in window]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def _symmetric(loss: Loss, points: FloatArray) -> FloatArray:
    """Hessians with zeros where they are not finite."""
    hessian = loss.hessian(points)
    return np.where(np.isfinite(hessian).all(axis=(-1, -2), keepdims=True), hessian, 0.0)


def _curvatures(loss: Loss, points: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.eigvalsh(_symmetric(loss, points)), dtype=np.float64)


def _safe_newton(loss: Loss, points: FloatArray) -> FloatArray:
    """-|H|⁻¹ g, with curvatures of at least 1e-8 of the larger."""
    gradient = np.nan_to_num(loss.gradient(points), nan=0.0, posinf=0.0, neginf=0.0)
    curvatures, basis = np.linalg.eigh(_symmetric(loss, points))
    size = np.abs(curvatures)
    size = np.maximum(size, np.maximum(1e-8 * size.max(axis=-1, keepdims=True), 1e-100))
    along = (gradient[:, None, :] @ basis)[:, 0] / size
    return -(basis @ along[..., None])[..., 0]


def _newton(loss: Loss, points: FloatArray) -> FloatArray:
    """H⁻¹ g; 0 where H cannot be inverted."""
    (a, b), (_, c) = _symmetric(loss, points).transpose(1, 2, 0)
    gradient = loss.gradient(points)
    determinant = a * c - b * b
    inverse = np.where(determinant != 0, 1.0 / determinant, np.nan)
    step = np.stack((c * gradient[:, 0] - b * gradient[:, 1], a * gradient[:, 1] - b * gradient[:, 0]), axis=-1)
    step = step * inverse[:, None]
    return np.where(np.isfinite(step), step, np.inf)


def _window(found: FloatArray, box: Window) -> Window:
    """A square that shows what was found: about 0 if a minimum lies in the box, else about the one nearest to 0.

    The box itself if nothing was found.
    """
    near = found[_inside(found, box)]
    if len(near):
        half = min(_HALF, max(_LEAST_HALF, 1.6 * float(np.abs(near).max())))
        return (-half, half), (-half, half)
    if not len(found):
        return box
    x, y = found[int(np.argmin(np.hypot(found[:, 0], found[:, 1])))]
    return (float(x) - _HALF, float(x) + _HALF), (float(y) - _HALF, float(y) + _HALF)


def _lowest(loss: Loss, minima: FloatArray, window: Window) -> float:
    """f*: at the lowest minimum, or lower inside the window at a kink or where a minimum is not curved.

    Without any of them, the lowest value seen.
    """

    points = _lattice(window, 101)
    values = loss.value(points)
    values = np.where(np.isfinite(values), values, np.inf)
    first = int(np.argmin(values))
    if not np.isfinite(values[first]):
        return 0.0
    known = float(loss.value(minima[0])) if len(minima) else np.inf
    if values[first] > known:
        return known
    # No derivative is of use at a kink: zoom in on the lowest of the points around.
    best, half = points[first], (window[0][1] - window[0][0]) / 50
    for _ in range(_ZOOMS):
        around = np.concatenate((best[None], best + half * _lattice(((-1.0, 1.0), (-1.0, 1.0)), 12)))
        values = loss.value(around)
        best = around[int(np.argmin(np.where(np.isfinite(values), values, np.inf)))]
        half *= 0.4
    low, high = 0.98 * np.array(window).T + 0.02 * np.mean(window, axis=1)
    if bool(((best > low) & (best < high)).all()):
        return min(known, float(loss.value(best)))
    return known if len(minima) else float(loss.value(points[first]))


def _inside(points: FloatArray, window: Window) -> BoolArray:
    low, high = np.array(window).T
    return ((points >= low) & (points <= high)).all(axis=-1)


def _distinct(loss: Loss, found: FloatArray, window: Window) -> FloatArray:
    """Each minimum of the window once, the lowest first and of equal ones the nearest to 0."""
    found = found[_inside(found, window)]
    kept: list[FloatArray] = []
    left: FloatArray = found
    size = 1e-6 * (1.0 + float(np.abs(np.array(window)).max()))
    while len(left) and len(kept) < _MOST_SHOWN:
        kept.append(left[0])
        left = left[np.hypot(left[:, 0] - left[0, 0], left[:, 1] - left[0, 1]) > size]
    if not kept:
        return np.empty((0, 2))
    minima = np.array(kept) + 0.0  # no -0
    values = loss.value(minima)
    scale = max(1.0, float(np.abs(values).max()))
    level: FloatArray = ((values - values.min()) / scale).round(12)
    return minima[np.lexsort((minima[:, 0], np.hypot(minima[:, 0], minima[:, 1]).round(9), level))]


def _start(loss: Loss, window: Window, minima: FloatArray) -> tuple[float, float]:
    """The first place of a list where f is finite, slopes, and no minimum is near; else the middle."""
    (x0, x1), (y0, y1) = window
    shares = ((0.2, 0.78), (0.3, 0.7), (0.7, 0.8), (0.8, 0.3), (0.62, 0.66), (0.25, 0.27), (0.45, 0.6), (0.55, 0.52))
    points = np.array([(x0 + a * (x1 - x0), y0 + b * (y1 - y0)) for a, b in shares])
    slope = np.hypot(*loss.gradient(points).T)
    fine = np.isfinite(loss.value(points)) & np.isfinite(slope) & (slope > 1e-12)
    if len(minima):
        apart = np.hypot(*(points[:, None] - minima[None]).transpose(2, 0, 1)).min(axis=1)
        fine &= apart > 0.02 * (x1 - x0)
    if not fine.any():
        return (x0 + x1) / 2, (y0 + y1) / 2
    x, y = points[int(np.argmax(fine))]
    return float(x), float(y)


def _trial(loss: Loss, window: Window, start: tuple[float, float], lowest: float) -> tuple[float, int]:
    """(learning rate, steps): halved from 2/L at the start until SGD and heavy ball stay in the window and fall."""
    from ..simulation import simulate  # which imports the losses

    curvature = float(np.abs(_curvatures(loss, np.array([start]))).max())
    slope = float(np.hypot(*loss.gradient(np.array(start))))
    size = window[0][1] - window[0][0]
    largest = 2.0 / curvature if curvature > 0 else size
    if np.isfinite(slope) and slope > 0:
        largest = min(largest, size / slope)  # a first step of the width of the window
    alphas = largest * 0.5 ** np.arange(24)
    methods = QHM(alphas[:, None], [0.0, 0.8, 0.9], [0.0, 1.0, 1.0])
    chunks = simulate(loss, methods, start, _TRIAL_STEPS, limit=1e12, chunk=_TRIAL_STEPS)
    paths = np.concatenate([chunk.positions for chunk in chunks])[:, :, :, 0]
    inside = _inside(paths, window).all(axis=(0, 2))
    above = loss.value(paths) - lowest
    fell = (above[-1] < 0.6 * above[0]).all(axis=-1)
    fine = inside & fell
    if not fine.any():
        fine = inside & (above[-1] <= above[0]).all(axis=-1)
    if not fine.any():
        return float(alphas[len(alphas) // 2]), 2 * _TRIAL_STEPS // 3
    best = int(np.argmax(fine))
    ball = above[:, best, -1]
    late = np.flatnonzero(np.abs(ball - ball[-1]) > 1e-2 * abs(ball[0] - ball[-1]))
    steps = int(min(600, max(80, 2 * (late[-1] + 1) if late.size else 80)))
    return float(f"{alphas[best]:.3g}"), steps
