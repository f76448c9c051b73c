"""The loss as contours, on the plane itself and in the eigenbasis of its Hessian at a minimum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qhm_math.losses import Loss, local_curvatures

_GRID = 240
_LEVELS = 14
_SAME = 1e-9

Window = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Field:
    """The loss on a grid wide enough for every shape of canvas, and the levels of its contours."""

    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    values: NDArray[np.float64]
    levels: NDArray[np.float64]


@dataclass(frozen=True)
class EigenbasisField:
    """The loss about ``minimum`` over coordinates along the columns of ``axes``, the flattest direction first.

    ``window`` is the part to show; the columns of ``axes`` point right and up, as far as they can.
    """

    field: Field
    minimum: NDArray[np.float64]
    axes: NDArray[np.float64]
    window: Window

    def inside(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the plane (..., 2) in the eigenbasis."""
        with np.errstate(invalid="ignore", over="ignore"):
            return (points - self.minimum) @ self.axes

    def outside(self, x: float, y: float) -> tuple[float, float]:
        """A point of the eigenbasis on the plane."""
        px, py = self.minimum + self.axes @ np.array([x, y])
        return float(px), float(py)


@lru_cache(maxsize=16)
def field(loss: Loss) -> Field:
    """The loss around its window: three windows wide and high, so that no canvas shows an edge."""
    xs, ys = _grid(loss.window())
    values = loss.value(np.stack(np.meshgrid(xs, ys), axis=-1))
    (x0, x1), (y0, y1) = loss.window()
    return Field(xs, ys, values, contour_levels(loss, values[_inside(xs, ys, (x0, x1), (y0, y1))]))


@lru_cache(maxsize=16)
def eigen_field(loss: Loss, near: tuple[float, float]) -> EigenbasisField:
    """The loss in the eigenbasis of its Hessian at the minimum nearest to ``near``, with the contours of its window."""
    _, axes, minimum = local_curvatures(loss, np.asarray(near))
    largest = axes[np.argmax(np.abs(axes), axis=0), [0, 1]]
    axes = axes * np.where(largest < 0, -1.0, 1.0)
    (x0, x1), (y0, y1) = loss.window()
    corners = (np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) - minimum) @ axes
    (u0, v0), (u1, v1) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    window = (u0, u1), (v0, v1)
    xs, ys = _grid(window)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    values = loss.value(minimum + grid @ axes.T)
    return EigenbasisField(Field(xs, ys, values, field(loss).levels), minimum, axes, window)


def _grid(window: Window) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    (x0, x1), (y0, y1) = window
    cx, cy, half = (x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, 3 * (y1 - y0))
    return np.linspace(cx - 1.2 * half, cx + 1.2 * half, _GRID), np.linspace(cy - 0.8 * half, cy + 0.8 * half, _GRID)


def _inside(xs: NDArray[Any], ys: NDArray[Any], x: tuple[float, float], y: tuple[float, float]) -> Any:
    return np.ix_((ys >= y[0]) & (ys <= y[1]), (xs >= x[0]) & (xs <= x[1]))


def contour_levels(loss: Loss, near: NDArray[np.float64]) -> NDArray[np.float64]:
    """Levels that lie evenly in the square root of the loss, as rings on a bowl, up to nearly the window's highest."""
    defined = near[np.isfinite(near)]
    low, top = loss.minimum_value(), float(np.quantile(defined, 0.97)) if defined.size else 1.0
    steps = (np.arange(1, _LEVELS + 1) / _LEVELS) ** 2
    return (1 - steps) * low + steps * top  # where top - low overflows, this does not


def same_height(loss: Loss) -> float:
    """Values of the loss that differ by no more are taken as one: a share of what it rises by in its window."""
    low, top = loss.minimum_value(), float(field(loss).levels[-1])
    return max(_SAME * (top / 2 - low / 2), 4 * float(np.spacing(max(abs(low), abs(top)))))


def split_minima(loss: Loss) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The places (n, 2) of its lowest minima, and of its others."""
    minima = loss.minima()
    lowest = np.abs(loss.value(minima) - loss.minimum_value()) <= same_height(loss)
    return minima[lowest].reshape(-1, 2), minima[~lowest].reshape(-1, 2)
