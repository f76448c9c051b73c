"""Looking over a loss of which nothing is known: where its minima are, what to show, where and how to start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..checks import FloatArray
from ..losses.base import Loss, Window
from ..parameters import QHM
from .descent import (
    FAR,
    BoolArray,
    Bounds,
    curved_minima,
    descend,
    follow_valleys,
    is_isolated,
    is_lowest_around,
    refine,
    slide_along_edges,
)
from .surface import Surface

_HALF = 5.0  # of the window that is looked over first
_LEAST_HALF = 2.0  # of what is shown
_SIDE, _LEAST_SIDE = 24, 8  # starts along a side
_USUAL_HESSIAN, _USUAL_VALUE = 200, 30  # operations: of a longer formula fewer points are looked at
_GRID = 161  # points along a side among which low ones are looked for
_MOST_SHOWN = 400
_MOST_REFINED, _LEAST_REFINED = 120, 16
_LONG_WAY = 1000  # Newton steps of the few descents that are followed where nothing is found
_TRIAL_STEPS = 300
_MOVES = 1e-4  # of the window's width: what a first step from the start has to go
_WELL = 0.1  # the slope of a well, as a share of what its curvature says of the distance
_DIMPLE = 1e-3  # a minimum of less curvature than this share of the lowest one's is not begun at
_ALPHAS = (1e-305, 1e5)  # what is suggested lies between them, and so can be set everywhere

_BOX: Window = ((-_HALF, _HALF), (-_HALF, _HALF))


@dataclass(frozen=True, eq=False)
class Survey:
    """What was found. minima: (m, 2), the lowest first; at_edge: (m,), which of them the window's edge makes minima.

    The other fields as the methods of a Loss say.
    """

    minima: FloatArray
    at_edge: BoolArray
    lowest: float
    start: tuple[float, float]


@lru_cache(maxsize=64)
def find_window(text: str) -> Window:
    """What to show of a formula when nothing is asked for: a square about its minima near 0."""
    surface = Surface(text)
    with np.errstate(all="ignore"):
        starts, ends = _descents(text, _BOX)
        found = curved_minima(surface, ends, starts)
        if not len(found[_inside(found, _BOX)]):
            found = np.concatenate((found, *_further_minima(surface, ends, found, None)))
        if not len(found):  # down a slope such as that of cosh(x - 100) each step is one long
            ends = descend(surface, _spread(ends, 1.0)[:_LEAST_REFINED], _LONG_WAY)
            found = np.concatenate((curved_minima(surface, ends, ends), *_further_minima(surface, ends, found, None)))
        return _window(found)


@lru_cache(maxsize=64)
def survey(text: str, window: Window, chosen: bool) -> Survey:
    """Look over a formula inside `window`; a tenth of a second or so, then remembered.

    chosen: whether the window was asked for, so that what is lowest at its edge is a minimum.
    """
    surface = Surface(text)
    with np.errstate(all="ignore"):
        bounds = _bounds(window)
        starts, ends = _descents(text, window)
        low = _low_points(surface, window)
        ends = np.concatenate((ends, descend(surface, low[:_MOST_REFINED])))
        curved = _distinct(surface, curved_minima(surface, ends, starts), window)
        ends = np.concatenate((ends[_inside(ends, window)], low))
        further, more = _further_minima(surface, ends, curved, bounds if chosen else None, window)
        minima = _distinct(surface, np.concatenate((curved, more, further)), window)
        if len(further):
            minima = _one_of_a_plateau(surface, minima, window, bounds if chosen else None)
        edge = (minima == bounds[0]) | (minima == bounds[1])
        at_edge = edge.any(axis=-1) & chosen
        minima.flags.writeable = at_edge.flags.writeable = False
        return Survey(minima, at_edge, _lowest(surface, minima, window), _start(surface, window, minima))


@lru_cache(maxsize=64)
def is_beyond(text: str) -> bool:
    """Whether descents from near 0 end at a minimum farther away than `FAR`."""
    surface = Surface(text)
    with np.errstate(all="ignore"):
        starts, ends = _descents(text, _BOX)
        ends = ends[(np.abs(ends) > FAR - _HALF).any(axis=-1) & np.isfinite(ends).all(axis=-1)]
        if len(curved_minima(surface, ends, starts, np.inf)):
            return True
        size = float(np.abs(ends).max(initial=0.0))
        points = refine(surface, _spread(ends, 1e-2 * size)[:_LEAST_REFINED], 1e-3 * size, None)
        points = points[is_lowest_around(surface, points, size, None)]
        return bool(len(points)) and bool(is_isolated(surface, points, size, None).any())


@lru_cache(maxsize=64)
def is_alone(text: str, window: Window, point: tuple[float, float]) -> bool:
    """Whether no other minimum lies beside that at `point`, as they do along the line x = 0 of x**2."""
    with np.errstate(all="ignore"):
        return bool(is_isolated(Surface(text), np.array([point]), _size(window), _bounds(window))[0])


@lru_cache(maxsize=64)
def trial(loss: Loss, start: tuple[float, float]) -> tuple[float, int]:
    """(learning rate, steps): halved from 2/L at the start until SGD and heavy ball stay in the window and fall.

    The learning rate is between 1e-305 and 1e5, however flat or steep the loss is.
    """
    from ..simulation import simulate  # which imports the losses

    window, lowest = loss.window(), loss.minimum_value()
    with np.errstate(all="ignore"):
        hessian = loss.hessian(np.array(start))
        curvature = float(np.abs(np.linalg.eigvalsh(hessian)).max()) if np.isfinite(hessian).all() else 0.0
        slope = float(np.hypot(*loss.gradient(np.array(start))))
        size = window[0][1] - window[0][0]
        largest = 2.0 / curvature if curvature > 0 else size
        if np.isfinite(slope) and slope > 0:
            largest = min(largest, size / slope)  # a first step of the width of the window
        if (steepest := _curvature_nearby(loss, start)) > 0:
            largest = min(largest, 1.0 / steepest)  # one that is still stable where it ends
        alphas = np.clip(largest * 0.5 ** np.arange(24), *_ALPHAS)
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


def is_somewhere(surface: Surface) -> bool:
    """Whether f is finite at any of some thousand points, near and far."""
    points = np.concatenate([_lattice(((-half, half), (-half, half)), _SIDE) for half in (1.0, 5.0, 100.0, 1e4, FAR)])
    return bool(np.isfinite(surface.value(points)).any())


def _curvature_nearby(loss: Loss, start: tuple[float, float]) -> float:
    """The largest curvature at the minimum nearest to the start; 0 where there is none."""
    minima = loss.minima()
    if not len(minima):
        return 0.0
    nearest = minima[int(np.argmin(np.hypot(*(minima - np.array(start)).T)))]
    hessian = loss.hessian(nearest)
    return float(np.linalg.eigvalsh(hessian)[-1]) if np.isfinite(hessian).all() else 0.0


@lru_cache(maxsize=8)
def _descents(text: str, window: Window) -> tuple[FloatArray, FloatArray]:
    """Starts in the window, (n, 2), and where descents from them end; fewer of a long formula, which takes longer."""
    surface = Surface(text)
    cost = len(surface.programs.hessian.operations) / _USUAL_HESSIAN
    starts = _lattice(window, max(_LEAST_SIDE, min(_SIDE, int(_SIDE / max(1.0, cost) ** 0.5))))
    return starts, descend(surface, starts)


def _lattice(window: Window, side: int) -> FloatArray:
    """Points inside the window, off its axes of symmetry, (side², 2): a saddle's ridge traps what starts on it."""
    axes = [low + (high - low) * (np.arange(side) + 0.47) / side for low, high in window]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def _bounds(window: Window) -> Bounds:
    low, high = np.array(window).T
    return low, high


