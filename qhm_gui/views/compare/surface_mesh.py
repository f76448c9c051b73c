"""The loss as a relief in a box about [-1, 1] × [-1, 1] × [0, 1], and paths laid on it: the numbers of the 3-D view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray

from qhm_math.losses import Loss

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]

_NODES = 141
#: The relief goes so far beyond the loss's window, as a share of it, on every side.
_BEYOND = 0.08
#: Its highest point, where its wider side is 2.
_HIGH = 0.7
#: Heights are compressed about this quantile of the loss: below it nearly linear, far above it logarithmic.
_BEND = 0.3
#: Lines lie so far above the surface that they are not lost in it.
_ABOVE = 0.008
#: A step is cut into at most so many pieces, so that it follows the ground; a long run into fewer.
_PIECES = 16
_MOST_POINTS = 20_000
_SHORTEST = 0.012
#: From the upper left and a little behind the viewer.
_LIGHT = np.array([-0.5, -0.35, 0.79])


@dataclass(frozen=True)
class SurfaceMesh:
    """A triangle mesh over a grid of nodes; what is not finite has no triangles.

    ``points`` (nodes, 3), ``faces`` (n, 3), ``level`` (nodes,) the height in [0, 1] and ``light`` (nodes,) how much
    light falls there: 1 on level ground and where there would be more, 0 in the shade. ``isolines`` (2 m, 3) are pairs
    of points, along the isolines and the rim.
    """

    loss: Loss
    low: float
    bend: float
    top: float
    centre: tuple[float, float]
    half: float
    x: tuple[float, float]
    y: tuple[float, float]
    points: Floats
    faces: Indices
    level: Floats
    light: Floats
    isolines: Floats

    def level_of(self, values: Floats) -> Floats:
        """The compressed height in [0, 1] of loss values; NaN where they are not finite."""
        return compressed(values, self.low, self.bend, self.top)

    def place(self, points: Floats) -> Floats:
        """Points (..., 2) of the plane on the surface, (..., 3); NaN outside it and where the loss is not finite."""
        points = np.asarray(points, dtype=np.float64)
        x, y = points[..., 0], points[..., 1]
        with np.errstate(invalid="ignore", over="ignore"):
            inside = (x >= self.x[0]) & (x <= self.x[1]) & (y >= self.y[0]) & (y <= self.y[1])
            safe = np.where(inside[..., None], points, np.asarray(self.centre))
            level = self.level_of(np.asarray(self.loss.value(safe), dtype=np.float64))
        placed = np.stack([*((safe - self.centre) / self.half).T, (_HIGH * level).T]).T
        return np.where((inside & np.isfinite(level))[..., None], placed, np.nan)

    def mesh_height(self, placed: Floats) -> Floats:
        """The height of the triangles at points (n, 3) of the box: across a sharp valley they lie above it."""
        grid = self.points.reshape(_NODES, _NODES, 3)
        first, last = grid[0, 0, :2], grid[-1, -1, :2]
        where = np.clip((placed[:, :2] - first) / (last - first) * (_NODES - 1), 0, _NODES - 1)
        cell = np.minimum(where.astype(int), _NODES - 2)
        (s, t), (i, j) = (where - cell).T, cell.T
        z = grid[..., 2]
        a, b, c, d = z[j, i], z[j, i + 1], z[j + 1, i], z[j + 1, i + 1]
        return np.where(s + t <= 1, a + s * (b - a) + t * (c - a), d + (1 - s) * (c - d) + (1 - t) * (b - d))


@dataclass(frozen=True)
class Lifted:
    """A path on the surface: ``points`` (n, 3), finite, up to where it leaves; step k is at index ``pieces`` k.

    They lie just above the surface, and above its triangles where those are higher. Only the ``kept`` ones are drawn:
    a wide line of pieces shorter than its width is full of gaps.
    """

    points: Floats
    pieces: int
    kept: NDArray[np.bool_]

    def until(self, step: int) -> Floats:
        """What is drawn up to and with a step."""
        end = self.pieces * step + 1
        kept = self.kept[:end].copy()
        kept[-1:] = True
        return self.points[:end][kept]

    def after(self, step: int) -> Floats:
        """What is drawn from a step on."""
        begin = self.pieces * step
        kept = self.kept[begin:].copy()
        kept[:1] = True
        return self.points[begin:][kept]

    def head(self, step: int) -> Floats:
        """Where a step is, (3,), or the last place before the path left."""
        last = (len(self.points) - 1) // self.pieces * self.pieces
        return self.points[min(self.pieces * step, last)]


def compressed(values: Floats, low: float, bend: float, top: float) -> Floats:
    """log(1 + (f - low)/bend) from 0 at ``low`` to 1 at ``top`` and no further; NaN where f is not finite.

    Where ``top`` is ``low`` the loss is flat, and its height 0.
    """
    values = np.asarray(values, dtype=np.float64)
    if not bend > 0.0:
        return np.where(np.isfinite(values), 0.0, np.nan)
    with np.errstate(invalid="ignore", over="ignore"):
        above = np.maximum(values / 2 - low / 2, 0.0) / (bend / 2)  # values - low may overflow
        height = np.log1p(above) / np.log1p((top / 2 - low / 2) / (bend / 2))
    return np.where(np.isfinite(values), np.minimum(height, 1.0), np.nan)


def raised(points: Floats, by: float) -> Floats:
    """Points (n, 3) moved up."""
    return np.column_stack([points[:, :2], points[:, 2] + by])


def relief(loss: Loss, levels: Floats) -> SurfaceMesh:
    """The surface of a loss over its window, with isolines at ``levels`` of the loss."""
    (x0, x1), (y0, y1) = loss.window()
    dx, dy = _BEYOND * (x1 - x0), _BEYOND * (y1 - y0)
    xs, ys = np.linspace(x0 - dx, x1 + dx, _NODES), np.linspace(y0 - dy, y1 + dy, _NODES)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    with np.errstate(all="ignore"):
        values = np.asarray(loss.value(grid), dtype=np.float64)
    defined = values[np.isfinite(values)]
    low = min(float(loss.minimum_value()), float(defined.min(initial=np.inf)))
    top = float(defined.max(initial=low))
    bend = max(float(np.quantile(defined, _BEND)) - low if defined.size else 0.0, 1e-3 * top - 1e-3 * low)
    level = compressed(values, low, bend, top)
    centre, half = ((x0 + x1) / 2, (y0 + y1) / 2), (max(x1 - x0, y1 - y0) / 2) * (1 + 2 * _BEYOND)
    u, v = (xs - centre[0]) / half, (ys - centre[1]) / half
    height = _HIGH * level
    points = np.stack([*np.meshgrid(u, v), height], axis=-1).reshape(-1, 3)
    return SurfaceMesh(
        loss,
        low,
        bend,
        top,
        centre,
        half,
        (float(xs[0]), float(xs[-1])),
        (float(ys[0]), float(ys[-1])),
        np.nan_to_num(points),
        _faces(np.isfinite(level)),
        np.nan_to_num(level).ravel(),
        _light(u, v, height).ravel(),
        _isolines(u, v, height, _HIGH * compressed(levels, low, bend, top)),
    )


def lift(surface: SurfaceMesh, path: Floats) -> Lifted:
    """A path (steps + 1, 2) laid on the surface, up to where it is no longer on it."""
    path = np.asarray(path, dtype=np.float64)
    steps = len(path) - 1
    pieces = int(np.clip(_MOST_POINTS // max(steps, 1), 1, _PIECES))
    share = (np.arange(pieces) / pieces)[:, None]
    with np.errstate(invalid="ignore", over="ignore"):
        between = path[:-1, None] + share * (path[1:, None] - path[:-1, None])
    between[:, 0] = path[:-1]  # also where the next one is not finite
    placed = surface.place(np.concatenate([between.reshape(-1, 2), path[-1:]]))
    gone = np.flatnonzero(~np.isfinite(placed).all(axis=-1))
    placed = placed[: gone[0]] if len(gone) else placed
    lifted = np.column_stack([placed[:, :2], np.fmax(placed[:, 2], surface.mesh_height(placed)) + _ABOVE])
    return Lifted(lifted, pieces, _spaced(lifted))


def _spaced(points: Floats) -> NDArray[np.bool_]:
    """The first point of every :data:`_SHORTEST` of the way."""
    way = np.cumsum(np.linalg.norm(np.diff(points, axis=0, prepend=points[:1]), axis=1)) // _SHORTEST
    return np.diff(way, prepend=-1.0) > 0


def _faces(defined: NDArray[np.bool_]) -> Indices:
    """Two triangles a cell where all four nodes are defined."""
    whole = defined[:-1, :-1] & defined[1:, :-1] & defined[:-1, 1:] & defined[1:, 1:]
    rows, columns = np.nonzero(whole)
    width = defined.shape[1]
    first = rows * width + columns
    lower = np.stack([first, first + 1, first + width], axis=1)
    upper = np.stack([first + 1, first + width + 1, first + width], axis=1)
    return np.concatenate([lower, upper]).astype(np.uint32)


def _light(u: Floats, v: Floats, height: Floats) -> Floats:
    filled = np.nan_to_num(height)
    down, right = np.gradient(filled, v, u)
    normal = np.stack([-right, -down, np.ones_like(filled)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    return np.clip(normal @ _LIGHT / _LIGHT[2], 0.0, 1.0)


def _isolines(u: Floats, v: Floats, height: Floats, levels: Floats) -> Floats:
    """Pairs of points along the lines of every height."""
    found: list[Floats] = []
    if np.isfinite(height).any():
        generator = contour_generator(u, v, np.ma.masked_invalid(height))
        for level in np.unique(levels[np.isfinite(levels)]):
            for line in generator.lines(float(level)):
                flat = np.asarray(line, dtype=np.float64)
                ends = np.stack([flat[:-1], flat[1:]], axis=1).reshape(-1, 2)
                found.append(np.column_stack([ends, np.full(len(ends), level + _ABOVE / 2)]))
    for rim in (np.s_[0, :], np.s_[-1, :], np.s_[:, 0], np.s_[:, -1]):
        line = np.stack([*np.meshgrid(u, v), height + _ABOVE / 2], axis=-1)[rim]
        ends = np.stack([line[:-1], line[1:]], axis=1)
        found.append(ends[np.isfinite(ends).all(axis=(1, 2))].reshape(-1, 3))
    return np.concatenate(found)