def _size(window: Window) -> float:
    (x0, x1), (y0, y1) = window
    return max(x1 - x0, y1 - y0)


def _inside(points: FloatArray, window: Window) -> BoolArray:
    low, high = _bounds(window)
    return np.asarray(((points >= low) & (points <= high)).all(axis=-1))


def _low_points(surface: Surface, window: Window) -> FloatArray:
    """Of a grid up to the window's edges the points that no neighbour is below, (m, 2), the lowest first."""
    axes = [np.linspace(low, high, _GRID) for low, high in window]
    points = np.stack(np.meshgrid(*axes), axis=-1)
    values = surface.value(points)
    padded = np.pad(np.where(np.isfinite(values), values, np.inf), 1, constant_values=np.inf)
    around = [padded[i : i + _GRID, j : j + _GRID] for i in range(3) for j in range(3)]
    low = np.isfinite(values) & (values <= np.min(around, axis=0))
    return points[low][np.argsort(values[low], kind="stable")]


def _further_minima(
    surface: Surface, ends: FloatArray, curved: FloatArray, bounds: Bounds | None, window: Window = _BOX
) -> tuple[FloatArray, FloatArray]:
    """Minima that Newton's method cannot end at: with a kink, without curvature, at an edge; and curved ones it missed.

    ends: where to look; curved: what is known already. Of minima that are not isolated, such as those of x**2, there is
    one, the nearest to the middle, and only where nothing is lower.
    """
    size = _size(window)
    step = size / (_GRID - 1)
    values = surface.value(ends)
    ends = ends[np.argsort(np.where(np.isfinite(values), values, np.inf), kind="stable")]
    ends = _spread(ends[np.isfinite(ends).all(axis=-1) & (np.abs(ends) <= FAR).all(axis=-1)], step)
    if len(curved):  # what lies in the hollow of a known one
        apart = np.hypot(*(ends[:, None] - curved[None]).transpose(2, 0, 1))
        near = apart.argmin(axis=1)
        known = (apart.min(axis=1) < 1.5 * step) & (surface.value(ends) >= surface.value(curved)[near])
        ends = ends[~known]
    cost = len(surface.programs.value.operations) / _USUAL_VALUE
    ends = ends[: max(_LEAST_REFINED, int(_MOST_REFINED / max(1.0, cost)))]
    nothing = np.empty((0, 2))
    if not len(ends):
        return nothing, nothing
    points = refine(surface, ends, step, bounds)
    more = curved_minima(surface, points, points)
    if bounds is not None:
        more = more[_inside(more, window)]  # beyond an edge it says nothing of the point on the edge
        points = slide_along_edges(surface, points, bounds)
    points = _spread(_rounded(surface, points, size, bounds), 1e-6 * size)
    lowest = is_lowest_around(surface, points, size, bounds)
    points = points[lowest] if lowest.any() else points[_inside(points, window)][:_LEAST_REFINED]
    points = follow_valleys(surface, points, size, bounds)
    points = points[np.argsort(surface.value(points), kind="stable")]
    points = _spread(
        _rounded(surface, points, size, bounds), 1e-3 * size
    )  # no closer than what `is_isolated` tells apart
    points = points[is_lowest_around(surface, points, size, bounds)]
    known = np.concatenate((curved, more))
    if len(known) and len(points):
        apart = np.hypot(*(points[:, None] - known[None]).transpose(2, 0, 1)).min(axis=1)
        points = points[apart > 1e-5 * size]
    if not len(points):
        return nothing, more
    alone = is_isolated(surface, points, size, bounds)
    isolated, rest = points[alone], points[~alone]
    rest = rest[_inside(rest, window)]
    if len(rest):
        heights = surface.value(np.concatenate((known, isolated)))
        level = surface.value(rest)
        lowest = min(level.min(), heights.min(initial=np.inf))
        rest = _central(surface, rest[level <= lowest + 1e-12 * max(1.0, abs(lowest))], window, bounds)
    return np.concatenate((isolated, rest)), more


def _one_of_a_plateau(surface: Surface, minima: FloatArray, window: Window, bounds: Bounds | None) -> FloatArray:
    """`minima` (m, 2), the lowest first, with one of those that are lowest and not isolated.

    Where a plateau ends in a curve, as that of max(0, 1-x)**2 + y**2 does at 1, Newton's method ends there too.
    """
    values = surface.value(minima)
    lowest = values <= values[0] + 1e-12 * max(1.0, abs(values[0])) if len(minima) else np.zeros(0, dtype=bool)
    if lowest.sum() < 2:
        return minima
    flat = lowest.copy()
    flat[lowest] = ~is_isolated(surface, minima[lowest], _size(window), bounds)
    if flat.sum() < 2:
        return minima
    return np.concatenate((_central(surface, minima[flat], window, bounds), minima[~flat]))


def _central(surface: Surface, points: FloatArray, window: Window, bounds: Bounds | None) -> FloatArray:
    """Of minima (n, 2) at one height the nearest to the window's middle, moved there along an axis if it is one too."""
    if not len(points):
        return points
    middle = np.mean(_bounds(window), axis=0)
    x, y = points[int(np.argmin(np.hypot(*(points - middle).T)))]
    places = np.array((middle, (x, middle[1]), (middle[0], y), (x, y)))
    fine = surface.value(places) <= surface.value(places[-1])
    fine[:-1] &= is_lowest_around(surface, places[:-1], _size(window), bounds)
    return places[int(np.argmax(fine))][None]


def _spread(points: FloatArray, distance: float) -> FloatArray:
    """The first of each group of points nearer to each other than about `distance`."""
    kept: list[FloatArray] = []
    left = points
    while len(left) and len(kept) < _MOST_SHOWN:
        kept.append(left[0])
        left = left[np.hypot(left[:, 0] - left[0, 0], left[:, 1] - left[0, 1]) > distance]
    return np.array(kept).reshape(-1, 2)


def _rounded(surface: Surface, points: FloatArray, most: float, bounds: Bounds | None = None) -> FloatArray:
    """Points with as few digits as cost no height, moved by at most `most`: where 0 is meant, a search ends at 1e-9.

    Inside `bounds`, if given: what is lower beyond an edge is no minimum of the window.
    """
    for axis in (0, 1):
        best = points
        done = np.zeros(len(points), dtype=bool)
        for digits in (0, 1, 2, 3, 6, 9, 12, 15):
            short = points.copy()
            short[:, axis] = np.round(points[:, axis], digits) + 0.0  # no -0
            lower = ~done & (surface.value(short) <= surface.value(points))
            lower &= np.abs(short[:, axis] - points[:, axis]) <= most
            if bounds is not None:
                lower &= (short[:, axis] >= bounds[0][axis]) & (short[:, axis] <= bounds[1][axis])
            best = np.where(lower[:, None], short, best)
            done |= lower
        points = best
    return points


def _window(found: FloatArray) -> Window:
    """A square that shows what was found: about 0 if a minimum lies in the box, else about the one nearest to 0.

    The box itself if nothing was found.
    """
    near = found[_inside(found, _BOX)]
    if len(near):
        half = min(_HALF, max(_LEAST_HALF, 1.6 * float(np.abs(near).max())))
        return (-half, half), (-half, half)
    found = found[(np.abs(found) <= FAR - _HALF).all(axis=-1)]
    if not len(found):
        return _BOX
    x, y = found[int(np.argmin(np.hypot(found[:, 0], found[:, 1])))]
    return (float(x) - _HALF, float(x) + _HALF), (float(y) - _HALF, float(y) + _HALF)


def _lowest(surface: Surface, minima: FloatArray, window: Window) -> float:
    """f*: at the lowest minimum or, if lower, the lowest value seen in the window."""
    values = np.concatenate((surface.value(minima), surface.value(_lattice(window, 101))))
    values = values[np.isfinite(values)]
    return float(values.min()) if len(values) else 0.0


def _distinct(surface: Surface, found: FloatArray, window: Window) -> FloatArray:
    """Each minimum of the window once, the lowest first and of equal ones the nearest to 0."""
    found = found[_inside(found, window)]
    found = found[np.argsort(surface.value(found), kind="stable")]  # of too many the lowest are kept
    minima = _spread(found, 1e-6 * (1.0 + float(np.abs(np.array(window)).max())))
    if not len(minima):
        return minima
    minima = _rounded(surface, minima, 1e-14) + 0.0  # no -0
    values = surface.value(minima)
    scale = max(1.0, float(np.abs(values).max()))
    level: FloatArray = ((values - values.min()) / scale).round(12)
    return minima[np.lexsort((minima[:, 0], np.hypot(minima[:, 0], minima[:, 1]).round(9), level))]


def _start(surface: Surface, window: Window, minima: FloatArray) -> tuple[float, float]:
    """The first place of a list where f is finite, slopes, no minimum is near and not all is downhill; else the middle.

    Where a step that is stable at the minimum would not be seen from there (a narrow well in a plain), it is nearer.
    """
    (x0, x1), (y0, y1) = window
    shares = ((0.2, 0.78), (0.3, 0.7), (0.7, 0.8), (0.8, 0.3), (0.62, 0.66), (0.25, 0.27), (0.45, 0.6), (0.55, 0.52))
    points = np.array([(x0 + a * (x1 - x0), y0 + b * (y1 - y0)) for a, b in shares])
    listed = np.full(len(points), True)
    if len(minima):  # and on the way to the first of them
        points = np.concatenate((points, minima[0] + 0.5 ** np.arange(1, 12)[:, None] * (points[0] - minima[0])))
        listed = np.append(listed, np.full(11, False))
    slope = np.hypot(*surface.gradient(points).T)
    fine = np.isfinite(surface.value(points)) & np.isfinite(slope)
    fine &= slope > 1e-12 * min(1.0, slope.max(where=fine, initial=0.0))
    choices = [fine & listed]
    if len(minima):
        apart = np.hypot(*(points[:, None] - minima[None]).transpose(2, 0, 1))
        hessians = surface.hessian(minima[apart.argmin(axis=1)])
        known = np.asarray(np.isfinite(hessians).all(axis=(-1, -2)))
        steepest = np.linalg.eigvalsh(np.where(known[:, None, None], hessians, 0.0))[:, -1]
        apart = apart.min(axis=1)
        usual = fine & listed & (apart > 0.02 * (x1 - x0))
        well = fine & (steepest > 0) & (slope > _WELL * apart * steepest)
        seen = usual & (slope > _MOVES * (x1 - x0) * steepest)
        heavy = ~known | (steepest >= _DIMPLE * steepest[-1])  # the last point is nearest to the lowest minimum
        stays = np.full(len(points), False)
        ends = descend(surface, points[fine])
        heights, lowest = surface.value(ends), float(surface.value(minima[0]))
        around = (2 * x0 - x1, 2 * x1 - x0), (2 * y0 - y1, 2 * y1 - y0)
        stays[fine] = _inside(ends, around) & (heights >= lowest - 1e-9 * (1.0 + abs(lowest)))
        choices = [seen & heavy & stays, well & heavy & ~listed, seen, usual]
    for choice in choices:
        if choice.any():
            x, y = points[int(np.argmax(choice))]
            return float(x), float(y)
    return (x0 + x1) / 2, (y0 + y1) / 2
